//! `wws proxy` where octets pass unchanged.

use crate::programs::{file, proxy, receive, sent};
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn the_proxy_shows_what_passes_unchanged() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    for (listen, front) in [
        ("http://127.0.0.1:0/in", "http://127.0.0.1:0"),
        ("net.tcp://127.0.0.1:0/in", "net.tcp://127.0.0.1:0"),
    ] {
        let scheme = front.split(':').next().unwrap();
        let out = folder.path().join(scheme);
        let (mut receiver, url) = receive(listen, &out, &[]);
        let (mut proxy, address) = proxy(front, &url, &["--connections", "1"]);
        let through = format!("{scheme}://{address}/in");
        let reply = sent(&[&document, "--to", &through, "--action", "urn:shop/order"]);
        assert!(reply.contains("received"));
        assert_eq!(receiver.line()["kind"], "message");
        let lines: Vec<Value> =
            proxy.lines.by_ref().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        let bodies: Vec<&str> = lines
            .iter()
            .filter(|line| line["kind"] == "message")
            .map(|line| line["body"].as_str().unwrap())
            .collect();
        assert_eq!(bodies, ["order", "received"], "{lines:?}");
    }
}
