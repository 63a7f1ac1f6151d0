//! Reply channels over HTTP: one request, and its reply.

use super::{
    Binding, ChannelInfo, ChannelType, CustomChannel, Pending,
    codec::{Codec, Sink, carry_out, lock},
    custom::ready,
    http_head::{self, RequestHead},
    http_request::whole,
    in_kind::Kind,
    refusal,
    session::not_open,
    streaming::{self, Whole},
};
use crate::{
    Error, Result,
    soap::{EndpointAddress, Message},
    transport::{
        Chunk,
        http::{BodySender, Exchange, IncomingBody, Reply, Responder, StatusCode},
        timeouts::Step,
    },
    xml::{Reader, Writer},
};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex},
};

/// The driver of a reply channel.
pub(super) struct HttpReplyChannel {
    binding: Arc<Binding>,
    codec: Arc<Codec>,
    head: RequestHead,
    request: tokio::sync::Mutex<Request>,
    answer: Mutex<Answer>,
    /// Ends what waits.
    abort: crate::transport::Abort,
    reply: Mutex<Option<Reply>>,
    /// The status for a request that could not be read, and why, if nobody answers it otherwise.
    refusal: Mutex<Option<(StatusCode, String)>>,
}

struct Request {
    body: IncomingBody,
    whole: Whole,
    /// The one message was given to the user.
    is_given: bool,
}

enum Answer {
    /// Nothing was said yet.
    Open(Responder),
    /// The body is streamed.
    Streaming(BodySender),
    /// A flush has the sender.
    Flushing,
    /// It went out, or never will.
    Gone,
}

impl HttpReplyChannel {
    pub(super) fn new(kind: Kind, exchange: Box<Exchange>) -> Self {
        let Kind { binding, codec } = kind;
        let Exchange {
            method,
            url,
            headers,
            connection_id,
            peer,
            peer_certificates,
            mut body,
            responder,
            ..
        } = *exchange;
        let content_type = body.take_content_type().unwrap_or_default();
        HttpReplyChannel {
            binding,
            codec,
            head: RequestHead { method, url, headers, content_type, connection_id, peer, peer_certificates },
            request: tokio::sync::Mutex::new(Request { body, whole: Whole::default(), is_given: false }),
            answer: Mutex::new(Answer::Open(responder)),
            abort: Default::default(),
            reply: Mutex::new(None),
            refusal: Mutex::new(None),
        }
    }

    /// Takes what is left of the answer, which is gone then.
    fn take_answer(&self) -> Answer {
        std::mem::replace(&mut *lock(&self.answer), Answer::Gone)
    }

    async fn receive(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let mut request = self.request.lock().await;
        let Request { body, whole, is_given } = &mut *request;
        if *is_given {
            return Ok(None); // WWSAPI K.3: it delivered its one message.
        }
        let is_streamed = self.binding.transfer_mode.streamed_input;
        let content_type = &self.head.content_type;
        if !is_streamed {
            let receiving = whole.receive(&self.codec, content_type, u64::MAX, body);
            self.binding.timeouts.limit(Step::Receive).run(&self.abort, receiving).await?;
        }
        *is_given = true;
        let reader = if is_streamed {
            let limit = self.binding.max_streamed_start_size;
            let start = streaming::read_start(message, &self.codec, content_type, body, limit);
            self.binding.timeouts.limit(Step::Receive).run(&self.abort, start).await?
        } else {
            whole.read_start(message, &self.codec, content_type)?
        };
        http_head::map_request(&self.binding, &self.codec, &self.head, message)?;
        Ok(Some(reader))
    }

    async fn fill(&self, reader: &mut Reader<'static>, min_size: usize) -> Result<()> {
        if !self.binding.transfer_mode.streamed_input {
            return Ok(());
        }
        let mut request = self.request.lock().await;
        let limit = self.binding.timeouts.limit(Step::Receive);
        self.abort.run(streaming::fill(reader, &mut request.body, min_size, limit)).await
    }

