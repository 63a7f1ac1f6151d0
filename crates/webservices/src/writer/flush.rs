//! `WsFlushWriter`: the document leaves, at once or later (WWSAPI D.2, F.1).
//!
//! A flush is detached from the writer and carried out step by step: while a callback of the program runs, nothing
//! of ours is borrowed. After a step that completes later, `resume` goes on, on whatever thread.

use super::object::{PushCallback, Target, WS_XML_WRITER};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_BYTES, WS_CALLBACK_MODEL, WS_LONG_CALLBACK},
    callback,
    export::boundary,
    failure::WS_ERROR,
    hresult::{HRESULT, Status},
    ptr::{Ptr, Void},
    runtime,
    sink::Sink,
};
use std::cell::RefCell;
use wws::{
    Error, Result,
    xml::output::{Flush, Head, Source, Want},
};

exports! {
    fn WsFlushWriter(writer: &WS_XML_WRITER, minSize: u32, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => flush, error;
}

/// A flush on its way. It stays in place until it is done.
struct Operation {
    writer: Ptr<WS_XML_WRITER>,
    sink: Sink,
    user: Option<WS_ASYNC_CONTEXT>,
    /// For the completion of single steps; given to callbacks if the program allows them to complete later.
    own: WS_ASYNC_CONTEXT,
    error: Ptr<WS_ERROR>,
    steps: RefCell<Steps>,
}

/// How far it is.
struct Steps {
    flush: Flush,
    phase: Phase,
    /// What the write callback was given last, and the frames in it.
    chunks: Vec<WS_BYTES>,
    heads: Vec<Head>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The next thing that the flush wants is to be done.
    Ready,
    /// The write callback has what the flush wanted to send.
    Sending,
    /// The push callback of a source runs.
    Pushing,
    /// The write callback has what follows the bytes of a source.
    Closing,
}

/// A callback to run.
#[derive(Clone, Copy)]
enum Call {
    Write(Ptr<WS_BYTES>, u32),
    Push(PushCallback),
    Nothing,
}

/// `WsFlushWriter`, also for other modules.
///
/// # Errors
/// What the callbacks returned, after which the writer has failed.
pub fn flush(
    writer: &'static WS_XML_WRITER,
    min_size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let mut state = writer.lock()?;
    let sink = match state.target {
        Target::Stream(sink) => sink,
        Target::Nothing => return Err(Error::operation("the writer has no output: call WsSetOutput first")),
        // As `WsFlushBody`.
        Target::Channel => {
            drop(state);
            return runtime::run("WsFlushWriter", context, WS_LONG_CALLBACK, error, move || {
                let link = writer.lock()?.link.clone();
                link.map_or(Ok(()), |link| link.flush(min_size))
            });
        }
        // With a buffer for output nothing leaves.
        Target::Memory | Target::Buffer(_) => return state.core.flush(min_size.into()).map(|_| Status::Done),
    };
    let flush = state.core.flush(min_size.into())?;
    drop(state);
    let steps = Steps { flush, phase: Phase::Ready, chunks: Vec::new(), heads: Vec::new() };
    let operation = Ptr::give(Box::new(Operation {
        writer: Ptr::to(writer),
        sink,
        user: context.copied(),
        own: WS_ASYNC_CONTEXT { callback: Some(resume), callbackState: Ptr::NULL },
        error,
        steps: RefCell::new(steps),
    }));
    run(operation, Ok(()))
}

/// Goes on after a step that ended with `last`, until the flush is done or a step completes later: then the
/// operation may be gone.
fn run(place: Ptr<Operation>, mut last: Result<()>) -> Result<Status> {
    loop {
        let operation = place.need("operation")?;
        let call = match last.and_then(|()| operation.next()) {
            Ok(Call::Nothing) => return finish(place, Ok(())),
            Ok(call) => call,
            Err(error) => return finish(place, Err(error)),
        };
        let own = WS_ASYNC_CONTEXT { callbackState: place.cast(), ..operation.own };
        let context = if operation.user.is_some() { Ptr::to(&own) } else { Ptr::NULL };
        let Sink { callback, state } = operation.sink;
        let status = match call {
            Call::Write(chunks, count) => {
                callback::write(callback, state, chunks, count, context, operation.error)
            }
            Call::Push(source) => source.push(Some(framed_write), place.cast(), context, operation.error),
            Call::Nothing => Ok(Status::Done),
        };
        last = match status {
            Ok(Status::Async) if !context.is_null() => return Ok(Status::Async),
            Ok(Status::Async) => {
                Err(callback::misuse("a callback returned WS_S_ASYNC though it got no context"))
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
    }
}

/// Gives the flush back to the writer.
fn finish(place: Ptr<Operation>, result: Result<()>) -> Result<Status> {
    let Some(operation) = place.reclaim() else { return Ok(Status::Done) };
    let mut state = operation.writer.need("writer")?.lock()?;
    let flush = operation.steps.into_inner().flush;
    match result {
        Ok(()) => state.core.flushed(flush).map(|()| Status::Done),
        Err(error) => {
            state.core.fail(error.clone());
            // It was not finished, which the writer knows by now.
            let _ = state.core.flushed(flush);
            Err(error)
        }
    }
}

/// Goes on after a step that completed later.
extern "C" fn resume(hr: HRESULT, model: WS_CALLBACK_MODEL, state: Void) {
    let place: Ptr<Operation> = state.cast();
    let Some(operation) = place.get() else { return };
    let (user, error) = (operation.user, operation.error);
    let last = if hr < 0 { Err(callback::failure(hr as u32, "write or push")) } else { Ok(()) };
    let hr = boundary("WsFlushWriter", error, || run(place, last));
    if hr != Status::Async.hresult()
        && let Some(user) = user
    {
        callback::complete(&user, hr, model);
    }
}

impl Operation {
    /// Notes that the last call is done, and says which one comes next.
    fn next(&self) -> Result<Call> {
        let steps = &mut *self.steps.borrow_mut();
        match steps.phase {
            Phase::Ready => {}
            Phase::Sending | Phase::Closing => steps.flush.advance(),
            Phase::Pushing => {
                let Want::Supply(supply) = steps.flush.want() else { return Err(out_of_step()) };
                let head = supply.framing.finish();
                if !head.as_slice().is_empty() {
                    steps.heads = vec![head];
                    steps.chunks = chunks(steps.heads[0].as_slice());
                    steps.phase = Phase::Closing;
                    return Ok(Call::Write(Ptr::first(&steps.chunks), 1));
                }
                steps.flush.advance();
            }
        }
        match steps.flush.want() {
            Want::Send(slices) => {
                steps.chunks.clear();
                slices.for_each(|slice| steps.chunks.extend(chunks(slice)));
                steps.phase = Phase::Sending;
                Ok(Call::Write(Ptr::first(&steps.chunks), steps.chunks.len() as u32))
            }
            Want::Supply(supply) => {
                let Source::Token(number) = supply.source else { return Err(out_of_step()) };
                steps.phase = Phase::Pushing;
                let source = self.writer.need("writer")?.lock()?.sources.remove(&number);
                source.map(Call::Push).ok_or_else(out_of_step)
            }
            Want::Done => {
                steps.phase = Phase::Ready;
                Ok(Call::Nothing)
            }
        }
    }
}

/// What a push callback writes to: its bytes go on, framed and not copied.
extern "C" fn framed_write(
    state: Void,
    buffers: Ptr<WS_BYTES>,
    count: u32,
    context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    boundary("the write callback of a push", error, || {
        let operation = state.cast::<Operation>().need("callbackState")?;
        let (chunks, count) = {
            let Steps { flush, chunks, heads, .. } = &mut *operation.steps.borrow_mut();
            let Want::Supply(supply) = flush.want() else { return Err(out_of_step()) };
            let mut pieces = Vec::new();
            for buffer in buffers.slice(count as usize, "buffers")? {
                let bytes = buffer.bytes.slice(buffer.length as usize, "bytes")?;
                pieces.extend(bytes.chunks(1 << 30));
            }
            let framed: Vec<(Head, usize)> =
                pieces.iter().map(|piece| supply.framing.frame(&[*piece])).collect();
            *heads = framed.iter().map(|(head, _)| *head).collect();
            chunks.clear();
            for ((piece, (_, used)), head) in pieces.iter().zip(&framed).zip(&*heads) {
                chunks.extend(self::chunks(head.as_slice()));
                chunks.extend(self::chunks(piece.get(..*used).unwrap_or(piece)));
            }
            (Ptr::first(chunks), chunks.len() as u32)
        };
        if count == 0 {
            return Ok(Status::Done);
        }
        callback::write(operation.sink.callback, operation.sink.state, chunks, count, context, error)
    })
}

/// A slice as C takes it: in pieces whose length fits in 32 bits; nothing for an empty one.
fn chunks(slice: &[u8]) -> Vec<WS_BYTES> {
    slice.chunks(1 << 30).map(|c| WS_BYTES { length: c.len() as u32, bytes: Ptr::first(c) }).collect()
}

#[cold]
fn out_of_step() -> Error {
    Error::operation("a callback wrote after its turn had ended")
}
