//! One message from one channel to another: its headers in their order, the addresses where the other side has them, its
//! body while it arrives.

use crate::body::{Incoming, Origin, copy_body};
use wws::{
    Error, Result,
    channel::{Channel, ChannelType},
    soap::{AddressingVersion, Initialization, Message, Version},
    value::{Guid, UniqueId},
    xml::Reader,
};

/// The message that goes to the server for a request; `own` says whether a URL is ours and not the server's.
pub(super) fn request(request: &Message, to: &Channel, own: impl Fn(&str) -> bool) -> Result<Message> {
    let version = to.binding().version;
    let mut message = Message::new(version);
    message.initialize(Initialization::Duplicate(request))?;
    if version.addressing != AddressingVersion::Transport {
        let had_no_id = request.version().addressing == AddressingVersion::Transport;
        if had_no_id && message.message_id()?.is_none() {
            message.set_message_id(&UniqueId::Guid(Guid::new_v4()))?;
        }
        // Who means us, means the server: then the channel says to whom it goes.
        if message.to()?.is_some_and(|to| !own(&to)) {
            message.address(None)?;
        }
    }
    Ok(message)
}

/// The message that goes to the client for the server's reply.
pub(super) fn reply(reply: &Message, request: &Message) -> Result<Message> {
    let version = request.version();
    let mut message = message(reply, version)?;
    if version.addressing != AddressingVersion::Transport {
        if message.relates_to()?.is_none()
            && let Some(id) = request.message_id()?
        {
            message.set_relates_to(&id)?;
        }
        if message.to()?.is_none() {
            let reply_to = request.reply_to()?.map(|address| address.url).filter(|url| !url.is_empty());
            message.set_to(reply_to.as_deref().unwrap_or(version.addressing.anonymous()))?;
        }
        if message.action()?.is_none() {
            let action = match (reply.is_fault(), request.action()?) {
                (false, Some(action)) => action + "Response",
                _ => version.addressing.fault_action().to_owned(),
            };
            // HTTP replies have no action; this is the one that WCF and WS-Addressing 1.0 Metadata 4.4.4 give by default.
            message.set_action(&action)?;
        }
    }
    Ok(message)
}

/// The message that goes on in a session, one way or the other.
pub(super) fn message(source: &Message, version: Version) -> Result<Message> {
    let mut message = Message::new(version);
    message.initialize(Initialization::Duplicate(source))?;
    message.set_fault(source.is_fault());
    message.address(None)?;
    Ok(message)
}

/// A message that is being received.
pub(super) struct Received<'c> {
    pub(super) from: &'c Channel,
    pub(super) message: Message,
    reader: Option<Box<Reader<'static>>>,
}

/// A message that could not be passed on, and why.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) message: Message,
}

impl<'c> Received<'c> {
    /// Waits for the next message; `None` if there are no more.
    pub(super) async fn next(from: &'c Channel) -> Result<Option<Self>> {
        let mut message = from.message();
        let reader = from.read_message_start(&mut message).await?;
        Ok(reader.map(|reader| Received { from, message, reader: Some(reader) }))
    }

    /// Sends the message on, with these headers, and reads it to its end; gives it back.
    ///
    /// # Errors
    /// Those of both sides. What arrived is given up then, and so is what was sent of it: nobody takes it for whole.
    pub(super) async fn send_on(
        mut self,
        headers: Result<Message>,
        to: &Channel,
    ) -> Result<Message, Box<Failed>> {
        match self.pass(headers, to).await {
            Ok(()) => Ok(self.message),
            Err(error) => Err(Box::new(Failed { error, message: self.message })),
        }
    }

    /// Gives the message up; what was read of it.
    pub(super) fn give_up(mut self) -> Message {
        self.abandon();
        self.message
    }

    fn abandon(&mut self) {
        // It may have ended with an error.
        let _ = self.from.abandon_receiving(self.reader.take());
    }

    async fn pass(&mut self, headers: Result<Message>, to: &Channel) -> Result<()> {
        let started = match headers {
            Ok(mut headers) => to.write_message_start(&mut headers).await.map(|writer| (headers, writer)),
            Err(error) => Err(error),
        };
        let (mut headers, mut writer) = match started {
            Ok(started) => started,
            Err(error) => {
                self.abandon();
                return Err(error);
            }
        };
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let mut incoming = Incoming { channel: self.from, reader };
        let copied = copy_body(&mut incoming, Origin::of(&self.message), to, &mut writer).await;
        // The end of what arrives comes first: a message that was cut is not sent on whole.
        let read = match copied {
            Ok(()) => self.from.read_message_end(&mut self.message, incoming.reader).await,
            Err(error) => {
                self.reader = Some(incoming.reader);
                self.abandon();
                Err(error)
            }
        };
        if let Err(error) = read {
            // It may have ended with the error.
            let _ = to.abandon_sending(Some(writer));
            return Err(error);
        }
        to.write_message_end(&mut headers, writer).await
    }
}

/// Whether messages of this type belong together.
pub(super) fn has_session(kind: ChannelType) -> bool {
    kind.has(ChannelType::SESSION)
}
