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
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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

    /// The same that offers protocols by ALPN (RFC 7301), the best first.
    pub(crate) fn offering(&self, protocols: &[&[u8]]) -> Self {
        let mut config = ServerConfig::clone(self.0.config());
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        TlsServer(Arc::new(config).into())
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
        self.accept_chosen(stream).await.map(|(upgraded, _)| upgraded)
    }

    /// As [`accept_stream`](Self::accept_stream), and the protocol that was chosen by ALPN.
    pub(crate) async fn accept_chosen(&self, stream: BoxStream) -> Result<(Upgraded, Option<Vec<u8>>)> {
        let stream = match self.0.accept(stream).into_fallible().await {
            Ok(stream) => stream,
            Err((error, stream)) => {
                dismiss(stream).await;
                return Err(handshake_error(error));
            }
        };
        let state = stream.get_ref().1;
        let (certificates, chosen) = (peer_certificates(state), state.alpn_protocol().map(<[u8]>::to_vec));
        Ok((upgraded(stream, certificates), chosen))
    }
}

/// Closes after a handshake that failed so that the client can read the alert that says why: a socket that is closed with
/// unread input would be reset, and with TLS 1.3 a client sends its request before it hears of the refusal.
async fn dismiss(mut stream: BoxStream) {
    /// What a client may still send before it reads the alert, and how long that may take.
    const DRAIN: u64 = 64 * 1024;
    const PATIENCE: Duration = Duration::from_secs(1);
    let farewell = async {
        if stream.shutdown().await.is_ok() {
            let _ = tokio::io::copy(&mut stream.take(DRAIN), &mut tokio::io::sink()).await;
        }
    };
    // Whoever does not listen learns nothing.
    let _ = tokio::time::timeout(PATIENCE, farewell).await;
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
