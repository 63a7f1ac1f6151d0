//! The two ends of a connection, and how many envelopes each may send.

use super::record::Mode;

/// Which end of the connection we are (MC-NMF 1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The side that connected.
    Initiator,
    /// The side that accepted the connection.
    Receiver,
}

/// How many envelopes a side may send.
pub(super) fn envelopes_allowed(mode: Mode, sender: Role) -> Option<u64> {
    match (mode, sender) {
        (Mode::DUPLEX, _) | (Mode::SIMPLEX, Role::Initiator) => None,
        (Mode::SINGLETON_UNSIZED, _) | (Mode::SINGLETON_SIZED, Role::Initiator) => Some(1),
        _ => Some(0),
    }
}
