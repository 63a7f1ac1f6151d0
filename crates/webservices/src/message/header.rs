//! The headers that addressing defines (WWSAPI J.4).

use super::{
    object::WS_MESSAGE,
    value::{Shape, missing, read_check, store, write_place},
};
use crate::{abi::*, address, heap::WS_HEAP, ptr::Void};
use wws::{Error, Result, soap::HeaderType, value::UniqueId};

exports! {
    fn WsGetHeader(message: &WS_MESSAGE, headerType: WS_HEADER_TYPE, valueType: WS_TYPE, readOption: WS_READ_OPTION,
        heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => get;
    fn WsSetHeader(message: &WS_MESSAGE, headerType: WS_HEADER_TYPE, valueType: WS_TYPE,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32; error) => set;
    fn WsRemoveHeader(message: &WS_MESSAGE, headerType: WS_HEADER_TYPE; error) => remove;
}

fn kind(header: WS_HEADER_TYPE) -> Result<HeaderType> {
    HeaderType::from_number(header.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_HEADER_TYPE", header.0)))
}

const fn is_id(kind: HeaderType) -> bool {
    matches!(kind, HeaderType::MessageId | HeaderType::RelatesTo)
}

fn expect_endpoint(value_type: WS_TYPE) -> Result<()> {
    match value_type {
        WS_ENDPOINT_ADDRESS_TYPE => Ok(()),
        WS_TYPE(other) => Err(Error::argument(format!(
            "the value of this header is a WS_ENDPOINT_ADDRESS, not of WS_TYPE {other}"
        ))),
    }
}

fn get(
    message: &WS_MESSAGE,
    header: WS_HEADER_TYPE,
    value_type: WS_TYPE,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
) -> Result<()> {
    let kind = kind(header)?;
    let heap = message.heap_or(heap);
    if kind.is_endpoint() {
        expect_endpoint(value_type)?;
        read_check(option, value, size, size_of::<WS_ENDPOINT_ADDRESS>(), false)?;
        let Some(found) = message.with(|m| m.endpoint_header(kind))? else {
            return missing(option, value, size);
        };
        return store(option, address::to_c(&found, heap)?, heap, value, size);
    }
    let shape = Shape::of(value_type, is_id(kind))?;
    let found = message.with(|m| m.text_header(kind))?;
    shape.store(option, found.as_deref(), heap, value, size)
}

fn set(
    message: &WS_MESSAGE,
    header: WS_HEADER_TYPE,
    value_type: WS_TYPE,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
) -> Result<()> {
    let kind = kind(header)?;
    if kind.is_endpoint() {
        expect_endpoint(value_type)?;
        let at = write_place(option, value, size, size_of::<WS_ENDPOINT_ADDRESS>(), false)?;
        let new = address::from_c(at.cast::<WS_ENDPOINT_ADDRESS>().need("value")?)?;
        return message.with(|m| match kind {
            HeaderType::From => m.set_from(&new),
            HeaderType::ReplyTo => m.set_reply_to(&new),
            _ => m.set_fault_to(&new),
        });
    }
    let new = Shape::of(value_type, is_id(kind))?.load(option, value, size)?;
    message.with(|m| match (&new, kind) {
        (id @ UniqueId::Guid(_), HeaderType::MessageId) => m.set_message_id(id),
        (id @ UniqueId::Guid(_), _) => m.set_relates_to(id),
        (UniqueId::Uri(text), _) => m.set_text_header(kind, text),
    })
}

fn remove(message: &WS_MESSAGE, header: WS_HEADER_TYPE) -> Result<()> {
    let kind = kind(header)?;
    message.with(|m| m.remove_header(kind))
}
