//! Custom bindings: a layer over a real channel that changes and counts what passes, and one that lives in memory.

use crate::echo::{ECHO, Echo, REPLY};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use wws::{
    ErrorCode, Result,
    channel::{
        Binding, Channel, ChannelInfo, ChannelState, ChannelType, CustomBinding, CustomChannel,
        CustomListener, Listener, Pending,
    },
    soap::{Encoding, EndpointAddress, HeaderAttributes, HeaderPick, Message, Version},
    typed::Name,
    xml::{Reader, Writer},
};

const STAMP: Name<'static> = Name::new("stamp", "urn:test/layer");

/// Puts a header into every message that leaves, and counts those that arrive.
#[derive(Clone)]
struct Layer {
    inner: Binding,
    received: Arc<AtomicU32>,
}

struct LayerChannel {
    inner: Channel,
    layer: Layer,
}

struct LayerListener {
    inner: Listener,
    layer: Layer,
}

impl CustomBinding for Layer {
    fn encoding(&self) -> Encoding {
        self.inner.encoding
    }
    fn version(&self) -> Version {
        self.inner.version
    }
    fn client_type(&self) -> ChannelType {
        self.inner.client_type()
    }
    fn server_type(&self) -> ChannelType {
        self.inner.server_type()
    }
    fn create_channel(&self, kind: ChannelType) -> Result<Box<dyn CustomChannel>> {
        Ok(Box::new(LayerChannel { inner: Channel::new(kind, &self.inner)?, layer: self.clone() }))
    }
    fn create_listener(&self, kind: ChannelType) -> Result<Box<dyn CustomListener>> {
        Ok(Box::new(LayerListener { inner: Listener::new(kind, &self.inner)?, layer: self.clone() }))
    }
}

impl CustomChannel for LayerChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(self.inner.open(address))
    }
    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(async {
            message.add_header(STAMP, "layered", &HeaderAttributes::default())?;
            self.inner.write_message_start(message).await
        })
    }
    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        Box::pin(self.inner.write_message_end(message, writer))
    }
    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(async {
            let reader = self.inner.read_message_start(message).await?;
            if reader.is_some() {
                self.layer.received.fetch_add(1, Ordering::Relaxed);
            }
            Ok(reader)
        })
    }
    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(self.inner.read_message_end(message, reader))
    }
    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        self.inner.abandon_sending(writer).is_ok()
    }
    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        self.inner.abandon_receiving(reader).is_ok()
    }
    fn shut_down_session(&self) -> Pending<'_, ()> {
        Box::pin(self.inner.shut_down_session())
    }
    fn close(&self, _: bool) -> Pending<'_, ()> {
        Box::pin(self.inner.close())
    }
    fn abort(&self) {
        self.inner.abort();
    }
    fn reset(&self) -> Result<()> {
        self.inner.reset()
    }
    fn is_failed(&self) -> bool {
        self.inner.state() != ChannelState::Open
    }
    fn info(&self) -> ChannelInfo {
        self.inner.info()
    }
}

impl CustomListener for LayerListener {
    fn open<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(self.inner.open_at(url))
    }
    fn accept(&self) -> Pending<'_, Box<dyn CustomChannel>> {
        Box::pin(async {
            let channel = LayerChannel { inner: self.inner.accept().await?, layer: self.layer.clone() };
            Ok(Box::new(channel) as Box<dyn CustomChannel>)
        })
    }
    fn close(&self) -> Pending<'_, ()> {
        Box::pin(self.inner.close())
    }
    fn abort(&self) {
        self.inner.abort();
    }
    fn reset(&self) -> Result<()> {
        self.inner.reset()
    }
    fn url(&self) -> Option<String> {
        Some(self.inner.url())
    }
}

#[tokio::test]
async fn a_layer_sees_and_changes_every_message() {
    for (inner, url) in [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let received = Arc::new(AtomicU32::new(0));
        let binding = Binding::custom(Layer { inner, received: received.clone() });
        let listener = Listener::open(&binding, url).await.unwrap();
        let url = listener.url();
        let server = async {
            let channel = listener.accept().await.unwrap();
            let (mut request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
            let stamp = request.header::<String>(STAMP, HeaderPick::Only).unwrap();
            assert_eq!(stamp.as_deref(), Some("layered"));
            channel.reply(&request, REPLY, &echo).await.unwrap();
            channel
        };
        let client = async {
            let channel = Channel::connect(&binding, &url).await.unwrap();
            let reply: Echo = channel.request(ECHO, &Echo::new("through")).await.unwrap();
            assert_eq!(reply.text, "through");
            channel
        };
        let (server, client) = tokio::join!(server, client);
        assert_eq!(received.load(Ordering::Relaxed), 2, "the request and its reply");
        let (closed, done) = tokio::join!(client.close(), server.close());
        closed.and(done).unwrap();
        assert_eq!(client.state(), ChannelState::Closed);
        client.reset().unwrap();
        assert_eq!(client.state(), ChannelState::Created);
        listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_states_are_kept_for_a_custom_channel_too() {
    let layer = Layer { inner: Binding::tcp(), received: Arc::default() };
    let binding = Binding::custom(layer);
    let channel = Channel::new(ChannelType::DUPLEX_SESSION, &binding).unwrap();
    let mut message = channel.request_message(ECHO).unwrap();
    let error = channel.write_message_start(&mut message).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidOperation, "the driver is not asked");
    let error = channel.open(&EndpointAddress::new("net.tcp://127.0.0.1:1/")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointNotFound);
    assert_eq!(channel.state(), ChannelState::Created);
    channel.close().await.unwrap();
}
