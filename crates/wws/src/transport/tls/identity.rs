//! Certificates and keys, from PEM or DER.

use crate::{Error, Result};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::fmt;

/// Certificates: roots to trust, or a chain to show.
#[derive(Clone, Debug, Default)]
pub struct Certificates(pub(super) Vec<CertificateDer<'static>>);

impl Certificates {
    /// All certificates of a PEM file; other sections are skipped.
    ///
    /// # Errors
    /// `InvalidArgument` if there is none, or one is broken.
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let all = all.map_err(|e| Error::argument(format!("the certificates are not PEM: {e}")))?;
        if all.is_empty() {
            return Err(Error::argument("no certificate: a section BEGIN CERTIFICATE is expected"));
        }
        Ok(Certificates(all))
    }

    /// The first certificate, in DER.
    pub fn first(&self) -> Option<&[u8]> {
        self.0.first().map(AsRef::as_ref)
    }

    /// Certificates in DER.
    pub fn from_der(certificates: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Certificates(certificates.into_iter().map(CertificateDer::from).collect())
    }
}

/// A certificate with its chain and its private key: who we are.
pub struct Identity {
    pub(super) chain: Certificates,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Identity {
    /// The chain, own certificate first, and the key, in PEM (PKCS#8, PKCS#1 or SEC1).
    ///
    /// # Errors
    /// `InvalidArgument` if either is missing or broken.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self> {
        let key = PrivateKeyDer::from_pem_slice(key);
        let key = key.map_err(|e| Error::argument(format!("the private key is not PEM: {e}")))?;
        Ok(Identity { chain: Certificates::from_pem(chain)?, key })
    }

    /// The chain, own certificate first, and the key, in DER.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is of no known form.
    pub fn from_der(chain: Certificates, key: Vec<u8>) -> Result<Self> {
        let key =
            PrivateKeyDer::try_from(key).map_err(|e| Error::argument(format!("the private key: {e}")))?;
        Ok(Identity { chain, key })
    }
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Identity { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

impl fmt::Debug for Identity {
    /// Never shows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} certificates)", self.chain.0.len())
    }
}
