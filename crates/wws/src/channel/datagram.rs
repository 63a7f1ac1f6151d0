//! Channels over UDP: one message in each datagram (SOAP-over-UDP 1.1).

use super::{
    Binding, ChannelInfo, ChannelType, CustomChannel, CustomListener, Pending,
    codec::{Codec, collect, lock},
    in_kind,
    session::not_open,
};
use crate::{
    Error, ErrorCode, Result,
    soap::{EndpointAddress, EnvelopeVersion, Message},
    transport::{
        Abort, Chunk,
        listener_url::client_url,
        timeouts::Step,
        udp::{Datagram, MAX_DATAGRAM_SIZE, Socket, UdpOptions},
    },
    xml::{Reader, Writer},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

/// The driver of a datagram channel.
pub(super) struct DatagramChannel {
    kind: ChannelType,
    binding: Arc<Binding>,
    codec: Codec,
    socket: Mutex<Option<Arc<Socket>>>,
    abort: Mutex<Abort>,
    /// Of a channel that was accepted: what it was accepted for, and whose peer it answers.
    accepted: Option<SocketAddr>,
    first: Mutex<Option<Datagram>>,
    remote: Mutex<Option<SocketAddr>>,
}

impl DatagramChannel {
    pub(super) fn new(kind: ChannelType, binding: Arc<Binding>) -> Result<Self> {
        let codec = Codec::new(&binding)?;
        Ok(DatagramChannel {
            kind,
            binding,
            codec,
            socket: Mutex::default(),
            abort: Mutex::default(),
            accepted: None,
            first: Mutex::default(),
            remote: Mutex::default(),
        })
    }

    fn accepted(
        kind: ChannelType,
        binding: Arc<Binding>,
        socket: Arc<Socket>,
        first: Datagram,
    ) -> Result<Self> {
        let peer = first.peer;
        let binding = in_kind::of_datagram(&binding, &first.octets);
        Ok(DatagramChannel {
            socket: Mutex::new(Some(socket)),
            accepted: Some(peer),
            first: Mutex::new(Some(first)),
            remote: Mutex::new(Some(peer)),
            ..Self::new(kind, binding)?
        })
    }

    fn socket(&self) -> Result<Arc<Socket>> {
        lock(&self.socket).clone().ok_or_else(not_open)
    }

    async fn connect(&self, url: &str) -> Result<()> {
        let abort = Abort::new();
        *lock(&self.abort) = abort.clone();
        let socket = Socket::open(url, UdpOptions { abort, ..self.binding.udp.clone() }).await?;
        *lock(&self.remote) = socket.remote_address();
        *lock(&self.socket) = Some(Arc::new(socket));
        Ok(())
    }

    async fn send(&self, message: &mut Message, mut writer: Box<Writer>) -> Result<()> {
        message.write_end(&mut writer)?;
        let mut flush = writer.flush(0)?;
        // More would fit into no datagram.
        let chunks = collect(&mut flush, MAX_DATAGRAM_SIZE as u64).map_err(|error| match error.code() {
            ErrorCode::QuotaExceeded => Error::quota(format!(
                "the message has more than the {MAX_DATAGRAM_SIZE} octets that a datagram holds; use TCP or HTTP"
            )),
            _ => error,
        })?;
        writer.flushed(flush)?;
        self.codec.keep_writer(writer);
        let chunks: Vec<Chunk<'_>> = chunks.into_iter().map(Chunk::Shared).collect();
        let socket = self.socket()?;
        let abort = lock(&self.abort).clone();
        let send = async {
            match self.accepted {
                Some(peer) => socket.send_to(&chunks, peer).await,
                None => socket.send(&chunks).await,
            }
        };
        self.binding.timeouts.limit(Step::Send).run(&abort, send).await
    }

    async fn receive(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let datagram = match self.accepted {
            // WWSAPI K.3: an accepted channel delivers the message it was accepted for.
            Some(_) => match lock(&self.first).take() {
                Some(datagram) => datagram,
                None => return Ok(None),
            },
            None => {
                let socket = self.socket()?;
                let abort = lock(&self.abort).clone();
                self.binding.timeouts.limit(Step::Receive).run(&abort, socket.receive()).await?
            }
        };
        *lock(&self.remote) = Some(datagram.peer);
        // SOAP-over-UDP 1.1 3: nothing but the document says what it is.
        let content_type = match self.binding.version.envelope {
            EnvelopeVersion::Soap11 => "text/xml",
            _ => "application/soap+xml",
        };
        let mut reader = self.codec.reader(content_type, &datagram.octets)?;
        reader.feed(&datagram.octets);
        reader.end_of_input();
        self.codec.read_start(message, &mut reader)?;
        Ok(Some(reader))
    }
}

impl CustomChannel for DatagramChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        if self.accepted.is_some() {
            return Box::pin(async { Err(Error::operation("the channel is accepted, not opened")) });
        }
        Box::pin(self.connect(&address.url))
    }

    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(async { self.codec.start_writing(message) })
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
        if let Some(writer) = writer {
            self.codec.keep_writer(writer);
        }
        true
    }

    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        if let Some(reader) = reader {
            self.codec.keep_reader(reader);
        }
        true
    }

    fn close(&self, _: bool) -> Pending<'_, ()> {
        Box::pin(async {
            *lock(&self.socket) = None;
            Ok(())
        })
    }

    fn abort(&self) {
        lock(&self.abort).abort();
    }

    fn reset(&self) -> Result<()> {
        *lock(&self.remote) = None;
        Ok(())
    }

    fn is_failed(&self) -> bool {
        // One datagram that is none says nothing about the next.
        lock(&self.abort).is_aborted()
    }

    fn info(&self) -> ChannelInfo {
        ChannelInfo { remote: *lock(&self.remote), ..ChannelInfo::default() }
    }

    fn set_multicast_interface(&self, interface: u32) -> Result<()> {
        if self.accepted.is_some() {
            return Err(Error::operation("the channel was accepted, and answers one peer"));
        }
        self.socket()?.set_multicast_interface(interface)
    }

    fn accepted_as(&self) -> Option<(ChannelType, Arc<Binding>)> {
        self.binding.listener.in_kind.then(|| (self.kind, self.binding.clone()))
    }

    fn another(&self) -> Option<Box<dyn CustomChannel>> {
        debug_assert!(self.kind.receives() || self.kind.sends());
        None
    }
}

