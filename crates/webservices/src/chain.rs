//! `WsAsyncExecute`: a chain of steps, each of which may complete later (WWSAPI D.2).

use crate::{
    abi::{
        WS_ASYNC_CONTEXT, WS_ASYNC_FUNCTION, WS_ASYNC_OPERATION, WS_ASYNC_STATE, WS_CALLBACK_MODEL,
        WS_LONG_CALLBACK, WS_SHORT_CALLBACK,
    },
    callback,
    failure::WS_ERROR,
    hresult::{HRESULT, S_OK, Status},
    ptr::{Ptr, Void},
};
use std::mem::offset_of;
use wws::{Error, Result};

exports! {
    fn WsAsyncExecute(asyncState: Ptr<WS_ASYNC_STATE>, operation: WS_ASYNC_FUNCTION, callbackModel: WS_CALLBACK_MODEL,
        callbackState: Void, asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => execute, error;
}

/// What the steps share. It stays in place until the last of them is done.
#[derive(Clone, Copy)]
struct Chain {
    next: WS_ASYNC_OPERATION,
    /// What each step gets for its own completion; no callback in a chain that blocks.
    own: WS_ASYNC_CONTEXT,
    state: Void,
    user: WS_ASYNC_CONTEXT,
    error: Ptr<WS_ERROR>,
}

fn execute(
    async_state: Ptr<WS_ASYNC_STATE>,
    operation: WS_ASYNC_FUNCTION,
    model: WS_CALLBACK_MODEL,
    state: Void,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    if async_state.is_null() {
        return Err(Error::argument(
            "`asyncState` is NULL: pass a WS_ASYNC_STATE that lives until completion",
        ));
    }
    if !matches!(model, WS_SHORT_CALLBACK | WS_LONG_CALLBACK) {
        return Err(Error::argument(format!("{} is no WS_CALLBACK_MODEL", model.0)));
    }
    let none = WS_ASYNC_CONTEXT { callback: None, callbackState: Ptr::NULL };
    let mut chain = Box::new(Chain {
        next: WS_ASYNC_OPERATION { function: operation },
        own: none,
        state,
        user: none,
        error,
    });
    if let Some(user) = context {
        chain.user = *user;
        chain.own.callback = Some(resume);
    }
    let chain = Ptr::give(chain);
    if let Some(hr) = run(chain, S_OK, model) {
        chain.reclaim();
        return Ok(Status::Code(hr));
    }
    Ok(Status::Async)
}

/// Runs steps until there is no next one, whose result it gives, or one completes later: then `None`, and the chain
/// may be gone by now.
fn run(chain: Ptr<Chain>, mut hr: HRESULT, model: WS_CALLBACK_MODEL) -> Option<HRESULT> {
    loop {
        let Chain { next, own, state, error, .. } = chain.read()?;
        if next.function.is_none() {
            return Some(hr);
        }
        let place = chain.field::<WS_ASYNC_OPERATION>(offset_of!(Chain, next));
        place.set(WS_ASYNC_OPERATION { function: None });
        let own = WS_ASYNC_CONTEXT { callbackState: chain.cast(), ..own };
        let context = if own.callback.is_some() { Ptr::to(&own) } else { Ptr::NULL };
        hr = callback::step(next.function, hr, model, state, place, context, error);
        if hr == Status::Async.hresult() {
            return None;
        }
    }
}

/// Goes on after a step that completed later.
extern "C" fn resume(hr: HRESULT, model: WS_CALLBACK_MODEL, state: Void) {
    let chain: Ptr<Chain> = state.cast();
    if let Some(hr) = run(chain, hr, model)
        && let Some(chain) = chain.reclaim()
    {
        callback::complete(&chain.user, hr, model);
    }
}
