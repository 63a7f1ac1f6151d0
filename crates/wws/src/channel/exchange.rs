//! Whole messages with typed bodies: send, receive, request, reply.

use super::{Channel, ChannelType, state::Way};
use crate::{
    Error, ErrorCode, Result,
    soap::{Fault, FaultDisclosure, FaultError, Message, MessageState},
    typed::{FromElement, ToElement},
    value::UniqueId,
    xml::{NodeType, Reader, buffer::XmlBuffer},
};
use std::future::Future;
use tokio::sync::oneshot::error::TryRecvError;

impl Channel {
    /// Sends a message with this body: `WsSendMessage`. Several tasks may send; each waits for its turn.
    ///
    /// # Errors
    /// Those of [`write_message_start`](Self::write_message_start) and of the body. A body that cannot be written
    /// leaves the channel as it was.
    pub async fn send_message<B: ToElement + ?Sized>(&self, message: &mut Message, body: &B) -> Result<()> {
        let _turn = self.turns[Way::Send as usize].lock().await;
        let mut writer = self.write_message_start(message).await?;
        if let Err(error) = message.write_body(&mut writer, body) {
            self.abandon_sending(Some(writer))?;
            return Err(error);
        }
        self.write_message_end(message, writer).await
    }

    /// Sends a message with this action and body that asks for no reply.
    ///
    /// Over HTTP the answer, which has no message, is waited for.
    ///
    /// # Errors
    /// As [`send_message`](Self::send_message); over HTTP the fault that the server answers with, and `InvalidFormat` for
    /// any other message.
    pub async fn send<B: ToElement + ?Sized>(&self, action: &str, body: &B) -> Result<()> {
        let mut message = Message::blank(self.binding().version);
        if !action.is_empty() {
            message.set_action(action)?;
        }
        if self.kind().has(ChannelType::REQUEST) {
            let other = self.exchange()?;
            let channel = other.as_ref().unwrap_or(self);
            channel.send_message(&mut message, body).await?;
            let mut reply = channel.message();
            return match channel.read_message_start(&mut reply).await? {
                None => Ok(()),
                Some(reader) if !reply.is_fault() => {
                    channel.abandon_receiving(Some(reader))?;
                    Err(Error::format(
                        "the server answered a one-way message with a message; receive it with a request",
                    ))
                }
                Some(reader) => {
                    let fault = channel.fault_error(&mut reply, reader).await;
                    Err(fault.unwrap_or_else(|e| e))
                }
            };
        }
        self.send_message(&mut message, body).await
    }

    /// Sends a request and waits for its reply: `WsRequestReply`. Several requests may be under way at the same time;
    /// replies find theirs by message id, or by the HTTP exchange. A fault that relates to no message answers the
    /// request that waits, if there is one only.
    ///
    /// Dropping the future gives the reply up, not the channel.
    ///
    /// # Errors
    /// `EndpointFaultReceived` or the code that the fault stands for, with a
    /// [`FaultError`] as its cause; `InvalidFormat` if
    /// the reply has another body; those of sending and receiving.
    pub async fn request<T>(&self, action: &str, body: &(impl ToElement + ?Sized)) -> Result<T>
    where
        T: for<'r> FromElement<'r>,
    {
        let mut message = self.request_message(action)?;
        self.request_with(&mut message, body).await.map(|(_, reply)| reply)
    }

