//! What a status says (WWSAPI M.1).

use crate::{Error, ErrorCode, Result};
use http::{HeaderMap, StatusCode, header};

/// Whether a response with this status carries a message: a reply, or a fault.
///
/// A fault comes with 500 (SOAP 1.2: 400 for a Sender fault, as gSOAP sends it) and the content type of an envelope.
///
/// # Errors
/// The error that the status stands for.
pub(super) fn check(status: StatusCode, headers: &HeaderMap, content_type: Option<&str>) -> Result<()> {
    let is_fault = matches!(status, StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_REQUEST)
        && content_type.is_some_and(is_envelope);
    if status.is_success() || is_fault {
        return Ok(());
    }
    let code = match status {
        StatusCode::UNAUTHORIZED => match challenge(headers, header::WWW_AUTHENTICATE) {
            Some(Scheme::Negotiate) => ErrorCode::ServerRequiresNegotiateAuth,
            Some(Scheme::Ntlm) => ErrorCode::ServerRequiresNtlmAuth,
            Some(Scheme::Digest) => ErrorCode::ServerRequiresDigestAuth,
            Some(Scheme::Basic) => ErrorCode::ServerRequiresBasicAuth,
            None => ErrorCode::EndpointAccessDenied,
        },
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => match challenge(headers, header::PROXY_AUTHENTICATE) {
            Some(Scheme::Negotiate) => ErrorCode::ProxyRequiresNegotiateAuth,
            Some(Scheme::Ntlm) => ErrorCode::ProxyRequiresNtlmAuth,
            Some(Scheme::Digest) => ErrorCode::ProxyRequiresDigestAuth,
            Some(Scheme::Basic) => ErrorCode::ProxyRequiresBasicAuth,
            None => ErrorCode::ProxyAccessDenied,
        },
        StatusCode::FORBIDDEN => ErrorCode::EndpointAccessDenied,
        StatusCode::NOT_FOUND => ErrorCode::EndpointNotFound,
        StatusCode::GONE => ErrorCode::EndpointNotAvailable,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => ErrorCode::OperationTimedOut,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::QuotaExceeded,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => ErrorCode::EndpointTooBusy,
        StatusCode::BAD_GATEWAY => ErrorCode::ProxyFailure,
        status if status.is_redirection() => ErrorCode::EndpointNotFound,
        _ => ErrorCode::EndpointFailure,
    };
    let mut text = format!("the server answered with HTTP status {status}");
    if let Some(location) = headers.get(header::LOCATION).and_then(|l| l.to_str().ok()) {
        text.push_str(&format!(" and points to {location}; allow redirects to follow it"));
    }
    Err(Error::new(code, text))
}

/// The status of a failure to accept or to read a request.
pub(super) fn of_error(error: &Error) -> StatusCode {
    match error.code() {
        ErrorCode::QuotaExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::InvalidFormat => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn is_envelope(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "text/xml"
        || media == "multipart/related"
        || media.starts_with("application/soap+")
        || media == "application/xop+xml"
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scheme {
    Basic,
    Digest,
    Ntlm,
    Negotiate,
}

/// The strongest scheme that is offered.
fn challenge(headers: &HeaderMap, name: header::HeaderName) -> Option<Scheme> {
    let offered = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    offered
        .flat_map(|value| value.split(','))
        .filter_map(|part| match &*part.split_whitespace().next()?.to_ascii_lowercase() {
            "basic" => Some(Scheme::Basic),
            "digest" => Some(Scheme::Digest),
            "ntlm" => Some(Scheme::Ntlm),
            "negotiate" => Some(Scheme::Negotiate),
            _ => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: u16, content_type: Option<&str>, challenge: &[&str]) -> Option<ErrorCode> {
        let mut headers = HeaderMap::new();
        for value in challenge {
            headers.append(header::WWW_AUTHENTICATE, value.parse().unwrap());
            headers.append(header::PROXY_AUTHENTICATE, value.parse().unwrap());
        }
        check(StatusCode::from_u16(status).unwrap(), &headers, content_type).err().map(|e| e.code())
    }

    #[test]
    fn messages_and_failures() {
        use ErrorCode::*;
        assert_eq!(code(200, Some("text/xml"), &[]), None);
        assert_eq!(code(202, None, &[]), None);
        for fault in [
            "text/xml; charset=utf-8",
            "application/soap+xml",
            "application/soap+msbin1",
            "Multipart/Related; a=b",
        ] {
            assert_eq!(code(500, Some(fault), &[]), None, "{fault}");
        }
        assert_eq!(code(400, Some("application/soap+xml"), &[]), None);
        assert_eq!(code(500, Some("text/html"), &[]), Some(EndpointFailure));
        assert_eq!(code(500, None, &[]), Some(EndpointFailure));
        for (status, expected) in [
            (403, EndpointAccessDenied),
            (404, EndpointNotFound),
            (410, EndpointNotAvailable),
            (503, EndpointTooBusy),
            (302, EndpointNotFound),
            (502, ProxyFailure),
        ] {
            assert_eq!(code(status, Some("text/xml"), &[]), Some(expected), "{status}");
        }
    }

    #[test]
    fn challenges_name_the_strongest_scheme() {
        use ErrorCode::*;
        assert_eq!(code(401, None, &[]), Some(EndpointAccessDenied));
        assert_eq!(code(401, None, &["Basic realm=\"x\""]), Some(ServerRequiresBasicAuth));
        assert_eq!(
            code(401, None, &["Basic realm=\"x\"", "Negotiate", "NTLM"]),
            Some(ServerRequiresNegotiateAuth)
        );
        assert_eq!(
            code(401, None, &["Digest realm=\"x, y\", qop=\"auth\", Basic"]),
            Some(ServerRequiresDigestAuth)
        );
        assert_eq!(code(407, None, &["NTLM"]), Some(ProxyRequiresNtlmAuth));
        assert_eq!(code(407, None, &[]), Some(ProxyAccessDenied));
    }
}
