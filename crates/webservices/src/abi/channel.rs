//! Channels and listeners (`webservices/channel.h`, `webservices/listener.h`).

use super::{
    address::WS_ENDPOINT_ADDRESS,
    base::{WS_ASYNC_CONTEXT, WS_BYTES, WS_READ_CALLBACK, WS_STRING, WS_WRITE_CALLBACK, WS_XML_STRING},
    types::WS_ELEMENT_DESCRIPTION,
};
use crate::{
    failure::WS_ERROR,
    hresult::HRESULT,
    ptr::{Ptr, Void},
};

/// The verb of a request is a mapped header.
pub const WS_HTTP_REQUEST_MAPPING_VERB: u32 = 0x2;
/// Repeated mapped headers are one HTTP header, a list with commas.
pub const WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR: u32 = 0x1;
/// Repeated mapped headers are one HTTP header, a list with semicolons.
pub const WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR: u32 = 0x2;
/// Values are in quotes in HTTP.
pub const WS_HTTP_HEADER_MAPPING_QUOTED_VALUE: u32 = 0x4;
/// The status of a response is a mapped header.
pub const WS_HTTP_RESPONSE_MAPPING_STATUS_CODE: u32 = 0x1;
/// The text behind the status is a mapped header.
pub const WS_HTTP_RESPONSE_MAPPING_STATUS_TEXT: u32 = 0x2;

/// Agrees to a redirect: state, original URL, new URL.
pub type WS_HTTP_REDIRECT_CALLBACK =
    Option<unsafe extern "C" fn(Void, Ptr<WS_STRING>, Ptr<WS_STRING>) -> HRESULT>;
/// Creates an encoder: context, where it writes to, the state of that, the encoder, error.
pub type WS_CREATE_ENCODER_CALLBACK =
    Option<unsafe extern "C" fn(Void, WS_WRITE_CALLBACK, Void, Ptr<Void>, Ptr<WS_ERROR>) -> HRESULT>;
/// Says what a content type becomes: encoder, content type, new content type, content encoding, error.
pub type WS_ENCODER_GET_CONTENT_TYPE_CALLBACK = Option<
    unsafe extern "C" fn(Void, Ptr<WS_STRING>, Ptr<WS_STRING>, Ptr<WS_STRING>, Ptr<WS_ERROR>) -> HRESULT,
