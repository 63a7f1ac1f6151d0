//! `WsPushBytes` and `WsPullBytes`: bytes that callbacks of the program give (WWSAPI F.2, N.2).

use super::object::{PushCallback, Target, WS_XML_WRITER};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_BYTES, WS_PUSH_BYTES_CALLBACK, WS_READ_CALLBACK},
    callback,
    export::boundary,
    failure::WS_ERROR,
    hresult::{HRESULT, Status},
    ptr::{Across, Ptr, Void},
    runtime::{self, SharedCall},
};
use std::io::IoSlice;
use wws::{
    Error, Result,
    xml::output::{Destination, PushSource, Source},
};

exports! {
    fn WsPushBytes(writer: &WS_XML_WRITER, callback: WS_PUSH_BYTES_CALLBACK, callbackState: Void; error)
        => push_bytes, error;
    fn WsPullBytes(writer: &WS_XML_WRITER, callback: WS_READ_CALLBACK, callbackState: Void; error)
        => pull_bytes, error;
}

fn push_bytes(
    writer: &WS_XML_WRITER,
    callback: WS_PUSH_BYTES_CALLBACK,
    state: Void,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    if callback.is_none() {
        return Err(Error::argument("`callback` is NULL: there is nothing to push"));
    }
    let source = PushCallback { callback, state };
    let is_channel = matches!(writer.lock()?.target, Target::Channel);
    let deferred = writer.with(|w| Ok(w.defers_bytes()))?;
    if deferred && is_channel {
        let source = ChannelSource::new(source, writer.lock()?.call.clone());
        return writer.with(|w| w.push_source(Source::push(source)));
    }
    if deferred {
        let number = {
            let mut state = writer.lock()?;
            state.next_source += 1;
            let number = state.next_source;
            state.sources.insert(number, source);
            number
        };
        return writer.with(|w| w.push_source(Source::Token(number)));
    }
    // In this encoding the bytes come now, as if WsWriteBytes was called. A state that forbids them shows first.
    writer.with(|w| w.bytes(&[]))?;
    let pushed = match source.push(Some(write_bytes), Ptr::to(writer).cast(), Ptr::NULL, error) {
        Ok(Status::Async) => {
            Err(callback::misuse("the push callback returned WS_S_ASYNC though it got no context"))
        }
        Ok(_) => return Ok(()),
        Err(error) => Err(error),
    };
    failed(writer, pushed)
}

/// A push callback that a channel runs when it sends, perhaps on a thread of its own.
struct ChannelSource {
    source: Across<PushCallback>,
    /// The call that sends.
    call: SharedCall,
}

impl ChannelSource {
    fn new(source: PushCallback, call: SharedCall) -> Self {
        ChannelSource { source: Across::new(source), call }
    }
}

impl PushSource for ChannelSource {
    fn push(&mut self, to: &mut dyn Destination) -> Result<()> {
        let (mut to, source) = (to, *self.source);
        let place = Ptr::new(&raw mut to).cast();
        let push =
            || runtime::let_run("push", |context, error| source.push(Some(write_on), place, context, error));
        self.call.within(push).map(drop)
    }
}

/// What a push callback of a channel writes to: its bytes go on from where they are.
extern "C" fn write_on(
    state: Void,
    buffers: Ptr<WS_BYTES>,
    count: u32,
    _context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    boundary("the write callback of a push", error, || {
        let [to] = state.cast::<&mut dyn Destination>().slice_mut(1, "callbackState")? else {
            return Err(Error::operation("a push callback wrote after its turn had ended"));
        };
        let mut slices = Vec::new();
        for buffer in buffers.slice(count as usize, "buffers")? {
            slices.push(IoSlice::new(buffer.bytes.slice(buffer.length as usize, "bytes")?));
        }
        to.write_all(&slices)
    })
}

/// What a push callback writes to where bytes come at once.
extern "C" fn write_bytes(
    state: Void,
    buffers: Ptr<WS_BYTES>,
    count: u32,
    _context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    boundary("the write callback of WsPushBytes", error, || {
        let writer = state.cast::<WS_XML_WRITER>().need("callbackState")?;
        for buffer in buffers.slice(count as usize, "buffers")? {
            let bytes = buffer.bytes.slice(buffer.length as usize, "bytes")?;
            writer.with(|w| w.bytes(bytes))?;
        }
        Ok(())
    })
}

fn pull_bytes(
    writer: &WS_XML_WRITER,
    callback: WS_READ_CALLBACK,
    state: Void,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    if callback.is_none() {
        return Err(Error::argument("`callback` is NULL: there is nothing to pull"));
    }
    writer.with(|w| w.bytes(&[]))?;
    // A short source takes little memory: the buffer grows from 256 bytes to 64 KiB.
    let mut buffer = vec![0u8; 0x100];
    loop {
        let count = match pull(callback, state, &mut buffer, error) {
            Ok(count) => count,
            Err(error) => return failed(writer, Err(error)),
        };
        let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        writer.with(|w| w.bytes(piece))?;
        if count == buffer.len() && buffer.len() < 0x1_0000 {
            buffer = vec![0; buffer.len() * 16];
        }
    }
}

/// Asks once for bytes.
fn pull(callback: WS_READ_CALLBACK, state: Void, buffer: &mut [u8], error: Ptr<WS_ERROR>) -> Result<usize> {
    let mut actual = 0u32;
    let place = Ptr::new(buffer.as_mut_ptr()).cast();
    let status = callback::read(
        callback,
        state,
        place,
        buffer.len() as u32,
        Ptr::new(&raw mut actual),
        Ptr::NULL,
        error,
    )?;
    if status == Status::Async {
        return Err(callback::misuse("the pull callback returned WS_S_ASYNC though it got no context"));
    }
    if actual as usize > buffer.len() {
        let text = format!("the pull callback claims {actual} bytes in a buffer of {}", buffer.len());
        return Err(callback::misuse(text));
    }
    Ok(actual as usize)
}

/// A document with a hole in it cannot be completed.
fn failed(writer: &WS_XML_WRITER, result: Result<()>) -> Result<()> {
    if let Err(error) = &result {
        writer.lock()?.core.fail(error.clone());
    }
    result
}
