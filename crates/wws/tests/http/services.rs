//! Several services on one port, and what of a request they refuse.

use crate::peers::{client, echo, post, service};
use std::sync::Arc;
use wws::{
    ErrorCode,
    transport::http::{Exchange, Listener, ListenerOptions, Method, Reply, Request, StatusCode, header},
};

fn open(url: &str) -> wws::Result<Listener> {
    Listener::open(url, ListenerOptions::default())
}

async fn serve(listener: Listener, name: &'static str) {
    while let Ok(exchange) = listener.accept().await {
        let text = format!("{name} {}", exchange.url);
        exchange.responder.reply(Reply::ok("text/xml"), &[(&*text).into()]).await.unwrap();
    }
}

#[tokio::test]
async fn paths_share_a_port() {
    let orders = open("http://127.0.0.1:0/orders").unwrap();
    let base = format!("http://{}", orders.local_address());
    let old = open(&format!("{base}/orders/old")).unwrap();
    assert_eq!(orders.local_address(), old.local_address());
    assert_eq!(open(&format!("{base}/Orders/")).unwrap_err().code(), ErrorCode::AddressInUse);
    let tasks = [tokio::spawn(serve(orders, "orders")), tokio::spawn(serve(old, "old"))];
    let client = client(|_| ());
    for (path, expected) in [
        ("/orders", "orders"),
        ("/orders/7?x=%20", "orders"),
        ("/ORDERS/OLD/7", "old"),
        ("/orders/older", "orders"),
    ] {
        let url = format!("{base}{path}");
        assert_eq!(post(&client, &url).await.unwrap(), format!("{expected} {url}").as_bytes());
    }
    assert_eq!(
        post(&client, &format!("{base}/other")).await.unwrap_err().code(),
        ErrorCode::EndpointNotFound
    );
    // A path that is given up is free again, while the port stays open.
    tasks[1].abort();
    let again = loop {
        match open(&format!("{base}/orders/old")) {
            Ok(listener) => break listener,
            Err(error) => assert_eq!(error.code(), ErrorCode::AddressInUse),
        }
        tokio::task::yield_now().await;
    };
    drop(again);
    assert!(post(&client, &format!("{base}/orders/old")).await.unwrap().starts_with(b"orders"));
}

#[tokio::test]
async fn requests_that_are_refused() {
    let options = ListenerOptions {
        accepts: Some(Arc::new(|content_type| content_type.starts_with("text/xml"))),
        ..ListenerOptions::default()
    };
    let service = service(options, echo);
    let client = client(|_| ());
    let send = async |request: Request| client.send(request, &["<a/>".into()]).await.unwrap();
    let response = send(Request::get(&service.url)).await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers[header::ALLOW], "POST");
    let browser =
        Request::post(&service.url, "text/xml").with_header("User-Agent", "Mozilla/5.0 (X11)").unwrap();
    assert_eq!(send(browser).await.status, StatusCode::FORBIDDEN);
    let other = Request::post(&service.url, "application/json");
    assert_eq!(send(other).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(send(Request::post(&service.url, "text/xml")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn other_methods_if_wanted() {
    let options = ListenerOptions { methods: vec![Method::GET, Method::PUT], ..ListenerOptions::default() };
    let service = service(options, |exchange: Exchange| async move {
        let method = exchange.method.as_str().to_owned();
        exchange.responder.reply(Reply::ok("text/plain"), &[(&*method).into()]).await.unwrap();
    });
    let client = client(|_| ());
    for method in [Method::GET, Method::PUT] {
        let request = Request { method: method.clone(), ..Request::get(&service.url) };
        let mut response = client.send(request, &[]).await.unwrap();
        assert_eq!(response.body.collect().await.unwrap().concat(), method.as_str().as_bytes());
    }
}

#[tokio::test]
async fn listeners_that_cannot_be() {
    for (url, code) in [
        ("http://127.0.0.1:0/?q", ErrorCode::InvalidEndpointUrl),
        ("net.tcp://127.0.0.1:0/", ErrorCode::InvalidEndpointUrl),
        ("https://127.0.0.1:0/", ErrorCode::InvalidArgument),
        ("http://192.0.2.1:0/", ErrorCode::AddressNotAvailable),
    ] {
        assert_eq!(open(url).unwrap_err().code(), code, "{url}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", taken.local_addr().unwrap());
    assert_eq!(open(&url).unwrap_err().code(), ErrorCode::AddressInUse);
}

#[tokio::test]
async fn an_abort_ends_accepting() {
    let listener = open("http://127.0.0.1:0/").unwrap();
    let abort = listener.abort_handle();
    let (accepted, ()) = tokio::join!(listener.accept(), async { abort.abort() });
    assert_eq!(accepted.unwrap_err().code(), ErrorCode::OperationAborted);
}
