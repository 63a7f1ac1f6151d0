//! Messages in parts: start, body, end (WWSAPI K.1).

use super::object::{Driver, WS_CHANNEL};
use crate::{
    abi::WS_ASYNC_CONTEXT,
    failure::WS_ERROR,
    hresult::Status,
    message::{body, object::WS_MESSAGE},
    ptr::Ptr,
};
use wws::{Error, Result, channel::Way};

exports! {
    fn WsWriteMessageStart(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => write_message_start, error;
    fn WsWriteMessageEnd(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => write_message_end, error;
    fn WsReadMessageStart(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => read_message_start, error;
    fn WsReadMessageEnd(channel: &WS_CHANNEL, message: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => read_message_end, error;
    fn WsAbandonMessage(channel: &WS_CHANNEL, message: &WS_MESSAGE; error) => abandon, error;
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
    let faults_as_errors = channel.faults_as_errors();
    channel.run("WsReadMessageStart", context, error, move || {
        read_start(channel, message, faults_as_errors, error)
    })
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
    match &channel.driver {
        Driver::BuiltIn(driver) => driver.write_start(message, channel.link())?,
        Driver::Custom(driver) => driver.write_start(message)?,
    }
    channel.set_current(Way::Send, Ptr::to(message));
    Ok(())
}

/// Sends the rest, on this thread.
///
/// # Errors
/// `E_INVALIDARG` for another message; those of the channel.
pub fn write_end(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    finish(channel, Way::Send, message)?;
    match &channel.driver {
        Driver::BuiltIn(driver) => driver.write_end(message),
        Driver::Custom(driver) => driver.write_end(message),
    }
}

/// Waits for a message, on this thread. `WS_S_END` if no more come.
///
/// # Errors
/// Those of the channel; the code of a fault if faults are errors.
pub fn read_start(
    channel: &WS_CHANNEL,
    message: &WS_MESSAGE,
    faults_as_errors: bool,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let status = match &channel.driver {
        Driver::BuiltIn(driver) => driver.read_start(message, faults_as_errors, channel.link())?,
        Driver::Custom(driver) => driver.read_start(message)?,
    };
    if status == Status::End {
        return Ok(Status::End);
    }
    channel.set_current(Way::Receive, Ptr::to(message));
    // What is built in has done that already.
    if faults_as_errors && message.lock()?.core.is_fault() {
        return Err(fault_error(channel, message, error)?); // WWSAPI B.5
    }
    Ok(Status::Done)
}

/// Reads a message that is a fault to its end, and says which error it is.
fn fault_error(channel: &WS_CHANNEL, message: &WS_MESSAGE, error: Ptr<WS_ERROR>) -> Result<Error> {
    let read = (|| {
        body::fill_all(message, error)?;
        let reader = message.reader()?;
        let (mut state, mut from) = (message.lock()?, reader.lock()?);
        from.moved();
        state.core.read_fault_error(&mut from.core)
    })();
    match read {
        Ok(fault) => read_end(channel, message).map(|()| fault),
        Err(error_read) => {
            abandon(channel, message, error)?;
            Err(error_read)
        }
    }
}

/// Reads the rest, on this thread.
///
/// # Errors
/// `E_INVALIDARG` for another message; those of the channel.
pub fn read_end(channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
    finish(channel, Way::Receive, message)?;
    match &channel.driver {
        Driver::BuiltIn(driver) => driver.read_end(message),
        Driver::Custom(driver) => driver.read_end(message),
    }
}

/// `WsAbandonMessage`, also for the calls for whole messages.
///
/// # Errors
/// `E_INVALIDARG` for a message that is not on its way.
pub fn abandon(channel: &WS_CHANNEL, message: &WS_MESSAGE, error: Ptr<WS_ERROR>) -> Result<()> {
    let way = if channel.is_current(Way::Send, message) { Way::Send } else { Way::Receive };
    finish(channel, way, message)?;
    match &channel.driver {
        Driver::BuiltIn(driver) => driver.abandon(way, message),
        Driver::Custom(driver) => driver.abandon(way, message, error),
    }
}

/// The message that goes this way is on its way no more.
fn finish(channel: &WS_CHANNEL, way: Way, message: &WS_MESSAGE) -> Result<()> {
    if !channel.is_current(way, message) {
        return Err(Error::argument("the message is not the one that is on its way over this channel"));
    }
    channel.set_current(way, Ptr::NULL);
    Ok(())
}
