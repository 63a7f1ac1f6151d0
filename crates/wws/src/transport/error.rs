//! Errors of the system and of TLS as errors of ours.

use crate::{Error, ErrorCode};
use rustls::{AlertDescription, CertificateError};
use std::io::{self, ErrorKind};

/// The error of a connection that exists.
pub(crate) fn connection_error(error: io::Error) -> Error {
    // An error of ours that travelled through a stream comes out whole.
    if error.get_ref().is_some_and(|inner| inner.is::<Error>()) {
        return Error::from(error);
    }
    if let Some(error) = tls_error(&error) {
        return error;
    }
    let code = match error.kind() {
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof
        | ErrorKind::WriteZero => ErrorCode::EndpointDisconnected,
        ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            ErrorCode::EndpointUnreachable
        }
        ErrorKind::InvalidData | ErrorKind::InvalidInput => ErrorCode::InvalidFormat,
        ErrorKind::OutOfMemory => ErrorCode::OutOfMemory,
        _ => ErrorCode::Other,
    };
    Error::new(code, format!("the connection failed: {error}")).caused_by(error)
}

/// As [`connection_error`], of an error that belongs to somebody else.
pub(crate) fn connection_error_of(error: &io::Error) -> Error {
    let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    own.cloned()
        .or_else(|| tls_error(error))
        .unwrap_or_else(|| connection_error(io::Error::new(error.kind(), error.to_string())))
}

/// What TLS says, if the error comes from there.
fn tls_error(error: &io::Error) -> Option<Error> {
    let tls = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let (code, text) = describe(tls);
    Some(Error::new(code, text).caused_by(tls.clone()))
}

/// The error of a connection that could not be made.
pub(crate) fn connect_error(error: io::Error, to: &str) -> Error {
    let code = match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::NotFound => ErrorCode::EndpointNotFound,
        ErrorKind::PermissionDenied => ErrorCode::EndpointAccessDenied,
        ErrorKind::AddrNotAvailable => ErrorCode::AddressNotAvailable,
        _ => ErrorCode::EndpointUnreachable,
    };
    Error::new(code, format!("no connection with {to}: {error}")).caused_by(error)
}

/// The error of an address that cannot be listened at.
pub(crate) fn listen_error(error: io::Error, at: &str) -> Error {
    let code = match error.kind() {
        ErrorKind::AddrInUse => ErrorCode::AddressInUse,
        ErrorKind::AddrNotAvailable | ErrorKind::NotFound => ErrorCode::AddressNotAvailable,
        ErrorKind::PermissionDenied => ErrorCode::EndpointAccessDenied,
        _ => ErrorCode::Other,
    };
    Error::new(code, format!("cannot listen at {at}: {error}")).caused_by(error)
}

fn describe(error: &rustls::Error) -> (ErrorCode, String) {
    match error {
        rustls::Error::InvalidCertificate(why) => (
            ErrorCode::SecurityVerificationFailure,
            format!("the certificate of the peer is not good: {}", certificate(why)),
        ),
        rustls::Error::NoCertificatesPresented => (
            ErrorCode::SecurityVerificationFailure,
            "the peer shows no certificate, but one is required".to_owned(),
        ),
        rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)
        | rustls::Error::NoApplicationProtocol => (
            ErrorCode::NotSupported,
            "the peer speaks none of the protocols that are offered (ALPN)".to_owned(),
        ),
        rustls::Error::AlertReceived(alert) => (alert_code(*alert), format!("the peer refuses: {alert:?}")),
        rustls::Error::InvalidMessage(_) => {
            (ErrorCode::InvalidFormat, format!("the peer does not speak TLS: {error}"))
        }
        rustls::Error::PeerIncompatible(_) => {
            (ErrorCode::SecuritySystemFailure, format!("no version or algorithm of TLS in common: {error}"))
        }
        _ => (ErrorCode::SecuritySystemFailure, error.to_string()),
    }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; is the clock right?".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("it is of another host ({error})")
        }
        // A root of that name which has another key did not issue it.
        CertificateError::UnknownIssuer
        | CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its issuer is not trusted; add the root to the trusted ones if it should be".to_owned()
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        other => other.to_string(),
    }
}

/// What a refusal by the peer means: it did not like what we showed, or it failed.
fn alert_code(alert: AlertDescription) -> ErrorCode {
    use AlertDescription as A;
    match alert {
        A::AccessDenied
        | A::BadCertificate
        | A::CertificateExpired
        | A::CertificateRequired
        | A::CertificateRevoked
        | A::CertificateUnknown
        | A::NoCertificate
        | A::UnknownCA
        | A::UnsupportedCertificate => ErrorCode::EndpointAccessDenied,
        _ => ErrorCode::SecuritySystemFailure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_errors_come_through() {
        let own = io::Error::from(Error::quota("x"));
        assert_eq!(connection_error(own).code(), ErrorCode::QuotaExceeded);
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        assert_eq!(connection_error(reset).code(), ErrorCode::EndpointDisconnected);
    }
}