    async fn end_reading(&self, message: &mut Message, mut reader: Box<Reader<'static>>) -> Result<()> {
        let mut request = self.request.lock().await;
        let limit = self.binding.timeouts.limit(Step::Receive);
        let end = streaming::read_end(message, &mut reader, &mut request.body, limit);
        let read = self.abort.run(end).await;
        self.codec.keep_reader(reader);
        read
    }

    fn start(&self, message: &mut Message) -> Result<Box<Writer>> {
        if !matches!(*lock(&self.answer), Answer::Open(_)) {
            return Err(Error::operation("a reply channel sends one reply, and it was sent"));
        }
        let reply = http_head::of_reply(&self.binding, &self.codec, message)?;
        http_head::take_mapped(&self.binding.http.mapping.response_headers, &self.binding, message)?;
        let writer = self.codec.start_writing(message)?;
        if self.binding.transfer_mode.streamed_output {
            if let Answer::Open(responder) = self.take_answer() {
                *lock(&self.answer) = Answer::Streaming(responder.begin(reply, None)?);
            }
        } else {
            *lock(&self.reply) = Some(reply);
        }
        Ok(writer)
    }

    async fn flush(&self, writer: &mut Writer, min_size: u64) -> Result<()> {
        if !self.binding.transfer_mode.streamed_output {
            return Ok(());
        }
        let flush = writer.flush(min_size)?;
        let answer = std::mem::replace(&mut *lock(&self.answer), Answer::Flushing);
        let Answer::Streaming(body) = answer else {
            *lock(&self.answer) = Answer::Gone;
            return Err(not_open());
        };
        let (done, flush, sink) = carry_out(flush, BodySink(body)).await;
        {
            let mut answer = lock(&self.answer);
            // If the channel was closed meanwhile, the message is cut now.
            *answer = match (&done, &*answer) {
                (Ok(()), Answer::Flushing) => Answer::Streaming(sink.0),
                _ => Answer::Gone,
            };
        }
        done?;
        writer.flushed(flush)
    }

    /// Ends a message whose body is streamed.
    async fn finish_streamed(&self, message: &mut Message, mut writer: Box<Writer>) -> Result<()> {
        message.write_end(&mut writer)?;
        self.flush(&mut writer, 0).await?;
        if let Answer::Streaming(mut body) = self.take_answer() {
            body.finish().await?;
        }
        self.codec.keep_writer(writer);
        Ok(())
    }

    /// Ends a message that is sent as a whole. What is left to wait for, if it has sources or passes encoders.
    fn finish<'a>(
        &'a self,
        message: &mut Message,
        mut writer: Box<Writer>,
    ) -> Result<Option<Pending<'a, ()>>> {
        message.write_end(&mut writer)?;
        let mut flush = writer.flush(0)?;
        let is_fault = message.is_fault();
        let has_encoders =
            matches!(&*lock(&self.answer), Answer::Open(responder) if responder.has_encoders());
        if !has_encoders && !flush.has_sources() {
            let chunks = flush.take_chunks();
            writer.flushed(flush)?;
            self.codec.keep_writer(writer);
            let (responder, reply) = self.take_reply(is_fault)?;
            return responder.reply_now(reply, chunks).map(|()| None);
        }
        Ok(Some(Box::pin(async move {
            let chunks = whole(&mut flush, self.binding.max_buffered_message_size).await?;
            writer.flushed(flush)?;
            self.codec.keep_writer(writer);
            let chunks: Vec<Chunk<'_>> = chunks.into_iter().map(Chunk::Shared).collect();
            let (responder, reply) = self.take_reply(is_fault)?;
            responder.reply(reply, &chunks).await
        })))
    }

    /// The way to answer, and the head of the answer.
    fn take_reply(&self, is_fault: bool) -> Result<(Responder, Reply)> {
        let mut reply = lock(&self.reply).take().ok_or_else(not_open)?;
        if is_fault && reply.status == StatusCode::OK {
            reply.status = StatusCode::INTERNAL_SERVER_ERROR;
        }
        match self.take_answer() {
            Answer::Open(responder) => Ok((responder, reply)),
            _ => Err(not_open()),
        }
    }
}

