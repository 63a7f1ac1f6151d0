//! Requests over HTTP that are refused before a program sees them: a status, and a fault in the version of the request.

use crate::echo::{ECHO, Echo, Server, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::{
    ErrorCode,
    channel::{Binding, Channel, TransferMode},
    soap::{Encoding, FaultError, Version},
};

const SOAP11: &str = "text/xml; charset=utf-8";
const SOAP12: &str = "application/soap+xml; charset=utf-8";

/// What comes back for a request: the status line, the content type and the body.
async fn ask(server: &Server, head: &str, body: &str) -> (String, String, String) {
    let address = server.url.split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request =
        format!("{head}Host: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.lines().next().unwrap().to_owned();
    let content_type = head.lines().find_map(|line| line.strip_prefix("content-type: "));
    (status, content_type.unwrap_or_default().to_owned(), body.to_owned())
}

/// An envelope of more than the limit.
fn large() -> String {
    format!("<x>{}</x>", "y".repeat(70_000))
}

#[tokio::test]
async fn a_refusal_is_a_fault_in_the_version_of_its_request() {
    let server = serve(&Binding::http(), "http://127.0.0.1:0/echo").await;
    let soap11 = serve(&Binding::http().with_version(Version::SOAP11), "http://127.0.0.1:0/echo").await;
    let headers = format!("X: {}\r\n", "y".repeat(60_000)).repeat(2);
    for (server, request, content_type, more, body, status, text) in [
        (&server, "POST /elsewhere", SOAP11, "", "<x/>", "404 Not Found", "check the URL"),
        (&server, "POST /elsewhere", SOAP12, "", "<x/>", "404 Not Found", "check the URL"),
        (&server, "PUT /echo", SOAP12, "", "<x/>", "405 Method Not Allowed", "use POST"),
        (&server, "POST /echo", SOAP12, "", &*large(), "413 Payload Too Large", "at most 65536 octets"),
        (&server, "POST /echo", SOAP11, "", "<x/>", "415 Unsupported Media Type", "use the encoding"),
        (&soap11, "POST /echo", SOAP12, "", "<x/>", "415 Unsupported Media Type", "use the encoding"),
        (&server, "POST /echo", SOAP12, "Content-Encoding: br\r\n", "x", "415 Unsupported Media Type", "br"),
        (&server, "POST /echo", SOAP12, "User-Agent: Mozilla/5\r\n", "<x/>", "403 Forbidden", "browsers"),
        (&server, "POST /echo", SOAP12, "", "no XML", "400 Bad Request", ""),
        // SOAP 1.1 6.2: a fault travels with 500.
        (&soap11, "POST /echo", SOAP11, "", "no XML", "500 Internal Server Error", ""),
    ] {
        let head = format!("{request} HTTP/1.1\r\nContent-Type: {content_type}\r\n{more}");
        let what = format!("{request} {content_type} {more}");
        let (line, answered, fault) = ask(server, &head, body).await;
        assert_eq!(line, format!("HTTP/1.1 {status}"), "{what}: {fault}");
        assert_eq!(answered, content_type, "{what}");
        let is_soap11 = content_type == SOAP11;
        let (code, ns) = match is_soap11 {
            true => ("Client", "http://schemas.xmlsoap.org/soap/envelope/"),
            false => ("Sender", "http://www.w3.org/2003/05/soap-envelope"),
        };
        for part in [code, ns, text] {
            assert!(fault.contains(part), "{what}: {part} in {fault}");
        }
    }
    // More than hyper reads is refused by it, without a word; what it reads is counted by us.
    let head = format!("POST /echo HTTP/1.1\r\nContent-Type: {SOAP12}\r\n{headers}");
    let (line, ..) = ask(&server, &head, "<x/>").await;
    assert_eq!(line, "HTTP/1.1 431 Request Header Fields Too Large");
}

#[tokio::test]
async fn a_refusal_is_plain_text_where_nobody_knows_the_version() {
    let server = serve(&Binding::http(), "http://127.0.0.1:0/echo").await;
    for (request, content_type, status, text) in [
        ("POST /elsewhere", "", "404 Not Found", "check the URL"),
        ("GET /echo", "", "405 Method Not Allowed", "use POST"),
        ("POST /echo", "", "415 Unsupported Media Type", "no content type"),
        ("POST /echo", "Content-Type: image/png\r\n", "415 Unsupported Media Type", "image/png"),
    ] {
        let head = format!("{request} HTTP/1.1\r\n{content_type}");
        let (line, answered, body) = ask(&server, &head, "<x/>").await;
        assert_eq!(line, format!("HTTP/1.1 {status}"), "{request}: {body}");
        assert_eq!(answered, "text/plain; charset=utf-8", "{request}");
        assert!(body.contains(text), "{request}: {body}");
    }
}

#[tokio::test]
async fn a_client_tells_status_and_reason_of_a_refusal() {
    let server = serve(&Binding::http(), "http://127.0.0.1:0/echo").await;
    let large = Echo { text: "x".repeat(70_000), data: Vec::new() };
    let (small, generous) = (Echo::new("x"), Binding::http().with_max_message_size(1 << 20));
    let elsewhere = server.url.replace("/echo", "/elsewhere");
    let streamed = generous.clone().with_transfer_mode(TransferMode::STREAMED);
    let soap11 = |binding: Binding| binding.with_version(Version::SOAP11);
    let binary = |binding: Binding| binding.with_encoding(Encoding::Binary);
    for (binding, url, echo, code, status, text) in [
        (Binding::http(), &elsewhere, &small, ErrorCode::EndpointNotFound, "404", "check the URL"),
        (soap11(Binding::http()), &elsewhere, &small, ErrorCode::EndpointNotFound, "404", "check the URL"),
        (binary(Binding::http()), &elsewhere, &small, ErrorCode::EndpointNotFound, "404", "check the URL"),
        (streamed, &elsewhere, &small, ErrorCode::EndpointNotFound, "404", "check the URL"),
        (generous, &server.url, &large, ErrorCode::QuotaExceeded, "413", "at most 65536 octets"),
        (soap11(Binding::http()), &server.url, &small, ErrorCode::EndpointFailure, "415", "use the encoding"),
        (binary(Binding::http()), &server.url, &small, ErrorCode::EndpointFailure, "415", "use the encoding"),
    ] {
        let channel = Channel::connect(&binding, url).await.unwrap();
        let error = channel.request::<Echo>(ECHO, echo).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        for part in [status, text] {
            assert!(error.to_string().contains(part), "{part} in {error}");
        }
        assert!(FaultError::of(&error).unwrap().fault.reason("en").contains(text), "{error}");
        assert_eq!(channel.state(), wws::channel::ChannelState::Open, "the next request may do better");
    }
}

/// A message that goes on behind the size that it announces is cut there, and what is left over is no request.
#[tokio::test]
async fn a_message_that_is_longer_than_it_says_is_refused() {
    let server = serve(&Binding::http(), "http://127.0.0.1:0/echo").await;
    let address = server.url.split('/').nth(2).unwrap();
    let envelope =
        "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body><a/></e:Body></e:Envelope>";
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /echo HTTP/1.1\r\nHost: {address}\r\nContent-Type: {SOAP12}\r\n");
    let request = format!("{head}Content-Length: {}\r\n\r\n{envelope}", envelope.len() - 5);
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.contains("Sender"), "{answer}");
    // The rest is answered for itself, if at all.
    let behind = answer.rsplit_once("Envelope>").unwrap().1;
    assert!(behind.is_empty() || behind.starts_with("HTTP/1.1 400"), "{behind}");
}

/// What others say: text, a page, a fault, nothing, and what looks like a fault and is none.
#[tokio::test]
async fn a_client_takes_refusals_of_others_as_they_are() {
    let fault = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>\
                 <faultcode>e:Server</faultcode><faultstring>back at noon</faultstring></e:Fault></e:Body></e:Envelope>";
    for (status, content_type, body, code, text) in [
        (
            "503 Busy",
            "text/plain",
            "back at noon\nor\u{7} later",
            ErrorCode::EndpointTooBusy,
            "back at noon or  later",
        ),
        ("503 Busy", "text/xml", fault, ErrorCode::EndpointTooBusy, "back at noon"),
        ("404 None", "text/html", "<p>no</p>", ErrorCode::EndpointNotFound, "status 404"),
        ("404 None", "text/xml", "<a>cut", ErrorCode::EndpointNotFound, "status 404"),
        ("410 Gone", "", "", ErrorCode::EndpointNotAvailable, "status 410"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"Envelope>") {
                assert_ne!(stream.read_buf(&mut heard).await.unwrap(), 0);
            }
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let client = async {
            let channel = Channel::connect(&Binding::http(), &url).await.unwrap();
            channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err()
        };
        let ((), error) = tokio::join!(server, client);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(text), "{text} in {error}");
    }
}

#[tokio::test]
async fn one_connection_too_many_is_told_in_a_fault() {
    let mut binding = Binding::http();
    binding.listener.max_connections = 1;
    let server = serve(&binding, "http://127.0.0.1:0/echo").await;
    let first = Channel::connect(&Binding::http(), &server.url).await.unwrap();
    first.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
    let second = Channel::connect(&Binding::http(), &server.url).await.unwrap();
    let error = second.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointTooBusy, "{error}");
    let fault = &FaultError::of(&error).unwrap().fault;
    assert!(fault.is_code("Receiver") && fault.reason("en").contains("too many connections"), "{error}");
    first.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
}
