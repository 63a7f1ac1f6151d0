//! Listeners that answer in kind.

use crate::echo::{ECHO, Echo, REPLY, bindings};
use wws::{
    channel::{Binding, Channel, ChannelType, Listener, TransferMode, Transport},
    encoder::{Codecs, Gzip},
    soap::{AddressingVersion, Encoding, EnvelopeVersion, Version},
    xml::Charset,
};

/// What a listener says that has nothing in common with its client but the transport.
fn listening(client: &Binding, url: &str) -> Binding {
    let other = match client.encoding {
        Encoding::Text(_) => Encoding::Binary,
        _ => Encoding::Text(Charset::Utf8),
    };
    let binding = Binding::for_url(url).unwrap().answering_in_kind();
    match binding.transport {
        Transport::Udp => binding,
        Transport::Http => {
            binding.with_encoding(other).with_codecs(Codecs::default().with_decoder(Gzip::default()))
        }
        _ => {
            let suffix = || Gzip::default().as_suffix();
            let codecs = Codecs::default().with_encoder(suffix()).with_decoder(suffix());
            let is_coded = client.codecs.has_decoders();
            let binding = binding.with_encoding(other);
            if is_coded { binding.with_codecs(codecs) } else { binding }
        }
    }
}

#[tokio::test]
async fn every_client_is_answered_as_it_asks() {
    let versions = [
        Version::SOAP12_ADDRESSING10,
        Version::new(EnvelopeVersion::Soap12, AddressingVersion::Addressing09),
        Version::new(EnvelopeVersion::Soap11, AddressingVersion::Addressing10),
    ];
    let mut cases = bindings();
    for (name, binding, url) in bindings() {
        for version in versions {
            let binding = binding.clone().with_version(version);
            if Channel::new(binding.client_type(), &binding).is_ok() {
                cases.push((format!("{name}, {version:?}"), binding, url.clone()));
            }
        }
    }
    for (name, client, url) in cases {
        let listener = Listener::open(&listening(&client, &url), &url).await.unwrap();
        let url = listener.url();
        let serve = async {
            let channel = listener.accept().await.unwrap();
            let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
            assert_eq!(request.version(), client.version, "{name}");
            // Text that is as good as MTOM goes by its own name.
            assert!(channel.binding().encoding.is_same_family(client.encoding), "{name}");
            channel.reply(&request, REPLY, &echo).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            let end = channel.receive::<Echo>().await.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(end.is_none(), "{name}");
            channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        };
        let ask = async {
            let channel = Channel::connect(&client, &url).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            let echo = Echo::new("é中 <&>");
            let reply: Echo = channel.request(ECHO, &echo).await.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(reply, echo, "{name}");
            channel.close().await.unwrap_or_else(|e| panic!("{name}: {e}"));
        };
        tokio::join!(serve, ask);
        listener.close().await.unwrap();
    }
}

#[tokio::test]
async fn sessions_and_streams_come_to_one_listener() {
    let listener =
        Listener::open(&Binding::tcp().answering_in_kind(), "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let streamed = Binding::tcp().with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED);
    for (client, kind) in [(Binding::tcp(), ChannelType::DUPLEX_SESSION), (streamed, ChannelType::REPLY)] {
        let serve = async {
            let channel = listener.accept().await.unwrap();
            assert_eq!(channel.kind(), kind);
            let (request, echo) = channel.receive::<Echo>().await.unwrap().unwrap();
            channel.reply(&request, REPLY, &echo).await.unwrap();
            channel.close().await.unwrap();
        };
        let ask = async {
            let channel = Channel::connect(&client, &url).await.unwrap();
            channel.request::<Echo>(ECHO, &Echo::new("x")).await.unwrap();
            channel.close().await.unwrap();
        };
        tokio::join!(serve, ask);
    }
}

#[tokio::test]
async fn a_session_is_limited_by_the_limit_for_whole_messages() {
    let mut binding = Binding::tcp().answering_in_kind();
    binding.max_buffered_message_size = 1000;
    binding.max_streamed_message_size = 1 << 30;
    let listener = Listener::open(&binding, "net.tcp://127.0.0.1:0/").await.unwrap();
    let url = listener.url();
    let serve = async {
        let channel = listener.accept().await.unwrap();
        let error = channel.receive::<Echo>().await.unwrap_err();
        assert_eq!(error.code(), wws::ErrorCode::QuotaExceeded, "{error}");
        channel.close().await.unwrap();
    };
    let ask = async {
        let channel = Channel::connect(&Binding::tcp(), &url).await.unwrap();
        assert!(channel.request::<Echo>(ECHO, &Echo::new(&"long ".repeat(1000))).await.is_err());
    };
    tokio::join!(serve, ask);
}

#[tokio::test]
async fn what_is_no_soap_is_refused() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for decoders in [false, true] {
        let mut binding = Binding::http().answering_in_kind();
        if decoders {
            binding = binding.with_codecs(Codecs::default().with_decoder(Gzip::default()));
        }
        let listener = Listener::open(&binding, "http://127.0.0.1:0/").await.unwrap();
        let address = listener.url().split('/').nth(2).unwrap().to_owned();
        let ask = async {
            let mut peer = tokio::net::TcpStream::connect(address).await.unwrap();
            peer.write_all(
                b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: image/png\r\nContent-Length: 1\r\n\r\nx",
            )
            .await
            .unwrap();
            let mut answer = String::new();
            peer.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
        };
        tokio::select! {
            accepted = listener.accept() => panic!("{accepted:?}"),
            () = ask => {}
        }
    }
}
