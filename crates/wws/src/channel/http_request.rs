//! Request channels over HTTP: each message is a POST, and the response to it the reply.

use super::{
    Binding, ChannelInfo, CustomChannel, Pending,
    codec::{Codec, Sink, carry_out, lock},
    custom::ready,
    http_head::{self, Head},
    refusal,
    session::not_open,
    streaming::{self, Whole},
};
use crate::{
    Error, ErrorCode, Result,
    soap::{EndpointAddress, Message},
    transport::{
        Abort, Chunk,
        http::{Call, Client, ClientOptions, Request, Response},
        timeouts::Step,
    },
    xml::{Reader, Writer, output::Flush},
};
use bytes::Bytes;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

/// The driver of a request channel.
pub(super) struct HttpRequestChannel {
    shared: Arc<Shared>,
    abort: Mutex<Abort>,
    /// Made by [`another`](CustomChannel::another).
    is_child: bool,
    /// The head of a request whose body is buffered.
    request: Mutex<Option<Request>>,
    /// A request whose body is streamed.
    call: Mutex<Option<Box<Call>>>,
    /// The response that is to be read, or is being read.
    reading: tokio::sync::Mutex<Reading>,
    is_failed: AtomicBool,
}

/// What several channels to one endpoint have in common.
struct Shared {
    binding: Arc<Binding>,
    codec: Codec,
    client: Client,
    address: Mutex<Option<EndpointAddress>>,
}

#[derive(Default)]
struct Reading {
    response: Option<Box<Response>>,
    whole: Whole,
}

impl HttpRequestChannel {
    pub(super) fn new(binding: Arc<Binding>) -> Result<Self> {
        let client = Client::new(ClientOptions {
            tcp: binding.tcp.clone(),
            timeouts: binding.timeouts,
            tls: binding.tls.clone(),
            version: binding.http.version,
            http2: binding.http.http2,
            proxy: binding.http.proxy.clone(),
            cookies: binding.http.cookies,
            redirects: binding.http.redirects.clone(),
            codecs: binding.codecs.clone(),
            max_connections: binding.http.max_server_connections,
            max_message_size: match binding.transfer_mode.streamed_input {
                true => binding.max_streamed_message_size,
                false => binding.max_buffered_message_size,
            },
            ..ClientOptions::default()
        })?;
        let codec = Codec::new(&binding)?;
        Ok(Self::of(Arc::new(Shared { binding, codec, client, address: Mutex::default() })))
    }

    fn of(shared: Arc<Shared>) -> Self {
        HttpRequestChannel {
            shared,
            abort: Mutex::default(),
            is_child: false,
            request: Mutex::default(),
            call: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            is_failed: AtomicBool::new(false),
        }
    }

    fn request(&self, message: &Message) -> Result<Request> {
        let shared = &*self.shared;
        let url = lock(&shared.address).as_ref().map(|address| address.url.clone()).ok_or_else(not_open)?;
        let head = Head::of_request(&shared.binding, &shared.codec, message)?;
        Ok(Request {
            url,
            method: head.method,
            content_type: head.content_type,
            headers: head.headers,
            abort: lock(&self.abort).clone(),
        })
    }

    /// Starts to write the request that this is the head of.
    fn start(&self, message: &mut Message) -> Result<(Box<Writer>, Request)> {
        // Whoever reads the last reply has read it when the next request starts.
        if let Ok(mut reading) = self.reading.try_lock() {
            *reading = Reading::default();
        }
        let binding = &self.shared.binding;
        let request = self.request(message)?;
        http_head::take_mapped(&binding.http.mapping.request_headers, binding, message)?;
        Ok((self.shared.codec.start_writing(message)?, request))
    }

    async fn start_streamed(&self, message: &mut Message) -> Result<Box<Writer>> {
        let (writer, request) = self.start(message)?;
        let call = self.shared.client.begin(request, None).await?;
        *lock(&self.call) = Some(Box::new(call));
        Ok(writer)
    }

