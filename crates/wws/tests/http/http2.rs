//! HTTP/2 between our client and our listener.

use crate::peers::{client, echo, post, service};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Barrier, Notify, oneshot};
use wws::{
    ErrorCode,
    transport::{
        Timeouts,
        http::{
            Client, ClientOptions, Exchange, Http2Options, HttpVersion, Listener, ListenerOptions, Reply,
            Request, StatusCode, Version, header,
        },
    },
};

const LARGE: u64 = 1 << 26;

fn large() -> ListenerOptions {
    ListenerOptions { max_message_size: LARGE, ..ListenerOptions::default() }
}

/// A client that knows that the server speaks HTTP/2.
fn knowing(change: impl FnOnce(&mut ClientOptions)) -> Client {
    client(|options| {
        options.version = HttpVersion::Http2;
        options.max_message_size = LARGE;
        change(options);
    })
}

/// Answers with version and connection, once the body is read.
async fn tell(mut exchange: Exchange) {
    let text = format!("{:?} {}", exchange.version, exchange.connection_id);
    exchange.body.collect().await.unwrap();
    exchange.responder.reply(Reply::ok("text/xml"), &[(&*text).into()]).await.unwrap();
}

#[tokio::test]
async fn one_port_speaks_both_versions() {
    let service = service(large(), tell);
    let first = post(&knowing(|_| ()), &service.url).await.unwrap();
    assert!(first.starts_with(b"HTTP/2.0 "), "{}", String::from_utf8_lossy(&first));
    let second = post(&client(|_| ()), &service.url).await.unwrap();
    assert!(second.starts_with(b"HTTP/1.1 "), "{}", String::from_utf8_lossy(&second));
}

#[tokio::test]
async fn the_head_is_that_of_http2() {
    let service = service(large(), |mut exchange: Exchange| async move {
        let at = exchange.url.clone();
        assert_eq!(exchange.version, Version::HTTP_2);
        let headers = &exchange.headers;
        // RFC 9113 8.2.2, 8.3.1
        for name in ["connection", "host", "transfer-encoding"] {
            assert!(!headers.contains_key(name), "{name}");
        }
        assert_eq!(headers[header::CONTENT_LENGTH], "4");
        exchange.body.collect().await.unwrap();
        let mut reply = Reply::ok("text/plain");
        reply.status_text = Some("Not said".into());
        exchange.responder.reply(reply, &[(&*at).into()]).await.unwrap();
    });
    let url = format!("{}/a%20b?c=d", service.url);
    let mut response = knowing(|_| ()).send(Request::post(&url, "text/xml"), &["<a/>".into()]).await.unwrap();
    assert_eq!(
        (response.version, response.status, response.status_text),
        (Version::HTTP_2, StatusCode::OK, None)
    );
    assert_eq!(response.body.collect().await.unwrap().concat(), url.as_bytes());
}

#[tokio::test]
async fn each_end_may_insist_on_a_version() {
    let only = |version| service(ListenerOptions { version, ..large() }, tell);
    let (old, new) = (only(HttpVersion::Http11), only(HttpVersion::Http2));
    assert!(post(&knowing(|_| ()), &new.url).await.unwrap().starts_with(b"HTTP/2.0"));
    assert!(post(&client(|_| ()), &old.url).await.unwrap().starts_with(b"HTTP/1.1"));
    assert!(post(&knowing(|_| ()), &old.url).await.is_err());
    assert!(post(&client(|_| ()), &new.url).await.is_err());
}

/// The service answers nobody before all have asked.
#[tokio::test]
async fn a_hundred_requests_at_once_share_a_connection() {
    let all = Arc::new(Barrier::new(100));
    let service = service(large(), move |exchange| {
        let all = all.clone();
        async move {
            all.wait().await;
            tell(exchange).await;
        }
    });
    let client = knowing(|o| o.max_connections = Some(1));
    let connections = connections_of(100, &client, &service.url).await;
    assert_eq!(connections.len(), 1, "{connections:?}");
}

/// The connections that so many requests at once use.
async fn connections_of(count: usize, client: &Client, url: &str) -> BTreeSet<Vec<u8>> {
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let (client, url) = (client.clone(), url.to_owned());
            tokio::spawn(async move { post(&client, &url).await.unwrap() })
        })
        .collect();
    let mut connections = BTreeSet::new();
    for call in calls {
        connections.insert(call.await.unwrap());
    }
    connections
}

