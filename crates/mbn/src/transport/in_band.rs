//! Data sessions between the control messages: the host's side of [`data_message`](crate::wire::data_message).

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::{host::RequestId, wire::data_message::DataMessage};

/// How many bytes of datagrams the device may have under way per session.
const WINDOW_BYTES: usize = 512 << 10;

/// The state of the data plane.
#[derive(Debug)]
pub(crate) struct InBand {
    /// How many datagrams the device may have under way per session.
    window: u32,
    /// What is left of the credit given, per session.
    credit: BTreeMap<u8, u32>,
}

impl InBand {
    pub(crate) fn new(max_data_size: usize) -> Self {
        let window = (WINDOW_BYTES / max_data_size.max(1)).clamp(8, 256) as u32;
        Self { window, credit: BTreeMap::new() }
    }

    pub(crate) fn attach(&mut self, session: u8) {
        self.credit.insert(session, 0);
    }

    pub(crate) fn detach(&mut self, session: u8) {
        self.credit.remove(&session);
    }

    /// Gives credit to every session that has used half of what it can have: a window, or less if there is less room.
    pub(crate) fn grant(&mut self, queue: &mut VecDeque<Bytes>, room: impl Fn(u8) -> u32) {
        for (&session, credit) in &mut self.credit {
            let most = self.window.min(room(session));
            if *credit <= most / 2 && *credit < most {
                push(queue, &DataMessage::Credit { session, datagrams: most - *credit });
                *credit = most;
            }
        }
    }

    pub(crate) fn write(
        &mut self,
        request: RequestId,
        session: u8,
        data: Bytes,
        queue: &mut VecDeque<Bytes>,
    ) {
        push(queue, &DataMessage::Write { number: request.0, session, data });
    }

    /// Counts a datagram that came. False if the device had no credit: a broken one, which must not fill our memory.
    pub(crate) fn received(&mut self, session: u8) -> bool {
        match self.credit.get_mut(&session) {
            Some(credit) if *credit > 0 => {
                *credit -= 1;
                true
            }
            _ => false,
        }
    }
}

/// Queues a message: its head, and its datagram without a copy.
pub(crate) fn push(queue: &mut VecDeque<Bytes>, message: &DataMessage) {
    let (head, data) = message.encode();
    queue.push_back(head);
    if !data.is_empty() {
        queue.push_back(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_queued_where_it_lies() {
        let (mut plane, mut queue) = (InBand::new(1500), VecDeque::new());
        let data = Bytes::from(vec![1; 1000]);
        plane.write(RequestId(1), 5, data.clone(), &mut queue);
        assert_eq!(queue[1].as_ptr(), data.as_ptr());
    }

    #[test]
    fn credit_is_given_in_halves_and_a_device_without_it_is_ignored() {
        let (mut plane, mut queue) = (InBand::new(64 << 10), VecDeque::new());
        plane.attach(5);
        plane.grant(&mut queue, |_| u32::MAX);
        plane.grant(&mut queue, |_| u32::MAX);
        assert_eq!(queue.len(), 1);
        assert_eq!((0..20).filter(|_| plane.received(5)).count(), 8);
        assert!(!plane.received(6));
        plane.grant(&mut queue, |_| 0);
        assert_eq!(queue.len(), 1, "no room");
        plane.grant(&mut queue, |_| 3);
        assert_eq!((queue.len(), (0..20).filter(|_| plane.received(5)).count()), (2, 3));
    }
}
