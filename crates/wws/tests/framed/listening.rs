//! Listeners over real sockets on loopback: limits, refusals, several sessions, the end.

use crate::link::BINARY;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wws::{
    ErrorCode, Result,
    transport::{
        Abort,
        framed::{Fault, ListenerOptions, Mode, Options, Session},
        net_tcp::{self, NetTcpListener},
        tcp::{IpVersion, KeepAlive, TcpOptions},
    },
};

fn listen(options: ListenerOptions) -> (NetTcpListener, String) {
    let listener = net_tcp::listen("net.tcp://127.0.0.1:0/service", options, &TcpOptions::default()).unwrap();
    let url = format!("net.tcp://{}/service", listener.local_address());
    (listener, url)
}

async fn connect(url: &str) -> Result<Session> {
    net_tcp::connect(url, Mode::DUPLEX, BINARY, &Options::default(), &TcpOptions::default()).await
}

#[tokio::test]
async fn many_sessions_at_once() {
    let (listener, url) = listen(ListenerOptions::default());
    let server = tokio::spawn(async move {
        let mut sessions = Vec::new();
        for _ in 0..20 {
            let mut session = listener.accept().await.unwrap();
            sessions.push(tokio::spawn(async move {
                while let Some(message) = session.receiver.message().await.unwrap() {
                    let chunks: Vec<_> = message.chunks.into_iter().map(Into::into).collect();
                    session.sender.send(&chunks).await.unwrap();
                }
                session.close().await.unwrap();
            }));
        }
        for session in sessions {
            session.await.unwrap();
        }
        listener
    });
    let clients: Vec<_> = (0..20_u8)
        .map(|i| {
            let url = url.clone();
            tokio::spawn(async move {
                let mut session = connect(&url).await.unwrap();
                assert!(session.info().peer.unwrap().ip().is_loopback());
                for _ in 0..5 {
                    session.sender.send(&[[i; 3000][..].into()]).await.unwrap();
                    assert_eq!(session.receiver.message().await.unwrap().unwrap().chunks.concat(), [i; 3000]);
                }
                session.close().await.unwrap();
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    let counters = server.await.unwrap().counters();
    assert_eq!((counters.opened, counters.failed, counters.refused, counters.connections), (20, 0, 0, 0));
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let (listener, url) = listen(ListenerOptions { max_connections: 2, ..ListenerOptions::default() });
    let first = connect(&url).await.unwrap();
    let second = connect(&url).await.unwrap();
    assert_eq!(connect(&url).await.unwrap_err().code(), ErrorCode::EndpointTooBusy);
    assert_eq!(listener.counters().refused, 1);
    assert_eq!(listener.counters().connections, 2);
    // Room again, once a session is gone on the listener's side.
    drop(first);
    drop(listener.accept().await.unwrap());
    let third = connect(&url).await.unwrap();
    drop((second, third));
}

/// Connections that say nothing count against the limit and keep nobody else waiting.
#[tokio::test]
async fn silent_connections_hold_up_nobody() {
    let (listener, url) = listen(ListenerOptions { max_connections: 50, ..ListenerOptions::default() });
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(tokio::net::TcpStream::connect(listener.local_address()).await.unwrap());
    }
    let client = tokio::spawn(async move { connect(&url).await.unwrap() });
    listener.accept().await.unwrap();
    client.await.unwrap();
}

#[tokio::test]
async fn a_wrong_path_or_encoding_is_refused() {
    let admit = |preamble: &wws::framing::Preamble| match preamble.encoding.content_type() {
        BINARY => Ok(()),
        _ => Err(Fault::ContentTypeInvalid),
    };
    let (listener, url) =
        listen(ListenerOptions { admit: std::sync::Arc::new(admit), ..ListenerOptions::default() });
    let wrong = url.replace("/service", "/services");
    assert_eq!(connect(&wrong).await.unwrap_err().code(), ErrorCode::EndpointNotFound);
    connect(&format!("{url}/below")).await.unwrap();
    let (options, tcp) = (Options::default(), TcpOptions::default());
    let error = net_tcp::connect(&url, Mode::DUPLEX, "text/plain", &options, &tcp).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointFailure);
    assert!(error.to_string().contains("ContentTypeInvalid"), "{error}");
    // The second is counted once its connection is closed.
    while listener.counters().failed < 2 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn streamed_sessions_are_recycled() {
    let (listener, url) = listen(ListenerOptions::default());
    let server = tokio::spawn(async move {
        for _ in 0..3 {
            let mut session = listener.accept().await.unwrap();
            let message = session.receiver.message().await.unwrap().unwrap();
            session.sender.send(&[message.chunks.concat()[..].into()]).await.unwrap();
            listener.recycle(session.close().await.unwrap().unwrap());
        }
        // The client closes its connection between sessions: no failure, no connection left.
        loop {
            let counters = listener.counters();
            if counters.connections == 0 {
                return counters;
            }
            tokio::task::yield_now().await;
        }
    });
    let (options, abort) = (Options::default(), Abort::new());
    let mut connection =
        net_tcp::connect_stream(&url, &options, &TcpOptions::default(), &abort).await.unwrap();
    for text in ["one", "two", "three"] {
        let target = wws::transport::framed::Target::new(Mode::SINGLETON_UNSIZED, &*url, BINARY);
        let mut session =
            wws::transport::framed::initiate(connection, target, &options, &abort).await.unwrap();
        session.sender.send(&[text.into()]).await.unwrap();
        session.sender.shut_down().await.unwrap();
        assert_eq!(session.receiver.message().await.unwrap().unwrap().chunks.concat(), text.as_bytes());
        connection = session.close().await.unwrap().unwrap();
    }
    drop(connection);
    let counters = server.await.unwrap();
    assert_eq!((counters.opened, counters.failed), (3, 0));
}

/// The limit for a handshake begins when it begins; between sessions there is another.
#[tokio::test]
async fn a_recycled_connection_may_be_idle() {
    let short = Duration::from_millis(500);
    for (idle_timeout, lives) in [(None, true), (Some(short), false)] {
        let mut options = ListenerOptions { idle_timeout, ..ListenerOptions::default() };
        options.session.timeouts.connect = Some(if lives { short } else { Duration::from_secs(60) });
        let (listener, url) = listen(options);
        let server = async {
            let mut session = listener.accept().await.unwrap();
            session.receiver.message().await.unwrap().unwrap();
            listener.recycle(session.close().await.unwrap().unwrap());
            if lives {
                listener.accept().await.unwrap();
            }
        };
        let (options, abort) = (Options::default(), Abort::new());
        let target = || wws::transport::framed::Target::new(Mode::SINGLETON_UNSIZED, &*url, BINARY);
        let client = async {
            let connection =
                net_tcp::connect_stream(&url, &options, &TcpOptions::default(), &abort).await.unwrap();
            let mut session =
                wws::transport::framed::initiate(connection, target(), &options, &abort).await.unwrap();
            session.sender.send(&["one".into()]).await.unwrap();
            session.sender.shut_down().await.unwrap();
            let connection = session.close().await.unwrap().unwrap();
            tokio::time::sleep(2 * short).await;
            wws::transport::framed::initiate(connection, target(), &options, &abort).await
        };
        let (again, ()) = tokio::join!(client, server);
        assert_eq!(again.is_ok(), lives, "{again:?}");
    }
}

#[tokio::test]
async fn the_end_of_a_listener() {
    let (listener, url) = listen(ListenerOptions::default());
    let client = tokio::spawn(async move { (connect(&url).await.unwrap(), url) });
    let mut session = listener.accept().await.unwrap();
    let (mut client, url) = client.await.unwrap();
    let abort = listener.abort_handle();
    let (accepted, ()) = tokio::join!(listener.accept(), async { abort.abort() });
    assert_eq!(accepted.unwrap_err().code(), ErrorCode::OperationAborted);
    // What was accepted lives on.
    client.sender.send(&["still here".into()]).await.unwrap();
    assert_eq!(session.receiver.message().await.unwrap().unwrap().chunks.concat(), b"still here");
    listener.close().await;
    let error = connect(&url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointNotFound);
    assert!(error.to_string().contains("no connection"));
}

#[tokio::test]
async fn addresses_in_use_and_wrong_ones() {
    let (listener, url) = listen(ListenerOptions::default());
    let again = net_tcp::listen(&url, ListenerOptions::default(), &TcpOptions::default());
    assert_eq!(again.unwrap_err().code(), ErrorCode::AddressInUse);
    let elsewhere =
        net_tcp::listen("net.tcp://192.0.2.1:0/", ListenerOptions::default(), &TcpOptions::default());
    assert_eq!(elsewhere.unwrap_err().code(), ErrorCode::AddressNotAvailable);
    drop(listener);
    let tcp = TcpOptions { ip_version: IpVersion::V6, ..TcpOptions::default() };
    let error = net_tcp::listen("net.tcp://127.0.0.1:0/", ListenerOptions::default(), &tcp).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
}

#[tokio::test]
async fn keep_alive_and_no_delay_are_set() {
    let tcp = TcpOptions { keep_alive: Some(KeepAlive::default()), no_delay: false, ..TcpOptions::default() };
    let listener = net_tcp::listen("net.tcp://127.0.0.1:0/", ListenerOptions::default(), &tcp).unwrap();
    let url = format!("net.tcp://{}/", listener.local_address());
    net_tcp::connect(&url, Mode::DUPLEX, BINARY, &Options::default(), &tcp).await.unwrap();
}

/// A fault is read even though the peer has sent more than we took before we closed.
#[tokio::test]
async fn a_refusal_survives_unread_input() {
    let (listener, _) = listen(ListenerOptions::default());
    let mut stream = tokio::net::TcpStream::connect(listener.local_address()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    stream.write_all(&[b'x'; 5000]).await.unwrap();
    let mut answer = Vec::new();
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer[0], 0x08);
    assert!(answer.ends_with(b"InvalidRecordSequence"));
}
