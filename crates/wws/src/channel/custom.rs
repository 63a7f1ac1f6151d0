//! What a channel and a listener are made of: the contract that the built-in bindings fulfil, and a user's
//! (`WS_CUSTOM_CHANNEL_CALLBACKS`, `WS_CUSTOM_LISTENER_CALLBACKS`; WWSAPI N.3).

use super::{Binding, Channel, ChannelType};
use crate::{
    Error, Result,
    soap::{Encoding, EndpointAddress, Message, Version},
    xml::{Reader, Writer},
};
use std::{borrow::Cow, future::Future, net::SocketAddr, pin::Pin, sync::Arc};

/// A call that may have to wait.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A call that did not have to wait.
pub(super) fn ready<'a, T: Send + 'a>(done: Result<T>) -> Pending<'a, T> {
    Box::pin(std::future::ready(done))
}

/// Makes the channels and listeners of a custom binding.
///
/// Layered channels make a real [`Channel`] in [`create_channel`](Self::create_channel), keep it, and pass calls on.
pub trait CustomBinding: Send + Sync {
    /// The encoding that messages have, unless the user of the binding says otherwise.
    fn encoding(&self) -> Encoding;

    /// The versions of the messages.
    fn version(&self) -> Version;

    /// The type of the channels that connect.
    fn client_type(&self) -> ChannelType;

    /// The type of the channels of a listener.
    fn server_type(&self) -> ChannelType;

    /// A channel of this type: `WS_CREATE_CHANNEL_CALLBACK`.
    ///
    /// # Errors
    /// `InvalidArgument` for a type that there is none of.
    fn create_channel(&self, kind: ChannelType) -> Result<Box<dyn CustomChannel>>;

    /// A listener for channels of this type: `WS_CREATE_LISTENER_CALLBACK`. None by default.
    ///
    /// # Errors
    /// As [`create_channel`](Self::create_channel).
    fn create_listener(&self, kind: ChannelType) -> Result<Box<dyn CustomListener>> {
        let _ = kind;
        Err(Error::argument("this binding has no listeners"))
    }
}

/// The callbacks of one channel. [`Channel`] keeps the states: a call comes only when it is legal, one at a time for
/// each way, and sending and receiving may overlap.
///
/// Writing and reading hand over the [`Writer`] or [`Reader`] of the message; it comes back with the end. What a call
/// that fails was given is lost.
pub trait CustomChannel: Send + Sync {
    /// Connects: `WS_OPEN_CHANNEL_CALLBACK`.
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()>;

    /// Starts to send a message: its headers are written, the body can be.
    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>>;

    /// Sends what is written of the body, if it is at least `min_size` octets and bodies are streamed. Nothing by
    /// default.
    fn flush_body<'a>(&'a self, writer: &'a mut Writer, min_size: u64) -> Pending<'a, ()> {
        let _ = (writer, min_size);
        ready(Ok(()))
    }

    /// Ends the message, and sends what was not sent.
    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()>;

    /// Waits for a message and reads its headers; `None` is `WS_S_END`: no more messages come.
    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>>;

    /// Feeds the reader until at least `min_size` octets are there, or the end, if bodies are streamed. Nothing by
    /// default.
    fn fill_body<'a>(&'a self, reader: &'a mut Reader<'static>, min_size: usize) -> Pending<'a, ()> {
        let _ = (reader, min_size);
        ready(Ok(()))
    }

    /// Reads the message to its end.
    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()>;

    /// The message that is being sent is given up: `WS_ABANDON_MESSAGE_CALLBACK`. Says whether the channel can go on.
    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool;

    /// The message that is being received is given up; the rest is skipped. Says whether the channel can go on.
    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool;

    /// The message that was just received is refused: what to tell the peer if nobody else answers it. Nothing by default.
    fn refuse(&self, error: &Error) {
        let _ = error;
    }

    /// Tells the peer that nothing more is sent: `WS_SHUTDOWN_SESSION_CHANNEL_CALLBACK`.
    fn shut_down_session(&self) -> Pending<'_, ()> {
        Box::pin(async { Err(Error::operation("the channel has no session to shut down")) })
    }

    /// Ends the connection: in order, or at once if a message is half way.
    fn close(&self, is_graceful: bool) -> Pending<'_, ()>;

    /// Ends all calls that wait, with `OperationAborted`; called from any thread, at any time. Does not wait.
    fn abort(&self);

    /// Back to where it was created, after it was closed.
    ///
    /// # Errors
    /// `InvalidOperation` for channels that cannot be used twice.
    fn reset(&self) -> Result<()>;

    /// Whether the failure that just happened is the end of the channel.
    fn is_failed(&self) -> bool {
        true
    }

    /// What is known about the peer.
    fn info(&self) -> ChannelInfo {
        ChannelInfo::default()
    }

    /// The URL that the client used, of what [`info`](Self::info) says.
    fn transport_url(&self) -> Option<Cow<'_, str>> {
        self.info().transport_url.map(Cow::Owned)
    }

    /// Sends to groups over another interface from now on: `MULTICAST_INTERFACE` (WWSAPI P.5 #19). Only UDP has them.
    ///
    /// # Errors
    /// `InvalidOperation` by default; those of the interface.
    fn set_multicast_interface(&self, interface: u32) -> Result<()> {
        Err(Error::operation(format!(
            "there is no interface {interface} to choose: the channel sends to no groups"
        )))
    }

    /// What an accepted channel is, if that is not what its listener says: the peer may decide.
    fn accepted_as(&self) -> Option<(ChannelType, Arc<Binding>)> {
        None
    }

    /// Another channel to the same endpoint that needs no opening, so that several requests can be under way; `None`
    /// if there is none but by opening it.
    fn another(&self) -> Option<Box<dyn CustomChannel>> {
        None
    }
}

