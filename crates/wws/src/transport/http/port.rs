//! A port and the services that share it, by path (WWSAPI L: what http.sys does on Windows).

use super::{
    HeaderValue, StatusCode,
    body::Outgoing,
    connection::Limited,
    exchange::{Exchange, Responder},
    header, http2,
    incoming::{IncomingBody, Reading, text, text_of},
    listener::ListenerOptions,
    refusal::{refusal, unknown_content},
    status,
    version::{HttpVersion, is_http2},
};
use crate::{
    Error, ErrorCode, Result,
    transport::{
        Abort, BoxStream, Upgraded,
        listener_url::Route,
        quiet::Quiet,
        tcp::{self, TcpOptions},
        timeouts::Step,
        tls::TlsServer,
    },
    url::Url,
};
use http::{Request, Version};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, SetOnce, mpsc, oneshot},
    task::JoinHandle,
};

/// Connections beyond the limit that are told so at the same time; further ones are just closed.
const REFUSALS: usize = 64;
/// How long to wait after the system could not accept, for want of file descriptors usually.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The open ports of this process.
static PORTS: Mutex<Vec<Weak<Port>>> = Mutex::new(Vec::new());
static CONNECTION_IDS: AtomicU64 = AtomicU64::new(1);

/// One listening socket.
pub(super) struct Port {
    pub(super) address: SocketAddr,
    tls: Option<TlsServer>,
    /// The same, which says what is spoken within.
    http_tls: Option<TlsServer>,
    /// What the listener that opened the port said of connections.
    options: ListenerOptions,
    /// The most particular path first.
    services: Mutex<Vec<Arc<Service>>>,
    /// Set when the last service has left: no more connections, and those there are end after their exchange.
    closing: Abort,
}

/// One path on a port.
pub(super) struct Service {
    pub(super) route: Route,
    /// Requests wait until it is there.
    pub(super) options: SetOnce<ListenerOptions>,
    pub(super) exchanges: mpsc::Sender<Box<Exchange>>,
}

/// Adds a service to the port at one of `addresses`, which is opened if it is not there.
///
/// # Errors
/// `AddressInUse` if the path is taken, or the port is not spoken to in the same way; those of listening.
pub(super) fn open(
    addresses: &[SocketAddr],
    service: Arc<Service>,
    options: &ListenerOptions,
) -> Result<(Arc<Port>, Option<JoinHandle<()>>)> {
    let mut ports = lock(&PORTS);
    ports.retain(|port| port.strong_count() > 0);
    let shared = ports.iter().filter_map(Weak::upgrade).find(|port| port.is_at(addresses));
    if let Some(port) = shared {
        port.add(service, options.tls.as_ref())?;
        return Ok((port, None));
    }
    let listener = tcp::listen(addresses, &options.tcp)?;
    let address = listener.local_addr().map_err(Error::from)?;
    let port = Arc::new(Port {
        address,
        tls: options.tls.clone(),
        http_tls: options.tls.as_ref().map(|tls| tls.offering(options.version.protocols())),
        options: options.clone(),
        services: Mutex::new(vec![service]),
        closing: Abort::new(),
    });
    ports.push(Arc::downgrade(&port));
    let task = tokio::spawn(listen(listener, port.clone()));
    Ok((port, Some(task)))
}

impl Port {
    /// Takes a service off; the last one closes the port, which `true` says.
    pub(super) fn remove(&self, service: &Arc<Service>) -> bool {
        // The list of ports is locked too, so that nobody joins a port that is about to close.
        let mut ports = lock(&PORTS);
        let mut services = lock(&self.services);
        services.retain(|other| !Arc::ptr_eq(other, service));
        if services.is_empty() {
            self.closing.abort();
            ports.retain(|port| !std::ptr::eq(port.as_ptr(), self));
        }
        services.is_empty()
    }

    fn is_at(&self, addresses: &[SocketAddr]) -> bool {
        addresses
            .iter()
            .any(|a| a.port() == self.address.port() && (a.ip() == self.address.ip() || self.is_everywhere()))
    }

