//! Messages both ways, in every mode, whole and streamed, over a link that cuts everything.

use crate::link::{BINARY, pair, unlimited};
use bytes::Bytes;
use proptest::prelude::*;
use wws::{
    ErrorCode,
    transport::framed::{Mode, Options, Receiver, Sender, Session},
};

async fn send_streamed(sender: &mut Sender, message: &[Bytes]) {
    sender.begin(None).await.unwrap();
    for chunk in message {
        sender.write(&[chunk.clone().into()]).await.unwrap();
    }
    sender.finish().await.unwrap();
}

async fn receive_all(receiver: &mut Receiver) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(message) = receiver.message().await.unwrap() {
        assert_eq!(message.content_type, BINARY);
        all.push(message.chunks.concat());
    }
    all
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn duplex_messages_arrive_as_sent(
        messages in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 1..500), 1..4), 0..5),
        room in 1_usize..2000,
        most in 1_usize..300,
        streamed in any::<bool>(),
    ) {
        runtime().block_on(async {
            let (mut client, mut server) = pair(Mode::DUPLEX, &Options::default(), room, most).await.unwrap();
            let messages: Vec<Vec<Bytes>> =
                messages.into_iter().map(|m| m.into_iter().map(Bytes::from).collect()).collect();
            let expected: Vec<Vec<u8>> = messages.iter().map(|m| m.concat()).collect();
            // Both sides send while both receive.
            let send = async |sender: &mut Sender| {
                for message in &messages {
                    if streamed {
                        send_streamed(sender, message).await;
                    } else {
                        let chunks: Vec<_> = message.iter().map(|c| (&c[..]).into()).collect();
                        sender.send(&chunks).await.unwrap();
                    }
                }
                sender.shut_down().await.unwrap();
            };
            let ((), (), at_server, at_client) = tokio::join!(
                send(&mut client.sender),
                send(&mut server.sender),
                receive_all(&mut server.receiver),
                receive_all(&mut client.receiver),
            );
            assert_eq!(at_server, expected);
            assert_eq!(at_client, expected);
            let (a, b) = tokio::join!(client.close(), server.close());
            assert!(a.unwrap().is_none() && b.unwrap().is_none());
        });
    }
}

