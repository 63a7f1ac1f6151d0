//! Certificates and keys from the command line.

use std::path::{Path, PathBuf};
use wws::{
    Error, Result,
    channel::Binding,
    transport::tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
};

/// TLS of a side that connects.
#[derive(clap::Args)]
pub(crate) struct ClientTls {
    /// Trust these certificates (PEM) instead of the system's. Over net.tcp and net.pipe this asks for TLS
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Our own certificate with its chain (PEM), for servers that ask who we are
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key of --cert (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

/// TLS of a side that listens.
#[derive(clap::Args)]
pub(crate) struct ServerTls {
    /// Our certificate with its chain (PEM), which https needs; over net.tcp and net.pipe, sessions need TLS then
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key of --cert (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Take only clients with a certificate that one of these (PEM) issued
    #[arg(long, value_name = "FILE", requires = "cert")]
    client_ca: Option<PathBuf>,
}

impl ClientTls {
    /// The binding with TLS, if the URL or the user asks for it.
    pub(crate) fn apply(&self, binding: Binding, url: &str) -> Result<Binding> {
        let paths = (self.cacert.as_deref(), self.cert.as_deref(), self.key.as_deref());
        match client(paths, is_https(url))? {
            Some(tls) => Ok(binding.with_tls(tls)),
            None => Ok(binding),
        }
    }
}

impl ServerTls {
    /// The binding with TLS, if the user gave a certificate.
    pub(crate) fn apply(&self, binding: Binding, url: &str) -> Result<Binding> {
        match self.server(url)? {
            Some(tls) => Ok(binding.with_server_tls(tls)),
            None => Ok(binding),
        }
    }

    /// Whether a certificate was given.
    pub(crate) fn is_given(&self) -> bool {
        self.cert.is_some()
    }

    /// TLS of a listener at this URL.
    pub(crate) fn server(&self, url: &str) -> Result<Option<TlsServer>> {
        let Some(identity) = identity(self.cert.as_deref(), self.key.as_deref())? else {
            return match is_https(url) {
                true => Err(Error::argument(
                    "https needs a certificate: give --cert FILE and --key FILE, both PEM",
                )),
                false => Ok(None),
            };
        };
        let clients = match &self.client_ca {
            Some(path) => ClientCertificates::Required(certificates(path)?),
            None => ClientCertificates::None,
        };
        TlsServer::new(identity, clients).map(Some)
    }
}

/// TLS of a client from the paths of roots, certificate and key; none if nobody asks for it.
pub(crate) fn client(
    (roots, cert, key): (Option<&Path>, Option<&Path>, Option<&Path>),
    is_needed: bool,
) -> Result<Option<TlsClient>> {
    let (roots, identity) = (roots.map(certificates).transpose()?, identity(cert, key)?);
    if !is_needed && roots.is_none() && identity.is_none() {
        return Ok(None);
    }
    TlsClient::new(TlsOptions { roots, identity, ..TlsOptions::default() }).map(Some)
}

fn identity(cert: Option<&Path>, key: Option<&Path>) -> Result<Option<Identity>> {
    let (Some(cert), Some(key)) = (cert, key) else { return Ok(None) };
    let identity = Identity::from_pem(&read(cert)?, &read(key)?);
    identity.map(Some).map_err(|e| e.context(format!("in {} and {}", cert.display(), key.display())))
}

fn certificates(path: &Path) -> Result<Certificates> {
    Certificates::from_pem(&read(path)?).map_err(|e| e.context(path.display().to_string()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::from(e).context(path.display().to_string()))
}

fn is_https(url: &str) -> bool {
    url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
}
