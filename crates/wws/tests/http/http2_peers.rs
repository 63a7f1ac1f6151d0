//! HTTP/2 with peers that are driven by hand: they go away, refuse, reset, stall and flood.

use crate::peers::{client, post, service};
use bytes::Bytes;
use h2::Reason;
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};
use wws::{
    ErrorCode,
    transport::{
        Timeouts,
        http::{Client, ClientOptions, Exchange, HttpVersion, ListenerOptions, Reply, Request, StatusCode},
    },
};

fn knowing(change: impl FnOnce(&mut ClientOptions)) -> Client {
    client(|options| {
        options.version = HttpVersion::Http2;
        change(options);
    })
}

type Connection = h2::server::Connection<TcpStream, Bytes>;

/// A server whose connections are served by a function, which gets their number.
async fn server<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(usize, Connection) -> F + Send + 'static,
) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let connection = h2::server::handshake(stream).await.unwrap();
            tokio::spawn(serve(number, connection));
        }
    });
    (url, task)
}

/// Answers a request with a text.
fn respond(mut respond: h2::server::SendResponse<Bytes>, text: &str) {
    let head = http::Response::builder().header("content-type", "text/xml").body(()).unwrap();
    let mut body = respond.send_response(head, false).unwrap();
    body.send_data(Bytes::copy_from_slice(text.as_bytes()), true).unwrap();
}

/// Answers all further requests of a connection.
async fn answer_all(mut connection: Connection, text: &str) {
    while let Some(Ok((_, responder))) = connection.accept().await {
        respond(responder, text);
    }
}

/// RFC 9113 6.8: what a server that goes away did not process is sent again on another connection.
#[tokio::test]
async fn requests_survive_a_server_that_goes_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&frame(4, 0, 0, &[])).await.unwrap();
        stream.read_exact(&mut [0; 24]).await.unwrap();
        until(&mut stream, 1).await.unwrap();
        // The last stream that was processed is none.
        stream.write_all(&frame(7, 0, 0, &[0; 8])).await.unwrap();
        let (second, _) = listener.accept().await.unwrap();
        answer_all(h2::server::handshake(second).await.unwrap(), "second").await;
        drop(stream);
    });
    let client = knowing(|o| o.max_connections = Some(1));
    for _ in 0..2 {
        assert_eq!(post(&client, &url).await.unwrap(), b"second");
    }
    task.abort();
}

/// GOAWAY with the last stream 0, by hand: h2 would name a stream that it has accepted.
#[tokio::test]
async fn a_streamed_body_cannot_be_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let go_away = Arc::new(Notify::new());
    let goes = go_away.clone();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&frame(4, 0, 0, &[])).await.unwrap();
        goes.notified().await;
        let mut seen = [0; 24];
        stream.read_exact(&mut seen).await.unwrap();
        stream.write_all(&frame(7, 0, 0, &[0; 8])).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let client = knowing(|_| ());
    let mut call = client.begin(Request::post(&url, "a/b"), None).await.unwrap();
    call.write(&["x".into()]).await.unwrap();
    go_away.notify_one();
    let error = call.response_early().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{error}");
    assert!(error.to_string().contains("cannot be sent again"), "{error}");
    assert!(error.to_string().contains("did not process"), "{error}");
    task.abort();
}

/// A server that never processes anything is not asked for ever.
#[tokio::test]
async fn servers_that_refuse_everything() {
    for (how, code) in [
        (Reason::REFUSED_STREAM, ErrorCode::EndpointTooBusy),
        (Reason::ENHANCE_YOUR_CALM, ErrorCode::EndpointTooBusy),
        (Reason::INTERNAL_ERROR, ErrorCode::EndpointDisconnected),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let seen = asked.clone();
        let (url, task) = server(move |_, mut connection| {
            let asked = seen.clone();
            async move {
                while let Some(Ok((_, mut responder))) = connection.accept().await {
                    asked.fetch_add(1, Ordering::SeqCst);
                    responder.send_reset(how);
                }
            }
        })
        .await;
        let error = post(&knowing(|_| ()), &url).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let tries = if how == Reason::REFUSED_STREAM { 3 } else { 1 };
        assert_eq!(asked.load(Ordering::SeqCst), tries, "{how:?}");
        task.abort();
    }
}

/// RFC 9113 8.7: a stream that was refused is safe to send again.
#[tokio::test]
async fn a_refused_stream_is_sent_again() {
    let (url, task) = server(|_, mut connection| async move {
        let (_, mut responder) = connection.accept().await.unwrap().unwrap();
        responder.send_reset(Reason::REFUSED_STREAM);
        answer_all(connection, "again").await;
    })
    .await;
    assert_eq!(post(&knowing(|_| ()), &url).await.unwrap(), b"again");
    task.abort();
}