    fn is_everywhere(&self) -> bool {
        self.address.ip().is_unspecified()
    }

    fn add(&self, service: Arc<Service>, tls: Option<&TlsServer>) -> Result<()> {
        let in_use = |why| Error::new(ErrorCode::AddressInUse, format!("port {}: {why}", self.address));
        let same_tls = match (&self.tls, tls) {
            (None, None) => true,
            (Some(ours), Some(theirs)) => ours.is_same(theirs),
            _ => false,
        };
        if !same_tls {
            return Err(in_use("it is open with other TLS options; services on one port share them"));
        }
        let mut services = lock(&self.services);
        if services.iter().any(|other| other.route == service.route) {
            return Err(in_use("another listener has this path"));
        }
        services.push(service);
        services.sort_by_key(|service| std::cmp::Reverse(service.route.len()));
        Ok(())
    }

    /// What the service that allows most allows.
    fn max_headers_size(&self) -> usize {
        let services = lock(&self.services);
        let known = services.iter().filter_map(|service| service.options.get());
        let most = known.map(|options| options.max_request_headers_size).max();
        most.unwrap_or(self.options.max_request_headers_size)
    }

    fn service(&self, path: &str) -> Option<Arc<Service>> {
        lock(&self.services).iter().find(|service| service.route.matches(path)).cloned()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, port: Arc<Port>) {
    let permits = Arc::new(Semaphore::new(port.options.max_connections.min(Semaphore::MAX_PERMITS)));
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    loop {
        let accepted = tokio::select! {
            () = port.closing.aborted() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let permit = permits.clone().try_acquire_owned().map(|permit| (permit, false));
        let permit = permit.or_else(|_| refusals.clone().try_acquire_owned().map(|turn| (turn, true)));
        if let Ok((permit, is_busy)) = permit {
            tokio::spawn(serve(port.clone(), stream, peer, permit, is_busy));
        }
    }
}

/// What is known of a connection.
struct Connection {
    port: Arc<Port>,
    id: u64,
    peer: SocketAddr,
    peer_certificates: Vec<Vec<u8>>,
    /// There are too many; every request is refused.
    is_busy: bool,
    /// Where its last request went, as most do.
    place: Mutex<Option<Arc<Place>>>,
}

/// Where a request goes.
struct Place {
    /// As the request says it.
    target: http::Uri,
    host: Option<HeaderValue>,
    /// The URL that the client asked for.
    url: String,
    path: String,
}

impl Connection {
    /// Where a request goes; `None` for a target that is no URL.
    fn place(&self, request: &Request<Incoming>) -> Option<Arc<Place>> {
        let (target, host) = (request.uri(), request.headers().get(header::HOST));
        let mut last = lock(&self.place);
        let known = last.as_ref().filter(|place| place.target == *target && place.host.as_ref() == host);
        if let Some(place) = known {
            return Some(place.clone());
        }
        let url = url(self, request);
        let path = url.parse::<Url>().ok()?.path;
        let place = Arc::new(Place { target: target.clone(), host: host.cloned(), url, path });
        *last = Some(place.clone());
        Some(place)
    }
}

async fn serve(
    port: Arc<Port>,
    stream: TcpStream,
    peer: SocketAddr,
    _permit: OwnedSemaphorePermit,
    is_busy: bool,
) {
    let Ok((upgraded, is_http2)) = wrap(&port, stream).await else { return };
    let Upgraded { stream, peer_certificates } = upgraded;
    let mut stream = Limited::new(port.options.tcp.wrap(stream), port.options.timeouts.send);
    let is_http2 = match is_http2 {
        Some(is_http2) => is_http2,
        // RFC 9113 3.3: over plain TCP a client of HTTP/2 begins with its preface, and no other does.
        None => {
            let begins = tokio::time::timeout(port.options.idle_time, stream.begins_with_http2());
            tokio::select! {
                begins = begins => match begins {
                    Ok(Ok(is_http2)) => is_http2,
                    _ => return,
                },
                () = port.closing.aborted() => return,
            }
        }
    };
    let (options, closing) = (port.options.clone(), port.closing.clone());
    let max_headers_size = port.max_headers_size();
    let id = CONNECTION_IDS.fetch_add(1, Ordering::Relaxed);
    let connection =
        Arc::new(Connection { port, id, peer, peer_certificates, is_busy, place: Mutex::default() });
    if is_http2 {
        let answer = |request| answer(connection.clone(), request);
        // Boxed, because it is large, and most connections are not.
        return Box::pin(http2::serve(stream, &options, max_headers_size, is_busy, &closing, answer)).await;
    }
    let service = service_fn(move |request| answer(connection.clone(), request));
    let connection = http1::Builder::new()
        // Clients such as gSOAP close their sending side behind a last request.
        .half_close(true)
        .keep_alive(!is_busy)
        .max_header_size(max_headers_size)
        .timer(TokioTimer::new())
        .header_read_timeout(options.idle_time)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        // What went wrong is known to the exchange; nobody else asks.
        _ = connection.as_mut() => return,
        () = closing.aborted() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Options and TLS around a stream, and whether HTTP/2 is spoken in it, if that is known.
async fn wrap(port: &Port, stream: TcpStream) -> Result<(Upgraded, Option<bool>)> {
    let options: &TcpOptions = &port.options.tcp;
    options.apply(&stream)?;
    let stream: BoxStream = Box::new(Quiet(stream));
    let version = port.options.version;
    let known = match version {
        HttpVersion::Http11 => Some(false),
        HttpVersion::Http2 => Some(true),
        HttpVersion::Negotiate => None,
    };
    let Some(tls) = &port.http_tls else {
        return Ok((Upgraded { stream, peer_certificates: Vec::new() }, known));
    };
    let accepting = tls.accept_chosen(stream);
    let (upgraded, chosen) = port.options.timeouts.limit(Step::Connect).run(&port.closing, accepting).await?;
    // RFC 9113 3.2
    Ok((upgraded, Some(known.unwrap_or_else(|| is_http2(chosen.as_deref())))))
}

/// Finds the service of a request, hands it over, and waits for its answer.
async fn answer(connection: Arc<Connection>, request: Request<Incoming>) -> Result<http::Response<Outgoing>> {
    let port = &connection.port;
    if connection.is_busy {
        let reason = "there are too many connections; try again later";
        return Ok(refuse(&port.options, request, StatusCode::SERVICE_UNAVAILABLE, reason).await);
    }
    let Some(place) = connection.place(&request) else {
        let reason = "the target of the request is no URL";
        return Ok(refuse(&port.options, request, StatusCode::BAD_REQUEST, reason).await);
    };
    let Some(service) = port.service(&place.path) else {
        let reason = "no service listens at this path; check the URL";
        return Ok(refuse(&port.options, request, StatusCode::NOT_FOUND, reason).await);
    };
    let options = service.options.wait().await;
    if let Some((status, reason)) = check(options, &request) {
        let mut refusal = refuse(options, request, status, &reason).await;
        if status == StatusCode::METHOD_NOT_ALLOWED
            && let Ok(allowed) = allowed(options).parse()
        {
            refusal.headers_mut().insert(header::ALLOW, allowed);
        }
        return Ok(refusal);
    }
    if request.body().size_hint().lower() > options.max_message_size {
        let limit = options.max_message_size;
        let reason =
            format!("a message has at most {limit} octets here; send less, or ask for a higher limit");
        return Ok(refuse(options, request, StatusCode::PAYLOAD_TOO_LARGE, &reason).await);
    }
    let (parts, body) = request.into_parts();
    let abort = Abort::new();
    let body = options.codecs.decoders(options.max_message_size).map(|decoders| {
        let (max_size, timeouts, abort) = (options.max_message_size, options.timeouts, abort.clone());
        let reading = Reading { decoders, max_size, timeouts, abort };
        IncomingBody::new(body, &parts.headers, reading, None)
    });
    let failure = body.as_ref().map_or_else(Some, IncomingBody::failure);
    if let Some(error) = failure {
        let status = status::of_error(error);
        let reason = match status.is_client_error() {
            true => error.strings().collect::<Vec<_>>().join(": "),
            false => "the service failed; try again later".to_owned(),
        };
        return Ok(refusal(options, &parts.headers, status, &reason));
    }
    let body = body?;
    let (answer, answered) = oneshot::channel();
    let exchange = Box::new(Exchange {
        version: parts.version,
        method: parts.method,
        url: place.url.clone(),
        headers: parts.headers,
        connection_id: connection.id,
        peer: Some(connection.peer),
        peer_certificates: connection.peer_certificates.clone(),
        body,
        responder: Responder { answer, codecs: options.codecs.clone(), timeouts: options.timeouts, abort },
    });
    if let Err(unsent) = service.exchanges.send(exchange).await {
        let (status, reason) = (StatusCode::SERVICE_UNAVAILABLE, "the service has ended; try again later");
        return Ok(refusal(options, &unsent.0.headers, status, reason));
    }
    let dropped = |_| Error::new(ErrorCode::OperationAborted, "the request was dropped without an answer");
    answered.await.map_err(dropped)
}

/// Refuses a request, when what it brings was read and forgotten.
async fn refuse(
    options: &ListenerOptions,
    mut request: Request<Incoming>,
    status: StatusCode,
    reason: &str,
) -> http::Response<Outgoing> {
    // RFC 9113 8.1: there the rest of a stream is refused, and its answer is read all the same.
    if request.version() != Version::HTTP_2 {
        drain(request.body_mut()).await;
    }
    refusal(options, request.headers(), status, reason)
}

/// Reads and forgets some of a body that nobody wants: a connection that is closed with unread input is reset, and the
/// client would not see why.
async fn drain(body: &mut Incoming) {
    /// How much, and how long that may take.
    const DRAIN: usize = 1 << 20;
    const PATIENCE: Duration = Duration::from_secs(1);
    let reading = async {
        let mut left = DRAIN;
        while left > 0 {
            match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
                Some(Ok(frame)) => left = left.saturating_sub(frame.data_ref().map_or(0, |data| data.len())),
                _ => return,
            }
        }
    };
    // Whoever does not listen learns nothing.
    let _ = tokio::time::timeout(PATIENCE, reading).await;
}

/// The URL that the client asked for.
fn url(connection: &Connection, request: &Request<Incoming>) -> String {
    let uri = request.uri();
    let scheme = if connection.port.tls.is_some() { "https" } else { "http" };
    let host = uri.authority().map(|authority| authority.as_str().to_owned());
    let host = host.or_else(|| text(request.headers(), header::HOST)).filter(|host| !host.is_empty());
    let host = host.unwrap_or_else(|| connection.port.address.to_string());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{scheme}://{host}{path}")
}

/// What of a request's head a service refuses (WWSAPI M.1), and what to tell the client.
fn check(options: &ListenerOptions, request: &Request<Incoming>) -> Option<(StatusCode, String)> {
    if !options.methods.contains(request.method()) {
        let reason = format!("{} is not possible here; use {}", request.method(), allowed(options));
        return Some((StatusCode::METHOD_NOT_ALLOWED, reason));
    }
    // `name: value` and the end of the line.
    let size =
        |(name, value): (&header::HeaderName, &header::HeaderValue)| name.as_str().len() + value.len() + 4;
    let limit = options.max_request_headers_size;
    if request.headers().iter().map(size).sum::<usize>() > limit {
        let reason = format!("the headers of a request have at most {limit} octets here; send fewer");
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, reason));
    }
    let header = |name| text_of(request.headers(), name).unwrap_or_default();
    let agent = header(header::USER_AGENT);
    if options.disallowed_user_agents.iter().any(|part| agent.contains(&**part)) {
        return Some((StatusCode::FORBIDDEN, "browsers are not served here".to_owned()));
    }
    let (accepts, content_type) = (options.accepts.as_ref()?, header(header::CONTENT_TYPE));
    (!accepts(content_type)).then(|| (StatusCode::UNSUPPORTED_MEDIA_TYPE, unknown_content(content_type)))
}

/// The methods that a service takes.
fn allowed(options: &ListenerOptions) -> String {
    options.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ")
}