impl CustomChannel for HttpReplyChannel {
    fn open<'a>(&'a self, _: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(async { Err(Error::operation("a reply channel is accepted, not opened")) })
    }

    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        ready(self.start(message))
    }

    fn flush_body<'a>(&'a self, writer: &'a mut Writer, min_size: u64) -> Pending<'a, ()> {
        Box::pin(self.flush(writer, min_size))
    }

    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        if self.binding.transfer_mode.streamed_output {
            return Box::pin(self.finish_streamed(message, writer));
        }
        match self.finish(message, writer) {
            Ok(Some(rest)) => rest,
            Ok(None) => ready(Ok(())),
            Err(error) => ready(Err(error)),
        }
    }

    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(async {
            let received = self.receive(message).await;
            if let Err(error) = &received {
                self.refuse(error);
            }
            received
        })
    }

    fn fill_body<'a>(&'a self, reader: &'a mut Reader<'static>, min_size: usize) -> Pending<'a, ()> {
        match self.binding.transfer_mode.streamed_input {
            true => Box::pin(self.fill(reader, min_size)),
            false => ready(Ok(())),
        }
    }

    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(self.end_reading(message, reader))
    }

    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        if let Some(writer) = writer {
            self.codec.keep_writer(writer);
        }
        let mut answer = lock(&self.answer);
        // A streamed reply is cut, so that the client sees no whole message.
        if matches!(*answer, Answer::Streaming(_) | Answer::Flushing) {
            *answer = Answer::Gone;
        }
        matches!(*answer, Answer::Open(_))
    }

    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        if let Some(reader) = reader {
            self.codec.keep_reader(reader);
        }
        true
    }

    fn refuse(&self, error: &Error) {
        *lock(&self.refusal) = Some(refusal::of_error(error));
    }

    fn close(&self, is_graceful: bool) -> Pending<'_, ()> {
        let refusal = lock(&self.refusal).take();
        match (self.take_answer(), refusal) {
            // A request that could not be read must not look like one that was accepted.
            (Answer::Open(responder), Some((status, reason))) => {
                let Binding { encoding, version, .. } = &*self.binding;
                let refusal = refusal::of_channel(status, *encoding, version.envelope, &reason);
                ready(responder.refuse(refusal))
            }
            // WWSAPI K.3: one-way; the client's receive gives WS_S_END.
            (Answer::Open(responder), None) if is_graceful => Box::pin(async {
                let mut request = self.request.lock().await;
                // A request that nobody read would be cut when the connection is used again.
                while request.body.chunk().await?.is_some() {}
                responder.accept_one_way().await
            }),
            _ => ready(Ok(())),
        }
    }

    fn abort(&self) {
        self.abort.abort();
    }

    fn reset(&self) -> Result<()> {
        Ok(())
    }

    fn is_failed(&self) -> bool {
        // A message that cannot be read can still be answered with a fault.
        self.abort.is_aborted()
    }

    fn info(&self) -> ChannelInfo {
        let RequestHead { url, connection_id, peer, peer_certificates, .. } = &self.head;
        ChannelInfo {
            transport_url: Some(url.clone()),
            remote: *peer,
            http_connection_id: Some(*connection_id),
            peer_certificates: peer_certificates.clone(),
            ..ChannelInfo::default()
        }
    }

    fn transport_url(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.head.url))
    }

    fn accepted_as(&self) -> Option<(ChannelType, Arc<Binding>)> {
        self.binding.listener.in_kind.then(|| (ChannelType::REPLY, self.binding.clone()))
    }
}

struct BodySink(BodySender);

impl Sink for BodySink {
    fn wants_shared(&self) -> bool {
        true
    }

    fn write<'a>(&'a mut self, chunks: &'a [Chunk<'a>]) -> Pending<'a, ()> {
        Box::pin(self.0.write(chunks))
    }
}
