//! https, directly and through a tunnel.

use crate::{
    peers::{client, echo, post},
    policies::tunnel,
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use wws::{
    ErrorCode,
    transport::{
        http::{CustomProxy, HttpVersion, Listener, ListenerOptions, Proxy, Request, Version},
        tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
    },
};

/// A certificate for localhost that signed itself, and its key.
pub(crate) struct Pem {
    pub(crate) cert: String,
    pub(crate) key: String,
}

pub(crate) fn pem() -> Pem {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    Pem { cert: cert.pem(), key: signing_key.serialize_pem() }
}

fn trusting(Pem { cert, .. }: &Pem) -> TlsClient {
    let roots = Certificates::from_pem(cert.as_bytes()).unwrap();
    TlsClient::new(TlsOptions { roots: Some(roots), ..TlsOptions::default() }).unwrap()
}

fn tls() -> (TlsServer, TlsClient) {
    let pem = pem();
    let identity = Identity::from_pem(pem.cert.as_bytes(), pem.key.as_bytes()).unwrap();
    (TlsServer::new(identity, ClientCertificates::None).unwrap(), trusting(&pem))
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

/// ALPN (RFC 9113 3.2): HTTP/2 if both can.
#[tokio::test]
async fn the_version_is_negotiated() {
    use HttpVersion::{Http2, Http11, Negotiate};
    for (ours, theirs, expected) in [
        (Negotiate, Negotiate, Ok(Version::HTTP_2)),
        (Http2, Negotiate, Ok(Version::HTTP_2)),
        (Negotiate, Http2, Ok(Version::HTTP_2)),
        (Http2, Http2, Ok(Version::HTTP_2)),
        (Http11, Negotiate, Ok(Version::HTTP_11)),
        (Negotiate, Http11, Ok(Version::HTTP_11)),
        (Http11, Http11, Ok(Version::HTTP_11)),
        (Http2, Http11, Err(ErrorCode::NotSupported)),
    ] {
        let (server, good) = tls();
        let options = ListenerOptions { tls: Some(server), version: theirs, ..ListenerOptions::default() };
        let listener = Listener::open("https://127.0.0.1:0/", options).unwrap();
        let url = format!("https://localhost:{}/x", listener.local_address().port());
        tokio::spawn(serve(listener));
        let client = client(|o| {
            o.tls = Some(good);
            o.version = ours;
        });
        // Twice: what was learned by the first is used for the second.
        for _ in 0..2 {
            let mut got = client.send(Request::post(&url, "text/xml"), &["<a/>".into()]).await;
            if let Ok(response) = &mut got {
                assert_eq!(response.body.collect().await.unwrap().concat(), b"<a/>");
            }
            let got = got.map(|response| response.version).map_err(|error| error.code());
            assert_eq!(got, expected, "{ours:?} {theirs:?}");
        }
    }
}

#[tokio::test]
async fn requests_at_once_share_what_the_first_negotiates() {
    for (version, most) in [(HttpVersion::Negotiate, 1), (HttpVersion::Http11, 20)] {
        let (server, good) = tls();
        let options = ListenerOptions { tls: Some(server), version, ..ListenerOptions::default() };
        let listener = Listener::open("https://127.0.0.1:0/", options).unwrap();
        let url = format!("https://localhost:{}/x", listener.local_address().port());
        let client = client(|o| o.tls = Some(good));
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let (client, url) = (client.clone(), url.clone());
                tokio::spawn(async move { post(&client, &url).await.unwrap() })
            })
            .collect();
        // Nobody is answered before all have asked.
        let mut exchanges = Vec::new();
        for _ in 0..20 {
            exchanges.push(listener.accept().await.unwrap());
        }
        let connections: std::collections::BTreeSet<u64> =
            exchanges.iter().map(|exchange| exchange.connection_id).collect();
        assert_eq!(connections.len(), most, "{version:?}");
        for exchange in exchanges {
            echo(exchange).await;
        }
        for call in calls {
            assert_eq!(call.await.unwrap(), b"<a/>");
        }
    }
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

/// TLS of a server by hand, which chooses this protocol.
fn acceptor(Pem { cert, key }: &Pem, protocol: &[u8]) -> tokio_rustls::TlsAcceptor {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(cert.as_bytes()).unwrap()];
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
        .unwrap();
    config.alpn_protocols = vec![protocol.to_vec()];
    std::sync::Arc::new(config).into()
}

#[tokio::test]
async fn a_server_that_knows_http11_only() {
    let pem = pem();
    let acceptor = acceptor(&pem, b"http/1.1");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/x", listener.local_addr().unwrap().port());
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        acceptor.accept(stream).await.map(drop).unwrap_err()
    });
    let client = client(|o| {
        o.tls = Some(trusting(&pem));
        o.version = HttpVersion::Http2;
    });
    let error = post(&client, &url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotSupported, "{error}");
    task.await.unwrap();
}

/// RFC 9113 7: a server that needs HTTP/1.1 for a request, to authenticate the connection for instance, says so, and gets it.
#[tokio::test]
async fn a_server_that_asks_for_http11() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let pem = pem();
    let acceptor = acceptor(&pem, b"h2");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/x", listener.local_addr().unwrap().port());
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (_, mut responder) = connection.accept().await.unwrap().unwrap();
        responder.send_reset(h2::Reason::HTTP_1_1_REQUIRED);
        tokio::spawn(async move { while connection.accept().await.is_some() {} });
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), None);
        for _ in 0..2 {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n<a/>") {
                head.push(stream.read_u8().await.unwrap());
            }
            assert!(head.starts_with(b"POST /x HTTP/1.1\r\n"));
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await.unwrap();
        }
    });
    let client = client(|o| o.tls = Some(trusting(&pem)));
    for _ in 0..2 {
        assert_eq!(post(&client, &url).await.unwrap(), b"hi");
    }
    task.await.unwrap();
}
