//! Records of ten mixed fields through C descriptions, against the same records as derived Rust types.

// One call of a C function is like the next: that the pointers are valid holds for all of them.
#![allow(unsafe_code)]

use crate::harness::Case;
use std::{hint::black_box, mem::offset_of};
use webservices::{
    abi::*,
    heap::{WS_HEAP, WsCreateHeap, WsResetHeap},
    hresult::HRESULT,
    ptr::Ptr,
    reader::{input::WsSetInput, object::WS_XML_READER, options::WsCreateReader},
    schema::{read::WsReadElement, write::WsWriteElement},
    value::FromC,
    writer::{
        object::WS_XML_WRITER,
        options::{WsCreateWriter, WsGetWriterProperty},
        output::WsSetOutput,
    },
};
use wws_core::{
    FromXml, ToXml,
    value::{DateTime, DateTimeFormat, Decimal, Guid},
    xml::{Charset, Reader, ReaderEncoding, Writer, WriterEncoding, WriterOptions, binary::BinaryEncoding},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        write("c/typed/write/text", false),
        write("c/typed/write/binary", true),
        read("c/typed/read/text", false),
        read("c/typed/read/binary", true),
    ]
}

const COUNT: usize = 100_000;
const NS: &str = "http://example.com/orders/2024";

#[derive(ToXml, FromXml)]
#[xml(name = "records", ns = "http://example.com/orders/2024")]
struct Records {
    record: Vec<Record>,
}

#[derive(ToXml, FromXml)]
#[xml(ns = "http://example.com/orders/2024")]
struct Record {
    #[xml(attribute)]
    number: i32,
    name: String,
    price: f64,
    quantity: u16,
    active: bool,
    created: DateTime,
    amount: Decimal,
    key: Guid,
    note: Option<String>,
    total: i64,
}

/// The same in C.
#[derive(Clone, Copy)]
#[repr(C)]
struct CRecord {
    number: i32,
    name: WS_STRING,
    price: f64,
    quantity: u16,
    active: BOOL,
    created: WS_DATETIME,
    amount: DECIMAL,
    key: GUID,
    note: WS_STRING,
    total: i64,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct CRecords {
    record: Ptr<CRecord>,
    count: u32,
}

fn records() -> Records {
    let record = |i: usize| Record {
        number: i as i32,
        name: format!("Müller & Söhne, Werk {}", i % 10),
        price: i as f64 * 1.25 + 0.125,
        quantity: (i % 1000) as u16,
        active: i.is_multiple_of(3),
        created: DateTime {
            ticks: 638_000_000_000_000_000 + i as u64 * 600_000_000,
            format: DateTimeFormat::Utc,
        },
        amount: Decimal::new(i as i64 * 17, 2),
        key: Guid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff ^ i as u128),
        note: i.is_multiple_of(2).then(|| "deliver before noon".to_owned()),
        total: i as i64 * 1_000_003,
    };
    Records { record: (0..COUNT).map(record).collect() }
}

/// Calls a function of the interface; it has to succeed.
macro_rules! call {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: the pointers are valid for the call.
        let hr: HRESULT = unsafe { black_box($function)($($argument),*, Ptr::NULL) };
        assert_eq!(hr, 0, stringify!($function));
    }};
}

fn string(text: &'static str) -> Ptr<WS_XML_STRING> {
    let bytes = Ptr::first(text.as_bytes());
    leak(WS_XML_STRING { length: text.len() as u32, bytes, dictionary: Ptr::NULL, id: 0 })
}

fn leak<T>(value: T) -> Ptr<T> {
    Ptr::give(Box::new(value))
}

fn field(
    mapping: WS_FIELD_MAPPING,
    name: &'static str,
    ns: &'static str,
    kind: WS_TYPE,
    offset: usize,
    options: u32,
) -> Ptr<WS_FIELD_DESCRIPTION> {
    leak(WS_FIELD_DESCRIPTION {
        mapping,
        localName: string(name),
        ns: string(ns),
        r#type: kind,
        typeDescription: Ptr::NULL,
        offset: offset as u32,
        options,
        defaultValue: Ptr::NULL,
        countOffset: 0,
        itemLocalName: Ptr::NULL,
        itemNs: Ptr::NULL,
        itemRange: Ptr::NULL,
    })
}

