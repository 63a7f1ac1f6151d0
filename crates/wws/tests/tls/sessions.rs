//! Sessions of net.tcp framing whose stream is upgraded.

use crate::authority::{Authority, expired, for_clients};
use std::sync::{Arc, Mutex};
use wws::{
    Error, ErrorCode, Result,
    transport::{
        Abort, StreamUpgrade,
        framed::{Connection, Mode, Options, Session, Target, initiate, receive},
        tls::{CertificateCheck, CertificateFailures, ClientCertificates, TlsClient, TlsOptions, TlsServer},
    },
};

fn upgrade(upgrade: impl StreamUpgrade + 'static) -> Options {
    let mut options = Options { upgrade: Some(Arc::new(upgrade)), ..Options::default() };
    options.limits.max_envelope_size = 1 << 20;
    options
}

async fn open(client: &Options, server: &Options) -> (Result<Session>, Result<Option<Session>>) {
    let (near, far) = tokio::io::duplex(1000);
    let abort = Abort::new();
    let target = Target::new(Mode::DUPLEX, "net.tcp://localhost/x", "application/soap+msbin1");
    // Each end lets go of its stream when it is done, so that the other end need not wait for its time-out.
    tokio::join!(
        initiate(Connection::new(near), target, client, &abort),
        receive(Connection::new(far), server, &|_| Ok(()), &abort),
    )
}

#[tokio::test]
async fn messages_in_both_directions() {
    let authority = Authority::new("ours");
    let server = TlsServer::new(authority.issue("localhost", |_| ()), ClientCertificates::None).unwrap();
    let client =
        TlsClient::new(TlsOptions { roots: Some(authority.root()), ..TlsOptions::default() }).unwrap();
    let (a, b) = open(&upgrade(client), &upgrade(server)).await;
    let (mut a, mut b) = (a.unwrap(), b.unwrap().unwrap());
    assert_eq!(a.info().peer_certificates.len(), 1);
    assert!(b.info().peer_certificates.is_empty());
    let message = vec![7; 200_000];
    let send = async {
        a.sender.send(&[message[..].into()]).await.unwrap();
        a.close().await.unwrap();
    };
    let echo = async {
        let received = b.receiver.message().await.unwrap().unwrap();
        assert!(received.chunks.concat() == message);
        b.close().await.unwrap();
    };
    tokio::join!(send, echo);
}

#[tokio::test]
async fn clients_with_and_without_a_certificate() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let issue = |a: &Authority| a.issue("me", for_clients);
    for (asked, shown, good) in [
        (ClientCertificates::Required(ours.root()), Some(issue(&ours)), true),
        (ClientCertificates::Required(ours.root()), Some(issue(&other)), false),
        (ClientCertificates::Required(ours.root()), None, false),
        (ClientCertificates::Optional(ours.root()), None, true),
        (ClientCertificates::Optional(ours.root()), Some(issue(&other)), false),
    ] {
        let certificates = shown.iter().len();
        let server = TlsServer::new(ours.issue("localhost", |_| ()), asked).unwrap();
        let options = TlsOptions { roots: Some(ours.root()), identity: shown, ..TlsOptions::default() };
        let (a, b) = open(&upgrade(TlsClient::new(options).unwrap()), &upgrade(server)).await;
        if good {
            a.unwrap();
            assert_eq!(b.unwrap().unwrap().info().peer_certificates.len(), certificates);
        } else {
            assert_eq!(b.unwrap_err().code(), ErrorCode::SecurityVerificationFailure);
            assert_eq!(a.unwrap_err().code(), ErrorCode::EndpointAccessDenied);
        }
    }
}

