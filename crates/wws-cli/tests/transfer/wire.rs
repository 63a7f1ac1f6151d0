//! `send -v` and `--trace` on every transport.

use crate::programs::{file, receive, send};
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