fn description(size: usize, fields: &'static [Ptr<WS_FIELD_DESCRIPTION>]) -> Ptr<WS_STRUCT_DESCRIPTION> {
    leak(WS_STRUCT_DESCRIPTION {
        size: size as u32,
        alignment: 8,
        fields: Ptr::first(fields),
        fieldCount: fields.len() as u32,
        typeLocalName: Ptr::NULL,
        typeNs: Ptr::NULL,
        parentType: Ptr::NULL,
        subTypes: Ptr::NULL,
        subTypeCount: 0,
        structOptions: 0,
    })
}

/// The description of the element with all records, never freed.
fn element() -> Ptr<WS_ELEMENT_DESCRIPTION> {
    let of = |name, kind, offset, options| field(WS_ELEMENT_FIELD_MAPPING, name, NS, kind, offset, options);
    let fields = vec![
        field(WS_ATTRIBUTE_FIELD_MAPPING, "number", "", WS_INT32_TYPE, offset_of!(CRecord, number), 0),
        of("name", WS_STRING_TYPE, offset_of!(CRecord, name), 0),
        of("price", WS_DOUBLE_TYPE, offset_of!(CRecord, price), 0),
        of("quantity", WS_UINT16_TYPE, offset_of!(CRecord, quantity), 0),
        of("active", WS_BOOL_TYPE, offset_of!(CRecord, active), 0),
        of("created", WS_DATETIME_TYPE, offset_of!(CRecord, created), 0),
        of("amount", WS_DECIMAL_TYPE, offset_of!(CRecord, amount), 0),
        of("key", WS_GUID_TYPE, offset_of!(CRecord, key), 0),
        of("note", WS_STRING_TYPE, offset_of!(CRecord, note), 2),
        of("total", WS_INT64_TYPE, offset_of!(CRecord, total), 0),
    ];
    let record = description(size_of::<CRecord>(), fields.leak());
    let list = leak(WS_FIELD_DESCRIPTION {
        mapping: WS_REPEATING_ELEMENT_FIELD_MAPPING,
        localName: Ptr::NULL,
        ns: Ptr::NULL,
        r#type: WS_STRUCT_TYPE,
        typeDescription: record.cast(),
        offset: offset_of!(CRecords, record) as u32,
        options: 0,
        defaultValue: Ptr::NULL,
        countOffset: offset_of!(CRecords, count) as u32,
        itemLocalName: string("record"),
        itemNs: string(NS),
        itemRange: Ptr::NULL,
    });
    let records = description(size_of::<CRecords>(), vec![list].leak());
    leak(WS_ELEMENT_DESCRIPTION {
        elementLocalName: string("records"),
        elementNs: string(NS),
        r#type: WS_STRUCT_TYPE,
        typeDescription: records.cast(),
    })
}

/// The records in C, never freed.
fn c_records() -> CRecords {
    let text = |text: &str| {
        let units: &'static [u16] = text.encode_utf16().collect::<Vec<u16>>().leak();
        WS_STRING { length: units.len() as u32, chars: Ptr::first(units) }
    };
    let nil = WS_STRING { length: 0, chars: Ptr::NULL };
    let list: Vec<CRecord> = records()
        .record
        .iter()
        .map(|r| CRecord {
            number: r.number,
            name: text(&r.name),
            price: r.price,
            quantity: r.quantity,
            active: r.active.into(),
            created: WS_DATETIME::from_rust(r.created),
            amount: DECIMAL::from_rust(r.amount),
            key: GUID::from_rust(r.key),
            note: r.note.as_deref().map_or(nil, text),
            total: r.total,
        })
        .collect();
    CRecords { record: Ptr::first(list.leak()), count: COUNT as u32 }
}

