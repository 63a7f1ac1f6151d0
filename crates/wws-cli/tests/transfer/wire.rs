//! `send -v` and `--trace` on every transport.

use crate::{
    programs::{file, receive, send},
    tls::Authority,
};
use serde_json::Value;
use std::{fs, process::Output};
use tempfile::TempDir;

#[test]
fn records_and_datagrams_are_shown() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let pipe = format!("net.pipe://localhost/wws-cli-{}-wire", std::process::id());
    for (number, (listen, parts, transport)) in [
        (&*pipe, &["Preamble Ack", "Sized Envelope", "<id>1</id>", "received"][..], "pipe"),
        ("soap.udp://127.0.0.1:0", &["Datagram", "octets to 127.0.0.1", "<id>1</id>", "received"], "udp"),
        ("net.tcp://127.0.0.1:0/in", &["Via", "Sized Envelope", "<id>1</id>", "received"], "tcp"),
    ]
    .into_iter()
    .enumerate()
    {
        let (_receiver, url) = receive(listen, &folder.path().join(format!("out{number}")), &[]);
        let trace = folder.path().join(format!("trace{number}"));
        let arguments =
            [&*document, "--to", &url, "--action", "urn:x", "-v", "--trace", trace.to_str().unwrap()];
        let Output { status, stderr, .. } = send(&arguments);
        let shown = String::from_utf8(stderr).unwrap();
        assert!(status.success(), "{shown}");
        for part in parts {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let lines: Vec<Value> = fs::read_to_string(trace)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["transport"], transport);
        let bodies: Vec<&str> = lines
            .iter()
            .filter(|line| line["kind"] == "message")
            .map(|line| line["body"].as_str().unwrap())
            .collect();
        assert_eq!(bodies, ["order", "received"], "{lines:?}");
    }
}

#[test]
fn the_version_of_http_is_shown_and_can_be_chosen() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let authority = Authority::new("ours");
    let root = authority.root(&folder, "ours.pem");
    let [cert, key] = authority.issue(folder.path(), "server", "localhost", |_| ());
    let (_plain, plain) = receive("http://127.0.0.1:0/in", &folder.path().join("plain"), &[]);
    let (_https, https) =
        receive("https://127.0.0.1:0/in", &folder.path().join("https"), &["--cert", &cert, "--key", &key]);
    let https = https.replace("127.0.0.1", "localhost");
    let old = ["POST /in HTTP/1.1", "HTTP/1.1 200"];
    let new = ["POST /in HTTP/2 [stream 1]", "HTTP/2 200 [stream 1]", "SETTINGS", "host: "];
    for (url, more, expected, unexpected) in [
        (&plain, &[][..], &old[..], "HTTP/2"),
        (&plain, &["--http2"], &new, "HTTP/1"),
        (&https, &["--cacert", &root], &new, "HTTP/1"),
        (&https, &["--cacert", &root, "--http2"], &new, "HTTP/1"),
        (&https, &["--cacert", &root, "--http1.1"], &old, "HTTP/2"),
    ] {
        let arguments = [&[&*document, "--to", url, "--action", "urn:x", "-v"], more].concat();
        let Output { status, stderr, .. } = send(&arguments);
        let shown = String::from_utf8(stderr).unwrap();
        assert!(status.success(), "{shown}");
        assert!(!shown.contains(unexpected) && !shown.contains("broken"), "{more:?}: {shown}");
        for part in expected.iter().chain(&["<id>1</id>", "received"]) {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }
    let Output { status, stderr, .. } =
        send(&[&document, "--to", "net.tcp://localhost:1/", "--action", "urn:x", "--http2"]);
    assert!(!status.success() && String::from_utf8(stderr).unwrap().contains("--http2"));
}
