//! The versions of WS-Addressing, and the headers that they define.

use super::{EnvelopeVersion, names};
use crate::xml::XmlStr;

/// The version of WS-Addressing: `WS_ADDRESSING_VERSION`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum AddressingVersion {
    /// WS-Addressing of August 2004.
    Addressing09 = 1,
    /// WS-Addressing 1.0.
    Addressing10 = 2,
    /// The transport carries what the headers Action and To say, as HTTP does; there are no other headers.
    Transport = 3,
}

/// A header that WS-Addressing defines: `WS_HEADER_TYPE`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum HeaderType {
    /// What the message asks for, a URI.
    Action = 1,
    /// Where the message goes, a URI.
    To = 2,
    /// The identifier of the message.
    MessageId = 3,
    /// The identifier of the message that this one answers.
    RelatesTo = 4,
    /// Who sent the message, an endpoint.
    From = 5,
    /// Who gets the answer, an endpoint.
    ReplyTo = 6,
    /// Who gets an answer that is a fault, an endpoint.
    FaultTo = 7,
}

impl HeaderType {
    /// All of them, in the order of their numbers.
    pub const ALL: [HeaderType; 7] = [
        HeaderType::Action,
        HeaderType::To,
        HeaderType::MessageId,
        HeaderType::RelatesTo,
        HeaderType::From,
        HeaderType::ReplyTo,
        HeaderType::FaultTo,
    ];

    /// The header with a number of `WS_HEADER_TYPE`.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i32 == number)
    }

    /// The name of its element.
    pub const fn local_name(self) -> XmlStr<'static> {
        match self {
            HeaderType::Action => names::ACTION,
            HeaderType::To => names::TO,
            HeaderType::MessageId => names::MESSAGE_ID,
            HeaderType::RelatesTo => names::RELATES_TO,
            HeaderType::From => names::FROM,
            HeaderType::ReplyTo => names::REPLY_TO,
            HeaderType::FaultTo => names::FAULT_TO,
        }
    }

    /// Whether its value is an endpoint address, and not text.
    pub const fn is_endpoint(self) -> bool {
        matches!(self, HeaderType::From | HeaderType::ReplyTo | HeaderType::FaultTo)
    }

    /// Whether we write it with `mustUnderstand`, as WCF does: who does not know what the action is, or where the
    /// message goes, must not go on.
    pub(super) const fn must_be_understood(self) -> bool {
        matches!(self, HeaderType::Action | HeaderType::To)
    }
}

impl AddressingVersion {
    /// The version with a number of `WS_ADDRESSING_VERSION`.
    pub fn from_number(number: i32) -> Option<Self> {
        [Self::Addressing09, Self::Addressing10, Self::Transport]
            .into_iter()
            .find(|version| *version as i32 == number)
    }

    /// The namespace of the headers; of [`Transport`](Self::Transport), whose headers are never in an envelope, the
    /// one that .NET gives them in memory.
    pub const fn namespace(self) -> XmlStr<'static> {
        match self {
            AddressingVersion::Addressing09 => names::ADDRESSING_0_9,
            AddressingVersion::Addressing10 => names::ADDRESSING_1_0,
            AddressingVersion::Transport => names::ADDRESSING_TRANSPORT,
        }
    }

    /// The version whose headers have this namespace.
    pub fn from_namespace(ns: &str) -> Option<Self> {
        [Self::Addressing09, Self::Addressing10, Self::Transport]
            .into_iter()
            .find(|version| version.namespace().as_str() == ns)
    }

    /// The URI of an endpoint that has none: the answer goes back the way the request came. Empty for
    /// [`Transport`](Self::Transport).
    pub const fn anonymous(self) -> &'static str {
        match self {
            AddressingVersion::Addressing09 => {
                "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
            }
            AddressingVersion::Addressing10 => "http://www.w3.org/2005/08/addressing/anonymous",
            AddressingVersion::Transport => "",
        }
    }

    /// The action of a fault that has none of its own; empty for [`Transport`](Self::Transport).
    pub const fn fault_action(self) -> &'static str {
        match self {
            AddressingVersion::Addressing09 => "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
            // WS-Addressing 1.0 SOAP Binding 6: …/soap/fault for faults that SOAP and applications define.
            AddressingVersion::Addressing10 => "http://www.w3.org/2005/08/addressing/soap/fault",
            AddressingVersion::Transport => "",
        }
    }

    /// Whether a message can have this header.
    pub const fn has(self, header: HeaderType) -> bool {
        !matches!(self, AddressingVersion::Transport) || matches!(header, HeaderType::Action | HeaderType::To)
    }
}

/// The two versions of a message: of its envelope and of its addressing.
///
/// ```
/// use wws_core::soap::{AddressingVersion, EnvelopeVersion, Version};
/// assert_eq!(Version::SOAP12_ADDRESSING10.addressing, AddressingVersion::Addressing10);
/// assert_eq!(Version::new(EnvelopeVersion::Soap11, AddressingVersion::Transport), Version::SOAP11);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// Of the envelope.
    pub envelope: EnvelopeVersion,
    /// Of the addressing headers.
    pub addressing: AddressingVersion,
}

impl Version {
    /// SOAP 1.1 over HTTP, which carries the addresses: `basicHttpBinding` of WCF.
    pub const SOAP11: Version = Version::new(EnvelopeVersion::Soap11, AddressingVersion::Transport);
    /// SOAP 1.2 over HTTP, which carries the addresses.
    pub const SOAP12: Version = Version::new(EnvelopeVersion::Soap12, AddressingVersion::Transport);
    /// SOAP 1.2 with WS-Addressing 1.0: the default of channels, `wsHttpBinding` and `netTcpBinding` of WCF.
    pub const SOAP12_ADDRESSING10: Version =
        Version::new(EnvelopeVersion::Soap12, AddressingVersion::Addressing10);
    /// Neither: plain XML, or plain bytes, over HTTP.
    pub const NONE: Version = Version::new(EnvelopeVersion::None, AddressingVersion::Transport);

    /// A pair of versions.
    pub const fn new(envelope: EnvelopeVersion, addressing: AddressingVersion) -> Self {
        Version { envelope, addressing }
    }
}
