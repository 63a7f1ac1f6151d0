//! The C functions against the Rust API under them, on the same documents.
//!
//! The functions are called by pointers that the compiler cannot see through, as a C program calls a library.

#![allow(unsafe_code)] // one block, in `call!`

use crate::harness::Case;
use std::hint::black_box;
use webservices::{
    abi::*,
    hresult::HRESULT,
    ptr::{Ptr, Void},
    reader::{
        attribute::{WsFindAttribute, WsReadEndAttribute, WsReadStartAttribute},
        content::{WsReadChars, WsReadValue},
        element::{WsReadEndElement, WsReadStartElement, WsReadToStartElement},
        input::WsSetInput,
        node::{WsGetReaderNode, WsReadNode},
        object::WS_XML_READER,
        options::WsCreateReader,
    },
    writer::{
        content::{WsWriteCharsUtf8, WsWriteValue},
        element::{WsWriteEndAttribute, WsWriteEndElement, WsWriteStartAttribute, WsWriteStartElement},
        object::WS_XML_WRITER,
        options::{WsCreateWriter, WsGetWriterProperty},
        output::WsSetOutput,
    },
};
use wws_core::xml::{
    Charset, NodeType, Reader, ReaderEncoding, Text, Writer, WriterEncoding, WriterOptions,
    binary::BinaryEncoding,
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        write("c/write/text", false),
        write("c/write/binary", true),
        nodes("c/nodes/text", false),
        nodes("c/nodes/binary", true),
        values("c/values/text", false),
        values("c/values/binary", true),
    ]
}

const COUNT: usize = 1000;
const NS: &str = "http://example.com/orders/2024";
const NAME: &str = "Müller & Söhne, Werk 7";

/// Calls a function of the interface; it has to succeed.
macro_rules! call {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: every call in this file passes handles that are never freed, and pointers to locals or to leaked
        // bytes that outlive it.
        let hr: HRESULT = unsafe { black_box($function)($($argument),*, Ptr::NULL) };
        assert_eq!(hr, 0, stringify!($function));
    }};
}

fn string(text: &'static str) -> WS_XML_STRING {
    WS_XML_STRING {
        length: text.len() as u32,
        bytes: Ptr::first(text.as_bytes()),
        dictionary: Ptr::NULL,
        id: 0,
    }
}

struct Names {
    orders: WS_XML_STRING,
    order: WS_XML_STRING,
    number: WS_XML_STRING,
    name: WS_XML_STRING,
    price: WS_XML_STRING,
    quantity: WS_XML_STRING,
    ns: WS_XML_STRING,
    none: WS_XML_STRING,
}

impl Names {
    fn new() -> Self {
        let [orders, order, number, name, price, quantity, ns, none] =
            ["orders", "order", "number", "name", "price", "quantity", NS, ""].map(string);
        Names { orders, order, number, name, price, quantity, ns, none }
    }
}

fn price(i: usize) -> f64 {
    i as f64 * 1.25 + 0.125
}

/* ---- writing ---- */

fn write_rust(w: &mut Writer) -> wws_core::Result<()> {
    w.start_element("orders", NS)?;
    for i in 0..COUNT {
        w.start_element("order", NS)?;
        w.start_attribute("number", "", false)?;
        w.value(i as i32)?;
        w.end_attribute()?;
        w.start_element("name", NS)?;
        w.chars_utf8(NAME.as_bytes())?;
        w.end_element()?;
        w.start_element("price", NS)?;
        w.value(price(i))?;
        w.end_element()?;
        w.start_element("quantity", NS)?;
        w.value(i as u16)?;
        w.end_element()?;
        w.end_element()?;
    }
    w.end_element()
}

fn write_c(w: Ptr<WS_XML_WRITER>, n: &Names) {
    let start =
        |name: &WS_XML_STRING| call!(WsWriteStartElement(w, Ptr::NULL, Ptr::to(name), Ptr::to(&n.ns)));
    let end = || call!(WsWriteEndElement(w));
    start(&n.orders);
    for i in 0..COUNT {
        start(&n.order);
        call!(WsWriteStartAttribute(w, Ptr::NULL, Ptr::to(&n.number), Ptr::to(&n.none), 0));
        value(w, WS_INT32_VALUE_TYPE, &(i as i32));
        call!(WsWriteEndAttribute(w));
        start(&n.name);
        call!(WsWriteCharsUtf8(w, Ptr::first(NAME.as_bytes()), NAME.len() as u32));
        end();
        start(&n.price);
        value(w, WS_DOUBLE_VALUE_TYPE, &price(i));
        end();
        start(&n.quantity);
        value(w, WS_UINT16_VALUE_TYPE, &(i as u16));
        end();
        end();
    }
    end();
}

fn value<T>(w: Ptr<WS_XML_WRITER>, kind: WS_VALUE_TYPE, value: &T) {
    call!(WsWriteValue(w, kind, Ptr::to(value).cast(), size_of::<T>() as u32));
}

fn writer_encoding(binary: bool) -> WriterEncoding {
    if binary { BinaryEncoding::default().into() } else { Charset::Utf8.into() }
}

