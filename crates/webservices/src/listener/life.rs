//! Listeners opened, accepting, closed, aborted, reset and freed (WWSAPI L).

use super::object::{Driver, WS_LISTENER};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_CHANNEL_PROPERTY, WS_STRING},
    channel::{
        built_in, custom,
        object::{self, WS_CHANNEL},
    },
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
    fn WsAbortListener(listener: &WS_LISTENER; error) => abort, error;
    fn WsResetListener(listener: &WS_LISTENER; error) => WS_LISTENER::reset, error;
    void WsFreeListener(listener: Ptr<WS_LISTENER>) => free;
    fn WsCreateChannelForListener(listener: &WS_LISTENER, properties: Ptr<WS_CHANNEL_PROPERTY>, propertyCount: u32,
        channel: Out<Ptr<WS_CHANNEL>>; error) => create_channel, error;
}

fn open(
    listener: &'static WS_LISTENER,
    url: &WS_STRING,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    // The URL is copied: it need not live longer than the call.
    let url = text::string(url, "url")?;
    runtime::run("WsOpenListener", context, listener.model(), error, move || match &listener.driver {
        Driver::BuiltIn(driver) => driver.open(&url),
        Driver::Custom(driver) => driver.open(&url),
    })
}

fn create_channel(
    listener: &WS_LISTENER,
    properties: Ptr<WS_CHANNEL_PROPERTY>,
    count: u32,
    channel: Out<Ptr<WS_CHANNEL>>,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let driver = match &listener.driver {
        Driver::BuiltIn(driver) => {
            let settings = driver.channel(properties, count)?;
            object::Driver::BuiltIn(Box::new(built_in::BuiltIn::new(listener.kind, settings)?))
        }
        Driver::Custom(driver) => {
            let settings = custom::Settings::new(properties, count)?;
            object::Driver::Custom(Box::new(driver.channel(listener.kind, settings, error)?))
        }
    };
    let made = WS_CHANNEL::new(listener.kind, driver, Ptr::to(listener).cast());
    channel.set(Ptr::give(Box::new(made)));
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
    let was_open = listener.state() == ListenerState::Open;
    // The listener may have ended before the work began (WWSAPI D.3).
    let as_ended = move |error: Error| match was_open && listener.state() != ListenerState::Open {
        true => Error::new(ErrorCode::OperationAborted, "the listener ended").caused_by(error),
        false => error,
    };
    let model = listener.model();
    match (&listener.driver, &channel.driver) {
        (Driver::BuiltIn(driver), object::Driver::BuiltIn(to)) => {
            let abort = to.begin(ChannelState::Accepting)?;
            let accepting = runtime::run("WsAcceptChannel", context, model, error, move || {
                let core = driver.core();
                let accepted = runtime::wait(abort.run(core.accept())).map_err(as_ended);
                let outcome = accepted.map(|accepted| to.begun(Some(accepted)));
                match &outcome {
                    Ok(()) if abort.is_aborted() => to.abort(), // it came when the channel was open already
                    Ok(()) => {}
                    Err(_) => to.begun(None),
                }
                outcome
            });
            if accepting.is_err() {
                to.begun(None);
            }
            accepting
        }
        (Driver::Custom(driver), object::Driver::Custom(to)) => {
            to.begin(ChannelState::Accepting)?;
            let accepting = runtime::run("WsAcceptChannel", context, model, error, move || {
                driver.accept(to).map_err(as_ended)
            });
            if accepting.is_err() {
                to.not_begun();
            }
            accepting
        }
        _ => Err(Error::argument("the channel and the listener have different bindings")),
    }
}

fn close(
    listener: &'static WS_LISTENER,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    runtime::run("WsCloseListener", context, listener.model(), error, move || match &listener.driver {
        Driver::BuiltIn(driver) => {
            let core = driver.core();
            runtime::wait(core.close())
        }
        Driver::Custom(driver) => driver.close(),
    })
}

/// From any thread: nothing that another call holds is needed.
fn abort(listener: &WS_LISTENER, error: Ptr<WS_ERROR>) -> Result<()> {
    let _inside = runtime::handle()?.enter();
    match &listener.driver {
        Driver::BuiltIn(driver) => {
            driver.core().abort();
            Ok(())
        }
        Driver::Custom(driver) => driver.abort(error),
    }
}

fn free(listener: Ptr<WS_LISTENER>) {
    // What a listener leaves behind may need the runtime for its end.
    let _inside = runtime::handle().map(tokio::runtime::Handle::enter);
    Handle::free(listener);
}
