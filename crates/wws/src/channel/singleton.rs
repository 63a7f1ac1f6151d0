//! Streamed request and reply over net.tcp and net.pipe: a session of MC-NMF for each exchange, with one envelope each
//! way that is sent while it is written, and the connection used again for the next (Singleton Unsized).

use super::{
    Binding, ChannelInfo, ChannelType, CustomChannel, Pending,
    codec::{Codec, Sink, carry_out, collect, lock},
    session::{connect, not_open, options},
    streaming::{self, Whole},
};
use crate::{
    Error, Result,
    soap::{EndpointAddress, Message},
    transport::{
        Abort, Chunk,
        framed::{Connection, Mode, Receiver, Sender, Session, Target, initiate},
        timeouts::Step,
    },
    xml::{Reader, Writer},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// Takes a connection back whose session has ended.
pub(super) type Recycle = Arc<dyn Fn(Connection) + Send + Sync>;

/// The driver of a streamed request or reply channel.
pub(super) struct SingletonChannel {
    binding: Arc<Binding>,
    codec: Codec,
    /// Of a client.
    address: Mutex<Option<EndpointAddress>>,
    abort: Mutex<Abort>,
    sender: tokio::sync::Mutex<Option<Sender>>,
    receiver: tokio::sync::Mutex<Receiving>,
    info: Mutex<ChannelInfo>,
    /// Between two exchanges.
    idle: Mutex<Option<Connection>>,
    /// Of an accepted channel.
    recycle: Option<Recycle>,
    /// The session that opening made waits for its first message.
    is_fresh: AtomicBool,
    is_failed: AtomicBool,
}

#[derive(Default)]
struct Receiving {
    receiver: Option<Receiver>,
    /// Of an accepted channel: its message was given to the user.
    is_given: bool,
}

impl SingletonChannel {
    /// A channel that will connect.
    pub(super) fn new(binding: Arc<Binding>) -> Result<Self> {
        let codec = Codec::new(&binding)?;
        Ok(SingletonChannel {
            binding,
            codec,
            address: Mutex::default(),
            abort: Mutex::default(),
            sender: Default::default(),
            receiver: Default::default(),
            info: Mutex::default(),
            idle: Mutex::default(),
            recycle: None,
            is_fresh: AtomicBool::new(false),
            is_failed: AtomicBool::new(false),
        })
    }

    /// A channel for the exchange that a session is.
    pub(super) fn accepted(binding: Arc<Binding>, session: Session, recycle: Recycle) -> Result<Self> {
        let codec = Codec::of_session(&binding, &session.info().content_type)?;
        let mut channel = SingletonChannel { codec, ..Self::new(binding)? };
        channel.recycle = Some(recycle);
        channel.abort = Mutex::new(session.abort_handle());
        let info = session.info();
        channel.info = Mutex::new(ChannelInfo {
            transport_url: Some(info.via.clone()),
            remote: info.peer,
            peer_certificates: info.peer_certificates.clone(),
            ..ChannelInfo::default()
        });
        *channel.sender.get_mut() = Some(session.sender);
        channel.receiver.get_mut().receiver = Some(session.receiver);
        Ok(channel)
    }

    fn is_client(&self) -> bool {
        self.recycle.is_none()
    }

    /// A session for the next exchange, over the connection of the one before if it is still there.
    async fn begin_session(&self) -> Result<Session> {
        let url = lock(&self.address).as_ref().map(|address| address.url.clone()).ok_or_else(not_open)?;
        let content_type = self.codec.content_type(None)?;
        let abort = lock(&self.abort).clone();
        let idle = lock(&self.idle).take();
        if let Some(connection) = idle {
            let target = Target::new(Mode::SINGLETON_UNSIZED, &*url, &*content_type);
            let options = options(&self.binding, None);
            let again = initiate(connection, target, &options, &abort);
            // The peer may have closed it while it was idle.
            if let Ok(session) = self.binding.timeouts.limit(Step::Connect).run(&abort, again).await {
                return Ok(session);
            }
        }
        connect(&self.binding, &url, Mode::SINGLETON_UNSIZED, &content_type, &abort).await
    }

    async fn start(&self, message: &mut Message) -> Result<Box<Writer>> {
        let writer = self.codec.start_writing(message)?;
        let is_fresh = self.is_fresh.swap(false, Ordering::AcqRel);
        if self.is_client() && !is_fresh {
            self.forget().await;
            let session = self.begin_session().await?;
            *self.sender.lock().await = Some(session.sender);
            *self.receiver.lock().await = Receiving { receiver: Some(session.receiver), is_given: false };
        }
        match self.sender.lock().await.as_mut() {
            Some(sender) => sender.begin(None).await?,
            None => return Err(Error::operation("a reply channel sends one reply, and it was sent")),
        }
        Ok(writer)
    }

    /// Gives up an exchange that was not ended.
    async fn forget(&self) {
        *self.sender.lock().await = None;
        *self.receiver.lock().await = Receiving::default();
    }

    async fn flush(&self, writer: &mut Writer, min_size: u64) -> Result<()> {
        if !self.binding.transfer_mode.streamed_output {
            return Ok(());
        }
        self.send(writer, min_size).await
    }

    async fn send(&self, writer: &mut Writer, min_size: u64) -> Result<()> {
        let flush = writer.flush(min_size)?;
        let mut slot = self.sender.lock().await;
        let sender = slot.take().ok_or_else(not_open)?;
        let (done, flush, sink) = carry_out(flush, SenderSink(sender)).await;
        *slot = Some(sink.0);
        done?;
        writer.flushed(flush)
    }

    async fn finish(&self, message: &mut Message, mut writer: Box<Writer>) -> Result<()> {
        message.write_end(&mut writer)?;
        if self.binding.transfer_mode.streamed_output {
            self.send(&mut writer, 0).await?;
        } else {
            let mut flush = writer.flush(0)?;
            let chunks = collect(&mut flush, self.binding.max_buffered_message_size)?;
            writer.flushed(flush)?;
            let chunks: Vec<Chunk<'_>> = chunks.iter().map(|chunk| Chunk::Borrowed(chunk)).collect();
            match self.sender.lock().await.as_mut() {
                Some(sender) => sender.write(&chunks).await?,
                None => return Err(not_open()),
            }
        }
        self.codec.keep_writer(writer);
        match self.sender.lock().await.as_mut() {
            Some(sender) => sender.finish_session().await,
            None => Err(not_open()),
        }
    }

    async fn receive(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let mut receiving = self.receiver.lock().await;
        let Receiving { receiver: Some(receiver), is_given } = &mut *receiving else {
            return match self.is_client() {
                true => Err(Error::operation("a request channel receives a reply only to a request")),
                false => Ok(None),
            };
        };
        if *is_given && !self.is_client() {
            return Ok(None); // WWSAPI K.3: it delivered its one message.
        }
        let Some(content_type) = receiver.next().await? else {
            // One-way: the session ended without a reply.
            drop(receiving);
            self.end_exchange().await?;
            return Ok(None);
        };
        *is_given = true;
        let limit = self.binding.timeouts.limit(Step::Receive);
        let abort = lock(&self.abort).clone();
        let reader = if self.binding.transfer_mode.streamed_input {
            let size = self.binding.max_streamed_start_size;
            let start = streaming::read_start(message, &self.codec, &content_type, receiver, size);
            limit.run(&abort, start).await?
        } else {
            let mut whole = Whole::default();
            limit.run(&abort, whole.receive(&self.codec, &content_type, u64::MAX, receiver)).await?;
            whole.read_start(message, &self.codec, &content_type)?
        };
        Ok(Some(reader))
    }

    async fn fill(&self, reader: &mut Reader<'static>, min_size: usize) -> Result<()> {
        let mut receiving = self.receiver.lock().await;
        match &mut receiving.receiver {
            Some(receiver) if self.binding.transfer_mode.streamed_input => {
                let limit = self.binding.timeouts.limit(Step::Receive);
                streaming::fill(reader, receiver, min_size, limit).await
            }
            _ => Ok(()),
        }
    }

    async fn end_reading(&self, message: &mut Message, mut reader: Box<Reader<'static>>) -> Result<()> {
        let mut receiving = self.receiver.lock().await;
        let read = match &mut receiving.receiver {
            Some(receiver) => {
                let limit = self.binding.timeouts.limit(Step::Receive);
                streaming::read_end(message, &mut reader, receiver, limit).await
            }
            None => message.read_end(&mut reader),
        };
        drop(receiving);
        self.codec.keep_reader(reader);
        read?;
        if self.is_client() { self.end_exchange().await } else { Ok(()) }
    }

    /// Ends the session of an exchange; its connection waits for the next.
    async fn end_exchange(&self) -> Result<()> {
        let sender = self.sender.lock().await.take();
        let receiver = std::mem::take(&mut *self.receiver.lock().await).receiver;
        self.codec.end_session();
        let (Some(sender), Some(receiver)) = (sender, receiver) else { return Ok(()) };
        if let Some(connection) = (Session { sender, receiver }).close().await? {
            match &self.recycle {
                Some(recycle) => recycle(connection),
                None => *lock(&self.idle) = Some(connection),
            }
        }
        Ok(())
    }

    fn note<T>(&self, done: Result<T>) -> Result<T> {
        let failed = done.as_ref().err().is_some_and(|error| !error.needs_input());
        self.is_failed.store(failed, Ordering::Release);
        done
    }
}

impl CustomChannel for SingletonChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(async {
            if !self.is_client() {
                return Err(Error::operation("the channel is accepted, not opened"));
            }
            *lock(&self.abort) = Abort::new();
            *lock(&self.address) = Some(address.clone());
            // The session begins with the first message; that somebody is there is seen now.
            let session = self.begin_session().await?;
            *self.sender.lock().await = Some(session.sender);
            *self.receiver.lock().await = Receiving { receiver: Some(session.receiver), is_given: false };
            self.is_fresh.store(true, Ordering::Release);
            Ok(())
        })
    }

    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(async { self.note(self.start(message).await) })
    }

    fn flush_body<'a>(&'a self, writer: &'a mut Writer, min_size: u64) -> Pending<'a, ()> {
        Box::pin(async move { self.note(self.flush(writer, min_size).await) })
    }

    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        Box::pin(async { self.note(self.finish(message, writer).await) })
    }

    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(async { self.note(self.receive(message).await) })
    }

    fn fill_body<'a>(&'a self, reader: &'a mut Reader<'static>, min_size: usize) -> Pending<'a, ()> {
        Box::pin(async move { self.note(self.fill(reader, min_size).await) })
    }

    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(async { self.note(self.end_reading(message, reader).await) })
    }

    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        if let Some(writer) = writer {
            self.codec.keep_writer(writer);
        }
        // The connection is cut, so that the peer sees no whole message.
        if let Ok(mut sender) = self.sender.try_lock() {
            *sender = None;
        }
        if let Ok(mut receiver) = self.receiver.try_lock() {
            *receiver = Receiving::default();
        }
        self.is_client()
    }

    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        if let Some(reader) = reader {
            self.codec.keep_reader(reader);
        }
        if self.is_client() {
            return self.abandon_sending(None);
        }
        true
    }

    fn close(&self, is_graceful: bool) -> Pending<'_, ()> {
        Box::pin(async move {
            if !is_graceful {
                lock(&self.abort).abort();
                self.forget().await;
            }
            if self.is_fresh.swap(false, Ordering::AcqRel) {
                // A session without an envelope has no orderly end in this mode.
                self.forget().await;
                *lock(&self.idle) = None;
                return Ok(());
            }
            let done = self.end_exchange().await;
            let idle = lock(&self.idle).take().filter(|_| is_graceful);
            if let Some(connection) = idle {
                let abort = lock(&self.abort).clone();
                // The exchanges are complete, whatever becomes of the connection.
                let _ended =
                    self.binding.timeouts.limit(Step::Close).run(&abort, connection.shutdown()).await;
            }
            done
        })
    }

    fn abort(&self) {
        lock(&self.abort).abort();
    }

    fn reset(&self) -> Result<()> {
        *lock(&self.address) = None;
        *lock(&self.info) = ChannelInfo::default();
        Ok(())
    }

    fn is_failed(&self) -> bool {
        self.is_failed.load(Ordering::Acquire)
    }

    fn info(&self) -> ChannelInfo {
        lock(&self.info).clone()
    }

    fn accepted_as(&self) -> Option<(ChannelType, Arc<Binding>)> {
        self.binding.listener.in_kind.then(|| (ChannelType::REPLY, self.binding.clone()))
    }
}

struct SenderSink(Sender);

impl Sink for SenderSink {
    fn write<'a>(&'a mut self, chunks: &'a [Chunk<'a>]) -> Pending<'a, ()> {
        Box::pin(self.0.write(chunks))
    }
}
