//! Channels with sessions, over net.tcp, net.pipe and modems: whole messages in sized envelopes (MC-NMF), both ways at the same
//! time.

use super::{
    Binding, ChannelInfo, ChannelType, CustomChannel, Pending, Transport,
    codec::{Codec, collect, lock},
    streaming::Whole,
};
use crate::{
    Error, ErrorCode, Result,
    soap::{EndpointAddress, Message},
    transport::{
        Abort, Chunk,
        framed::{Mode, Options, Receiver, Sender, Session},
        net_tcp,
        timeouts::Step,
    },
    xml::{Reader, Writer},
};
use std::{
    borrow::Cow,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The driver of a session channel.
pub(super) struct SessionChannel {
    kind: ChannelType,
    binding: Arc<Binding>,
    codec: Codec,
    abort: Mutex<Abort>,
    sender: tokio::sync::Mutex<Option<Sender>>,
    receiving: tokio::sync::Mutex<Receiving>,
    info: Mutex<ChannelInfo>,
    is_failed: AtomicBool,
    /// What was wrong with what arrived: the peer is told when the channel is closed.
    failure: Mutex<Option<Error>>,
}

#[derive(Default)]
struct Receiving {
    receiver: Option<Receiver>,
    /// Of a message that is not complete: its content type and what came of it.
    content_type: Option<String>,
    whole: Whole,
}

impl SessionChannel {
    /// A channel that will connect.
    pub(super) fn new(kind: ChannelType, binding: Arc<Binding>) -> Result<Self> {
        let codec = Codec::new(&binding)?;
        Ok(SessionChannel {
            kind,
            binding,
            codec,
            abort: Mutex::default(),
            sender: tokio::sync::Mutex::default(),
            receiving: tokio::sync::Mutex::default(),
            info: Mutex::default(),
            is_failed: AtomicBool::new(false),
            failure: Mutex::default(),
        })
    }

    /// A channel over a session that is open.
    pub(super) fn over(kind: ChannelType, binding: Arc<Binding>, session: Session) -> Result<Self> {
        let codec = Codec::of_session(&binding, &session.info().content_type)?;
        let mut channel = SessionChannel { codec, ..Self::new(kind, binding)? };
        channel.take(session);
        Ok(channel)
    }

    fn take(&mut self, session: Session) {
        self.abort = Mutex::new(session.abort_handle());
        self.info = Mutex::new(info_of(&session));
        *self.sender.get_mut() = Some(session.sender);
        self.receiving.get_mut().receiver = Some(session.receiver);
    }

    async fn connect(&self, url: &str) -> Result<()> {
        let content_type = self.codec.content_type(None)?;
        let mode = if self.kind.receives() { Mode::DUPLEX } else { Mode::SIMPLEX };
        let abort = Abort::new();
        *lock(&self.abort) = abort.clone();
        let session = connect(&self.binding, url, mode, &content_type, &abort).await?;
        *lock(&self.info) = info_of(&session);
        self.is_failed.store(false, Ordering::Release);
        *self.sender.lock().await = Some(session.sender);
        *self.receiving.lock().await = Receiving { receiver: Some(session.receiver), ..Receiving::default() };
        Ok(())
    }

    async fn send(&self, message: &mut Message, mut writer: Box<Writer>) -> Result<()> {
        message.write_end(&mut writer)?;
        let mut flush = writer.flush(0)?;
        let mut sender = self.sender.lock().await;
        let Some(sender) = sender.as_mut() else { return Err(not_open()) };
        // What leaves the writer belongs to the session from here on: its strings are announced in it.
        self.is_failed.store(true, Ordering::Release);
        let limit = self.binding.max_buffered_message_size;
        if flush.has_sources() {
            // The size of a sized envelope stands in front of it, so that what is pushed must be known first.
            let chunks = collect(&mut flush, limit)?;
            let chunks: Vec<Chunk<'_>> = chunks.iter().map(|chunk| Chunk::Borrowed(chunk)).collect();
            sender.send(&chunks).await?;
        } else {
            if let crate::xml::output::Want::Send(slices) = flush.want() {
                let chunks: Vec<Chunk<'_>> = slices.map(Chunk::Borrowed).collect();
                sender.send(&chunks).await?;
            }
            flush.advance();
        }
        self.is_failed.store(false, Ordering::Release);
        writer.flushed(flush)?;
        self.codec.keep_writer(writer);
        Ok(())
    }

    async fn receive(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let mut receiving = self.receiving.lock().await;
        let Receiving { receiver: Some(receiver), content_type, whole } = &mut *receiving else {
            return Err(not_open());
        };
        let limit = self.binding.timeouts.limit(Step::Receive);
        let abort = lock(&self.abort).clone();
        // Nothing is lost if the future is dropped: what came is kept here.
        let receiving = async {
            if content_type.is_none() {
                *content_type = receiver.next().await?;
            }
            let max_size = self.binding.max_buffered_message_size;
            match content_type {
                Some(content_type) => whole.receive(&self.codec, content_type, max_size, receiver).await,
                None => Ok(()),
            }
        };
        let received = limit.run(&abort, receiving).await;
        if let Err(error) = received {
            self.is_failed.store(true, Ordering::Release);
            *lock(&self.failure) = Some(error.clone());
            return Err(error);
        }
        let Some(content_type) = content_type.take() else {
            lock(&self.info).is_session_shut_down = true;
            return Ok(None);
        };
        let read = whole.read_start(message, &self.codec, &content_type);
        if read.is_err() {
            // The strings that the message brought may be lost.
            self.is_failed.store(true, Ordering::Release);
        }
        read.map(Some)
    }

    async fn end(&self, is_graceful: bool) -> Result<()> {
        let failure = lock(&self.failure).take();
        if !is_graceful && failure.is_none() {
            lock(&self.abort).abort();
        }
        let sender = self.sender.lock().await.take();
        let receiver = std::mem::take(&mut *self.receiving.lock().await).receiver;
        self.codec.end_session();
        match (sender, receiver, failure) {
            (Some(sender), Some(receiver), None) if is_graceful => {
                Session { sender, receiver }.close().await.map(drop)
            }
            (Some(sender), Some(receiver), Some(error)) => {
                Session { sender, receiver }.fail(&error).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl CustomChannel for SessionChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(self.connect(&address.url))
    }

    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(async {
            // Strings that were announced to nobody would be missing on the other side.
            self.is_failed.store(false, Ordering::Release);
            self.codec.start_writing(message)
        })
    }

    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        Box::pin(self.send(message, writer))
    }

    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(self.receive(message))
    }

    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        mut reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            let read = message.read_end(&mut reader);
            self.codec.keep_reader(reader);
            read
        })
    }

    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        // Nothing of it went out; the strings it announced come with the next message.
        match writer {
            Some(writer) => {
                self.codec.keep_writer(writer);
                true
            }
            None => self.binding.encoding != crate::soap::Encoding::BinarySession,
        }
    }

    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        match reader {
            Some(reader) => {
                self.codec.keep_reader(reader);
                true
            }
            None => self.binding.encoding != crate::soap::Encoding::BinarySession,
        }
    }

    fn shut_down_session(&self) -> Pending<'_, ()> {
        Box::pin(async {
            let mut sender = self.sender.lock().await;
            let Some(sender) = sender.as_mut() else { return Err(not_open()) };
            let done = sender.shut_down().await;
            self.is_failed.store(done.is_err(), Ordering::Release);
            done
        })
    }

    fn close(&self, is_graceful: bool) -> Pending<'_, ()> {
        Box::pin(self.end(is_graceful))
    }

    fn abort(&self) {
        lock(&self.abort).abort();
    }

    fn reset(&self) -> Result<()> {
        *lock(&self.info) = ChannelInfo::default();
        Ok(())
    }

    fn is_failed(&self) -> bool {
        self.is_failed.load(Ordering::Acquire)
    }

    fn info(&self) -> ChannelInfo {
        lock(&self.info).clone()
    }

    fn transport_url(&self) -> Option<Cow<'_, str>> {
        lock(&self.info).transport_url.clone().map(Cow::Owned)
    }

    fn accepted_as(&self) -> Option<(ChannelType, Arc<Binding>)> {
        self.binding.listener.in_kind.then(|| (self.kind, self.binding.clone()))
    }
}