/// Streamed: one message each way, then the next session on the same connection.
#[tokio::test(start_paused = true)]
async fn streamed_sessions_share_a_connection() {
    use wws::transport::{
        Abort,
        framed::{initiate, receive},
    };
    let (mut client, mut server) = pair(Mode::SINGLETON_UNSIZED, &unlimited(), 100, 33).await.unwrap();
    for round in 0..3_u8 {
        let message = vec![Bytes::from(vec![round; 1000]); 5];
        let client_side = async {
            assert!(client.sender.is_streaming());
            send_streamed(&mut client.sender, &message).await;
            client.sender.shut_down().await.unwrap();
            let reply = receive_all(&mut client.receiver).await;
            assert_eq!(reply, [vec![round; 10]]);
        };
        let server_side = async {
            assert_eq!(receive_all(&mut server.receiver).await, [vec![round; 5000]]);
            server.sender.send(&[[round; 10][..].into()]).await.unwrap();
            server.sender.shut_down().await.unwrap();
        };
        tokio::join!(client_side, server_side);
        let (near, far) = tokio::join!(client.close(), server.close());
        let (near, far) = (near.unwrap().unwrap(), far.unwrap().unwrap());
        let (options, abort) = (unlimited(), Abort::new());
        let again = initiate(near, crate::link::target(Mode::SINGLETON_UNSIZED), &options, &abort);
        let admit = |_: &_| Ok(());
        let (near, far) = tokio::join!(again, receive(far, &options, &admit, &abort));
        (client, server) = (near.unwrap(), far.unwrap().unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn one_way_modes() {
    for mode in [Mode::SIMPLEX, Mode::SINGLETON_SIZED] {
        let (mut client, mut server) = pair(mode, &Options::default(), 64, 10).await.unwrap();
        let sent = async {
            client.sender.send(&["abc".into(), "def".into()]).await.unwrap();
            client.close().await.unwrap();
        };
        let ((), received) = tokio::join!(sent, receive_all(&mut server.receiver));
        assert_eq!(received, [b"abcdef"]);
        assert_eq!(server.sender.send(&["x".into()]).await.unwrap_err().code(), ErrorCode::InvalidOperation);
    }
}

#[tokio::test(start_paused = true)]
async fn a_known_size_streams_in_duplex_mode() {
    let (mut client, mut server) = pair(Mode::DUPLEX, &unlimited(), 64, 64).await.unwrap();
    let send = async {
        client.sender.begin(Some(100_000)).await.unwrap();
        for _ in 0..100 {
            client.sender.write(&[[7; 1000][..].into()]).await.unwrap();
        }
        client.sender.finish().await.unwrap();
    };
    let receive = async {
        server.receiver.next().await.unwrap().unwrap();
        assert_eq!(server.receiver.octets_left(), Some(100_000));
        let mut total = 0;
        while let Some(chunk) = server.receiver.chunk().await.unwrap() {
            total += chunk.len();
        }
        assert_eq!(total, 100_000);
    };
    tokio::join!(send, receive);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_reads_is_skipped() {
    let (mut client, mut server) = pair(Mode::DUPLEX, &Options::default(), 10_000, 64).await.unwrap();
    client.sender.send(&[[1; 5000][..].into()]).await.unwrap();
    client.sender.send(&["two".into()]).await.unwrap();
    server.receiver.next().await.unwrap().unwrap();
    assert!(server.receiver.chunk().await.unwrap().is_some());
    assert_eq!(server.receiver.message().await.unwrap().unwrap().chunks.concat(), b"two");
}

#[tokio::test(start_paused = true)]
async fn abandoned_messages() {
    let (mut client, mut server) = pair(Mode::DUPLEX, &Options::default(), 10_000, 64).await.unwrap();
    // Nothing of a collected message went out; the session goes on.
    client.sender.begin(None).await.unwrap();
    client.sender.write(&["lost".into()]).await.unwrap();
    client.sender.abandon();
    client.sender.send(&["kept".into()]).await.unwrap();
    assert_eq!(server.receiver.message().await.unwrap().unwrap().chunks.concat(), b"kept");
    // Part of this one did.
    client.sender.begin(Some(10)).await.unwrap();
    client.sender.write(&["part".into()]).await.unwrap();
    client.sender.abandon();
    assert_eq!(client.sender.send(&["x".into()]).await.unwrap_err().code(), ErrorCode::ObjectFaulted);
}

/// A streamed message that was begun but not written leaves no trace.
#[tokio::test(start_paused = true)]
async fn empty_messages() {
    for mode in [Mode::SINGLETON_UNSIZED, Mode::DUPLEX] {
        let (mut client, mut server) = pair(mode, &Options::default(), 10_000, 64).await.unwrap();
        assert_eq!(client.sender.send(&[]).await.unwrap_err().code(), ErrorCode::InvalidArgument);
        client.sender.begin(None).await.unwrap();
        client.sender.write(&["".into()]).await.unwrap();
        assert!(client.sender.finish().await.is_err());
        client.sender.abandon();
        client.sender.send(&["kept".into()]).await.unwrap();
        assert_eq!(server.receiver.message().await.unwrap().unwrap().chunks.concat(), b"kept");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_in_the_wrong_order_are_refused() {
    let (mut client, _server) = pair(Mode::DUPLEX, &Options::default(), 10_000, 64).await.unwrap();
    let sender = &mut client.sender;
    let code = |r: wws::Result<()>| r.unwrap_err().code();
    assert_eq!(code(sender.write(&["x".into()]).await), ErrorCode::InvalidOperation);
    assert_eq!(code(sender.finish().await), ErrorCode::InvalidOperation);
    sender.begin(None).await.unwrap();
    assert_eq!(code(sender.begin(None).await), ErrorCode::InvalidOperation);
    sender.write(&["x".into()]).await.unwrap();
    sender.finish().await.unwrap();
    sender.shut_down().await.unwrap();
    assert!(sender.is_shut_down());
    assert_eq!(code(sender.send(&["x".into()]).await), ErrorCode::InvalidOperation);
}

/// A peer that stops reading stops the sender: what is under way is bounded by the link.
#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_stops_the_sender() {
    let (mut client, mut server): (Session, Session) =
        pair(Mode::SINGLETON_UNSIZED, &unlimited(), 4096, 4096).await.unwrap();
    client.sender.begin(None).await.unwrap();
    let mut sent = 0;
    let chunk = Bytes::from(vec![0; 1000]);
    let error = loop {
        match client.sender.write(&[chunk.clone().into()]).await {
            Ok(()) => sent += 1000,
            Err(error) => break error,
        }
        assert!(sent <= 4096);
    };
    assert_eq!(error.code(), ErrorCode::OperationTimedOut);
    assert!(error.to_string().contains("SEND_TIMEOUT"), "{error}");
    drop(client);
    server.receiver.next().await.unwrap().unwrap();
    let error = loop {
        match server.receiver.chunk().await {
            Ok(chunk) => assert!(chunk.is_some(), "a cut message looks complete"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), ErrorCode::EndpointDisconnected);
}
