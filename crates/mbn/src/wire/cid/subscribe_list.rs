//! DEVICE_SERVICE_SUBSCRIBE_LIST: which events the modem is to send. MBIM 10.5.30, CID 19 of basic connect.

use uuid::Uuid;

use super::super::service::BASIC_CONNECT;

information_buffer! {
    /// Replaces the whole list of subscribed events. The answer has the same layout.
    pub struct SubscribeList {
        /// The services.
        entries: Vec<SubscribeEntry> as elements,
    }
}

information_buffer! {
    /// The events of one service.
    pub struct SubscribeEntry {
        /// The service.
        service: Uuid,
        /// The commands whose events are wanted; none means all.
        cids: Vec<u32> as counted,
    }
}

requests! {
    SubscribeList: set BASIC_CONNECT, 19 -> SubscribeList;
}

impl SubscribeList {
    /// True if the list has the event `cid` of `service`.
    pub fn contains(&self, service: Uuid, cid: u32) -> bool {
        let wanted = |entry: &&SubscribeEntry| {
            entry.service == service && (entry.cids.is_empty() || entry.cids.contains(&cid))
        };
        self.entries.iter().any(|entry| wanted(&entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{cid::check, service};

    #[test]
    fn subscribe_list() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // 1 service
            0x0C, 0x00, 0x00, 0x00, 0x18, 0x00, 0x00, 0x00, // 24 bytes at 12
            0xA2, 0x89, 0xCC, 0x33, 0xBC, 0xBB, 0x8B, 0x4F, // basic connect
            0xB6, 0xB0, 0x13, 0x3E, 0xC2, 0xAA, 0xE6, 0xDF, //
            0x01, 0x00, 0x00, 0x00, // 1 command
            0x0B, 0x00, 0x00, 0x00, // SIGNAL_STATE
        ];
        let list = SubscribeList {
            entries: vec![SubscribeEntry { service: service::BASIC_CONNECT, cids: vec![11] }],
        };
        check(bytes, &list);
        assert!(list.contains(service::BASIC_CONNECT, 11));
        assert!(!list.contains(service::BASIC_CONNECT, 12));
        assert!(!list.contains(service::SMS, 11));
    }

    #[test]
    fn an_entry_without_commands_is_every_event() {
        let list = SubscribeList { entries: vec![SubscribeEntry { service: service::SMS, cids: vec![] }] };
        assert!(list.contains(service::SMS, 77));
    }
}
