//! Redirects, cookies, proxies.

use crate::{
    bare::server,
    peers::{client, echo, post, service},
};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::{
    ErrorCode,
    transport::http::{
        CookieMode, CustomProxy, Exchange, ListenerOptions, Proxy, Redirects, Reply, Request, StatusCode,
        header,
    },
};

#[tokio::test]
async fn redirects() {
    let target = service(ListenerOptions::default(), echo);
    let to = target.url.clone();
    let moved = service(ListenerOptions::default(), move |exchange: Exchange| {
        let to = to.clone();
        async move {
            let mut reply = Reply::empty(StatusCode::TEMPORARY_REDIRECT);
            let location = if exchange.url.ends_with("loop") { exchange.url.clone() } else { to };
            reply.headers.insert(header::LOCATION, location.parse().unwrap());
            exchange.responder.reply(reply, &[]).await.unwrap();
        }
    });
    let refuse = client(|_| ());
    let error = post(&refuse, &moved.url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointNotFound);
    assert!(error.to_string().contains(&target.url), "{error}");

    let follow = client(|o| o.redirects = Redirects::Follow);
    assert_eq!(post(&follow, &moved.url).await.unwrap(), b"<a/>", "the body goes along");
    let error = post(&follow, &format!("{}/loop", moved.url)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointFailure);
    // A streamed body is gone; its redirect is only reported.
    let mut call = follow.begin(Request::post(&moved.url, "a/b"), None).await.unwrap();
    call.write(&["x".into()]).await.unwrap();
    call.finish().await.unwrap();
    assert_eq!(call.response().await.unwrap().status, StatusCode::TEMPORARY_REDIRECT);

    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let ask = client(|o| {
        o.redirects = Redirects::Ask(Arc::new(move |from, to| {
            log.lock().unwrap().push((from.to_owned(), to.to_owned()));
            false
        }));
    });
    assert_eq!(post(&ask, &moved.url).await.unwrap_err().code(), ErrorCode::EndpointAccessDenied);
    assert_eq!(*asked.lock().unwrap(), [(moved.url.clone(), target.url.clone())]);
}

#[tokio::test]
async fn cookies() {
    let service = service(ListenerOptions::default(), |exchange: Exchange| async move {
        let cookies = exchange.headers.get(header::COOKIE).map_or("none", |c| c.to_str().unwrap()).to_owned();
        let mut reply = Reply::ok("text/xml");
        reply.headers.insert(header::SET_COOKIE, "session=7; Path=/service; HttpOnly".parse().unwrap());
        exchange.responder.reply(reply, &[(&*cookies).into()]).await.unwrap();
    });
    let auto = client(|_| ());
    assert_eq!(post(&auto, &service.url).await.unwrap(), b"none");
    assert_eq!(post(&auto, &service.url).await.unwrap(), b"session=7");
    let manual = client(|o| o.cookies = CookieMode::Manual);
    assert_eq!(post(&manual, &service.url).await.unwrap(), b"none");
    assert_eq!(post(&manual, &service.url).await.unwrap(), b"none");
}

fn through(url: &str, bypass: &[&str]) -> Proxy {
    let bypass = bypass.iter().map(|&host| host.to_owned()).collect();
    Proxy::Custom(CustomProxy { server: url.trim_end_matches('/').to_owned(), bypass })
}

#[tokio::test]
async fn a_proxy_gets_the_whole_url() {
    let (url, proxy) = server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true).await;
    let with_user = url.replace("http://", "http://me:secret@");
    let client = client(|o| o.proxy = through(&with_user, &[]));
    assert_eq!(post(&client, "http://service.invalid:81/a?b").await.unwrap(), b"hi");
    let heard = String::from_utf8(proxy.await.unwrap()).unwrap();
    assert!(heard.starts_with("POST http://service.invalid:81/a?b HTTP/1.1\r\n"), "{heard}");
    assert!(heard.to_lowercase().contains("host: service.invalid:81\r\n"), "{heard}");
    assert!(heard.contains("proxy-authorization: Basic bWU6c2VjcmV0\r\n"), "{heard}");
}

#[tokio::test]
async fn exceptions_go_around_the_proxy() {
    let service = service(ListenerOptions::default(), echo);
    let client = client(|o| o.proxy = through("http://127.0.0.1:1", &["127.0.0.1"]));
    assert_eq!(post(&client, &service.url).await.unwrap(), b"<a/>");
}

#[tokio::test]
async fn proxies_that_fail() {
    let nobody = client(|o| o.proxy = through("http://127.0.0.1:1", &[]));
    assert_eq!(post(&nobody, "http://service.invalid/").await.unwrap_err().code(), ErrorCode::ProxyFailure);
    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    for url in ["http://service.invalid/", "https://service.invalid/"] {
        let (proxy, _task) = server(answer, true).await;
        let client = client(|o| o.proxy = through(&proxy, &[]));
        assert_eq!(post(&client, url).await.unwrap_err().code(), ErrorCode::ProxyRequiresBasicAuth, "{url}");
    }
}

/// A proxy that makes one tunnel to `to`, whatever it is asked for; it gives back the request line.
pub(crate) async fn tunnel(to: std::net::SocketAddr) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(near.read_u8().await.unwrap());
        }
        let mut far = TcpStream::connect(to).await.unwrap();
        near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        String::from_utf8(head).unwrap().lines().next().unwrap().to_owned()
    });
    (url, task)
}
