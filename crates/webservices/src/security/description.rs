//! `WS_SECURITY_DESCRIPTION` as TLS options of the Rust interface.
//!
//! There is one binding for now, TLS; with net.tcp and net.pipe, too, where webservices.h has none. The properties that
//! concern the security of messages change nothing as long as there is none, and are accepted.

use super::credential;
use crate::{
    abi::*,
    callback,
    failure::WS_ERROR,
    hresult::Status,
    property::{self, Property},
    ptr::{Across, Ptr, Void},
};
use wws::{
    Error, ErrorCode, Result,
    channel::Binding,
    transport::tls::{
        CertificateCheck, CertificateFailures, Certificates, ClientCertificates, Identity, TlsClient,
        TlsOptions, TlsServer,
    },
};

/// TLS, as a description says.
#[derive(Debug, Default)]
struct Ssl {
    identity: Option<Identity>,
    roots: Option<Certificates>,
    ignore: CertificateFailures,
    only_tls13: bool,
    check: Option<CertificateCheck>,
    is_client_required: bool,
}

/// Which side of a connection a description is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
}

/// Secures the channels of a client. Says whether there is anything to secure.
///
/// # Errors
/// `E_INVALIDARG` for a description that cannot be; `WS_E_NOT_SUPPORTED` for what only Windows has; `E_NOTIMPL`; those of
/// the credential.
pub fn secure_client(
    binding: &mut Binding,
    of: WS_CHANNEL_BINDING,
    description: Option<&WS_SECURITY_DESCRIPTION>,
    error: Ptr<WS_ERROR>,
) -> Result<bool> {
    let Some(ssl) = read(of, description, Side::Client, error)? else { return Ok(false) };
    let options = TlsOptions {
        roots: ssl.roots,
        identity: ssl.identity,
        ignore: ssl.ignore,
        only_tls13: ssl.only_tls13,
        check: ssl.check,
        ..TlsOptions::default()
    };
    binding.tls = Some(TlsClient::new(options)?);
    Ok(true)
}

/// What a listener with TLS needs beside its certificate.
#[derive(Clone, Debug)]
pub struct Secured {
    identity: Option<Identity>,
    clients: ClientCertificates,
}

/// Reads the description of a listener; `None` if it is not secured.
///
/// # Errors
/// As [`secure_client`].
pub fn secure_listener(
    of: WS_CHANNEL_BINDING,
    description: Option<&WS_SECURITY_DESCRIPTION>,
    error: Ptr<WS_ERROR>,
) -> Result<Option<Secured>> {
    let Some(ssl) = read(of, description, Side::Server, error)? else { return Ok(None) };
    let clients = match (ssl.is_client_required, ssl.roots) {
        (true, Some(roots)) => ClientCertificates::Required(roots),
        (false, Some(roots)) => ClientCertificates::Optional(roots),
        (false, None) => ClientCertificates::None,
        (true, None) => {
            return Err(Error::argument(
                "WS_SECURITY_BINDING_PROPERTY_REQUIRE_SSL_CLIENT_CERT needs the roots that issue certificates of \
                 clients: WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS of wws.h",
            ));
        }
    };
    Ok(Some(Secured { identity: ssl.identity, clients }))
}

impl Secured {
    /// TLS for the listener at this URL: with the certificate of the description, or else with the one that the
    /// environment has for the port.
    ///
    /// # Errors
    /// `E_INVALIDARG` if there is none.
    pub fn tls(&self, url: &str) -> Result<TlsServer> {
        let identity = match &self.identity {
            Some(identity) => identity.clone(),
            None => credential::of_environment(url)?,
        };
        TlsServer::new(identity, self.clients.clone())
    }
}

fn read(
    of: WS_CHANNEL_BINDING,
    description: Option<&WS_SECURITY_DESCRIPTION>,
    side: Side,
    error: Ptr<WS_ERROR>,
) -> Result<Option<Ssl>> {
    let Some(description) = description else { return Ok(None) };
    for p in property::list(description.properties, description.propertyCount)? {
        check(p)?;
    }
    let count = description.securityBindingCount as usize;
    let mut ssl = None;
    for binding in description.securityBindings.slice(count, "securityBindings")? {
        let binding = binding.need("securityBinding")?;
        match binding.bindingType {
            WS_SSL_TRANSPORT_SECURITY_BINDING_TYPE if ssl.is_some() => {
                return Err(Error::argument("a description has at most one transport security binding"));
            }
            WS_SSL_TRANSPORT_SECURITY_BINDING_TYPE => {
                ssl = Some(Ssl::read(Ptr::to(binding).cast().need("securityBinding")?, side, error)?);
            }
            WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_TYPE
            | WS_NAMEDPIPE_SSPI_TRANSPORT_SECURITY_BINDING_TYPE
            | WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_TYPE => {
                // WWSAPI S
                let text = "SSPI and Kerberos are not available here; net.tcp and net.pipe take \
                            WS_SSL_TRANSPORT_SECURITY_BINDING instead";
                return Err(Error::new(ErrorCode::NotSupported, text));
            }
            WS_SECURITY_BINDING_TYPE(3..=8) => {
                let text =
                    "this library has no other security binding than WS_SSL_TRANSPORT_SECURITY_BINDING yet";
                return Err(Error::new(ErrorCode::NotImplemented, text));
            }
            WS_SECURITY_BINDING_TYPE(other) => {
                return Err(Error::argument(format!("{other} is no WS_SECURITY_BINDING_TYPE")));
            }
        }
    }
    if ssl.is_some()
        && !matches!(of, WS_HTTP_CHANNEL_BINDING | WS_TCP_CHANNEL_BINDING | WS_NAMEDPIPE_CHANNEL_BINDING)
    {
        return Err(Error::argument("TLS is for HTTP, net.tcp and net.pipe"));
    }
    Ok(ssl)
}

