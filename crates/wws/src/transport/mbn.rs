//! mbn: sessions of message framing over a data session of a mobile broadband modem. Ours; Windows has no such binding.
//!
//! The URL is `mbn://INTERFACE/SERVICE`: the name of a modem as `wws mbn list` shows it (`cdc-wdm0`), or the escaped path of a device node
//! or of the socket of a simulator or proxy; then the UUID or the known name of a device service that takes data both ways. What is at the
//! other end is the modem's affair: its firmware, or another program behind it.
//!
//! A service has one data session, so a listener has one connection at a time: the next begins when the last has ended.
//!
//! A data session loses what a queue has no room for. The stream above it is made of
//! [records](wws_mbn::wire::record) with number and checksum, so that a loss is an `InvalidFormat` error of the receiver and never a gap.

use super::{
    Abort, BoxStream,
    error::connect_error,
    framed::{self, Admit, Connection, Listener, ListenerOptions, Mode, Options, Session, Target, initiate},
    tcp::StreamLayer,
    timeouts::Step,
};
use crate::{Error, ErrorCode, Result};
use bytes::{Bytes, BytesMut};
use std::{
    future::Future,
    io,
    ops::Deref,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    sync::oneshot,
    time::{sleep, timeout},
};
use uuid::Uuid;
use wws_mbn::{Manager, Modem, RecordStream, Transport, transport::linux::OpenOptions, wire::service};

/// How long the other end may take to answer a handshake before it is sent again.
const RETRY: Duration = Duration::from_secs(5);
/// How long to wait before a data session is opened again that is perhaps not closed yet.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a listener waits for another session of message framing over the same data session.
const LONGEST_IDLE: Duration = Duration::from_secs(15);

/// How modems are reached.
#[derive(Clone, Debug)]
pub struct MbnOptions {
    /// Proxy, network interface, and whether to share the device.
    pub open: OpenOptions,
    /// What stands between the data session and the protocol: an observer, for instance.
    pub layer: Option<StreamLayer>,
    /// How long the other end may take to answer a handshake before the data session is opened anew and the handshake sent again: 5 seconds
    /// by default. What comes while a listener has no data session, between two sessions of message framing, is lost.
    pub retry: Duration,
}

impl Default for MbnOptions {
    fn default() -> Self {
        Self { open: OpenOptions::default(), layer: None, retry: RETRY }
    }
}

impl MbnOptions {
    fn wrap(&self, stream: impl super::Stream + 'static) -> BoxStream {
        StreamLayer::around(self.layer.as_ref(), Box::new(stream))
    }
}

/// Opens the data session that a `mbn` URL names, and a session of message framing over it, within `CONNECT_TIMEOUT`.
///
/// A handshake that is not answered within `modem.retry` is sent again over a new data session. Should the answer to the first come after
/// all, the numbers of its records do not fit: both ends then fail with `InvalidFormat`.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound` if there is no such modem or service; `EndpointAccessDenied` with advice; those of
/// [`initiate`].
pub async fn connect(
    url: &str,
    mode: Mode,
    content_type: &str,
    options: &Options,
    modem: &MbnOptions,
    abort: &Abort,
) -> Result<Session> {
    let target = Target::new(mode, url, content_type);
    let connect = async {
        let mut stream = modem.wrap(open(url, &modem.open).await?);
        loop {
            let handshake = initiate(Connection::new(stream), target.clone(), options, abort);
            if let Ok(done) = timeout(modem.retry, handshake).await {
                return done;
            }
            stream = loop {
                // The one before may still be closing.
                if let Ok(stream) = open(url, &modem.open).await {
                    break modem.wrap(stream);
                }
                sleep(PAUSE).await;
            };
        }
    };
    let done = options.timeouts.limit(Step::Connect).run(abort, connect).await;
    done.map_err(|e| e.context(format!("while a session with {url} was opened")))
}

/// Opens the data session that a `mbn` URL names, and waits until the other end opens a session of message framing. One modem service has
/// one data session: to accept again, call again.
///
/// # Errors
/// As [`connect`], and those of [`framed::receive`].
pub async fn accept(
    url: &str,
    options: &Options,
    modem: &MbnOptions,
    admit: &Admit,
    abort: &Abort,
) -> Result<Option<Session>> {
    let stream = modem.wrap(abort.run(open(url, &modem.open)).await?);
    framed::receive(Connection::new(stream), options, admit, abort).await
}

/// Opens the data session that a `mbn` URL names, and accepts the sessions of message framing that the other end opens over it. When one
/// ends, the data session is opened anew.
///
/// # Errors
/// As [`open`].
pub async fn listen(url: &str, options: ListenerOptions, modem: &MbnOptions) -> Result<MbnListener> {
    Ok(bind(url, modem).await?.listen(options))
}

/// Opens the data session, as [`listen`] does; who speaks there waits until sessions are accepted.
///
/// # Errors
/// As [`listen`].
pub async fn bind(url: &str, modem: &MbnOptions) -> Result<BoundMbn> {
    let first = open(url, &modem.open).await?;
    let source = Source { url: url.to_owned(), modem: modem.clone(), busy: None, waiting: None };
    let waiting = Some(source.wait_for(first));
    Ok(BoundMbn(Source { waiting, ..source }))
}

/// A data session that nobody listens on yet.
pub struct BoundMbn(Source);

