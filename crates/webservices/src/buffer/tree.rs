//! Buffers made, filled from a reader, written, and cut (WWSAPI G).

use super::object::WS_XML_BUFFER;
use crate::{
    abi::{WS_XML_BUFFER_PROPERTY, WS_XML_NODE_POSITION},
    heap::WS_HEAP,
    param::Out,
    property,
    ptr::Ptr,
    reader::object::WS_XML_READER,
    writer::object::WS_XML_WRITER,
};
use wws::{Result, xml::buffer::XmlBuffer};

exports! {
    fn WsCreateXmlBuffer(heap: &WS_HEAP, properties: Ptr<WS_XML_BUFFER_PROPERTY>, propertyCount: u32,
        buffer: Out<Ptr<WS_XML_BUFFER>>; error) => create;
    fn WsRemoveNode(nodePosition: &WS_XML_NODE_POSITION; error) => remove_node;
    fn WsReadXmlBuffer(reader: &WS_XML_READER, heap: &WS_HEAP, xmlBuffer: Out<Ptr<WS_XML_BUFFER>>; error)
        => read_buffer;
    fn WsWriteXmlBuffer(writer: &WS_XML_WRITER, xmlBuffer: &WS_XML_BUFFER; error) => write_buffer;
    fn WsCopyNode(writer: &WS_XML_WRITER, reader: &WS_XML_READER; error) => copy_node;
}

fn create(
    heap: &WS_HEAP,
    properties: Ptr<WS_XML_BUFFER_PROPERTY>,
    count: u32,
    buffer: Out<Ptr<WS_XML_BUFFER>>,
) -> Result<()> {
    if let Some(p) = property::list(properties, count)?.next() {
        return Err(p.refuse("an XML buffer has no properties"));
    }
    buffer.set(WS_XML_BUFFER::keep(heap, XmlBuffer::with_max_size(heap.room()))?);
    Ok(())
}

fn remove_node(position: &WS_XML_NODE_POSITION) -> Result<()> {
    let (buffer, place) = WS_XML_BUFFER::position_of(position)?;
    buffer.shared.lock().remove(place)
}

fn read_buffer(reader: &WS_XML_READER, heap: &WS_HEAP, buffer: Out<Ptr<WS_XML_BUFFER>>) -> Result<()> {
    let room = heap.room();
    let read = reader.with(|r| r.read_buffer(room))?;
    buffer.set(WS_XML_BUFFER::keep(heap, read)?);
    Ok(())
}

fn write_buffer(writer: &WS_XML_WRITER, buffer: &WS_XML_BUFFER) -> Result<()> {
    if writer.writes_to(buffer)? {
        // The buffer is locked for each step: what is written into itself is copied first.
        let copy = buffer.shared.clone().into_inner()?;
        return writer.with(|w| w.write_buffer(&copy));
    }
    writer.with(|w| w.write_buffer(&buffer.shared.lock()))
}

fn copy_node(writer: &WS_XML_WRITER, reader: &WS_XML_READER) -> Result<()> {
    let result = {
        let (mut from, mut to) = (reader.lock()?, writer.lock()?);
        to.check_output()?;
        from.moved();
        to.core.copy_node(&mut from.core)
    };
    // Both are free when callbacks get the canonical form.
    reader.settle()?;
    writer.settle()?;
    result
}
