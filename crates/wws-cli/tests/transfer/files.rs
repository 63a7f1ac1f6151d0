//! Files, envelopes and documents from `wws send` to `wws receive`.

use crate::programs::{Running, file, listed, receive, send, sent};
use serde_json::Value;
use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    process::Output,
};
use tempfile::TempDir;

#[test]
fn a_file_arrives_over_every_transport_and_encoding() {
    let folder = TempDir::new().unwrap();
    let octets: Vec<u8> = (0..3_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let path = file(&folder, "photo.jpg", &octets);
    let (http, tcp) = ("http://127.0.0.1:0/in", "net.tcp://127.0.0.1:0/in");
    for (number, (url, flags)) in [
        (http, &[][..]),
        (http, &["--encoding", "text"]),
        (http, &["--encoding", "binary"]),
        (http, &["--encoder", "gzip"]),
        (http, &["--soap", "1.2", "--addressing", "1.0"]),
        (tcp, &[]),
        (tcp, &["--encoder", "zstd"]),
        (tcp, &["--stream"]),
        (tcp, &["--stream", "--encoding", "mtom"]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = folder.path().join(format!("out{number}"));
        let (mut receiver, url) = receive(url, &out, flags);
        let mut arguments = vec![&*path, "--to", &url];
        arguments.extend(flags);
        let reply = sent(&arguments);
        let message = receiver.line();
        assert_eq!(message["kind"], "message", "{flags:?}: {message}");
        let name = message["name"].as_str().unwrap();
        assert!(reply.contains(name), "{flags:?}: the reply names what was written: {reply}");
        assert!(fs::read(out.join(name).join("photo.jpg")).unwrap() == octets, "{url} {flags:?}");
        let envelope = fs::read_to_string(out.join(name).join("envelope.xml")).unwrap();
        assert!(envelope.contains("photo.jpg") && envelope.contains("Include"), "{envelope}");
    }
}

#[test]
fn a_small_file_is_a_file_there() {
    let folder = TempDir::new().unwrap();
    for (number, (url, flags)) in [
        ("http://127.0.0.1:0/in", &[][..]),
        ("http://127.0.0.1:0/in", &["--encoding", "text"]),
        ("net.tcp://127.0.0.1:0/in", &[]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = folder.path().join(format!("out{number}"));
        let (mut receiver, url) = receive(url, &out, flags);
        for (name, octets) in [("small.bin", &b"\0\x01\xff"[..]), ("empty.bin", b""), ("broken.xml", b"<a")] {
            let path = file(&folder, name, octets);
            let mut arguments = vec![&*path, "--to", &url];
            arguments.extend(flags);
            let Output { status, stderr, .. } = send(&arguments);
            let said = String::from_utf8(stderr).unwrap();
            assert!(status.success(), "{said}");
            assert_eq!(said.contains("note:"), name == "broken.xml", "{said}");
            let message = receiver.line();
            let saved = out.join(message["name"].as_str().unwrap()).join(name);
            assert_eq!(fs::read(saved).unwrap(), octets, "{url} {flags:?} {name}");
        }
    }
}

#[test]
fn nobody_prints_an_answer_to_a_one_way_message() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'/>");
    for (number, url) in ["http://127.0.0.1:0/in", "net.tcp://127.0.0.1:0/in"].into_iter().enumerate() {
        let (mut receiver, url) = receive(url, &folder.path().join(format!("out{number}")), &[]);
        assert_eq!(sent(&[&document, "--to", &url, "--one-way"]), "");
        assert_eq!(receiver.line()["kind"], "message");
    }
}

#[test]
fn an_envelope_keeps_its_headers_and_can_change_its_encoding() {
    let folder = TempDir::new().unwrap();
    let envelope = file(
        &folder,
        "order.xml",
        br#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">
            <s:Header><a:Action s:mustUnderstand="1">urn:shop/order</a:Action><k:key xmlns:k="urn:k">7</k:key></s:Header>
            <s:Body><order xmlns="urn:shop"><id>1</id><note>R&amp;D</note></order></s:Body></s:Envelope>"#,
    );
    let out = folder.path().join("out");
    let (mut receiver, url) = receive("net.tcp://127.0.0.1:0/in", &out, &[]);
    let trace = folder.path().join("trace.json");
    let header = "{urn:test}priority=high";
    sent(&[&envelope, "--to", &url, "--header", header, "--trace", trace.to_str().unwrap()]);
    let message = receiver.line();
    assert_eq!(message["action"], "urn:shop/order");
    let saved = fs::read_to_string(out.join(message["name"].as_str().unwrap()).join("envelope.xml")).unwrap();
    for part in ["urn:k", ">7<", "R&amp;D", "priority", ">high<"] {
        assert!(saved.contains(part), "{part} in {saved}");
    }
    let trace = fs::read_to_string(trace).unwrap();
    let lines: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["name"] == "Via" && line["text"] == *url));
    let messages: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "message").collect();
    assert_eq!(messages.len(), 2, "{trace}");
    assert_eq!(messages[0]["action"], "urn:shop/order");
    assert_eq!(messages[1]["body"], "received");
}

