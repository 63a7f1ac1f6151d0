//! What of a message stands in the head of HTTP: content type, action, mapped headers, status.

use super::{Binding, HeaderMapping, codec::Codec};
use crate::{
    Error, ErrorCode, Result,
    soap::{
        AddressingVersion, Encoding, EnvelopeVersion, HeaderPick, Message, parse_soap_action, soap_action,
    },
    transport::http::{HeaderMap, HeaderName, HeaderValue, Method, Reply, Response, StatusCode},
    typed::Name,
    url::{Flags, Scheme, Url},
};
use std::net::SocketAddr;

// WWSAPI M.2: the mapped headers that verb and status are.
const VERB: &str = "Verb";
const STATUS_CODE: &str = "StatusCode";
const STATUS_TEXT: &str = "StatusText";

/// The head of a message.
pub(super) struct Head {
    pub(super) method: Method,
    pub(super) content_type: Option<String>,
    pub(super) headers: HeaderMap,
}

impl Head {
    /// The head of a request.
    pub(super) fn of_request(binding: &Binding, codec: &Codec, message: &Message) -> Result<Self> {
        let action = message.action()?;
        let mut headers = HeaderMap::new();
        let envelope = binding.version.envelope;
        if envelope == EnvelopeVersion::Soap11 && binding.encoding != Encoding::Raw {
            // SOAP 1.1 6.1.1: the header must be there, if only as an empty string.
            let value = soap_action(action.as_deref().unwrap_or_default())?;
            headers.insert("soapaction", header_value(&value)?);
        }
        let content_type = codec.content_type(action.as_deref())?;
        let mapping = &binding.http.mapping;
        let mut method = Method::POST;
        if mapping.verb
            && let Some(verb) = message.mapped_header(VERB, HeaderPick::Repeated(0))?
        {
            method = Method::from_bytes(verb.as_bytes())
                .map_err(|_| Error::argument(format!("{verb:?} is no HTTP method")))?;
        }
        mapping.request_headers.iter().try_for_each(|header| header.map_out(message, &mut headers))?;
        Ok(Head { method, content_type: Some(content_type), headers })
    }
}

pub(super) fn header_name(name: &str) -> Result<HeaderName> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::argument(format!("{name:?} has a character that no HTTP header name can have")))
}

pub(super) fn header_value(value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::argument(format!("{value:?} has a character that no HTTP header can have")))
}

pub(super) fn check_url(url: &str) -> Result<()> {
    let bad =
        |why: String| Error::new(ErrorCode::InvalidEndpointUrl, format!("{url:?} is no endpoint: {why}"));
    let parsed = Url::decode(url, Flags::default()).map_err(|e| bad(e.to_string()))?;
    match parsed.scheme {
        Scheme::Http | Scheme::Https => Ok(()),
        _ => Err(bad("its scheme is to be http or https".to_owned())),
    }
}

/// Takes what HTTP carries out of the envelope, before that is written.
pub(super) fn take_mapped(headers: &[HeaderMapping], binding: &Binding, message: &mut Message) -> Result<()> {
    let mapping = &binding.http.mapping;
    let special =
        [(mapping.verb, VERB), (mapping.status_code, STATUS_CODE), (mapping.status_text, STATUS_TEXT)];
    let special = special.iter().filter(|(is_mapped, _)| *is_mapped).map(|(_, name)| *name);
    for name in headers.iter().map(|header| &*header.name).chain(special) {
        message.remove_headers(Name::new(name, ""))?;
    }
    Ok(())
}

/// What the head of a response adds to the message.
pub(super) fn map_response(binding: &Binding, response: &Response, message: &mut Message) -> Result<()> {
    let mapping = &binding.http.mapping;
    if mapping.status_code {
        message.add_mapped_header(STATUS_CODE, response.status.as_str())?;
    }
    if mapping.status_text
        && let Some(text) = &response.status_text
    {
        message.add_mapped_header(STATUS_TEXT, text)?;
    }
    mapping.response_headers.iter().try_for_each(|header| header.map_in(&response.headers, message))
}

/// What is kept of a request's head.
pub(super) struct RequestHead {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    /// Before encoders changed it.
    pub(super) content_type: String,
    pub(super) connection_id: u64,
    pub(super) peer: Option<SocketAddr>,
    pub(super) peer_certificates: Vec<Vec<u8>>,
}

/// What the head of a request adds to the message.
pub(super) fn map_request(
    binding: &Binding,
    codec: &Codec,
    head: &RequestHead,
    message: &mut Message,
) -> Result<()> {
    let mapping = &binding.http.mapping;
    if message.version().addressing == AddressingVersion::Transport {
        // WWSAPI J.3: Action and To exist in HTTP only.
        let of_type = codec.action_of(&head.content_type);
        let header = head.headers.get("soapaction").and_then(|value| value.to_str().ok());
        if let Some(action) = of_type.as_deref().or(header.and_then(parse_soap_action)) {
            message.set_action(action)?;
        }
        message.set_to(&head.url)?;
    }
    if mapping.verb {
        message.add_mapped_header(VERB, head.method.as_str())?;
    }
    mapping.request_headers.iter().try_for_each(|header| header.map_in(&head.headers, message))
}

/// The head of a reply.
pub(super) fn of_reply(binding: &Binding, codec: &Codec, message: &Message) -> Result<Reply> {
    let mapping = &binding.http.mapping;
    // WWSAPI J.3: with the addressing of the transport, replies have no action.
    let action = match message.version().addressing {
        AddressingVersion::Transport => None,
        _ => message.action()?,
    };
    let content_type = codec.content_type(action.as_deref())?;
    let mut reply = if message.is_fault() { Reply::fault(content_type) } else { Reply::ok(content_type) };
    if mapping.status_code
        && let Some(code) = message.mapped_header(STATUS_CODE, HeaderPick::Repeated(0))?
    {
        reply.status = StatusCode::from_bytes(code.as_bytes())
            .map_err(|_| Error::argument(format!("{code:?} is no HTTP status")))?;
    }
    if mapping.status_text {
        reply.status_text = message.mapped_header(STATUS_TEXT, HeaderPick::Repeated(0))?;
    }
    mapping.response_headers.iter().try_for_each(|header| header.map_out(message, &mut reply.headers))?;
    Ok(reply)
}
