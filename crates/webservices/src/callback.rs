//! Functions of the program, and calls of them.
//!
//! None of our objects may be borrowed when one is called: it may call back into the same object.
#![allow(unsafe_code)]

use crate::{
    abi::{
        BOOL, CERT_CONTEXT, WS_ABANDON_MESSAGE_CALLBACK, WS_ASYNC_CONTEXT, WS_ASYNC_FUNCTION,
        WS_ASYNC_OPERATION, WS_BYTES, WS_CALLBACK_MODEL, WS_CERTIFICATE_VALIDATION_CALLBACK, WS_CHANNEL_TYPE,
        WS_CODEC_STEP_CALLBACK, WS_CREATE_CHANNEL_CALLBACK, WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK,
        WS_CREATE_DECODER_CALLBACK, WS_CREATE_ENCODER_CALLBACK, WS_DECODER_DECODE_CALLBACK, WS_DURATION,
        WS_DURATION_COMPARISON_CALLBACK, WS_DYNAMIC_STRING_CALLBACK, WS_ENCODER_ENCODE_CALLBACK,
        WS_ENCODER_GET_CONTENT_TYPE_CALLBACK, WS_ENDPOINT_ADDRESS, WS_FREE_INSTANCE_CALLBACK,
        WS_GET_CERT_CALLBACK, WS_HTTP_REDIRECT_CALLBACK, WS_INSTANCE_CALLBACK, WS_INSTANCE_PROPERTY_CALLBACK,
        WS_IS_DEFAULT_VALUE_CALLBACK, WS_MESSAGE_DONE_CALLBACK, WS_MESSAGE_STEP_CALLBACK,
        WS_OPEN_CHANNEL_CALLBACK, WS_OPEN_LISTENER_CALLBACK, WS_PUSH_BYTES_CALLBACK, WS_READ_CALLBACK,
        WS_READ_TYPE_CALLBACK, WS_STRING, WS_TYPE_MAPPING, WS_WRITE_CALLBACK, WS_WRITE_TYPE_CALLBACK,
        WS_XML_STRING,
    },
    failure::{Foreign, WS_ERROR},
    hresult::{HRESULT, Status},
    ptr::{Ptr, Void},
};
use wws::{Error, ErrorCode, Result};

/// What a callback of the program said.
///
/// # Errors
/// The code it returned, where that is a failure; a code that is none of ours is `WS_E_OTHER`, caused by it.
pub fn outcome(code: HRESULT, what: &str) -> Result<Status> {
    match code as u32 {
        0x003D_0000 => Ok(Status::Async),
        0x003D_0001 => Ok(Status::End),
        1 => Ok(Status::No),
        code if code < 0x8000_0000 => Ok(Status::Done),
        code => Err(failure(code, what)),
    }
}

/// The error that stands for a failure code of the program.
#[cold]
pub fn failure(code: u32, what: &str) -> Error {
    let text = format!("the {what} callback of the program returned {code:#010x}");
    match ErrorCode::from_hresult(code) {
        Some(known) => Error::new(known, text),
        None => Error::new(ErrorCode::Other, text).caused_by(Foreign(code as HRESULT)),
    }
}

/// The error for a callback that breaks its contract.
#[cold]
pub fn misuse(text: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::operation(text)
}

#[cold]
fn missing(what: &str) -> Error {
    Error::argument(format!("the {what} callback is NULL"))
}