/// The callbacks of one listener. [`Listener`](super::Listener) keeps the states.
pub trait CustomListener: Send + Sync {
    /// Listens: `WS_OPEN_LISTENER_CALLBACK`.
    fn open<'a>(&'a self, url: &'a str) -> Pending<'a, ()>;

    /// Says what the channels are like that are to be accepted; it may come before or after `open`. Nothing by default:
    /// the binding that made the listener knows.
    ///
    /// # Errors
    /// Those of properties that cannot be.
    fn configure(&self, channels: &std::sync::Arc<super::Binding>) -> Result<()> {
        let _ = channels;
        Ok(())
    }

    /// Listens to its group on these interfaces, too: `MULTICAST_INTERFACES` (WWSAPI P.6 #8). Only UDP has groups.
    ///
    /// # Errors
    /// `InvalidOperation` by default; those of the interfaces.
    fn join_group(&self, interfaces: &[u32]) -> Result<()> {
        let _ = interfaces;
        Err(Error::operation("the listener listens to no group"))
    }

    /// Waits for a client: `WS_ACCEPT_CHANNEL_CALLBACK`. Several calls may wait; dropping one loses nothing.
    fn accept(&self) -> Pending<'_, Box<dyn CustomChannel>>;

    /// Stops listening. Channels that were accepted live on.
    fn close(&self) -> Pending<'_, ()>;

    /// Ends all calls that wait, with `OperationAborted`.
    fn abort(&self);

    /// Back to where it was created, after it was closed.
    ///
    /// # Errors
    /// `InvalidOperation` for listeners that cannot be used twice.
    fn reset(&self) -> Result<()>;

    /// The URL that clients use, with the port that was found.
    fn url(&self) -> Option<String> {
        None
    }
}

/// What is known about the peer of a channel.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ChannelInfo {
    /// The URL that the client used: `TRANSPORT_URL` (WWSAPI P.5 #27).
    pub transport_url: Option<String>,
    /// The address of the peer: `REMOTE_IP_ADDRESS` (P.5 #22).
    pub remote: Option<SocketAddr>,
    /// The same for all requests of one connection: `HTTP_CONNECTION_ID` (P.5 #23).
    pub http_connection_id: Option<u64>,
    /// Whether the peer has ended its side of the session, or we ours: `IS_SESSION_SHUT_DOWN` (P.5 #33).
    pub is_session_shut_down: bool,
    /// The certificates that the peer showed, its own first, in DER.
    pub peer_certificates: Vec<Vec<u8>>,
}

impl CustomBinding for Arc<dyn CustomBinding> {
    fn encoding(&self) -> Encoding {
        (**self).encoding()
    }
    fn version(&self) -> Version {
        (**self).version()
    }
    fn client_type(&self) -> ChannelType {
        (**self).client_type()
    }
    fn server_type(&self) -> ChannelType {
        (**self).server_type()
    }
    fn create_channel(&self, kind: ChannelType) -> Result<Box<dyn CustomChannel>> {
        (**self).create_channel(kind)
    }
    fn create_listener(&self, kind: ChannelType) -> Result<Box<dyn CustomListener>> {
        (**self).create_listener(kind)
    }
}

/// A channel that wraps a real one can pass itself on: every call goes to the channel within.
impl CustomChannel for Channel {
    fn open<'a>(&'a self, address: &'a EndpointAddress) -> Pending<'a, ()> {
        Box::pin(self.open(address))
    }
    fn write_message_start<'a>(&'a self, message: &'a mut Message) -> Pending<'a, Box<Writer>> {
        Box::pin(self.write_message_start(message))
    }
    fn flush_body<'a>(&'a self, writer: &'a mut Writer, min_size: u64) -> Pending<'a, ()> {
        Box::pin(self.flush_body(writer, min_size))
    }
    fn write_message_end<'a>(&'a self, message: &'a mut Message, writer: Box<Writer>) -> Pending<'a, ()> {
        Box::pin(self.write_message_end(message, writer))
    }
    fn read_message_start<'a>(
        &'a self,
        message: &'a mut Message,
    ) -> Pending<'a, Option<Box<Reader<'static>>>> {
        Box::pin(self.read_message_start(message))
    }
    fn fill_body<'a>(&'a self, reader: &'a mut Reader<'static>, min_size: usize) -> Pending<'a, ()> {
        Box::pin(self.fill_body(reader, min_size))
    }
    fn read_message_end<'a>(
        &'a self,
        message: &'a mut Message,
        reader: Box<Reader<'static>>,
    ) -> Pending<'a, ()> {
        Box::pin(self.read_message_end(message, reader))
    }
    fn abandon_sending(&self, writer: Option<Box<Writer>>) -> bool {
        self.abandon_sending(writer).is_ok() && self.state() == super::ChannelState::Open
    }
    fn abandon_receiving(&self, reader: Option<Box<Reader<'static>>>) -> bool {
        self.abandon_receiving(reader).is_ok() && self.state() == super::ChannelState::Open
    }
    fn shut_down_session(&self) -> Pending<'_, ()> {
        Box::pin(self.shut_down_session())
    }
    fn close(&self, _: bool) -> Pending<'_, ()> {
        Box::pin(self.close())
    }
    fn abort(&self) {
        Channel::abort(self);
    }
    fn reset(&self) -> Result<()> {
        Channel::reset(self)
    }
    fn is_failed(&self) -> bool {
        self.state() != super::ChannelState::Open
    }
    fn info(&self) -> ChannelInfo {
        Channel::info(self)
    }
}
