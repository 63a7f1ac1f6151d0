//! An initiator and a receiver of ours in front of each other, in every mode.

use crate::drive::{unlimited, write};
use bytes::Bytes;
use wws_core::ErrorCode;
use wws_core::framing::{
    Event, Fault, Inbound, Initiator, InitiatorEvent, Limits, Mode, Outbound, Preamble, Receiver,
    ReceiverEvent,
};

fn preamble(mode: Mode) -> Preamble {
    Preamble::new(mode, "net.tcp://h/p", "application/soap+msbin1")
}

/// Both ends of an established session.
fn open(mode: Mode) -> ((Outbound, Inbound), (Outbound, Inbound)) {
    let (mut initiator, hello) = Initiator::new(preamble(mode), None, unlimited()).unwrap();
    let mut receiver = Receiver::new(unlimited());
    let mut wire = hello;
    let mut back = Bytes::new();
    while let Some(event) = receiver.receive(&mut wire).unwrap() {
        if event == ReceiverEvent::Complete {
            back = receiver.acknowledge().unwrap();
        }
    }
    if mode.is_two_way() {
        assert_eq!(initiator.receive(&mut back).unwrap(), Some(InitiatorEvent::Established));
    }
    assert!(back.is_empty());
    (initiator.into_session().unwrap(), receiver.into_session().unwrap())
}

fn read(inbound: &mut Inbound, wire: Vec<u8>) -> Vec<Event> {
    let mut input = Bytes::from(wire);
    let mut events = Vec::new();
    while let Some(event) = inbound.receive(&mut input).unwrap() {
        events.push(event);
    }
    events
}

#[test]
fn duplex_both_ways() {
    let ((mut c_out, mut c_in), (mut s_out, mut s_in)) = open(Mode::DUPLEX);
    let request = write(&mut c_out, &[vec![b"one".to_vec()], vec![b"two".to_vec()]]).unwrap();
    let events = read(&mut s_in, request);
    assert_eq!(events.len(), 7);
    assert_eq!(events[0], Event::Envelope { size: Some(3) });
    assert_eq!(events[1], Event::Payload(Bytes::from_static(b"one")));
    assert_eq!(events[6], Event::End);
    // The receiver may still send after the initiator has ended.
    let reply = write(&mut s_out, &[vec![b"three".to_vec()]]).unwrap();
    assert_eq!(read(&mut c_in, reply).len(), 4);
    assert!(c_in.is_ended() && c_out.is_ended());
}

#[test]
fn one_streamed_message_each_way() {
    let ((mut c_out, _), (mut s_out, mut s_in)) = open(Mode::SINGLETON_UNSIZED);
    assert_eq!(c_out.sized(3).unwrap_err().code(), ErrorCode::InvalidOperation);
    let wire = write(&mut c_out, &[vec![b"ab".to_vec(), b"c".to_vec()]]).unwrap();
    assert_eq!(wire, b"\x05\x02ab\x01c\x00\x07");
    read(&mut s_in, wire);
    assert!(s_in.is_ended());
    write(&mut s_out, &[vec![b"r".to_vec()]]).unwrap();
    // A second one is refused when sent and when received.
    assert_eq!(s_out.begin_unsized().unwrap_err().code(), ErrorCode::InvalidOperation);
    let (_, (_, mut s_in)) = open(Mode::SINGLETON_UNSIZED);
    let mut twice = Bytes::from_static(b"\x05\x01a\x00\x05\x01b\x00");
    let error = loop {
        match s_in.receive(&mut twice) {
            Ok(event) => assert!(event.is_some()),
            Err(e) => break e,
        }
    };
    assert_eq!(error.code(), ErrorCode::InvalidFormat);
    assert_eq!(s_in.fault(), Some(Fault::InvalidRecordSequence));
}

#[test]
fn the_one_way_modes_say_nothing_back() {
    let ((mut c_out, _), (mut s_out, mut s_in)) = open(Mode::SIMPLEX);
    let events = read(&mut s_in, write(&mut c_out, &[vec![b"a".to_vec()]]).unwrap());
    assert_eq!(events.last(), Some(&Event::End));
    assert!(s_out.sized(1).is_err());
    assert_eq!(s_out.fault(Fault::ServerTooBusy), None);

    let ((mut c_out, _), (_, mut s_in)) = open(Mode::SINGLETON_SIZED);
    c_out.begin_rest().unwrap();
    assert_eq!(c_out.payload(3).unwrap(), None);
    let events = read(&mut s_in, b"abc".to_vec());
    assert_eq!(events, [Event::Envelope { size: None }, Event::Payload(Bytes::from_static(b"abc"))]);
    assert_eq!(s_in.end_of_input().unwrap(), Some(Event::EnvelopeEnd));
    assert_eq!(c_out.end_envelope().unwrap(), None);
    assert!(c_out.is_ended() && s_in.is_ended());
}

#[test]
fn a_refusal_reaches_the_initiator() {
    let (mut initiator, mut hello) = Initiator::new(preamble(Mode::DUPLEX), None, unlimited()).unwrap();
    let mut receiver = Receiver::new(Limits::default());
    receiver.receive(&mut hello).unwrap();
    let mut fault = receiver.refuse(Fault::EndpointNotFound).unwrap();
    let error = initiator.receive(&mut fault).unwrap_err();
    assert_eq!(error.code(), ErrorCode::EndpointNotFound);
    assert_eq!(
        initiator.receive(&mut Bytes::from_static(&[0x0B])).unwrap_err().to_string(),
        error.to_string()
    );
    assert!(initiator.into_session().is_err());
}

#[test]
fn a_fault_in_the_session_reaches_the_peer() {
    let ((_, mut c_in), (mut s_out, _)) = open(Mode::DUPLEX);
    let mut fault = s_out.fault(Fault::MaxMessageSizeExceeded).unwrap();
    assert_eq!(c_in.receive(&mut fault).unwrap_err().code(), ErrorCode::QuotaExceeded);
    assert_eq!(c_in.fault(), None, "a fault is not answered with a fault");
    assert!(s_out.sized(1).is_err());
}

#[test]
fn payloads_must_fit_what_was_announced() {
    let ((mut out, _), _) = open(Mode::DUPLEX);
    assert_eq!(out.payload(1).unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(out.sized(0).unwrap_err().code(), ErrorCode::InvalidArgument);
    out.sized(3).unwrap();
    assert!(out.is_in_envelope());
    assert_eq!(out.payload(4).unwrap_err().code(), ErrorCode::InvalidArgument);
    out.payload(2).unwrap();
    assert_eq!(out.end_envelope().unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(out.end().unwrap_err().code(), ErrorCode::InvalidOperation);
    assert_eq!(out.sized(1).unwrap_err().code(), ErrorCode::InvalidOperation);
    out.payload(1).unwrap();
    assert_eq!(out.end_envelope().unwrap(), None);
    out.end().unwrap();
    assert_eq!(out.end().unwrap_err().code(), ErrorCode::InvalidOperation);
}
