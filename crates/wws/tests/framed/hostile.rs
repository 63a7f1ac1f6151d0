//! Peers that are slow, that lie, that vanish; calls that are cancelled or aborted.

use crate::link::{BINARY, open_to_bare, pair, target, unlimited};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wws::{
    ErrorCode,
    transport::{
        Abort,
        framed::{Connection, Mode, Options, initiate, receive},
    },
};

#[tokio::test(start_paused = true)]
async fn a_peer_that_announces_what_it_does_not_send() {
    let (mut session, mut far) = open_to_bare(Mode::DUPLEX, &Options::default(), 1024).await;
    far.write_all(b"\x06\x0aonly").await.unwrap();
    assert_eq!(session.receiver.next().await.unwrap().as_deref(), Some(BINARY));
    assert_eq!(session.receiver.chunk().await.unwrap().unwrap(), "only");
    let error = session.receiver.chunk().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("RECEIVE_TIMEOUT"));
    assert_eq!(session.receiver.next().await.unwrap_err().code(), ErrorCode::OperationTimedOut, "it stays");
}

/// Each octet comes in time, the message does not.
#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_one_octet_a_second() {
    let (mut session, mut far) = open_to_bare(Mode::DUPLEX, &Options::default(), 1024).await;
    let slow = async {
        far.write_all(b"\x06\x40").await.unwrap();
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            far.write_all(b"x").await.unwrap();
        }
    };
    let error = tokio::select! {
        received = session.receiver.message() => received.unwrap_err(),
        () = slow => unreachable!("it sends for ever"),
    };
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("RECEIVE_TIMEOUT"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_vanishes() {
    for (octets, place) in
        [(&b""[..], "without an End"), (b"\x06", "inside a record"), (b"\x06\x05ab", "inside an envelope")]
    {
        let (mut session, mut far) = open_to_bare(Mode::DUPLEX, &Options::default(), 1024).await;
        far.write_all(octets).await.unwrap();
        drop(far);
        let error = session.receiver.message().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointDisconnected);
        assert!(error.to_string().contains(place), "{error}");
        let error = session.sender.send(&["x".into()]).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::EndpointDisconnected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_over_the_limit_is_told() {
    let (mut session, mut far) = open_to_bare(Mode::DUPLEX, &Options::default(), 1024).await;
    far.write_all(b"\x06\xff\xff\xff\xff\x07").await.unwrap();
    let error = session.receiver.message().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    session.send_fault(&error).await;
    let mut fault = [0; 300];
    let n = far.read(&mut fault).await.unwrap();
    assert_eq!(fault[0], 0x08);
    assert!(fault[..n].ends_with(b"MaxMessageSizeExceededFault"));
    assert_eq!(
        session.sender.send(&["x".into()]).await.unwrap_err().code(),
        ErrorCode::InvalidOperation,
        "nothing goes out after a fault"
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_is_not_sent() {
    let (mut client, mut server) = pair(Mode::DUPLEX, &Options::default(), 1024, 100).await.unwrap();
    let large = vec![0; 65_537];
    assert_eq!(client.sender.send(&[large[..].into()]).await.unwrap_err().code(), ErrorCode::QuotaExceeded);
    client.sender.begin(None).await.unwrap();
    assert_eq!(client.sender.write(&[large[..].into()]).await.unwrap_err().code(), ErrorCode::QuotaExceeded);
    client.sender.abandon();
    client.sender.send(&["small".into()]).await.unwrap();
    assert_eq!(server.receiver.message().await.unwrap().unwrap().chunks.concat(), b"small");
}

#[tokio::test(start_paused = true)]
async fn one_octet_a_second_is_not_enough_for_a_handshake() {
    let (near, mut far) = tokio::io::duplex(64);
    let slow = tokio::spawn(async move {
        for octet in b"\x00\x01\x00\x01\x02\x02\x0bnet.tcp://h\x03\x07\x0c" {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if far.write_all(&[*octet]).await.is_err() {
                return;
            }
        }
    });
    let options = wws::transport::framed::ListenerOptions::default().session;
    let error = receive(Connection::new(near), &options, &|_| Ok(()), &Abort::new()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("CONNECT_TIMEOUT"));
    slow.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_says_end() {
    let (session, _far) = open_to_bare(Mode::DUPLEX, &Options::default(), 1024).await;
    let error = session.close().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
}

#[tokio::test(start_paused = true)]
async fn something_else_than_a_server() {
    let (near, mut far) = tokio::io::duplex(1024);
    far.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    let error =
        initiate(Connection::new(near), target(Mode::DUPLEX), &Options::default(), &Abort::new()).await;
    assert_eq!(error.unwrap_err().code(), ErrorCode::InvalidFormat);
}

#[tokio::test(start_paused = true)]
async fn something_else_than_a_client_gets_a_fault() {
    let (near, mut far) = tokio::io::duplex(1024);
    far.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let peer = async {
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).await.unwrap();
        answer
    };
    let options = Options::default();
    let abort = Abort::new();
    // The peer waits for our close, and we for what it sends before; neither waits for ever.
    let received = async {
        let done = receive(Connection::new(near), &options, &|_| Ok(()), &abort).await;
        done.map(|session| assert!(session.is_none()))
    };
    let (error, answer) = tokio::join!(received, peer);
    assert!(matches!(error.unwrap_err().code(), ErrorCode::InvalidFormat | ErrorCode::OperationTimedOut));
    assert_eq!(answer[0], 0x08);
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_what_waits() {
    let (mut session, _far) = open_to_bare(Mode::DUPLEX, &Options::default(), 64).await;
    let abort = session.abort_handle();
    let waiting = tokio::spawn(async move {
        let received = session.receiver.message().await.unwrap_err().code();
        (received, session.sender.send(&["x".into()]).await.unwrap_err().code())
    });
    tokio::task::yield_now().await;
    std::thread::spawn(move || abort.abort()).join().unwrap();
    assert_eq!(waiting.await.unwrap(), (ErrorCode::OperationAborted, ErrorCode::OperationAborted));
}

/// A connection that is reset in the middle of a message, over a real socket.
#[tokio::test]
async fn a_reset_is_a_disconnection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        while stream.read_u8().await.unwrap() != 0x0C {}
        stream.write_all(b"\x0b\x06\x05ab").await.unwrap();
        stream
    };
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (options, abort) = (unlimited(), Abort::new());
    let (session, peer) =
        tokio::join!(initiate(Connection::new(stream), target(Mode::DUPLEX), &options, &abort), peer);
    let mut session = session.unwrap();
    session.receiver.next().await.unwrap().unwrap();
    assert_eq!(session.receiver.chunk().await.unwrap().unwrap(), "ab");
    peer.set_zero_linger().unwrap();
    drop(peer);
    assert_eq!(session.receiver.chunk().await.unwrap_err().code(), ErrorCode::EndpointDisconnected);
    let error = loop {
        match session.sender.send(&["x".into()]).await {
            Ok(()) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected);
}

/// A receive that is dropped and called again loses nothing.
#[tokio::test(start_paused = true)]
async fn receiving_may_be_cancelled_anywhere() {
    let (mut client, mut server) = pair(Mode::DUPLEX, &Options::default(), 16, 3).await.unwrap();
    let message: Vec<u8> = (0..200).collect();
    let send = async {
        for _ in 0..3 {
            client.sender.send(&[message[..].into()]).await.unwrap();
        }
        client.sender.shut_down().await.unwrap();
    };
    let receive = async {
        let mut received = Vec::new();
        let mut in_message = false;
        let mut polls = 0;
        loop {
            polls += 1;
            let step = async {
                if !in_message {
                    return server.receiver.next().await.map(|next| next.map(|_| None));
                }
                server.receiver.chunk().await.map(Some)
            };
            // One poll, then the future is dropped.
            let done = tokio::select! { biased; done = step => done.unwrap(), () = std::future::ready(()) => { tokio::task::yield_now().await; continue } };
            match done {
                None => return (received, polls),
                Some(Some(chunk)) => received.extend_from_slice(&chunk),
                Some(None) => in_message = !in_message,
            }
        }
    };
    let ((), (received, polls)) = tokio::join!(send, receive);
    assert!(received == message.repeat(3));
    assert!(polls > 100, "{polls} polls: the calls were not cancelled");
}

/// A send that is dropped half way must not be followed by another.
#[tokio::test(start_paused = true)]
async fn a_cancelled_send_spoils_the_sender() {
    let (mut session, _far) = open_to_bare(Mode::DUPLEX, &unlimited(), 64).await;
    let large = vec![0; 1000];
    let sent = tokio::time::timeout(Duration::from_millis(1), session.sender.send(&[large[..].into()])).await;
    assert!(sent.is_err());
    let error = session.sender.send(&["x".into()]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ObjectFaulted);
}
