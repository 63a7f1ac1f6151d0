//! [`Listener`]: the states around a driver, and channels that are accepted (WWSAPI L).

use super::{
    Addressed, Binding, Channel, ChannelType, CustomChannel, CustomListener, Pending, Transport,
    codec::lock,
    http_reply::HttpReplyChannel,
    in_kind::{self, Kinds},
    refusal,
    session::{self, SessionChannel, not_open},
    singleton::SingletonChannel,
};
use crate::{
    Error, ErrorCode, Result,
    transport::{framed, http, listener_url::client_url, net_tcp},
    url::{Scheme, Url},
};
use std::{
    fmt,
    sync::{Arc, Mutex},
};

/// The state of a listener: `WS_LISTENER_STATE`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum ListenerState {
    /// Ready to be opened.
    Created = 0,
    /// On the way to be open.
    Opening = 1,
    /// Channels can be accepted.
    Open = 2,
    /// It was aborted; it can only be closed.
    Faulted = 3,
    /// Being closed.
    Closing = 4,
    /// Done; it can be reset.
    Closed = 5,
}

/// Accepts channels: `WS_LISTENER`. All functions take `&self`; several tasks may accept.
pub struct Listener {
    kind: ChannelType,
    binding: Arc<Binding>,
    /// What the channels are like, once that was said.
    channels: Mutex<Option<Arc<Binding>>>,
    driver: Box<dyn CustomListener>,
    state: Mutex<ListenerState>,
    /// What messages are to be addressed to, while it is open.
    addressed: Mutex<Option<Arc<Addressed>>>,
}

impl Listener {
    /// A listener that is not open yet: `WsCreateListener`.
    ///
    /// # Errors
    /// As [`Channel::new`].
    pub fn new(kind: ChannelType, binding: &Binding) -> Result<Self> {
        binding.check(kind)?;
        let shared = Arc::new(binding.clone());
        let driver: Box<dyn CustomListener> = match &binding.transport {
            Transport::Http => Box::new(HttpListener::new(shared.clone())?),
            Transport::Custom(custom) => custom.create_listener(kind)?,
            Transport::Udp => Box::new(super::datagram::DatagramListener::new(kind, shared.clone())?),
            _ => Box::new(SessionListener::new(kind, shared.clone())?),
        };
        Ok(Listener {
            kind,
            binding: shared,
            channels: Mutex::default(),
            driver,
            state: Mutex::new(ListenerState::Created),
            addressed: Mutex::default(),
        })
    }

    /// Opens a listener of the binding's usual type at a URL. Port 0 takes any free one; see [`url`](Self::url).
    ///
    /// # Errors
    /// As [`new`](Self::new) and [`open_at`](Self::open_at).
    pub async fn open(binding: &Binding, url: &str) -> Result<Self> {
        let listener = Self::new(binding.server_type(), binding)?;
        listener.open_at(url).await?;
        Ok(listener)
    }

    /// Listens at a URL: `WsOpenListener`. The host says where to bind (`+` and `*` everywhere), the path is a prefix.
    ///
    /// # Errors
    /// `InvalidEndpointUrl`; `AddressInUse`, `AddressNotAvailable`; `InvalidArgument` for https without TLS;
    /// `InvalidOperation` unless the listener was just created or reset.
    pub async fn open_at(&self, url: &str) -> Result<()> {
        if lock(&self.channels).is_none() {
            self.configure(&self.binding)?;
        }
        self.listen_at(url).await
    }

    /// Listens at a URL before it is known what the channels are like: who connects waits until
    /// [`configure`](Self::configure) says so. In webservices.h the properties of channels come after the listener was
    /// opened.
    ///
    /// # Errors
    /// As [`open_at`](Self::open_at).
    pub async fn listen_at(&self, url: &str) -> Result<()> {
        self.step(&[ListenerState::Created], ListenerState::Opening, "open it")?;
        let opened = self.driver.open(url).await;
        *lock(&self.addressed) = Addressed::new(&self.binding.listener, url, &self.url()).map(Arc::new);
        *lock(&self.state) = if opened.is_ok() { ListenerState::Open } else { ListenerState::Created };
        opened
    }

