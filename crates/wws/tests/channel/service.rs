//! Listeners that are served by a tower service.

use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use wws::{
    Result,
    channel::{Binding, Listener, ServiceReply, ServiceRequest, serve},
};

/// Takes every message and answers none.
#[derive(Clone)]
struct Silent;

impl tower_service::Service<ServiceRequest> for Silent {
    type Response = Option<ServiceReply>;
    type Error = wws::Error;
    type Future = Ready<Result<Option<ServiceReply>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: ServiceRequest) -> Self::Future {
        ready(Ok(None))
    }
}

/// Posts an envelope with this header, and gives what comes back until the connection ends.
async fn post(url: &str, header: &str) -> String {
    let envelope = format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' \
         xmlns:a='http://www.w3.org/2005/08/addressing'><s:Header><a:Action>urn:test/a</a:Action>{header}</s:Header>\
         <s:Body><x/></s:Body></s:Envelope>"
    );
    let authority = url.trim_start_matches("http://").trim_end_matches("/s");
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let head = format!(
        "POST /s HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/soap+xml\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        envelope.len()
    );
    stream.write_all((head + &envelope).as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A connection that is dropped may be reset.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_request_that_cannot_be_answered_does_not_look_accepted() {
    let listener = Arc::new(Listener::open(&Binding::http(), "http://127.0.0.1:0/s").await.unwrap());
    let url = listener.url();
    let serving = tokio::spawn(serve(listener.clone(), Silent, 10));
    let accepted = post(&url, "").await;
    assert!(accepted.starts_with("HTTP/1.1 202 "), "{accepted}");
    // An endpoint without an address: nobody knows where the reply would go.
    let refused = post(&url, "<a:MessageID>urn:m</a:MessageID><a:ReplyTo/>").await;
    assert!(!refused.starts_with("HTTP/1.1 2"), "{refused}");
    listener.close().await.unwrap();
    serving.await.unwrap().unwrap();
}
