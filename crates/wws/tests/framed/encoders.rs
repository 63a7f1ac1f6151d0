//! Message encoders over net.tcp framing: built in, the user's, and ones that fail.

use crate::link::{BINARY, pair};
use bytes::Bytes;
use wws::{
    Error, ErrorCode, Result,
    encoder::{Codecs, Content, Encoder, Gzip, Output, Zstd},
    transport::framed::{Mode, Options},
};

fn options(codecs: Codecs) -> Options {
    let mut options = Options { codecs, ..Options::default() };
    options.limits.max_envelope_size = 1 << 20;
    options
}

#[tokio::test(start_paused = true)]
async fn compressed_sessions() {
    let gzip = Codecs::default().with_encoder(Gzip::default().as_suffix()).with_decoder(Gzip::default());
    let both = gzip.clone().with_encoder(Zstd::default().as_suffix()).with_decoder(Zstd::default());
    for codecs in [gzip, both] {
        for mode in [Mode::DUPLEX, Mode::SINGLETON_UNSIZED] {
            let (mut client, mut server) = pair(mode, &options(codecs.clone()), 500, 100).await.unwrap();
            assert_eq!(server.info().content_type, BINARY);
            let message = Bytes::from(vec![5; 300_000]);
            let send = async {
                client.sender.begin(None).await.unwrap();
                for piece in message.chunks(50_000) {
                    client.sender.write(&[piece.into()]).await.unwrap();
                }
                client.sender.finish().await.unwrap();
            };
            let ((), received) = tokio::join!(send, server.receiver.message());
            let received = received.unwrap().unwrap();
            assert_eq!(received.content_type, BINARY);
            assert!(received.chunks.concat() == message);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_content_coding_has_no_place_in_the_framing() {
    let codecs = Codecs::default().with_encoder(Gzip::default());
    let error = pair(Mode::DUPLEX, &options(codecs), 500, 100).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
}

/// Fails in the step whose number it has, at the second message.
struct Failing {
    step: u8,
    message: u8,
}

impl Failing {
    fn at(&self, step: u8) -> Result<()> {
        if self.message >= 3 && self.step == step { Err(Error::format("told to fail")) } else { Ok(()) }
    }
}

impl Encoder for Failing {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        self.message += 1;
        self.at(0).map(|()| Content::new(content_type))
    }
    fn start(&mut self, _: &mut Output) -> Result<()> {
        self.at(1)
    }
    fn encode(&mut self, buffers: &[Bytes], output: &mut Output) -> Result<()> {
        buffers.iter().for_each(|b| output.push(b.clone()));
        self.at(2)
    }
    fn end(&mut self, _: &mut Output) -> Result<()> {
        self.at(3)
    }
}

/// In duplex mode a message is collected, so one that fails never touches the wire, and the session goes on.
#[tokio::test(start_paused = true)]
async fn an_encoder_that_fails_harms_only_its_message() {
    for step in 0..4 {
        let create = move || Ok(Box::new(Failing { step, message: 0 }) as Box<dyn Encoder>);
        let codecs = Codecs::default().with_encoder(create);
        let (mut client, mut server) = pair(Mode::DUPLEX, &options(codecs), 500, 100).await.unwrap();
        client.sender.send(&["one".into()]).await.unwrap();
        let error = client.sender.send(&["two".into()]).await.unwrap_err();
        assert!(error.to_string().contains("told to fail"), "step {step}: {error}");
        assert_eq!(server.receiver.message().await.unwrap().unwrap().chunks.concat(), b"one");
        client.sender.abandon();
        client.sender.shut_down().await.unwrap();
        assert!(server.receiver.message().await.unwrap().is_none(), "step {step}");
    }
}

/// In a streamed mode part of it is on the wire; the session is lost, and the peer sees a cut message.
#[tokio::test(start_paused = true)]
async fn an_encoder_that_fails_in_a_stream_cuts_it() {
    let create = || Ok(Box::new(Failing { step: 3, message: 2 }) as Box<dyn Encoder>);
    let sends = options(Codecs::default().with_encoder(create));
    let (mut client, mut server) = pair(Mode::SINGLETON_UNSIZED, &sends, 500, 100).await.unwrap();
    client.sender.begin(None).await.unwrap();
    client.sender.write(&["part".into()]).await.unwrap();
    assert!(client.sender.finish().await.is_err());
    assert_eq!(client.sender.shut_down().await.unwrap_err().code(), ErrorCode::ObjectFaulted);
    drop(client);
    assert_eq!(server.receiver.message().await.unwrap_err().code(), ErrorCode::EndpointDisconnected);
}