    /// Says what the channels are like that are to be accepted; once, before or after
    /// [`listen_at`](Self::listen_at). What concerns the sockets of the listener (TCP, UDP, pipes, TLS, the number of
    /// connections) is that of the binding it was made with. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// `InvalidArgument` if the properties contradict each other; `InvalidOperation` a second time.
    pub fn configure(&self, channels: &Binding) -> Result<()> {
        channels.check(self.kind)?;
        let channels = Arc::new(channels.clone());
        {
            let mut known = lock(&self.channels);
            if known.is_some() {
                return Err(Error::operation("the channels of the listener were configured before"));
            }
            *known = Some(channels.clone());
        }
        self.driver.configure(&channels)
    }

    /// Listens to its group on these interfaces (by index), too, while it is open: `MULTICAST_INTERFACES` (WWSAPI P.6 #8).
    ///
    /// # Errors
    /// `InvalidOperation` unless it is open and listens to a group; `AddressNotAvailable` for an interface that cannot.
    pub fn join_group(&self, interfaces: &[u32]) -> Result<()> {
        self.driver.join_group(interfaces)
    }

    /// The state.
    pub fn state(&self) -> ListenerState {
        *lock(&self.state)
    }

    /// The type of its channels.
    pub fn kind(&self) -> ChannelType {
        self.kind
    }

    /// The binding with its properties.
    pub fn binding(&self) -> &Binding {
        &self.binding
    }

    /// The URL that clients on this machine use, with the port that was found; empty if the listener is not open.
    pub fn url(&self) -> String {
        self.driver.url().unwrap_or_default()
    }

    /// Waits for a client: `WsAcceptChannel`. There is no time limit. Dropping the future loses nothing.
    ///
    /// # Errors
    /// `InvalidOperation` unless the listener is open; `OperationAborted` once it is closed or aborted.
    pub async fn accept(&self) -> Result<Channel> {
        match self.state() {
            ListenerState::Open => {}
            ListenerState::Faulted => {
                return Err(Error::new(
                    ErrorCode::ObjectFaulted,
                    "the listener was aborted and can only be closed",
                ));
            }
            state => {
                return Err(Error::operation(format!(
                    "the listener is in the state {state:?}: nothing to accept"
                )));
            }
        }
        let channels = lock(&self.channels).clone().ok_or_else(|| {
            Error::operation("nobody said what the channels are like: call configure first")
        })?;
        let driver = self.driver.accept().await?;
        let (kind, binding) = driver.accepted_as().unwrap_or((self.kind, channels));
        Ok(Channel::accepted(kind, binding, driver, lock(&self.addressed).clone()))
    }

    /// Stops listening: `WsCloseListener`. Who waits to accept gets `OperationAborted`; channels that were accepted live
    /// on. Closing what was not opened, or was closed before, does nothing.
    ///
    /// # Errors
    /// Those of the transport; the listener is closed all the same.
    pub async fn close(&self) -> Result<()> {
        if matches!(self.state(), ListenerState::Created | ListenerState::Closed) {
            *lock(&self.state) = ListenerState::Closed;
            return Ok(());
        }
        self.step(&[ListenerState::Open, ListenerState::Faulted], ListenerState::Closing, "close it")?;
        let closed = self.driver.close().await;
        *lock(&self.state) = ListenerState::Closed;
        closed
    }

    /// Ends everything that waits on the listener, from any thread: `WsAbortListener`. The listener can only be closed
    /// then.
    pub fn abort(&self) {
        {
            let mut state = lock(&self.state);
            if *state != ListenerState::Open {
                return;
            }
            *state = ListenerState::Faulted;
        }
        self.driver.abort();
    }

    /// Makes a closed listener as it was created: `WsResetListener`.
    ///
    /// # Errors
    /// `InvalidOperation` unless the listener is closed or was just created.
    pub fn reset(&self) -> Result<()> {
        self.step(&[ListenerState::Created, ListenerState::Closed], ListenerState::Created, "reset it")?;
        self.driver.reset()
    }

