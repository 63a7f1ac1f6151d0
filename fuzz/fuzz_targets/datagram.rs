//! Datagrams of SOAP-over-UDP: each is a message or an error, and is new exactly once among the last ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::{collections::VecDeque, net::SocketAddr};
use wws::{
    soap::{Message, Version},
    transport::udp::{Duplicates, Recent},
    xml::{Charset, Reader, ReaderEncoding},
};
use wws_fuzz::options;

fuzz_target!(|input: (u8, Vec<&[u8]>)| {
    let (most, datagrams) = input;
    let most = usize::from(most % 8) + 1;
    let recent = Recent::new(most);
    let mut model: VecDeque<&[u8]> = VecDeque::new();
    for (from, datagram) in datagrams.iter().enumerate() {
        let peer = SocketAddr::from(([127, 0, 0, 1], from as u16 + 1));
        let is_new = !model.contains(datagram);
        assert_eq!(recent.is_new(datagram, peer), is_new, "whoever sent it");
        if !is_new {
            continue;
        }
        model.push_back(datagram);
        if model.len() > most {
            model.pop_front();
        }
        let mut reader = Reader::new(options());
        reader.set_input(ReaderEncoding::Text(Some(Charset::Utf8)), (*datagram).into());
        let mut message = Message::new(Version::SOAP12_ADDRESSING10);
        if message.read_start(&mut reader).is_ok() {
            let _ = (message.action(), message.to(), message.message_id(), message.relates_to());
            let _ = reader.skip_node().and_then(|()| message.read_end(&mut reader));
        }
    }
});
