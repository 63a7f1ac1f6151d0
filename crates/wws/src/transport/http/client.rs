//! The side that sends requests.

use super::{
    Call, HeaderMap, HeaderValue, Method, Response,
    body::{Outgoing, Piece, encode},
    call::PendingResponse,
    connect::{authority, target},
    cookies::Jar,
    failure::End,
    header,
    incoming::Reading,
    pool::{Lease, Place, Pool},
    proxy::{Proxies, Proxy},
    redirect::{MOST, Redirects},
    sender::{Sender, Sent, Unprocessed},
    version::{Http2Options, HttpVersion},
};
use crate::{
    Error, ErrorCode, Result,
    encoder::{Codecs, EncoderChain},
    transport::{
        Abort, BoxStream, Chunk, Timeouts, Upgraded,
        listener_url::endpoint,
        tcp::TcpOptions,
        timeouts::Step,
        tls::{TlsClient, TlsOptions},
    },
    url::{Scheme, Url},
};
use bytes::Bytes;
use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::sync::{Notify, mpsc};

/// How often a request is sent that servers do not process.
const MOST_TRIES: u32 = 3;

/// Whether a client handles cookies: `WS_CHANNEL_PROPERTY_COOKIE_MODE` (WWSAPI P.5 #39).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CookieMode {
    /// It keeps those that servers set and sends them back.
    #[default]
    Auto,
    /// It does nothing; the headers are the caller's.
    Manual,
}

/// What a client is to do.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Options of the sockets.
    pub tcp: TcpOptions,
    /// How long each step may take.
    pub timeouts: Timeouts,
    /// TLS for https; the platform's roots by default.
    pub tls: Option<TlsClient>,
    /// Which versions of HTTP are spoken; over https what the server chooses, else HTTP/1.1.
    pub version: HttpVersion,
    /// Quotas of connections of HTTP/2.
    pub http2: Http2Options,
    /// Which proxy to use.
    pub proxy: Proxy,
    /// Whether to handle cookies.
    pub cookies: CookieMode,
    /// What to do with redirects.
    pub redirects: Redirects,
    /// Message encoders and decoders.
    pub codecs: Codecs,
    /// Connections to one server at the same time: `MAX_HTTP_SERVER_CONNECTIONS` (P.5 #32), no limit. Further
    /// requests wait, within `CONNECT_TIMEOUT`. One of HTTP/2 serves many requests.
    pub max_connections: Option<usize>,
    /// How long an unused connection is kept; 90 s.
    pub idle_time: Duration,
    /// The most octets of a response, on the wire and decoded; 65,536.
    pub max_message_size: u64,
    /// The most octets of a response's headers; 65,536.
    pub max_response_headers_size: usize,
}

impl Default for ClientOptions {
    fn default() -> Self {
        ClientOptions {
            tcp: TcpOptions::default(),
            timeouts: Timeouts::default(),
            tls: None,
            version: HttpVersion::default(),
            http2: Http2Options::default(),
            proxy: Proxy::default(),
            cookies: CookieMode::default(),
            redirects: Redirects::default(),
            codecs: Codecs::default(),
            max_connections: None,
            idle_time: Duration::from_secs(90),
            max_message_size: 65_536,
            max_response_headers_size: 65_536,
        }
    }
}

/// What a request says beside its body.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it goes.
    pub url: String,
    /// POST for messages; another verb with the raw encoding.
    pub method: Method,
    /// The content type of the message, before encoders change it.
    pub content_type: Option<String>,
    /// Further headers, such as `SOAPAction`. Host, lengths and the content headers are made from the rest.
    pub headers: HeaderMap,
    /// Ends the request, and the reading of its response.
    pub abort: Abort,
}

impl Request {
    /// A POST of a message.
    pub fn post(url: impl Into<String>, content_type: impl Into<String>) -> Self {
        Request { method: Method::POST, content_type: Some(content_type.into()), ..Self::get(url) }
    }

    /// A GET, without a message.
    pub fn get(url: impl Into<String>) -> Self {
        let headers = HeaderMap::new();
        Request { url: url.into(), method: Method::GET, content_type: None, headers, abort: Abort::new() }
    }

