//! `wws proxy` between transports, encodings and versions.

use crate::programs::{file, listed, proxy, receive, send, sent};
use serde_json::Value;
use std::{fs, path::Path, process::Output};
use tempfile::TempDir;

/// A URL of a kind that nobody else uses.
fn fresh(kind: &str, name: &str) -> String {
    match kind {
        "net.pipe" => format!("net.pipe://localhost/wws-cli-{}-{name}", std::process::id()),
        "soap.udp" => "soap.udp://127.0.0.1:0".to_owned(),
        kind => format!("{kind}://127.0.0.1:0/{name}"),
    }
}

/// The envelope that a receiver saved.
fn saved(out: &Path, message: &Value) -> String {
    fs::read_to_string(out.join(message["name"].as_str().unwrap()).join("envelope.xml")).unwrap()
}

#[test]
fn every_kind_in_front_of_every_other() {
    let kinds = ["http", "net.tcp", "net.pipe", "soap.udp"];
    let folder = TempDir::new().unwrap();
    let document = file(
        &folder,
        "order.xml",
        br#"<order xmlns="urn:shop" id="7"><note>R&amp;D &lt;x&gt; \xc3\xa9</note></order>"#,
    );
    for back in kinds {
        let out = folder.path().join(back);
        let (mut receiver, url) = receive(&fresh(back, "back"), &out, &[]);
        for front in kinds {
            let name = format!("{front} in front of {back}");
            // Octets would pass unchanged between two of a kind.
            let same: &[&str] = if front == back { &["--encoding", "text"] } else { &[] };
            let (_proxy, at) = proxy(&fresh(front, &format!("front-{back}")), &url, same);
            let reply = sent(&[&document, "--to", &at, "--action", "urn:shop/order"]);
            assert!(reply.contains("<name>0000") && reply.contains("-order<"), "{name}: {reply}");
            let message = receiver.line();
            assert_eq!(message["action"], "urn:shop/order", "{name}");
            let envelope = saved(&out, &message);
            assert!(envelope.contains(r#"id="7""#) && envelope.contains("R&amp;D"), "{name}: {envelope}");
            if !back.starts_with("http") {
                assert!(
                    envelope.contains(&format!(">{url}<")),
                    "{name}: it is addressed to the server: {envelope}"
                );
            }
        }
    }
}

#[test]
fn headers_addresses_and_names_in_text_survive() {
    let folder = TempDir::new().unwrap();
    let envelope = file(
        &folder,
        "order.xml",
        br#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
              xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="http://www.w3.org/2005/08/addressing">
            <s:Header><a:Action>urn:shop/order</a:Action><a:MessageID>urn:uuid:0cf4bfb9-0c0e-4b3b-9d55-0a5a9f3a2b11</a:MessageID>
              <k:first xmlns:k="urn:k" s:mustUnderstand="1">1</k:first><k:second xmlns:k="urn:k">2</k:second></s:Header>
            <s:Body><order xmlns="urn:shop"><id xsi:type="xsd:int">7</id></order></s:Body></s:Envelope>"#,
    );
    let out = folder.path().join("out");
    let (mut receiver, url) = receive("net.tcp://127.0.0.1:0/in", &out, &[]);
    let (mut proxy, at) = proxy("http://127.0.0.1:0/", &url, &["-v"]);
    let reply = sent(&[&envelope, "--to", &format!("{at}more")]);
    assert!(
        reply.contains("http://schemas.xmlsoap.org/soap/envelope/"),
        "in the version of the request: {reply}"
    );
    assert!(reply.contains("0cf4bfb9-0c0e-4b3b-9d55-0a5a9f3a2b11"), "related to the request: {reply}");
    let message = receiver.line();
    assert_eq!((&message["encoding"], &message["envelope"]), (&"binary session".into(), &"SOAP 1.2".into()));
    let saved = saved(&out, &message);
    let place = |part: &str| saved.find(part).unwrap_or_else(|| panic!("{part} in {saved}"));
    assert!(place("first") < place("second"));
    place("xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
    place("xsd:int");
    place("0cf4bfb9-0c0e-4b3b-9d55-0a5a9f3a2b11");
    place(&format!("{url}/more"));
    let mut bodies = Vec::new();
    while bodies.len() < 4 {
        let line = proxy.line();
        if line["kind"] == "message" {
            bodies.push((
                line["body"].as_str().unwrap().to_owned(),
                line["content_type"].as_str().unwrap().to_owned(),
            ));
        }
    }
    let kinds: Vec<(&str, &str)> =
        bodies.iter().map(|(body, kind)| (body.as_str(), kind.split(';').next().unwrap())).collect();
    assert_eq!(
        kinds,
        [
            ("order", "text/xml"),
            ("order", "application/soap+msbinsession1"),
            ("received", "application/soap+msbinsession1"),
            ("received", "text/xml"),
        ],
        "both sides are shown"
    );
}

#[test]
fn attachments_pass_between_encodings() {
    let folder = TempDir::new().unwrap();
    let octets: Vec<u8> = (0..6_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let photo = file(&folder, "photo.jpg", &octets);
    for (number, (back, back_flags, front, client)) in [
        ("http", &["--encoding", "mtom"][..], "net.tcp", &["--stream"][..]),
        ("net.tcp", &["--stream"], "http", &[]),
        ("http", &["--encoding", "binary"], "http", &[]),
        ("net.tcp", &["--stream", "--encoding", "mtom"], "http", &["--encoding", "binary"]),
        ("net.tcp", &[], "http", &["--encoding", "text"]),
        ("net.pipe", &["--stream"], "net.tcp", &[]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = folder.path().join(format!("out{number}"));
        let (mut receiver, url) = receive(&fresh(back, &format!("big{number}")), &out, &[]);
        let (_proxy, at) = proxy(&fresh(front, &format!("front{number}")), &url, back_flags);
        let mut arguments = vec![photo.as_str(), "--to", &at];
        arguments.extend(client);
        assert!(sent(&arguments).contains("received"));
        let message = receiver.line();
        let name = message["name"].as_str().unwrap_or_else(|| panic!("{back} {front}: {message}"));
        assert!(
            fs::read(out.join(name).join("photo.jpg")).unwrap() == octets,
            "{back} {back_flags:?} {front}"
        );
    }
}

#[test]
fn a_server_that_is_not_there_is_a_fault() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'/>");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (front, back) in [("http", "net.tcp"), ("net.tcp", "http"), ("net.pipe", "net.tcp")] {
        let (_proxy, at) = proxy(&fresh(front, "nobody"), &format!("{back}://{closed}/"), &[]);
        let Output { status, stdout, stderr } = send(&[&document, "--to", &at, "--action", "urn:x"]);
        let said = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && said.contains("proxy could not pass"), "{front} {back}: {said}");
        assert!(String::from_utf8(stdout).unwrap().contains("Fault"), "{front} {back}");
    }
}

#[test]
fn what_is_cut_is_not_sent_on_whole() {
    use std::io::{Read, Write};
    let folder = TempDir::new().unwrap();
    for back in ["http", "net.tcp"] {
        let out = folder.path().join(back);
        let (mut receiver, url) = receive(&fresh(back, "cut"), &out, &[]);
        let (_proxy, at) = proxy("http://127.0.0.1:0/in", &url, &["--encoding", "binary"]);
        let address = at.split('/').nth(2).unwrap().to_owned();
        let mut peer = std::net::TcpStream::connect(address).unwrap();
        let start = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><a>half";
        write!(
            peer,
            "POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n{start}"
        )
        .unwrap();
        peer.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = peer.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 2"));
        let document = file(&folder, "whole.xml", b"<whole/>");
        sent(&[&document, "--to", &at]);
        // A half message over HTTP was begun; one over net.tcp was not.
        let message =
            std::iter::from_fn(|| Some(receiver.line())).find(|line| line["kind"] == "message").unwrap();
        assert!(message["name"].as_str().unwrap().ends_with("-whole"), "{message}");
        assert_eq!(listed(&out).len(), 1, "{back}");
    }
}

#[test]
fn faults_change_their_version() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    // A receiver that cannot write: its directory is gone.
    let (_receiver, url) = receive("net.tcp://127.0.0.1:0/in", &out, &[]);
    fs::remove_dir_all(&out).unwrap();
    let (_proxy, at) = proxy("http://127.0.0.1:0/", &url, &[]);
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'/>");
    let Output { status, stdout, .. } = send(&[&document, "--to", &at, "--action", "urn:x"]);
    let reply = String::from_utf8(stdout).unwrap();
    assert!(!status.success());
    assert!(reply.contains("faultstring") && !reply.contains("2003/05/soap-envelope"), "{reply}");
}
