//! The side that accepts requests.

use super::{
    Exchange, Method, Refusals,
    port::{self, Port, Service},
    version::{Http2Options, HttpVersion},
};
use crate::{
    Error, ErrorCode, Result,
    encoder::Codecs,
    transport::{
        Abort, Timeouts,
        listener_url::ListenerUrl,
        tcp::{self, TcpOptions},
        tls::TlsServer,
    },
    url::Scheme,
};
use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, SetOnce, mpsc},
    task::JoinHandle,
};

/// Says of a content type whether a listener takes it.
pub type Accepts = dyn Fn(&str) -> bool + Send + Sync;

/// How a listener accepts. What concerns sockets and connections is that of the first listener on a port.
#[derive(Clone)]
pub struct ListenerOptions {
    /// Options of the sockets.
    pub tcp: TcpOptions,
    /// How long each step may take. `connect` limits the TLS handshake.
    pub timeouts: Timeouts,
    /// TLS for https, which needs it.
    pub tls: Option<TlsServer>,
    /// Which versions of HTTP are spoken; both.
    pub version: HttpVersion,
    /// Quotas of connections of HTTP/2.
    pub http2: Http2Options,
    /// Message encoders and decoders.
    pub codecs: Codecs,
    /// Connections to the port at the same time; 10,000. One more gets status 503.
    pub max_connections: usize,
    /// How long a connection may be without a request, and the headers of one may take; 2 minutes. A connection of
    /// HTTP/2 ends up to a quarter later.
    pub idle_time: Duration,
    /// The most octets of a request's headers: `MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE` (WWSAPI P.5 #49); 65,536.
    pub max_request_headers_size: usize,
    /// The most octets of a request, on the wire and decoded; 65,536. More gets status 413.
    pub max_message_size: u64,
    /// Requests that may wait to be accepted; 100.
    pub backlog: usize,
    /// The methods that are accepted; POST. Others get status 405.
    pub methods: Vec<Method>,
    /// A request whose User-Agent contains one of these gets status 403: `DISALLOWED_USER_AGENT` (P.6 #16); "Mozilla",
    /// so that no browser can be made to send messages.
    pub disallowed_user_agents: Vec<String>,
    /// Decides by the content type whether to take a request; others get status 415. Takes all by default.
    pub accepts: Option<Arc<Accepts>>,
    /// Gives the answer to a request that is refused the form of a message. By default, and where it has none, refusals are
    /// plain text.
    pub refusals: Option<Arc<Refusals>>,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        ListenerOptions {
            tcp: TcpOptions::default(),
            timeouts: Timeouts::of_listener(),
            tls: None,
            version: HttpVersion::default(),
            http2: Http2Options::default(),
            codecs: Codecs::default(),
            max_connections: 10_000,
            idle_time: Duration::from_secs(120),
            max_request_headers_size: 65_536,
            max_message_size: 65_536,
            backlog: 100,
            methods: vec![Method::POST],
            disallowed_user_agents: vec!["Mozilla".to_owned()],
            accepts: None,
            refusals: None,
        }
    }
}

impl fmt::Debug for ListenerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerOptions")
            .field("timeouts", &self.timeouts)
            .field("max_connections", &self.max_connections)
            .field("max_message_size", &self.max_message_size)
            .finish_non_exhaustive()
    }
}

/// Accepts the requests under one URL. Several listeners share a port; the longest path that fits gets a request, and
/// other paths get status 404.
///
/// Dropping it takes the path off; requests that were accepted can still be answered.
pub struct Listener {
    port: Arc<Port>,
    service: Arc<Service>,
    exchanges: Mutex<mpsc::Receiver<Box<Exchange>>>,
    abort: Abort,
    /// Ends when the socket is closed, if this listener opened it.
    task: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens at a URL (WWSAPI L): the host says where to bind, the path is a prefix. Port 0 takes any free one.
    ///
    /// To be called inside a tokio runtime, which serves the port from then on.
    ///
    /// # Errors
    /// `InvalidEndpointUrl`; `AddressInUse` for a path that another listener has, or a port that another process has;
    /// `AddressNotAvailable`; `InvalidArgument` for https without TLS options, or http with.
    pub fn open(url: &str, options: ListenerOptions) -> Result<Self> {
        let listener = Self::bind(url, &options)?;
        listener.serve(options);
        Ok(listener)
    }

    /// Listens at a URL, where requests wait until [`serve`](Self::serve) says how to take them. Of the options only
    /// those of sockets and connections, and `backlog`, are used.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn bind(url: &str, options: &ListenerOptions) -> Result<Self> {
        let route = ListenerUrl::parse(url, &[Scheme::Http, Scheme::Https])?;
        if (route.url.scheme == Scheme::Https) != options.tls.is_some() {
            return Err(Error::argument("https needs TLS options, and http must have none"));
        }
        let number = route.url.port.unwrap_or(80);
        let addresses = tcp::bind_addresses(&route.url, number, options.tcp.ip_version);
        let (sender, exchanges) = mpsc::channel(options.backlog.max(1));
        let service = Arc::new(Service { route: route.route(), options: SetOnce::new(), exchanges: sender });
        let (port, task) = port::open(&addresses, service.clone(), options)?;
        Ok(Listener { port, service, exchanges: Mutex::new(exchanges), abort: Abort::new(), task })
    }

    /// Says how to take requests; what was said first counts.
    pub fn serve(&self, options: ListenerOptions) {
        // It fails only if that was said before.
        let _ = self.service.options.set(options);
    }

    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.port.address
    }

    /// Waits for a request. Several tasks may wait; dropping the future loses nothing.
    ///
    /// # Errors
    /// `OperationAborted` once the listener is aborted.
    pub async fn accept(&self) -> Result<Exchange> {
        self.accept_boxed().await.map(|exchange| *exchange)
    }

    /// As [`accept`](Self::accept), without moving what is large.
    pub(crate) async fn accept_boxed(&self) -> Result<Box<Exchange>> {
        let next = async {
            let exchange = self.exchanges.lock().await.recv().await;
            exchange.ok_or_else(|| Error::new(ErrorCode::OperationAborted, "the listener has ended"))
        };
        self.abort.run(next).await
    }

    /// A handle that ends the listener.
    pub fn abort_handle(&self) -> Abort {
        self.abort.clone()
    }

    /// Takes the path off and waits until the socket is closed, if this was the last path on it and this listener
    /// opened it.
    pub async fn close(mut self) {
        let task = self.task.take();
        let last = self.port.remove(&self.service);
        if let Some(task) = task.filter(|_| last) {
            // The task cannot fail but by a panic of ours.
            let _ = task.await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.port.remove(&self.service);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.port.address)
            .field("route", &self.service.route)
            .finish()
    }
}