/// What of a description's properties can be.
fn check(p: Property) -> Result<()> {
    match WS_SECURITY_PROPERTY_ID(p.id) {
        // WWSAPI P.11: it is what TLS gives.
        WS_SECURITY_PROPERTY_TRANSPORT_PROTECTION_LEVEL => match WS_PROTECTION_LEVEL(p.read()?) {
            WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT => Ok(()),
            _ => Err(p.refuse("TLS signs and encrypts: the level is WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT")),
        },
        WS_SECURITY_PROPERTY_ID(2..=9) => Ok(()),
        WS_SECURITY_PROPERTY_ID(10..=12) => {
            let text = format!("property {}: extended protection needs SSPI, which only Windows has", p.id);
            Err(Error::new(ErrorCode::NotSupported, text))
        }
        _ => Err(p.unknown()),
    }
}

impl Ssl {
    fn read(binding: &WS_SSL_TRANSPORT_SECURITY_BINDING, side: Side, error: Ptr<WS_ERROR>) -> Result<Self> {
        let mut ssl = Ssl::default();
        for p in property::list(binding.binding.properties, binding.binding.propertyCount)? {
            ssl.apply(p, side)?;
        }
        if let Some(credential) = binding.localCertCredential.optional("localCertCredential")? {
            ssl.identity = Some(credential::identity(credential, error)?);
        }
        Ok(ssl)
    }

    fn apply(&mut self, p: Property, side: Side) -> Result<()> {
        let only = |wanted: Side| match (wanted == side, wanted) {
            (true, _) => Ok(()),
            (false, Side::Client) => Err(p.refuse("it is for clients")),
            (false, Side::Server) => Err(p.refuse("it is for listeners")),
        };
        match WS_SECURITY_BINDING_PROPERTY_ID(p.id) {
            WS_SECURITY_BINDING_PROPERTY_REQUIRE_SSL_CLIENT_CERT => {
                only(Side::Server)?;
                self.is_client_required = p.flag()?;
            }
            WS_SECURITY_BINDING_PROPERTY_CERT_FAILURES_TO_IGNORE => {
                only(Side::Client)?;
                let flags: u32 = p.read()?;
                let known = WS_CERT_FAILURE_CN_MISMATCH
                    | WS_CERT_FAILURE_INVALID_DATE
                    | WS_CERT_FAILURE_UNTRUSTED_ROOT
                    | WS_CERT_FAILURE_WRONG_USAGE
                    | WS_CERT_FAILURE_REVOCATION_OFFLINE;
                if flags & !known != 0 {
                    return Err(p.refuse("there are no such WS_CERT_FAILURE flags"));
                }
                self.ignore = CertificateFailures {
                    name: flags & WS_CERT_FAILURE_CN_MISMATCH != 0,
                    date: flags & WS_CERT_FAILURE_INVALID_DATE != 0,
                    root: flags & WS_CERT_FAILURE_UNTRUSTED_ROOT != 0,
                    usage: flags & WS_CERT_FAILURE_WRONG_USAGE != 0,
                };
            }
            // Revocation is not checked: there is nothing to disable.
            WS_SECURITY_BINDING_PROPERTY_DISABLE_CERT_REVOCATION_CHECK => {
                only(Side::Client)?;
                p.flag()?;
            }
            // There is nothing older than TLS 1.2.
            WS_SECURITY_BINDING_PROPERTY_DISALLOWED_SECURE_PROTOCOLS => {
                only(Side::Client)?;
                self.only_tls13 = p.read::<u32>()? & WS_SECURE_PROTOCOL_TLS1_2 != 0;
            }
            WS_SECURITY_BINDING_PROPERTY_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT => {
                only(Side::Client)?;
                self.check = Some(validation(p.read()?));
            }
            WWS_SECURITY_BINDING_PROPERTY_TRUSTED_CERTS => {
                let pem: WS_BYTES = p.read()?;
                let pem = pem.bytes.slice(pem.length as usize, "trusted certificates")?;
                self.roots = Some(Certificates::from_pem(pem)?);
            }
            WS_SECURITY_BINDING_PROPERTY_ID(2..=19) => {
                return Err(p.refuse("it is for another security binding"));
            }
            _ => return Err(p.unknown()),
        }
        Ok(())
    }
}

/// Asks the program about certificates of servers.
fn validation(context: WS_CERTIFICATE_VALIDATION_CALLBACK_CONTEXT) -> CertificateCheck {
    let context = Across::new(context);
    CertificateCheck::new(move |certificate| {
        let given = CERT_CONTEXT {
            dwCertEncodingType: X509_ASN_ENCODING,
            pbCertEncoded: Ptr::first(certificate),
            cbCertEncoded: certificate.len() as u32,
            pCertInfo: Void::NULL,
            hCertStore: Void::NULL,
        };
        match callback::validate_certificate(context.callback, Ptr::to(&given), context.state)? {
            Status::Done => Ok(()),
            _ => {
                let text = "the certificate validation callback did not accept the certificate of the server";
                Err(Error::new(ErrorCode::SecurityVerificationFailure, text))
            }
        }
    })
}
