//! What a channel is bound to, and its properties: `WS_CHANNEL_BINDING` and table P.5 of WWSAPI.

use super::{ChannelType, CustomBinding, HttpMapping};
use crate::{
    Error, ErrorCode, Result,
    encoder::Codecs,
    soap::{Encoding, EnvelopeVersion, Version},
    transport::{
        Timeouts,
        http::{CookieMode, Http2Options, HttpVersion, Proxy, Redirects},
        tcp::{StreamLayer, TcpOptions},
        tls::{TlsClient, TlsServer},
        udp::UdpOptions,
    },
    url::{Flags, Matching, Scheme, Url},
    xml::{
        Charset, ReaderOptions, WriterOptions,
        mtom::{PartStore, SharedStore},
    },
};
use std::{fmt, sync::Arc, time::Duration};

/// What carries the messages of a channel: `WS_CHANNEL_BINDING`.
#[derive(Clone)]
#[non_exhaustive]
pub enum Transport {
    /// HTTP and HTTPS: `WS_HTTP_CHANNEL_BINDING`.
    Http,
    /// net.tcp: `WS_TCP_CHANNEL_BINDING`.
    Tcp,
    /// SOAP-over-UDP: `WS_UDP_CHANNEL_BINDING`.
    Udp,
    /// net.pipe over Unix domain sockets: `WS_NAMEDPIPE_CHANNEL_BINDING`.
    #[cfg(unix)]
    NamedPipe,
    /// Data sessions of a device service of a modem. Ours.
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    Mbn,
    /// The user's: `WS_CUSTOM_CHANNEL_BINDING`.
    Custom(Arc<dyn CustomBinding>),
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::Http => "Http",
            Transport::Tcp => "Tcp",
            Transport::Udp => "Udp",
            #[cfg(unix)]
            Transport::NamedPipe => "NamedPipe",
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            Transport::Mbn => "Mbn",
            Transport::Custom(_) => "Custom",
        })
    }
}

/// Which bodies are streamed: `WS_TRANSFER_MODE` (WWSAPI K.5). Each end decides for itself.
///
/// A streamed body is read and written piece by piece, with [`Channel::fill_body`](super::Channel::fill_body) and
/// [`Channel::flush_body`](super::Channel::flush_body), and its size is limited by `max_streamed_message_size` instead
/// of `max_buffered_message_size`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferMode {
    /// Bodies that arrive: `WS_STREAMED_INPUT_TRANSFER_MODE`.
    pub streamed_input: bool,
    /// Bodies that leave: `WS_STREAMED_OUTPUT_TRANSFER_MODE`.
    pub streamed_output: bool,
}

impl TransferMode {
    /// Whole messages both ways: the default.
    pub const BUFFERED: Self = TransferMode { streamed_input: false, streamed_output: false };
    /// Streamed both ways.
    pub const STREAMED: Self = TransferMode { streamed_input: true, streamed_output: true };
}

