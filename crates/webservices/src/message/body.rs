//! Envelope and body (WWSAPI J.1, J.6).

use super::object::{Body, WS_MESSAGE};
use crate::{
    abi::*,
    address,
    failure::WS_ERROR,
    fault,
    heap::WS_HEAP,
    hresult::Status,
    message::value,
    ptr::{Ptr, Void},
    reader::{self, object::WS_XML_READER},
    runtime, schema,
    writer::{self, object::WS_XML_WRITER},
};
use wws::{Error, Result, soap::EndpointAddress};

exports! {
    fn WsReadEnvelopeStart(message: &WS_MESSAGE, reader: &WS_XML_READER, doneCallback: WS_MESSAGE_DONE_CALLBACK,
        doneCallbackState: Void; error) => read_start;
    fn WsReadEnvelopeEnd(message: &WS_MESSAGE; error) => read_end;
    fn WsWriteEnvelopeStart(message: &WS_MESSAGE, writer: &WS_XML_WRITER, doneCallback: WS_MESSAGE_DONE_CALLBACK,
        doneCallbackState: Void; error) => write_start;
    fn WsWriteEnvelopeEnd(message: &WS_MESSAGE; error) => write_end;
    fn WsReadBody(message: &WS_MESSAGE, bodyDescription: &WS_ELEMENT_DESCRIPTION, readOption: WS_READ_OPTION,
        heap: Option<&WS_HEAP>, value: Void, valueSize: u32; error) => read_body, error;
    fn WsWriteBody(message: &WS_MESSAGE, bodyDescription: &WS_ELEMENT_DESCRIPTION, writeOption: WS_WRITE_OPTION,
        value: Void, valueSize: u32; error) => write_body, error;
    fn WsFillBody(message: &WS_MESSAGE, minSize: u32, asyncContext: Option<&WS_ASYNC_CONTEXT>; error) => fill, error;
    fn WsFlushBody(message: &WS_MESSAGE, minSize: u32, asyncContext: Option<&WS_ASYNC_CONTEXT>; error)
        => flush, error;
}

fn read_start(
    message: &WS_MESSAGE,
    reader: &WS_XML_READER,
    callback: WS_MESSAGE_DONE_CALLBACK,
    callback_state: Void,
) -> Result<()> {
    let result = {
        let (mut state, mut from) = (message.lock()?, reader.lock()?);
        from.moved();
        let result = state.core.read_start(&mut from.core);
        if result.is_ok() {
            state.start(Body::Reader(Ptr::to(reader)), callback, callback_state);
        }
        result
    };
    // Both are free when a callback gets the canonical form.
    reader.settle()?;
    result
}

fn read_end(message: &WS_MESSAGE) -> Result<()> {
    let reader = message.reader()?;
    let result = {
        let (mut state, mut from) = (message.lock()?, reader.lock()?);
        from.moved();
        state.core.read_end(&mut from.core)
    };
    reader.settle()?;
    result
}

fn write_start(
    message: &WS_MESSAGE,
    writer: &WS_XML_WRITER,
    callback: WS_MESSAGE_DONE_CALLBACK,
    callback_state: Void,
) -> Result<()> {
    let result = {
        let (mut state, mut to) = (message.lock()?, writer.lock()?);
        to.check_output()?;
        if !state.buffer.is_null()
            && matches!(to.target, writer::object::Target::Buffer(b) if b == state.buffer.cast())
        {
            return Err(Error::argument("a message cannot be written into its own header buffer"));
        }
        let result = state.core.write_start(&mut to.core);
        if result.is_ok() {
            state.start(Body::Writer(Ptr::to(writer)), callback, callback_state);
        }
        result
    };
    writer.settle()?;
    result
}

fn write_end(message: &WS_MESSAGE) -> Result<()> {
    let writer = message.writer()?;
    let result = {
        let (mut state, mut to) = (message.lock()?, writer.lock()?);
        state.core.write_end(&mut to.core)
    };
    writer.settle()?;
    result
}

