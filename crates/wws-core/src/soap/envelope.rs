//! The versions of the SOAP envelope.

use super::names;
use crate::xml::XmlStr;

/// The version of a SOAP envelope: `WS_ENVELOPE_VERSION`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum EnvelopeVersion {
    /// SOAP 1.1.
    Soap11 = 1,
    /// SOAP 1.2.
    Soap12 = 2,
    /// No envelope: the document is the body.
    None = 3,
}

impl EnvelopeVersion {
    /// The version with a number of `WS_ENVELOPE_VERSION`.
    pub fn from_number(number: i32) -> Option<Self> {
        [Self::Soap11, Self::Soap12, Self::None].into_iter().find(|version| *version as i32 == number)
    }

    /// The namespace of the envelope; without an envelope, the one that .NET gives to messages in memory.
    pub const fn namespace(self) -> XmlStr<'static> {
        match self {
            EnvelopeVersion::Soap11 => names::SOAP_1_1,
            EnvelopeVersion::Soap12 => names::SOAP_1_2,
            EnvelopeVersion::None => names::SOAP_NONE,
        }
    }

    /// The version whose envelope has this namespace.
    pub fn from_namespace(ns: &str) -> Option<Self> {
        [Self::Soap11, Self::Soap12, Self::None]
            .into_iter()
            .find(|version| version.namespace().as_str() == ns)
    }

    /// The attribute that says for whom a header is: `actor` or `role`.
    pub(super) const fn role_attribute(self) -> XmlStr<'static> {
        match self {
            EnvelopeVersion::Soap11 => names::ACTOR,
            _ => names::ROLE,
        }
    }

    /// The role of the next node on the path, in which every node acts (SOAP 1.1 4.2.2, SOAP 1.2 Part 1 2.2).
    pub const fn next_role(self) -> &'static str {
        match self {
            EnvelopeVersion::Soap11 => "http://schemas.xmlsoap.org/soap/actor/next",
            _ => "http://www.w3.org/2003/05/soap-envelope/role/next",
        }
    }

    /// Whether a role is that of the ultimate receiver, for whom a header without a role is, too.
    pub(super) fn is_ultimate_role(self, role: &str) -> bool {
        let uri = match self {
            EnvelopeVersion::Soap11 => "",
            _ => "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
        };
        role.is_empty() || role == uri
    }

    /// What people call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            EnvelopeVersion::Soap11 => "SOAP 1.1",
            EnvelopeVersion::Soap12 => "SOAP 1.2",
            EnvelopeVersion::None => "no SOAP envelope",
        }
    }
}

impl std::fmt::Display for EnvelopeVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