#[tokio::test]
async fn bad_server_certificates_and_what_overlooks_them() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let none = CertificateFailures::default();
    let name = CertificateFailures { name: true, ..none };
    let date = CertificateFailures { date: true, ..none };
    let root = CertificateFailures { root: true, ..none };
    let usage = CertificateFailures { usage: true, root: true, ..none };
    type Case<'a> =
        (&'a Authority, &'a str, fn(&mut rcgen::CertificateParams), CertificateFailures, Option<&'a str>);
    let cases: &[Case<'_>] = &[
        (&ours, "localhost", |_| (), none, None),
        (&ours, "elsewhere", |_| (), none, Some("another host")),
        (&ours, "elsewhere", |_| (), root, Some("another host")),
        (&ours, "elsewhere", |_| (), name, None),
        (&ours, "localhost", expired, none, Some("expired")),
        (&ours, "localhost", expired, name, Some("expired")),
        (&ours, "localhost", expired, date, None),
        // Overlooking the date does not overlook the rest.
        (&other, "localhost", expired, date, Some("not trusted")),
        (&ours, "elsewhere", expired, date, Some("another host")),
        (&other, "localhost", |_| (), none, Some("not trusted")),
        (&other, "localhost", |_| (), name, Some("not trusted")),
        (&other, "localhost", |_| (), root, None),
        (&other, "elsewhere", |_| (), root, Some("another host")),
        (&ours, "localhost", for_clients, none, Some("not good")),
        (&ours, "localhost", for_clients, usage, None),
    ];
    for (i, (authority, host, change, ignore, expected)) in cases.iter().enumerate() {
        let server = TlsServer::new(authority.issue(host, change), ClientCertificates::None).unwrap();
        let options = TlsOptions { roots: Some(ours.root()), ignore: *ignore, ..TlsOptions::default() };
        let (a, b) = open(&upgrade(TlsClient::new(options).unwrap()), &upgrade(server)).await;
        match expected {
            None => drop((a.unwrap(), b.unwrap())),
            Some(text) => {
                let error = a.unwrap_err();
                assert_eq!(error.code(), ErrorCode::SecurityVerificationFailure, "case {i}");
                assert!(error.to_string().contains(text), "case {i}: {error}");
                assert!(b.is_err());
            }
        }
    }
}

#[tokio::test]
async fn a_client_may_ask_for_more() {
    let authority = Authority::new("ours");
    let server = TlsServer::new(authority.issue("localhost", |_| ()), ClientCertificates::None).unwrap();
    let options = || TlsOptions { roots: Some(authority.root()), only_tls13: true, ..TlsOptions::default() };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    let takes = CertificateCheck::new(move |der: &[u8]| {
        note.lock().unwrap().push(der.to_vec());
        Ok(())
    });
    let refuses = CertificateCheck::new(|_: &[u8]| Err(Error::new(ErrorCode::EndpointAccessDenied, "no")));
    let client = TlsClient::new(TlsOptions { check: Some(takes), ..options() }).unwrap();
    let (a, b) = open(&upgrade(client), &upgrade(server.clone())).await;
    let shown = a.unwrap().info().peer_certificates.clone();
    b.unwrap();
    assert_eq!(*seen.lock().unwrap(), shown[..1]);
    let client = TlsClient::new(TlsOptions { check: Some(refuses), ..options() }).unwrap();
    let (a, _) = open(&upgrade(client), &upgrade(server)).await;
    assert_eq!(a.unwrap_err().code(), ErrorCode::EndpointAccessDenied);
}

#[tokio::test]
async fn both_ends_have_to_want_tls() {
    let authority = Authority::new("ours");
    let server =
        || upgrade(TlsServer::new(authority.issue("localhost", |_| ()), ClientCertificates::None).unwrap());
    let options = || TlsOptions { roots: Some(authority.root()), ..TlsOptions::default() };
    let client = || upgrade(TlsClient::new(options()).unwrap());
    for (client, server) in [(Options::default(), server()), (client(), Options::default())] {
        let (a, b) = open(&client, &server).await;
        let error = a.unwrap_err();
        assert!(error.to_string().contains("UpgradeInvalid"), "{error}");
        assert!(b.is_err());
    }
}

#[test]
fn files_that_are_no_certificates() {
    use wws::transport::tls::{Certificates, Identity};
    for pem in [&b""[..], b"hello", b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        assert_eq!(Certificates::from_pem(pem).unwrap_err().code(), ErrorCode::InvalidArgument);
        assert_eq!(Identity::from_pem(pem, pem).unwrap_err().code(), ErrorCode::InvalidArgument);
    }
    // The platform's roots are there, or an error says so; nothing is trusted silently.
    let _ =
        TlsClient::new(TlsOptions::default()).map_err(|e| assert_eq!(e.code(), ErrorCode::InvalidArgument));
}