    /// The same with another header.
    ///
    /// # Errors
    /// `InvalidArgument` for a name or a value that no header can have.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self> {
        let name = header::HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| Error::argument("a header name has a character that is not allowed"))?;
        self.headers.append(name, header_value(value)?);
        Ok(self)
    }
}

/// Sends requests. Clones share connections and cookies.
#[derive(Clone, Debug)]
pub struct Client(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) options: ClientOptions,
    pub(super) proxies: Proxies,
    pool: Pool,
    jar: Mutex<Jar>,
    /// Where the last request went.
    target: Mutex<Option<Arc<Target>>>,
    /// TLS that offers what is spoken, made when it is first needed.
    tls: OnceLock<TlsClient>,
}

impl Client {
    /// # Errors
    /// `InvalidArgument` for a proxy that is none.
    pub fn new(options: ClientOptions) -> Result<Self> {
        let proxies = Proxies::new(&options.proxy)?;
        let pool = Pool::new(options.max_connections, options.idle_time);
        let (jar, target, tls) = (Mutex::default(), Mutex::default(), OnceLock::new());
        Ok(Client(Arc::new(Shared { options, proxies, pool, jar, target, tls })))
    }

    /// Sends a request with a whole body and waits for the head of the response. Shared chunks reach the socket
    /// uncopied if there is no encoder.
    ///
    /// A connection that the server closed while it was idle is replaced, and a request that a server of HTTP/2 did not
    /// process is sent again, up to three times; redirects are followed as the options say. Dropping the future gives the
    /// request up, and its connection; over HTTP/2 only its stream.
    ///
    /// # Errors
    /// `InvalidEndpointUrl`; `EndpointNotFound`, `EndpointUnreachable`, `EndpointDisconnected`; `OperationTimedOut`,
    /// `OperationAborted`; those of TLS, of the proxy and of the encoders. No status is an error here; see
    /// [`Response::into_message`].
    pub async fn send(&self, request: Request, chunks: &[Chunk<'_>]) -> Result<Response> {
        let mut encoders = self.0.options.codecs.encoders()?;
        let mut head = Head::new(&self.0, request, &mut encoders)?;
        let body = encode(&mut encoders, chunks).await?;
        for _ in 0..=MOST {
            let response = self.send_once(&head, &body).await?;
            let next =
                self.0.options.redirects.target(&head.target.text, response.status, &response.headers)?;
            match next {
                Some(url) => head.go_to(&self.0, url)?,
                None => return Ok(response),
            }
        }
        let text = format!("more than {MOST} redirects, the last one to {}", head.target.text);
        Err(Error::new(ErrorCode::EndpointFailure, text))
    }

    /// Begins a request whose body is written piece by piece. With a `size` it has a Content-Length, else it is sent
    /// in chunks (encoders make the size unknown).
    ///
    /// # Errors
    /// As [`send`](Self::send). A redirect is not followed, and nothing is sent again: the body is gone.
    pub async fn begin(&self, request: Request, size: Option<u64>) -> Result<Call> {
        let mut encoders = self.0.options.codecs.encoders()?;
        let head = Head::new(&self.0, request, &mut encoders)?;
        let on_wire = size.filter(|_| encoders.is_identity());
        let mut lease = self.lease(&head).await?;
        let (pieces, response) = if lease.sender.is_http2() {
            // Boxed, because it is large.
            Box::pin(self.begin_stream(&head, on_wire, &mut lease)).await?
        } else {
            let (pieces, body) = Outgoing::streamed(on_wire);
            let sending = lease.sender.send(self.0.request(&head, body, &lease)?);
            (pieces, Box::pin(response(sending, lease.sender.end.clone())) as PendingResponse)
        };
        let sender = super::BodySender::new(
            pieces,
            encoders,
            size,
            self.0.options.timeouts,
            head.request.abort.clone(),
        )?;
        Ok(Call::new(self.0.clone(), head, sender, response, lease))
    }

    /// Begins a request on its stream. As long as the stream is not open, nothing of the body is gone, so that a connection
    /// that goes away is replaced.
    async fn begin_stream(
        &self,
        head: &Head,
        size: Option<u64>,
        lease: &mut Lease,
    ) -> Result<(mpsc::Sender<Piece>, PendingResponse)> {
        let (abort, limit) = (&head.request.abort, self.0.options.timeouts.limit(Step::Connect));
        let mut tries = 0;
        loop {
            let (pieces, body) = Outgoing::streamed(size);
            let (begun, body) = body.beginning();
            let end = lease.sender.end.clone();
            let mut sending = Box::pin(lease.sender.send(self.0.request(head, body, lease)?));
            let opening = async {
                Ok(tokio::select! {
                    biased;
                    sent = sending.as_mut() => Some(sent),
                    Ok(()) = begun => None,
                })
            };
            let mut failed = match limit.run(abort, opening).await.map_err(|e| e.context(head.context()))? {
                None => return Ok((pieces, Box::pin(response(sending, end)))),
                Some(Ok(answer)) => return Ok((pieces, Box::pin(std::future::ready(Ok(answer))))),
                Some(Err(failed)) => failed,
            };
            let unsent = failed.take_message().is_some();
            let error = failed.into_error();
            tries += 1;
            if tries == MOST_TRIES || !self.0.is_for_again(lease, unsent, &error) {
                return Err(end.explain(error).await.context(head.context()));
            }
            *lease = self.lease(head).await?;
            if !lease.sender.is_http2() {
                let (pieces, body) = Outgoing::streamed(size);
                let sending = lease.sender.send(self.0.request(head, body, lease)?);
                return Ok((pieces, Box::pin(response(sending, lease.sender.end.clone()))));
            }
        }
    }

    async fn send_once(&self, head: &Head, body: &[Bytes]) -> Result<Response> {
        let abort = &head.request.abort;
        let limit = self.0.options.timeouts.limit(Step::ReceiveResponse);
        let mut tries = 0;
        loop {
            let mut lease = self.lease(head).await?;
            let reused = lease.reused;
            let sent = if lease.sender.is_http2() {
                // Boxed, because it is large.
                let heard = lease.sender.heard();
                let sent = Box::pin(self.send_stream(head, body, &mut lease)).await;
                lease.sender.note(heard, &sent);
                sent?
            } else {
                let (taken, body) = Outgoing::watched(body.iter().cloned());
                let request = self.0.request(head, body, &lease)?;
                let mut response = pin!(lease.sender.send(request));
                // The limit is for the answer; how long the request takes is for SEND_TIMEOUT.
                let early = abort.run(async {
                    tokio::select! {
                        sent = response.as_mut() => Ok(Some(sent)),
                        _ = taken => Ok(None),
                    }
                });
                match early.await? {
                    Some(sent) => sent,
                    None => limit.run(abort, async { Ok(response.await) }).await?,
                }
            };
            match sent {
                Ok(response) => return self.0.response(head, response, lease),
                // If nothing of it went out, the server had closed the connection while it was idle.
                Err(mut failed) => {
                    let unsent = failed.take_message().is_some();
                    let error = failed.into_error();
                    tries += 1;
                    let again = match lease.sender.is_http2() {
                        true => tries < MOST_TRIES && self.0.is_for_again(&lease, unsent, &error),
                        false => unsent && reused,
                    };
                    if !again {
                        let error = lease.sender.end.clone().explain(error).await;
                        return Err(error.context(head.context()));
                    }
                }
            }
        }
    }

    /// Sends a request on its stream. Every piece of the body must get its window in time: the connection as a whole may
    /// go on while a stream does not.
    async fn send_stream(&self, head: &Head, body: &[Bytes], lease: &mut Lease) -> Result<Sent> {
        let (abort, timeouts) = (&head.request.abort, &self.0.options.timeouts);
        let (mut taken, body) = Outgoing::watched(body.iter().cloned());
        let progress = Arc::new(Notify::new());
        let request = self.0.request(head, body.telling(&progress), lease)?;
        let mut response = pin!(lease.sender.send(request));
        loop {
            let step = async {
                Ok(tokio::select! {
                    sent = response.as_mut() => Progress::Sent(sent),
                    _ = &mut taken => Progress::Taken,
                    () = progress.notified() => Progress::Piece,
                })
            };
            match timeouts.limit(Step::Send).run(abort, step).await? {
                Progress::Sent(sent) => return Ok(sent),
                Progress::Taken => break,
                Progress::Piece => {}
            }
        }
        timeouts.limit(Step::ReceiveResponse).run(abort, async { Ok(response.await) }).await
    }
}

/// The response to a request whose body is streamed.
async fn response(
    sending: impl Future<Output = Sent>,
    end: End,
) -> Result<http::Response<hyper::body::Incoming>> {
    let error = match sending.await {
        Ok(response) => return Ok(response),
        Err(failed) => failed.into_error(),
    };
    let unprocessed = Unprocessed::of(&error);
    let error = end.explain(error).await;
    Err(match unprocessed {
        Some(_) => error.context("the body was streamed, so that it cannot be sent again"),
        None => error,
    })
}

/// How far a request is.
#[expect(clippy::large_enum_variant, reason = "it is looked at where it is made")]
enum Progress {
    /// It has its answer, or failed.
    Sent(Sent),
    /// The connection has all of it.
    Taken,
    /// The connection has a further piece of it.
    Piece,
}

impl Shared {
    fn tls(&self) -> Result<&TlsClient> {
        if self.tls.get().is_none() {
            let tls = match &self.options.tls {
                Some(tls) => tls.clone(),
                None => TlsClient::new(TlsOptions::default())?,
            };
            // Another request may have made it at the same time; they are equal.
            let _ = self.tls.set(tls.offering(self.options.version.protocols()));
        }
        self.tls.get().ok_or_else(|| Error::operation("TLS is not ready"))
    }