/// A transport with its properties. Make one for a URL or a transport, change what is to be different, and open
/// channels and listeners with it.
///
/// ```
/// use wws::{channel::{Binding, TransferMode}, soap::{Encoding, Version}};
/// let binding = Binding::for_url("http://localhost/photos")?
///     .with_encoding(Encoding::Mtom(Default::default()))
///     .with_version(Version::SOAP11)
///     .with_transfer_mode(TransferMode::STREAMED);
/// # Ok::<(), wws::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Binding {
    /// What carries the messages.
    pub transport: Transport,
    /// The encoding: `ENCODING` (P.5 #4). HTTP: text in UTF-8; net.tcp and net.pipe: binary with a session dictionary;
    /// UDP always text in UTF-8.
    pub encoding: Encoding,
    /// The versions of envelope and addressing: `ENVELOPE_VERSION`, `ADDRESSING_VERSION` (P.5 #5, #6). SOAP 1.2 and
    /// WS-Addressing 1.0.
    pub version: Version,
    /// Octets of a buffered message, either way: `MAX_BUFFERED_MESSAGE_SIZE` (P.5 #0). 65,536.
    pub max_buffered_message_size: u64,
    /// Octets of a streamed message, either way: `MAX_STREAMED_MESSAGE_SIZE` (P.5 #1). 4 MiB.
    pub max_streamed_message_size: u64,
    /// Octets of a streamed message up to its body: `MAX_STREAMED_START_SIZE` (P.5 #2). 16,384.
    pub max_streamed_start_size: usize,
    /// Octets that may wait between two flushes of a streamed body: `MAX_STREAMED_FLUSH_SIZE` (P.5 #3). 65,536.
    pub max_streamed_flush_size: usize,
    /// Octets of the strings of a session dictionary: `MAX_SESSION_DICTIONARY_SIZE` (P.5 #7). 2,048. What a sender has
    /// over this goes out in full; a receiver fails.
    pub max_session_dictionary_size: u32,
    /// How long each step may take (P.5 #11 to #17); 30 s each.
    pub timeouts: Timeouts,
    /// Which bodies are streamed: `TRANSFER_MODE` (P.5 #18).
    pub transfer_mode: TransferMode,
    /// Message encoders and decoders: `ENCODER`, `DECODER` (P.5 #36, #37).
    pub codecs: Codecs,
    /// Whether a fault that arrives is an error: `FAULTS_AS_ERRORS` (P.5 #45). True; only where replies arrive.
    pub faults_as_errors: bool,
    /// Options of TCP sockets (P.5 #10, #28 to #31; P.6 #0, #1).
    pub tcp: TcpOptions,
    /// Options of UDP sockets (P.5 #10, #19, #20; P.6 #1, #7 to #9).
    pub udp: UdpOptions,
    /// Where pipes are and who may use them.
    #[cfg(unix)]
    pub pipe: crate::transport::net_pipe::PipeOptions,
    /// How modems are reached.
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    pub mbn: crate::transport::mbn::MbnOptions,
    /// Gives each MTOM message a place for parts that have to wait and do not fit into memory: parts that are written
    /// before their envelope is complete, and parts that arrive before they are referred to. None by default: then
    /// they have limits, of `writer` and `reader`.
    pub spill: Option<Spill>,
    /// TLS of a client: of https, where the platform's roots are trusted by default; of net.tcp and net.pipe, which use
    /// TLS if it is set.
    pub tls: Option<TlsClient>,
    /// TLS of a listener, which https needs.
    pub server_tls: Option<TlsServer>,
    /// What is special to HTTP.
    pub http: HttpProperties,
    /// What a listener does (P.6).
    pub listener: ListenerProperties,
    /// Limits for the readers of messages.
    pub reader: ReaderOptions,
    /// Options of the writers of messages.
    pub writer: WriterOptions,
}

/// Makes places for parts that have to wait.
///
/// ```
/// use wws::{TempFileStore, channel::{Binding, Spill}};
/// let mut binding = Binding::http();
/// binding.spill = Some(Spill::new(TempFileStore::default));
/// ```
#[derive(Clone)]
pub struct Spill(Arc<dyn Fn() -> SharedStore + Send + Sync>);

impl Spill {
    /// A function that makes a store for one message.
    pub fn new<S: PartStore + 'static>(make: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Spill(Arc::new(move || SharedStore::new(make())))
    }

    pub(super) fn store(&self) -> SharedStore {
        (self.0)()
    }
}

impl fmt::Debug for Spill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spill")
    }
}

