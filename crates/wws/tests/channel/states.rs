//! States, limits, aborts: what is legal when, and what an error leaves behind.

use crate::echo::{ECHO, Echo, serve};
use std::{sync::Arc, time::Duration};
use wws::{
    ErrorCode,
    channel::{
        Binding, Channel, ChannelState, ChannelType, Listener, ListenerState, TransferMode, Transport,
    },
    soap::{Encoding, EndpointAddress, Message, Version},
    transport::Timeouts,
};

#[tokio::test]
async fn closed_channels_are_reset_and_used_again() {
    for (binding, url) in [
        (Binding::tcp(), "net.tcp://127.0.0.1:0/"),
        (Binding::http(), "http://127.0.0.1:0/"),
        (Binding::udp(), "soap.udp://127.0.0.1:0"),
        (
            Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED),
            "net.tcp://127.0.0.1:0/",
        ),
    ] {
        let server = serve(&binding, url).await;
        let channel = Channel::new(binding.client_type(), &binding).unwrap();
        channel.reset().unwrap();
        for _ in 0..3 {
            assert_eq!(channel.state(), ChannelState::Created);
            channel.open(&EndpointAddress::new(&*server.url)).await.unwrap();
            assert_eq!(channel.state(), ChannelState::Open);
            assert!(channel.open(&EndpointAddress::new(&*server.url)).await.is_err());
            assert!(channel.reset().is_err());
            channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
            channel.close().await.unwrap();
            channel.close().await.unwrap();
            assert_eq!(channel.state(), ChannelState::Closed);
            channel.reset().unwrap();
        }
    }
}

#[tokio::test]
async fn opening_that_fails_leaves_the_channel_as_it_was() {
    let channel = Channel::new(ChannelType::DUPLEX_SESSION, &Binding::tcp()).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, code) in [
        (format!("net.tcp://{closed}/"), ErrorCode::EndpointNotFound),
        ("net.tcp://".to_owned(), ErrorCode::InvalidEndpointUrl),
        ("http://127.0.0.1/".to_owned(), ErrorCode::InvalidEndpointUrl),
    ] {
        let error = channel.open(&EndpointAddress::new(&*url)).await.unwrap_err();
        assert_eq!(error.code(), code, "{url}: {error}");
        assert_eq!(channel.state(), ChannelState::Created);
    }
    let http = Channel::new(ChannelType::REQUEST, &Binding::http()).unwrap();
    let error = http.open(&EndpointAddress::new("ftp://x")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidEndpointUrl);
}

#[test]
fn properties_that_contradict_each_other() {
    for (kind, binding) in [
        (ChannelType::DUPLEX_SESSION, Binding::http()),
        (ChannelType::REQUEST, Binding::tcp()),
        (ChannelType::REPLY, Binding::udp()),
        (ChannelType::REQUEST, Binding::http().with_encoding(Encoding::BinarySession)),
        (ChannelType::DUPLEX_SESSION, Binding::tcp().with_version(Version::SOAP12)),
        (ChannelType::REQUEST, Binding::http().with_encoding(Encoding::Binary).with_version(Version::SOAP11)),
        (ChannelType::DUPLEX_SESSION, Binding::tcp().with_max_message_size(0)),
    ] {
        let error = Channel::new(kind, &binding).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{kind} {binding:?}");
    }
}

#[tokio::test]
async fn abort_ends_what_waits_and_faults_the_channel() {
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let listener = Listener::open(&binding, url).await.unwrap();
        let url = listener.url();
        let (received_it, is_received) = tokio::sync::oneshot::channel();
        let server = tokio::spawn(async move {
            let channel = listener.accept().await.unwrap();
            let received = channel.receive::<Echo>().await;
            received_it.send(()).unwrap();
            // Never answers.
            std::future::pending::<()>().await;
            drop(received);
        });
        let channel = Arc::new(Channel::connect(&binding, &url).await.unwrap());
        let waiting = tokio::spawn({
            let channel = channel.clone();
            async move { channel.request::<Echo>(ECHO, &Echo::new("x")).await }
        });
        is_received.await.unwrap();
        let aborting = channel.clone();
        std::thread::spawn(move || aborting.abort()).join().unwrap();
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationAborted, "{error}");
        assert_eq!(channel.state(), ChannelState::Faulted);
        let error = channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ObjectFaulted);
        channel.close().await.unwrap();
        assert_eq!(channel.state(), ChannelState::Closed);
        server.abort();
    }
}

