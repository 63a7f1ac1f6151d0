//! Channels opened, closed, aborted, reset and freed (WWSAPI K.1, K.4).

use super::object::{Driver, WS_CHANNEL};
use crate::{
    abi::{WS_ASYNC_CONTEXT, WS_ENDPOINT_ADDRESS},
    address,
    failure::WS_ERROR,
    handle::Handle,
    hresult::Status,
    ptr::Ptr,
    runtime,
};
use wws::{Error, Result, channel::ChannelState};

exports! {
    fn WsOpenChannel(channel: &WS_CHANNEL, endpointAddress: &WS_ENDPOINT_ADDRESS,
        asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => open, error;
    fn WsCloseChannel(channel: &WS_CHANNEL, asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => close, error;
    fn WsShutdownSessionChannel(channel: &WS_CHANNEL, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => shut_down, error;
    fn WsAbortChannel(channel: &WS_CHANNEL; error) => abort, error;
    fn WsResetChannel(channel: &WS_CHANNEL; error) => WS_CHANNEL::reset, error;
    void WsFreeChannel(channel: Ptr<WS_CHANNEL>) => free;
}

fn open(
    channel: &'static WS_CHANNEL,
    address: &WS_ENDPOINT_ADDRESS,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    if !channel.listener.is_null() {
        return Err(Error::operation("the channel is for a listener: WsAcceptChannel opens it"));
    }
    // The address is copied: it need not live longer than the call.
    let address = address::from_c(address)?;
    if address.url.len() > 65_536 {
        return Err(Error::argument("the URL of an endpoint has at most 65,536 octets")); // WWSAPI K.1
    }
    match &channel.driver {
        Driver::BuiltIn(driver) => {
            let abort = driver.begin(ChannelState::Opening)?;
            let opening = channel.run("WsOpenChannel", context, error, move || driver.open(&address, &abort));
            if opening.is_err() {
                driver.begun(None);
            }
            opening
        }
        Driver::Custom(driver) => {
            driver.begin(ChannelState::Opening)?;
            let opening = channel.run("WsOpenChannel", context, error, move || driver.open(address));
            if opening.is_err() {
                driver.not_begun();
            }
            opening
        }
    }
}

fn close(
    channel: &'static WS_CHANNEL,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsCloseChannel", context, error, move || {
        let closed = match &channel.driver {
            Driver::BuiltIn(driver) => runtime::wait(driver.core().close()),
            Driver::Custom(driver) => driver.close(),
        };
        if channel.state() == ChannelState::Closed {
            channel.forget_messages()?;
        }
        closed
    })
}

fn shut_down(
    channel: &'static WS_CHANNEL,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsShutdownSessionChannel", context, error, move || match &channel.driver {
        Driver::BuiltIn(driver) => runtime::wait(driver.core().shut_down_session()),
        Driver::Custom(driver) => driver.shut_down(),
    })
}

/// From any thread: nothing that another call holds is needed.
fn abort(channel: &WS_CHANNEL, error: Ptr<WS_ERROR>) -> Result<()> {
    let _inside = runtime::handle()?.enter();
    match &channel.driver {
        Driver::BuiltIn(driver) => driver.abort(),
        Driver::Custom(driver) => driver.abort(error)?,
    }
    Ok(())
}

fn free(channel: Ptr<WS_CHANNEL>) {
    // What a channel leaves behind may need the runtime for its end.
    let _inside = runtime::handle().map(tokio::runtime::Handle::enter);
    Handle::free(channel);
}
