//! Replies to their requests, by message id (WWSAPI J.3), when several requests are under way on one session.

use super::codec::lock;
use crate::{soap::Message, value::UniqueId, xml::buffer::XmlBuffer};
use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};
use tokio::sync::oneshot;

/// A message that somebody read who does not want it, with its body.
pub(super) type Handed = (Message, XmlBuffer);

/// Messages that wait in memory for somebody to receive them.
const MAX_UNCLAIMED: usize = 1000;

/// Who waits for a reply, and messages that nobody has asked for yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    requests: Mutex<HashMap<UniqueId, oneshot::Sender<Handed>>>,
    unclaimed: Mutex<VecDeque<Handed>>,
}

impl Waiting {
    /// Waits for the reply to a request; until the ticket is dropped.
    pub(super) fn register(&self, id: UniqueId) -> Ticket<'_> {
        let (sender, reply) = oneshot::channel();
        lock(&self.requests).insert(id.clone(), sender);
        Ticket { waiting: self, id, reply }
    }

    /// Whether somebody waits for the reply to this request.
    pub(super) fn is_awaited(&self, id: &UniqueId) -> bool {
        lock(&self.requests).contains_key(id)
    }

    /// Whether one request waits, and no other.
    pub(super) fn is_only(&self) -> bool {
        lock(&self.requests).len() == 1
    }

    /// Hands a reply over. If nobody waits any more, it is dropped.
    pub(super) fn hand_over(&self, id: &UniqueId, reply: Handed) {
        if let Some(waiter) = lock(&self.requests).remove(id) {
            // Whoever gave up does not want it.
            let _ = waiter.send(reply);
        }
    }

    /// Keeps a message for the next one who receives. Beyond a number of them the oldest is forgotten.
    pub(super) fn keep(&self, message: Handed) {
        let mut unclaimed = lock(&self.unclaimed);
        if unclaimed.len() == MAX_UNCLAIMED {
            unclaimed.pop_front();
        }
        unclaimed.push_back(message);
    }

    /// A message that was kept.
    pub(super) fn unclaimed(&self) -> Option<Handed> {
        lock(&self.unclaimed).pop_front()
    }

    pub(super) fn clear(&self) {
        lock(&self.requests).clear();
        lock(&self.unclaimed).clear();
    }
}

/// A place in the queue for a reply.
pub(super) struct Ticket<'w> {
    waiting: &'w Waiting,
    pub(super) id: UniqueId,
    pub(super) reply: oneshot::Receiver<Handed>,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        lock(&self.waiting.requests).remove(&self.id);
    }
}
