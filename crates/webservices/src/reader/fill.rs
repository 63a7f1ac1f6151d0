//! `WsFillReader`: the only call that does input (WWSAPI D.2, E.1).
//!
//! The read callback fills memory of the operation, not of the reader, so that nothing is borrowed while it runs.
//! After one that completes later, `resume` goes on, on whatever thread.

use super::object::{Source, Stream, WS_XML_READER};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CALLBACK_MODEL, WS_LONG_CALLBACK},
    callback,
    export::boundary,
    failure::WS_ERROR,
    hresult::{HRESULT, Status},
    ptr::{Ptr, Void},
    runtime,
};
use std::cell::{Cell, RefCell};
use wws::{Error, Result};

exports! {
    fn WsFillReader(reader: &WS_XML_READER, minSize: u32, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => fill, error;
}

/// The most that is asked for at once, unless the program set a larger buffer: memory grows as bytes come.
const MAX_PIECE: usize = 64 << 10;

/// A fill on its way. It stays in place until it is done.
struct Operation {
    reader: Ptr<WS_XML_READER>,
    stream: Stream,
    min_size: usize,
    user: Option<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
    buffer: RefCell<Vec<u8>>,
    /// Bytes that the callback said it gave.
    actual: Cell<u32>,
}

/// `WsFillReader`, also for other modules.
///
/// # Errors
/// What the callback returned; `WS_E_INVALID_OPERATION` while the reader is being filled.
pub fn fill(
    reader: &'static WS_XML_READER,
    min_size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let mut state = reader.lock()?;
    if let Some(failure) = state.core.failure() {
        return Err(failure.clone());
    }
    let buffered = state.core.buffered();
    let stream = match &mut state.source {
        // There is nothing to fill, or enough is there.
        Source::Memory | Source::Buffer(_) => return Ok(Status::Done),
        // As `WsFillBody`.
        Source::Channel => {
            drop(state);
            return runtime::run("WsFillReader", context, WS_LONG_CALLBACK, error, move || {
                let link = reader.lock()?.link.clone();
                link.map_or(Ok(()), |link| link.fill(min_size))
            });
        }
        Source::Stream(stream) if stream.ended || buffered >= min_size as usize => return Ok(Status::Done),
        Source::Stream(Stream { filling: true, .. }) => {
            return Err(Error::operation("the reader is being filled: wait for that first"));
        }
        Source::Stream(stream) => {
            stream.filling = true;
            *stream
        }
    };
    drop(state);
    let operation = Ptr::give(Box::new(Operation {
        reader: Ptr::to(reader),
        stream,
        min_size: min_size as usize,
        user: context.copied(),
        error,
        buffer: RefCell::default(),
        actual: Cell::new(0),
    }));
    run(operation)
}

/// Asks for bytes until there are enough, or the callback completes later: then the operation may be gone.
fn run(place: Ptr<Operation>) -> Result<Status> {
    loop {
        let operation = place.need("operation")?;
        let (buffer, size) = match operation.missing() {
            Ok(0) => return finish(place, Ok(())),
            Ok(size) => operation.room(size),
            Err(error) => return finish(place, Err(error)),
        };
        let own = WS_ASYNC_CONTEXT { callback: Some(resume), callbackState: place.cast() };
        let context = if operation.user.is_some() { Ptr::to(&own) } else { Ptr::NULL };
        let actual = Ptr::new(operation.actual.as_ptr());
        let Stream { callback, state, .. } = operation.stream;
        match callback::read(callback, state, buffer.cast(), size, actual, context, operation.error) {
            Ok(Status::Async) if !context.is_null() => return Ok(Status::Async),
            Ok(Status::Async) => {
                let error =
                    callback::misuse("the read callback returned WS_S_ASYNC though it got no context");
                return finish(place, Err(error));
            }
            Ok(_) => {
                if let Err(error) = operation.take() {
                    return finish(place, Err(error));
                }
            }
            Err(error) => return finish(place, Err(error)),
        }
    }
}

fn finish(place: Ptr<Operation>, result: Result<()>) -> Result<Status> {
    let Some(operation) = place.reclaim() else { return Ok(Status::Done) };
    if let Source::Stream(stream) = &mut operation.reader.need("reader")?.lock()?.source {
        stream.filling = false;
    }
    result.map(|()| Status::Done)
}

/// Goes on after a callback that completed later.
extern "C" fn resume(hr: HRESULT, model: WS_CALLBACK_MODEL, state: Void) {
    let place: Ptr<Operation> = state.cast();
    let Some(operation) = place.get() else { return };
    let (user, error) = (operation.user, operation.error);
    let last = if hr < 0 { Err(callback::failure(hr as u32, "read")) } else { operation.take() };
    let hr = boundary("WsFillReader", error, || match last {
        Ok(()) => run(place),
        Err(error) => finish(place, Err(error)),
    });
    if hr != Status::Async.hresult()
        && let Some(user) = user
    {
        callback::complete(&user, hr, model);
    }
}

impl Operation {
    /// How many bytes to ask for; 0 if there are enough.
    fn missing(&self) -> Result<usize> {
        let state = self.reader.need("reader")?.lock()?;
        let piece = state.settings.core.stream_buffer_size.max(1) as usize;
        let ended = matches!(state.source, Source::Stream(Stream { ended: true, .. }));
        let missing = self.min_size.saturating_sub(state.core.buffered());
        Ok(if ended || missing == 0 { 0 } else { missing.clamp(piece, MAX_PIECE.max(piece)) })
    }

    /// Memory for the callback.
    fn room(&self, size: usize) -> (Ptr<u8>, u32) {
        let mut buffer = self.buffer.borrow_mut();
        if buffer.len() < size {
            buffer.resize(size, 0);
        }
        self.actual.set(0);
        (Ptr::new(buffer.as_mut_ptr()), size.min(buffer.len()) as u32)
    }

    /// Gives the reader what the callback gave.
    fn take(&self) -> Result<()> {
        let buffer = self.buffer.borrow();
        let actual = self.actual.get() as usize;
        let Some(bytes) = buffer.get(..actual) else {
            let text = format!("the read callback claims {actual} bytes in a buffer of {}", buffer.len());
            return Err(callback::misuse(text));
        };
        let mut state = self.reader.need("reader")?.lock()?;
        if !bytes.is_empty() {
            state.core.feed(bytes);
            return Ok(());
        }
        state.core.end_of_input();
        if let Source::Stream(stream) = &mut state.source {
            stream.ended = true;
        }
        Ok(())
    }
}