#[tokio::test]
async fn more_requests_than_streams() {
    let http2 = Http2Options { max_concurrent_streams: 2, ..Http2Options::default() };
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (n, m) = (now.clone(), most.clone());
    let service = service(ListenerOptions { http2, ..large() }, move |exchange| {
        let (now, most) = (n.clone(), m.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            now.fetch_sub(1, Ordering::SeqCst);
            tell(exchange).await;
        }
    });
    // The server's limit, and then that of the client.
    for http2 in [Http2Options::default(), http2] {
        let client = knowing(|o| {
            o.max_connections = Some(1);
            o.http2 = http2;
        });
        // The first one learns what the server allows.
        post(&client, &service.url).await.unwrap();
        let connections = connections_of(20, &client, &service.url).await;
        assert_eq!(connections.len(), 1, "{connections:?}");
        assert!(most.load(Ordering::SeqCst) <= 2);
    }
}

#[tokio::test]
async fn further_connections_for_further_requests() {
    let http2 = Http2Options { max_concurrent_streams: 2, ..Http2Options::default() };
    let all = Arc::new(Barrier::new(6));
    let service = service(ListenerOptions { http2, ..large() }, move |exchange: Exchange| {
        let all = all.clone();
        async move {
            if exchange.headers.contains_key("x-wait") {
                all.wait().await;
            }
            tell(exchange).await;
        }
    });
    let client = knowing(|_| ());
    post(&client, &service.url).await.unwrap();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let client = client.clone();
            let request = Request::post(&service.url, "a/b").with_header("x-wait", "1").unwrap();
            tokio::spawn(async move {
                let mut response = client.send(request, &["x".into()]).await.unwrap();
                response.body.collect().await.unwrap().concat()
            })
        })
        .collect();
    let mut connections = BTreeSet::new();
    for call in calls {
        connections.insert(call.await.unwrap());
    }
    assert_eq!(connections.len(), 3, "{connections:?}");
}

#[tokio::test]
async fn both_directions_are_streamed_at_once() {
    crate::bodies::stream_both_ways(knowing(|_| ())).await;
}

#[tokio::test]
async fn large_messages_both_ways() {
    let service = service(large(), echo);
    let client = knowing(|_| ());
    let message = bytes::Bytes::from((0..20_000_000_u32).map(|i| (i % 251) as u8).collect::<Vec<u8>>());
    let request = || Request::post(&service.url, "a/b");
    let mut response = client.send(request(), &[message.clone().into()]).await.unwrap();
    assert_eq!(response.headers[header::CONTENT_LENGTH], "20000000");
    assert!(response.body.collect().await.unwrap().concat() == message);
    let mut call = client.begin(request(), None).await.unwrap();
    for piece in message.chunks(1_000_000) {
        call.write(&[message.slice_ref(piece).into()]).await.unwrap();
    }
    call.finish().await.unwrap();
    let mut response = call.response().await.unwrap();
    assert!(response.body.collect().await.unwrap().concat() == message);
}