/// Properties of HTTP channels.
#[derive(Clone, Debug)]
pub struct HttpProperties {
    /// Which versions of HTTP are spoken. Ours. By default over https what both ends can, and over plain http HTTP/1.1
    /// where we connect and both where we listen.
    pub version: HttpVersion,
    /// Quotas of connections of HTTP/2. Ours.
    pub http2: Http2Options,
    /// Which proxy to use: `HTTP_PROXY_SETTING_MODE`, `CUSTOM_HTTP_PROXY` (P.5 #40, #41).
    pub proxy: Proxy,
    /// Whether to handle cookies: `COOKIE_MODE` (P.5 #39).
    pub cookies: CookieMode,
    /// What to do with redirects: `ENABLE_HTTP_REDIRECT` and its callback (P.5 #43, #44).
    pub redirects: Redirects,
    /// Connections to one server at the same time: `MAX_HTTP_SERVER_CONNECTIONS` (P.5 #32). No limit.
    pub max_server_connections: Option<usize>,
    /// Octets of the headers of a request that a server accepts: `MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE` (P.5 #49).
    /// 65,536.
    pub max_request_headers_size: usize,
    /// Headers that are exchanged with the message: `HTTP_MESSAGE_MAPPING` (P.5 #42).
    pub mapping: HttpMapping,
}

impl Default for HttpProperties {
    fn default() -> Self {
        HttpProperties {
            version: HttpVersion::default(),
            http2: Http2Options::default(),
            proxy: Proxy::default(),
            cookies: CookieMode::default(),
            redirects: Redirects::default(),
            max_server_connections: None,
            max_request_headers_size: 65_536,
            mapping: HttpMapping::default(),
        }
    }
}

/// Properties of listeners (WWSAPI P.6).
#[derive(Clone, Debug)]
pub struct ListenerProperties {
    /// How long the handshake of a connection may take: `CONNECT_TIMEOUT` (P.6 #6). 15 s.
    pub connect_timeout: Option<Duration>,
    /// How long closing waits for replies that are on their way: `CLOSE_TIMEOUT` (P.6 #10). 5 s.
    pub close_timeout: Duration,
    /// Connections at the same time; 10,000. One more is told that the server is too busy.
    pub max_connections: usize,
    /// How long a connection of net.tcp or net.pipe may stay open between two streamed exchanges: 2 minutes.
    pub idle_timeout: Option<Duration>,
    /// Messages or sessions that may wait to be accepted: 100.
    pub max_waiting: usize,
    /// A request whose User-Agent contains one of these is refused: `DISALLOWED_USER_AGENT` (P.6 #16). "Mozilla".
    pub disallowed_user_agents: Vec<String>,
    /// What of the `To` header of a message must be as in the URL that is listened at: `TO_HEADER_MATCHING_OPTIONS` (P.6
    /// #11). Here nothing, as a service often has a name that its computer does not know; in webservices.h
    /// [`Matching::DEFAULT`].
    pub to_header_matching: Matching,
    /// The same for the URL that the client used: `TRANSPORT_URL_MATCHING_OPTIONS` (P.6 #12).
    pub transport_url_matching: Matching,
    /// Takes messages of every encoding and version that the transport can carry, over net.tcp and net.pipe buffered and
    /// streamed; a channel writes as its peer does, whatever the binding says of encoding, version and transfer mode.
    /// Ours; false.
    pub in_kind: bool,
}

impl Default for ListenerProperties {
    fn default() -> Self {
        ListenerProperties {
            connect_timeout: Some(Duration::from_secs(15)),
            close_timeout: Duration::from_secs(5),
            max_connections: 10_000,
            idle_timeout: Some(Duration::from_secs(120)),
            max_waiting: 100,
            disallowed_user_agents: vec!["Mozilla".to_owned()],
            to_header_matching: Matching::ANY,
            transport_url_matching: Matching::ANY,
            in_kind: false,
        }
    }
}

impl Binding {
    /// HTTP: text, SOAP 1.2, WS-Addressing 1.0.
    pub fn http() -> Self {
        Self::new(Transport::Http, Encoding::Text(Charset::Utf8))
    }

    /// net.tcp: binary with a session dictionary, SOAP 1.2, WS-Addressing 1.0.
    pub fn tcp() -> Self {
        Self::new(Transport::Tcp, Encoding::BinarySession)
    }

    /// SOAP-over-UDP: text, SOAP 1.2, WS-Addressing 1.0.
    pub fn udp() -> Self {
        Self::new(Transport::Udp, Encoding::Text(Charset::Utf8))
    }

    /// net.pipe: as net.tcp.
    #[cfg(unix)]
    pub fn named_pipe() -> Self {
        Self::new(Transport::NamedPipe, Encoding::BinarySession)
    }

