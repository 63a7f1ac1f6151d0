//! The side of TLS that accepts.

use super::{
    Certificates, Identity, PROTOCOL, client::root_store, configuration_error, handshake_error,
    peer_certificates, provider, upgraded,
};
use crate::{
    Error, Result,
    transport::{BoxStream, StreamUpgrade, Upgraded},
};
use rustls::{ServerConfig, server::WebPkiClientVerifier};
use std::{fmt, future::Future, pin::Pin, sync::Arc};
use tokio_rustls::TlsAcceptor;

/// Whether clients have to show a certificate.
#[derive(Clone, Debug, Default)]
pub enum ClientCertificates {
    /// They are not asked.
    #[default]
    None,
    /// They may show one; then one of these roots must have issued it.
    Optional(Certificates),
    /// They must show one that one of these roots issued.
    Required(Certificates),
}

/// TLS of a listener, ready for any number of connections.
#[derive(Clone)]
pub struct TlsServer(TlsAcceptor);

impl TlsServer {
    /// # Errors
    /// `InvalidArgument` for certificates or a key that cannot be used.
    pub fn new(identity: Identity, clients: ClientCertificates) -> Result<Self> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(configuration_error)?;
        let verifier = |roots: &Certificates| {
            root_store(roots).map(|store| WebPkiClientVerifier::builder_with_provider(store, provider()))
        };
        let builder = match &clients {
            ClientCertificates::None => builder.with_no_client_auth(),
            ClientCertificates::Optional(roots) => {
                let verifier =
                    verifier(roots)?.allow_unauthenticated().build().map_err(configuration_error)?;
                builder.with_client_cert_verifier(verifier)
            }
            ClientCertificates::Required(roots) => {
                builder.with_client_cert_verifier(verifier(roots)?.build().map_err(configuration_error)?)
            }
        };
        let config = builder.with_single_cert(identity.chain.0, identity.key).map_err(configuration_error)?;
        Ok(TlsServer(Arc::new(config).into()))
    }

    /// Whether this is a clone of `other`.
    pub(crate) fn is_same(&self, other: &TlsServer) -> bool {
        Arc::ptr_eq(self.0.config(), other.0.config())
    }

    /// Wraps the stream of a client.
    ///
    /// # Errors
    /// As [`TlsClient::connect`](super::TlsClient::connect).
    pub async fn accept_stream(&self, stream: BoxStream) -> Result<Upgraded> {
        let stream = self.0.accept(stream).await.map_err(handshake_error)?;
        let certificates = peer_certificates(stream.get_ref().1);
        Ok(upgraded(stream, certificates))
    }
}

impl StreamUpgrade for TlsServer {
    fn protocol(&self) -> &str {
        PROTOCOL
    }

    fn initiate<'a>(
        &'a self,
        _: BoxStream,
        _: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + 'a>> {
        Box::pin(async { Err(Error::argument("a TlsServer cannot connect; give the client a TlsClient")) })
    }

    fn accept(&self, stream: BoxStream) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + '_>> {
        Box::pin(self.accept_stream(stream))
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}