fn keeping_memory() -> WriterOptions {
    WriterOptions { buffer_trim_size: u32::MAX, ..WriterOptions::default() }
}

fn write(name: &'static str, binary: bool) -> Case {
    let names = Names::new();
    let text = WS_XML_WRITER_TEXT_ENCODING {
        encoding: WS_XML_WRITER_ENCODING { encodingType: WS_XML_WRITER_ENCODING_TYPE_TEXT },
        charSet: WS_CHARSET_UTF8,
    };
    let dotnet = WS_XML_WRITER_BINARY_ENCODING {
        encoding: WS_XML_WRITER_ENCODING { encodingType: WS_XML_WRITER_ENCODING_TYPE_BINARY },
        staticDictionary: Ptr::NULL,
        dynamicStringCallback: None,
        dynamicStringCallbackState: Ptr::NULL,
    };
    let output = WS_XML_WRITER_OUTPUT { outputType: WS_XML_WRITER_OUTPUT_TYPE_BUFFER };
    let trim = u32::MAX;
    let property = WS_XML_WRITER_PROPERTY {
        id: WS_XML_WRITER_PROPERTY_BUFFER_TRIM_SIZE,
        value: Ptr::to(&trim).cast(),
        valueSize: 4,
    };
    let mut handle = Ptr::NULL;
    call!(WsCreateWriter(Ptr::to(&property), 1, Ptr::new(&raw mut handle)));
    let ours = move || {
        // The whole structs go into the closure, not their first members alone.
        let (text, dotnet) = (&text, &dotnet);
        let encoding = if binary { Ptr::to(&dotnet.encoding) } else { Ptr::to(&text.encoding) };
        call!(WsSetOutput(handle, encoding, Ptr::to(&output), Ptr::NULL, 0));
        write_c(handle, &names);
        let mut bytes = WS_BYTES { length: 0, bytes: Ptr::NULL };
        let (place, size) = (Ptr::new(&raw mut bytes).cast(), size_of::<WS_BYTES>() as u32);
        call!(WsGetWriterProperty(handle, WS_XML_WRITER_PROPERTY_BYTES, place, size));
        black_box(bytes.length);
    };
    let mut writer = Writer::new(writer_encoding(binary), keeping_memory());
    let peer = move || {
        writer.set_output(writer_encoding(binary), keeping_memory());
        write_rust(&mut writer).expect("the records can be written");
        black_box(writer.output_bytes().expect("the output is a buffer").len());
    };
    let bytes = document(binary).len();
    case(name, bytes, ours, peer)
}

fn case(
    name: &'static str,
    bytes: usize,
    ours: impl FnMut() + 'static,
    peer: impl FnMut() + 'static,
) -> Case {
    let (ours, peer) = (Box::new(ours), Box::new(peer));
    Case { name, peer_name: "our Rust API", target: 0.75, bytes, items: COUNT, ours, peer }
}

fn document(binary: bool) -> &'static [u8] {
    let mut writer = Writer::new(writer_encoding(binary), WriterOptions::default());
    write_rust(&mut writer).expect("the records can be written");
    writer.into_bytes().expect("the output is a buffer").leak()
}

/* ---- reading ---- */

/// A reader in C, and what starts it on the document again.
fn reader(binary: bool, bytes: &'static [u8]) -> (Ptr<WS_XML_READER>, impl Fn()) {
    let mut handle = Ptr::NULL;
    call!(WsCreateReader(Ptr::NULL, 0, Ptr::new(&raw mut handle)));
    let text = WS_XML_READER_TEXT_ENCODING {
        encoding: WS_XML_READER_ENCODING { encodingType: WS_XML_READER_ENCODING_TYPE_TEXT },
        charSet: WS_CHARSET_AUTO,
    };
    let dotnet = WS_XML_READER_BINARY_ENCODING {
        encoding: WS_XML_READER_ENCODING { encodingType: WS_XML_READER_ENCODING_TYPE_BINARY },
        staticDictionary: Ptr::NULL,
        dynamicDictionary: Ptr::NULL,
    };
    let input = WS_XML_READER_BUFFER_INPUT {
        input: WS_XML_READER_INPUT { inputType: WS_XML_READER_INPUT_TYPE_BUFFER },
        encodedData: Ptr::first(bytes).cast(),
        encodedDataSize: bytes.len() as u32,
    };
    let start = move || {
        let (text, dotnet, input) = (&text, &dotnet, &input);
        let encoding = if binary { Ptr::to(&dotnet.encoding) } else { Ptr::to(&text.encoding) };
        call!(WsSetInput(handle, encoding, Ptr::to(&input.input), Ptr::NULL, 0));
    };
    (handle, start)
}

fn reader_encoding(binary: bool) -> ReaderEncoding {
    if binary { ReaderEncoding::Binary(Default::default()) } else { ReaderEncoding::text() }
}

