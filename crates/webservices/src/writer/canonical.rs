//! The canonical form of what is written (WWSAPI H).

use super::object::WS_XML_WRITER;
use crate::{
    abi::{WS_WRITE_CALLBACK, WS_XML_CANONICALIZATION_PROPERTY},
    canonical,
    ptr::{Ptr, Void},
    sink::Sink,
};
use wws::{Error, Result};

exports! {
    fn WsStartWriterCanonicalization(writer: &WS_XML_WRITER, writeCallback: WS_WRITE_CALLBACK,
        writeCallbackState: Void, properties: Ptr<WS_XML_CANONICALIZATION_PROPERTY>, propertyCount: u32; error)
        => start;
    fn WsEndWriterCanonicalization(writer: &WS_XML_WRITER; error) => end;
}

fn start(
    writer: &WS_XML_WRITER,
    callback: WS_WRITE_CALLBACK,
    state: Void,
    properties: Ptr<WS_XML_CANONICALIZATION_PROPERTY>,
    count: u32,
) -> Result<()> {
    if callback.is_none() {
        return Err(Error::argument("`writeCallback` is NULL: the canonical form needs a place to go"));
    }
    let settings = canonical::settings(properties, count)?;
    writer.with(|w| w.start_canonicalization(&settings))?;
    writer.lock()?.canonical = Some(Sink { callback, state });
    Ok(())
}

fn end(writer: &WS_XML_WRITER) -> Result<()> {
    let sink = {
        let mut state = writer.lock()?;
        state.core.end_canonicalization()?;
        state.canonical.take()
    };
    sink.map_or(Ok(()), |sink| writer.hand_out(sink))
}