    /// TLS with the server, and the protocol that it chose.
    pub(super) async fn connect_tls(
        &self,
        stream: BoxStream,
        host: &str,
        version: HttpVersion,
    ) -> Result<(Upgraded, Option<Vec<u8>>)> {
        let tls = self.tls()?;
        if version == self.options.version {
            return tls.connect_chosen(stream, host).await;
        }
        tls.offering(version.protocols()).connect_chosen(stream, host).await
    }

    /// Whether requests to this server may share a connection of HTTP/2.
    pub(super) fn may_share(&self, target: &Target) -> bool {
        match self.options.version {
            HttpVersion::Http11 => false,
            HttpVersion::Http2 => true,
            HttpVersion::Negotiate => target.url.scheme == Scheme::Https && !target.place.is_http1(),
        }
    }

    /// Whether a request that failed is to be sent again, because the server says that it did not process it.
    fn is_for_again(&self, lease: &Lease, unsent: bool, error: &hyper::Error) -> bool {
        let Sender::Http2(stream) = &lease.sender.sender else { return false };
        match Unprocessed::of(error) {
            Some(Unprocessed::Stream) => {}
            Some(Unprocessed::Http11Required) if self.options.version == HttpVersion::Negotiate => {
                lease.place.set_http1();
            }
            Some(Unprocessed::GoingAway) => stream.retire(),
            None if unsent => stream.retire(),
            _ => return false,
        }
        true
    }

