//! The threads that channels work on, and asynchronous calls (WWSAPI D.2).

use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CALLBACK_MODEL},
    callback,
    completion::Completion,
    export::boundary,
    failure::WS_ERROR,
    hresult::{HRESULT, Status},
    ptr::{Across, Ptr, Void},
};
use std::{
    cell::Cell,
    future::Future,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
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
    let Some(context) = context else {
        let _call = enter(Call { error, is_async: false });
        return work().map(Into::into);
    };
    if context.callback.is_none() {
        return Err(Error::argument("the WS_ASYNC_CONTEXT has no callback"));
    }
    let job = Across::new((work, *context, error));
    handle()?.spawn_blocking(move || {
        let (work, context, error) = job.into_inner();
        let hr = {
            let _call = enter(Call { error, is_async: true });
            boundary(name, error, work)
        };
        callback::complete(&context, hr, model);
    });
    Ok(Status::Async)
}

/// The call of the program that this thread works for.
#[derive(Clone, Copy, Debug)]
struct Call {
    error: Ptr<WS_ERROR>,
    is_async: bool,
}

/// The call that other threads work for at the moment, as far as they have to know.
#[derive(Clone, Debug, Default)]
pub struct SharedCall(Arc<Mutex<Option<Across<Call>>>>);

impl SharedCall {
    /// Notes the call of this thread.
    pub fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = CALL.get().map(Across::new);
    }

    /// Works for the call that was noted.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        let call = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _call = call.map(|call| enter(call.into_inner()));
        work()
    }
}

thread_local! {
    static CALL: Cell<Option<Call>> = const { Cell::new(None) };
}

/// The thread works for this call until the result is dropped; calls that callbacks make nest.
fn enter(call: Call) -> impl Drop {
    struct Leave(Option<Call>);
    impl Drop for Leave {
        fn drop(&mut self) {
            CALL.set(self.0);
        }
    }
    Leave(CALL.replace(Some(call)))
}

/// Runs a function of the program that may complete later if the call that it belongs to may: then it gets a context,
/// and this thread waits. Without a context it has to finish at once (WWSAPI D.2). What runs on a thread of ours, for no
/// call in particular, gets a context too.
///
/// # Errors
/// What the function returned, at once or later; `what` is what the error calls it.
pub fn let_run(
    what: &str,
    function: impl FnOnce(Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> Result<Status>,
) -> Result<Status> {
    let call = CALL.get();
    let error = call.map_or(Ptr::NULL, |call| call.error);
    if call.is_some_and(|call| !call.is_async) {
        return match function(Ptr::NULL, error)? {
            Status::Async => Err(callback::misuse(format!(
                "the {what} callback returned WS_S_ASYNC though it got no context"
            ))),
            status => Ok(status),
        };
    }
    let completion = Arc::new(Completion::default());
    let ticket = Ptr::give(Box::new(completion.clone()));
    let own = WS_ASYNC_CONTEXT { callback: Some(completed), callbackState: ticket.cast() };
    let status = function(Ptr::to(&own), error);
    match status {
        // Inside of the runtime another thread takes the tasks of this one over.
        Ok(Status::Async) => callback::outcome(tokio::task::block_in_place(|| completion.wait()), what),
        // Nobody will call back.
        status => {
            drop(ticket.reclaim());
            status
        }
    }
}

/// What the program calls when its function has completed.
extern "C" fn completed(hr: HRESULT, _model: WS_CALLBACK_MODEL, state: Void) {
    if let Some(completion) = state.cast::<Arc<Completion>>().reclaim() {
        completion.complete(hr);
    }
}
