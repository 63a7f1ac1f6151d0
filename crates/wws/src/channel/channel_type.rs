//! Which way messages go, and how many: `WS_CHANNEL_TYPE`.

use std::{fmt, ops::BitOr};

/// The kind of a channel, a combination of bits as in webservices.h.
///
/// ```
/// use wws::channel::ChannelType;
/// assert_eq!(ChannelType::INPUT | ChannelType::OUTPUT, ChannelType::DUPLEX);
/// assert!(ChannelType::DUPLEX_SESSION.has(ChannelType::SESSION));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChannelType(pub u32);

impl ChannelType {
    /// Receives messages.
    pub const INPUT: Self = ChannelType(0x1);
    /// Sends messages.
    pub const OUTPUT: Self = ChannelType(0x2);
    /// Messages belong together: they arrive in order, and both sides say when they are done.
    pub const SESSION: Self = ChannelType(0x4);
    /// Receives the messages of a session.
    pub const INPUT_SESSION: Self = ChannelType(0x5);
    /// Sends the messages of a session.
    pub const OUTPUT_SESSION: Self = ChannelType(0x6);
    /// Sends and receives messages that have nothing to do with each other.
    pub const DUPLEX: Self = ChannelType(0x3);
    /// Sends and receives the messages of a session.
    pub const DUPLEX_SESSION: Self = ChannelType(0x7);
    /// Sends requests and receives the reply of each.
    pub const REQUEST: Self = ChannelType(0x8);
    /// Receives one request and sends its reply.
    pub const REPLY: Self = ChannelType(0x10);

    /// Whether all bits of `other` are set.
    pub const fn has(self, other: ChannelType) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether messages can be sent.
    pub const fn sends(self) -> bool {
        self.0 & (Self::OUTPUT.0 | Self::REQUEST.0 | Self::REPLY.0) != 0
    }

    /// Whether messages can be received.
    pub const fn receives(self) -> bool {
        self.0 & (Self::INPUT.0 | Self::REQUEST.0 | Self::REPLY.0) != 0
    }

    const NAMED: [(Self, &'static str); 9] = [
        (Self::INPUT, "input"),
        (Self::OUTPUT, "output"),
        (Self::SESSION, "session"),
        (Self::INPUT_SESSION, "input session"),
        (Self::OUTPUT_SESSION, "output session"),
        (Self::DUPLEX, "duplex"),
        (Self::DUPLEX_SESSION, "duplex session"),
        (Self::REQUEST, "request"),
        (Self::REPLY, "reply"),
    ];
}

impl BitOr for ChannelType {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        ChannelType(self.0 | other.0)
    }
}

impl fmt::Display for ChannelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMED.iter().find(|(kind, _)| kind == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "0x{:x}", self.0),
        }
    }
}

impl fmt::Debug for ChannelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelType({self})")
    }
}
