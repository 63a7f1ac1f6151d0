//! Transports on loopback against bare sockets and against hyper: streams of 256 MiB, and small requests.

use crate::harness::Case;
use bytes::Bytes;
use std::{
    cell::RefCell,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    rc::Rc,
    sync::Arc,
};
use tokio::runtime::Runtime;
use wws::transport::{
    Abort,
    framed::{Connection, ListenerOptions, Mode, Options, Session, Target, initiate},
    http::{Client, ClientOptions, Listener, ListenerOptions as HttpOptions, Proxy, Reply, Request},
    net_tcp,
    tcp::TcpOptions,
};

/// One stream.
const STREAM: usize = 256 << 20;
/// The pieces it is written in.
const PIECE: usize = 256 * 1024;
/// A small message.
const SMALL: usize = 300;
const BINARY: &str = "application/soap+msbin1";

pub(crate) fn cases() -> Vec<Case> {
    let runtime = Arc::new(Runtime::new().unwrap_or_else(|e| panic!("no runtime: {e}")));
    vec![framed_stream(&runtime), http_stream(&runtime), framed_requests(&runtime), http_requests(&runtime)]
}

fn framed_stream(runtime: &Arc<Runtime>) -> Case {
    let ours = {
        let (runtime, connection) = (runtime.clone(), RefCell::new(None));
        let url = runtime.block_on(async { framed_sink() });
        let piece = Bytes::from(vec![0x5A; PIECE]);
        move || {
            let previous = connection.take();
            let next = runtime.block_on(async {
                let mut session = streamed_session(&url, previous).await;
                let sender = &mut session.sender;
                sender.begin(None).await?;
                for _ in 0..STREAM / PIECE {
                    sender.write(&[piece.clone().into()]).await?;
                }
                sender.finish().await?;
                sender.shut_down().await?;
                session.close().await
            });
            connection.replace(next.unwrap_or_else(|e| panic!("{e}")));
        }
    };
    Case {
        name: "net.tcp/stream 256 MiB",
        peer_name: "bare socket copy",
        target: 0.85,
        bytes: STREAM,
        items: 0,
        ours: Box::new(ours),
        peer: bare_stream(),
    }
}

fn options() -> Options {
    let mut options = Options::default();
    options.limits.max_envelope_size = u64::MAX;
    options
}

/// A session of its own for each stream, on the connection of the one before.
async fn streamed_session(url: &str, previous: Option<Connection>) -> Session {
    let (options, abort) = (options(), Abort::new());
    let connection = match previous {
        Some(connection) => Ok(connection),
        None => net_tcp::connect_stream(url, &options, &TcpOptions::default(), &abort).await,
    };
    let target = Target::new(Mode::SINGLETON_UNSIZED, url, BINARY);
    let session = match connection {
        Ok(connection) => initiate(connection, target, &options, &abort).await,
        Err(error) => Err(error),
    };
    session.unwrap_or_else(|e| panic!("{e}"))
}

/// A net.tcp service that reads everything, and answers sized messages.
fn framed_sink() -> String {
    let mut accept = ListenerOptions::default();
    accept.session.limits.max_envelope_size = u64::MAX;
    accept.session.timeouts = wws::transport::Timeouts::NONE;
    let listener = net_tcp::listen("net.tcp://127.0.0.1:0/", accept, &TcpOptions::default());
    let listener = listener.unwrap_or_else(|e| panic!("{e}"));
    let url = format!("net.tcp://{}/", listener.local_address());
    tokio::spawn(async move {
        let listener = Arc::new(listener);
        while let Ok(session) = listener.accept().await {
            let listener = listener.clone();
            tokio::spawn(async move {
                if let Ok(Some(connection)) = drain_or_echo(session).await {
                    listener.recycle(connection);
                }
            });
        }
    });
    url
}

