//! Channels opened, closed, aborted, reset and freed (WWSAPI K.1, K.4).

use super::object::WS_CHANNEL;
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
    fn WsAbortChannel(channel: &WS_CHANNEL; error) => abort;
    fn WsResetChannel(channel: &WS_CHANNEL; error) => WS_CHANNEL::reset;
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
    let abort = channel.begin(ChannelState::Opening)?;
    let opening = channel.run("WsOpenChannel", context, error, move || {
        let core = channel.core();
        let opened = runtime::wait(abort.run(core.open(&address)));
        channel.begun(None);
        if abort.is_aborted() {
            core.abort(); // it came when the channel was open already
        }
        opened
    });
    if opening.is_err() {
        channel.begun(None);
    }
    opening
}

fn close(
    channel: &'static WS_CHANNEL,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsCloseChannel", context, error, move || {
        let core = channel.core();
        let closed = runtime::wait(core.close());
        if core.state() == ChannelState::Closed {
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
    channel.run("WsShutdownSessionChannel", context, error, move || {
        let core = channel.core();
        runtime::wait(core.shut_down_session())
    })
}

/// From any thread: nothing that another call holds is needed.
fn abort(channel: &WS_CHANNEL) -> Result<()> {
    let _inside = runtime::handle()?.enter();
    channel.abort();
    Ok(())
}

fn free(channel: Ptr<WS_CHANNEL>) {
    // What a channel leaves behind may need the runtime for its end.
    let _inside = runtime::handle().map(tokio::runtime::Handle::enter);
    Handle::free(channel);
}