    fn start_whole(&self, message: &mut Message) -> Result<Box<Writer>> {
        let (writer, request) = self.start(message)?;
        *lock(&self.request) = Some(request);
        Ok(writer)
    }

    /// Sends what is ready of a streamed body.
    async fn flush(&self, writer: &mut Writer, min_size: u64) -> Result<()> {
        if !self.shared.binding.transfer_mode.streamed_output {
            return Ok(());
        }
        let flush = writer.flush(min_size)?;
        let call = lock(&self.call).take().ok_or_else(not_open)?;
        let (done, flush, sink) = carry_out(flush, CallSink(call)).await;
        *lock(&self.call) = Some(sink.0);
        done?;
        writer.flushed(flush)
    }

    async fn finish(&self, message: &mut Message, mut writer: Box<Writer>) -> Result<()> {
        message.write_end(&mut writer)?;
        let response = if self.shared.binding.transfer_mode.streamed_output {
            self.flush(&mut writer, 0).await?;
            let mut call = lock(&self.call).take().ok_or_else(not_open)?;
            call.finish().await?;
            self.shared.codec.keep_writer(writer);
            (*call).response().await?
        } else {
            let chunks = self.whole(writer).await?;
            let chunks: Vec<Chunk<'_>> = chunks.into_iter().map(Chunk::Shared).collect();
            let request = lock(&self.request).take().ok_or_else(not_open)?;
            self.shared.client.send(request, &chunks).await?
        };
        let is_raw = !self.shared.binding.has_envelope();
        // Without an envelope, the status is the message's own (WWSAPI M.2).
        let response = if is_raw && self.shared.binding.http.mapping.status_code {
            response
        } else {
            refusal::check(response).await?
        };
        *self.reading.lock().await = Reading { response: Some(Box::new(response)), whole: Whole::default() };
        Ok(())
    }

    /// All octets of the message, uncopied where they are shared.
    async fn whole(&self, mut writer: Box<Writer>) -> Result<Vec<Bytes>> {
        let mut flush = writer.flush(0)?;
        let chunks = whole(&mut flush, self.shared.binding.max_buffered_message_size).await?;
        writer.flushed(flush)?;
        self.shared.codec.keep_writer(writer);
        Ok(chunks)
    }

    async fn receive(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let shared = &*self.shared;
        let mut reading = self.reading.lock().await;
        let Reading { response: Some(response), whole } = &mut *reading else {
            return Err(Error::operation(
                "a request channel receives a reply only to a request that it has sent",
            ));
        };
        let content_type = response.body.content_type().map(str::to_owned);
        let is_streamed = shared.binding.transfer_mode.streamed_input;
        let limit = shared.binding.timeouts.limit(Step::Receive);
        let abort = lock(&self.abort).clone();
        if let Some(content_type) = content_type.as_deref().filter(|_| !is_streamed) {
            let receiving = whole.receive(&shared.codec, content_type, u64::MAX, &mut response.body);
            limit.run(&abort, receiving).await?;
        }
        // WWSAPI K.3: the answer to a one-way message is empty. Some peers send a content type all the same, with length
        // 0 or with the last chunk alone.
        if content_type.is_none() || (whole.is_empty() && response.body.is_empty().await?) {
            while response.body.chunk().await?.is_some() {}
            *reading = Reading::default();
            return Ok(None);
        }
        let content_type = content_type.unwrap_or_default();
        let reader = if is_streamed {
            let size = shared.binding.max_streamed_start_size;
            let start =
                streaming::read_start(message, &shared.codec, &content_type, &mut response.body, size);
            limit.run(&abort, start).await?
        } else {
            whole.read_start(message, &shared.codec, &content_type)?
        };
        http_head::map_response(&shared.binding, response, message)?;
        Ok(Some(reader))
    }

    async fn fill(&self, reader: &mut Reader<'static>, min_size: usize) -> Result<()> {
        let mut reading = self.reading.lock().await;
        match &mut reading.response {
            Some(response) if self.shared.binding.transfer_mode.streamed_input => {
                let limit = self.shared.binding.timeouts.limit(Step::Receive);
                streaming::fill(reader, &mut response.body, min_size, limit).await
            }
            _ => Ok(()),
        }
    }

