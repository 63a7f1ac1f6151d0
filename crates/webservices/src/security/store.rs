//! Certificate stores: folders of PEM files, each with a certificate, its chain and its private key.
//!
//! A store whose name has a `/` is that folder or file. Others are folders under `CurrentUser` or `LocalMachine` of the
//! folder in the environment variable `WWS_CERT_STORE`; without that, under `~/.local/share/wws/certificates` and
//! `/etc/wws/certificates`.

use crate::abi::{CERT_SYSTEM_STORE_CURRENT_USER, CERT_SYSTEM_STORE_LOCAL_MACHINE};
use ring::digest;
use std::{
    env, fs,
    path::{Path, PathBuf},
};
use wws::{
    Error, Result,
    transport::tls::{Certificates, Identity},
};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Files of a store that are looked at.
const MAX_FILES: usize = 10_000;

/// The files of a store, in the order of their names.
#[derive(Debug)]
pub struct Store {
    name: String,
    files: Vec<PathBuf>,
}

/// Opens a store.
///
/// # Errors
/// `E_INVALIDARG` if there is no such folder, or an unknown location.
pub fn open(location: u32, name: &str) -> Result<Store> {
    let path = path(location, name)?;
    let wrong = |why: std::io::Error| {
        let text = format!("the certificate store {name:?} at {}: {why}", path.display());
        Error::argument(text).caused_by(why)
    };
    let mut files = Vec::new();
    if fs::metadata(&path).map_err(wrong)?.is_dir() {
        for entry in fs::read_dir(&path).map_err(wrong)?.take(MAX_FILES) {
            files.push(entry.map_err(wrong)?.path());
        }
        files.retain(|file| file.extension().is_some_and(|e| e == "pem"));
        files.sort();
    } else {
        files.push(path);
    }
    Ok(Store { name: name.to_owned(), files })
}

fn path(location: u32, name: &str) -> Result<PathBuf> {
    if name.contains('/') {
        return Ok(name.into());
    }
    if name.is_empty() || name.starts_with('.') {
        return Err(Error::argument(format!("{name:?} is no name of a certificate store")));
    }
    let (folder, own) = match location {
        CERT_SYSTEM_STORE_CURRENT_USER => {
            let home = env::var_os("HOME").unwrap_or_default();
            ("CurrentUser", Path::new(&home).join(".local/share/wws/certificates"))
        }
        CERT_SYSTEM_STORE_LOCAL_MACHINE => ("LocalMachine", "/etc/wws/certificates".into()),
        other => return Err(Error::argument(format!("{other:#x} is no location of a certificate store"))),
    };
    Ok(match env::var_os("WWS_CERT_STORE") {
        Some(stores) => Path::new(&stores).join(folder).join(name),
        None => own.join(name),
    })
}

impl Store {
    /// The first certificate whose subject has this text in it, whatever the case.
    ///
    /// # Errors
    /// `E_INVALIDARG` if there is none.
    pub fn by_subject(&self, part: &str) -> Result<Identity> {
        let part = part.to_lowercase();
        self.find(&format!("a subject with {part:?}"), |der| {
            X509Certificate::from_der(der).is_ok_and(|(_, certificate)| {
                certificate.subject().to_string().to_lowercase().contains(&part)
            })
        })
    }

    /// The certificate with this SHA-1, in hexadecimal digits; spaces between them do not matter.
    ///
    /// # Errors
    /// `E_INVALIDARG` if there is none.
    pub fn by_thumbprint(&self, thumbprint: &str) -> Result<Identity> {
        let wanted: String = thumbprint.chars().filter(|c| !c.is_whitespace()).collect();
        self.find(&format!("the thumbprint {wanted:?}"), |der| {
            // The name of a certificate, no promise of anything.
            let own = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der);
            let own: String = own.as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
            own.eq_ignore_ascii_case(&wanted)
        })
    }

    fn find(&self, what: &str, is_it: impl Fn(&[u8]) -> bool) -> Result<Identity> {
        for file in &self.files {
            // Other files may lie there, too.
            let Ok(pem) = fs::read(file) else { continue };
            let Ok(chain) = Certificates::from_pem(&pem) else { continue };
            if chain.first().is_some_and(&is_it) {
                let identity = Identity::from_pem(&pem, &pem);
                return identity.map_err(|e| e.context(format!("in {}", file.display())));
            }
        }
        let (name, count) = (&self.name, self.files.len());
        Err(Error::argument(format!(
            "no certificate with {what} is in the store {name:?}, which has {count} PEM files"
        )))
    }
}
