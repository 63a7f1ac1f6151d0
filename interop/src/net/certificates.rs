//! An authority and a server's certificate, for one run.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::{fs, path::Path};
use wws::{Error, Result};

/// Writes `ca.pem` and `ca.key`, `server.pem` and `server.key`, and `server-all.pem` with the key in front of the
/// certificates.
pub(crate) fn write(directory: &Path) -> Result<()> {
    let failed = |e: rcgen::Error| Error::argument(format!("no certificate: {e}"));
    let mut params = CertificateParams::new(vec![]).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, "wws interop authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority =
        CertifiedIssuer::self_signed(params, KeyPair::generate().map_err(failed)?).map_err(failed)?;
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(failed)?;
    let server = params.signed_by(&key, &authority).map_err(failed)?;
    let all = [key.serialize_pem(), server.pem(), authority.pem()].concat();
    fs::write(directory.join("ca.pem"), authority.pem())?;
    fs::write(directory.join("ca.key"), authority.key().serialize_pem())?;
    fs::write(directory.join("server.pem"), server.pem())?;
    fs::write(directory.join("server.key"), key.serialize_pem())?;
    fs::write(directory.join("server-all.pem"), all)?;
    Ok(())
}
