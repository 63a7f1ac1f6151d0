//! Messages made, initialized, addressed, reset and freed, and their properties (WWSAPI J.1, J.2, P.7).

use super::object::{Sender, WS_MESSAGE, reader_settings};
use crate::{
    abi::*,
    address,
    buffer::object::WS_XML_BUFFER,
    fault,
    handle::Handle,
    heap::WS_HEAP,
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
    reader, text, writer,
};
use wws::{
    Error, Result,
    soap::{Initialization, Message, MessageOptions, MessageState, Version},
    value::Guid,
    xml::WriterOptions,
};

exports! {
    fn WsCreateMessage(envelopeVersion: WS_ENVELOPE_VERSION, addressingVersion: WS_ADDRESSING_VERSION,
        properties: Ptr<WS_MESSAGE_PROPERTY>, propertyCount: u32, message: Out<Ptr<WS_MESSAGE>>; error) => create;
    void WsFreeMessage(message: Ptr<WS_MESSAGE>) => free;
    fn WsResetMessage(message: &WS_MESSAGE; error) => WS_MESSAGE::reset;
    fn WsInitializeMessage(message: &WS_MESSAGE, initialization: WS_MESSAGE_INITIALIZATION,
        sourceMessage: Option<&WS_MESSAGE>; error) => initialize;
    fn WsAddressMessage(message: &WS_MESSAGE, address: Option<&WS_ENDPOINT_ADDRESS>; error) => address_message;
    fn WsGetMessageProperty(message: &WS_MESSAGE, id: WS_MESSAGE_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property;
    fn WsSetMessageProperty(message: &WS_MESSAGE, id: WS_MESSAGE_PROPERTY_ID, value: Void, valueSize: u32; error)
        => set_property;
}

/// Bytes that the heap of a message has at most by default. The reference gives no number.
const MAX_HEAP_SIZE: usize = 1 << 20;
/// Bytes that it keeps from one message to the next by default.
const TRIM_HEAP_SIZE: usize = 4096;

fn create(
    envelope: WS_ENVELOPE_VERSION,
    addressing: WS_ADDRESSING_VERSION,
    properties: Ptr<WS_MESSAGE_PROPERTY>,
    count: u32,
    message: Out<Ptr<WS_MESSAGE>>,
) -> Result<()> {
    let version = Version::new(fault::version(envelope)?, address::version(addressing)?);
    message.set(Ptr::give(Box::new(make(version, properties, count)?)));
    Ok(())
}

/// A message with the properties of a list, also for those who make messages for a channel.
///
/// # Errors
/// `E_INVALIDARG` for a property that cannot be set, or has another size.
pub fn make(version: Version, properties: Ptr<WS_MESSAGE_PROPERTY>, count: u32) -> Result<WS_MESSAGE> {
    let (mut max, mut trim) = (MAX_HEAP_SIZE, TRIM_HEAP_SIZE);
    let mut options = MessageOptions::default();
    let mut reader = reader_settings();
    let mut writer = WriterOptions::default();
    for p in property::list(properties, count)? {
        match WS_MESSAGE_PROPERTY_ID(p.id) {
            WS_MESSAGE_PROPERTY_HEAP_PROPERTIES => {
                let list: WS_HEAP_PROPERTIES = p.read()?;
                for p in property::list(list.properties, list.propertyCount)? {
                    match WS_HEAP_PROPERTY_ID(p.id) {
                        WS_HEAP_PROPERTY_MAX_SIZE => max = p.read()?,
                        WS_HEAP_PROPERTY_TRIM_SIZE => trim = p.read()?,
                        _ => return Err(p.refuse("only the sizes of the heap can be set")),
                    }
                }
            }
            WS_MESSAGE_PROPERTY_XML_READER_PROPERTIES => {
                let list: WS_XML_READER_PROPERTIES = p.read()?;
                reader::options::apply(&mut reader, list.properties, list.propertyCount)?;
            }
            WS_MESSAGE_PROPERTY_XML_WRITER_PROPERTIES => {
                let list: WS_XML_WRITER_PROPERTIES = p.read()?;
                writer::options::apply(&mut writer, list.properties, list.propertyCount)?;
            }
            WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS => options.max_processed_headers = p.read()?,
            _ => return Err(p.refuse("it cannot be set when a message is created")),
        }
    }
    options.max_headers_size = max;
    Ok(WS_MESSAGE::new(Message::with_options(version, options), WS_HEAP::new(max, trim), reader, writer))
}

fn free(message: Ptr<WS_MESSAGE>) {
    // A message that is being used, by a callback that frees it, must not go away under the call.
    if WS_MESSAGE::find(message, "").is_ok_and(|m| m.reset().is_ok()) {
        Handle::free(message);
    }
}

fn initialize(
    message: &WS_MESSAGE,
    initialization: WS_MESSAGE_INITIALIZATION,
    source: Option<&WS_MESSAGE>,
) -> Result<()> {
    let needs_source = matches!(initialization, WS_DUPLICATE_MESSAGE | WS_REPLY_MESSAGE | WS_FAULT_MESSAGE);
    match (needs_source, source) {
        (true, None) => {
            return Err(Error::argument(
                "`sourceMessage` is NULL, but this initialization copies from a message",
            ));
        }
        (false, Some(_)) => {
            return Err(Error::argument("`sourceMessage` must be NULL for a blank message or a request"));
        }
        (true, Some(source)) if std::ptr::eq(source, message) => {
            return Err(Error::argument("a message cannot be initialized from itself"));
        }
        _ => {}
    }
    let from = source.map(WS_MESSAGE::lock).transpose()?;
    let mut state = message.lock()?;
    let kind = match (initialization, &from) {
        (WS_BLANK_MESSAGE, _) => Initialization::Blank,
        (WS_REQUEST_MESSAGE, _) => Initialization::Request(Guid::new_v4()),
        (WS_DUPLICATE_MESSAGE, Some(from)) => Initialization::Duplicate(&from.core),
        (WS_REPLY_MESSAGE, Some(from)) => Initialization::Reply(&from.core),
        (WS_FAULT_MESSAGE, Some(from)) => Initialization::Fault(&from.core),
        (WS_MESSAGE_INITIALIZATION(other), _) => {
            return Err(Error::argument(format!("{other} is no WS_MESSAGE_INITIALIZATION")));
        }
    };
    state.core.initialize(kind)
}

fn address_message(message: &WS_MESSAGE, to: Option<&WS_ENDPOINT_ADDRESS>) -> Result<()> {
    let to = to.map(address::from_c).transpose()?;
    message.with(|m| m.address(to.as_ref()))
}

fn property(message: &WS_MESSAGE, id: WS_MESSAGE_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let p = Property { id: id.0, value, size };
    let mut state = message.lock()?;
    if id == WS_MESSAGE_PROPERTY_STATE {
        return p.store(state.core.state() as i32);
    }
    if state.core.state() == MessageState::Empty {
        return Err(Error::operation(
            "of an empty message only the state can be had: initialize or read it first",
        ));
    }
    match id {
        WS_MESSAGE_PROPERTY_HEAP => p.store(Ptr::to(&message.heap)),
        WS_MESSAGE_PROPERTY_ENVELOPE_VERSION => p.store(state.core.version().envelope as i32),
        WS_MESSAGE_PROPERTY_ADDRESSING_VERSION => p.store(state.core.version().addressing as i32),
        WS_MESSAGE_PROPERTY_HEADER_BUFFER => p.store(header_buffer(message, &mut state)?),
        WS_MESSAGE_PROPERTY_HEADER_POSITION => {
            let buffer = header_buffer(message, &mut state)?;
            p.store(WS_XML_BUFFER::position_to_c(buffer, state.core.header_position()?))
        }
        WS_MESSAGE_PROPERTY_BODY_READER => {
            drop(state);
            p.store(Ptr::to(message.reader()?))
        }
        WS_MESSAGE_PROPERTY_BODY_WRITER => {
            drop(state);
            p.store(Ptr::to(message.writer()?))
        }
        WS_MESSAGE_PROPERTY_IS_ADDRESSED => p.store(BOOL::from(state.core.is_addressed())),
        WS_MESSAGE_PROPERTY_IS_FAULT => p.store(BOOL::from(state.core.is_fault())),
        WS_MESSAGE_PROPERTY_HEAP_PROPERTIES
        | WS_MESSAGE_PROPERTY_XML_READER_PROPERTIES
        | WS_MESSAGE_PROPERTY_XML_WRITER_PROPERTIES
        | WS_MESSAGE_PROPERTY_MAX_PROCESSED_HEADERS => {
            Err(p.refuse("it can only be set, when the message is created"))
        }
        _ => sender_property(&state.sender, id, p),
    }
}

fn header_buffer(message: &WS_MESSAGE, state: &mut super::object::State) -> Result<Ptr<WS_XML_BUFFER>> {
    let shared = state.core.header_buffer()?;
    if state.buffer.is_null() {
        state.buffer = WS_XML_BUFFER::keep_shared(&message.heap, shared)?;
    }
    Ok(state.buffer)
}

/// WWSAPI P.7 #14 to #21: what was not set by a channel is empty.
fn sender_property(sender: &Sender, id: WS_MESSAGE_PROPERTY_ID, p: Property) -> Result<()> {
    match id {
        WS_MESSAGE_PROPERTY_USERNAME => {
            let units = sender.username.as_deref().unwrap_or_default();
            p.store(WS_STRING { length: units.len() as u32, chars: Ptr::first(units) })
        }
        WS_MESSAGE_PROPERTY_ENCODED_CERT => {
            let bytes = sender.certificate.as_deref().unwrap_or_default();
            p.store(WS_BYTES { length: bytes.len() as u32, bytes: Ptr::first(bytes) })
        }
        WS_MESSAGE_PROPERTY_TRANSPORT_SECURITY_WINDOWS_TOKEN => p.store(sender.tokens[0]),
        WS_MESSAGE_PROPERTY_HTTP_HEADER_AUTH_WINDOWS_TOKEN => p.store(sender.tokens[1]),
        WS_MESSAGE_PROPERTY_MESSAGE_SECURITY_WINDOWS_TOKEN => p.store(sender.tokens[2]),
        WS_MESSAGE_PROPERTY_SAML_ASSERTION => p.store(sender.saml),
        WS_MESSAGE_PROPERTY_SECURITY_CONTEXT => p.store(sender.context),
        WS_MESSAGE_PROPERTY_PROTECTION_LEVEL => p.store(sender.protection.0),
        _ => Err(p.unknown()),
    }
}

fn set_property(message: &WS_MESSAGE, id: WS_MESSAGE_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let p = Property { id: id.0, value, size };
    let mut state = message.lock()?;
    if state.core.state() == MessageState::Empty {
        return Err(Error::operation(
            "properties of an empty message cannot be set: initialize or read it first",
        ));
    }
    let sender = &mut state.sender;
    match id {
        WS_MESSAGE_PROPERTY_IS_FAULT => {
            let is_fault = p.flag()?;
            state.core.set_fault(is_fault);
        }
        WS_MESSAGE_PROPERTY_USERNAME => {
            let name: WS_STRING = p.read()?;
            sender.username = Some(text::units(&name, "username")?.into());
        }
        WS_MESSAGE_PROPERTY_ENCODED_CERT => {
            let bytes: WS_BYTES = p.read()?;
            sender.certificate = Some(bytes.bytes.slice(bytes.length as usize, "certificate")?.into());
        }
        WS_MESSAGE_PROPERTY_TRANSPORT_SECURITY_WINDOWS_TOKEN => sender.tokens[0] = p.read()?,
        WS_MESSAGE_PROPERTY_HTTP_HEADER_AUTH_WINDOWS_TOKEN => sender.tokens[1] = p.read()?,
        WS_MESSAGE_PROPERTY_MESSAGE_SECURITY_WINDOWS_TOKEN => sender.tokens[2] = p.read()?,
        WS_MESSAGE_PROPERTY_SAML_ASSERTION => {
            let buffer: Ptr<WS_XML_BUFFER> = p.read()?;
            let copy = address::buffer_from_c(buffer, "SAML assertion")?;
            sender.saml = address::buffer_to_c(copy.as_deref(), &message.heap)?;
        }
        WS_MESSAGE_PROPERTY_PROTECTION_LEVEL => {
            let level = WS_PROTECTION_LEVEL(p.read()?);
            if !(WS_PROTECTION_LEVEL_NONE.0..=WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT.0).contains(&level.0) {
                return Err(p.refuse(&format!("{} is no WS_PROTECTION_LEVEL", level.0)));
            }
            sender.protection = level;
        }
        WS_MESSAGE_PROPERTY_ID(0..=21) => return Err(p.refuse("it cannot be set")),
        _ => return Err(p.unknown()),
    }
    Ok(())
}
