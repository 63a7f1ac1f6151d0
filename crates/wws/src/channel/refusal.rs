//! Refusals over HTTP: what a listener or a channel answers to a request that no program sees, as a fault in the version of
//! the request, and what a client makes of such an answer.

use crate::{
    Error, ErrorCode, Result,
    soap::{Encoding, EnvelopeVersion, Fault, FaultError, Message, MessageContent, Version},
    transport::http::{Refusal, RefusalMessage, Response, StatusCode, plain_refusal},
    xml::{Charset, Reader, ReaderInput, Writer, WriterOptions},
};

/// Octets of a refusal that a client reads.
const MAX_READ: usize = 65_536;
/// Characters of a refusal in plain text that become part of an error.
const MAX_TEXT: usize = 500;

/// A refusal by the content type of its request; `None` if that does not say which version of SOAP the client speaks.
pub(super) fn of_request(refusal: &Refusal<'_>) -> Option<RefusalMessage> {
    let content = MessageContent::parse(refusal.content_type).ok()?;
    let envelope = match content.encoding {
        Encoding::Raw => return None,
        // MC-NBFX has no SOAP 1.1.
        Encoding::Binary | Encoding::BinarySession => EnvelopeVersion::Soap12,
        _ => content.envelope?,
    };
    fault(refusal.status, content.encoding, envelope, refusal.reason).ok()
}

/// A refusal by a channel that knows what its client speaks.
pub(super) fn of_channel(
    status: StatusCode,
    encoding: Encoding,
    envelope: EnvelopeVersion,
    reason: &str,
) -> RefusalMessage {
    let fault = (encoding != Encoding::Raw && envelope != EnvelopeVersion::None)
        .then(|| fault(status, encoding, envelope, reason).ok());
    fault.flatten().unwrap_or_else(|| plain_refusal(status, reason))
}

fn fault(
    status: StatusCode,
    encoding: Encoding,
    envelope: EnvelopeVersion,
    reason: &str,
) -> Result<RefusalMessage> {
    let encoding = match encoding {
        Encoding::Binary | Encoding::BinarySession => Encoding::Binary,
        // Who sends MTOM reads text.
        _ => Encoding::Text(Charset::Utf8),
    };
    let version = match envelope {
        EnvelopeVersion::Soap11 => Version::SOAP11,
        _ => Version::SOAP12,
    };
    let fault = match status.is_client_error() {
        true => Fault::sender(reason),
        false => Fault::receiver(reason),
    };
    let fault = FaultError::from(fault);
    let mut message = Message::blank(version);
    message.set_fault_headers(&fault)?;
    let mut writer = Writer::new(encoding.writer_encoding(None)?, WriterOptions::default());
    message.write_start(&mut writer)?;
    message.write_fault(&mut writer, &fault.fault)?;
    message.write_end(&mut writer)?;
    let status = match envelope {
        // SOAP 1.1 6.2: a fault travels with 500. What HTTP says more precisely stays.
        EnvelopeVersion::Soap11 if status == StatusCode::BAD_REQUEST => StatusCode::INTERNAL_SERVER_ERROR,
        // SOAP 1.2 part 2 7.5.2.2: 400 for a fault of the sender, 500 for others.
        _ => status,
    };
    Ok(RefusalMessage {
        status,
        content_type: encoding.content_type(version.envelope, None, None)?,
        body: writer.into_bytes()?.into(),
    })
}

/// The status of a request that could not be read, and what to tell the client. Errors that are no fault of the client keep
/// their words for themselves.
pub(super) fn of_error(error: &Error) -> (StatusCode, String) {
    let status = match error.code() {
        ErrorCode::QuotaExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::EndpointNotFound => StatusCode::NOT_FOUND,
        ErrorCode::OperationTimedOut => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::InvalidFormat | ErrorCode::EndpointDisconnected => StatusCode::BAD_REQUEST,
        _ => return (StatusCode::INTERNAL_SERVER_ERROR, "the service failed; try again later".to_owned()),
    };
    (status, error.strings().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": "))
}

/// The response if it carries a message, or is empty because the request was one-way.
///
/// # Errors
/// What the status stands for, with the reason that the server gives, if there is one in words or in a fault. The fault
/// is the cause of the error then.
pub(super) async fn check(mut response: Response) -> Result<Response> {
    let Err(error) = response.check() else { return Ok(response) };
    // Whoever does not say why, or says it in a way that nobody can read, has said the status.
    let reason = read_reason(&mut response).await.ok().flatten();
    let Some((reason, fault)) = reason.filter(|(reason, _)| !reason.is_empty()) else { return Err(error) };
    let status = error.strings().collect::<Vec<_>>().join(": ");
    let error = Error::new(error.code(), format!("{status}: {reason}"));
    Err(match fault {
        Some(fault) => error.caused_by(fault),
        None => error,
    })
}

async fn read_reason(response: &mut Response) -> Result<Option<(String, Option<FaultError>)>> {
    let Some(content_type) = response.body.content_type().map(str::to_owned) else { return Ok(None) };
    let is_text =
        content_type.trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("text/plain"));
    let content = MessageContent::parse(&content_type).ok();
    if !is_text && content.as_ref().is_none_or(|content| content.encoding == Encoding::Raw) {
        return Ok(None);
    }
    let octets = response.body.collect_at_most(MAX_READ).await?;
    if is_text {
        let text = String::from_utf8_lossy(&octets);
        let text = text.trim().chars().take(MAX_TEXT);
        let text = text.map(|c| if c.is_control() { ' ' } else { c }).collect();
        return Ok(Some((text, None)));
    }
    let Some(content) = content else { return Ok(None) };
    let mut reader = Reader::new(Default::default());
    reader.set_input(content.reader_encoding(), ReaderInput::Stream);
    reader.feed(&octets);
    reader.end_of_input();
    let mut message = Message::new(match content.envelope {
        Some(EnvelopeVersion::Soap11) => Version::SOAP11,
        _ => Version::SOAP12,
    });
    message.read_start(&mut reader)?;
    if !message.is_fault() {
        return Ok(None);
    }
    let error = message.read_fault_error(&mut reader)?;
    let fault = FaultError::of(&error).cloned();
    Ok(fault.map(|fault| (fault.fault.reason("en").to_owned(), Some(fault))))
}
