//! Readers and writers of buffers, and their positions (WWSAPI G).

use super::object::WS_XML_BUFFER;
use crate::{
    abi::{
        BOOL, FALSE, TRUE, WS_MOVE_TO, WS_XML_NODE_POSITION, WS_XML_READER_PROPERTY, WS_XML_WRITER_PROPERTY,
    },
    param::Out,
    ptr::Ptr,
    reader::{
        self,
        object::{Source, WS_XML_READER},
    },
    writer::{
        self,
        object::{Target, WS_XML_WRITER},
    },
};
use wws::{
    Error, Result,
    xml::buffer::{MoveTo, NodePosition},
};

exports! {
    fn WsSetInputToBuffer(reader: &WS_XML_READER, buffer: &WS_XML_BUFFER, properties: Ptr<WS_XML_READER_PROPERTY>,
        propertyCount: u32; error) => set_input;
    fn WsMoveReader(reader: &WS_XML_READER, moveTo: WS_MOVE_TO, found: Option<Out<BOOL>>; error) => move_reader;
    fn WsGetReaderPosition(reader: &WS_XML_READER, nodePosition: Out<WS_XML_NODE_POSITION>; error)
        => reader_position;
    fn WsSetReaderPosition(reader: &WS_XML_READER, nodePosition: &WS_XML_NODE_POSITION; error)
        => set_reader_position;
    fn WsSetOutputToBuffer(writer: &WS_XML_WRITER, buffer: &WS_XML_BUFFER, properties: Ptr<WS_XML_WRITER_PROPERTY>,
        propertyCount: u32; error) => set_output;
    fn WsMoveWriter(writer: &WS_XML_WRITER, moveTo: WS_MOVE_TO, found: Option<Out<BOOL>>; error) => move_writer;
    fn WsGetWriterPosition(writer: &WS_XML_WRITER, nodePosition: Out<WS_XML_NODE_POSITION>; error)
        => writer_position;
    fn WsSetWriterPosition(writer: &WS_XML_WRITER, nodePosition: &WS_XML_NODE_POSITION; error)
        => set_writer_position;
}

/// `WsSetInputToBuffer`, also for other modules.
///
/// # Errors
/// `E_INVALIDARG` for a property that cannot be set.
pub fn set_input(
    reader: &WS_XML_READER,
    buffer: &WS_XML_BUFFER,
    properties: Ptr<WS_XML_READER_PROPERTY>,
    count: u32,
) -> Result<()> {
    let mut state = reader.lock()?;
    let mut settings = state.defaults.clone();
    reader::options::apply(&mut settings, properties, count)?;
    state.moved();
    state.canonical = None;
    state.dictionaries.clear();
    state.source = Source::Buffer(Ptr::to(buffer).cast());
    *state.core.options_mut() = settings.core.clone();
    state.core.set_input_to_buffer(buffer.shared.clone());
    state.settings = settings;
    Ok(())
}

fn move_reader(reader: &WS_XML_READER, to: WS_MOVE_TO, found: Option<Out<BOOL>>) -> Result<()> {
    let to = direction(to)?;
    report(reader.with(|r| r.move_to(to))?, found)
}

fn reader_position(reader: &WS_XML_READER, position: Out<WS_XML_NODE_POSITION>) -> Result<()> {
    let state = reader.lock()?;
    let place = state.core.position()?;
    let Source::Buffer(buffer) = state.source else { return Err(no_buffer("reader")) };
    position.set(WS_XML_BUFFER::position_to_c(buffer.cast(), place));
    Ok(())
}

fn set_reader_position(reader: &WS_XML_READER, position: &WS_XML_NODE_POSITION) -> Result<()> {
    let place = place(position)?;
    reader.with(|r| r.set_position(place))
}

fn set_output(
    writer: &WS_XML_WRITER,
    buffer: &WS_XML_BUFFER,
    properties: Ptr<WS_XML_WRITER_PROPERTY>,
    count: u32,
) -> Result<()> {
    let mut state = writer.lock()?;
    let mut options = state.defaults.clone();
    writer::options::apply(&mut options, properties, count)?;
    state.begin(buffer.shared.clone().into(), options, Target::Buffer(Ptr::to(buffer).cast()));
    Ok(())
}

fn move_writer(writer: &WS_XML_WRITER, to: WS_MOVE_TO, found: Option<Out<BOOL>>) -> Result<()> {
    let to = direction(to)?;
    report(writer.with(|w| w.move_to(to))?, found)
}

fn writer_position(writer: &WS_XML_WRITER, position: Out<WS_XML_NODE_POSITION>) -> Result<()> {
    let state = writer.lock()?;
    let Target::Buffer(buffer) = state.target else { return Err(no_buffer("writer")) };
    position.set(WS_XML_BUFFER::position_to_c(buffer.cast(), state.core.position()?));
    Ok(())
}

fn set_writer_position(writer: &WS_XML_WRITER, position: &WS_XML_NODE_POSITION) -> Result<()> {
    let place = place(position)?;
    writer.with(|w| w.set_position(place))
}

fn place(position: &WS_XML_NODE_POSITION) -> Result<NodePosition> {
    WS_XML_BUFFER::position_of(position).map(|(_, place)| place)
}

fn direction(to: WS_MOVE_TO) -> Result<MoveTo> {
    MoveTo::from_number(to.0).ok_or_else(|| Error::argument(format!("{} is no WS_MOVE_TO", to.0)))
}

/// Says whether the move was possible. Without a place for that, an impossible one is an error (WWSAPI G).
fn report(moved: bool, found: Option<Out<BOOL>>) -> Result<()> {
    match found {
        Some(found) => found.set(if moved { TRUE } else { FALSE }),
        None if moved => {}
        None => return Err(Error::format("there is no such node to move to")),
    }
    Ok(())
}

#[cold]
fn no_buffer(what: &str) -> Error {
    Error::operation(format!("only a {what} of an XML buffer has positions"))
}
