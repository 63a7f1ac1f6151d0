//! soap.udp on loopback: to one host, to a group, repeated, doubled, too large.
#![allow(clippy::unwrap_used, reason = "an unwrap of a test is an assertion")]

use std::time::Duration;
use wws::{
    ErrorCode,
    transport::udp::{MAX_DATAGRAM_SIZE, Repeat, Socket, UdpOptions},
};

/// The index of the loopback interface on Linux.
const LOOPBACK: u32 = 1;

fn once() -> UdpOptions {
    UdpOptions { repeat: Repeat::NEVER, ..UdpOptions::default() }
}

fn soon(unicast: u32) -> Repeat {
    let delay = Duration::from_millis(1);
    Repeat { unicast, multicast: unicast, min_delay: delay, max_delay: delay, upper_delay: delay }
}

async fn pair(host: &str, client: UdpOptions, service: UdpOptions) -> (Socket, Socket) {
    let service = Socket::listen(&format!("soap.udp://{host}:0/ignored"), service).unwrap();
    let port = service.local_address().unwrap().port();
    (Socket::open(&format!("soap.udp://{host}:{port}/other"), client).await.unwrap(), service)
}

#[tokio::test]
async fn one_host_v4_and_v6() {
    for host in ["127.0.0.1", "[::1]"] {
        let (client, service) = pair(host, once(), once()).await;
        client.send(&["a".into(), "".into(), "bc".into()]).await.unwrap();
        let message = service.receive().await.unwrap();
        assert_eq!(message.octets, "abc");
        service.send_to(&["reply".into()], message.peer).await.unwrap();
        let reply = client.receive().await.unwrap();
        assert_eq!((&reply.octets[..], reply.peer), (&b"reply"[..], client.remote_address().unwrap()));
        assert_eq!(service.send(&["x".into()]).await.unwrap_err().code(), ErrorCode::InvalidOperation);
    }
}

#[tokio::test]
async fn every_repetition_arrives_and_only_one_is_delivered() {
    let client = || UdpOptions { repeat: soon(3), ..UdpOptions::default() };
    // Nothing is dropped: the message and three repetitions.
    let (sender, service) = pair("127.0.0.1", client(), UdpOptions { duplicates: None, ..once() }).await;
    sender.send(&["one".into()]).await.unwrap();
    for _ in 0..4 {
        assert_eq!(service.receive().await.unwrap().octets, "one");
    }
    // Seen before is dropped: the next that is delivered is another message.
    let (sender, service) = pair("127.0.0.1", client(), once()).await;
    for text in ["one", "two", "three"] {
        sender.send(&[text.into()]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(service.receive().await.unwrap().octets, text);
    }
}

#[tokio::test]
async fn messages_of_the_largest_size() {
    let (client, service) = pair("127.0.0.1", once(), once()).await;
    let largest = vec![7; MAX_DATAGRAM_SIZE];
    client.send(&[largest[..].into()]).await.unwrap();
    assert!(service.receive().await.unwrap().octets == largest);
    let error = client.send(&[largest[..].into(), "x".into()]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}

/// Two listeners of a group on one port, and a client that sends to it.
async fn group(host: &str) -> (Socket, [Socket; 2]) {
    let options = || UdpOptions {
        is_multicast: true,
        multicast_interfaces: vec![LOOPBACK],
        multicast_interface: LOOPBACK,
        repeat: soon(1),
        ..UdpOptions::default()
    };
    let first = Socket::listen(&format!("soap.udp://{host}:0"), options()).unwrap();
    let url = format!("soap.udp://{host}:{}", first.local_address().unwrap().port());
    let second = Socket::listen(&url, options()).unwrap();
    (Socket::open(&url, options()).await.unwrap(), [first, second])
}

#[tokio::test]
async fn a_group_over_v4() {
    let (client, listeners) = group("239.255.1.2").await;
    client.send(&["probe".into()]).await.unwrap();
    for listener in &listeners {
        let message = listener.receive().await.unwrap();
        assert_eq!(message.octets, "probe");
        listener.send_to(&["match".into()], message.peer).await.unwrap();
    }
    assert_eq!(client.receive().await.unwrap().octets, "match");
}

#[tokio::test]
async fn interfaces_that_are_chosen_later() {
    let options = || UdpOptions { is_multicast: true, ..once() };
    let listener = Socket::listen("soap.udp://239.255.1.3:0", options()).unwrap();
    let url = format!("soap.udp://239.255.1.3:{}", listener.local_address().unwrap().port());
    // It may be that of the system's choice.
    listener.join(LOOPBACK).unwrap();
    listener.join(LOOPBACK).unwrap();
    let client = Socket::open(&url, options()).await.unwrap();
    let error = client.set_multicast_interface(99_999).unwrap_err();
    assert_eq!(error.code(), ErrorCode::AddressNotAvailable);
    client.set_multicast_interface(LOOPBACK).unwrap();
    client.send(&["probe".into()]).await.unwrap();
    assert_eq!(listener.receive().await.unwrap().octets, "probe");
}

/// Few systems route IPv6 groups over the loopback interface. Where this one does not, sending has to say so, and what
/// comes straight to a listener has to arrive.
#[tokio::test]
async fn a_group_over_v6() {
    let (client, [first, second]) = group("[ff01::1:2]").await;
    match client.send(&["probe".into()]).await {
        Ok(()) => {
            assert_eq!(first.receive().await.unwrap().octets, "probe");
            assert_eq!(second.receive().await.unwrap().octets, "probe");
        }
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::EndpointUnreachable, "{error}");
            drop(first);
            let port = second.local_address().unwrap().port();
            client.send_to(&["straight".into()], (std::net::Ipv6Addr::LOCALHOST, port).into()).await.unwrap();
            assert_eq!(second.receive().await.unwrap().octets, "straight");
        }
    }
}

