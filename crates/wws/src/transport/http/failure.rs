//! How connections fail, and who is told.

use crate::{Error, ErrorCode, transport::error::connection_error_of};
use h2::Reason;
use tokio::sync::watch;

/// An error of a connection, as hyper reports it.
pub(super) fn hyper_error(error: hyper::Error) -> Error {
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return own.clone();
        }
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return io_error(io);
        }
        if let Some(http2) = inner.downcast_ref::<h2::Error>() {
            return match http2.get_io() {
                Some(io) => io_error(io),
                None => Error::new(http2_code(http2), http2_text(http2)).caused_by(error),
            };
        }
        source = inner.source();
    }
    if error.is_timeout() {
        let text = "the peer gave no sign of life when it was asked for one (PING)";
        return Error::new(ErrorCode::EndpointDisconnected, text).caused_by(error);
    }
    let code = if error.is_parse() {
        ErrorCode::InvalidFormat
    } else if error.is_user() {
        ErrorCode::InvalidOperation
    } else {
        ErrorCode::EndpointDisconnected
    };
    Error::new(code, format!("the HTTP connection failed: {error}")).caused_by(error)
}

/// What the system says of a connection, or hyper where it stands in for it: a stream that ends inside of a frame of HTTP/2 has no
/// kind of its own.
fn io_error(error: &std::io::Error) -> Error {
    let failed = connection_error_of(error);
    match failed.code() {
        ErrorCode::Other => {
            Error::new(ErrorCode::EndpointDisconnected, format!("the connection was cut: {error}"))
                .caused_by(failed)
        }
        _ => failed,
    }
}

/// What HTTP/2 says of an error.
pub(super) fn http2_error(error: &hyper::Error) -> Option<&h2::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(http2) = inner.downcast_ref::<h2::Error>() {
            return Some(http2);
        }
        source = inner.source();
    }
    None
}

/// RFC 9113 7
fn http2_code(error: &h2::Error) -> ErrorCode {
    match error.reason() {
        Some(Reason::REFUSED_STREAM | Reason::ENHANCE_YOUR_CALM) if error.is_remote() => {
            ErrorCode::EndpointTooBusy
        }
        Some(Reason::INADEQUATE_SECURITY) => ErrorCode::SecuritySystemFailure,
        // What the peer did against the protocol, as the library below found out.
        Some(_) if error.is_library() => ErrorCode::InvalidFormat,
        _ => ErrorCode::EndpointDisconnected,
    }
}

fn http2_text(error: &h2::Error) -> String {
    let reason = error.reason().map(|reason| format!("{reason:?}: {reason}")).unwrap_or_default();
    match (error.is_go_away(), error.is_remote()) {
        (true, true) => {
            format!("the peer ended the HTTP/2 connection and did not process the request ({reason})")
        }
        (true, false) => format!("the HTTP/2 connection had to be ended ({reason})"),
        (false, true) => format!("the peer reset the HTTP/2 stream ({reason})"),
        (false, false) => format!("HTTP/2 failed: {error}"),
    }
}

/// Why a connection ended, once it has.
#[derive(Clone)]
pub(super) struct End {
    failure: watch::Receiver<Option<Error>>,
    /// The connection is HTTP/2, whose requests end after it has told why.
    is_http2: bool,
}

impl End {
    /// What `failure` will tell of a connection.
    pub(super) fn new(failure: watch::Receiver<Option<Error>>, is_http2: bool) -> Self {
        End { failure, is_http2 }
    }

    /// The error of a request over the connection. One that was dropped with the connection does not know why: a server that
    /// does not take our certificate says so before it reads a request.
    pub(super) async fn explain(mut self, error: hyper::Error) -> Error {
        if error.is_canceled() && !self.is_http2 {
            // It fails if there was nothing to tell.
            let _ = self.failure.changed().await;
        }
        self.explain_now(error)
    }

    /// As [`explain`](Self::explain), with what is known by now.
    pub(super) fn explain_now(&self, error: hyper::Error) -> Error {
        // What has no reason of HTTP/2 is of the connection, and comes as words only.
        let has_reason = || http2_error(&error).is_some_and(|error| error.reason().is_some());
        let is_of_connection = error.is_canceled() || (self.is_http2 && !has_reason());
        let known = if is_of_connection { self.failure.borrow().clone() } else { None };
        known.unwrap_or_else(|| hyper_error(error))
    }
}