>;
/// Starts or ends a message: encoder or decoder, asynchronous context, error.
pub type WS_CODEC_STEP_CALLBACK =
    Option<unsafe extern "C" fn(Void, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT>;
/// Encodes: encoder, buffers, their number, asynchronous context, error.
pub type WS_ENCODER_ENCODE_CALLBACK =
    Option<unsafe extern "C" fn(Void, Ptr<WS_BYTES>, u32, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT>;
/// Frees an encoder or decoder.
pub type WS_FREE_CODEC_CALLBACK = Option<unsafe extern "C" fn(Void)>;
/// Creates a decoder: context, where it reads from, the state of that, the decoder, error.
pub type WS_CREATE_DECODER_CALLBACK =
    Option<unsafe extern "C" fn(Void, WS_READ_CALLBACK, Void, Ptr<Void>, Ptr<WS_ERROR>) -> HRESULT>;
/// Says what a content type was: decoder, content type, content encoding, new content type, error.
pub type WS_DECODER_GET_CONTENT_TYPE_CALLBACK = Option<
    unsafe extern "C" fn(Void, Ptr<WS_STRING>, Ptr<WS_STRING>, Ptr<WS_STRING>, Ptr<WS_ERROR>) -> HRESULT,
>;
/// Decodes: decoder, buffer, its size, bytes given, asynchronous context, error.
pub type WS_DECODER_DECODE_CALLBACK =
    Option<unsafe extern "C" fn(Void, Void, u32, Ptr<u32>, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT>;
/// Creates a channel of the program's: type, parameters, their size, the instance, error.
pub type WS_CREATE_CHANNEL_CALLBACK =
    Option<unsafe extern "C" fn(WS_CHANNEL_TYPE, Void, u32, Ptr<Void>, Ptr<WS_ERROR>) -> HRESULT>;
/// Creates a channel for a listener of the program's: listener, parameters, their size, the instance, error.
pub type WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK =
    Option<unsafe extern "C" fn(Void, Void, u32, Ptr<Void>, Ptr<WS_ERROR>) -> HRESULT>;
/// Frees an instance.
pub type WS_FREE_INSTANCE_CALLBACK = WS_FREE_CODEC_CALLBACK;
/// Resets or aborts an instance: instance, error.
pub type WS_INSTANCE_CALLBACK = Option<unsafe extern "C" fn(Void, Ptr<WS_ERROR>) -> HRESULT>;
/// Closes an instance or shuts its session down: instance, asynchronous context, error.
pub type WS_INSTANCE_STEP_CALLBACK = WS_CODEC_STEP_CALLBACK;
/// Gets or sets a property of an instance: instance, property, value, its size, error.
pub type WS_INSTANCE_PROPERTY_CALLBACK =
    Option<unsafe extern "C" fn(Void, i32, Void, u32, Ptr<WS_ERROR>) -> HRESULT>;
/// Opens a channel: instance, address, asynchronous context, error.
pub type WS_OPEN_CHANNEL_CALLBACK = Option<
    unsafe extern "C" fn(Void, Ptr<WS_ENDPOINT_ADDRESS>, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT,
>;
/// Starts or ends a message, or accepts a channel: instance, message or channel, asynchronous context, error.
pub type WS_MESSAGE_STEP_CALLBACK =
    Option<unsafe extern "C" fn(Void, Void, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT>;
/// Gives a message up: instance, message, error.
pub type WS_ABANDON_MESSAGE_CALLBACK = Option<unsafe extern "C" fn(Void, Void, Ptr<WS_ERROR>) -> HRESULT>;
/// Creates a listener of the program's: type of its channels, parameters, their size, the instance, error.
pub type WS_CREATE_LISTENER_CALLBACK = WS_CREATE_CHANNEL_CALLBACK;
/// Opens a listener: instance, URL, asynchronous context, error.
pub type WS_OPEN_LISTENER_CALLBACK =
    Option<unsafe extern "C" fn(Void, Ptr<WS_STRING>, Ptr<WS_ASYNC_CONTEXT>, Ptr<WS_ERROR>) -> HRESULT>;

c_structs! {
    /// A property of a channel.
    struct WS_CHANNEL_PROPERTY { id: WS_CHANNEL_PROPERTY_ID, value: Void, valueSize: u32, }
    /// A property of a listener.
    struct WS_LISTENER_PROPERTY { id: WS_LISTENER_PROPERTY_ID, value: Void, valueSize: u32, }
    /// The action and the body of a kind of message.
    struct WS_MESSAGE_DESCRIPTION { action: Ptr<WS_XML_STRING>, bodyElementDescription: Ptr<WS_ELEMENT_DESCRIPTION>, }
    /// A proxy of the program's choice.
    struct WS_CUSTOM_HTTP_PROXY { servers: WS_STRING, bypass: WS_STRING, }
    /// A header that travels between HTTP and the message.
    struct WS_HTTP_HEADER_MAPPING { headerName: WS_XML_STRING, headerMappingOptions: u32, }
    /// What travels between HTTP and the message.
    struct WS_HTTP_MESSAGE_MAPPING { requestMappingOptions: u32, responseMappingOptions: u32, requestHeaderMappings: Ptr<Ptr<WS_HTTP_HEADER_MAPPING>>, requestHeaderMappingCount: u32, responseHeaderMappings: Ptr<Ptr<WS_HTTP_HEADER_MAPPING>>, responseHeaderMappingCount: u32, }
    /// Who agrees to redirects.
    struct WS_HTTP_REDIRECT_CALLBACK_CONTEXT { callback: WS_HTTP_REDIRECT_CALLBACK, state: Void, }
    /// User agents that a listener refuses.
    struct WS_DISALLOWED_USER_AGENT_SUBSTRINGS { subStringCount: u32, subStrings: Ptr<Ptr<WS_STRING>>, }
    /// Changes the bytes of messages that leave.
    struct WS_CHANNEL_ENCODER { createContext: Void, createEncoderCallback: WS_CREATE_ENCODER_CALLBACK, encoderGetContentTypeCallback: WS_ENCODER_GET_CONTENT_TYPE_CALLBACK, encoderStartCallback: WS_CODEC_STEP_CALLBACK, encoderEncodeCallback: WS_ENCODER_ENCODE_CALLBACK, encoderEndCallback: WS_CODEC_STEP_CALLBACK, freeEncoderCallback: WS_FREE_CODEC_CALLBACK, }
    /// Changes the bytes of messages that arrive.
    struct WS_CHANNEL_DECODER { createContext: Void, createDecoderCallback: WS_CREATE_DECODER_CALLBACK, decoderGetContentTypeCallback: WS_DECODER_GET_CONTENT_TYPE_CALLBACK, decoderStartCallback: WS_CODEC_STEP_CALLBACK, decoderDecodeCallback: WS_DECODER_DECODE_CALLBACK, decoderEndCallback: WS_CODEC_STEP_CALLBACK, freeDecoderCallback: WS_FREE_CODEC_CALLBACK, }
    /// A channel of the program's.
    struct WS_CUSTOM_CHANNEL_CALLBACKS { createChannelCallback: WS_CREATE_CHANNEL_CALLBACK, freeChannelCallback: WS_FREE_INSTANCE_CALLBACK, resetChannelCallback: WS_INSTANCE_CALLBACK, openChannelCallback: WS_OPEN_CHANNEL_CALLBACK, closeChannelCallback: WS_INSTANCE_STEP_CALLBACK, abortChannelCallback: WS_INSTANCE_CALLBACK, getChannelPropertyCallback: WS_INSTANCE_PROPERTY_CALLBACK, setChannelPropertyCallback: WS_INSTANCE_PROPERTY_CALLBACK, writeMessageStartCallback: WS_MESSAGE_STEP_CALLBACK, writeMessageEndCallback: WS_MESSAGE_STEP_CALLBACK, readMessageStartCallback: WS_MESSAGE_STEP_CALLBACK, readMessageEndCallback: WS_MESSAGE_STEP_CALLBACK, abandonMessageCallback: WS_ABANDON_MESSAGE_CALLBACK, shutdownSessionChannelCallback: WS_INSTANCE_STEP_CALLBACK, }
    /// A listener of the program's.
    struct WS_CUSTOM_LISTENER_CALLBACKS { createListenerCallback: WS_CREATE_LISTENER_CALLBACK, freeListenerCallback: WS_FREE_INSTANCE_CALLBACK, resetListenerCallback: WS_INSTANCE_CALLBACK, openListenerCallback: WS_OPEN_LISTENER_CALLBACK, closeListenerCallback: WS_INSTANCE_STEP_CALLBACK, abortListenerCallback: WS_INSTANCE_CALLBACK, getListenerPropertyCallback: WS_INSTANCE_PROPERTY_CALLBACK, setListenerPropertyCallback: WS_INSTANCE_PROPERTY_CALLBACK, createChannelForListenerCallback: WS_CREATE_CHANNEL_FOR_LISTENER_CALLBACK, acceptChannelCallback: WS_MESSAGE_STEP_CALLBACK, }
}

c_enums! {
    /// `WS_CHANNEL_TYPE`.
    enum WS_CHANNEL_TYPE {
        WS_CHANNEL_TYPE_INPUT = 1,
        WS_CHANNEL_TYPE_OUTPUT = 2,
        WS_CHANNEL_TYPE_SESSION = 4,
        WS_CHANNEL_TYPE_INPUT_SESSION = 5,
        WS_CHANNEL_TYPE_OUTPUT_SESSION = 6,
        WS_CHANNEL_TYPE_DUPLEX = 3,
        WS_CHANNEL_TYPE_DUPLEX_SESSION = 7,
        WS_CHANNEL_TYPE_REQUEST = 8,
        WS_CHANNEL_TYPE_REPLY = 16,
    }
    /// `WS_CHANNEL_BINDING`.
    enum WS_CHANNEL_BINDING {
        WS_HTTP_CHANNEL_BINDING = 0,
        WS_TCP_CHANNEL_BINDING = 1,
        WS_UDP_CHANNEL_BINDING = 2,
        WS_CUSTOM_CHANNEL_BINDING = 3,
        WS_NAMEDPIPE_CHANNEL_BINDING = 4,
    }
    /// `WS_TRANSFER_MODE`.
    enum WS_TRANSFER_MODE {
        WS_STREAMED_INPUT_TRANSFER_MODE = 1,
        WS_STREAMED_OUTPUT_TRANSFER_MODE = 2,
        WS_BUFFERED_TRANSFER_MODE = 0,
        WS_STREAMED_TRANSFER_MODE = 3,
    }
    /// `WS_IP_VERSION`.
    enum WS_IP_VERSION {
        WS_IP_VERSION_4 = 1,
        WS_IP_VERSION_6 = 2,
        WS_IP_VERSION_AUTO = 3,
    }
    /// `WS_COOKIE_MODE`.
    enum WS_COOKIE_MODE {
        WS_MANUAL_COOKIE_MODE = 1,
        WS_AUTO_COOKIE_MODE = 2,
    }
    /// `WS_RECEIVE_OPTION`.
    enum WS_RECEIVE_OPTION {
        WS_RECEIVE_REQUIRED_MESSAGE = 1,
        WS_RECEIVE_OPTIONAL_MESSAGE = 2,
    }
    /// `WS_HTTP_PROXY_SETTING_MODE`.
    enum WS_HTTP_PROXY_SETTING_MODE {
        WS_HTTP_PROXY_SETTING_MODE_AUTO = 1,
        WS_HTTP_PROXY_SETTING_MODE_NONE = 2,
        WS_HTTP_PROXY_SETTING_MODE_CUSTOM = 3,
    }
    /// `WS_CHANNEL_PROPERTY_ID`.
    enum WS_CHANNEL_PROPERTY_ID {
        WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE = 0,
        WS_CHANNEL_PROPERTY_MAX_STREAMED_MESSAGE_SIZE = 1,
        WS_CHANNEL_PROPERTY_MAX_STREAMED_START_SIZE = 2,
        WS_CHANNEL_PROPERTY_MAX_STREAMED_FLUSH_SIZE = 3,
        WS_CHANNEL_PROPERTY_ENCODING = 4,
        WS_CHANNEL_PROPERTY_ENVELOPE_VERSION = 5,
        WS_CHANNEL_PROPERTY_ADDRESSING_VERSION = 6,
        WS_CHANNEL_PROPERTY_MAX_SESSION_DICTIONARY_SIZE = 7,
        WS_CHANNEL_PROPERTY_STATE = 8,
        WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL = 9,
        WS_CHANNEL_PROPERTY_IP_VERSION = 10,
        WS_CHANNEL_PROPERTY_RESOLVE_TIMEOUT = 11,
        WS_CHANNEL_PROPERTY_CONNECT_TIMEOUT = 12,
        WS_CHANNEL_PROPERTY_SEND_TIMEOUT = 13,
        WS_CHANNEL_PROPERTY_RECEIVE_RESPONSE_TIMEOUT = 14,
        WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT = 15,
        WS_CHANNEL_PROPERTY_CLOSE_TIMEOUT = 16,
        WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS = 17,
        WS_CHANNEL_PROPERTY_TRANSFER_MODE = 18,
        WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE = 19,
        WS_CHANNEL_PROPERTY_MULTICAST_HOPS = 20,
        WS_CHANNEL_PROPERTY_REMOTE_ADDRESS = 21,
        WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS = 22,
        WS_CHANNEL_PROPERTY_HTTP_CONNECTION_ID = 23,
        WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS = 24,
        WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS = 25,
        WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE = 26,
        WS_CHANNEL_PROPERTY_TRANSPORT_URL = 27,
        WS_CHANNEL_PROPERTY_NO_DELAY = 28,
        WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES = 29,
        WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME = 30,
        WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL = 31,
        WS_CHANNEL_PROPERTY_MAX_HTTP_SERVER_CONNECTIONS = 32,
        WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN = 33,
        WS_CHANNEL_PROPERTY_CHANNEL_TYPE = 34,
        WS_CHANNEL_PROPERTY_TRIM_BUFFERED_MESSAGE_SIZE = 35,
        WS_CHANNEL_PROPERTY_ENCODER = 36,
        WS_CHANNEL_PROPERTY_DECODER = 37,
        WS_CHANNEL_PROPERTY_PROTECTION_LEVEL = 38,
        WS_CHANNEL_PROPERTY_COOKIE_MODE = 39,
        WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE = 40,
        WS_CHANNEL_PROPERTY_CUSTOM_HTTP_PROXY = 41,
        WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING = 42,
        WS_CHANNEL_PROPERTY_ENABLE_HTTP_REDIRECT = 43,
        WS_CHANNEL_PROPERTY_HTTP_REDIRECT_CALLBACK_CONTEXT = 44,
        WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS = 45,
        WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS = 46,
        WS_CHANNEL_PROPERTY_HTTP_SERVER_SPN = 47,
        WS_CHANNEL_PROPERTY_HTTP_PROXY_SPN = 48,
        WS_CHANNEL_PROPERTY_MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE = 49,
    }
    /// `WS_LISTENER_PROPERTY_ID`.
    enum WS_LISTENER_PROPERTY_ID {
        WS_LISTENER_PROPERTY_LISTEN_BACKLOG = 0,
        WS_LISTENER_PROPERTY_IP_VERSION = 1,
        WS_LISTENER_PROPERTY_STATE = 2,
        WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL = 3,
        WS_LISTENER_PROPERTY_CHANNEL_TYPE = 4,
        WS_LISTENER_PROPERTY_CHANNEL_BINDING = 5,
        WS_LISTENER_PROPERTY_CONNECT_TIMEOUT = 6,
        WS_LISTENER_PROPERTY_IS_MULTICAST = 7,
        WS_LISTENER_PROPERTY_MULTICAST_INTERFACES = 8,
        WS_LISTENER_PROPERTY_MULTICAST_LOOPBACK = 9,
        WS_LISTENER_PROPERTY_CLOSE_TIMEOUT = 10,
        WS_LISTENER_PROPERTY_TO_HEADER_MATCHING_OPTIONS = 11,
        WS_LISTENER_PROPERTY_TRANSPORT_URL_MATCHING_OPTIONS = 12,
        WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS = 13,
        WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS = 14,
        WS_LISTENER_PROPERTY_CUSTOM_LISTENER_INSTANCE = 15,
        WS_LISTENER_PROPERTY_DISALLOWED_USER_AGENT = 16,
    }
}