#[tokio::test]
async fn peers_that_break_the_protocol() {
    // A frame of DATA that no stream has; a frame too large; SETTINGS on a stream.
    for broken in [frame(0, 0, 99, b"x"), frame(0, 0, 1, &[0; 20_000]), frame(4, 0, 1, &[])] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(&frame(4, 0, 0, &[])).await.unwrap();
            stream.write_all(&broken).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        });
        let error = post(&knowing(|_| ()), &url).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
        task.abort();
    }
    // One that speaks HTTP/1.1.
    let (url, task) =
        crate::bare::server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", true).await;
    assert!(post(&knowing(|_| ()), &url).await.is_err());
    task.abort();
}

/// A server that says nothing more, as one that is cut off: its connection is given up, and the next request gets another.
#[tokio::test]
async fn a_dead_connection_is_not_shared_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut dead, _) = listener.accept().await.unwrap();
        dead.write_all(&frame(4, 0, 0, &[])).await.unwrap();
        let (second, _) = listener.accept().await.unwrap();
        answer_all(h2::server::handshake(second).await.unwrap(), "alive").await;
        drop(dead);
    });
    let client = knowing(|o| {
        o.timeouts = Timeouts::NONE;
        o.http2.keep_alive = Some(Duration::from_millis(50));
    });
    let error = post(&client, &url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{error}");
    assert!(error.to_string().contains("sign of life"), "{error}");
    assert_eq!(post(&client, &url).await.unwrap(), b"alive");
    task.abort();
}

/// What a frame looks like (RFC 9113 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let size = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![size[1], size[2], size[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

fn address(url: &str) -> String {
    url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned()
}

/// A client of h2's own.
async fn caller(url: &str) -> (h2::client::SendRequest<Bytes>, JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(address(url)).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

fn request(url: &str) -> http::Request<()> {
    http::Request::post(url).body(()).unwrap()
}

async fn tell(mut exchange: Exchange) {
    let _ = exchange.body.collect().await;
    let _ = exchange.responder.reply(Reply::ok("a/b"), &["hello".into()]).await;
}

/// Reads frames until one of this kind comes; `None` if the connection ends before.
async fn until(stream: &mut TcpStream, kind: u8) -> Option<Vec<u8>> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.ok()?;
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut payload).await.ok()?;
        if head[3] == kind {
            return Some(payload);
        }
    }
}

/// CVE-2023-44487: streams that are opened and reset at once.
#[tokio::test]
async fn a_flood_of_resets_is_refused() {
    let service = service(ListenerOptions::default(), tell);
    let mut stream = TcpStream::connect(address(&service.url)).await.unwrap();
    let mut flood = PREFACE.to_vec();
    flood.extend(frame(4, 0, 0, &[]));
    for i in 0..200 {
        // :method POST, :scheme http, :path /, :authority h; END_HEADERS.
        flood.extend(frame(1, 4, 2 * i + 1, b"\x83\x86\x84\x41\x01h"));
        flood.extend(frame(3, 0, 2 * i + 1, &8_u32.to_be_bytes()));
    }
    let _ = stream.write_all(&flood).await;
    let go_away = until(&mut stream, 7).await.expect("the flood was taken");
    assert_eq!(go_away[4..8], 11_u32.to_be_bytes(), "ENHANCE_YOUR_CALM");
    assert_eq!(post(&knowing(|_| ()), &service.url).await.unwrap(), b"hello");
}