/// Every node is looked at.
fn nodes(name: &'static str, binary: bool) -> Case {
    let bytes = document(binary);
    let (handle, start) = reader(binary, bytes);
    let ours = move || {
        start();
        let mut seen = 0;
        loop {
            call!(WsReadNode(handle));
            let mut node: Ptr<WS_XML_NODE> = Ptr::NULL;
            call!(WsGetReaderNode(handle, Ptr::new(&raw mut node)));
            match node.get().map(|n| n.nodeType) {
                Some(WS_XML_NODE_TYPE_ELEMENT) => {
                    let element = node.cast::<WS_XML_ELEMENT_NODE>().get().expect("an element");
                    seen += element.localName.get().map_or(0, |name| name.length) + element.attributeCount;
                }
                Some(WS_XML_NODE_TYPE_TEXT) => {
                    let text = node.cast::<WS_XML_TEXT_NODE>().get().expect("a text").text;
                    seen += u32::from(text.get().is_some_and(|t| t.textType == WS_XML_TEXT_TYPE_UTF8));
                }
                Some(WS_XML_NODE_TYPE_EOF) => break,
                _ => {}
            }
        }
        black_box(seen);
    };
    let mut rust = Reader::new(Default::default());
    let peer = move || {
        rust.set_input(reader_encoding(binary), bytes.into());
        let mut seen = 0;
        loop {
            match rust.read_node().expect("the document is well-formed") {
                NodeType::Element => {
                    let element = rust.element().expect("an element");
                    seen += element.local_name().as_str().len() + element.attributes().len();
                }
                NodeType::Text => seen += usize::from(matches!(rust.node().text(), Some(Text::Utf8(_)))),
                NodeType::Eof => break,
                _ => {}
            }
        }
        black_box(seen);
    };
    case(name, bytes.len(), ours, peer)
}

/// Every value is read, by name.
fn values(name: &'static str, binary: bool) -> Case {
    let bytes = document(binary);
    let (r, start) = reader(binary, bytes);
    let n = Names::new();
    let ours = move || {
        start();
        let to = |name: &WS_XML_STRING| {
            call!(WsReadToStartElement(r, Ptr::to(name), Ptr::to(&n.ns), Ptr::NULL));
            call!(WsReadStartElement(r));
        };
        let end = || call!(WsReadEndElement(r));
        let mut sum = 0.0;
        to(&n.orders);
        for _ in 0..COUNT {
            call!(WsReadToStartElement(r, Ptr::to(&n.order), Ptr::to(&n.ns), Ptr::NULL));
            let mut index = 0u32;
            call!(WsFindAttribute(r, Ptr::to(&n.number), Ptr::to(&n.none), 1, Ptr::new(&raw mut index)));
            call!(WsReadStartAttribute(r, index));
            sum += f64::from(read::<i32>(r, WS_INT32_VALUE_TYPE));
            call!(WsReadEndAttribute(r));
            call!(WsReadStartElement(r));
            to(&n.name);
            let (mut chars, mut count, mut length) = ([0u16; 64], 1u32, 0);
            while count != 0 {
                let (place, room) = (Ptr::first(&chars[length..]), (64 - length) as u32);
                call!(WsReadChars(r, place, room, Ptr::new(&raw mut count)));
                length += count as usize;
            }
            black_box(&mut chars);
            end();
            to(&n.price);
            sum += read::<f64>(r, WS_DOUBLE_VALUE_TYPE);
            end();
            to(&n.quantity);
            sum += f64::from(read::<u16>(r, WS_UINT16_VALUE_TYPE));
            end();
            end();
        }
        end();
        black_box(sum);
    };
    let mut rust = Reader::new(Default::default());
    let peer = move || {
        rust.set_input(reader_encoding(binary), bytes.into());
        black_box(read_rust(&mut rust).expect("the document has the records"));
    };
    case(name, bytes.len(), ours, peer)
}

fn read<T: Default + Copy>(r: Ptr<WS_XML_READER>, kind: WS_VALUE_TYPE) -> T {
    let mut value = T::default();
    let place: Void = Ptr::new(&raw mut value).cast();
    call!(WsReadValue(r, kind, place, size_of::<T>() as u32));
    value
}

fn read_rust(r: &mut Reader<'_>) -> wws_core::Result<f64> {
    let mut sum = 0.0;
    r.read_to_start_element("orders", NS)?;
    r.read_start_element()?;
    for _ in 0..COUNT {
        r.read_to_start_element("order", NS)?;
        sum += f64::from(r.attribute_value::<i32>("number", "")?.unwrap_or_default());
        r.read_start_element()?;
        r.read_to_start_element("name", NS)?;
        r.read_start_element()?;
        let (mut chars, mut length) = ([0u16; 64], 0);
        loop {
            match r.read_chars_utf16(&mut chars[length..])? {
                0 => break,
                count => length += count,
            }
        }
        black_box(&mut chars);
        r.read_end_element()?;
        r.read_to_start_element("price", NS)?;
        r.read_start_element()?;
        sum += r.read_value::<f64>()?;
        r.read_end_element()?;
        r.read_to_start_element("quantity", NS)?;
        r.read_start_element()?;
        sum += f64::from(r.read_value::<u16>()?);
        r.read_end_element()?;
        r.read_end_element()?;
    }
    r.read_end_element()?;
    Ok(sum)
}
