//! The same octets there and back, by hyper alone.

use crate::{contract::envelope, mark};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, client::conn::http1::SendRequest, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use wws::{Error, Result, soap::Version};

fn content_type(version: Version) -> &'static str {
    if version == Version::SOAP11 { "text/xml; charset=utf-8" } else { "application/soap+xml; charset=utf-8" }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::operation(error.to_string())
}

/// Answers every request with its body.
pub(crate) async fn serve(version: Version) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Without it the answer waits for an acknowledgement; the figures would tell.
            let _ = stream.set_nodelay(true);
            let echo = service_fn(move |request: Request<Incoming>| async move {
                let body = request.into_body().collect().await?.to_bytes();
                let reply =
                    Response::builder().header("content-type", content_type(version)).body(Full::new(body));
                Ok::<_, hyper::Error>(reply.unwrap_or_default())
            });
            let builder = hyper::server::conn::http1::Builder::new();
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), echo));
        }
    });
    Ok(format!("http://{address}/echo"))
}

/// Sends `count` requests over several connections.
pub(crate) async fn call(version: Version, url: &str, count: u32, connections: u32) -> Result<()> {
    let uri: hyper::Uri = url.parse().map_err(failed)?;
    let host = uri.authority().map(ToString::to_string).unwrap_or_default();
    let mut senders = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
        tokio::spawn(connection);
        senders.push(sender);
    }
    let envelope = Bytes::from(envelope(version, url)?);
    let senders = requests(senders, version, &host, &envelope, 200).await?;
    mark("begin")?;
    let _open = requests(senders, version, &host, &envelope, count / connections).await?;
    mark("end")
}

async fn requests(
    senders: Vec<SendRequest<Full<Bytes>>>,
    version: Version,
    host: &str,
    envelope: &Bytes,
    count: u32,
) -> Result<Vec<SendRequest<Full<Bytes>>>> {
    let mut tasks: JoinSet<Result<_>> = JoinSet::new();
    for mut sender in senders {
        let (host, envelope) = (host.to_owned(), envelope.clone());
        tasks.spawn(async move {
            for _ in 0..count {
                sender.ready().await.map_err(failed)?;
                let request = Request::post("/echo")
                    .header("host", &host)
                    .header("content-type", content_type(version))
                    .body(Full::new(envelope.clone()))
                    .map_err(failed)?;
                let reply = sender.send_request(request).await.map_err(failed)?;
                let body = reply.into_body().collect().await.map_err(failed)?.to_bytes();
                if body != envelope {
                    return Err(Error::format("other octets came back"));
                }
            }
            Ok(sender)
        });
    }
    let mut senders = Vec::new();
    while let Some(done) = tasks.join_next().await {
        senders.push(done.map_err(failed)??);
    }
    Ok(senders)
}