    /// As [`request`](Self::request), with a message that may have further headers; the message of the reply, too.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_with<T>(
        &self,
        message: &mut Message,
        body: &(impl ToElement + ?Sized),
    ) -> Result<(Message, T)>
    where
        T: for<'r> FromElement<'r>,
    {
        if self.kind().has(ChannelType::REQUEST) {
            let other = self.exchange()?;
            let channel = other.as_ref().unwrap_or(self);
            let _turn = channel.turns[Way::Receive as usize].lock().await;
            channel.send_message(message, body).await?;
            let mut reply = channel.message();
            let Some(reader) = channel.read_message_start(&mut reply).await? else {
                return Err(no_reply("the server accepted the request as a one-way message"));
            };
            return channel.finish(reply, reader).await;
        }
        if !self.kind().has(ChannelType::DUPLEX) {
            return Err(Error::operation(format!("a channel of type {} has no replies", self.kind())));
        }
        let id = match message.message_id()? {
            Some(id) => id,
            None => {
                let id = UniqueId::Guid(crate::value::Guid::new_v4());
                message.set_message_id(&id)?;
                id
            }
        };
        let mut ticket = self.waiting.register(id);
        self.send_message(message, body).await?;
        loop {
            let turn = tokio::select! {
                biased;
                reply = &mut ticket.reply => {
                    let (message, body) = reply.map_err(|_| no_reply("the channel was reset"))?;
                    return self.of_handed(message, &body);
                }
                turn = self.turns[Way::Receive as usize].lock() => turn,
            };
            // Replies are handed over by whoever has the turn: one that came while the turn changed hands is there now, and
            // nothing else may ever come.
            match ticket.reply.try_recv() {
                Ok((message, body)) => return self.of_handed(message, &body),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Closed) => return Err(no_reply("the channel was reset")),
            }
            let mut reply = self.message();
            let Some(reader) = self.read_message_start(&mut reply).await? else {
                return Err(no_reply("the peer ended the session"));
            };
            let relates_to = reply.relates_to()?;
            // A peer that could not read a request cannot say which: its fault answers the only one there is.
            let is_stray_fault = relates_to.is_none() && reply.is_fault();
            if relates_to.as_ref() == Some(&ticket.id) || (is_stray_fault && self.waiting.is_only()) {
                let done = self.finish(reply, reader).await;
                drop(turn);
                return done;
            }
            self.pass_on(relates_to, reply, reader).await?;
        }
    }

    /// Waits for a message and reads its body: `WsReceiveMessage`. `None`: no more messages come.
    ///
    /// Replies that [`request`](Self::request) waits for go there.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn receive<T>(&self) -> Result<Option<(Message, T)>>
    where
        T: for<'r> FromElement<'r>,
    {
        loop {
            if let Some((message, body)) = self.waiting.unclaimed() {
                return self.of_handed(message, &body).map(Some);
            }
            let _turn = self.turns[Way::Receive as usize].lock().await;
            // Whoever had the turn may have kept a message, and the peer may wait for what comes of it.
            if let Some((message, body)) = self.waiting.unclaimed() {
                return self.of_handed(message, &body).map(Some);
            }
            let mut message = self.message();
            let Some(reader) = self.read_message_start(&mut message).await? else { return Ok(None) };
            let relates_to = message.relates_to()?;
            if relates_to.as_ref().is_some_and(|id| self.waiting.is_awaited(id)) {
                self.pass_on(relates_to, message, reader).await?;
                continue;
            }
            return self.finish(message, reader).await.map(Some);
        }
    }

    /// Sends the reply to a message that was received: `WsSendReplyMessage`.
    ///
    /// # Errors
    /// As [`send_message`](Self::send_message).
    pub fn reply<'a, B: ToElement + ?Sized>(
        &'a self,
        request: &Message,
        action: &str,
        body: &'a B,
    ) -> impl Future<Output = Result<()>> + use<'a, B> {
        let message = Message::reply(request).and_then(|mut message| {
            if !action.is_empty() {
                message.set_action(action)?;
            }
            Ok(message)
        });
        async move { self.send_message(&mut message?, body).await }
    }

    /// Sends a fault as the reply to a message.
    ///
    /// # Errors
    /// As [`send_message`](Self::send_message).
    pub fn reply_fault<'a, F: Into<FaultError>>(
        &'a self,
        request: &Message,
        fault: F,
    ) -> impl Future<Output = Result<()>> + use<'a, F> {
        let fault = fault.into();
        let message = Message::fault_reply(request).and_then(|mut message| {
            message.set_fault_headers(&fault)?;
            Ok(message)
        });
        async move {
            let mut message = message?;
            let _turn = self.turns[Way::Send as usize].lock().await;
            let mut writer = self.write_message_start(&mut message).await?;
            if let Err(error) = message.write_fault(&mut writer, &fault.fault) {
                self.abandon_sending(Some(writer))?;
                return Err(error);
            }
            self.write_message_end(&mut message, writer).await
        }
    }

    /// Answers a message with the fault of an error: `WsSendFaultMessageForError`. `disclosure` says how much of the
    /// error the peer is told.
    ///
    /// # Errors
    /// As [`send_message`](Self::send_message).
    pub fn reply_error<'a>(
        &'a self,
        request: &Message,
        error: &Error,
        disclosure: FaultDisclosure,
    ) -> impl Future<Output = Result<()>> + use<'a> {
        self.reply_fault(request, FaultError::for_error(error, disclosure))
    }

    /// Reads a message that is a fault to its end, and says which error it is (WWSAPI B.5).
    ///
    /// # Errors
    /// `InvalidFormat` if the body is no fault; those of the transport.
    pub async fn fault_error(
        &self,
        message: &mut Message,
        mut reader: Box<Reader<'static>>,
    ) -> Result<Error> {
        self.fill_body(&mut reader, usize::MAX).await?;
        match message.read_fault_error(&mut reader) {
            Ok(fault) => {
                self.read_message_end(message, reader).await?;
                Ok(fault)
            }
            Err(error) => {
                self.abandon_receiving(Some(reader))?;
                Err(error)
            }
        }
    }

    /// Another channel for one exchange, if there can be one.
    fn exchange(&self) -> Result<Option<Channel>> {
        self.check_open()?;
        Ok(self.another())
    }

    /// Reads the body and the end.
    async fn finish<T>(&self, mut message: Message, mut reader: Box<Reader<'static>>) -> Result<(Message, T)>
    where
        T: for<'r> FromElement<'r>,
    {
        if message.is_fault() && self.binding().faults_as_errors {
            return Err(self.fault_error(&mut message, reader).await?);
        }
        // A typed value is read in one go, so all of it must be there.
        self.fill_body(&mut reader, usize::MAX).await?;
        match message.read_body(&mut reader) {
            Ok(body) => {
                self.read_message_end(&mut message, reader).await?;
                Ok((message, body))
            }
            Err(error) => {
                self.refuse(&error);
                self.abandon_receiving(Some(reader))?;
                Err(error)
            }
        }
    }

    /// Gives a message to whoever waits for it, or keeps it.
    async fn pass_on(
        &self,
        relates_to: Option<UniqueId>,
        mut message: Message,
        mut reader: Box<Reader<'static>>,
    ) -> Result<()> {
        let body = match reader.node_type() {
            NodeType::Element => reader.read_buffer(usize::MAX)?,
            _ => XmlBuffer::new(),
        };
        self.read_message_end(&mut message, reader).await?;
        match relates_to.filter(|id| self.waiting.is_awaited(id)) {
            Some(id) => self.waiting.hand_over(&id, (message, body)),
            None => self.waiting.keep((message, body)),
        }
        Ok(())
    }

    fn of_handed<T>(&self, message: Message, body: &XmlBuffer) -> Result<(Message, T)>
    where
        T: for<'r> FromElement<'r>,
    {
        debug_assert_eq!(message.state(), MessageState::Done);
        let mut reader = Reader::buffer(body);
        if message.is_fault() && self.binding().faults_as_errors {
            let fault = Fault::read(&mut reader, message.version().envelope)?;
            let action = message.action()?.unwrap_or_default();
            return Err(FaultError { fault, action, headers: None }.into_error());
        }
        Ok((message, reader.read()?))
    }
}

fn no_reply(why: &str) -> Error {
    Error::new(ErrorCode::EndpointDisconnected, format!("no reply to the request will come: {why}"))
}
