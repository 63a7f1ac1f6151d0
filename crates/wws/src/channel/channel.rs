//! [`Channel`]: the states around a driver, and the calls of webservices.h.

use super::{
    Addressed, Binding, ChannelInfo, ChannelState, ChannelType, CustomChannel, Transport,
    codec::lock,
    datagram::DatagramChannel,
    http_request::HttpRequestChannel,
    session::SessionChannel,
    singleton::SingletonChannel,
    state::{ChannelMachine, Step, Way},
};
use crate::{
    Error, ErrorCode, Result,
    soap::{EndpointAddress, Message},
    value::Guid,
    xml::{Reader, Writer},
};
use std::{
    fmt,
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

/// Sends and receives messages: `WS_CHANNEL`.
///
/// Every function takes `&self`: one task may send while another receives, and any thread may
/// [`abort`](Self::abort). [`request`](Self::request) may be called by several tasks at the same time.
///
/// ```
/// use wws::{FromXml, ToXml, channel::{Binding, Channel, Listener}, soap::Message};
///
/// #[derive(Debug, PartialEq, ToXml, FromXml)]
/// #[xml(name = "order", ns = "urn:shop")]
/// struct Order { id: u32 }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> wws::Result<()> {
/// let binding = Binding::tcp();
/// let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/orders").await?;
/// let url = listener.url();
/// let server = async {
///     let channel = listener.accept().await?;
///     while let Some((request, order)) = channel.receive::<Order>().await? {
///         channel.reply(&request, "urn:shop/orderResponse", &Order { id: order.id + 1 }).await?;
///     }
///     channel.close().await
/// };
/// let client = async {
///     let channel = Channel::connect(&binding, &url).await?;
///     let reply: Order = channel.request("urn:shop/order", &Order { id: 6 }).await?;
///     assert_eq!(reply.id, 7);
///     channel.close().await
/// };
/// let (server, client) = tokio::join!(server, client);
/// server.and(client)
/// # }
/// ```
pub struct Channel {
    kind: ChannelType,
    binding: Arc<Binding>,
    machine: Mutex<ChannelMachine>,
    driver: Box<dyn CustomChannel>,
    /// What the messages of an accepted channel are to be addressed to.
    addressed: Option<Arc<Addressed>>,
    address: Mutex<Option<EndpointAddress>>,
    /// A call that opens has not come back, even if it was aborted.
    is_opening: AtomicBool,
    /// Turns of those who send whole messages, and of those who receive them.
    pub(super) turns: [tokio::sync::Mutex<()>; 2],
    pub(super) waiting: super::correlation::Waiting,
}

impl Channel {
    /// A channel that is not open yet: `WsCreateChannel`.
    ///
    /// # Errors
    /// `InvalidArgument` if the binding has no channels of this type, or its properties contradict each other.
    pub fn new(kind: ChannelType, binding: &Binding) -> Result<Self> {
        binding.check(kind)?;
        let shared = Arc::new(binding.clone());
        let driver: Box<dyn CustomChannel> = match &binding.transport {
            Transport::Http => Box::new(HttpRequestChannel::new(shared.clone())?),
            Transport::Custom(custom) => custom.create_channel(kind)?,
            Transport::Udp => Box::new(DatagramChannel::new(kind, shared.clone())?),
            _ if binding.is_streamed() => Box::new(SingletonChannel::new(shared.clone())?),
            _ => Box::new(SessionChannel::new(kind, shared.clone())?),
        };
        Ok(Self::with_driver(kind, shared, driver))
    }

    /// A channel over a driver that is not open.
    pub(super) fn with_driver(
        kind: ChannelType,
        binding: Arc<Binding>,
        driver: Box<dyn CustomChannel>,
    ) -> Self {
        Channel {
            kind,
            machine: Mutex::new(ChannelMachine::new(kind)),
            binding,
            driver,
            addressed: None,
            address: Mutex::default(),
            is_opening: AtomicBool::new(false),
            turns: Default::default(),
            waiting: Default::default(),
        }
    }

    /// A channel over a driver that was accepted.
    pub(super) fn accepted(
        kind: ChannelType,
        binding: Arc<Binding>,
        driver: Box<dyn CustomChannel>,
        addressed: Option<Arc<Addressed>>,
    ) -> Self {
        let channel = Channel { addressed, ..Self::with_driver(kind, binding, driver) };
        {
            let mut machine = lock(&channel.machine);
            // It was just made.
            let _ = machine.begin(ChannelState::Accepting).and_then(|()| machine.opened(true));
        }
        channel
    }

    /// Opens a channel of the binding's usual type to a URL.
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`open`](Self::open).
    pub async fn connect(binding: &Binding, url: &str) -> Result<Self> {
        let channel = Self::new(binding.client_type(), binding)?;
        channel.open(&EndpointAddress::new(url)).await?;
        Ok(channel)
    }

    /// Opens the channel: `WsOpenChannel`. Over HTTP this does no I/O.
    ///
    /// # Errors
    /// `InvalidEndpointUrl`, `EndpointNotFound`, `EndpointUnreachable` and others of the transport;
    /// `OperationTimedOut`, `OperationAborted`; `InvalidOperation` unless the channel was just created or reset. The
    /// channel is as it was created then.
    pub async fn open(&self, address: &EndpointAddress) -> Result<()> {
        if address.url.len() > 65_536 {
            return Err(Error::argument("the URL of an endpoint has at most 65,536 octets")); // WWSAPI K.1
        }
        // If the future is dropped, the channel is as it was created.
        let mut opening = Opening::begin(self)?;
        *lock(&self.address) = Some(address.clone());
        let mut work = self.driver.open(address);
        let opened = poll_fn(|cx| match work.as_mut().poll(cx) {
            // The driver was not ready to be aborted yet when that was called.
            Poll::Pending if self.state() != ChannelState::Opening => {
                let text = "the channel was aborted while it was opened";
                Poll::Ready(Err(Error::new(ErrorCode::OperationAborted, text)))
            }
            done => done,
        });
        opened.await?;
        drop(work);
        opening.is_open = true;
        let opened = lock(&self.machine).opened(true);
        if opened.is_err() {
            // Aborted at the last moment: nobody wants the connection, whatever closing it comes to.
            let _ = self.driver.close(false).await;
        }
        opened
    }

    /// The state.
    pub fn state(&self) -> ChannelState {
        lock(&self.machine).state()
    }

    /// The type.
    pub fn kind(&self) -> ChannelType {
        self.kind
    }

    /// The binding with its properties.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The address that the channel was opened with.
    pub fn address(&self) -> Option<EndpointAddress> {
        lock(&self.address).clone()
    }

    /// Sends to groups over this network interface from now on, by its index; 0 leaves the choice to the system:
    /// `MULTICAST_INTERFACE` (WWSAPI P.5 #19) of a channel that is open.
    ///
    /// # Errors
    /// `InvalidOperation` unless the channel is over UDP, open, and was not accepted; `AddressNotAvailable` for an
    /// interface that is not there.
    pub fn set_multicast_interface(&self, interface: u32) -> Result<()> {
        self.driver.set_multicast_interface(interface)
    }

    /// What is known about the peer.
    pub fn info(&self) -> ChannelInfo {
        let mut info = self.driver.info();
        info.is_session_shut_down |= lock(&self.machine).is_shut_down();
        info
    }

    /// An empty message with the versions of this channel: `WsCreateMessageForChannel`.
    pub fn message(&self) -> Message {
        Message::new(self.binding.version)
    }

    /// A message that is to be sent as a request with this action, with an id of its own.
    ///
    /// # Errors
    /// Those of [`Message::set_action`].
    pub fn request_message(&self, action: &str) -> Result<Message> {
        let mut message = Message::request(self.binding.version, Guid::new_v4());
        if !action.is_empty() {
            message.set_action(action)?;
        }
        Ok(message)
    }

    /// Starts to send a message: `WsWriteMessageStart`. The body is written to the writer that comes back, and flushed
    /// with [`flush_body`](Self::flush_body) if bodies are streamed; [`write_message_end`](Self::write_message_end)
    /// takes the writer again.
    ///
    /// A message that was not addressed is addressed to the endpoint of the channel.
    ///
    /// # Errors
    /// `InvalidOperation` unless the channel is open and no other message is half way; `ObjectFaulted`; those of the
    /// transport. Dropping the future faults the channel if the transport may have sent something.
    pub async fn write_message_start(&self, message: &mut Message) -> Result<Box<Writer>> {
        let mut turn = self.enter(Way::Send, Step::Start)?;
        if !message.is_addressed() && message.state() == crate::soap::MessageState::Initialized {
            let address = lock(&self.address);
            message.address(address.as_ref().filter(|_| self.binding.has_envelope()))?;
        }
        let writer = turn.settle(self.driver.write_message_start(message).await)?;
        turn.has_message = true;
        Ok(writer)
    }

    /// Sends what is written of the body: `WsFlushBody`. Does nothing if messages are buffered, or less than
    /// `min_size` octets are ready.
    ///
    /// # Errors
    /// `InvalidOperation` if no message is being sent; those of the transport.
    pub async fn flush_body(&self, writer: &mut Writer, min_size: u64) -> Result<()> {
        let mut turn = self.enter(Way::Send, Step::Body)?;
        turn.settle(self.driver.flush_body(writer, min_size).await)
    }

    /// Ends the message and sends what was not sent: `WsWriteMessageEnd`. Over HTTP a request channel also waits for the
    /// head of the response.
    ///
    /// # Errors
    /// `InvalidOperation` if no message is being sent; those of the transport. The message is done in any case.
    pub async fn write_message_end(&self, message: &mut Message, writer: Box<Writer>) -> Result<()> {
        let mut turn = self.enter(Way::Send, Step::End)?;
        turn.has_message = false;
        turn.settle(self.driver.write_message_end(message, writer).await)
    }

    /// Waits for a message and reads its headers: `WsReadMessageStart`. The body is read from the reader that comes back,
    /// filled with [`fill_body`](Self::fill_body) if bodies are streamed;
    /// [`read_message_end`](Self::read_message_end) takes the reader again. `None` is `WS_S_END`: no more messages come.
    ///
    /// A fault is a message here; see [`fault_error`](Self::fault_error).
    ///
    /// Dropping the future loses nothing, unless bodies are streamed.
    ///
    /// # Errors
    /// `InvalidOperation` unless the channel is open and no other message is half way; `ObjectFaulted`; `EndpointNotFound` for a
    /// message to somebody else, if the listener compares addresses, after which others may follow; `InvalidFormat`,
    /// `QuotaExceeded`; those of the transport.
    pub async fn read_message_start(&self, message: &mut Message) -> Result<Option<Box<Reader<'static>>>> {
        let mut turn = self.enter(Way::Receive, Step::Start)?;
        turn.is_harmless = !self.binding.is_streamed();
        let reader = turn.settle(self.driver.read_message_start(message).await)?;
        let Some(reader) = reader else { return Ok(None) };
        if let Some(addressed) = &self.addressed
            && let Err(error) = addressed.check(message, self.driver.transport_url().as_deref())
        {
            self.driver.refuse(&error);
            if !self.driver.abandon_receiving(Some(reader)) {
                lock(&self.machine).fault(error.clone());
            }
            return Err(error);
        }
        turn.has_message = true;
        Ok(Some(reader))
    }

    /// Feeds the reader until at least `min_size` octets are there: `WsFillBody`. Does nothing if messages are buffered.
    ///
    /// # Errors
    /// `InvalidOperation` if no message is being received; those of the transport.
    pub async fn fill_body(&self, reader: &mut Reader<'static>, min_size: usize) -> Result<()> {
        let mut turn = self.enter(Way::Receive, Step::Body)?;
        turn.is_harmless = true;
        let filled = self.driver.fill_body(reader, min_size).await;
        turn.settle(filled.inspect_err(|error| self.refuse(error)))
    }

    /// Reads the message to its end: `WsReadMessageEnd`.
    ///
    /// # Errors
    /// `InvalidOperation` if no message is being received; `InvalidFormat` if the body was not read to its end; those of
    /// the transport. The message is done in any case.
    pub async fn read_message_end(&self, message: &mut Message, reader: Box<Reader<'static>>) -> Result<()> {
        let mut turn = self.enter(Way::Receive, Step::End)?;
        turn.has_message = false;
        let read = self.driver.read_message_end(message, reader).await;
        turn.settle(read.inspect_err(|error| self.refuse(error)))
    }

    /// Gives up the message that is being sent: `WsAbandonMessage`. With its writer the session can go on; a message of
    /// which a part was sent ends the channel.
    ///
    /// # Errors
    /// `InvalidArgument` if no message is being sent.
    pub fn abandon_sending(&self, writer: Option<Box<Writer>>) -> Result<()> {
        self.abandon(Way::Send, |driver| driver.abandon_sending(writer))
    }

    /// Gives up the message that is being received, and skips the rest of it: `WsAbandonMessage`.
    ///
    /// # Errors
    /// `InvalidArgument` if no message is being received.
    pub fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> Result<()> {
        self.abandon(Way::Receive, |driver| driver.abandon_receiving(reader))
    }

    fn abandon(&self, way: Way, give_up: impl FnOnce(&dyn CustomChannel) -> bool) -> Result<()> {
        if !lock(&self.machine).abandon(way) {
            return Err(Error::argument("no such message is under way on this channel"));
        }
        if !give_up(&*self.driver) {
            let text = "a message was abandoned half way";
            lock(&self.machine).fault(Error::new(ErrorCode::ObjectFaulted, text));
        }
        Ok(())
    }

    /// Whether a message is being sent, between its start and its end.
    pub fn is_sending(&self) -> bool {
        lock(&self.machine).has_message(Way::Send)
    }

    /// Whether a message is being received, between its start and its end.
    pub fn is_receiving(&self) -> bool {
        lock(&self.machine).has_message(Way::Receive)
    }

    /// Tells the peer that nothing more is sent: `WsShutdownSessionChannel`. It reads the end of the session; what it
    /// sends can still be received.
    ///
    /// # Errors
    /// `InvalidOperation` for a channel without a session to send in, in the middle of a message, or a second time;
    /// those of the transport.
    pub async fn shut_down_session(&self) -> Result<()> {
        lock(&self.machine).shut_down()?;
        let done = self.driver.shut_down_session().await;
        self.note(done)
    }

    /// Closes the channel: `WsCloseChannel`. In order if no message is half way: a session waits until the peer has ended
    /// it too, and a request that was not answered over HTTP gets status 202. Else the connection is dropped.
    ///
    /// Closing what was not opened, or was closed before, does nothing.
    ///
    /// # Errors
    /// Those of the transport; the channel is closed all the same.
    pub async fn close(&self) -> Result<()> {
        let Some(is_graceful) = lock(&self.machine).close()? else { return Ok(()) };
        let _closing = Closing(self);
        self.driver.close(is_graceful).await
    }

    /// Ends everything that waits on the channel, with `OperationAborted`, from any thread: `WsAbortChannel`. It never
    /// fails and does not wait; the channel can only be closed then. Does nothing unless the channel is open or being
    /// opened.
    pub fn abort(&self) {
        let aborted = Error::new(ErrorCode::OperationAborted, "the channel was aborted");
        if lock(&self.machine).fault(aborted) {
            self.driver.abort();
        }
    }

    /// Makes a closed channel as it was created: `WsResetChannel`.
    ///
    /// # Errors
    /// `InvalidOperation` unless the channel is closed or was just created.
    pub fn reset(&self) -> Result<()> {
        lock(&self.machine).reset()?;
        *lock(&self.address) = None;
        self.waiting.clear();
        self.driver.reset()
    }

    /// A channel to the same endpoint over the same connections, for another exchange at the same time.
    pub(super) fn another(&self) -> Option<Channel> {
        let driver = self.driver.another()?;
        let channel = Self::accepted(self.kind, self.binding.clone(), driver, None);
        *lock(&channel.address) = lock(&self.address).clone();
        Some(channel)
    }

    /// Says that the message that was just received cannot be taken. Over HTTP, closing the channel then answers with a status and a
    /// fault that say so, unless something else was answered, where it would otherwise say that the message was accepted. Messages
    /// that the calls of the channel could not read are refused already.
    pub fn refuse(&self, error: &Error) {
        self.driver.refuse(error);
    }

    /// Fails if the channel is not open.
    pub(super) fn check_open(&self) -> Result<()> {
        let mut machine = lock(&self.machine);
        match machine.state() {
            ChannelState::Open => Ok(()),
            _ => machine.enter(Way::Send, Step::Body),
        }
    }

    fn enter(&self, way: Way, step: Step) -> Result<Turn<'_>> {
        let mut machine = lock(&self.machine);
        machine.enter(way, step)?;
        let has_message = machine.had_message(way);
        Ok(Turn { channel: self, way, has_message, is_done: false, is_harmless: false })
    }

    /// An error may be the end of the channel.
    fn note<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && !error.needs_input()
            && self.driver.is_failed()
        {
            lock(&self.machine).fault(error.clone());
        }
        done
    }
}