impl BoundMbn {
    /// Begins to accept sessions. To be called inside a tokio runtime.
    ///
    /// Nothing tells when the other end is gone without a word, and it cannot come back while its data session is held: between two
    /// sessions of message framing that is at most 15 seconds, whatever `options.idle_timeout` is.
    pub fn listen(self, options: ListenerOptions) -> MbnListener {
        let idle = options.idle_timeout.map_or(LONGEST_IDLE, |limit| limit.min(LONGEST_IDLE));
        MbnListener(Listener::new(self.0, ListenerOptions { idle_timeout: Some(idle), ..options }))
    }
}

impl std::fmt::Debug for BoundMbn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundMbn").field("url", &self.0.url).finish_non_exhaustive()
    }
}

/// Accepts sessions over a modem; see [`Listener`].
#[derive(Debug)]
pub struct MbnListener(Listener);

impl MbnListener {
    /// Ends the listener, and waits until its data session is given up.
    pub async fn close(self) {
        self.0.close().await;
    }
}

impl Deref for MbnListener {
    type Target = Listener;

    fn deref(&self) -> &Listener {
        &self.0
    }
}

type Waiting = Pin<Box<dyn Future<Output = io::Result<(BoxStream, Bytes)>> + Send>>;

struct Source {
    url: String,
    modem: MbnOptions,
    /// Resolves when the connection before is gone.
    busy: Option<oneshot::Receiver<()>>,
    /// A data session on which nobody has spoken yet.
    waiting: Option<Waiting>,
}

impl Source {
    /// Waits for the first octets: a handshake has a time limit, and whoever is at the other end may take its time.
    fn wait_for(&self, stream: RecordStream) -> Waiting {
        let mut stream = self.modem.wrap(stream);
        Box::pin(async move {
            let mut start = BytesMut::with_capacity(1024);
            match stream.read_buf(&mut start).await? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok((stream, start.freeze())),
            }
        })
    }
}

impl framed::Source for Source {
    async fn accept(&mut self) -> io::Result<Connection> {
        if let Some(gone) = &mut self.busy {
            // Its sender is dropped with the connection; nothing is ever sent.
            let _ = gone.await;
            self.busy = None;
        }
        let waiting = match &mut self.waiting {
            Some(waiting) => waiting,
            None => {
                let stream = open(&self.url, &self.modem.open).await.map_err(io::Error::from)?;
                let waiting = self.wait_for(stream);
                self.waiting.insert(waiting)
            }
        };
        let came = waiting.await;
        self.waiting = None;
        let (stream, start) = came?;
        let (alive, gone) = oneshot::channel();
        self.busy = Some(gone);
        Ok(Connection::new(Occupied { stream, _alive: alive }).with_input(start))
    }
}

/// The stream of a connection; the next can be accepted when it is dropped.
struct Occupied {
    stream: BoxStream,
    _alive: oneshot::Sender<()>,
}

impl AsyncRead for Occupied {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Occupied {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Opens the data session that a `mbn` URL names, as a stream.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound` if there is no such modem or service; `EndpointAccessDenied` with advice.
pub async fn open(url: &str, modem: &OpenOptions) -> Result<RecordStream> {
    let (path, id) = parse(url)?;
    let describe = |error: wws_mbn::Error| connect_error(error.into(), url);
    let transport = Transport::open(path, modem).await.map_err(describe)?;
    let modem = Modem::connect(transport).await.map_err(describe)?;
    let session = modem.device_service(id).map_err(describe)?.data_session().await.map_err(describe)?;
    Ok(RecordStream::new(session))
}

/// The device node or socket, and the service.
fn parse(url: &str) -> Result<(PathBuf, Uuid)> {
    let invalid = |why: &str| Error::new(ErrorCode::InvalidEndpointUrl, format!("{url}: {why}"));
    let rest = url.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("mbn://")).and_then(|_| url.get(6..));
    let rest = rest.ok_or_else(|| invalid("the URL of a modem's service begins with mbn://"))?;
    let (interface, id) = rest.split_once('/').ok_or_else(|| invalid("write mbn://INTERFACE/SERVICE"))?;
    let interface =
        unescape(interface).ok_or_else(|| invalid("an escape in the name of the modem is wrong"))?;
    let id = service::parse(id).ok_or_else(|| invalid("the service is neither a UUID nor a known name"))?;
    if interface.contains('/') {
        return Ok((interface.into(), id));
    }
    let found = Manager::new().interfaces().into_iter().find(|found| found.id == interface);
    let found = found.ok_or_else(|| {
        let text = format!("there is no modem {interface}; wws mbn list shows which there are");
        Error::new(ErrorCode::EndpointNotFound, text)
    })?;
    Ok((found.path, id))
}

/// The text with `%XX` undone.
fn unescape(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'%' {
            octets.push(first);
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2)?;
        octets.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = tail;
    }
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let id = "7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e01";
        let (path, service) = parse(&format!("MBN://%2Ftmp%2Fa%20modem/{id}")).unwrap();
        assert_eq!((path.to_str(), service.to_string().as_str()), (Some("/tmp/a modem"), id));
        assert_eq!(parse("mbn://%2Fx/qmi").unwrap().1, service::QMI);
        for (url, expected) in [
            ("http://x/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://x", ErrorCode::InvalidEndpointUrl),
            ("mbn://%2/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://%zz/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://%2Fx/nonsense", ErrorCode::InvalidEndpointUrl),
            ("mbn://no-such-modem/qmi", ErrorCode::EndpointNotFound),
        ] {
            assert_eq!(parse(url).unwrap_err().code(), expected, "{url}");
        }
    }
}