/// The driver of a listener for datagrams.
pub(super) struct DatagramListener {
    kind: ChannelType,
    binding: Arc<Binding>,
    channels: Mutex<Option<Arc<Binding>>>,
    socket: Mutex<Option<(Arc<Socket>, String)>>,
    abort: Mutex<Abort>,
}

impl DatagramListener {
    pub(super) fn new(kind: ChannelType, binding: Arc<Binding>) -> Result<Self> {
        Ok(DatagramListener {
            kind,
            binding,
            channels: Mutex::default(),
            socket: Mutex::default(),
            abort: Mutex::default(),
        })
    }
}

impl CustomListener for DatagramListener {
    fn open<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let abort = Abort::new();
            *lock(&self.abort) = abort;
            // What the listener's end stops is accepting; answers still go out.
            let socket = Socket::listen(url, UdpOptions { abort: Abort::new(), ..self.binding.udp.clone() })?;
            let url = client_url(url, socket.local_address()?);
            *lock(&self.socket) = Some((Arc::new(socket), url));
            Ok(())
        })
    }

    fn configure(&self, channels: &Arc<Binding>) -> Result<()> {
        *lock(&self.channels) = Some(channels.clone());
        Ok(())
    }

    fn join_group(&self, interfaces: &[u32]) -> Result<()> {
        let socket = lock(&self.socket).as_ref().map(|(socket, _)| socket.clone()).ok_or_else(not_open)?;
        interfaces.iter().try_for_each(|interface| socket.join(*interface))
    }

    fn accept(&self) -> Pending<'_, Box<dyn CustomChannel>> {
        Box::pin(async {
            let socket =
                lock(&self.socket).as_ref().map(|(socket, _)| socket.clone()).ok_or_else(not_open)?;
            let abort = lock(&self.abort).clone();
            let first = abort.run(socket.receive()).await?;
            let binding = lock(&self.channels).clone().ok_or_else(not_open)?;
            let channel = DatagramChannel::accepted(self.kind, binding, socket, first)?;
            Ok(Box::new(channel) as Box<dyn CustomChannel>)
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            lock(&self.abort).abort();
            *lock(&self.socket) = None;
            Ok(())
        })
    }

    fn abort(&self) {
        lock(&self.abort).abort();
    }

    fn reset(&self) -> Result<()> {
        Ok(())
    }

    fn url(&self) -> Option<String> {
        lock(&self.socket).as_ref().map(|(_, url)| url.clone())
    }
}