    /// Data sessions of a modem: as net.tcp.
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    pub fn mbn() -> Self {
        Self::new(Transport::Mbn, Encoding::BinarySession)
    }

    /// A transport of the user's.
    pub fn custom(binding: impl CustomBinding + 'static) -> Self {
        let (encoding, version) = (binding.encoding(), binding.version());
        Binding { version, ..Self::new(Transport::Custom(Arc::new(binding)), encoding) }
    }

    /// The transport that goes with the scheme of a URL.
    ///
    /// # Errors
    /// [`InvalidEndpointUrl`](ErrorCode::InvalidEndpointUrl).
    pub fn for_url(url: &str) -> Result<Self> {
        if url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mbn://")) {
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            return Ok(Self::mbn());
            #[cfg(not(all(target_os = "linux", feature = "mbn")))]
            return Err(Error::new(ErrorCode::NotSupported, "mbn needs Linux and the feature `mbn`"));
        }
        let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
        let url =
            Url::decode(url, flags).map_err(|e| Error::new(ErrorCode::InvalidEndpointUrl, e.to_string()))?;
        Ok(match url.scheme {
            Scheme::Http | Scheme::Https => Self::http(),
            Scheme::NetTcp => Self::tcp(),
            Scheme::SoapUdp => Self::udp(),
            #[cfg(unix)]
            Scheme::NetPipe => Self::named_pipe(),
            #[cfg(not(unix))]
            Scheme::NetPipe => {
                return Err(Error::new(ErrorCode::NotSupported, "net.pipe needs Unix domain sockets"));
            }
        })
    }

    fn new(transport: Transport, encoding: Encoding) -> Self {
        Binding {
            transport,
            encoding,
            version: Version::SOAP12_ADDRESSING10,
            max_buffered_message_size: 65_536,
            max_streamed_message_size: 4_194_304,
            max_streamed_start_size: 16_384,
            max_streamed_flush_size: 65_536,
            max_session_dictionary_size: 2048,
            timeouts: Timeouts::default(),
            transfer_mode: TransferMode::BUFFERED,
            codecs: Codecs::default(),
            faults_as_errors: true,
            tcp: TcpOptions::default(),
            udp: UdpOptions::default(),
            #[cfg(unix)]
            pipe: Default::default(),
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            mbn: Default::default(),
            spill: None,
            tls: None,
            server_tls: None,
            http: HttpProperties::default(),
            listener: ListenerProperties::default(),
            reader: ReaderOptions::default(),
            writer: WriterOptions::default(),
        }
    }

    /// The same with another encoding.
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        if encoding == Encoding::Raw {
            // WWSAPI P.5 #5, #6
            self.version = Version::NONE;
        }
        self
    }

    /// The same with other versions of envelope and addressing.
    pub fn with_version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// The same with another transfer mode.
    pub fn with_transfer_mode(mut self, mode: TransferMode) -> Self {
        self.transfer_mode = mode;
        self
    }

    /// The same with other limits for messages, buffered and streamed, and for the parts of MTOM messages that wait for
    /// the envelope in front of them.
    pub fn with_max_message_size(mut self, octets: u64) -> Self {
        self.max_buffered_message_size = octets;
        self.max_streamed_message_size = octets;
        self.writer.max_mime_parts_buffer_size = octets;
        self
    }

    /// The same with message encoders and decoders.
    pub fn with_codecs(mut self, codecs: Codecs) -> Self {
        self.codecs = codecs;
        self
    }

    /// The same with other time-outs.
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The same for a listener that answers in kind; see [`ListenerProperties::in_kind`].
    pub fn answering_in_kind(mut self) -> Self {
        self.listener.in_kind = true;
        self
    }

    /// The same with a layer around the streams of whatever the transport is; UDP has none.
    pub fn with_layer(mut self, layer: StreamLayer) -> Self {
        #[cfg(unix)]
        {
            self.pipe.layer = Some(layer.clone());
        }
        #[cfg(all(target_os = "linux", feature = "mbn"))]
        {
            self.mbn.layer = Some(layer.clone());
        }
        self.tcp.layer = Some(layer);
        self
    }

    /// The same with TLS for channels that connect.
    pub fn with_tls(mut self, tls: TlsClient) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The same with TLS for listeners.
    pub fn with_server_tls(mut self, tls: TlsServer) -> Self {
        self.server_tls = Some(tls);
        self
    }

    /// The type of the channels that connect (WWSAPI K.2): request over HTTP, and over net.tcp and net.pipe if anything
    /// is streamed; else duplex, with a session where there is one.
    pub fn client_type(&self) -> ChannelType {
        match &self.transport {
            Transport::Http => ChannelType::REQUEST,
            Transport::Udp => ChannelType::DUPLEX,
            Transport::Custom(custom) => custom.client_type(),
            _ if self.is_streamed() => ChannelType::REQUEST,
            _ => ChannelType::DUPLEX_SESSION,
        }
    }

    /// The type of the channels of a listener.
    pub fn server_type(&self) -> ChannelType {
        match &self.transport {
            Transport::Http => ChannelType::REPLY,
            Transport::Udp => ChannelType::DUPLEX,
            Transport::Custom(custom) => custom.server_type(),
            _ if self.is_streamed() => ChannelType::REPLY,
            _ => ChannelType::DUPLEX_SESSION,
        }
    }

    /// Whether any body is streamed.
    pub(super) fn is_streamed(&self) -> bool {
        self.transfer_mode != TransferMode::BUFFERED
    }

    /// The most octets of a message.
    pub(super) fn max_message_size(&self) -> u64 {
        if self.is_streamed() { self.max_streamed_message_size } else { self.max_buffered_message_size }
    }

    /// Fails if properties contradict each other.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorCode::InvalidArgument).
    pub(super) fn check(&self, kind: ChannelType) -> Result<()> {
        use crate::soap::AddressingVersion;
        self.encoding.check(self.version.envelope)?;
        let is_http = matches!(self.transport, Transport::Http);
        let is_custom = matches!(self.transport, Transport::Custom(_));
        if self.max_buffered_message_size == 0 || self.max_streamed_message_size == 0 {
            return Err(Error::argument("a limit for messages is at least 1 octet"));
        }
        // WWSAPI P.5 #6
        if self.version.addressing == AddressingVersion::Transport && !is_http && !is_custom {
            return Err(Error::argument("addresses travel in HTTP's own headers only over HTTP"));
        }
        if self.encoding == Encoding::Raw && !is_http && !is_custom {
            return Err(Error::argument("the raw encoding is for HTTP only"));
        }
        if matches!(self.encoding, Encoding::BinarySession) && (is_http || self.is_streamed()) {
            return Err(Error::argument(
                "a session dictionary needs a session: use the plain binary encoding",
            ));
        }
        let mapping = &self.http.mapping;
        if (mapping.verb || mapping.status_code || mapping.status_text) && self.encoding != Encoding::Raw {
            return Err(Error::argument("verb and status are mapped with the raw encoding only"));
        }
        let allowed: &[ChannelType] = match &self.transport {
            Transport::Http => &[ChannelType::REQUEST, ChannelType::REPLY],
            Transport::Udp => &[ChannelType::DUPLEX, ChannelType::INPUT, ChannelType::OUTPUT],
            Transport::Custom(_) => return Ok(()),
            _ if self.is_streamed() => &[ChannelType::REQUEST, ChannelType::REPLY],
            _ => &[ChannelType::DUPLEX_SESSION, ChannelType::INPUT_SESSION, ChannelType::OUTPUT_SESSION],
        };
        if !allowed.contains(&kind) {
            let names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            return Err(Error::argument(format!(
                "{:?} has no channels of type {kind}; possible are {}",
                self.transport,
                names.join(", ")
            )));
        }
        Ok(())
    }

    /// Whether envelopes need an address in their headers.
    pub(super) fn has_envelope(&self) -> bool {
        self.version.envelope != EnvelopeVersion::None
    }
}
