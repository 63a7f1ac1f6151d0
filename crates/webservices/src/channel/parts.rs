//! Messages in parts: start, body, end (WWSAPI K.1).

use super::object::{WS_CHANNEL, Way};
use crate::{
    abi::WS_ASYNC_CONTEXT, failure::WS_ERROR, hresult::Status, message::object::WS_MESSAGE, ptr::Ptr, runtime,
};
use wws::{Error, Result};

exports! {
    fn WsWriteMessageStart(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => write_message_start, error;
    fn WsWriteMessageEnd(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => write_message_end, error;
    fn WsReadMessageStart(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => read_message_start, error;
    fn WsReadMessageEnd(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => read_message_end, error;
    fn WsAbandonMessage(channel: &WS_CHANNEL, message: &WS_MESSAGE; error) => abandon;
}

fn write_message_start(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsWriteMessageStart", context, error, move || write_start(channel, message))
}

fn write_message_end(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsWriteMessageEnd", context, error, move || write_end(channel, message))
}

fn read_message_start(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let faults_as_errors = channel.settings().faults_as_errors && channel.listener.is_null();
    channel.run("WsReadMessageStart", context, error, move || read_start(channel, message, faults_as_errors))
}

fn read_message_end(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    channel.run("WsReadMessageEnd", context, error, move || read_end(channel, message))
}

/// Starts to send, on this thread.
///
/// # Errors
/// Those of the channel.
pub fn write_start(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    let writer = {
        let (core, mut state) = (channel.core(), message.lock()?);
        runtime::wait(core.write_message_start(&mut state.core))?
    };
    channel.begin_writing(message, writer)
}

/// Sends the rest, on this thread.
///
/// # Errors
/// `E_INVALIDARG` for another message; those of the channel.
pub fn write_end(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    check(channel, Way::Send, message)?;
    let writer = channel.end_writing(message)?;
    let (core, mut state) = (channel.core(), message.lock()?);
    runtime::wait(core.write_message_end(&mut state.core, writer))
}

/// Waits for a message, on this thread. `WS_S_END` if no more come.
///
/// # Errors
/// Those of the channel; the code of a fault if faults are errors.
pub fn read_start(channel: &WS_CHANNEL, message: &WS_MESSAGE, faults_as_errors: bool) -> Result<Status> {
    let reader = {
        let (core, mut state) = (channel.core(), message.lock()?);
        let Some(reader) = runtime::wait(core.read_message_start(&mut state.core))? else {
            return Ok(Status::End);
        };
        if faults_as_errors && state.core.is_fault() {
            return Err(runtime::wait(core.fault_error(&mut state.core, reader))?); // WWSAPI B.5
        }
        reader
    };
    channel.begin_reading(message, reader)?;
    Ok(Status::Done)
}

/// Reads the rest, on this thread.
///
/// # Errors
/// `E_INVALIDARG` for another message; those of the channel.
pub fn read_end(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    check(channel, Way::Receive, message)?;
    let reader = channel.end_reading(message)?;
    let (core, mut state) = (channel.core(), message.lock()?);
    runtime::wait(core.read_message_end(&mut state.core, reader))
}

/// `WsAbandonMessage`, also for the calls for whole messages.
///
/// # Errors
/// `E_INVALIDARG` for a message that is not on its way.
pub fn abandon(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    let _inside = runtime::handle()?.enter();
    let core = channel.core();
    if channel.is_current(Way::Send, message) {
        return core.abandon_sending(Some(channel.end_writing(message)?));
    }
    check(channel, Way::Receive, message)?;
    core.abandon_receiving(Some(channel.end_reading(message)?))
}

fn check(channel: &WS_CHANNEL, way: Way, message: &WS_MESSAGE) -> Result<()> {
    match channel.is_current(way, message) {
        true => Ok(()),
        false => Err(Error::argument("the message is not the one that is on its way over this channel")),
    }
}
