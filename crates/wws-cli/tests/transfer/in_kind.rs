//! `wws receive` answers as it is asked.

use crate::programs::{file, receive, send, sent};
use std::process::Output;
use tempfile::TempDir;

#[test]
fn one_receiver_takes_every_encoding_and_version() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let photo = file(&folder, "photo.jpg", &[7; 100_000]);
    let (mut http, http_url) = receive("http://127.0.0.1:0/in", &folder.path().join("http"), &[]);
    let (mut tcp, tcp_url) = receive("net.tcp://127.0.0.1:0/in", &folder.path().join("tcp"), &[]);
    for (path, flags, encoding, envelope, content_type) in [
        (&document, &[][..], "text", "SOAP 1.1", "text/xml"),
        (&document, &["--soap", "1.2"], "text", "SOAP 1.2", "application/soap+xml"),
        (&document, &["--soap", "1.2", "--addressing", "1.0"], "text", "SOAP 1.2", "application/soap+xml"),
        (&document, &["--addressing", "0.9"], "text", "SOAP 1.1", "text/xml"),
        (&document, &["--encoding", "utf16"], "UTF-16", "SOAP 1.1", "text/xml; charset=utf-16LE"),
        (&document, &["--encoding", "binary"], "binary", "SOAP 1.2", "application/soap+msbin1"),
        (&document, &["--encoder", "gzip"], "text", "SOAP 1.1", "text/xml"),
        (&photo, &[], "MTOM", "SOAP 1.1", "multipart/related"),
        (&photo, &["--soap", "1.2"], "MTOM", "SOAP 1.2", "multipart/related"),
        (&photo, &["--encoding", "text"], "text", "SOAP 1.1", "text/xml"),
    ] {
        let mut arguments = vec![path.as_str(), "--to", &http_url, "-v"];
        arguments.extend(flags);
        let Output { status, stdout, stderr } = send(&arguments);
        let shown = String::from_utf8(stderr).unwrap();
        assert!(status.success(), "{flags:?}: {shown}");
        assert!(String::from_utf8(stdout).unwrap().contains("received"));
        let reply = shown.split("HTTP/1.1 200").nth(1).unwrap_or_else(|| panic!("{flags:?}: {shown}"));
        let said = reply.lines().find_map(|line| line.trim().strip_prefix("content-type: ")).unwrap();
        assert!(said.starts_with(content_type), "{flags:?}: {said}");
        let message = http.line();
        assert_eq!((&message["encoding"], &message["envelope"]), (&encoding.into(), &envelope.into()));
        if flags.contains(&"--addressing") {
            assert!(reply.contains("RelatesTo"), "the reply is addressed as the request is: {reply}");
        } else {
            assert!(!reply.contains("RelatesTo"), "{reply}");
        }
    }
    for (flags, encoding) in [
        (&[][..], "binary session"),
        (&["--stream"], "binary"),
        (&["--encoding", "text"], "text"),
        (&["--encoding", "mtom", "--stream"], "MTOM"),
        (&["--encoding", "text", "--soap", "1.1"], "text"),
    ] {
        let mut arguments = vec![photo.as_str(), "--to", &tcp_url];
        arguments.extend(flags);
        assert!(sent(&arguments).contains("received"));
        assert_eq!(tcp.line()["encoding"], encoding, "{flags:?}");
    }
}

#[test]
fn an_encoding_that_is_given_is_the_only_one() {
    let folder = TempDir::new().unwrap();
    let document = file(&folder, "order.xml", b"<order xmlns='urn:shop'><id>1</id></order>");
    let (_receiver, url) =
        receive("http://127.0.0.1:0/in", &folder.path().join("out"), &["--encoding", "binary"]);
    let Output { status, stderr, .. } = send(&[&document, "--to", &url]);
    let said = String::from_utf8(stderr).unwrap();
    assert!(
        !status.success() && said.contains("415") && said.contains("hint: ") && said.contains("--encoding"),
        "{said}"
    );
    sent(&[&document, "--to", &url, "--encoding", "binary"]);
}
