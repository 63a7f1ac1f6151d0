//! Names of envelopes, addressing and faults, each with its number in the static dictionary: in the binary encoding
//! they take one or two bytes.

use crate::xml::{DictionaryKey, XmlStr, dictionary::nbfs};

/// The string with this number in the dictionary of MC-NBFS 2.2.
const fn nbfs(id: usize) -> XmlStr<'static> {
    XmlStr::in_dictionary(nbfs::STRINGS[id], DictionaryKey::NBFS, id as u32)
}

// SOAP 1.1 4, SOAP 1.2 Part 1 5
pub(super) const ENVELOPE: XmlStr<'_> = nbfs(1);
pub(super) const HEADER: XmlStr<'_> = nbfs(4);
pub(super) const BODY: XmlStr<'_> = nbfs(7);
pub(super) const SOAP_1_1: XmlStr<'_> = nbfs(481);
pub(super) const SOAP_1_2: XmlStr<'_> = nbfs(2);
/// .NET's name for messages without an envelope.
pub(super) const SOAP_NONE: XmlStr<'_> = nbfs(440);
pub(super) const MUST_UNDERSTAND: XmlStr<'_> = nbfs(0);
pub(super) const ROLE: XmlStr<'_> = nbfs(69);
pub(super) const ACTOR: XmlStr<'_> = nbfs(482);
pub(super) const RELAY: XmlStr<'_> = nbfs(70);
pub(super) const NOT_UNDERSTOOD: XmlStr<'_> = nbfs(79);
pub(super) const QNAME: XmlStr<'_> = nbfs(80);

// SOAP 1.2 Part 1 5.4
pub(super) const FAULT: XmlStr<'_> = nbfs(67);
pub(super) const CODE: XmlStr<'_> = nbfs(71);
pub(super) const REASON: XmlStr<'_> = nbfs(72);
pub(super) const TEXT: XmlStr<'_> = nbfs(73);
pub(super) const NODE: XmlStr<'_> = nbfs(74);
pub(super) const FAULT_ROLE: XmlStr<'_> = nbfs(75);
pub(super) const DETAIL: XmlStr<'_> = nbfs(76);
pub(super) const VALUE: XmlStr<'_> = nbfs(77);
pub(super) const SUBCODE: XmlStr<'_> = nbfs(78);

// SOAP 1.1 4.4: these stand in no namespace.
pub(super) const FAULT_CODE_1_1: XmlStr<'_> = nbfs(483);
pub(super) const FAULT_STRING_1_1: XmlStr<'_> = nbfs(484);
pub(super) const FAULT_ACTOR_1_1: XmlStr<'_> = nbfs(485);
pub(super) const DETAIL_1_1: XmlStr<'_> = nbfs(486);

// WS-Addressing
pub(super) const ADDRESSING_0_9: XmlStr<'_> = nbfs(105);
pub(super) const ADDRESSING_1_0: XmlStr<'_> = nbfs(3);
/// .NET's name for headers that travel outside the envelope.
pub(super) const ADDRESSING_TRANSPORT: XmlStr<'_> = nbfs(439);
pub(super) const ACTION: XmlStr<'_> = nbfs(5);
pub(super) const TO: XmlStr<'_> = nbfs(6);
pub(super) const MESSAGE_ID: XmlStr<'_> = nbfs(13);
pub(super) const RELATES_TO: XmlStr<'_> = nbfs(9);
pub(super) const FROM: XmlStr<'_> = nbfs(82);
pub(super) const REPLY_TO: XmlStr<'_> = nbfs(22);
pub(super) const FAULT_TO: XmlStr<'_> = nbfs(83);
pub(super) const ENDPOINT_REFERENCE: XmlStr<'_> = nbfs(84);
pub(super) const ADDRESS: XmlStr<'_> = nbfs(21);
pub(super) const REFERENCE_PROPERTIES: XmlStr<'_> = nbfs(88);
pub(super) const REFERENCE_PARAMETERS: XmlStr<'_> = nbfs(100);
pub(super) const IS_REFERENCE_PARAMETER: XmlStr<'_> = nbfs(101);

// WS-AddressingIdentity
pub(super) const IDENTITY_NAMESPACE: XmlStr<'_> = nbfs(92);
pub(super) const IDENTITY: XmlStr<'_> = nbfs(93);
pub(super) const SPN: XmlStr<'_> = nbfs(94);
pub(super) const UPN: XmlStr<'_> = nbfs(95);
pub(super) const DNS: XmlStr<'_> = nbfs(97);