#[tokio::test]
async fn floods_of_headers_are_refused() {
    let options = ListenerOptions { max_request_headers_size: 1000, ..ListenerOptions::default() };
    let service = service(options, tell);
    let (sender, connection) = caller(&service.url).await;
    let mut sender = sender.ready().await.unwrap();
    // Too many headers of one request are the error of that request.
    let mut large = request(&service.url);
    large.headers_mut().insert("x-large", "x".repeat(2000).parse().unwrap());
    let (response, _) = sender.send_request(large, true).unwrap();
    assert_eq!(response.await.unwrap().status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let (response, _) = sender.send_request(request(&service.url), true).unwrap();
    assert_eq!(response.await.unwrap().status(), StatusCode::OK);
    drop(sender);
    connection.await.unwrap().unwrap();
    // A head that does not end.
    let mut stream = TcpStream::connect(address(&service.url)).await.unwrap();
    let mut flood = PREFACE.to_vec();
    flood.extend(frame(4, 0, 0, &[]));
    flood.extend(frame(1, 0, 1, b"\x83\x86\x84\x41\x01h"));
    for _ in 0..1000 {
        // A literal header `a: b` that is not indexed.
        flood.extend(frame(9, 0, 1, b"\x00\x01a\x01b"));
    }
    let _ = stream.write_all(&flood).await;
    assert!(until(&mut stream, 7).await.is_some(), "the flood was taken");
}

/// A connection that says nothing, half a preface, or the preface alone, is closed after its time.
#[tokio::test]
async fn silent_connections_are_closed() {
    let timeouts = Timeouts { close: Some(Duration::from_millis(50)), ..Timeouts::default() };
    let idle_time = Duration::from_millis(50);
    let options = ListenerOptions { idle_time, timeouts, ..ListenerOptions::default() };
    let service = service(options, tell);
    let settings = [PREFACE, &frame(4, 0, 0, &[])].concat();
    for says in [&b""[..], &PREFACE[..10], PREFACE, &settings] {
        let mut stream = TcpStream::connect(address(&service.url)).await.unwrap();
        stream.write_all(says).await.unwrap();
        if says == settings {
            assert!(until(&mut stream, 7).await.is_some(), "GOAWAY says so");
        }
        // Whether or not the peer answers to that.
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
}

/// Time moves only when nothing else can happen: an exchange may take as long as it likes.
#[tokio::test(start_paused = true)]
async fn a_long_exchange_is_no_silence() {
    let options = ListenerOptions { idle_time: Duration::from_secs(60), ..ListenerOptions::default() };
    let service = service(options, |exchange| async move {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        tell(exchange).await;
    });
    let client = knowing(|o| o.timeouts = Timeouts::NONE);
    assert_eq!(post(&client, &service.url).await.unwrap(), b"hello");
}

/// A client that opens no window for a response loses its stream, not its connection.
#[tokio::test]
async fn a_response_that_nobody_takes_is_reset() {
    let timeouts = Timeouts { send: Some(Duration::from_millis(50)), ..Timeouts::default() };
    let options = ListenerOptions { timeouts, ..ListenerOptions::default() };
    let service = service(options, |exchange: Exchange| async move {
        if exchange.url.ends_with("large") {
            let large = Bytes::from(vec![7; 1 << 20]);
            return exchange.responder.reply(Reply::ok("a/b"), &[large.into()]).await.unwrap();
        }
        tell(exchange).await;
    });
    let (sender, _connection) = caller(&service.url).await;
    let mut sender = sender.ready().await.unwrap();
    let (response, _) = sender.send_request(request(&format!("{}/large", service.url)), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    let mut received = 0;
    let error = loop {
        // Taken, but never made room for.
        match body.data().await.expect("a response that was not taken ended") {
            Ok(data) => received += data.len(),
            Err(error) => break error,
        }
    };
    assert!(received <= 65_535, "{received}");
    assert_eq!(error.reason(), Some(Reason::CANCEL), "{error}");
    // The window of the connection was used up by it.
    let _ = body.flow_control().release_capacity(received);
    let (response, _) = sender.send_request(request(&service.url), true).unwrap();
    assert_eq!(response.await.unwrap().into_body().data().await.unwrap().unwrap(), "hello");
}

/// A client that resets its request: whoever answers hears of it.
#[tokio::test]
async fn a_request_that_is_reset() {
    let (came, gone) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (c, g) = (came.clone(), gone.clone());
    let service = service(ListenerOptions::default(), move |mut exchange: Exchange| {
        let (came, gone) = (c.clone(), g.clone());
        async move {
            if exchange.url.ends_with("service") {
                return tell(exchange).await;
            }
            came.notify_one();
            let error = exchange.body.collect().await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{error}");
            while !exchange.responder.is_closed() {
                tokio::task::yield_now().await;
            }
            gone.notify_one();
        }
    });
    let (sender, _connection) = caller(&service.url).await;
    let mut sender = sender.ready().await.unwrap();
    let (response, mut body) = sender.send_request(request(&format!("{}/x", service.url)), false).unwrap();
    came.notified().await;
    body.send_reset(Reason::CANCEL);
    gone.notified().await;
    drop(response);
    let (response, _) = sender.send_request(request(&service.url), true).unwrap();
    assert_eq!(response.await.unwrap().status(), StatusCode::OK);
}

/// More streams than are allowed: the ones too many are refused.
#[tokio::test]
async fn more_streams_than_allowed() {
    let service = service(ListenerOptions::default(), |exchange| async move {
        std::future::pending::<()>().await;
        drop(exchange);
    });
    let mut stream = TcpStream::connect(address(&service.url)).await.unwrap();
    let mut flood = PREFACE.to_vec();
    flood.extend(frame(4, 0, 0, &[]));
    for i in 0..101 {
        flood.extend(frame(1, 4, 2 * i + 1, b"\x83\x86\x84\x41\x01h"));
    }
    stream.write_all(&flood).await.unwrap();
    let reset = until(&mut stream, 3).await.expect("no stream was refused");
    assert_eq!(reset, 7_u32.to_be_bytes(), "REFUSED_STREAM");
}
