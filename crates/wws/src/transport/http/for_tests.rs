//! Sends a body over any stream, as a client or as a server, until all of it is written.

use super::{
    body::{Outgoing, Piece},
    connection::Limited,
};
use crate::{Error, transport::BoxStream};
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
