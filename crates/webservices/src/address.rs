//! Endpoint addresses as C has them, and as Rust has them (WWSAPI Q).

use crate::{abi::*, buffer::object::WS_XML_BUFFER, handle::Handle, heap::WS_HEAP, ptr::Ptr, text};
use std::sync::Arc;
use wws::{
    Error, Result,
    soap::{AddressingVersion, EndpointAddress, EndpointIdentity},
    xml::buffer::XmlBuffer,
};

/// A version of addressing.
///
/// # Errors
/// `E_INVALIDARG` if it is none.
pub fn version(version: WS_ADDRESSING_VERSION) -> Result<AddressingVersion> {
    AddressingVersion::from_number(version.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_ADDRESSING_VERSION", version.0)))
}

/// An address that C passed.
///
/// # Errors
/// `E_INVALIDARG` if a part is missing or no such thing; `WS_E_INVALID_FORMAT` if a string is not UTF-16.
pub fn from_c(address: &WS_ENDPOINT_ADDRESS) -> Result<EndpointAddress> {
    Ok(EndpointAddress {
        url: text::string(&address.url, "url")?,
        headers: buffer_from_c(address.headers, "headers")?,
        extensions: buffer_from_c(address.extensions, "extensions")?,
        identity: match address.identity.optional("identity")? {
            Some(identity) => Some(identity_from_c(identity)?),
            None => None,
        },
    })
}

/// A copy of a buffer that C passed; null is none.
///
/// # Errors
/// `E_INVALIDARG` if it is no buffer.
pub fn buffer_from_c(buffer: Ptr<WS_XML_BUFFER>, name: &str) -> Result<Option<Arc<XmlBuffer>>> {
    if buffer.is_null() {
        return Ok(None);
    }
    let shared = WS_XML_BUFFER::find(buffer, name)?.shared.clone();
    shared.into_inner().map(|copy| Some(Arc::new(copy)))
}

fn identity_from_c(identity: &WS_ENDPOINT_IDENTITY) -> Result<EndpointIdentity> {
    macro_rules! whole {
        ($kind:ty) => {
            Ptr::to(identity).cast::<$kind>().need("identity")?
        };
    }
    let bytes =
        |bytes: &WS_BYTES, name: &str| bytes.bytes.slice(bytes.length as usize, name).map(<[u8]>::to_vec);
    Ok(match identity.identityType {
        WS_DNS_ENDPOINT_IDENTITY_TYPE => {
            EndpointIdentity::Dns(text::string(&whole!(WS_DNS_ENDPOINT_IDENTITY).dns, "dns")?)
        }
        WS_UPN_ENDPOINT_IDENTITY_TYPE => {
            EndpointIdentity::Upn(text::string(&whole!(WS_UPN_ENDPOINT_IDENTITY).upn, "upn")?)
        }
        WS_SPN_ENDPOINT_IDENTITY_TYPE => {
            EndpointIdentity::Spn(text::string(&whole!(WS_SPN_ENDPOINT_IDENTITY).spn, "spn")?)
        }
        WS_RSA_ENDPOINT_IDENTITY_TYPE => {
            let rsa = whole!(WS_RSA_ENDPOINT_IDENTITY);
            EndpointIdentity::Rsa {
                modulus: bytes(&rsa.modulus, "modulus")?.into(),
                exponent: bytes(&rsa.exponent, "exponent")?.into(),
            }
        }
        WS_CERT_ENDPOINT_IDENTITY_TYPE => {
            let certificate = &whole!(WS_CERT_ENDPOINT_IDENTITY).rawCertificateData;
            EndpointIdentity::Cert(bytes(certificate, "rawCertificateData")?.into())
        }
        WS_UNKNOWN_ENDPOINT_IDENTITY_TYPE => {
            let element = buffer_from_c(whole!(WS_UNKNOWN_ENDPOINT_IDENTITY).element, "element")?;
            EndpointIdentity::Unknown(
                element.ok_or_else(|| Error::argument("an unknown identity needs an `element`"))?,
            )
        }
        WS_ENDPOINT_IDENTITY_TYPE(other) => {
            return Err(Error::argument(format!("{other} is no WS_ENDPOINT_IDENTITY_TYPE")));
        }
    })
}

/// An address as C has it; what it points to stands in the heap.
///
/// # Errors
/// Those of the heap.
pub fn to_c(address: &EndpointAddress, heap: &WS_HEAP) -> Result<WS_ENDPOINT_ADDRESS> {
    Ok(WS_ENDPOINT_ADDRESS {
        url: heap.text(&address.url, false)?,
        headers: buffer_to_c(address.headers.as_deref(), heap)?,
        extensions: buffer_to_c(address.extensions.as_deref(), heap)?,
        identity: match &address.identity {
            Some(identity) => identity_to_c(identity, heap)?,
            None => Ptr::NULL,
        },
    })
}

/// A copy of a buffer in the heap; null for none.
///
/// # Errors
/// Those of the heap.
pub fn buffer_to_c(buffer: Option<&XmlBuffer>, heap: &WS_HEAP) -> Result<Ptr<WS_XML_BUFFER>> {
    let Some(source) = buffer else { return Ok(Ptr::NULL) };
    let mut copy = XmlBuffer::with_max_size(heap.room());
    copy.copy_from(copy.eof(), source, source.bof())?;
    WS_XML_BUFFER::keep(heap, copy)
}

fn identity_to_c(identity: &EndpointIdentity, heap: &WS_HEAP) -> Result<Ptr<WS_ENDPOINT_IDENTITY>> {
    let head = |identityType| WS_ENDPOINT_IDENTITY { identityType };
    let bytes = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).map_err(|_| Error::quota("a key has more than 4 GiB"))?;
        Ok::<_, Error>(WS_BYTES { length, bytes: heap.copy(bytes)? })
    };
    Ok(match identity {
        EndpointIdentity::Dns(name) => {
            let (identity, dns) = (head(WS_DNS_ENDPOINT_IDENTITY_TYPE), heap.text(name, false)?);
            heap.store(WS_DNS_ENDPOINT_IDENTITY { identity, dns })?.cast()
        }
        EndpointIdentity::Upn(name) => {
            let (identity, upn) = (head(WS_UPN_ENDPOINT_IDENTITY_TYPE), heap.text(name, false)?);
            heap.store(WS_UPN_ENDPOINT_IDENTITY { identity, upn })?.cast()
        }
        EndpointIdentity::Spn(name) => {
            let (identity, spn) = (head(WS_SPN_ENDPOINT_IDENTITY_TYPE), heap.text(name, false)?);
            heap.store(WS_SPN_ENDPOINT_IDENTITY { identity, spn })?.cast()
        }
        EndpointIdentity::Rsa { modulus, exponent } => {
            let identity = head(WS_RSA_ENDPOINT_IDENTITY_TYPE);
            let (modulus, exponent) = (bytes(modulus)?, bytes(exponent)?);
            heap.store(WS_RSA_ENDPOINT_IDENTITY { identity, modulus, exponent })?.cast()
        }
        EndpointIdentity::Cert(certificate) => {
            let identity = head(WS_CERT_ENDPOINT_IDENTITY_TYPE);
            let rawCertificateData = bytes(certificate)?;
            heap.store(WS_CERT_ENDPOINT_IDENTITY { identity, rawCertificateData })?.cast()
        }
        EndpointIdentity::Unknown(element) => {
            let identity = head(WS_UNKNOWN_ENDPOINT_IDENTITY_TYPE);
            let element = buffer_to_c(Some(element), heap)?;
            heap.store(WS_UNKNOWN_ENDPOINT_IDENTITY { identity, element })?.cast()
        }
        other => return Err(Error::format(format!("the identity {other:?} has no form in C"))),
    })
}
