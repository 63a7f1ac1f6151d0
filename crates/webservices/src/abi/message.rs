//! Messages and faults (`webservices/message.h`, `webservices/error.h`).

use super::{
    base::{WS_STRING, WS_XML_QNAME, WS_XML_STRING},
    reader::WS_XML_READER_PROPERTY,
    types::WS_ELEMENT_DESCRIPTION,
    writer::WS_XML_WRITER_PROPERTY,
};
use crate::{
    buffer::object::WS_XML_BUFFER,
    param::{Kind, Param},
    ptr::{Ptr, Void},
};
use wws::Result;

/// Told once when a message lets go of the reader or writer of the program.
pub type WS_MESSAGE_DONE_CALLBACK = Option<unsafe extern "C" fn(Void)>;

impl Param for WS_MESSAGE_DONE_CALLBACK {
    type C = WS_MESSAGE_DONE_CALLBACK;
    const KIND: Kind = Kind::Pointer;
    fn receive(argument: WS_MESSAGE_DONE_CALLBACK, _: &'static str) -> Result<Self> {
        Ok(argument)
    }
}

/// The receiver must understand the header.
pub const WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE: u32 = 0x1;
/// A node that does not know the header passes it on.
pub const WS_RELAY_HEADER_ATTRIBUTE: u32 = 0x2;

c_structs! {
    /// A property of a message.
    struct WS_MESSAGE_PROPERTY { id: WS_MESSAGE_PROPERTY_ID, value: Void, valueSize: u32, }
    /// Properties of a message.
    struct WS_MESSAGE_PROPERTIES { properties: Ptr<WS_MESSAGE_PROPERTY>, propertyCount: u32, }
    /// Properties of a reader.
    struct WS_XML_READER_PROPERTIES { properties: Ptr<WS_XML_READER_PROPERTY>, propertyCount: u32, }
    /// Properties of a writer.
    struct WS_XML_WRITER_PROPERTIES { properties: Ptr<WS_XML_WRITER_PROPERTY>, propertyCount: u32, }
    /// What happened, in one language.
    struct WS_FAULT_REASON { text: WS_STRING, lang: WS_STRING, }
    /// A code and its subcode.
    struct WS_FAULT_CODE { value: WS_XML_QNAME, subCode: Ptr<WS_FAULT_CODE>, }
    /// A fault.
    struct WS_FAULT { code: Ptr<WS_FAULT_CODE>, reasons: Ptr<WS_FAULT_REASON>, reasonCount: u32, actor: WS_STRING, node: WS_STRING, detail: Ptr<WS_XML_BUFFER>, }
    /// A detail of faults with an action.
    struct WS_FAULT_DETAIL_DESCRIPTION { action: Ptr<WS_XML_STRING>, detailElementDescription: Ptr<WS_ELEMENT_DESCRIPTION>, }
    /// The addressing of an endpoint address.
    struct WS_ENDPOINT_ADDRESS_DESCRIPTION { addressingVersion: WS_ADDRESSING_VERSION, }
    /// The envelope of a fault.
    struct WS_FAULT_DESCRIPTION { envelopeVersion: WS_ENVELOPE_VERSION, }
}

c_enums! {
    /// Versions of the envelope.
    enum WS_ENVELOPE_VERSION {
        WS_ENVELOPE_VERSION_SOAP_1_1 = 1,
        WS_ENVELOPE_VERSION_SOAP_1_2 = 2,
        WS_ENVELOPE_VERSION_NONE = 3,
    }
    /// Versions of addressing.
    enum WS_ADDRESSING_VERSION {
        WS_ADDRESSING_VERSION_0_9 = 1,
        WS_ADDRESSING_VERSION_1_0 = 2,
        WS_ADDRESSING_VERSION_TRANSPORT = 3,
    }
    /// Properties of a message.
    enum WS_MESSAGE_PROPERTY_ID {
        WS_MESSAGE_PROPERTY_STATE = 0,
        WS_MESSAGE_PROPERTY_HEAP = 1,
        WS_MESSAGE_PROPERTY_ENVELOPE_VERSION = 2,
        WS_MESSAGE_PROPERTY_ADDRESSING_VERSION = 3,
        WS_MESSAGE_PROPERTY_HEADER_BUFFER = 4,
        WS_MESSAGE_PROPERTY_HEADER_POSITION = 5,
        WS_MESSAGE_PROPERTY_BODY_READER = 6,
        WS_MESSAGE_PROPERTY_BODY_WRITER = 7,
        WS_MESSAGE_PROPERTY_IS_ADDRESSED = 8,
        WS_MESSAGE_PROPERTY_HEAP_PROPERTIES = 9,
        WS_MESSAGE_PROPERTY_XML_READER_PROPERTIES = 10,
        WS_MESSAGE_PROPERTY_XML_WRITER_PROPERTIES = 11,
        WS_MESSAGE_PROPERTY_IS_FAULT = 12,
        WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS = 13,
        WS_MESSAGE_PROPERTY_USERNAME = 14,
        WS_MESSAGE_PROPERTY_ENCODED_CERT = 15,
        WS_MESSAGE_PROPERTY_TRANSPORT_SECURITY_WINDOWS_TOKEN = 16,
        WS_MESSAGE_PROPERTY_HTTP_HEADER_AUTH_WINDOWS_TOKEN = 17,
        WS_MESSAGE_PROPERTY_MESSAGE_SECURITY_WINDOWS_TOKEN = 18,
        WS_MESSAGE_PROPERTY_SAML_ASSERTION = 19,
        WS_MESSAGE_PROPERTY_SECURITY_CONTEXT = 20,
        WS_MESSAGE_PROPERTY_PROTECTION_LEVEL = 21,
    }
    /// What a message starts with.
    enum WS_MESSAGE_INITIALIZATION {
        WS_BLANK_MESSAGE = 0,
        WS_DUPLICATE_MESSAGE = 1,
        WS_REQUEST_MESSAGE = 2,
        WS_REPLY_MESSAGE = 3,
        WS_FAULT_MESSAGE = 4,
    }
    /// Headers that addressing defines.
    enum WS_HEADER_TYPE {
        WS_ACTION_HEADER = 1,
        WS_TO_HEADER = 2,
        WS_MESSAGE_ID_HEADER = 3,
        WS_RELATES_TO_HEADER = 4,
        WS_FROM_HEADER = 5,
        WS_REPLY_TO_HEADER = 6,
        WS_FAULT_TO_HEADER = 7,
    }
    /// Whether a header may be there more than once.
    enum WS_REPEATING_HEADER_OPTION {
        WS_REPEATING_HEADER = 1,
        WS_SINGLETON_HEADER = 2,
    }
    /// How a message was protected on its way.
    enum WS_PROTECTION_LEVEL {
        WS_PROTECTION_LEVEL_NONE = 1,
        WS_PROTECTION_LEVEL_SIGN = 2,
        WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT = 3,
    }
    /// How much of an error a fault tells.
    enum WS_FAULT_DISCLOSURE {
        WS_MINIMAL_FAULT_DISCLOSURE = 0,
        WS_FULL_FAULT_DISCLOSURE = 1,
    }
    /// What an error says to the peer.
    enum WS_FAULT_ERROR_PROPERTY_ID {
        WS_FAULT_ERROR_PROPERTY_FAULT = 0,
        WS_FAULT_ERROR_PROPERTY_ACTION = 1,
        WS_FAULT_ERROR_PROPERTY_HEADER = 2,
    }
}