async fn drain_or_echo(mut session: Session) -> wws::Result<Option<Connection>> {
    if session.sender.is_streaming() {
        while session.receiver.next().await?.is_some() {
            while session.receiver.chunk().await?.is_some() {}
        }
        return session.close().await;
    }
    while let Some(message) = session.receiver.message().await? {
        let chunks: Vec<_> = message.chunks.into_iter().map(Into::into).collect();
        session.sender.send(&chunks).await?;
    }
    session.close().await
}

/// Two blocking threads and one socket: what the machine can do.
fn bare_stream() -> Box<dyn FnMut()> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|e| panic!("{e}"));
    let mut near = connect(listener.local_addr());
    let (mut far, _) = listener.accept().unwrap_or_else(|e| panic!("{e}"));
    std::thread::spawn(move || {
        let mut buffer = vec![0; PIECE];
        let mut left = STREAM;
        while let Ok(n) = far.read(&mut buffer) {
            if n == 0 {
                return;
            }
            left -= n;
            if left == 0 {
                left = STREAM;
                if far.write_all(&[1]).is_err() {
                    return;
                }
            }
        }
    });
    let piece = vec![0x5A; PIECE];
    Box::new(move || {
        for _ in 0..STREAM / PIECE {
            near.write_all(&piece).unwrap_or_else(|e| panic!("{e}"));
        }
        near.read_exact(&mut [0]).unwrap_or_else(|e| panic!("{e}"));
    })
}

fn connect(to: std::io::Result<SocketAddr>) -> TcpStream {
    to.and_then(TcpStream::connect).unwrap_or_else(|e| panic!("{e}"))
}

fn http_stream(runtime: &Arc<Runtime>) -> Case {
    let runtime = runtime.clone();
    let url = runtime.block_on(async {
        http_service(|mut exchange| async move {
            while exchange.body.chunk().await?.is_some() {}
            exchange.responder.accept_one_way().await
        })
    });
    let client = client();
    let piece = Bytes::from(vec![0x5A; PIECE]);
    let ours = move || {
        let sent: wws::Result<()> = runtime.block_on(async {
            let mut call = client.begin(Request::post(&url, "a/b"), None).await?;
            for _ in 0..STREAM / PIECE {
                call.write(&[piece.clone().into()]).await?;
            }
            call.finish().await?;
            call.response().await?.into_message().map(drop)
        });
        sent.unwrap_or_else(|e| panic!("{e}"));
    };
    Case {
        name: "http/stream 256 MiB",
        peer_name: "bare socket copy",
        target: 0.85,
        bytes: STREAM,
        items: 0,
        ours: Box::new(ours),
        peer: bare_stream(),
    }
}

fn client() -> Client {
    let options = ClientOptions { proxy: Proxy::None, ..ClientOptions::default() };
    Client::new(options).unwrap_or_else(|e| panic!("{e}"))
}

fn http_service<F: Future<Output = wws::Result<()>> + Send + 'static>(
    serve: impl Fn(wws::transport::http::Exchange) -> F + Send + Sync + 'static,
) -> String {
    let options = HttpOptions { max_message_size: u64::MAX, ..HttpOptions::default() };
    let listener = Listener::open("http://127.0.0.1:0/", options).unwrap_or_else(|e| panic!("{e}"));
    let url = format!("http://{}/", listener.local_address());
    tokio::spawn(async move {
        while let Ok(exchange) = listener.accept().await {
            tokio::spawn(serve(exchange));
        }
    });
    url
}

