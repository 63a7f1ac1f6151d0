//! Sessions of message framing over data sessions of two simulated modems, whose services are connected to each other.

#![cfg(all(target_os = "linux", feature = "mbn"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use wws::{
    ErrorCode, FromXml, ToXml,
    channel::{Binding, Channel, Listener, Spill, TransferMode},
    soap::Encoding,
    transport::{
        Abort,
        framed::{Mode, Options},
        mbn,
    },
};
use wws_mbn::{
    proxy::{Server, Target, bind},
    sim::{
        Handle, Modem, Profile, connected,
        service::{Answer, ECHO, Effect, LINE, Service},
    },
    wire::{Command, Status, cid},
};

type Queue = Arc<Mutex<VecDeque<Bytes>>>;

/// One end of a line to another modem: what comes is for the other, what the other has is ours.
#[derive(Debug)]
struct Line {
    session: Option<u8>,
    to: Queue,
    from: Queue,
    other: Arc<Mutex<Option<Handle>>>,
    /// The datagram with this number is lost on the way.
    loses: Option<u32>,
    count: u32,
}

/// What is sent before the other end listens waits here, other than with a real modem.
impl Service for Line {
    fn describe(&self) -> cid::DeviceService {
        let dss_payload = cid::DssPayload::HOST_TO_DEVICE | cid::DssPayload::DEVICE_TO_HOST;
        cid::DeviceService { service: ECHO, dss_payload, max_dss_instances: 1, cids: Vec::new() }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        (Status::NO_DEVICE_SUPPORT, Bytes::new())
    }

    fn opened(&mut self, session: u8) {
        self.session = Some(session);
    }

    fn data(&mut self, _session: u8, data: Bytes, _effects: &mut Vec<Effect>) {
        if self.loses != Some(self.count) {
            self.to.lock().unwrap().push_back(data);
        }
        self.count += 1;
        if let Some(other) = self.other.lock().unwrap().clone() {
            // Not from in here: the other modem may be doing the same.
            tokio::spawn(async move { other.with(|_| ()) });
        }
    }

    fn poll_data(&mut self, _limit: usize) -> Option<(u8, Bytes)> {
        let session = self.session?;
        self.from.lock().unwrap().pop_front().map(|data| (session, data))
    }
}

/// Two modems, each on a socket; the first loses a datagram if told to.
fn modems(name: &str, loses: Option<u32>) -> [String; 2] {
    let (one, two) = (Queue::default(), Queue::default());
    let others: [Arc<Mutex<Option<Handle>>>; 2] = Default::default();
    let ends = [(0, one.clone(), two.clone(), loses), (1, two, one, None)];
    ends.map(|(index, to, from, loses)| {
        let mut modem = Modem::new(Profile::default());
        let other = others[1 - index].clone();
        modem.add_service(Box::new(Line { session: None, to, from, other, loses, count: 0 }));
        let handle = Handle::new(modem);
        *others[index].lock().unwrap() = Some(handle.clone());
        let socket: PathBuf =
            std::env::temp_dir().join(format!("wws-mbn-{name}-{index}-{}", std::process::id()));
        let listener = bind(socket.to_str().unwrap()).unwrap();
        tokio::spawn(Server::new(Target::Simulator(handle)).run(listener));
        format!("mbn://{}/{ECHO}", socket.to_str().unwrap().replace('/', "%2F"))
    })
}