#[test]
fn a_document_becomes_a_body_and_verbose_shows_the_wire() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let out = folder.path().join("out");
    let (mut receiver, url) = receive("http://127.0.0.1:0/in", &out, &[]);
    let arguments =
        [&*document, "--to", &url, "--action", "urn:shop/order", "--header", "X-Key=secret", "-v"];
    let Output { status, stdout, stderr } = send(&arguments);
    let shown = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{shown}");
    assert!(String::from_utf8(stdout).unwrap().contains("received"));
    for part in ["POST /in HTTP/1.1", "\"urn:shop/order\"", "secret", "HTTP/1.1 200", "<id>1</id>"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let message = receiver.line();
    assert_eq!(message["action"], "urn:shop/order");
    assert!(message["name"].as_str().unwrap().ends_with("-order"));
}

#[test]
fn a_cut_transfer_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let (mut receiver, url) = receive("http://127.0.0.1:0/in", &out, &["--encoding", "text"]);
    let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let start = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><a>half";
    for head in ["Content-Length: 100000", "Transfer-Encoding: chunked"] {
        let body = if head.contains("chunked") {
            format!("{:x}\r\n{start}\r\n", start.len())
        } else {
            start.to_owned()
        };
        let mut peer = TcpStream::connect(address).unwrap();
        write!(peer, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{head}\r\n\r\n{body}")
            .unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // Whether there is an answer does not matter; a good one there is not.
        let _ = peer.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
        assert_eq!(receiver.line()["kind"], "failed");
        assert!(listed(&out).is_empty());
    }
    let document = file(&folder, "whole.xml", b"<a>whole</a>");
    sent(&[&document, "--to", &url, "--encoding", "text"]);
    assert_eq!(listed(&out), ["000001-a"]);
    let hidden = fs::read_dir(&out).unwrap().count();
    assert_eq!(hidden, 1, "what was cut is removed");
}

/// A disk that is full in the middle of a file: the sender hears of it, nothing that looks whole is left, and what fits is
/// taken afterwards.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let large = file(&folder, "large.bin", &vec![7; 3_000_000]);
    let small = file(&folder, "small.bin", &[7; 30_000]);
    for (number, (url, flags)) in [
        ("http://127.0.0.1:0/in", &[][..]),
        ("http://127.0.0.1:0/in", &["--encoding", "text"]),
        ("net.tcp://127.0.0.1:0/in", &[]),
        ("net.tcp://127.0.0.1:0/in", &["--stream"]),
    ]
    .into_iter()
    .enumerate()
    {
        let out = folder.path().join(format!("out{number}"));
        let arguments = ["receive", "--listen", url, "--json", "--out", out.to_str().unwrap()];
        let arguments: Vec<&str> = arguments.iter().chain(flags).copied().collect();
        let mut receiver = Running::start_with_small_files(2000, &arguments);
        let url = receiver.line()["url"].as_str().unwrap().to_owned();
        let send_file = |path: &str| {
            let arguments: Vec<&str> = [path, "--to", &url].iter().chain(flags).copied().collect();
            send(&arguments)
        };
        let Output { status, stderr, .. } = send_file(&large);
        assert!(!status.success(), "{url} {flags:?}: it looks received");
        assert!(!stderr.is_empty());
        assert_eq!(receiver.line()["kind"], "failed", "{url} {flags:?}");
        assert!(listed(&out).is_empty(), "{url} {flags:?}: {:?}", listed(&out));
        let Output { status, stderr, .. } = send_file(&small);
        assert!(status.success(), "{url} {flags:?}: {}", String::from_utf8_lossy(&stderr));
        assert_eq!(receiver.line()["kind"], "message");
        let all = fs::read_dir(&out).unwrap().count();
        assert_eq!(all, 1, "{url} {flags:?}: what was not finished is removed");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "x", b"x");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (arguments, part) in [
        (vec![&*path, "--to", "ftp://x/"], "ftp://x/"),
        (vec![&*path, "--to", &format!("http://{closed}/")], "Connection refused"),
        (vec!["/no/such/file", "--to", "http://x/"], "/no/such/file"),
        (vec![&*path, "--to", "http://x/", "--header", "no"], "namespace"),
        (vec![&*path, "--to", "net.tcp://x/", "--encoding", "text", "--addressing", "none"], "HTTP"),
    ] {
        let Output { status, stderr, .. } = send(&arguments);
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && stderr.contains(part), "{arguments:?}: {stderr}");
    }
}
