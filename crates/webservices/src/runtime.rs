//! The threads that channels work on, and asynchronous calls (WWSAPI D.2).

use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CALLBACK_MODEL},
    callback,
    export::boundary,
    failure::WS_ERROR,
    hresult::Status,
    ptr::{Across, Ptr},
};
use std::{cell::Cell, future::Future, sync::OnceLock};
use tokio::runtime::{Builder, Handle, Runtime};
use wws::{Error, ErrorCode, Result};

/// Asynchronous calls that can be under way at the same time: each has a thread until it completes.
const MAX_CALLS: usize = 10_000;

static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();

/// The one runtime of the process, made when it is first needed. It lives until the process ends.
///
/// # Errors
/// `E_OUTOFMEMORY` if the system gives no threads.
pub fn handle() -> Result<&'static Handle> {
    let runtime = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .thread_name("webservices")
            .max_blocking_threads(MAX_CALLS)
            .enable_all()
            .build()
            .ok()
    });
    runtime.as_ref().map(Runtime::handle).ok_or_else(|| {
        Error::new(ErrorCode::OutOfMemory, "the system gives no threads for the channels of this process")
    })
}

thread_local! {
    /// This thread waits for a channel.
    static IS_WAITING: Cell<bool> = const { Cell::new(false) };
}

/// Waits on this thread until something of a channel is done.
///
/// # Errors
/// `WS_E_INVALID_OPERATION` inside of a callback that a waiting call made: it would wait for itself.
pub fn wait<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let handle = handle()?;
    if IS_WAITING.replace(true) {
        return Err(Error::operation(
            "a callback of an encoder or decoder cannot wait for a channel: pass a WS_ASYNC_CONTEXT",
        ));
    }
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            IS_WAITING.set(false);
        }
    }
    let _done = Done;
    handle.block_on(future)
}

/// Does the work of an exported function: at once without a context; with one on another thread, which then calls the
/// callback once. Results are stored before that.
///
/// # Errors
/// Those of the work, if it was done at once.
pub fn run<S: Into<Status>>(
    name: &'static str,
    context: Option<&WS_ASYNC_CONTEXT>,
    model: WS_CALLBACK_MODEL,
    error: Ptr<WS_ERROR>,
    work: impl FnOnce() -> Result<S> + 'static,
) -> Result<Status> {
    let Some(context) = context else { return work().map(Into::into) };
    if context.callback.is_none() {
        return Err(Error::argument("the WS_ASYNC_CONTEXT has no callback"));
    }
    let job = Across::new((work, *context, error));
    handle()?.spawn_blocking(move || {
        let (work, context, error) = job.into_inner();
        let hr = boundary(name, error, work);
        callback::complete(&context, hr, model);
    });
    Ok(Status::Async)
}