#[tokio::test]
async fn messages_go_both_ways() {
    let [near, far] = modems("both", None);
    let (options, abort, modem) = (Options::default(), Abort::new(), mbn::MbnOptions::default());
    let large = vec![7; 60_000];
    let server = async {
        let mut session = mbn::accept(&far, &options, &modem, &|_| Ok(()), &abort).await.unwrap().unwrap();
        let message = session.receiver.message().await.unwrap().unwrap();
        assert_eq!(message.chunks.concat(), large);
        session.sender.send(&["answer".into()]).await.unwrap();
        assert!(session.receiver.message().await.unwrap().is_none());
        session.close().await.unwrap();
    };
    let client = async {
        let content_type = "application/soap+msbin1";
        let mut session =
            mbn::connect(&near, Mode::DUPLEX, content_type, &options, &modem, &abort).await.unwrap();
        session.sender.send(&[(&large[..]).into()]).await.unwrap();
        let message = session.receiver.message().await.unwrap().unwrap();
        assert_eq!(message.chunks.concat(), b"answer");
        session.close().await.unwrap();
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_lost_datagram_is_an_error() {
    let [near, far] = modems("lost", Some(20));
    let (options, abort, modem) = (Options::default(), Abort::new(), mbn::MbnOptions::default());
    let server = async {
        let mut session = mbn::accept(&far, &options, &modem, &|_| Ok(()), &abort).await.unwrap().unwrap();
        let error = session.receiver.message().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{error}");
        abort.abort();
    };
    let client = async {
        let content_type = "application/soap+msbin1";
        let mut session =
            mbn::connect(&near, Mode::DUPLEX, content_type, &options, &modem, &abort).await.unwrap();
        session.sender.send(&[(&vec![7; 60_000][..]).into()]).await.unwrap();
        let _aborted = session.receiver.message().await;
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_lost_handshake_is_sent_again() {
    let [near, far] = modems("again", Some(0));
    let (options, abort) = (Options::default(), Abort::new());
    let modem = mbn::MbnOptions { retry: Duration::from_millis(500), ..mbn::MbnOptions::default() };
    let server = async {
        let mut session = mbn::accept(&far, &options, &modem, &|_| Ok(()), &abort).await.unwrap().unwrap();
        assert_eq!(session.receiver.message().await.unwrap().unwrap().chunks.concat(), b"hello");
        assert!(session.receiver.message().await.unwrap().is_none());
        session.close().await.unwrap();
    };
    let client = async {
        let content_type = "application/soap+msbin1";
        let mut session =
            mbn::connect(&near, Mode::DUPLEX, content_type, &options, &modem, &abort).await.unwrap();
        session.sender.send(&["hello".into()]).await.unwrap();
        session.close().await.unwrap();
    };
    tokio::join!(server, client);
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "note", ns = "urn:test")]
struct Note {
    text: String,
    data: Vec<u8>,
}

/// Channels and a listener over the two modems of `sim::connected`: session after session, buffered and streamed, by one listener.
#[tokio::test]
async fn channels_over_a_modem() {
    let mut handles = connected([Profile::default(), Profile::default()]).into_iter();
    let [near, far] = [0, 1].map(|index| {
        let socket: PathBuf =
            std::env::temp_dir().join(format!("wws-mbn-channel-{index}-{}", std::process::id()));
        let listener = bind(socket.to_str().unwrap()).unwrap();
        tokio::spawn(Server::new(Target::Simulator(handles.next().unwrap())).run(listener));
        format!("mbn://{}/{LINE}", socket.to_str().unwrap().replace('/', "%2F"))
    });
    let binding = |url: &str| {
        let mut binding = Binding::for_url(url).unwrap().with_max_message_size(1 << 20);
        // A typed body is written in one go, and a part of MTOM is more than may wait in memory.
        binding.max_streamed_flush_size = 1 << 20;
        binding.spill = Some(Spill::new(wws::TempFileStore::default));
        binding
    };
    let listener = Listener::open(&binding(&far).answering_in_kind(), &far).await.unwrap();
    assert_eq!(listener.url(), far);
    let streamed = binding(&near)
        .with_encoding(Encoding::Mtom(Default::default()))
        .with_transfer_mode(TransferMode::STREAMED);
    for client in [binding(&near), binding(&near), streamed, binding(&near)] {
        let note = Note { text: "over the air".to_owned(), data: vec![7; 100_000] };
        let server = async {
            let channel = listener.accept().await.unwrap();
            while let Some((request, note)) = channel.receive::<Note>().await.unwrap() {
                channel.reply(&request, "urn:test/reply", &note).await.unwrap();
            }
            channel.close().await.unwrap();
        };
        let ask = async {
            let channel = Channel::connect(&client, &near).await.unwrap();
            for _ in 0..3 {
                let reply: Note = channel.request("urn:test/note", &note).await.unwrap();
                assert_eq!(reply, note);
                if client.transfer_mode == TransferMode::STREAMED {
                    // One exchange for each accepted channel.
                    break;
                }
            }
            channel.close().await.unwrap();
        };
        tokio::join!(server, ask);
    }
    listener.close().await.unwrap();
}