#[tokio::test]
async fn a_time_limit_faults_the_channel() {
    let limit = Some(Duration::from_millis(40));
    let timeouts = Timeouts { receive: limit, receive_response: limit, ..Timeouts::default() };
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let listener = Listener::open(&binding, url).await.unwrap();
        let binding = binding.with_timeouts(timeouts);
        let channel = Channel::connect(&binding, &listener.url()).await.unwrap();
        let error = channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationTimedOut, "{error}");
        // Over HTTP every request is an exchange of its own; one that fails leaves the others alone.
        let is_http = matches!(binding.transport, Transport::Http);
        assert_eq!(channel.state() == ChannelState::Faulted, !is_http);
    }
}

#[tokio::test]
async fn messages_over_the_limit_are_refused_on_both_ends() {
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/"), (Binding::http(), "http://127.0.0.1:0/")]
    {
        let server = serve(&binding, url).await;
        let large = Echo { text: "x".repeat(100_000), data: Vec::new() };
        // Ours.
        let channel = Channel::connect(&binding, &server.url).await.unwrap();
        let error = channel.request::<Echo>(ECHO, &large).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded, "{error}");
        // Theirs.
        let generous = binding.clone().with_max_message_size(1 << 20);
        let channel = Channel::connect(&generous, &server.url).await.unwrap();
        let error = channel.request::<Echo>(ECHO, &large).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded, "{error}");
        // A new channel works.
        let channel = Channel::connect(&binding, &server.url).await.unwrap();
        channel.request::<Echo>(ECHO, &Echo::new("small")).await.unwrap();
    }
}

/// A session whose strings are too many: the server says so and cannot go on without them.
async fn overflow(listener: &Listener, mut stream: wws::transport::BoxStream) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let mut message = channel.message();
        let error = channel.read_message_start(&mut message).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded, "{error}");
        assert!(error.to_string().contains("session"), "{error}");
        assert_eq!(channel.state(), ChannelState::Faulted);
        channel.close().await.unwrap();
    };
    let client = async {
        // MC-NMF 2.2.6: version, mode Duplex, via, binary with a session, end.
        let preamble = [&[0, 1, 0, 1, 2, 2, url.len() as u8][..], url.as_bytes(), &[3, 8, 0x0C]].concat();
        stream.write_all(&preamble).await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), 0x0B);
        // MC-NBFSE 2.1: 40 strings of 60 octets, 2,440 octets in all.
        let strings = [&[60][..], &[b'x'; 60]].concat().repeat(40);
        let table = [&[0x88, 0x13][..], &strings].concat();
        assert_eq!(table.len(), 2442);
        stream.write_all(&[&[6, 0x8A, 0x13][..], &table].concat()).await.unwrap();
        let mut heard = Vec::new();
        // It may be a reset.
        let _ = stream.read_to_end(&mut heard).await;
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_dictionary_over_the_limit_ends_the_session() {
    let listener = Listener::open(&Binding::tcp(), "net.tcp://127.0.0.1:0/").await.unwrap();
    let address = listener.url().split('/').nth(2).unwrap().to_owned();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    overflow(&listener, Box::new(stream)).await;
    #[cfg(unix)]
    {
        use wws::transport::net_pipe::{PipeOptions, socket_path};
        let url = crate::echo::pipe_url();
        let listener = Listener::open(&Binding::named_pipe(), &url).await.unwrap();
        let path = socket_path(&url.parse().unwrap(), &PipeOptions::default()).unwrap();
        let stream = tokio::net::UnixStream::connect(path).await.unwrap();
        overflow(&listener, Box::new(stream)).await;
    }
}

