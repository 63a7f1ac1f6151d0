//! Sessions of message framing over data sessions of two simulated modems, whose services are connected to each other.

#![cfg(all(target_os = "linux", feature = "mbn"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use wws::{
    ErrorCode,
    transport::{
        Abort,
        framed::{Mode, Options},
        mbn,
    },
};
use wws_mbn::{
    proxy::{Server, Target, bind},
    sim::{
        Handle, Modem, Profile,
        service::{Answer, ECHO, Effect, Service},
    },
    transport::linux::OpenOptions,
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
    let (options, abort, modem) = (Options::default(), Abort::new(), OpenOptions::default());
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
    let (options, abort, modem) = (Options::default(), Abort::new(), OpenOptions::default());
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
