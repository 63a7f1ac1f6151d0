//! The side of TLS that connects.

use super::{
    CertificateFailures, Certificates, Identity, PROTOCOL, configuration_error, handshake_error,
    peer_certificates, provider, upgraded, verify::Lenient,
};
use crate::{
    Error, Result,
    transport::{BoxStream, StreamUpgrade, Upgraded},
};
use rustls::{
    ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    pki_types::ServerName,
    version::TLS13,
};
use std::{fmt, future::Future, pin::Pin, sync::Arc};
use tokio_rustls::TlsConnector;

static ONLY_TLS13: &[&SupportedProtocolVersion] = &[&TLS13];

/// What a client asks of TLS.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// The roots to trust; those of the platform by default.
    pub roots: Option<Certificates>,
    /// Who we are, if the server asks.
    pub identity: Option<Identity>,
    /// The name that the server's certificate must have; the host of the URL by default.
    pub server_name: Option<String>,
    /// Faults of the server's certificate to overlook; none by default.
    pub ignore: CertificateFailures,
    /// Whether TLS 1.2 is refused, too; TLS 1.3 remains.
    pub only_tls13: bool,
    /// Asked about the certificate of a server that was found to be good, before anything is sent.
    pub check: Option<CertificateCheck>,
}

/// Decides about the certificate of a server, in DER.
#[derive(Clone)]
pub struct CertificateCheck(Arc<Check>);

type Check = dyn Fn(&[u8]) -> Result<()> + Send + Sync;

impl CertificateCheck {
    /// Asks this function; its error is that of the connection.
    pub fn new(check: impl Fn(&[u8]) -> Result<()> + Send + Sync + 'static) -> Self {
        CertificateCheck(Arc::new(check))
    }
}

impl fmt::Debug for CertificateCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateCheck")
    }
}

/// TLS of a client, ready for any number of connections.
#[derive(Clone)]
pub struct TlsClient {
    connector: TlsConnector,
    server_name: Option<String>,
    check: Option<CertificateCheck>,
}

impl TlsClient {
    /// # Errors
    /// `InvalidArgument` for certificates or a key that cannot be used, or a platform without roots.
    pub fn new(options: TlsOptions) -> Result<Self> {
        let verifier = verifier(options.roots.as_ref())?;
        let verifier = match options.ignore {
            ignore if ignore.is_none() => verifier,
            ignore => Arc::new(Lenient { strict: verifier, ignore }),
        };
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(if options.only_tls13 { ONLY_TLS13 } else { ALL_VERSIONS })
            .map_err(configuration_error)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match options.identity {
            Some(Identity { chain, key }) => {
                builder.with_client_auth_cert(chain.0, key).map_err(configuration_error)?
            }
            None => builder.with_no_client_auth(),
        };
        Ok(TlsClient {
            connector: Arc::new(config).into(),
            server_name: options.server_name,
            check: options.check,
        })
    }

    /// The same that offers protocols by ALPN (RFC 7301), the best first.
    pub(crate) fn offering(&self, protocols: &[&[u8]]) -> Self {
        let mut config = ClientConfig::clone(self.connector.config());
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        TlsClient { connector: Arc::new(config).into(), ..self.clone() }
    }

    /// Wraps the stream to `host`.
    ///
    /// # Errors
    /// `SecurityVerificationFailure` for a certificate that is not good; what the check said of it; `EndpointAccessDenied` if the server does not
    /// take ours; `InvalidFormat` if it speaks no TLS; `SecuritySystemFailure`, `EndpointDisconnected`.
    pub async fn connect(&self, stream: BoxStream, host: &str) -> Result<Upgraded> {
        self.connect_chosen(stream, host).await.map(|(upgraded, _)| upgraded)
    }

    /// As [`connect`](Self::connect), and the protocol that was chosen by ALPN.
    pub(crate) async fn connect_chosen(
        &self,
        stream: BoxStream,
        host: &str,
    ) -> Result<(Upgraded, Option<Vec<u8>>)> {
        let name = self.server_name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name.trim_end_matches('.').to_owned()).map_err(|_| {
            Error::argument(format!("{name:?} is no host name that a certificate could have"))
        })?;
        let stream = self.connector.connect(name, stream).await.map_err(handshake_error)?;
        let state = stream.get_ref().1;
        let (certificates, chosen) = (peer_certificates(state), state.alpn_protocol().map(<[u8]>::to_vec));
        if let (Some(CertificateCheck(check)), Some(certificate)) = (&self.check, certificates.first()) {
            check(certificate)?;
        }
        Ok((upgraded(stream, certificates), chosen))
    }
}

fn verifier(roots: Option<&Certificates>) -> Result<Arc<dyn ServerCertVerifier>> {
    match roots {
        None => {
            Ok(Arc::new(rustls_platform_verifier::Verifier::new(provider()).map_err(configuration_error)?))
        }
        Some(roots) => {
            let store = root_store(roots)?;
            Ok(WebPkiServerVerifier::builder_with_provider(store, provider())
                .build()
                .map_err(configuration_error)?)
        }
    }
}

pub(super) fn root_store(roots: &Certificates) -> Result<Arc<RootCertStore>> {
    let mut store = RootCertStore::empty();
    for root in &roots.0 {
        store.add(root.clone()).map_err(configuration_error)?;
    }
    Ok(Arc::new(store))
}

impl StreamUpgrade for TlsClient {
    fn protocol(&self) -> &str {
        PROTOCOL
    }

    fn initiate<'a>(
        &'a self,
        stream: BoxStream,
        host: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + 'a>> {
        Box::pin(self.connect(stream, host))
    }

    fn accept(&self, _: BoxStream) -> Pin<Box<dyn Future<Output = Result<Upgraded>> + Send + '_>> {
        Box::pin(async { Err(Error::argument("a TlsClient cannot accept; give the listener a TlsServer")) })
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsClient").field("server_name", &self.server_name).finish_non_exhaustive()
    }
}