/// One call on one half of the channel.
struct Turn<'c> {
    channel: &'c Channel,
    way: Way,
    /// Whether a message is under way behind the call.
    has_message: bool,
    /// The driver has returned.
    is_done: bool,
    /// Dropping the future before that loses nothing.
    is_harmless: bool,
}

impl Turn<'_> {
    fn settle<T>(&mut self, done: Result<T>) -> Result<T> {
        self.is_done = true;
        self.channel.note(done)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut machine = lock(&self.channel.machine);
        machine.leave(self.way, self.has_message);
        if !self.is_done && !self.is_harmless {
            let text = "a call was given up half way";
            if machine.fault(Error::new(ErrorCode::OperationAborted, text)) {
                drop(machine);
                self.channel.driver.abort();
            }
        }
    }
}

struct Opening<'c> {
    channel: &'c Channel,
    is_open: bool,
}

impl<'c> Opening<'c> {
    fn begin(channel: &'c Channel) -> Result<Self> {
        if channel.is_opening.swap(true, Ordering::AcqRel) {
            return Err(Error::operation(
                "a call that opens the channel is under way, or has been aborted just now",
            ));
        }
        if let Err(error) = lock(&channel.machine).begin(ChannelState::Opening) {
            channel.is_opening.store(false, Ordering::Release);
            return Err(error);
        }
        Ok(Opening { channel, is_open: false })
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if !self.is_open {
            // It says nothing when it did not come to be open.
            let _ = lock(&self.channel.machine).opened(false);
        }
        self.channel.is_opening.store(false, Ordering::Release);
    }
}

struct Closing<'c>(&'c Channel);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        lock(&self.0.machine).closed();
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("kind", &self.kind)
            .field("state", &self.state())
            .field("transport", &self.binding.transport)
            .finish_non_exhaustive()
    }
}
