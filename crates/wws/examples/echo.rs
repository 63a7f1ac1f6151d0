//! An echo service on net.tcp and HTTP, and a client for each: what the transports do without any XML.
//!
//! `cargo run -p wws --example echo` talks to itself; `… --example echo -- net.tcp://127.0.0.1:808/echo` serves until it
//! is interrupted, `… -- http://127.0.0.1:8080/echo` too.

use wws::{
    Result,
    transport::{
        framed::{ListenerOptions, Mode, Options, Session},
        http::{self, Exchange, Reply, Request},
        net_tcp,
        tcp::TcpOptions,
    },
};

const CONTENT_TYPE: &str = "application/soap+msbin1";

#[tokio::main]
async fn main() -> Result<()> {
    match std::env::args().nth(1) {
        Some(url) if url.starts_with("http:") => serve_http(http_listener(&url)?).await,
        Some(url) => serve_net_tcp(net_tcp_listener(&url)?).await,
        None => talk().await,
    }
}

/// Starts both services on free ports and sends each a message.
async fn talk() -> Result<()> {
    let listener = net_tcp_listener("net.tcp://127.0.0.1:0/echo")?;
    let url = format!("net.tcp://{}/echo", listener.local_address());
    tokio::spawn(serve_net_tcp(listener));
    for mode in [Mode::DUPLEX, Mode::SINGLETON_UNSIZED] {
        let (options, tcp) = (Options::default(), TcpOptions::default());
        let mut session = net_tcp::connect(&url, mode, CONTENT_TYPE, &options, &tcp).await?;
        session.sender.send(&["hello over net.tcp".into()]).await?;
        session.sender.shut_down().await?;
        let reply = session.receiver.message().await?.map(|message| message.chunks.concat());
        println!("{mode}: {}", String::from_utf8_lossy(&reply.unwrap_or_default()));
        session.close().await?;
    }

    let listener = http_listener("http://127.0.0.1:0/echo")?;
    let url = format!("http://{}/echo", listener.local_address());
    tokio::spawn(serve_http(listener));
    let client = http::Client::new(http::ClientOptions::default())?;
    let mut call = client.begin(Request::post(&url, "text/xml"), None).await?;
    for piece in ["hello ", "over ", "HTTP"] {
        call.write(&[piece.into()]).await?;
    }
    call.finish().await?;
    let mut response = call.response().await?.into_message()?;
    println!("HTTP: {}", String::from_utf8_lossy(&response.body.collect().await?.concat()));
    Ok(())
}

fn net_tcp_listener(url: &str) -> Result<net_tcp::NetTcpListener> {
    net_tcp::listen(url, ListenerOptions::default(), &TcpOptions::default())
}

async fn serve_net_tcp(listener: net_tcp::NetTcpListener) -> Result<()> {
    loop {
        let session = listener.accept().await?;
        tokio::spawn(echo_session(session));
    }
}

async fn echo_session(mut session: Session) -> Result<()> {
    while let Some(message) = session.receiver.message().await? {
        let chunks: Vec<_> = message.chunks.into_iter().map(Into::into).collect();
        session.sender.send(&chunks).await?;
    }
    session.close().await.map(drop)
}

fn http_listener(url: &str) -> Result<http::Listener> {
    let options = http::ListenerOptions { max_message_size: u64::MAX, ..http::ListenerOptions::default() };
    http::Listener::open(url, options)
}

async fn serve_http(listener: http::Listener) -> Result<()> {
    loop {
        let exchange = listener.accept().await?;
        tokio::spawn(echo_exchange(exchange));
    }
}

/// Streams the request back while it arrives.
async fn echo_exchange(exchange: Exchange) -> Result<()> {
    let Exchange { mut body, responder, .. } = exchange;
    let content_type = body.content_type().unwrap_or("application/octet-stream").to_owned();
    let mut reply = responder.begin(Reply::ok(content_type), None)?;
    while let Some(chunk) = body.chunk().await? {
        reply.write(&[chunk.into()]).await?;
    }
    reply.finish().await
}