/// A body that nobody reads fills its window and stops; other streams of the connection go on.
#[tokio::test]
async fn a_stream_that_nobody_reads_holds_up_no_other() {
    let (started, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (s, e) = (started.clone(), ended.clone());
    let service = service(large(), move |exchange: Exchange| {
        let (started, ended) = (s.clone(), e.clone());
        async move {
            if exchange.headers.contains_key("x-stall") {
                started.notify_one();
                ended.notified().await;
            }
            tell(exchange).await;
        }
    });
    let timeouts = Timeouts { send: Some(Duration::from_millis(200)), ..Timeouts::default() };
    let client = knowing(|o| {
        o.timeouts = timeouts;
        o.max_connections = Some(1);
    });
    let first = post(&client, &service.url).await.unwrap();
    let request = || Request::post(&service.url, "a/b").with_header("x-stall", "1").unwrap();
    let chunk = bytes::Bytes::from(vec![7; 100_000]);
    // A streamed body, and a whole one.
    let mut call = client.begin(request(), None).await.unwrap();
    let stalled = async {
        loop {
            if let Err(error) = call.write(&[chunk.clone().into()]).await {
                break error;
            }
        }
    };
    let others = async {
        started.notified().await;
        for _ in 0..20 {
            assert_eq!(post(&client, &service.url).await.unwrap(), first);
        }
    };
    let (error, ()) = tokio::join!(stalled, others);
    assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    assert!(error.to_string().contains("SEND_TIMEOUT"), "{error}");
    drop(call);
    ended.notify_one();
    let whole: Vec<_> = (0..100).map(|_| chunk.clone().into()).collect();
    let others = async {
        started.notified().await;
        for _ in 0..20 {
            assert_eq!(post(&client, &service.url).await.unwrap(), first);
        }
    };
    let (error, ()) = tokio::join!(client.send(request(), &whole), others);
    let error = error.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    ended.notify_one();
    assert_eq!(post(&client, &service.url).await.unwrap(), first);
}

#[tokio::test]
async fn a_response_that_nobody_reads_holds_up_no_other() {
    let service = service(large(), |exchange: Exchange| async move {
        if exchange.headers.contains_key("x-large") {
            let chunk = bytes::Bytes::from(vec![7; 1 << 20]);
            let whole: Vec<_> = (0..32).map(|_| chunk.clone().into()).collect();
            return exchange.responder.reply(Reply::ok("a/b"), &whole).await.unwrap();
        }
        tell(exchange).await;
    });
    let client = knowing(|_| ());
    let first = post(&client, &service.url).await.unwrap();
    let request = Request::post(&service.url, "a/b").with_header("x-large", "1").unwrap();
    let mut unread = client.send(request, &[]).await.unwrap();
    for _ in 0..20 {
        assert_eq!(post(&client, &service.url).await.unwrap(), first);
    }
    let mut size = 0;
    while let Some(chunk) = unread.body.chunk().await.unwrap() {
        size += chunk.len();
    }
    assert_eq!(size, 32 << 20);
}

/// What is cut, dropped or aborted on one side ends one stream.
#[tokio::test]
async fn a_cut_body_costs_its_stream_only() {
    let (heard, hears) = oneshot::channel();
    let heard = Arc::new(std::sync::Mutex::new(Some(heard)));
    let began = Arc::new(Notify::new());
    let begins = began.clone();
    let service = service(large(), move |mut exchange: Exchange| {
        let (heard, began) = (heard.clone(), began.clone());
        async move {
            if !exchange.headers.contains_key("x-cut") {
                return tell(exchange).await;
            }
            assert_eq!(exchange.body.chunk().await.unwrap().unwrap(), "half");
            began.notify_one();
            let error = loop {
                match exchange.body.chunk().await {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("a cut body ended"),
                    Err(error) => break error,
                }
            };
            let heard = heard.lock().unwrap().take().unwrap();
            heard.send(error).unwrap();
        }
    });
    let client = knowing(|_| ());
    let first = post(&client, &service.url).await.unwrap();
    let request = Request::post(&service.url, "a/b").with_header("x-cut", "1").unwrap();
    let mut call = client.begin(request, None).await.unwrap();
    call.write(&["half".into()]).await.unwrap();
    begins.notified().await;
    drop(call);
    assert_eq!(hears.await.unwrap().code(), ErrorCode::EndpointDisconnected);
    assert_eq!(post(&client, &service.url).await.unwrap(), first);
}

#[tokio::test]
async fn a_cut_answer_costs_its_stream_only() {
    let cut = Arc::new(Notify::new());
    let cuts = cut.clone();
    let service = service(large(), move |exchange: Exchange| {
        let cut = cuts.clone();
        async move {
            match exchange.headers.get("x-how").map(|how| how.to_str().unwrap()) {
                Some("drop") => drop(exchange),
                Some("cut") => {
                    let mut reply = exchange.responder.begin(Reply::ok("a/b"), None).unwrap();
                    reply.write(&["half".into()]).await.unwrap();
                    cut.notified().await;
                }
                Some("wait") => std::future::pending().await,
                _ => tell(exchange).await,
            }
        }
    });
    let client = knowing(|_| ());
    let first = post(&client, &service.url).await.unwrap();
    let request = |how: &str| Request::post(&service.url, "a/b").with_header("x-how", how).unwrap();
    let error = client.send(request("drop"), &[]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{error}");
    let mut response = client.send(request("cut"), &[]).await.unwrap();
    assert_eq!(response.body.chunk().await.unwrap().unwrap(), "half");
    cut.notify_one();
    let error = loop {
        match response.body.chunk().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a cut body ended"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected, "{error}");
    let waiting = request("wait");
    let abort = waiting.abort.clone();
    let aborted = async {
        tokio::task::yield_now().await;
        abort.abort();
    };
    let (error, ()) = tokio::join!(client.send(waiting, &[]), aborted);
    assert_eq!(error.unwrap_err().code(), ErrorCode::OperationAborted);
    drop(client.send(request("cut"), &[]).await.unwrap());
    assert_eq!(post(&client, &service.url).await.unwrap(), first);
}

/// A request that takes too long costs its stream. If nothing at all was heard meanwhile, the connection may be dead, and
/// the next request gets another.
#[tokio::test]
async fn a_request_that_takes_too_long() {
    let service = service(large(), |exchange: Exchange| async move {
        if exchange.headers.contains_key("x-wait") {
            std::future::pending::<()>().await;
        }
        tell(exchange).await;
    });
    let timeouts = Timeouts { receive_response: Some(Duration::from_millis(300)), ..Timeouts::default() };
    let client = knowing(|o| o.timeouts = timeouts);
    let first = post(&client, &service.url).await.unwrap();
    let request = || Request::post(&service.url, "a/b").with_header("x-wait", "1").unwrap();
    let (mut waiting, mut asked) = (std::pin::pin!(client.send(request(), &[])), 0);
    let error = loop {
        tokio::select! {
            biased;
            done = waiting.as_mut() => break done.unwrap_err(),
            again = post(&client, &service.url) => assert_eq!(again.unwrap(), first),
        }
        asked += 1;
    };
    assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    assert!(asked > 0);
    assert_eq!(post(&client, &service.url).await.unwrap(), first);
    let error = client.send(request(), &[]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
    assert_ne!(post(&client, &service.url).await.unwrap(), first);
}

#[tokio::test]
async fn messages_over_the_limit() {
    let small = ListenerOptions { max_message_size: 1000, ..ListenerOptions::default() };
    let service = service(small, |mut exchange| async move {
        if let Err(error) = exchange.body.collect().await {
            assert_eq!(error.code(), ErrorCode::QuotaExceeded);
            return exchange.responder.reply(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE), &[]).await.unwrap();
        }
        exchange.responder.accept_one_way().await.unwrap();
    });
    let client = knowing(|_| ());
    let request = || Request::post(&service.url, "a/b");
    // Announced: refused before anything is read, even of a body that fills every window.
    for size in [1001, 3_000_000] {
        let message = bytes::Bytes::from(vec![0; size]);
        let response = client.send(request(), &[message.into()]).await.unwrap();
        assert_eq!(response.into_message().unwrap_err().code(), ErrorCode::QuotaExceeded);
    }
    // Not announced: stopped when it gets too large.
    let mut call = client.begin(request(), None).await.unwrap();
    for _ in 0..50 {
        call.write(&[[0; 100][..].into()]).await.unwrap();
    }
    call.finish().await.unwrap();
    assert_eq!(call.response().await.unwrap().status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(client.send(request(), &["x".into()]).await.unwrap().status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn one_connection_too_many_gets_503() {
    let service = service(ListenerOptions { max_connections: 1, ..large() }, tell);
    let (first, second) = (knowing(|_| ()), knowing(|_| ()));
    post(&first, &service.url).await.unwrap();
    assert_eq!(post(&second, &service.url).await.unwrap_err().code(), ErrorCode::EndpointTooBusy);
    post(&first, &service.url).await.unwrap();
}

/// A server that closes what is quiet, while requests begin at every moment of that: none is lost, whole or streamed.
#[tokio::test]
async fn connections_that_the_server_closes_are_replaced() {
    let time = Duration::from_millis(8);
    let timeouts = Timeouts { close: Some(time), ..Timeouts::default() };
    let service = service(ListenerOptions { idle_time: time, timeouts, ..large() }, tell);
    let client = knowing(|_| ());
    let mut connections = BTreeSet::new();
    for i in 0..60 {
        tokio::time::sleep(time + Duration::from_micros(100) * i).await;
        connections.insert(post(&client, &service.url).await.unwrap());
        tokio::time::sleep(time + Duration::from_micros(100) * i).await;
        let mut call = client.begin(Request::post(&service.url, "a/b"), None).await.unwrap();
        call.write(&["x".into()]).await.unwrap();
        call.finish().await.unwrap();
        let mut response = call.response().await.unwrap();
        connections.insert(response.body.collect().await.unwrap().concat());
    }
    assert!(connections.len() > 1, "no connection was closed");
}

#[tokio::test]
async fn what_was_accepted_is_answered_after_the_listener_is_gone() {
    let listener = Listener::open("http://127.0.0.1:0/", ListenerOptions::default()).unwrap();
    let url = format!("http://{}/", listener.local_address());
    let client = knowing(|_| ());
    let call = tokio::spawn({
        let (client, url) = (client.clone(), url.clone());
        async move { post(&client, &url).await }
    });
    let exchange = listener.accept().await.unwrap();
    listener.close().await;
    // The connection goes away, and nobody listens any more.
    assert_eq!(post(&client, &url).await.unwrap_err().code(), ErrorCode::EndpointNotFound);
    let begun = client.begin(Request::post(&url, "a/b"), None).await;
    assert_eq!(begun.unwrap_err().code(), ErrorCode::EndpointNotFound);
    echo(exchange).await;
    assert_eq!(call.await.unwrap().unwrap(), b"<a/>");
}

#[tokio::test]
async fn a_proxy_of_plain_http_is_no_way_for_http2() {
    use wws::transport::http::{CustomProxy, Proxy};
    let client = knowing(|o| {
        o.proxy = Proxy::Custom(CustomProxy { server: "127.0.0.1:1".into(), bypass: Vec::new() });
    });
    let error = post(&client, "http://service.invalid/").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotSupported, "{error}");
}
