//! The canonical form of what is read (WWSAPI H).

use super::object::WS_XML_READER;
use crate::{
    abi::{WS_WRITE_CALLBACK, WS_XML_CANONICALIZATION_PROPERTY},
    canonical,
    ptr::{Ptr, Void},
    sink::Sink,
};
use wws::{Error, Result};

exports! {
    fn WsStartReaderCanonicalization(reader: &WS_XML_READER, writeCallback: WS_WRITE_CALLBACK,
        writeCallbackState: Void, properties: Ptr<WS_XML_CANONICALIZATION_PROPERTY>, propertyCount: u32; error)
        => start;
    fn WsEndReaderCanonicalization(reader: &WS_XML_READER; error) => end;
}

fn start(
    reader: &WS_XML_READER,
    callback: WS_WRITE_CALLBACK,
    state: Void,
    properties: Ptr<WS_XML_CANONICALIZATION_PROPERTY>,
    count: u32,
) -> Result<()> {
    if callback.is_none() {
        return Err(Error::argument("`writeCallback` is NULL: the canonical form needs a place to go"));
    }
    let settings = canonical::settings(properties, count)?;
    let mut object = reader.lock()?;
    object.core.start_canonicalization(&settings)?;
    object.canonical = Some(Sink { callback, state });
    Ok(())
}

fn end(reader: &WS_XML_READER) -> Result<()> {
    let sink = {
        let mut state = reader.lock()?;
        state.core.end_canonicalization()?;
        state.canonical.take()
    };
    sink.map_or(Ok(()), |sink| reader.hand_out(sink))
}
