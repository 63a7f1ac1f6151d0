//! `wws send`, `wws receive` and `wws proxy` against each other.

#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Lines, Read, Write},
    net::{Shutdown, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A command that runs until it is dropped, with the lines it prints.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wws"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }

    fn line(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `wws receive`, and the URL that it says.
fn receive(url: &str, out: &Path, more: &[&str]) -> (Running, String) {
    let mut arguments = vec!["receive", "--listen", url, "--json", "--out", out.to_str().unwrap()];
    arguments.extend(more);
    let mut running = Running::start(&arguments);
    let listening = running.line();
    (running, listening["url"].as_str().unwrap().to_owned())
}

fn send(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wws")).arg("send").args(arguments).output().unwrap()
}

fn sent(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = send(arguments);
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

fn file(folder: &TempDir, name: &str, octets: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, octets).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What stands in a directory, without what is hidden.
fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

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

#[test]
fn the_proxy_shows_what_passes_unchanged() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    for (listen, proxy) in [
        ("http://127.0.0.1:0/in", "http://127.0.0.1:0"),
        ("net.tcp://127.0.0.1:0/in", "net.tcp://127.0.0.1:0"),
    ] {
        let out = folder.path().join(proxy.split(':').next().unwrap());
        let (mut receiver, url) = receive(listen, &out, &[]);
        let mut proxy_running =
            Running::start(&["proxy", "--listen", proxy, "--to", &url, "--json", "--connections", "1"]);
        let said = proxy_running.line()["text"].as_str().unwrap().to_owned();
        let address = said.strip_prefix("listening at ").unwrap().split(',').next().unwrap().to_owned();
        let scheme = proxy.split(':').next().unwrap();
        let through = format!("{scheme}://{address}/in");
        let reply = sent(&[&document, "--to", &through, "--action", "urn:shop/order"]);
        assert!(reply.contains("received"));
        assert_eq!(receiver.line()["kind"], "message");
        let lines: Vec<Value> =
            proxy_running.lines.by_ref().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        let bodies: Vec<&str> = lines
            .iter()
            .filter(|line| line["kind"] == "message")
            .map(|line| line["body"].as_str().unwrap())
            .collect();
        assert_eq!(bodies, ["order", "received"], "{lines:?}");
    }
}