fn writer_encoding(binary: bool) -> WriterEncoding {
    if binary { BinaryEncoding::default().into() } else { Charset::Utf8.into() }
}

fn keeping_memory() -> WriterOptions {
    WriterOptions { buffer_trim_size: u32::MAX, ..WriterOptions::default() }
}

fn document(binary: bool) -> &'static [u8] {
    let mut writer = Writer::new(writer_encoding(binary), WriterOptions::default());
    writer.write(&records()).expect("the records can be written");
    writer.into_bytes().expect("the output is a buffer").leak()
}

fn case(
    name: &'static str,
    bytes: usize,
    ours: impl FnMut() + 'static,
    peer: impl FnMut() + 'static,
) -> Case {
    let (ours, peer) = (Box::new(ours), Box::new(peer));
    Case { name, peer_name: "derived Rust types", target: 0.6, bytes, items: COUNT, ours, peer }
}

fn write(name: &'static str, binary: bool) -> Case {
    let (element, value) = (element(), c_records());
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
    let mut handle: Ptr<WS_XML_WRITER> = Ptr::NULL;
    call!(WsCreateWriter(Ptr::to(&property), 1, Ptr::new(&raw mut handle)));
    let ours = move || {
        // The whole structs go into the closure, not their first members alone.
        let (text, dotnet, value) = (&text, &dotnet, &value);
        let encoding = if binary { Ptr::to(&dotnet.encoding) } else { Ptr::to(&text.encoding) };
        call!(WsSetOutput(handle, encoding, Ptr::to(&output), Ptr::NULL, 0));
        let size = size_of::<CRecords>() as u32;
        call!(WsWriteElement(handle, element, WS_WRITE_REQUIRED_VALUE, Ptr::to(value).cast(), size));
        let mut bytes = WS_BYTES { length: 0, bytes: Ptr::NULL };
        let (place, size) = (Ptr::new(&raw mut bytes).cast(), size_of::<WS_BYTES>() as u32);
        call!(WsGetWriterProperty(handle, WS_XML_WRITER_PROPERTY_BYTES, place, size));
        black_box(bytes.length);
    };
    let records = records();
    let mut writer = Writer::new(writer_encoding(binary), keeping_memory());
    let peer = move || {
        writer.set_output(writer_encoding(binary), keeping_memory());
        writer.write(&records).expect("the records can be written");
        black_box(writer.output_bytes().expect("the output is a buffer").len());
    };
    case(name, document(binary).len(), ours, peer)
}

fn read(name: &'static str, binary: bool) -> Case {
    let (element, bytes) = (element(), document(binary));
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
    let (mut handle, mut heap): (Ptr<WS_XML_READER>, Ptr<WS_HEAP>) = (Ptr::NULL, Ptr::NULL);
    call!(WsCreateReader(Ptr::NULL, 0, Ptr::new(&raw mut handle)));
    call!(WsCreateHeap(1 << 30, 1 << 20, Ptr::NULL, 0, Ptr::new(&raw mut heap)));
    let ours = move || {
        let (text, dotnet, input) = (&text, &dotnet, &input);
        let encoding = if binary { Ptr::to(&dotnet.encoding) } else { Ptr::to(&text.encoding) };
        call!(WsSetInput(handle, encoding, Ptr::to(&input.input), Ptr::NULL, 0));
        let mut value = CRecords { record: Ptr::NULL, count: 0 };
        let (place, size) = (Ptr::new(&raw mut value).cast(), size_of::<CRecords>() as u32);
        call!(WsReadElement(handle, element, WS_READ_REQUIRED_VALUE, heap, place, size));
        assert_eq!(value.count as usize, COUNT);
        call!(WsResetHeap(heap));
    };
    let mut rust = Reader::new(Default::default());
    let peer = move || {
        let encoding =
            if binary { ReaderEncoding::Binary(Default::default()) } else { ReaderEncoding::text() };
        rust.set_input(encoding, bytes.into());
        let records: Records = rust.read().expect("the document has the records");
        black_box(records.record.len());
    };
    case(name, bytes.len(), ours, peer)
}
