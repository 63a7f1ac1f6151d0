//! Wireshark as an oracle: everything that our clients and servers send over net.tcp, HTTP and UDP.
//!
//! They need `tshark`, so they run when asked for: `cargo xtask check-all`, or `cargo test -- --ignored`.

mod capture;

use crate::{
    authority::Authority,
    echo::{self, ECHO, Echo},
};
use capture::{Capture, Side, Tap, UdpTap};
use wws::{
    channel::{Binding, Channel, TransferMode},
    soap::Encoding,
    transport::tls::{ClientCertificates, TlsClient, TlsOptions, TlsServer},
};

const NET_TCP: u16 = 808;
const HTTP: u16 = 80;
/// SOAP-over-UDP 1.1 has no port of its own; this is that of WS-Discovery.
const UDP: u16 = 3702;

/// Two echoes and a fault through a tap.
async fn talk(capture: &mut Capture, binding: &Binding, url: &str) {
    let server = echo::serve(binding, url).await;
    let tap = Tap::new(&server.url).await;
    // A certificate has the name.
    let channel = Channel::connect(binding, &tap.url.replace("127.0.0.1", "localhost")).await.unwrap();
    for text in ["one", "two"] {
        let sent = Echo { data: vec![7; 3000], ..Echo::new(text) };
        assert_eq!(channel.request::<Echo>(ECHO, &sent).await.unwrap(), sent);
    }
    channel.request::<Echo>(ECHO, &Echo::new("fault")).await.unwrap_err();
    channel.close().await.unwrap();
    server.listener.close().await.unwrap();
    let connections = tap.connections.lock().unwrap().clone();
    for said in &connections {
        capture.add(&said.lock().unwrap());
    }
}