    fn step(&self, from: &[ListenerState], to: ListenerState, what: &str) -> Result<()> {
        let mut state = lock(&self.state);
        if !from.contains(&state) {
            let text = format!("the listener is in the state {:?}: one cannot {what}", *state);
            return Err(Error::operation(text));
        }
        *state = to;
        Ok(())
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("kind", &self.kind)
            .field("state", &self.state())
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// A listener of a transport, while it is open.
struct Opened<L> {
    listener: Arc<L>,
    url: String,
}

/// The open listener; the same for all drivers.
struct Slot<L>(Mutex<Option<Opened<L>>>);

impl<L> Slot<L> {
    fn new() -> Self {
        Slot(Mutex::new(None))
    }

    fn fill(&self, listener: L, url: String) {
        *lock(&self.0) = Some(Opened { listener: Arc::new(listener), url });
    }

    fn get(&self) -> Result<Arc<L>> {
        let opened = lock(&self.0).as_ref().map(|opened| opened.listener.clone());
        opened.ok_or_else(|| Error::new(ErrorCode::OperationAborted, "the listener was closed"))
    }

    fn url(&self) -> Option<String> {
        lock(&self.0).as_ref().map(|opened| opened.url.clone())
    }

    fn take(&self) -> Option<Arc<L>> {
        lock(&self.0).take().map(|opened| opened.listener)
    }
}

/// Refusals are faults, but where there are no envelopes.
fn refusals(binding: &Binding) -> Option<Arc<http::Refusals>> {
    let is_raw = binding.encoding == crate::soap::Encoding::Raw;
    (!is_raw).then(|| Arc::new(refusal::of_request) as Arc<http::Refusals>)
}

struct HttpListener {
    binding: Arc<Binding>,
    channels: Mutex<Option<Arc<Kinds>>>,
    slot: Slot<http::Listener>,
}

impl HttpListener {
    fn new(binding: Arc<Binding>) -> Result<Self> {
        Ok(HttpListener { binding, channels: Mutex::default(), slot: Slot::new() })
    }

    /// Begins to serve, once it is known how, and the listener is open.
    fn serve(&self) {
        if let (Some(kinds), Ok(listener)) = (lock(&self.channels).clone(), self.slot.get()) {
            listener.serve(self.options(kinds));
        }
    }

    /// How requests are taken.
    fn options(&self, kinds: Arc<Kinds>) -> http::ListenerOptions {
        let binding = kinds.usual();
        let is_raw = binding.encoding == crate::soap::Encoding::Raw;
        let has_decoders = binding.codecs.has_decoders();
        let mut timeouts = binding.timeouts;
        timeouts.connect = self.binding.listener.connect_timeout;
        http::ListenerOptions {
            timeouts,
            codecs: binding.codecs.clone(),
            max_request_headers_size: binding.http.max_request_headers_size,
            max_message_size: match binding.transfer_mode.streamed_input {
                true => binding.max_streamed_message_size,
                false => binding.max_buffered_message_size,
            },
            methods: match is_raw {
                true => {
                    use http::Method;
                    vec![
                        Method::POST,
                        Method::GET,
                        Method::PUT,
                        Method::DELETE,
                        Method::HEAD,
                        Method::OPTIONS,
                    ]
                }
                false => vec![http::Method::POST],
            },
            // WWSAPI P.6 #16: not with the raw encoding.
            disallowed_user_agents: match is_raw {
                true => Vec::new(),
                false => self.binding.listener.disallowed_user_agents.clone(),
            },
            refusals: refusals(binding),
            // A decoder may change the content type; then the message says what it is.
            accepts: (!is_raw && !has_decoders)
                .then(|| Arc::new(move |text: &str| kinds.accepts(text)) as Arc<http::Accepts>),
            ..http::ListenerOptions::default()
        }
    }
}

impl HttpListener {
    /// How the socket listens, and connections are taken.
    fn socket_options(&self, scheme: Scheme) -> http::ListenerOptions {
        let binding = &self.binding;
        let mut timeouts = binding.timeouts;
        timeouts.connect = binding.listener.connect_timeout;
        http::ListenerOptions {
            tcp: binding.tcp.clone(),
            timeouts,
            tls: binding.server_tls.clone().filter(|_| scheme == Scheme::Https),
            version: binding.http.version,
            http2: binding.http.http2,
            max_connections: binding.listener.max_connections,
            backlog: binding.listener.max_waiting,
            refusals: refusals(binding),
            ..http::ListenerOptions::default()
        }
    }
}

impl CustomListener for HttpListener {
    fn open<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let flags = crate::url::Flags { allow_host_wildcards: true, ..Default::default() };
            let scheme = Url::decode(url, flags).map_or(Scheme::Http, |url| url.scheme);
            let listener = http::Listener::bind(url, &self.socket_options(scheme))?;
            let url = client_url(url, listener.local_address());
            self.slot.fill(listener, url);
            self.serve();
            Ok(())
        })
    }

    fn configure(&self, channels: &Arc<Binding>) -> Result<()> {
        *lock(&self.channels) = Some(Arc::new(Kinds::new(channels.clone())?));
        self.serve();
        Ok(())
    }

    fn accept(&self) -> Pending<'_, Box<dyn CustomChannel>> {
        Box::pin(async {
            let listener = self.slot.get()?;
            let kinds = lock(&self.channels).clone().ok_or_else(not_open)?;
            loop {
                let exchange = listener.accept_boxed().await?;
                let content_type = exchange.body.content_type().unwrap_or_default();
                let is_raw = kinds.usual().encoding == crate::soap::Encoding::Raw;
                // Known already, unless a decoder may have changed it.
                let is_known = is_raw || !kinds.usual().codecs.has_decoders();
                if is_known || kinds.accepts(content_type) {
                    let kind = kinds.of_message(content_type)?;
                    return Ok(Box::new(HttpReplyChannel::new(kind, exchange)) as Box<dyn CustomChannel>);
                }
                let (status, reason) =
                    (http::StatusCode::UNSUPPORTED_MEDIA_TYPE, http::unknown_content(content_type));
                let refusal = http::Refusal { status, content_type, reason: &reason };
                let refusal =
                    refusal::of_request(&refusal).unwrap_or_else(|| http::plain_refusal(status, &reason));
                // The client may be gone.
                let _ = exchange.responder.refuse(refusal);
            }
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            let Some(listener) = self.slot.take() else { return Ok(()) };
            listener.abort_handle().abort();
            // Whoever waited to accept lets go of it now.
            let limit = std::time::Duration::max(
                self.binding.listener.close_timeout,
                std::time::Duration::from_millis(1),
            );
            let closing = async {
                let mut listener = listener;
                loop {
                    match Arc::try_unwrap(listener) {
                        Ok(listener) => return listener.close().await,
                        Err(shared) => listener = shared,
                    }
                    tokio::task::yield_now().await;
                }
            };
            // WWSAPI P.6 #10: replies on their way get this long.
            let _ = tokio::time::timeout(limit, closing).await;
            Ok(())
        })
    }

    fn abort(&self) {
        if let Ok(listener) = self.slot.get() {
            listener.abort_handle().abort();
        }
    }

    fn reset(&self) -> Result<()> {
        Ok(())
    }

    fn url(&self) -> Option<String> {
        self.slot.url()
    }
}

