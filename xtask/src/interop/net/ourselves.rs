//! The control: what fails here is no fault of a peer.

use super::{
    peer::{Peer, Program},
    row::{Role, Row},
};

const ONE: &[Role] = &[Role::WeCall];

pub(super) const PEER: Peer = Peer {
    name: "wws",
    about: "The control: our client and our service, each in a process of its own.",
    prepare: |_| {
        let program = super::super::target().join("debug/wws-interop");
        Ok(Program::new(concat!("wws ", env!("CARGO_PKG_VERSION"))).command(program, &[] as &[&str]))
    },
    rows: &[
        Row::new("soap11-text", "http").only(ONE),
        Row::new("soap12-addressing10-text", "http").only(ONE),
        Row::new("soap12-addressing09-utf16", "http").only(ONE),
        Row::new("soap12-text-tls", "https").only(ONE),
        Row::new("soap12-addressing10-text-streamed", "http").only(ONE),
        Row::new("soap11-mtom", "http").only(ONE),
        Row::new("soap12-mtom-streamed", "http").only(ONE),
        Row::new("soap12-binary-streamed", "http").only(ONE),
        Row::new("soap12-addressing10-text-gzip", "http").only(ONE),
        Row::new("soap12-mtom-gzip", "http").only(ONE),
        Row::new("soap12-addressing10-session", "net.tcp").only(ONE),
        Row::new("soap12-addressing10-text-streamed", "net.tcp").only(ONE),
        Row::new("soap12-addressing10-udp", "soap.udp").only(ONE),
    ],
};
