//! How connections fail, and who is told.

use crate::{Error, ErrorCode, transport::error::connection_error_of};
use tokio::sync::watch;

/// An error of a connection, as hyper reports it.
pub(super) fn hyper_error(error: hyper::Error) -> Error {
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        if let Some(own) = inner.downcast_ref::<Error>() {
            return own.clone();
        }
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return connection_error_of(io);
        }
        source = inner.source();
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

/// Why a connection ended, once it has.
#[derive(Clone)]
pub(super) struct End(pub(super) watch::Receiver<Option<Error>>);

impl End {
    /// The error of a request over the connection. One that was dropped with the connection does not know why: a server that
    /// does not take our certificate says so before it reads a request.
    pub(super) async fn explain(mut self, error: hyper::Error) -> Error {
        if error.is_canceled() {
            // It fails if there was nothing to tell.
            let _ = self.0.changed().await;
            if let Some(error) = self.0.borrow().clone() {
                return error;
            }
        }
        hyper_error(error)
    }
}