enum Sessions {
    Tcp(net_tcp::NetTcpListener),
    #[cfg(unix)]
    Pipe(crate::transport::net_pipe::NetPipeListener),
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    Mbn(crate::transport::mbn::MbnListener),
}

impl std::ops::Deref for Sessions {
    type Target = framed::Listener;

    fn deref(&self) -> &framed::Listener {
        match self {
            Sessions::Tcp(listener) => listener,
            #[cfg(unix)]
            Sessions::Pipe(listener) => listener,
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            Sessions::Mbn(listener) => listener,
        }
    }
}

impl Sessions {
    async fn close(self) {
        match self {
            Sessions::Tcp(listener) => listener.close().await,
            #[cfg(unix)]
            Sessions::Pipe(listener) => listener.close().await,
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            Sessions::Mbn(listener) => listener.close().await,
        }
    }
}

/// A socket that connections wait at, with its URL.
enum Bound {
    Tcp(net_tcp::BoundNetTcp),
    #[cfg(unix)]
    Pipe(crate::transport::net_pipe::BoundNetPipe),
    #[cfg(all(target_os = "linux", feature = "mbn"))]
    Mbn(crate::transport::mbn::BoundMbn),
}

struct SessionListener {
    kind: ChannelType,
    binding: Arc<Binding>,
    channels: Mutex<Option<Arc<Binding>>>,
    /// Until it is known what the channels are like.
    bound: Mutex<Option<(Bound, String)>>,
    slot: Slot<Sessions>,
}

impl SessionListener {
    fn new(kind: ChannelType, binding: Arc<Binding>) -> Result<Self> {
        Ok(SessionListener {
            kind,
            binding,
            channels: Mutex::default(),
            bound: Mutex::default(),
            slot: Slot::new(),
        })
    }

    /// Begins to take connections, once it is known how, and the socket is bound.
    fn start(&self) -> Result<()> {
        let Some(channels) = lock(&self.channels).clone() else { return Ok(()) };
        let Some((bound, url)) = lock(&self.bound).take() else { return Ok(()) };
        let options = self.options(&channels)?;
        let listener = match bound {
            Bound::Tcp(bound) => Sessions::Tcp(bound.listen(options, &channels.tcp)),
            #[cfg(unix)]
            Bound::Pipe(bound) => Sessions::Pipe(bound.listen(options)),
            #[cfg(all(target_os = "linux", feature = "mbn"))]
            Bound::Mbn(bound) => Sessions::Mbn(bound.listen(options)),
        };
        self.slot.fill(listener, url);
        Ok(())
    }

