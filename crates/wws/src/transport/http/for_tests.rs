//! Sends a body over any stream, as a client or as a server, until all of it is written.

use super::{
    ClientOptions, ListenerOptions,
    body::{Outgoing, Piece},
    connection::Limited,
    failure::End,
    http2,
    sender::Http2Connection,
};
use crate::{
    Error,
    transport::{Abort, BoxStream},
};
use bytes::Bytes;
use hyper::{client, server, service::service_fn};
use hyper_util::rt::TokioIo;
use std::sync::Mutex;
use tokio::io::{AsyncWriteExt, DuplexStream};

pub(crate) async fn send(
    stream: BoxStream,
    mut far: DuplexStream,
    is_client: bool,
    whole: bool,
    pieces: &[Bytes],
) {
    let (sender, body) = if whole {
        (None, Outgoing::whole(pieces.iter().cloned()))
    } else {
        let (sender, body) = Outgoing::streamed(None);
        (Some(sender), body)
    };
    let feed = async {
        if let Some(sender) = sender {
            for piece in pieces {
                sender
                    .send(Piece::Data(piece.clone()))
                    .await
                    .unwrap_or_else(|_| panic!("the connection is gone"));
            }
            let _ = sender.send(Piece::End).await;
            sender.closed().await;
        }
    };
    let io = TokioIo::new(Limited::new(stream, None));
    if is_client {
        let (mut requests, connection) = client::conn::http1::handshake(io).await.unwrap();
        let mut request = http::Request::new(body);
        *request.method_mut() = http::Method::POST;
        let response = requests.send_request(request);
        let answer = async {
            feed.await;
            // Every body is out once the connection asks for the answer.
            tokio::task::yield_now().await;
            far.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            response.await.unwrap();
            drop(requests);
        };
        let (done, ()) = tokio::join!(connection, answer);
        done.unwrap();
        return;
    }
    far.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await.unwrap();
    let body = Mutex::new(Some(body));
    let service = service_fn(|_| {
        let body = body.lock().unwrap().take().unwrap();
        async { Ok::<_, Error>(http::Response::new(body)) }
    });
    let (done, ()) = tokio::join!(server::conn::http1::Builder::new().serve_connection(io, service), feed);
    done.unwrap();
}

/// The same over HTTP/2, with a peer that takes everything.
pub(crate) async fn send_http2(stream: BoxStream, mut far: DuplexStream, is_client: bool, pieces: &[Bytes]) {
    // SETTINGS with the largest window for each stream, and WINDOW_UPDATE for as much of the connection (RFC 9113 6.5.2,
    // 6.9).
    const SETTINGS: &[u8] = b"\0\0\x06\x04\0\0\0\0\0\0\x04\x7f\xff\xff\xff";
    const WINDOW: &[u8] = b"\0\0\x04\x08\0\0\0\0\0\x7f\xff\x00\x00";
    let stream = Limited::new(stream, None);
    let body = Outgoing::whole(pieces.iter().cloned());
    if is_client {
        far.write_all(&[SETTINGS, WINDOW].concat()).await.unwrap();
        let (failed, failure) = tokio::sync::watch::channel(None);
        let options = ClientOptions::default();
        let connection =
            Http2Connection::new(stream, &options, End::new(failure, true), failed).await.unwrap();
        let request = http::Request::post("http://h/").body(body).unwrap();
        let (requests, connection) = connection.into_parts();
        let connection = tokio::spawn(connection);
        let mut sender = requests;
        let response = tokio::spawn(sender.send_request(request));
        // Whatever can go out goes out before there is an answer: `:status 200` without a body.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        far.write_all(b"\0\0\x01\x01\x05\0\0\0\x01\x88").await.unwrap();
        response.await.unwrap().unwrap();
        connection.abort();
        return;
    }
    far.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    far.write_all(&[SETTINGS, WINDOW].concat()).await.unwrap();
    // `:method POST`, `:scheme http`, `:path /`, `:authority h`.
    far.write_all(b"\0\0\x06\x01\x05\0\0\0\x01\x83\x86\x84\x41\x01h").await.unwrap();
    let body = Mutex::new(Some(body));
    let (options, closing) = (ListenerOptions::default(), Abort::new());
    let answer = |_| {
        let body = body.lock().unwrap().take().unwrap();
        closing.abort();
        async { Ok::<_, Error>(http::Response::new(body)) }
    };
    let serving = http2::serve(stream, &options, 1000, false, &closing, answer);
    let ends = async {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        drop(far);
    };
    tokio::join!(serving, ends);
}