    async fn end_reading(&self, message: &mut Message, mut reader: Box<Reader<'static>>) -> Result<()> {
        let mut reading = self.reading.lock().await;
        let read = match &mut reading.response {
            Some(response) => {
                let limit = self.shared.binding.timeouts.limit(Step::Receive);
                streaming::read_end(message, &mut reader, &mut response.body, limit).await
            }
            None => message.read_end(&mut reader),
        };
        reading.response = None;
        self.shared.codec.keep_reader(reader);
        read
    }

    /// Remembers whether an error is the end of the channel: a request that failed is only that, but a limit of time
    /// and an abort are (WWSAPI K.6).
    fn note<T>(&self, done: Result<T>) -> Result<T> {
        let failed = done.as_ref().err().is_some_and(|error| {
            matches!(error.code(), ErrorCode::OperationTimedOut | ErrorCode::OperationAborted)
        });
        self.is_failed.store(failed, Ordering::Release);
        done
    }
}

impl CustomChannel for HttpRequestChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(async {
            // WWSAPI K.1: no I/O here, but a URL that cannot be is told now.
            http_head::check_url(&address.url)?;
            *lock(&self.abort) = Abort::new();
            *lock(&self.shared.address) = Some(address.clone());
            Ok(())
        })
    }

    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        match self.shared.binding.transfer_mode.streamed_output {
            true => Box::pin(async { self.note(self.start_streamed(message).await) }),
            false => ready(self.note(self.start_whole(message))),
        }
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
        match self.shared.binding.transfer_mode.streamed_input {
            true => Box::pin(async move { self.note(self.fill(reader, min_size).await) }),
            false => ready(Ok(())),
        }
    }

    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(async { self.note(self.end_reading(message, reader).await) })
    }

    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        // Dropping the call closes its connection, so that the server sees no whole message.
        *lock(&self.call) = None;
        if let Some(writer) = writer {
            self.shared.codec.keep_writer(writer);
        }
        true
    }

    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        if let Ok(mut reading) = self.reading.try_lock() {
            *reading = Reading::default();
        }
        if let Some(reader) = reader {
            self.shared.codec.keep_reader(reader);
        }
        true
    }

    fn close(&self, _: bool) -> Pending<'_, ()> {
        Box::pin(async {
            *lock(&self.call) = None;
            *self.reading.lock().await = Reading::default();
            Ok(())
        })
    }

    fn abort(&self) {
        // The handle of a child is that of all: dropping what it holds is enough.
        if !self.is_child {
            lock(&self.abort).abort();
        }
    }

    fn reset(&self) -> Result<()> {
        *lock(&self.shared.address) = None;
        Ok(())
    }

    fn is_failed(&self) -> bool {
        self.is_failed.load(Ordering::Acquire)
    }

    fn info(&self) -> ChannelInfo {
        ChannelInfo::default()
    }

    fn another(&self) -> Option<Box<dyn CustomChannel>> {
        let mut other = Self::of(self.shared.clone());
        *lock(&other.abort) = lock(&self.abort).clone();
        other.is_child = true;
        Some(Box::new(other))
    }
}

struct CallSink(Box<Call>);

impl Sink for CallSink {
    fn wants_shared(&self) -> bool {
        true
    }

    fn write<'a>(&'a mut self, chunks: &'a [Chunk<'a>]) -> Pending<'a, ()> {
        Box::pin(self.0.write(chunks))
    }
}

/// All octets of a flush; sources push on a thread where they may block.
pub(super) async fn whole(flush: &mut Flush, max_size: u64) -> Result<Vec<Bytes>> {
    if !flush.has_sources() {
        return Ok(flush.take_chunks());
    }
    let mut taken = std::mem::take(flush);
    let collected = tokio::task::spawn_blocking(move || {
        let chunks = super::codec::collect(&mut taken, max_size);
        (taken, chunks)
    });
    match collected.await {
        Ok((taken, chunks)) => {
            *flush = taken;
            chunks
        }
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}
