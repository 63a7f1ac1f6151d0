//! Any split of the input gives the same events, and the same error at the same offset.

use crate::drive::{Session, as_receiver, unlimited, write};
use proptest::prelude::*;
use wws_core::framing::{Initiator, Limits, Mode, Preamble};

/// A connection as an initiator would write it.
pub(crate) fn connection(mode: Mode, upgrade: bool, envelopes: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let preamble = Preamble::new(mode, "net.tcp://host:808/päth", "text/x; a=b");
    let upgrade = upgrade.then_some("application/ssl-tls").filter(|_| mode.is_two_way());
    let (mut initiator, hello) = Initiator::new(preamble, upgrade, Limits::default()).unwrap();
    let mut wire = hello.to_vec();
    if upgrade.is_some() {
        initiator.receive(&mut bytes::Bytes::from_static(&[0x0A])).unwrap();
        wire.extend(initiator.upgraded().unwrap());
    }
    if mode.is_two_way() {
        initiator.receive(&mut bytes::Bytes::from_static(&[0x0B])).unwrap();
    }
    let (mut outbound, _) = initiator.into_session().unwrap();
    wire.extend(write(&mut outbound, envelopes).unwrap());
    wire
}

fn envelopes(max: usize) -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    let piece = prop::collection::vec(any::<u8>(), 1..300);
    prop::collection::vec(prop::collection::vec(piece, 1..4), 1..=max)
}

fn case() -> impl Strategy<Value = (Mode, bool, Vec<Vec<Vec<u8>>>)> {
    prop_oneof![
        (Just(Mode::DUPLEX), any::<bool>(), envelopes(4)),
        (Just(Mode::SIMPLEX), Just(false), envelopes(4)),
        (Just(Mode::SINGLETON_UNSIZED), any::<bool>(), envelopes(1)),
        (Just(Mode::SINGLETON_SIZED), Just(false), envelopes(1)),
    ]
}

proptest! {
    #[test]
    fn any_split_gives_the_same_sessions(
        (mode, upgrade, envelopes) in case(),
        cuts in prop::collection::vec(1_usize..40, 1..12),
    ) {
        let wire = bytes::Bytes::from(connection(mode, upgrade, &envelopes));
        let whole = as_receiver(wire.clone(), &[usize::MAX], &unlimited()).unwrap();
        let split = as_receiver(wire, &cuts, &unlimited()).unwrap();
        let joined = |s: Vec<Session>| s.iter().map(Session::joined).collect::<Vec<_>>();
        let (whole, split) = (joined(whole), joined(split));
        prop_assert_eq!(&whole, &split);
        let sent: Vec<Vec<u8>> = envelopes.iter().map(|pieces| pieces.concat()).collect();
        let got: Vec<Vec<u8>> = whole[0].envelopes.iter().map(|e| e.octets()).collect();
        prop_assert_eq!(sent, got);
    }

    #[test]
    fn any_split_of_noise_gives_the_same_error(
        (mode, upgrade, envelopes) in case(),
        change in any::<(prop::sample::Index, u8)>(),
        cuts in prop::collection::vec(1_usize..40, 1..12),
    ) {
        let mut wire = connection(mode, upgrade, &envelopes);
        let at = change.0.index(wire.len());
        wire[at] = change.1;
        let wire = bytes::Bytes::from(wire);
        let whole = as_receiver(wire.clone(), &[usize::MAX], &Limits::default());
        let split = as_receiver(wire, &cuts, &Limits::default());
        match (whole, split) {
            (Ok(a), Ok(b)) => prop_assert_eq!(a.len(), b.len()),
            (Err(a), Err(b)) => prop_assert_eq!(a.to_string(), b.to_string()),
            (a, b) => prop_assert!(false, "whole: {:?}, split: {:?}", a, b),
        }
    }
}
