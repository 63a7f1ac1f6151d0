//! Peers that lie about sizes, speak something else, or stop in the middle.

use crate::drive::{as_receiver, unlimited};
use crate::splits::connection;
use bytes::Bytes;
use wws_core::ErrorCode;
use wws_core::framing::{Fault, Initiator, Limits, Mode, Preamble, Receiver};

const START: &[u8] = b"\x00\x01\x00\x01\x02\x02\x0bnet.tcp://h\x03\x07\x0c";

fn refused(input: &[u8]) -> (wws_core::Error, Option<Bytes>) {
    let mut receiver = Receiver::new(Limits::default());
    let mut input = Bytes::copy_from_slice(input);
    loop {
        match receiver.receive(&mut input) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("not refused"),
            Err(error) => return (error, receiver.fault_to_send()),
        }
    }
}

#[test]
fn handshakes_that_are_none() {
    use Fault::*;
    for (input, code, offset, fault) in [
        (&b"GET / HTTP/1.1\r\n"[..], ErrorCode::InvalidFormat, 0, Some(InvalidRecordSequence)),
        (b"\x01\x02", ErrorCode::InvalidFormat, 0, Some(InvalidRecordSequence)),
        (b"\x00\x02\x00", ErrorCode::InvalidFormat, 0, Some(UnsupportedVersion)),
        (b"\x00\x01\x00\x01\x05", ErrorCode::InvalidFormat, 3, Some(UnsupportedMode)),
        (b"\x00\x01\x00\x01\x02\x06\x01x", ErrorCode::InvalidFormat, 5, Some(InvalidRecordSequence)),
        (b"\x00\x01\x00\x01\x02\x02\x81\x10", ErrorCode::QuotaExceeded, 5, Some(ViaTooLong)),
        (b"\x00\x01\x00\x01\x02\x02\x01\xff", ErrorCode::InvalidFormat, 5, Some(InvalidRecordSequence)),
        (b"\x00\x01\x00\x01\x02\x02\x01v\x03\x09", ErrorCode::InvalidFormat, 8, Some(ContentTypeInvalid)),
        (b"\x00\x01\x00\x01\x02\x02\x01v\x04\x81\x08", ErrorCode::QuotaExceeded, 8, Some(ContentTypeTooLong)),
        (
            b"\x00\x01\x00\x01\x02\x02\x01v\x03\x07\x09\x81\x02",
            ErrorCode::QuotaExceeded,
            10,
            Some(UpgradeInvalid),
        ),
        (
            b"\x00\x01\x00\x01\x02\x02\x01v\x03\x07\x0b",
            ErrorCode::InvalidFormat,
            10,
            Some(InvalidRecordSequence),
        ),
        // One-way: nobody listens to a fault.
        (b"\x00\x01\x00\x01\x03\x02\x01v\x03\x07\x09\x01x", ErrorCode::InvalidFormat, 10, None),
    ] {
        let (error, sent) = refused(input);
        assert_eq!(error.code(), code, "{input:x?}: {error}");
        assert_eq!(error.place().unwrap().offset, offset, "{input:x?}: {error}");
        let uri = sent.map(|record| {
            assert_eq!(record[0], 0x08);
            String::from_utf8(record[2..].to_vec()).unwrap()
        });
        assert_eq!(uri.as_deref().map(Fault::from_uri), fault.map(Some), "{input:x?}");
    }
}

#[test]
fn envelopes_over_the_limit_fail_on_the_claim() {
    let limits = Limits::default().with_max_envelope_size(10);
    for (tail, offset) in [
        (&b"\x06\x0b"[..], START.len() as u64),
        // The claim counts, not what arrives: 2 GiB announced, nothing sent.
        (b"\x06\xff\xff\xff\xff\x07", START.len() as u64),
    ] {
        let error = as_receiver([START, tail].concat().into(), &[usize::MAX], &limits).unwrap_err();
        assert_eq!(error.code(), ErrorCode::QuotaExceeded);
        assert_eq!(error.place().unwrap().offset, offset);
    }
    let streamed = [&START[..4], b"\x01", &START[5..], b"\x05\x06sixsix\x05"].concat();
    let error = as_receiver(streamed.into(), &[usize::MAX], &limits).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    let rest = [&START[..4], b"\x04", &START[5..START.len() - 1], b"elevenoctet"].concat();
    let error = as_receiver(rest.into(), &[usize::MAX], &limits).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}

#[test]
fn empty_envelopes_and_wrong_forms() {
    for tail in [&b"\x06\x00"[..], b"\x05\x01x\x00", b"\x0c", b"\x07\x07"] {
        let all = as_receiver([START, tail].concat().into(), &[usize::MAX], &unlimited());
        assert_eq!(all.unwrap_err().code(), ErrorCode::InvalidFormat, "{tail:x?}");
    }
}

/// Wherever the input stops, a cut session never looks complete.
#[test]
fn a_cut_anywhere_is_an_error() {
    let envelopes = [vec![vec![7; 200]], vec![vec![8; 3]]];
    for (mode, count) in [(Mode::DUPLEX, 2), (Mode::SIMPLEX, 2), (Mode::SINGLETON_UNSIZED, 1)] {
        let wire = Bytes::from(connection(mode, true, &envelopes[..count]));
        for end in 1..wire.len() {
            let cut = as_receiver(wire.slice(..end), &[usize::MAX], &unlimited());
            assert_eq!(cut.unwrap_err().code(), ErrorCode::EndpointDisconnected, "{mode} cut at {end}");
        }
        assert!(as_receiver(wire, &[usize::MAX], &unlimited()).is_ok());
    }
}

#[test]
fn an_initiator_that_gets_no_answer() {
    let preamble = Preamble::new(Mode::DUPLEX, "net.tcp://h", "application/soap+msbin1");
    let (mut initiator, _) = Initiator::new(preamble.clone(), None, Limits::default()).unwrap();
    assert_eq!(initiator.end_of_input().code(), ErrorCode::EndpointDisconnected);
    let (mut initiator, _) = Initiator::new(preamble.clone(), None, Limits::default()).unwrap();
    let error = initiator.receive(&mut Bytes::from_static(b"HTTP/1.1 400 Bad Request")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidFormat);
    // An acknowledgement is no answer to an upgrade request.
    let (mut initiator, _) =
        Initiator::new(preamble, Some("application/ssl-tls"), Limits::default()).unwrap();
    assert!(initiator.receive(&mut Bytes::from_static(&[0x0B])).is_err());
}