macro_rules! calls {
    ($($(#[$doc:meta])* fn $name:ident($callback:ident: $kind:ty as $what:literal $(, $p:ident: $t:ty)*);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// `E_INVALIDARG` if there is no callback, else what it returned.
        #[allow(clippy::too_many_arguments)] // those of the callback
        pub fn $name($callback: $kind $(, $p: $t)*) -> Result<Status> {
            let function = $callback.ok_or_else(|| missing($what))?;
            // SAFETY: a function of the program, of the type the header gives; the arguments are valid for the call.
            outcome(unsafe { function($($p),*) }, $what)
        }
    )*};
}

calls! {
    /// Asks for bytes.
    fn read(callback: WS_READ_CALLBACK as "read", state: Void, buffer: Void, size: u32, actual: Ptr<u32>,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Gives bytes away.
    fn write(callback: WS_WRITE_CALLBACK as "write", state: Void, buffers: Ptr<WS_BYTES>, count: u32,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Lets the program push bytes.
    fn push(callback: WS_PUSH_BYTES_CALLBACK as "push", state: Void, write: WS_WRITE_CALLBACK, write_state: Void,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Looks a string up.
    fn dynamic_string(callback: WS_DYNAMIC_STRING_CALLBACK as "dynamic string", state: Void,
        string: Ptr<WS_XML_STRING>, found: Ptr<i32>, id: Ptr<u32>, error: Ptr<WS_ERROR>);
    /// Lets the program read a value of its own type.
    fn read_type(callback: WS_READ_TYPE_CALLBACK as "read", reader: Void, mapping: WS_TYPE_MAPPING, data: Void,
        heap: Void, value: Void, size: u32, error: Ptr<WS_ERROR>);
    /// Lets the program write a value of its own type.
    fn write_type(callback: WS_WRITE_TYPE_CALLBACK as "write", writer: Void, mapping: WS_TYPE_MAPPING, data: Void,
        value: Void, size: u32, error: Ptr<WS_ERROR>);
    /// Asks whether a value is the default.
    fn is_default(callback: WS_IS_DEFAULT_VALUE_CALLBACK as "default value", data: Void, value: Void,
        default: Void, size: u32, result: Ptr<BOOL>, error: Ptr<WS_ERROR>);
    /// Compares two durations.
    fn compare_durations(callback: WS_DURATION_COMPARISON_CALLBACK as "duration comparison", a: Ptr<WS_DURATION>,
        b: Ptr<WS_DURATION>, result: Ptr<i32>, error: Ptr<WS_ERROR>);
    /// Asks whether a redirect may be followed.
    fn redirect(callback: WS_HTTP_REDIRECT_CALLBACK as "redirect", state: Void, original: Ptr<WS_STRING>,
        new: Ptr<WS_STRING>);
    /// Creates a message encoder.
    fn create_encoder(callback: WS_CREATE_ENCODER_CALLBACK as "create encoder", state: Void,
        write: WS_WRITE_CALLBACK, write_state: Void, encoder: Ptr<Void>, error: Ptr<WS_ERROR>);
    /// Asks an encoder or decoder about a content type.
    fn content_type(callback: WS_ENCODER_GET_CONTENT_TYPE_CALLBACK as "content type", codec: Void,
        content_type: Ptr<WS_STRING>, second: Ptr<WS_STRING>, third: Ptr<WS_STRING>, error: Ptr<WS_ERROR>);
    /// Starts or ends a message in an encoder or decoder.
    fn codec_step(callback: WS_CODEC_STEP_CALLBACK as "encoder or decoder", codec: Void,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Asks for a certificate.
    fn get_certificate(callback: WS_GET_CERT_CALLBACK as "get cert", state: Void, address: Void, url: Ptr<WS_STRING>,
        certificate: Ptr<Ptr<CERT_CONTEXT>>, error: Ptr<WS_ERROR>);
    /// Asks whether a certificate is good.
    fn validate_certificate(callback: WS_CERTIFICATE_VALIDATION_CALLBACK as "certificate validation",
        certificate: Ptr<CERT_CONTEXT>, state: Void);
    /// Creates a custom channel or listener.
    fn create_instance(callback: WS_CREATE_CHANNEL_CALLBACK as "create", kind: WS_CHANNEL_TYPE, parameters: Void,
        size: u32, instance: Ptr<Void>, error: Ptr<WS_ERROR>);
    /// Creates a custom channel for a custom listener.
    fn create_for_listener(callback: WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK as "create channel for listener",
        listener: Void, parameters: Void, size: u32, instance: Ptr<Void>, error: Ptr<WS_ERROR>);
    /// Resets or aborts a custom channel or listener.
    fn instance(callback: WS_INSTANCE_CALLBACK as "reset or abort", instance: Void, error: Ptr<WS_ERROR>);
    /// Closes a custom channel or listener, or shuts a session down.
    fn instance_step(callback: WS_CODEC_STEP_CALLBACK as "close or shut down", instance: Void,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Gets or sets a property of a custom channel or listener.
    fn instance_property(callback: WS_INSTANCE_PROPERTY_CALLBACK as "property", instance: Void, id: i32, value: Void,
        size: u32, error: Ptr<WS_ERROR>);
    /// Opens a custom channel.
    fn open_channel(callback: WS_OPEN_CHANNEL_CALLBACK as "open", instance: Void,
        address: Ptr<WS_ENDPOINT_ADDRESS>, context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Opens a custom listener.
    fn open_listener(callback: WS_OPEN_LISTENER_CALLBACK as "open", instance: Void, url: Ptr<WS_STRING>,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Starts or ends a message of a custom channel.
    fn message_step(callback: WS_MESSAGE_STEP_CALLBACK as "message start or end", instance: Void, message: Void,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Gives a message of a custom channel up.
    fn abandon_message(callback: WS_ABANDON_MESSAGE_CALLBACK as "abandon message", instance: Void, message: Void,
        error: Ptr<WS_ERROR>);
    /// Waits for a client of a custom listener.
    fn accept_channel(callback: WS_MESSAGE_STEP_CALLBACK as "accept channel", listener: Void, channel: Void,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Gives an encoder bytes.
    fn encode(callback: WS_ENCODER_ENCODE_CALLBACK as "encode", encoder: Void, buffers: Ptr<WS_BYTES>, count: u32,
        context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
    /// Creates a message decoder.
    fn create_decoder(callback: WS_CREATE_DECODER_CALLBACK as "create decoder", state: Void, read: WS_READ_CALLBACK,
        read_state: Void, decoder: Ptr<Void>, error: Ptr<WS_ERROR>);
    /// Asks a decoder for bytes.
    fn decode(callback: WS_DECODER_DECODE_CALLBACK as "decode", decoder: Void, buffer: Void, size: u32,
        actual: Ptr<u32>, context: Ptr<WS_ASYNC_CONTEXT>, error: Ptr<WS_ERROR>);
}

/// Runs a step of `WsAsyncExecute`, and gives what it returned.
pub fn step(
    callback: WS_ASYNC_FUNCTION,
    hr: HRESULT,
    model: WS_CALLBACK_MODEL,
    state: Void,
    next: Ptr<WS_ASYNC_OPERATION>,
    context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    // SAFETY: a function of the program, of the type the header gives; the arguments are valid for the call.
    callback.map_or(hr, |function| unsafe { function(hr, model, state, next, context, error) })
}

/// Tells the program that a message lets go of its reader or writer.
pub fn message_done(callback: WS_MESSAGE_DONE_CALLBACK, state: Void) {
    if let Some(function) = callback {
        // SAFETY: a function of the program, of the type the header gives.
        unsafe { function(state) }
    }
}

/// Frees what a create callback of the program made: a message encoder or decoder, a custom channel or listener.
pub fn free(callback: WS_FREE_INSTANCE_CALLBACK, instance: Void) {
    if let Some(function) = callback {
        // SAFETY: a function of the program, of the type the header gives; the instance is that of its create callback.
        unsafe { function(instance) }
    }
}

/// Tells the program that an asynchronous call completed.
pub fn complete(context: &WS_ASYNC_CONTEXT, hr: HRESULT, model: WS_CALLBACK_MODEL) {
    if let Some(function) = context.callback {
        // SAFETY: a function of the program, of the type the header gives.
        unsafe { function(hr, model, context.callbackState) }
    }
}

/// Hands pieces to a write callback, which has to take them before it returns.
///
/// # Errors
/// As [`write()`]; `WS_E_INVALID_OPERATION` if the callback wants to complete later.
pub fn write_all<'a>(
    callback: WS_WRITE_CALLBACK,
    state: Void,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<()> {
    let pieces = pieces.into_iter().flat_map(|piece| piece.chunks(1 << 30));
    let chunks: Vec<WS_BYTES> =
        pieces.map(|p| WS_BYTES { length: p.len() as u32, bytes: Ptr::first(p) }).collect();
    if chunks.is_empty() {
        return Ok(());
    }
    match write(callback, state, Ptr::first(&chunks), chunks.len() as u32, Ptr::NULL, Ptr::NULL)? {
        Status::Async => Err(misuse("the write callback returned WS_S_ASYNC though it got no context")),
        _ => Ok(()),
    }
}
