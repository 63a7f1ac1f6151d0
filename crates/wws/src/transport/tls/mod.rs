//! TLS for net.tcp, net.pipe (as the upgrade `application/ssl-tls`) and https, by rustls with ring.
//!
//! ```no_run
//! use std::sync::Arc;
//! use wws::transport::{framed::Options, tls::{Certificates, Identity, TlsClient, TlsOptions}};
//! let tls = TlsClient::new(TlsOptions {
//!     roots: Some(Certificates::from_pem(&std::fs::read("ca.pem")?)?),
//!     identity: Some(Identity::from_pem(&std::fs::read("me.pem")?, &std::fs::read("me.key")?)?),
//!     ..TlsOptions::default()
//! })?;
//! let options = Options { upgrade: Some(Arc::new(tls)), ..Options::default() };
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod identity;
mod server;
mod verify;

pub use client::{CertificateCheck, TlsClient, TlsOptions};
pub use identity::{Certificates, Identity};
pub use server::{ClientCertificates, TlsServer};
pub use verify::{CertificateFailures, certificate_failure};

use super::{Upgraded, error::connection_error};
use crate::Error;
use rustls::CommonState;
use std::{io, sync::Arc};

/// The name of TLS in an upgrade request.
const PROTOCOL: &str = "application/ssl-tls";

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn upgraded(stream: impl super::Stream + 'static, certificates: Vec<Vec<u8>>) -> Upgraded {
    Upgraded { stream: Box::new(stream), peer_certificates: certificates }
}

fn peer_certificates(state: &CommonState) -> Vec<Vec<u8>> {
    state.peer_certificates().unwrap_or_default().iter().map(|c| c.as_ref().to_vec()).collect()
}

/// The error of a handshake that failed.
fn handshake_error(error: io::Error) -> Error {
    connection_error(error).context("during the TLS handshake")
}

/// The error of a configuration that cannot be.
fn configuration_error(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::argument(format!("the TLS options: {error}")).caused_by(error)
}
