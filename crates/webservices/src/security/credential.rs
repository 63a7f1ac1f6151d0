//! `WS_CERT_CREDENTIAL`: a certificate with its private key (WWSAPI S).

use super::store;
use crate::{abi::*, callback, failure::WS_ERROR, ptr::Ptr, text};
use std::{env, fs};
use wws::{
    Error, Result,
    transport::tls::Identity,
    url::{Flags, Url},
};

/// The certificate that a credential stands for.
///
/// # Errors
/// `E_INVALIDARG` for a credential that cannot be, or that no certificate is found for; what a callback returned.
pub fn identity(credential: &WS_CERT_CREDENTIAL, error: Ptr<WS_ERROR>) -> Result<Identity> {
    let whole = Ptr::to(credential);
    match credential.credentialType {
        WS_SUBJECT_NAME_CERT_CREDENTIAL_TYPE => {
            let by: &WS_SUBJECT_NAME_CERT_CREDENTIAL = whole.cast().need("credential")?;
            let subject = text::string(&by.subjectName, "subjectName")?;
            store::open(by.storeLocation, &text::string(&by.storeName, "storeName")?)?.by_subject(&subject)
        }
        WS_THUMBPRINT_CERT_CREDENTIAL_TYPE => {
            let by: &WS_THUMBPRINT_CERT_CREDENTIAL = whole.cast().need("credential")?;
            let thumbprint = text::string(&by.thumbprint, "thumbprint")?;
            store::open(by.storeLocation, &text::string(&by.storeName, "storeName")?)?
                .by_thumbprint(&thumbprint)
        }
        WS_CUSTOM_CERT_CREDENTIAL_TYPE => custom(whole.cast().need("credential")?, error),
        WS_CERT_CREDENTIAL_TYPE(other) => {
            Err(Error::argument(format!("{other} is no WS_CERT_CREDENTIAL_TYPE")))
        }
    }
}

/// Asks the program.
fn custom(credential: &WS_CUSTOM_CERT_CREDENTIAL, error: Ptr<WS_ERROR>) -> Result<Identity> {
    let mut certificate = Ptr::NULL;
    callback::get_certificate(
        credential.getCertCallback,
        credential.getCertCallbackState,
        Ptr::NULL,
        Ptr::NULL,
        Ptr::new(&raw mut certificate),
        error,
    )?;
    let certificate: &CERT_CONTEXT = certificate.need("cert")?;
    let bytes = certificate.pbCertEncoded.slice(certificate.cbCertEncoded as usize, "pbCertEncoded")?;
    match certificate.dwCertEncodingType {
        WWS_CERT_PEM_ENCODING => Identity::from_pem(bytes, bytes),
        _ => Err(Error::argument(
            "a certificate alone has no private key here: give PEM with both, and WWS_CERT_PEM_ENCODING of wws.h",
        )),
    }
}

/// The certificate for a listener whose description has none: on Windows `netsh` knows it by the port, here the
/// environment, by `WWS_SSL_CERT_<port>` or `WWS_SSL_CERT`, a PEM file with certificate, chain and private key.
///
/// # Errors
/// `E_INVALIDARG` if there is no such variable or file.
pub fn of_environment(url: &str) -> Result<Identity> {
    let flags = Flags { allow_host_wildcards: true, ..Flags::default() };
    let port = Url::decode(url, flags).ok().and_then(|url| url.port).unwrap_or(443);
    let own = format!("WWS_SSL_CERT_{port}");
    let Some(file) = env::var_os(&own).or_else(|| env::var_os("WWS_SSL_CERT")) else {
        return Err(Error::argument(format!(
            "there is no certificate for {url}: give a localCertCredential, or name a PEM file with certificate and \
             private key in the environment variable {own} or WWS_SSL_CERT"
        )));
    };
    let pem = fs::read(&file).map_err(|why| {
        Error::argument(format!("the certificate for {url} in {}: {why}", file.display())).caused_by(why)
    })?;
    Identity::from_pem(&pem, &pem)
}