    /// The response to a request, its cookies taken.
    pub(super) fn response(
        &self,
        head: &Head,
        response: http::Response<hyper::body::Incoming>,
        lease: Lease,
    ) -> Result<Response> {
        let options = &self.options;
        if options.cookies == CookieMode::Auto {
            self.jar().take(&head.target.url, response.headers(), SystemTime::now());
        }
        let reading = Reading {
            decoders: options.codecs.decoders(options.max_message_size)?,
            max_size: options.max_message_size,
            timeouts: options.timeouts,
            abort: head.request.abort.clone(),
        };
        Response::new(response, reading, lease).map_err(|e| e.context(head.context()))
    }

    /// What there is to know of an endpoint; most requests of a client go to the same.
    fn target(&self, text: String) -> Result<Arc<Target>> {
        let mut last = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = last.as_ref().filter(|target| target.text == text) {
            return Ok(target.clone());
        }
        let target = Arc::new(Target::new(self, text)?);
        *last = Some(target.clone());
        Ok(target)
    }

    fn request(&self, head: &Head, body: Outgoing, lease: &Lease) -> Result<http::Request<Outgoing>> {
        let mut request = http::Request::new(body);
        *request.method_mut() = head.request.method.clone();
        *request.headers_mut() = head.request.headers.clone();
        if lease.sender.is_http2() {
            // RFC 9113 8.3.1: the whole URL, whose authority takes the place of Host.
            *request.version_mut() = http::Version::HTTP_2;
            *request.uri_mut() = head.target.absolute.clone();
        } else {
            *request.uri_mut() = head.target.uri.clone();
            request.headers_mut().insert(header::HOST, head.target.host.clone());
        }
        if let Some(authorization) = &head.target.proxy_authorization {
            request.headers_mut().insert(header::PROXY_AUTHORIZATION, authorization.clone());
        }
        if self.options.cookies == CookieMode::Auto
            && let Some(cookies) = self.jar().header(&head.target.url, SystemTime::now())
        {
            request.headers_mut().append(header::COOKIE, cookies);
        }
        Ok(request)
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}

/// An endpoint.
pub(super) struct Target {
    text: String,
    pub(super) url: Url,
    /// What stands in the request line.
    uri: http::Uri,
    /// With scheme and authority.
    absolute: http::Uri,
    host: HeaderValue,
    /// For a proxy of plain HTTP.
    proxy_authorization: Option<HeaderValue>,
    pub(super) place: Arc<Place>,
}

impl Target {
    fn new(shared: &Shared, text: String) -> Result<Self> {
        let url = endpoint(&text, &[Scheme::Http, Scheme::Https])?;
        let proxy = shared.proxies.for_url(&url);
        let parse = |target: String| {
            target.parse::<http::Uri>().map_err(|e| {
                Error::new(ErrorCode::InvalidEndpointUrl, format!("{target:?} is no request target: {e}"))
            })
        };
        let uri = parse(target(proxy, &url)?)?;
        let scheme = if url.scheme == Scheme::Https { "https" } else { "http" };
        let absolute = parse(format!("{scheme}://{}{}", authority(&url), target(None, &url)?))?;
        let authorization = proxy.and_then(|proxy| proxy.authorization.as_deref());
        let authorization = authorization.filter(|_| url.scheme == Scheme::Http);
        Ok(Target {
            host: header_value(&authority(&url))?,
            proxy_authorization: authorization.map(header_value).transpose()?,
            place: shared.pool.place(&url),
            text,
            url,
            uri,
            absolute,
        })
    }
}

/// A request that is ready to be sent.
pub(super) struct Head {
    pub(super) request: Request,
    pub(super) target: Arc<Target>,
}

impl Head {
    fn new(shared: &Shared, mut request: Request, encoders: &mut EncoderChain) -> Result<Self> {
        if let Some(content_type) = &request.content_type {
            let content = encoders.content_type(content_type)?;
            request.headers.insert(header::CONTENT_TYPE, header_value(&content.content_type)?);
            if let Some(coding) = content.content_encoding {
                request.headers.insert(header::CONTENT_ENCODING, header_value(&coding)?);
            }
        }
        let target = shared.target(std::mem::take(&mut request.url))?;
        Ok(Head { request, target })
    }

    fn go_to(&mut self, shared: &Shared, url: String) -> Result<()> {
        let next = shared.target(url)?;
        if next.host != self.target.host || next.url.scheme != self.target.url.scheme {
            // What proved who we are to one server is not for another.
            self.request.headers.remove(header::AUTHORIZATION);
            self.request.headers.remove(header::COOKIE);
        }
        self.target = next;
        Ok(())
    }

    pub(super) fn context(&self) -> String {
        format!("{} {}", self.request.method, self.target.text)
    }
}

pub(super) fn header_value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|_| Error::argument(format!("{text:?} has a character that no HTTP header can have")))
}