#[tokio::test]
async fn a_session_that_is_shut_down_can_still_receive() {
    let binding = Binding::tcp();
    let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let server = async {
        let channel = listener.accept().await.unwrap();
        let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
        assert!(channel.receive::<Echo>().await.unwrap().is_none());
        assert!(channel.info().is_session_shut_down);
        channel.reply(&request, "urn:r", &echo).await.unwrap();
        channel.close().await.unwrap();
    };
    let client = async {
        let channel = Channel::connect(&binding, &url).await.unwrap();
        let mut message = channel.request_message(ECHO).unwrap();
        channel.send_message(&mut message, &Echo::new("last")).await.unwrap();
        channel.shut_down_session().await.unwrap();
        let error = channel.send(ECHO, &Echo::new("no")).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidOperation);
        let (_, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
        assert_eq!(echo.text, "last");
        assert!(channel.receive::<Echo>().await.unwrap().is_none());
        channel.close().await.unwrap();
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_body_that_cannot_be_written_leaves_the_session_whole() {
    struct Bad;
    impl wws::typed::ToElement for Bad {
        fn write_element(&self, writer: &mut wws::xml::Writer) -> wws::Result<()> {
            // Its names are announced in the session with the next message.
            writer.start_element("unheard", "urn:test/bad")?;
            Err(wws::Error::argument("no"))
        }
    }
    let binding = Binding::tcp();
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let channel = Channel::connect(&binding, &server.url).await.unwrap();
    for _ in 0..3 {
        channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
        assert!(channel.send(ECHO, &Bad).await.is_err());
        assert!(!channel.is_sending());
    }
    channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
}

#[tokio::test]
async fn listeners_have_their_states() {
    for (binding, url) in [
        (Binding::tcp(), "net.tcp://127.0.0.1:0/"),
        (Binding::http(), "http://127.0.0.1:0/"),
        (Binding::udp(), "soap.udp://127.0.0.1:0"),
    ] {
        let listener = Arc::new(Listener::new(binding.server_type(), &binding).unwrap());
        assert_eq!(listener.accept().await.unwrap_err().code(), ErrorCode::InvalidOperation);
        listener.open_at(url).await.unwrap();
        assert!(listener.open_at(url).await.is_err());
        let waiting = tokio::spawn({
            let listener = listener.clone();
            async move { listener.accept().await.map(drop) }
        });
        tokio::task::yield_now().await;
        listener.close().await.unwrap();
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.code(), ErrorCode::OperationAborted, "{binding:?}: {error}");
        listener.close().await.unwrap();
        assert_eq!(listener.state(), ListenerState::Closed);
        listener.reset().unwrap();
        listener.open_at(url).await.unwrap();
        listener.abort();
        assert_eq!(listener.accept().await.unwrap_err().code(), ErrorCode::ObjectFaulted);
        listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn two_listeners_cannot_have_the_same_address() {
    for (binding, url) in
        [(Binding::tcp(), "net.tcp://127.0.0.1:0/a"), (Binding::http(), "http://127.0.0.1:0/a")]
    {
        let first = Listener::open(&binding, url).await.unwrap();
        let error = Listener::open(&binding, &first.url()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::AddressInUse, "{error}");
    }
}

#[tokio::test]
async fn accepted_channels_outlive_their_listener() {
    let binding = Binding::tcp();
    let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let (client, server) = tokio::join!(Channel::connect(&binding, &url), listener.accept());
    let (client, server) = (client.unwrap(), server.unwrap());
    listener.close().await.unwrap();
    drop(listener);
    let serve = async {
        let (request, echo) = server.receive::<Echo>().await.unwrap().unwrap();
        server.reply(&request, "urn:r", &echo).await.unwrap();
    };
    let first = Echo::new("x");
    let (reply, ()) = tokio::join!(client.request::<Echo>(ECHO, &first), serve);
    reply.unwrap();
}

#[tokio::test]
async fn more_connections_than_allowed_are_told_so() {
    let mut binding = Binding::tcp();
    binding.listener.max_connections = 2;
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let first = Channel::connect(&binding, &server.url).await.unwrap();
    let _second = Channel::connect(&binding, &server.url).await.unwrap();
    let error = Channel::connect(&binding, &server.url).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointTooBusy, "{error}");
    first.close().await.unwrap();
    drop(first);
    let mut tries = 0;
    while Channel::connect(&binding, &server.url).await.is_err() {
        tries += 1;
        assert!(tries < 1000, "the place of a closed session is free again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_message_of_another_version_is_refused() {
    let binding = Binding::tcp();
    let server = serve(&binding, "net.tcp://127.0.0.1:0/").await;
    let channel = Channel::connect(&binding, &server.url).await.unwrap();
    let mut message = Message::blank(Version::SOAP11);
    let error = channel.send_message(&mut message, &Echo::new("x")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
}
