//! Channels over https, and over net.tcp with TLS: good certificates and bad ones, and what the errors say.

use crate::{
    authority::{Authority, expired, for_clients},
    echo::{ECHO, Echo, serve},
};
use wws::{
    ErrorCode,
    channel::{Binding, Channel},
    soap::Version,
    transport::tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
};

fn trusting(root: Certificates, identity: Option<Identity>) -> TlsClient {
    TlsClient::new(TlsOptions { roots: Some(root), identity, ..TlsOptions::default() }).unwrap()
}

/// What comes of a request to a server with this certificate.
async fn outcome(binding: &Binding, url: &str, server: TlsServer, client: TlsClient) -> wws::Result<()> {
    let server = serve(&binding.clone().with_server_tls(server), url).await;
    let url = server.url.replace("127.0.0.1", "localhost");
    let done = async {
        let channel = Channel::connect(&binding.clone().with_tls(client), &url).await?;
        let reply: Echo = channel.request(ECHO, &Echo::new("x")).await?;
        assert_eq!(reply.text, "x");
        channel.close().await
    };
    let done = done.await;
    server.listener.close().await.unwrap();
    done
}

fn transports() -> [(Binding, &'static str); 2] {
    [
        (Binding::http().with_version(Version::SOAP11), "https://127.0.0.1:0/echo"),
        (Binding::tcp(), "net.tcp://127.0.0.1:0/echo"),
    ]
}

#[tokio::test]
async fn certificates_of_servers() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    type Change = fn(&mut rcgen::CertificateParams);
    let unchanged: Change = |_| ();
    for (binding, url) in transports() {
        for (authority, host, change, expected) in [
            (&ours, "localhost", unchanged, None),
            (&ours, "localhost", expired as Change, Some("has expired")),
            (&ours, "elsewhere", unchanged, Some("of another host")),
            (&other, "localhost", unchanged, Some("not trusted")),
            (&ours, "localhost", for_clients as Change, Some("not good")),
        ] {
            let server = TlsServer::new(authority.issue(host, change), ClientCertificates::None).unwrap();
            let done = outcome(&binding, url, server, trusting(ours.root(), None)).await;
            match (done, expected) {
                (Ok(()), None) => {}
                (Err(error), Some(text)) => {
                    assert_eq!(error.code(), ErrorCode::SecurityVerificationFailure, "{url}: {error}");
                    assert!(error.to_string().contains(text), "{url}: {error}");
                }
                (done, expected) => panic!("{url}: {done:?}, not {expected:?}"),
            }
        }
    }
}

#[tokio::test]
async fn certificates_of_clients() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    for (binding, url) in transports() {
        for (shown, is_good) in [
            (Some(ours.issue("me", for_clients)), true),
            (Some(other.issue("me", for_clients)), false),
            (Some(ours.issue("me", expired)), false),
            (None, false),
        ] {
            let asked = ClientCertificates::Required(ours.root());
            let server = TlsServer::new(ours.issue("localhost", |_| ()), asked).unwrap();
            let done = outcome(&binding, url, server, trusting(ours.root(), shown)).await;
            match done {
                Ok(()) => assert!(is_good, "{url}"),
                Err(error) => {
                    assert!(!is_good, "{url}: {error}");
                    assert_eq!(error.code(), ErrorCode::EndpointAccessDenied, "{url}: {error}");
                    assert!(error.to_string().contains("the peer refuses"), "{url}: {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn one_end_without_tls() {
    let ours = Authority::new("ours");
    let server = TlsServer::new(ours.issue("localhost", |_| ()), ClientCertificates::None).unwrap();
    let plain = serve(&Binding::http(), "http://127.0.0.1:0/").await;
    let wrapped = serve(&Binding::http().with_server_tls(server), "https://127.0.0.1:0/").await;
    let client = Binding::http().with_tls(trusting(ours.root(), None));
    let to_plain = plain.url.replace("http://127.0.0.1", "https://localhost");
    let channel = Channel::connect(&client, &to_plain).await.unwrap();
    let error = channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
    let to_wrapped = wrapped.url.replace("https://", "http://");
    let channel = Channel::connect(&client, &to_wrapped).await.unwrap();
    assert!(channel.request::<Echo>(ECHO, &Echo::new("x")).await.is_err());
    // A listener for https needs a certificate.
    let error = wws::channel::Listener::open(&Binding::http(), "https://127.0.0.1:0/").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
}