/// Small messages there and back on one session.
fn framed_requests(runtime: &Arc<Runtime>) -> Case {
    let runtime = runtime.clone();
    let session = runtime.block_on(async {
        let url = framed_sink();
        net_tcp::connect(&url, Mode::DUPLEX, BINARY, &options(), &TcpOptions::default()).await
    });
    let session = Rc::new(RefCell::new(session.unwrap_or_else(|e| panic!("{e}"))));
    let message = vec![0x5A; SMALL];
    let ours = {
        let runtime = runtime.clone();
        move || {
            let mut session = session.borrow_mut();
            let done = runtime.block_on(async {
                session.sender.send(&[message[..].into()]).await?;
                session.receiver.message().await
            });
            assert!(done.is_ok_and(|reply| reply.is_some()));
        }
    };
    Case {
        name: "net.tcp/request",
        peer_name: "tokio sockets, no framing",
        target: 0.6,
        bytes: 2 * SMALL,
        items: 1,
        ours: Box::new(ours),
        peer: bare_requests(runtime),
    }
}

fn bare_requests(runtime: Arc<Runtime>) -> Box<dyn FnMut()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut near = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let near = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
        let (mut far, _) = listener.accept().await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        tokio::spawn(async move {
            let mut message = vec![0; SMALL];
            while far.read_exact(&mut message).await.is_ok() && far.write_all(&message).await.is_ok() {}
        });
        std::io::Result::Ok(near)
    });
    let mut message = vec![0x5A; SMALL];
    Box::new(move || {
        let done = runtime.block_on(async {
            let near = near.as_mut().map_err(|e| std::io::Error::new(e.kind(), e.to_string()))?;
            near.write_all(&message).await?;
            near.read_exact(&mut message).await
        });
        assert!(done.is_ok());
    })
}

/// Small requests on one kept connection, against hyper without anything of ours.
fn http_requests(runtime: &Arc<Runtime>) -> Case {
    let runtime = runtime.clone();
    let url = runtime.block_on(async {
        http_service(|mut exchange| async move {
            let chunks: Vec<_> = exchange.body.collect().await?.into_iter().map(Into::into).collect();
            exchange.responder.reply(Reply::ok("text/xml; charset=utf-8"), &chunks).await
        })
    });
    let client = client();
    let message = Bytes::from(vec![b'x'; SMALL]);
    let ours = {
        let runtime = runtime.clone();
        let message = message.clone();
        move || {
            let reply = runtime.block_on(async {
                let request = Request::post(&url, "text/xml; charset=utf-8");
                let mut response = client.send(request, &[message.clone().into()]).await?.into_message()?;
                response.body.collect().await
            });
            assert!(reply.is_ok_and(|chunks| chunks.concat().len() == SMALL));
        }
    };
    Case {
        name: "http/request",
        peer_name: "bare hyper echo",
        target: 0.6,
        bytes: 2 * SMALL,
        items: 1,
        ours: Box::new(ours),
        peer: bare_hyper(runtime, message),
    }
}

fn bare_hyper(runtime: Arc<Runtime>, message: Bytes) -> Box<dyn FnMut()> {
    use http_body_util::{BodyExt, Full};
    use hyper::{Request, Response, body::Incoming, service::service_fn};
    use hyper_util::rt::TokioIo;
    let sender = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let near = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
        let (far, _) = listener.accept().await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let echo = service_fn(|request: Request<Incoming>| async move {
            let body = request.into_body().collect().await?.to_bytes();
            let reply =
                Response::builder().header("content-type", "text/xml; charset=utf-8").body(Full::new(body));
            Ok::<_, hyper::Error>(reply.unwrap_or_default())
        });
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(far), echo));
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(near)).await.map_err(std::io::Error::other)?;
        tokio::spawn(connection);
        std::io::Result::Ok(sender)
    });
    let mut sender = sender.unwrap_or_else(|e| panic!("{e}"));
    Box::new(move || {
        let reply = runtime.block_on(async {
            sender.ready().await?;
            let mut request = Request::new(Full::new(message.clone()));
            *request.method_mut() = hyper::Method::POST;
            request.headers_mut().insert("host", hyper::header::HeaderValue::from_static("h"));
            request.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("text/xml"));
            sender.send_request(request).await?.into_body().collect().await
        });
        assert!(reply.is_ok_and(|body| body.to_bytes().len() == SMALL));
    })
}
