//! Buffers from bytes and to bytes, in any encoding (WWSAPI G).

use super::object::WS_XML_BUFFER;
use crate::{
    abi::{WS_XML_READER_ENCODING, WS_XML_READER_PROPERTY, WS_XML_WRITER_ENCODING, WS_XML_WRITER_PROPERTY},
    heap::WS_HEAP,
    param::Out,
    ptr::{Ptr, Void},
    reader::{self, object::WS_XML_READER},
    writer::{self, object::WS_XML_WRITER},
};
use wws::{
    Error, Result,
    xml::{ReaderEncoding, WriterEncoding, buffer::XmlBuffer},
};

exports! {
    fn WsReadXmlBufferFromBytes(reader: &WS_XML_READER, encoding: Option<&WS_XML_READER_ENCODING>,
        properties: Ptr<WS_XML_READER_PROPERTY>, propertyCount: u32, bytes: Void, byteCount: u32, heap: &WS_HEAP,
        xmlBuffer: Out<Ptr<WS_XML_BUFFER>>; error) => read_from_bytes;
    fn WsWriteXmlBufferToBytes(writer: &WS_XML_WRITER, xmlBuffer: &WS_XML_BUFFER,
        encoding: Option<&WS_XML_WRITER_ENCODING>, properties: Ptr<WS_XML_WRITER_PROPERTY>, propertyCount: u32,
        heap: &WS_HEAP, bytes: Out<Void>, byteCount: Out<u32>; error) => write_to_bytes;
}

#[expect(clippy::too_many_arguments, reason = "those of WsReadXmlBufferFromBytes")]
fn read_from_bytes(
    reader: &WS_XML_READER,
    encoding: Option<&WS_XML_READER_ENCODING>,
    properties: Ptr<WS_XML_READER_PROPERTY>,
    count: u32,
    bytes: Void,
    byte_count: u32,
    heap: &WS_HEAP,
    buffer: Out<Ptr<WS_XML_BUFFER>>,
) -> Result<()> {
    let bytes = bytes.cast::<u8>().slice(byte_count as usize, "bytes")?;
    let mut settings = reader.lock()?.defaults.clone();
    reader::options::apply(&mut settings, properties, count)?;
    let encoding = match encoding {
        Some(encoding) => reader::input::Encoding::read(encoding)?.core,
        None => ReaderEncoding::text(),
    };
    let read = XmlBuffer::from_bytes(bytes, encoding, settings.core, heap.room())?;
    buffer.set(WS_XML_BUFFER::keep(heap, read)?);
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "those of WsWriteXmlBufferToBytes")]
fn write_to_bytes(
    writer: &WS_XML_WRITER,
    buffer: &WS_XML_BUFFER,
    encoding: Option<&WS_XML_WRITER_ENCODING>,
    properties: Ptr<WS_XML_WRITER_PROPERTY>,
    count: u32,
    heap: &WS_HEAP,
    bytes: Out<Void>,
    byte_count: Out<u32>,
) -> Result<()> {
    let mut options = writer.lock()?.defaults.clone();
    writer::options::apply(&mut options, properties, count)?;
    let encoding = match encoding {
        Some(encoding) => writer::output::Encoding::read(encoding)?.core,
        None => WriterEncoding::default(),
    };
    let written = buffer.shared.lock().to_bytes(encoding, options)?;
    let length = u32::try_from(written.len())
        .map_err(|_| Error::quota("the document has more than 4294967295 bytes"))?;
    bytes.set(heap.copy(&written)?.cast());
    byte_count.set(length);
    Ok(())
}