/// `WsReadBody`, also for channels.
///
/// # Errors
/// `WS_E_INVALID_OPERATION` if the message is not being read; those of the description and the value.
pub fn read_body(
    message: &WS_MESSAGE,
    description: &WS_ELEMENT_DESCRIPTION,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let reader = message.reader()?;
    if !description.elementLocalName.is_null() {
        return schema::read::read_element(reader, description, option, heap, value, size, error);
    }
    // WWSAPI J.6: without a name, the type says what the body is.
    match description.r#type {
        WS_FAULT_TYPE => {
            let heap = need_heap(heap)?;
            value::read_check(option, value, size, size_of::<WS_FAULT>(), false)?;
            let fault = {
                let (mut state, mut from) = (message.lock()?, reader.lock()?);
                from.moved();
                state.core.read_fault(&mut from.core)
            };
            reader.settle()?;
            value::store(option, fault::to_c(&fault?, heap)?, heap, value, size)
        }
        WS_ENDPOINT_ADDRESS_TYPE => {
            let heap = need_heap(heap)?;
            value::read_check(option, value, size, size_of::<WS_ENDPOINT_ADDRESS>(), false)?;
            let version = message.lock()?.core.version().addressing;
            let address = reader.with(|r| {
                if !r.read_to_any_start_element()? {
                    return Err(r.expected("an endpoint reference"));
                }
                EndpointAddress::read(r, version)
            })?;
            value::store(option, address::to_c(&address, heap)?, heap, value, size)
        }
        WS_STRUCT_TYPE => {
            let (kind, type_description) = (description.r#type, description.typeDescription);
            schema::read::read_type(
                reader,
                WS_ELEMENT_CONTENT_TYPE_MAPPING,
                kind,
                type_description,
                option,
                heap,
                value,
                size,
                error,
            )
        }
        _ => Err(no_name()),
    }
}

/// `WsWriteBody`, also for channels.
///
/// # Errors
/// `WS_E_INVALID_OPERATION` if the message is not being written; those of the description and the value.
pub fn write_body(
    message: &WS_MESSAGE,
    description: &WS_ELEMENT_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let writer = message.writer()?;
    if !description.elementLocalName.is_null() {
        return schema::write::write_element(writer, description, option, value, size, error);
    }
    match description.r#type {
        WS_FAULT_TYPE => {
            let at = value::write_place(option, value, size, size_of::<WS_FAULT>(), false)?;
            let fault = fault::from_c(at.cast::<WS_FAULT>().need("value")?)?;
            let result = {
                let (mut state, mut to) = (message.lock()?, writer.lock()?);
                state.core.write_fault(&mut to.core, &fault)
            };
            writer.settle()?;
            result
        }
        WS_ENDPOINT_ADDRESS_TYPE => {
            let at = value::write_place(option, value, size, size_of::<WS_ENDPOINT_ADDRESS>(), false)?;
            let address = address::from_c(at.cast::<WS_ENDPOINT_ADDRESS>().need("value")?)?;
            let version = message.lock()?.core.version().addressing;
            writer.with(|w| address.write(w, version))
        }
        WS_STRUCT_TYPE => {
            let (kind, type_description) = (description.r#type, description.typeDescription);
            schema::write::write_type(
                writer,
                WS_ELEMENT_CONTENT_TYPE_MAPPING,
                kind,
                type_description,
                option,
                value,
                size,
                error,
            )
        }
        _ => Err(no_name()),
    }
}

fn fill(
    message: &'static WS_MESSAGE,
    min_size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let reader = message.reader()?;
    if message.lock()?.link.is_some() {
        return runtime::run("WsFillBody", context, WS_LONG_CALLBACK, error, move || {
            let link = message.lock()?.link.clone();
            link.map_or(Ok(Status::Done), |link| link.fill(min_size).map(Status::from))
        });
    }
    reader::fill::fill(reader, min_size, context, error)
}

/// Fills the reader of the body with all of it, on this thread.
///
/// # Errors
/// Those of the channel, or of the read callback.
pub fn fill_all(message: &WS_MESSAGE, error: Ptr<WS_ERROR>) -> Result<()> {
    let link = message.lock()?.link.clone();
    match link {
        Some(link) => link.fill(u32::MAX),
        None => reader::fill::fill(message.reader()?, u32::MAX, None, error).map(drop),
    }
}

fn flush(
    message: &'static WS_MESSAGE,
    min_size: u32,
    context: Option<&WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> Result<Status> {
    let writer = message.writer()?;
    if message.lock()?.link.is_some() {
        return runtime::run("WsFlushBody", context, WS_LONG_CALLBACK, error, move || {
            let link = message.lock()?.link.clone();
            link.map_or(Ok(Status::Done), |link| link.flush(min_size).map(Status::from))
        });
    }
    writer::flush::flush(writer, min_size, context, error)
}

fn need_heap(heap: Option<&WS_HEAP>) -> Result<&WS_HEAP> {
    heap.ok_or_else(|| Error::argument("`heap` is NULL, but the value needs memory from it"))
}

#[cold]
fn no_name() -> Error {
    Error::argument(
        "the description has no `elementLocalName`: only a struct of several elements, a fault and an endpoint address \
         can do without",
    )
}
