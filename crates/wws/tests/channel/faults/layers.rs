//! Custom channels whose callbacks fail in each step, or abort the channel that they work for; tower services that fail.

use super::{
    cases,
    codecs::{Act, Plan},
};
use crate::echo::{ECHO, Echo, serve};
use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use wws::{
    ErrorCode, Result,
    channel::{
        Binding, Channel, ChannelInfo, ChannelState, ChannelType, CustomBinding, CustomChannel, Listener,
        Pending, ServiceReply, ServiceRequest,
    },
    soap::{Encoding, EndpointAddress, Message, Version},
    xml::{Reader, Writer},
};

const PATIENCE: Duration = Duration::from_secs(25);

/// A layer over a real channel, whose callbacks do what a plan says.
#[derive(Clone)]
struct Layer {
    inner: Binding,
    plan: Plan,
}

struct LayerChannel {
    inner: Channel,
    plan: Plan,
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
        self.plan.at("create")?;
        Ok(Box::new(LayerChannel { inner: Channel::new(kind, &self.inner)?, plan: self.plan.clone() }))
    }
}

/// A callback that does what the plan says, and then what the channel below does.
macro_rules! layered {
    ($self:ident, $step:literal, $call:expr) => {
        Box::pin(async move {
            $self.plan.at($step)?;
            $call.await
        })
    };
}

impl CustomChannel for LayerChannel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        layered!(self, "open", self.inner.open(address))
    }
    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        layered!(self, "write_message_start", self.inner.write_message_start(message))
    }
    fn flush_body<'a>(&'a self, writer: &'a mut Writer, min_size: u64) -> Pending<'a, ()> {
        layered!(self, "flush_body", self.inner.flush_body(writer, min_size))
    }
    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        layered!(self, "write_message_end", self.inner.write_message_end(message, writer))
    }
    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        layered!(self, "read_message_start", self.inner.read_message_start(message))
    }
    fn fill_body<'a>(&'a self, reader: &'a mut Reader<'static>, min_size: usize) -> Pending<'a, ()> {
        layered!(self, "fill_body", self.inner.fill_body(reader, min_size))
    }
    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        layered!(self, "read_message_end", self.inner.read_message_end(message, reader))
    }
    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        self.inner.abandon_sending(writer).is_ok()
    }
    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        self.inner.abandon_receiving(reader).is_ok()
    }
    fn shut_down_session(&self) -> Pending<'_, ()> {
        layered!(self, "shut_down_session", self.inner.shut_down_session())
    }
    fn close(&self, _: bool) -> Pending<'_, ()> {
        layered!(self, "close", self.inner.close())
    }
    fn abort(&self) {
        self.inner.abort();
    }
    fn reset(&self) -> Result<()> {
        self.plan.at("reset")?;
        self.inner.reset()
    }
    fn info(&self) -> ChannelInfo {
        self.inner.info()
    }
}

/// One exchange and the end, call by call.
async fn exchange(channel: &Channel, url: &str) -> Result<()> {
    channel.open(&EndpointAddress::new(url)).await?;
    let mut message = channel.request_message(ECHO)?;
    let mut writer = channel.write_message_start(&mut message).await?;
    message.write_body(&mut writer, &Echo::new("x"))?;
    channel.flush_body(&mut writer, 0).await?;
    channel.write_message_end(&mut message, writer).await?;
    let mut reply = channel.message();
    let mut reader = channel.read_message_start(&mut reply).await?.unwrap();
    channel.fill_body(&mut reader, usize::MAX).await?;
    let echo: Echo = reply.read_body(&mut reader)?;
    assert_eq!(echo, Echo::new("x"));
    channel.read_message_end(&mut reply, reader).await?;
    if channel.kind().has(ChannelType::OUTPUT_SESSION) {
        channel.shut_down_session().await?;
    }
    channel.close().await?;
    channel.reset()
}

const STEPS: [&str; 10] = [
    "open",
    "write_message_start",
    "flush_body",
    "write_message_end",
    "read_message_start",
    "fill_body",
    "read_message_end",
    "shut_down_session",
    "close",
    "reset",
];

#[tokio::test]
async fn callbacks_of_a_custom_channel_that_fail_or_abort_in_each_step() {
    let mut acted = BTreeSet::new();
    for case in cases() {
        let server = serve(&case.server, &case.url).await;
        for (step, act) in STEPS.into_iter().flat_map(|step| [(step, Act::Fail), (step, Act::Abort)]) {
            let what = format!("{}, {step}, {act:?}", case.name);
            let plan = Plan::new(step, act);
            let binding = Binding::custom(Layer { inner: case.client.clone(), plan: plan.clone() });
            let channel = Arc::new(Channel::new(binding.client_type(), &binding).unwrap());
            plan.aim(&channel);
            plan.arm();
            let done = tokio::time::timeout(PATIENCE, exchange(&channel, &server.url)).await;
            let done = done.unwrap_or_else(|_| panic!("{what}: it hangs"));
            let expected = match (step, act) {
                _ if !plan.has_acted() => ChannelState::Created,
                // Opening that fails or is aborted leaves the channel as it was; closing closes, come what may.
                ("open", _) => ChannelState::Created,
                ("close", Act::Fail) | ("reset", Act::Fail) => ChannelState::Closed,
                // There is nothing left to abort.
                ("close" | "reset", Act::Abort) => ChannelState::Created,
                _ => ChannelState::Faulted,
            };
            let state = channel.state();
            match &done {
                Ok(()) => assert!(
                    !plan.has_acted() || matches!((step, act), ("close" | "reset", Act::Abort)),
                    "{what}: nobody heard of it"
                ),
                Err(error) if act == Act::Fail => {
                    assert!(error.to_string().contains("told to fail"), "{what}: {error}");
                }
                Err(error) => assert!(
                    matches!(error.code(), ErrorCode::OperationAborted | ErrorCode::ObjectFaulted),
                    "{what}: {error}"
                ),
            }
            // The driver decides whether a failure to reset matters; the state is left to the next call.
            if step != "reset" {
                assert_eq!(state, expected, "{what}: {done:?}");
            }
            if plan.has_acted() {
                acted.insert(step);
            }
            let _ = tokio::time::timeout(PATIENCE, channel.close()).await.unwrap();
            assert_eq!(channel.state(), ChannelState::Closed, "{what}");
        }
        let channel = Channel::connect(&case.client, &server.url).await.unwrap();
        channel.request::<Echo>(ECHO, &Echo::new("fine")).await.unwrap();
        server.listener.close().await.unwrap();
    }
    assert_eq!(acted, BTreeSet::from(STEPS), "each step happens somewhere");
}

