//! https, directly and through a tunnel.

use crate::{
    peers::{client, echo, post},
    policies::tunnel,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use wws::{
    ErrorCode,
    transport::{
        http::{CustomProxy, Listener, ListenerOptions, Proxy},
        tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
    },
};

fn tls() -> (TlsServer, TlsClient) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pem = cert.pem();
    let identity = Identity::from_pem(pem.as_bytes(), signing_key.serialize_pem().as_bytes()).unwrap();
    let roots = Certificates::from_pem(pem.as_bytes()).unwrap();
    let client = TlsClient::new(TlsOptions { roots: Some(roots), ..TlsOptions::default() }).unwrap();
    (TlsServer::new(identity, ClientCertificates::None).unwrap(), client)
}

fn listen(tls: TlsServer) -> (Listener, u16) {
    let options = ListenerOptions { tls: Some(tls), ..ListenerOptions::default() };
    let listener = Listener::open("https://127.0.0.1:0/", options).unwrap();
    let port = listener.local_address().port();
    (listener, port)
}

async fn serve(listener: Listener) {
    while let Ok(exchange) = listener.accept().await {
        assert!(exchange.url.starts_with("https://localhost:"));
        echo(exchange).await;
    }
}

#[tokio::test]
async fn requests_over_tls() {
    let (server, good) = tls();
    let (listener, port) = listen(server);
    tokio::spawn(serve(listener));
    let url = format!("https://localhost:{port}/x");
    let trusting = client(|o| o.tls = Some(good.clone()));
    for _ in 0..3 {
        assert_eq!(post(&trusting, &url).await.unwrap(), b"<a/>");
    }
    let elsewhere = format!("https://127.0.0.1:{port}/x");
    let error = post(&trusting, &elsewhere).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SecurityVerificationFailure, "{error}");
    let (_, other) = tls();
    let error = post(&client(|o| o.tls = Some(other)), &url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::SecurityVerificationFailure);
    // Plain HTTP to a TLS port.
    let plain = format!("http://localhost:{port}/x");
    assert!(post(&client(|_| ()), &plain).await.is_err());
}

#[tokio::test]
async fn requests_through_a_tunnel() {
    let (server, good) = tls();
    let (listener, port) = listen(server);
    let (proxy, asked) = tunnel(listener.local_address()).await;
    tokio::spawn(serve(listener));
    let client = client(|o| {
        o.tls = Some(good);
        o.proxy = Proxy::Custom(CustomProxy { server: proxy, bypass: Vec::new() });
    });
    assert_eq!(post(&client, &format!("https://localhost:{port}/x")).await.unwrap(), b"<a/>");
    drop(client);
    assert_eq!(asked.await.unwrap(), format!("CONNECT localhost:{port} HTTP/1.1"));
}

#[tokio::test]
async fn ports_are_shared_only_with_the_same_tls() {
    let (server, _) = tls();
    let (listener, _) = listen(server.clone());
    let url = |path: &str| format!("https://{}/{path}", listener.local_address());
    let open = |tls: Option<TlsServer>, path: &str| {
        Listener::open(&url(path), ListenerOptions { tls, ..ListenerOptions::default() })
    };
    open(Some(server), "a").unwrap();
    assert_eq!(open(Some(tls().0), "b").unwrap_err().code(), ErrorCode::AddressInUse);
    assert_eq!(open(None, "c").unwrap_err().code(), ErrorCode::InvalidArgument);
}