/// Connects over net.tcp or net.pipe.
pub(super) async fn connect(
    binding: &Binding,
    url: &str,
    mode: Mode,
    content_type: &str,
    abort: &Abort,
) -> Result<Session> {
    let options = options(binding, binding.tls.clone().map(|tls| Arc::new(tls) as _));
    match binding.transport {
        #[cfg(unix)]
        Transport::NamedPipe => {
            crate::transport::net_pipe::connect(url, mode, content_type, &options, &binding.pipe, abort).await
        }
        #[cfg(all(target_os = "linux", feature = "mbn"))]
        Transport::Mbn => {
            crate::transport::mbn::connect(url, mode, content_type, &options, &binding.mbn, abort).await
        }
        _ => net_tcp::connect_abortable(url, mode, content_type, &options, &binding.tcp, abort).await,
    }
}

/// What a binding says of sessions.
pub(super) fn options(
    binding: &Binding,
    upgrade: Option<Arc<dyn crate::transport::StreamUpgrade>>,
) -> Options {
    Options {
        limits: Default::default(),
        timeouts: binding.timeouts,
        codecs: binding.codecs.clone(),
        upgrade,
    }
    .with_max_envelope_size(match binding.listener.in_kind {
        true => binding.max_buffered_message_size.max(binding.max_streamed_message_size),
        false => binding.max_message_size(),
    })
}

fn info_of(session: &Session) -> ChannelInfo {
    let info = session.info();
    ChannelInfo {
        transport_url: Some(info.via.clone()),
        remote: info.peer,
        peer_certificates: info.peer_certificates.clone(),
        ..ChannelInfo::default()
    }
}

pub(super) fn not_open() -> Error {
    Error::new(ErrorCode::OperationAborted, "the channel is not open any more")
}