/// A driver that is aborted before it can be: what it waits for then ends all the same, and the channel is opened by nobody
/// else meanwhile.
#[tokio::test]
async fn opening_that_is_aborted_before_the_driver_is_ready_ends() {
    let plan = Plan::new("open", Act::Abort);
    // Nobody accepts there, so that the session would wait for its handshake.
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("net.tcp://{}/", deaf.local_addr().unwrap());
    let binding = Binding::custom(Layer { inner: Binding::tcp(), plan: plan.clone() });
    let channel = Arc::new(Channel::new(binding.client_type(), &binding).unwrap());
    plan.aim(&channel);
    plan.arm();
    let address = EndpointAddress::new(&*url);
    let opened = tokio::time::timeout(PATIENCE, channel.open(&address)).await.expect("it hangs");
    assert_eq!(opened.unwrap_err().code(), ErrorCode::OperationAborted);
    assert_eq!(channel.state(), ChannelState::Created);
    // Again, without an abort: two calls at the same time are one too many.
    plan.disarm();
    let second = async {
        let error = channel.open(&address).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOperation, "{error}");
        channel.abort();
        let error = channel.open(&address).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOperation, "the first has not come back: {error}");
    };
    let (first, ()) = tokio::join!(channel.open(&address), second);
    assert_eq!(first.unwrap_err().code(), ErrorCode::OperationAborted);
    channel.close().await.unwrap();
    assert_eq!(channel.state(), ChannelState::Closed);
}

#[test]
fn a_custom_channel_that_cannot_be_made() {
    let plan = Plan::new("create", Act::Fail);
    plan.arm();
    let binding = Binding::custom(Layer { inner: Binding::tcp(), plan });
    let error = Channel::new(ChannelType::DUPLEX_SESSION, &binding).unwrap_err();
    assert!(error.to_string().contains("told to fail"), "{error}");
}

/// Does what the text of its request says.
#[derive(Clone)]
struct Moody {
    is_ready: bool,
}

impl tower_service::Service<ServiceRequest> for Moody {
    type Response = Option<ServiceReply>;
    type Error = wws::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Option<ServiceReply>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(match self.is_ready {
            true => Ok(()),
            false => Err(wws::Error::operation("told to be out of order")),
        })
    }

    fn call(&mut self, request: ServiceRequest) -> Self::Future {
        let echo = request.read::<Echo>();
        Box::pin(async move {
            let echo = echo?;
            match &*echo.text {
                "fail" => Err(wws::Error::operation("told to fail")),
                "panic" => panic!("told to panic"),
                _ => ServiceReply::new("", &echo).map(Some),
            }
        })
    }
}

#[tokio::test]
async fn services_that_fail_or_panic_harm_only_their_request() {
    // The panic of the service is wanted, and belongs to a task that nobody waits for.
    for case in cases() {
        for is_ready in [true, false] {
            let listener = Arc::new(Listener::open(&case.server, &case.url).await.unwrap());
            let url = listener.url();
            let serving = tokio::spawn(wws::channel::serve(listener.clone(), Moody { is_ready }, 4));
            for (text, expected) in [
                ("fail", Some(ErrorCode::EndpointFaultReceived)),
                ("panic", Some(ErrorCode::EndpointDisconnected)),
                ("well", None),
            ] {
                let expected = if is_ready { expected } else { Some(ErrorCode::EndpointFaultReceived) };
                // More often than there are turns: none is lost.
                for _ in 0..6 {
                    let channel = Channel::connect(&case.client, &url).await.unwrap();
                    let echo = Echo::new(text);
                    let request = channel.request::<Echo>(ECHO, &echo);
                    let done = tokio::time::timeout(PATIENCE, request).await.unwrap();
                    let code = done.as_ref().err().map(wws::Error::code);
                    assert_eq!(code, expected, "{} {text} {is_ready}: {done:?}", case.name);
                    if let Err(error) = &done {
                        assert!(!error.to_string().contains("told to"), "it is not for the peer: {error}");
                    }
                    let _ = channel.close().await;
                }
            }
            listener.close().await.unwrap();
            serving.await.unwrap().unwrap();
        }
    }
}