    fn options(&self, binding: &Arc<Binding>) -> Result<framed::ListenerOptions> {
        let upgrade = self.binding.server_tls.clone().map(|tls| Arc::new(tls) as _);
        let mut session = session::options(binding, upgrade);
        session.timeouts.connect = self.binding.listener.connect_timeout;
        let kinds = Kinds::new(binding.clone())?;
        let has_decoders = binding.codecs.has_decoders();
        let (kind, binding) = (self.kind, binding.clone());
        Ok(framed::ListenerOptions {
            session,
            max_connections: self.binding.listener.max_connections,
            idle_timeout: self.binding.listener.idle_timeout,
            admit: Arc::new(move |preamble| {
                use framed::{Fault, Mode};
                let mode = preamble.mode;
                let any = [Mode::DUPLEX, Mode::SIMPLEX, Mode::SINGLETON_UNSIZED];
                let is_possible = match binding.listener.in_kind {
                    true => any.contains(&mode),
                    false => mode == in_kind::mode(kind, &binding),
                };
                if !is_possible {
                    return Err(Fault::UnsupportedMode);
                }
                // A decoder may change the content type; then the message says what it is.
                if !has_decoders && !kinds.accepts(preamble.encoding.content_type()) {
                    return Err(Fault::ContentTypeInvalid);
                }
                Ok(())
            }),
        })
    }
}

impl CustomListener for SessionListener {
    fn open<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let bound = match self.binding.transport {
                #[cfg(unix)]
                Transport::NamedPipe => {
                    let bound = crate::transport::net_pipe::bind(url, &self.binding.pipe)?;
                    (Bound::Pipe(bound), url.replacen("://+", "://localhost", 1))
                }
                #[cfg(all(target_os = "linux", feature = "mbn"))]
                Transport::Mbn => {
                    let bound = crate::transport::mbn::bind(url, &self.binding.mbn).await?;
                    (Bound::Mbn(bound), url.to_owned())
                }
                _ => {
                    let bound = net_tcp::bind(url, &self.binding.tcp)?;
                    let url = client_url(url, bound.local_address());
                    (Bound::Tcp(bound), url)
                }
            };
            *lock(&self.bound) = Some(bound);
            self.start()
        })
    }

    fn configure(&self, channels: &Arc<Binding>) -> Result<()> {
        *lock(&self.channels) = Some(channels.clone());
        self.start()
    }

    fn accept(&self) -> Pending<'_, Box<dyn CustomChannel>> {
        Box::pin(async {
            let listener = self.slot.get()?;
            let channels = lock(&self.channels).clone().ok_or_else(not_open)?;
            let (session, kind, binding) = loop {
                let session = listener.accept().await?;
                let info = session.info();
                match in_kind::of_session(self.kind, &channels, info.mode, &info.content_type) {
                    Ok((kind, binding)) => break (session, kind, binding),
                    // What the decoders make of the content type is nothing that can be read.
                    Err(error) => session.fail(&error).await,
                }
            };
            if binding.is_streamed() {
                let listener = Arc::downgrade(&listener);
                let recycle = Arc::new(move |connection| {
                    if let Some(listener) = listener.upgrade() {
                        listener.recycle(connection);
                    }
                });
                let channel = SingletonChannel::accepted(binding, session, recycle)?;
                return Ok(Box::new(channel) as Box<dyn CustomChannel>);
            }
            let channel = SessionChannel::over(kind, binding, session)?;
            Ok(Box::new(channel) as Box<dyn CustomChannel>)
        })
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(async {
            drop(lock(&self.bound).take());
            let Some(mut listener) = self.slot.take() else { return Ok(()) };
            listener.abort_handle().abort();
            loop {
                match Arc::try_unwrap(listener) {
                    Ok(listener) => {
                        listener.close().await;
                        return Ok(());
                    }
                    Err(shared) => listener = shared,
                }
                tokio::task::yield_now().await;
            }
        })
    }

    fn abort(&self) {
        if let Ok(listener) = self.slot.get() {
            listener.abort_handle().abort();
        }
    }

    fn reset(&self) -> Result<()> {
        Ok(())
    }

    fn url(&self) -> Option<String> {
        let bound = lock(&self.bound).as_ref().map(|(_, url)| url.clone());
        bound.or_else(|| self.slot.url())
    }
}
