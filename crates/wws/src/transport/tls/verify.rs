//! Server certificates with faults that the user chose to overlook.

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use std::sync::Arc;

/// Faults of a server's certificate to overlook: `WS_SECURITY_BINDING_PROPERTY_CERT_FAILURES_TO_IGNORE`
/// (`WS_CERT_FAILURE_…`). None by default, and for tests only: each takes away what TLS is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CertificateFailures {
    /// It is of another host (`CN_MISMATCH`).
    pub name: bool,
    /// It has expired or is not valid yet (`INVALID_DATE`).
    pub date: bool,
    /// Its issuer is not trusted (`UNTRUSTED_ROOT`).
    pub root: bool,
    /// It is not for servers (`WRONG_USAGE`). Has an effect only together with `root`, because the issuer of such a
    /// certificate is not looked for.
    pub usage: bool,
}

impl CertificateFailures {
    pub(super) fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Which fault of a certificate an error is about; `None` if it is about something else.
pub fn certificate_failure(error: &crate::Error) -> Option<CertificateFailures> {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(Error::InvalidCertificate(why)) = inner.downcast_ref::<Error>() {
            use CertificateError as C;
            let none = CertificateFailures::default();
            return match why {
                C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. } => {
                    Some(CertificateFailures { date: true, ..none })
                }
                C::NotValidForName | C::NotValidForNameContext { .. } => {
                    Some(CertificateFailures { name: true, ..none })
                }
                C::UnknownIssuer => Some(CertificateFailures { root: true, ..none }),
                C::InvalidPurpose | C::InvalidPurposeContext { .. } => {
                    Some(CertificateFailures { usage: true, ..none })
                }
                _ => None,
            };
        }
        cause = inner.source();
    }
    None
}

/// Asks `strict` and overlooks what may be overlooked.
#[derive(Debug)]
pub(super) struct Lenient {
    pub(super) strict: Arc<dyn ServerCertVerifier>,
    pub(super) ignore: CertificateFailures,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut at = now;
        // The date is looked at first; with a date that fits, the rest is looked at. Once for the certificate and
        // once for each in its chain.
        for _ in 0..intermediates.len() + 2 {
            let error = match self.strict.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                at,
            ) {
                Err(Error::InvalidCertificate(error)) => error,
                other => return other,
            };
            match error {
                CertificateError::ExpiredContext { not_after, .. } if self.ignore.date && at != not_after => {
                    at = not_after;
                }
                CertificateError::NotValidYetContext { not_before, .. }
                    if self.ignore.date && at != not_before =>
                {
                    at = not_before;
                }
                error => return self.judge(error, end_entity, server_name),
            }
        }
        Err(Error::InvalidCertificate(CertificateError::Expired))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}

impl Lenient {
    fn judge(
        &self,
        error: CertificateError,
        end_entity: &CertificateDer<'_>,
        server_name: &ServerName<'_>,
    ) -> Result<ServerCertVerified, Error> {
        let overlook = match error {
            // The name is looked at last, so everything else is good.
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                return if self.ignore.name {
                    Ok(ServerCertVerified::assertion())
                } else {
                    Err(Error::InvalidCertificate(error))
                };
            }
            CertificateError::UnknownIssuer => self.ignore.root,
            // A certificate that signed itself as an authority is shown by many test servers.
            CertificateError::Other(_) => self.ignore.root,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                self.ignore.usage && self.ignore.root
            }
            _ => false,
        };
        if !overlook {
            return Err(Error::InvalidCertificate(error));
        }
        if !self.ignore.name {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }
}
