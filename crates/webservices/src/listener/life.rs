//! Listeners opened, accepting, closed, aborted, reset and freed (WWSAPI L).

use super::object::WS_LISTENER;
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CHANNEL_PROPERTY, WS_STRING},
    channel::object::WS_CHANNEL,
    failure::WS_ERROR,
    handle::Handle,
    hresult::Status,
    param::Out,
    ptr::Ptr,
    runtime, text,
};
use wws::{
    Error, ErrorCode, Result,
    channel::{ChannelState, ListenerState},
};

exports! {
    fn WsOpenListener(listener: &WS_LISTENER, url: &WS_STRING, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => open, error;
    fn WsAcceptChannel(listener: &WS_LISTENER, channel: &WS_CHANNEL, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => accept, error;
    fn WsCloseListener(listener: &WS_LISTENER, asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => close, error;
    fn WsAbortListener(listener: &WS_LISTENER; error) => abort;
    fn WsResetListener(listener: &WS_LISTENER; error) => WS_LISTENER::reset;
    void WsFreeListener(listener: Ptr<WS_LISTENER>) => free;
    fn WsCreateChannelForListener(listener: &WS_LISTENER, properties: Ptr<WS_CHANNEL_PROPERTY>, propertyCount: u32,
        channel: Out<Ptr<WS_CHANNEL>>; error) => create_channel;
}

fn open(
    listener: &'static WS_LISTENER,
    url: &WS_STRING,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    // The URL is copied: it need not live longer than the call.
    let url = text::string(url, "url")?;
    let model = listener.lock().model;
    runtime::run("WsOpenListener", context, model, error, move || listener.open(&url))
}

fn create_channel(
    listener: &WS_LISTENER,
    properties: Ptr<WS_CHANNEL_PROPERTY>,
    count: u32,
    channel: Out<Ptr<WS_CHANNEL>>,
) -> Result<()> {
    let settings = listener.channel(properties, count)?;
    channel.set(Ptr::give(Box::new(WS_CHANNEL::new(listener.kind, settings, Ptr::to(listener).cast())?)));
    Ok(())
}

fn accept(
    listener: &'static WS_LISTENER,
    channel: &'static WS_CHANNEL,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    if channel.listener != Ptr::to(listener).cast() {
        return Err(Error::argument(
            "the channel was not made for this listener: use WsCreateChannelForListener",
        ));
    }
    let (model, was_open) = {
        let state = listener.lock();
        (state.model, state.core.state() == ListenerState::Open)
    };
    let abort = channel.begin(ChannelState::Accepting)?;
    let accepting = runtime::run("WsAcceptChannel", context, model, error, move || {
        let core = listener.core();
        match runtime::wait(abort.run(core.accept())) {
            Ok(accepted) => {
                channel.begun(Some(accepted));
                if abort.is_aborted() {
                    channel.abort(); // it came when the channel was open already
                }
                Ok(Status::Done)
            }
            Err(error) => {
                channel.begun(None);
                // The listener may have ended before the work began (WWSAPI D.3).
                match was_open && core.state() != ListenerState::Open {
                    true => {
                        Err(Error::new(ErrorCode::OperationAborted, "the listener ended").caused_by(error))
                    }
                    false => Err(error),
                }
            }
        }
    });
    if accepting.is_err() {
        channel.begun(None);
    }
    accepting
}

fn close(
    listener: &'static WS_LISTENER,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let model = listener.lock().model;
    runtime::run("WsCloseListener", context, model, error, move || {
        let core = listener.core();
        runtime::wait(core.close())
    })
}

/// From any thread: nothing that another call holds is needed.
fn abort(listener: &WS_LISTENER) -> Result<()> {
    let _inside = runtime::handle()?.enter();
    listener.core().abort();
    Ok(())
}

fn free(listener: Ptr<WS_LISTENER>) {
    // What a listener leaves behind may need the runtime for its end.
    let _inside = runtime::handle().map(tokio::runtime::Handle::enter);
    Handle::free(listener);
}
