//! Whole messages: sent, received, requests with their replies, faults (WWSAPI K.3, B.4, B.5).

use super::{
    object::{Driver, WS_CHANNEL},
    parts::{abandon, read_end, read_start, write_end, write_start},
};
use crate::{
    abi::*,
    failure::WS_ERROR,
    fault_error,
    heap::WS_HEAP,
    hresult::{HRESULT, Status},
    message::{body, object::WS_MESSAGE},
    param::Out,
    ptr::{Ptr, Void},
    text,
};
use wws::{
    Error, Result,
    channel::ChannelType,
    soap::{Initialization, MessageState},
    value::Guid,
};

exports! {
    fn WsSendMessage(channel: &WS_CHANNEL, message: &WS_MESSAGE, messageDescription: &WS_MESSAGE_DESCRIPTION,
        writeOption: WS_WRITE_OPTION, bodyValue: Void, bodyValueSize: u32, asyncContext: Option<&WS_ASYNC_CONTEXT>;
        error) => send, error;
    fn WsReceiveMessage(channel: &WS_CHANNEL, message: &WS_MESSAGE,
        messageDescriptions: Ptr<Ptr<WS_MESSAGE_DESCRIPTION>>, messageDescriptionCount: u32,
        receiveOption: WS_RECEIVE_OPTION, readBodyOption: WS_READ_OPTION, heap: Option<&WS_HEAP>, value: Void,
        valueSize: u32, index: Option<Out<u32>>, asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => receive, error;
    fn WsRequestReply(channel: &WS_CHANNEL, requestMessage: &WS_MESSAGE,
        requestMessageDescription: &WS_MESSAGE_DESCRIPTION, writeOption: WS_WRITE_OPTION, requestBodyValue: Void,
        requestBodyValueSize: u32, replyMessage: &WS_MESSAGE, replyMessageDescription: &WS_MESSAGE_DESCRIPTION,
        readOption: WS_READ_OPTION, heap: Option<&WS_HEAP>, value: Void, valueSize: u32,
        asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => request_reply, error;
    fn WsSendReplyMessage(channel: &WS_CHANNEL, replyMessage: &WS_MESSAGE,
        replyMessageDescription: &WS_MESSAGE_DESCRIPTION, writeOption: WS_WRITE_OPTION, replyBodyValue: Void,
        replyBodyValueSize: u32, requestMessage: &WS_MESSAGE, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => send_reply, error;
    fn WsSendFaultMessageForError(channel: &WS_CHANNEL, replyMessage: &WS_MESSAGE, faultError: &WS_ERROR,
        faultErrorCode: i32, faultDisclosure: WS_FAULT_DISCLOSURE, requestMessage: &WS_MESSAGE,
        asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => send_fault, error;
}

/// A body that leaves.
#[derive(Clone, Copy)]
struct Outgoing {
    description: &'static WS_MESSAGE_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
}

/// A body that arrives.
#[derive(Clone, Copy)]
struct Incoming {
    option: WS_READ_OPTION,
    heap: Option<&'static WS_HEAP>,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
}

impl Outgoing {
    fn send(self, channel: &WS_CHANNEL, message: &WS_MESSAGE) -> Result<()> {
        if let Some(action) = action(self.description)? {
            message.with(|m| m.set_action(action))?;
        }
        write_start(channel, message)?;
        let written = match self.description.bodyElementDescription.optional("bodyElementDescription") {
            Ok(Some(element)) => {
                body::write_body(message, element, self.option, self.value, self.size, self.error)
            }
            Ok(None) if self.value.is_null() => Ok(()),
            Ok(None) => Err(Error::argument("the description has no body, but there is a value for one")),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            abandon(channel, message, self.error)?;
            return Err(error);
        }
        write_end(channel, message)
    }
}

impl Incoming {
    /// Reads the body of a message whose start was read, and its end.
    fn read(
        self,
        channel: &WS_CHANNEL,
        message: &WS_MESSAGE,
        description: Result<&WS_MESSAGE_DESCRIPTION>,
    ) -> Result<()> {
        let read = description.and_then(|description| self.read_body(message, description));
        if let Err(error) = read {
            if let Driver::BuiltIn(driver) = &channel.driver {
                driver.core().refuse(&error);
            }
            abandon(channel, message, self.error)?;
            return Err(error);
        }
        read_end(channel, message)
    }

    fn read_body(self, message: &WS_MESSAGE, description: &WS_MESSAGE_DESCRIPTION) -> Result<()> {
        // A typed value is read in one go, so all of it must be there.
        body::fill_all(message, self.error)?;
        match description.bodyElementDescription.optional("bodyElementDescription")? {
            Some(element) => {
                let heap = Some(message.heap_or(self.heap));
                body::read_body(message, element, self.option, heap, self.value, self.size, self.error)
            }
            None => Ok(()),
        }
    }
}

fn action(description: &WS_MESSAGE_DESCRIPTION) -> Result<Option<&str>> {
    match description.action.optional("action")? {
        Some(action) => text::xml(action, "action").map(Some),
        None => Ok(None),
    }
}

/// A message that is empty becomes one of this kind.
fn initialize(message: &WS_MESSAGE, kind: Initialization<'_>) -> Result<()> {
    let mut state = message.lock()?;
    match state.core.state() {
        MessageState::Empty => state.core.initialize(kind),
        _ => Ok(()),
    }
}

#[expect(clippy::too_many_arguments, reason = "those of WsSendMessage")]
fn send(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    description: &'static WS_MESSAGE_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let outgoing = Outgoing { description, option, value, size, error };
    channel.run("WsSendMessage", context, error, move || {
        initialize(message, Initialization::Blank)?;
        outgoing.send(channel, message)
    })
}

#[expect(clippy::too_many_arguments, reason = "those of WsReceiveMessage")]
fn receive(
    channel: &'static WS_CHANNEL,
    message: &'static WS_MESSAGE,
    descriptions: Ptr<Ptr<WS_MESSAGE_DESCRIPTION>>,
    count: u32,
    receive_option: WS_RECEIVE_OPTION,
    option: WS_READ_OPTION,
    heap: Option<&'static WS_HEAP>,
    value: Void,
    size: u32,
    index: Option<Out<u32>>,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let descriptions = descriptions.slice(count as usize, "messageDescriptions")?;
    if !matches!(receive_option, WS_RECEIVE_REQUIRED_MESSAGE | WS_RECEIVE_OPTIONAL_MESSAGE) {
        return Err(Error::argument(format!("{} is no WS_RECEIVE_OPTION", receive_option.0)));
    }
    let incoming = Incoming { option, heap, value, size, error };
    channel.run("WsReceiveMessage", context, error, move || {
        if read_start(channel, message, true, error)? == Status::End {
            return match receive_option {
                WS_RECEIVE_OPTIONAL_MESSAGE => Ok(Status::End),
                _ => Err(Error::format("no more messages come, but one is required")),
            };
        }
        let picked = pick(message, descriptions);
        let description = picked.as_ref().map(|(_, description)| *description).map_err(Clone::clone);
        incoming.read(channel, message, description)?;
        if let (Some(index), Ok((at, _))) = (index, picked) {
            index.set(at);
        }
        Ok(Status::Done)
    })
}

/// The first description whose action is that of the message; one without an action takes any.
fn pick<'d>(
    message: &WS_MESSAGE,
    descriptions: &'d [Ptr<WS_MESSAGE_DESCRIPTION>],
) -> Result<(u32, &'d WS_MESSAGE_DESCRIPTION)> {
    let found = message.lock()?.core.action()?.unwrap_or_default();
    for (at, description) in (0..).zip(descriptions) {
        let description = description.need("messageDescriptions")?;
        if action(description)?.is_none_or(|action| action == found) {
            return Ok((at, description));
        }
    }
    Err(Error::format(format!("no description is for the action {found:?} of the message")))
}

#[expect(clippy::too_many_arguments, reason = "those of WsRequestReply")]
fn request_reply(
    channel: &'static WS_CHANNEL,
    request: &'static WS_MESSAGE,
    request_description: &'static WS_MESSAGE_DESCRIPTION,
    write_option: WS_WRITE_OPTION,
    request_value: Void,
    request_size: u32,
    reply: &'static WS_MESSAGE,
    reply_description: &'static WS_MESSAGE_DESCRIPTION,
    option: WS_READ_OPTION,
    heap: Option<&'static WS_HEAP>,
    value: Void,
    size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let outgoing = Outgoing {
        description: request_description,
        option: write_option,
        value: request_value,
        size: request_size,
        error,
    };
    let incoming = Incoming { option, heap, value, size, error };
    if !channel.kind.has(ChannelType::REQUEST) && !channel.kind.has(ChannelType::DUPLEX_SESSION) {
        let text = format!("a channel of type {} has no requests with replies", channel.kind);
        return Err(Error::operation(text));
    }
    channel.run("WsRequestReply", context, error, move || {
        initialize(request, Initialization::Request(Guid::new_v4()))?;
        outgoing.send(channel, request)?;
        let id = request.lock()?.core.message_id()?;
        if read_start(channel, reply, true, error)? == Status::End {
            return Err(Error::format("the endpoint ended the exchange without a reply"));
        }
        let description = (|| {
            let state = reply.lock()?;
            let found = state.core.relates_to()?;
            // WWSAPI J.3: over HTTP the reply comes as the response.
            if !channel.kind.has(ChannelType::REQUEST) && found != id {
                return Err(Error::format("a message came that is no reply to the request"));
            }
            let found = state.core.action()?.unwrap_or_default();
            match action(reply_description)? {
                Some(expected) if expected != found => {
                    Err(Error::format(format!("the reply has the action {found:?}, not {expected:?}")))
                }
                _ => Ok(reply_description),
            }
        })();
        incoming.read(channel, reply, description)
    })
}

#[expect(clippy::too_many_arguments, reason = "those of WsSendReplyMessage")]
fn send_reply(
    channel: &'static WS_CHANNEL,
    reply: &'static WS_MESSAGE,
    description: &'static WS_MESSAGE_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    request: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let outgoing = Outgoing { description, option, value, size, error };
    channel.run("WsSendReplyMessage", context, error, move || {
        initialize(reply, Initialization::Reply(&request.lock()?.core))?;
        outgoing.send(channel, reply)
    })
}

#[expect(clippy::too_many_arguments, reason = "those of WsSendFaultMessageForError")]
fn send_fault(
    channel: &'static WS_CHANNEL,
    reply: &'static WS_MESSAGE,
    fault_error: &WS_ERROR,
    code: HRESULT,
    disclosure: WS_FAULT_DISCLOSURE,
    request: &'static WS_MESSAGE,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let fault = fault_error::complete(fault_error, code, disclosure)?;
    channel.run("WsSendFaultMessageForError", context, error, move || {
        initialize(reply, Initialization::Fault(&request.lock()?.core))?;
        reply.with(|m| m.set_fault_headers(&fault))?;
        write_start(channel, reply)?;
        let writer = reply.writer()?;
        let written = {
            let (mut state, mut to) = (reply.lock()?, writer.lock()?);
            state.core.write_fault(&mut to.core, &fault.fault)
        };
        if let Err(why) = written {
            abandon(channel, reply, error)?;
            return Err(why);
        }
        write_end(channel, reply)
    })
}
