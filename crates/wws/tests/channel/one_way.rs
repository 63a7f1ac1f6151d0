//! What servers answer to a one-way message over HTTP.

use crate::echo::{ECHO, Echo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wws::{
    ErrorCode, Result,
    channel::{Binding, Channel, TransferMode},
    soap::Version,
};

/// Sends a message to a server that says this, whatever comes.
async fn send(answer: &'static str, mode: TransferMode) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
        // The end of the envelope, or the last chunk.
        while !request.ends_with(b"Envelope>") && !request.ends_with(b"\r\n0\r\n\r\n") {
            match stream.read(&mut buffer).await.unwrap() {
                0 => break,
                count => request.extend_from_slice(&buffer[..count]),
            }
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let binding = Binding::http().with_version(Version::SOAP11).with_transfer_mode(mode);
    let channel = Channel::connect(&binding, &url).await?;
    let sent = channel.send(ECHO, &Echo::new("one-way")).await;
    server.await.unwrap();
    sent
}

#[tokio::test]
async fn accepted_with_and_without_a_content_type() {
    for mode in [TransferMode::BUFFERED, TransferMode::STREAMED] {
        for answer in [
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 202 Accepted\r\nContent-Type: text/xml\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 202 Accepted\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            send(answer, mode).await.unwrap_or_else(|e| panic!("{answer}: {e}"));
        }
    }
}

#[tokio::test]
async fn answered_with_a_message() {
    for mode in [TransferMode::BUFFERED, TransferMode::STREAMED] {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 109\r\n\r\n\
                      <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><x/></s:Body>\
                      </s:Envelope>           ";
        let error = send(answer, mode).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
        assert!(error.to_string().contains("one-way"), "{error}");
    }
}