/// The bindings whose names begin so.
fn bindings(transport: &str) -> Vec<(String, Binding, String)> {
    let all =
        echo::bindings().into_iter().filter(|(name, _, _)| name.starts_with(transport)).collect::<Vec<_>>();
    assert!(all.len() > 10, "{transport}");
    all
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn sessions_over_net_tcp() {
    let mut capture = Capture::new("net-tcp", NET_TCP);
    let all = bindings("net.tcp");
    let (mut sized, mut singletons) = (0, 0);
    for (_, binding, url) in &all {
        talk(&mut capture, binding, url).await;
        match binding.transfer_mode {
            TransferMode::BUFFERED => sized += 1,
            _ => singletons += 1,
        }
    }
    assert_eq!(capture.complaints(), "");
    let records = capture.values("mc-nmf.record_type");
    let count = |record: &str| records.iter().filter(|found| *found == record).count();
    // MC-NMF 2.2.1: a session for each sized binding, three for each streamed one.
    let sessions = sized + 3 * singletons;
    assert_eq!([count("0"), count("1"), count("2"), count("3") + count("4")], [sessions; 4]);
    assert_eq!([count("12"), count("11")], [sessions; 2]);
    assert_eq!([count("5"), count("6")], [6 * singletons, 6 * sized]);
    assert_eq!([count("7"), count("8")], [2 * sessions, 0]);
    assert!(capture.values("mc-nmf.via").iter().all(|via| via.ends_with("/echo")));
    assert!(
        capture.values("mc-nmf.encoding_type").iter().any(|found| found.starts_with("multipart/related"))
    );
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn exchanges_over_http() {
    let mut capture = Capture::new("http", HTTP);
    // tshark reads no XML in UTF-16.
    let all =
        bindings("HTTP ").into_iter().filter(|(name, _, _)| !name.contains("UTF-16")).collect::<Vec<_>>();
    for (_, binding, url) in &all {
        talk(&mut capture, binding, url).await;
    }
    assert_eq!(capture.complaints(), "");
    let status = capture.values("http.response.code");
    assert_eq!(capture.values("http.request.method"), vec!["POST"; 3 * all.len()]);
    assert_eq!(status, ["200", "200", "500"].repeat(all.len()));
    assert!(capture.values("http.chunk_size").len() > 3 * all.len());
    // Each MTOM message but the fault, which has no bytes to part with, is two parts.
    let mtom = all.iter().filter(|(name, _, _)| name.contains("MTOM")).count();
    let parts = capture.values("mime_multipart.header.content-transfer-encoding");
    assert_eq!(parts.iter().filter(|part| *part == "binary").count(), 4 * mtom, "{parts:?}");
    // It reads the envelopes in them as XML.
    assert!(!capture.values("xml.tag").is_empty());
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn exchanges_over_http2() {
    let mut capture = Capture::new("http2", HTTP);
    let all =
        bindings("HTTP/2 ").into_iter().filter(|(name, _, _)| !name.contains("UTF-16")).collect::<Vec<_>>();
    for (_, binding, url) in &all {
        talk(&mut capture, binding, url).await;
    }
    assert_eq!(capture.complaints(), "");
    assert_eq!(capture.values("http2.headers.method"), vec!["POST"; 3 * all.len()]);
    assert_eq!(capture.values("http2.headers.status"), ["200", "200", "500"].repeat(all.len()));
    // RFC 9113 6.5: each end of each connection says its settings, and hears those of the other.
    let types = capture.values("http2.type");
    let count = |kind: &str| types.iter().filter(|found| *found == kind).count();
    assert_eq!([count("1"), count("4")], [6 * all.len(), 4 * all.len()], "{types:?}");
    assert_eq!(count("3"), 0, "a stream was reset");
    assert!(!capture.values("xml.tag").is_empty());
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn upgrades_to_tls() {
    let authority = Authority::new("ours");
    let server = TlsServer::new(authority.issue("localhost", |_| ()), ClientCertificates::None).unwrap();
    let options = TlsOptions { roots: Some(authority.root()), ..TlsOptions::default() };
    let client = TlsClient::new(options).unwrap();
    let mut capture = Capture::new("net-tcp-tls", NET_TCP);
    let mut sessions = 0;
    for mode in [TransferMode::BUFFERED, TransferMode::STREAMED] {
        let binding = Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(mode);
        let binding = binding.with_tls(client.clone()).with_server_tls(server.clone());
        talk(&mut capture, &binding, "net.tcp://127.0.0.1:0/echo").await;
        sessions += if mode == TransferMode::BUFFERED { 1 } else { 3 };
    }
    assert_eq!(capture.complaints(), "");
    let records = capture.values("mc-nmf.record_type");
    let count = |record: &str| records.iter().filter(|found| *found == record).count();
    // MC-NMF 2.2.3.6, 2.2.3.7. What comes behind them is TLS to the end.
    assert_eq!([count("9"), count("10")], [sessions; 2]);
    assert_eq!([count("12"), count("11"), count("5"), count("6")], [0; 4]);
    assert_eq!(capture.values("mc-nmf.upgrade"), vec!["application/ssl-tls"; sessions]);
    let hellos = capture.values("tls.handshake.type");
    assert_eq!(["1", "2"].map(|kind| hellos.iter().filter(|found| *found == kind).count()), [sessions; 2]);
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn datagrams() {
    let mut capture = Capture::new("udp", UDP);
    let binding = Binding::udp();
    let server = echo::serve(&binding, "soap.udp://127.0.0.1:0").await;
    let tap = UdpTap::new(&server.url).await;
    let channel = Channel::connect(&binding, &tap.url).await.unwrap();
    for text in ["one", "two"] {
        let sent = Echo { data: vec![7; 3000], ..Echo::new(text) };
        assert_eq!(channel.request::<Echo>(ECHO, &sent).await.unwrap(), sent);
    }
    channel.request::<Echo>(ECHO, &Echo::new("fault")).await.unwrap_err();
    channel.close().await.unwrap();
    server.listener.close().await.unwrap();
    capture.add_datagrams(&tap.said.lock().unwrap());
    assert_eq!(capture.complaints(), "");
    // Each is an envelope, its tags to the last one; repetitions come in their own time.
    let envelopes = capture.values("xml.tag").into_iter().filter(|tag| tag.contains("Envelope")).count();
    assert!(envelopes >= 6, "{envelopes}");
    let lengths = capture.values("udp.length");
    assert_eq!(envelopes, lengths.len());
}

#[test]
#[ignore = "needs tshark"]
fn a_malformed_capture_is_found() {
    let mut capture = Capture::new("malformed", NET_TCP);
    // MC-NMF 2.2.3.5: a sized envelope that is shorter than it says.
    capture.add(&[(Side::Client, vec![6, 100, 1, 2, 3])]);
    assert!(capture.complaints().contains("Malformed Packet"), "{}", capture.complaints());
}
