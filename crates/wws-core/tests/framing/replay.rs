//! What .NET's client and CoreWCF sent each other: read in both roles, and written again octet by octet.

use crate::drive::{Session, as_initiator, as_receiver, recorded, unlimited, write};
use wws_core::framing::{Encoding, Initiator, KnownEncoding, Mode, Preamble, Receiver, ReceiverEvent};

const CUTS: &[&[usize]] = &[&[usize::MAX], &[1], &[2, 3, 5, 7], &[1460]];

fn received(name: &str) -> Vec<Session> {
    let input = recorded(&format!("{name}-c2s"));
    let all: Vec<_> =
        CUTS.iter().map(|cuts| as_receiver(input.clone(), cuts, &unlimited()).unwrap()).collect();
    same(all)
}

fn initiated(name: &str, mode: Mode, upgrade: Option<&str>, count: usize) -> Vec<Session> {
    let input = recorded(&format!("{name}-s2c"));
    let all: Vec<_> =
        CUTS.iter().map(|cuts| as_initiator(input.clone(), cuts, mode, upgrade, count).unwrap()).collect();
    same(all)
}

/// However the input was cut, the sessions are the same.
fn same(all: Vec<Vec<Session>>) -> Vec<Session> {
    let joined: Vec<Vec<Session>> = all.iter().map(|s| s.iter().map(Session::joined).collect()).collect();
    assert!(joined.windows(2).all(|pair| pair[0] == pair[1]));
    joined.into_iter().next().unwrap()
}

fn pieces(session: &Session) -> Vec<Vec<Vec<u8>>> {
    session.envelopes.iter().map(|e| e.pieces.iter().map(|p| p.to_vec()).collect()).collect()
}

#[test]
fn duplex_sessions() {
    for (name, via, requests, replies) in [
        ("tcp", "net.tcp://127.0.0.1:23161/tcp", 14, 13),
        ("tcp_duplex", "net.tcp://127.0.0.1:23221/tcp_duplex", 4, 5),
    ] {
        let client = received(name);
        let [session] = &client[..] else { panic!("{} sessions", client.len()) };
        let preamble = session.preamble.as_ref().unwrap();
        assert_eq!(preamble.mode, Mode::DUPLEX);
        assert_eq!(preamble.via, via);
        assert_eq!(preamble.encoding, Encoding::Known(KnownEncoding::SOAP12_BINARY_SESSION));
        assert_eq!(session.envelopes.len(), requests, "{name}");
        assert!(session.ended);
        for envelope in &session.envelopes {
            assert_eq!(envelope.size, Some(envelope.octets().len() as u32));
        }

        let server = initiated(name, Mode::DUPLEX, None, 1);
        assert_eq!(server[0].envelopes.len(), replies, "{name}");
        assert!(server[0].ended);
    }
}

#[test]
fn streamed_sessions_one_after_the_other() {
    let client = received("tcp_stream");
    let server = initiated("tcp_stream", Mode::SINGLETON_UNSIZED, None, client.len());
    assert_eq!(client.len(), server.len());
    assert!(client.len() > 1);
    for session in &client {
        let preamble = session.preamble.as_ref().unwrap();
        assert_eq!(preamble.mode, Mode::SINGLETON_UNSIZED);
        assert_eq!(preamble.encoding, Encoding::Known(KnownEncoding::SOAP12_BINARY));
        assert_eq!(session.envelopes.len(), 1);
        assert_eq!(session.envelopes[0].size, None);
    }
    assert!(server.iter().all(|s| s.envelopes.len() == 1 && s.ended));
}

#[test]
fn an_upgrade_to_tls() {
    let client = received("tcp_tls");
    assert_eq!(client[0].upgrade.as_deref(), Some("application/ssl-tls"));
    assert!(client[0].ended);
    let server = initiated("tcp_tls", Mode::DUPLEX, Some("application/ssl-tls"), 1);
    assert!(server[0].ended);
}

/// Our client says exactly what .NET's client says, when it is given the same envelopes.
#[test]
fn what_we_write_is_what_they_wrote() {
    for name in ["tcp", "tcp_duplex", "tcp_tls"] {
        let wire = recorded(&format!("{name}-c2s"));
        let session = received(name).remove(0);
        let (mut initiator, hello) =
            Initiator::new(session.preamble.clone().unwrap(), session.upgrade.as_deref(), unlimited())
                .unwrap();
        let mut out = hello.to_vec();
        if session.upgrade.is_some() {
            initiator.receive(&mut bytes::Bytes::from_static(&[0x0A])).unwrap();
            out.extend(initiator.upgraded().unwrap());
        }
        initiator.receive(&mut bytes::Bytes::from_static(&[0x0B])).unwrap();
        let (mut outbound, _) = initiator.into_session().unwrap();
        out.extend(write(&mut outbound, &pieces(&session)).unwrap());
        assert!(out == wire[..], "{name}: the octets differ");
    }
}

/// Our server says exactly what CoreWCF says, when it is given the same envelopes.
#[test]
fn what_our_server_writes_is_what_corewcf_wrote() {
    let wire = recorded("tcp-s2c");
    let session = initiated("tcp", Mode::DUPLEX, None, 1).remove(0);
    let mut receiver = Receiver::new(unlimited());
    let mut input = recorded("tcp-c2s");
    let mut out = Vec::new();
    while !receiver.is_established() {
        if receiver.receive(&mut input).unwrap() == Some(ReceiverEvent::Complete) {
            out.extend(receiver.acknowledge().unwrap());
        }
    }
    let (mut outbound, _) = receiver.into_session().unwrap();
    out.extend(write(&mut outbound, &pieces(&session)).unwrap());
    assert!(out == wire[..], "the octets differ");
}

/// The chunks of a streamed message, kept as they were, are written as they were.
#[test]
fn streamed_messages_are_written_as_they_were() {
    let input = recorded("tcp_stream-c2s");
    let mut out = Vec::new();
    for session in as_receiver(input.clone(), &[usize::MAX], &unlimited()).unwrap() {
        let preamble: Preamble = session.preamble.clone().unwrap();
        let (mut initiator, hello) = Initiator::new(preamble, None, unlimited()).unwrap();
        out.extend(hello);
        initiator.receive(&mut bytes::Bytes::from_static(&[0x0B])).unwrap();
        let (mut outbound, _) = initiator.into_session().unwrap();
        out.extend(write(&mut outbound, &pieces(&session)).unwrap());
    }
    assert!(out == input[..], "the octets differ");
}