#[tokio::test]
async fn sockets_that_cannot_be() {
    let open = async |url: &str| Socket::open(url, once()).await.unwrap_err().code();
    assert_eq!(open("soap.udp://127.0.0.1").await, ErrorCode::InvalidEndpointUrl);
    assert_eq!(open("http://127.0.0.1:1").await, ErrorCode::InvalidEndpointUrl);
    let listen = |url: &str, options| Socket::listen(url, options).unwrap_err().code();
    let group = || UdpOptions { is_multicast: true, ..once() };
    assert_eq!(listen("soap.udp://239.255.1.2:0", once()), ErrorCode::InvalidArgument);
    assert_eq!(listen("soap.udp://127.0.0.1:0", group()), ErrorCode::InvalidArgument);
    assert_eq!(listen("soap.udp://192.0.2.1:0", once()), ErrorCode::AddressNotAvailable);
    let nowhere = UdpOptions { multicast_interfaces: vec![99_999], ..group() };
    assert_eq!(listen("soap.udp://239.255.1.2:0", nowhere), ErrorCode::AddressNotAvailable);
    let (_, taken) = pair("127.0.0.1", once(), once()).await;
    let url = format!("soap.udp://{}", taken.local_address().unwrap());
    assert_eq!(listen(&url, once()), ErrorCode::AddressInUse);
    assert_eq!(taken.join(LOOPBACK).unwrap_err().code(), ErrorCode::InvalidOperation);
}

#[tokio::test]
async fn an_abort_ends_receiving_and_repeating() {
    let (client, service) = pair("127.0.0.1", UdpOptions { repeat: soon(1_000_000), ..once() }, once()).await;
    client.send(&["x".into()]).await.unwrap();
    service.receive().await.unwrap();
    client.abort_handle().abort();
    assert_eq!(client.send(&["y".into()]).await.unwrap_err().code(), ErrorCode::OperationAborted);
    let abort = service.abort_handle();
    let (received, ()) = tokio::join!(service.receive(), async { abort.abort() });
    assert_eq!(received.unwrap_err().code(), ErrorCode::OperationAborted);
}

/// A datagram that reaches nobody does not break the socket.
#[tokio::test]
async fn nobody_listens() {
    let (client, service) = pair("127.0.0.1", once(), once()).await;
    let nobody = service.local_address().unwrap();
    drop(service);
    client.send(&["x".into()]).await.unwrap();
    client.send(&["x".into()]).await.unwrap();
    let me = client.local_address().unwrap().port();
    let again = Socket::listen(&format!("soap.udp://{nobody}"), once()).unwrap();
    again.send_to(&["hello".into()], ([127, 0, 0, 1], me).into()).await.unwrap();
    assert_eq!(client.receive().await.unwrap().octets, "hello");
}
