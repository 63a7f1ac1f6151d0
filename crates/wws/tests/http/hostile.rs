//! Peers that cut, lie, stall, or talk nonsense.

use crate::{
    bare::{ask, server},
    peers::{client, echo, post, service},
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use wws::{
    ErrorCode,
    transport::{
        Timeouts,
        http::{ListenerOptions, Request},
    },
};

#[tokio::test]
async fn responses_that_are_cut_or_broken() {
    for (answer, code) in [
        (&b""[..], ErrorCode::EndpointDisconnected),
        (b"HTTP/1.1 200", ErrorCode::EndpointDisconnected),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", ErrorCode::EndpointDisconnected),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
            ErrorCode::EndpointDisconnected,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", ErrorCode::InvalidFormat),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", ErrorCode::QuotaExceeded),
        (b"nonsense\r\n\r\n", ErrorCode::InvalidFormat),
        (b"\x06\x05abcde\r\n\r\n", ErrorCode::InvalidFormat),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx", ErrorCode::InvalidFormat),
    ] {
        let (url, _server) = server(answer, true).await;
        let error = post(&client(|_| ()), &url).await.unwrap_err();
        assert_eq!(error.code(), code, "{}: {error}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn a_response_without_a_length_ends_with_the_connection() {
    let (url, _server) = server(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<a/>", true).await;
    assert_eq!(post(&client(|_| ()), &url).await.unwrap(), b"<a/>");
}

#[tokio::test]
async fn servers_that_stall() {
    let soon = Some(Duration::from_millis(50));
    let silent = Timeouts { receive_response: soon, ..Timeouts::NONE };
    let (url, _server) = server(b"", false).await;
    let error = post(&client(|o| o.timeouts = silent), &url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("RECEIVE_RESPONSE_TIMEOUT"), "{error}");

    let slow = Timeouts { receive: soon, ..Timeouts::NONE };
    let (url, _server) = server(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", false).await;
    let error = post(&client(|o| o.timeouts = slow), &url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("RECEIVE_TIMEOUT"), "{error}");
}

/// A server that never reads stops the client, and the time-out says which step it was.
#[tokio::test]
async fn a_server_that_does_not_read() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let client =
        client(|o| o.timeouts = Timeouts { send: Some(Duration::from_millis(100)), ..Timeouts::NONE });
    let mut call = client.begin(Request::post(&url, "a/b"), None).await.unwrap();
    let (_stream, _) = listener.accept().await.unwrap();
    let piece = bytes::Bytes::from(vec![0; 1 << 20]);
    let mut sent = 0_usize;
    let error = loop {
        match call.write(&[piece.clone().into()]).await {
            Ok(()) => sent += piece.len(),
            Err(error) => break error,
        }
        assert!(sent < 1 << 28, "there is no back-pressure");
    };
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("SEND_TIMEOUT"), "{error}");
}

#[tokio::test]
async fn requests_that_are_broken() {
    let service = service(ListenerOptions::default(), echo);
    let path = "/service";
    for (request, status) in [
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n<a/>"), "HTTP/1.1 200"),
        (format!("POST {path} HTTP/1.0\r\nContent-Length: 4\r\n\r\n<a/>"), "HTTP/1.0 200"),
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "y".repeat(70_000)), "HTTP/1.1 431"),
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n"), "HTTP/1.1 413"),
        (
            format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"),
            "HTTP/1.1 415",
        ),
        // Cut bodies are no requests; nothing is answered.
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nshort"), ""),
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), ""),
        (format!("POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"), ""),
    ] {
        let answer = ask(&service.url, request.as_bytes()).await;
        let first: String = answer.chars().take(12).collect();
        assert_eq!(first, status, "{}", request.chars().take(80).collect::<String>());
    }
}

/// A connection that says nothing, or half a head, is closed after its time.
#[tokio::test]
async fn silent_clients_are_closed() {
    let options = ListenerOptions { idle_time: Duration::from_millis(50), ..ListenerOptions::default() };
    let service = service(options, echo);
    let address = service.url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    for says in ["", "POST /service HT"] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(says.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

/// `Expect: 100-continue`, as .NET's clients send it.
#[tokio::test]
async fn clients_that_wait_to_be_asked() {
    let service = service(ListenerOptions::default(), echo);
    let address = service.url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream
        .write_all(b"POST /service HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    let mut answer = vec![0; 25];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"<a/>").await.unwrap();
    let mut answer = vec![0; 15];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 200 OK");
}
