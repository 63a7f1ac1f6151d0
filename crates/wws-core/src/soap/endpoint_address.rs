//! Endpoint addresses: where a message goes, with the headers that it takes along, and who is expected there.

use super::{AddressingVersion, names};
use crate::{
    Error, Result,
    typed::MAX_ANY_SIZE,
    xml::{
        Reader, Writer, WriterOptions, XmlStr,
        buffer::{SharedBuffer, XmlBuffer},
        dictionary::nbfs,
    },
};
use bytes::Bytes;
use std::sync::Arc;

/// An endpoint: `WS_ENDPOINT_ADDRESS`.
///
/// ```
/// use wws_core::{soap::{AddressingVersion, EndpointAddress}, xml::{Charset, Writer, WriterOptions}};
/// let address = EndpointAddress::new("http://shop.example/orders");
/// let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
/// w.start_element("Shop", "urn:shop")?;
/// address.write_content(&mut w, AddressingVersion::Addressing10)?;
/// w.end_element()?;
/// assert_eq!(
///     w.into_bytes()?,
///     br#"<Shop xmlns="urn:shop"><Address xmlns="http://www.w3.org/2005/08/addressing">http://shop.example/orders</Address></Shop>"#,
/// );
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct EndpointAddress {
    /// The URL; empty for the anonymous endpoint, to which the way back leads.
    pub url: String,
    /// Elements that every message to the endpoint has among its headers: reference parameters (and properties, in
    /// the addressing of 2004).
    pub headers: Option<Arc<XmlBuffer>>,
    /// Elements that say more about the endpoint, such as its metadata.
    pub extensions: Option<Arc<XmlBuffer>>,
    /// Who is expected there.
    pub identity: Option<EndpointIdentity>,
}

/// Who an endpoint has to prove to be: `WS_ENDPOINT_IDENTITY`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EndpointIdentity {
    /// The owner of a certificate for this name.
    Dns(String),
    /// A user.
    Upn(String),
    /// A service.
    Spn(String),
    /// The owner of an RSA key.
    Rsa {
        /// The modulus.
        modulus: Bytes,
        /// The exponent.
        exponent: Bytes,
    },
    /// The owner of this certificate, in DER.
    Cert(Bytes),
    /// Something else: the element that says it.
    Unknown(Arc<XmlBuffer>),
}

// XML Signature 4.4
const DSIG: XmlStr<'_> = nbfs_string(33);
const KEY_INFO: XmlStr<'_> = nbfs_string(35);
const KEY_VALUE: XmlStr<'_> = nbfs_string(319);
const RSA_KEY_VALUE: XmlStr<'_> = nbfs_string(320);
const MODULUS: XmlStr<'_> = nbfs_string(321);
const EXPONENT: XmlStr<'_> = nbfs_string(322);
const X509_DATA: XmlStr<'_> = nbfs_string(323);
const X509_CERTIFICATE: XmlStr<'_> = nbfs_string(327);

const fn nbfs_string(id: usize) -> XmlStr<'static> {
    XmlStr::in_dictionary(nbfs::STRINGS[id], crate::xml::DictionaryKey::NBFS, id as u32)
}

impl EndpointAddress {
    /// An endpoint that is only a URL.
    pub fn new(url: impl Into<String>) -> Self {
        EndpointAddress { url: url.into(), ..EndpointAddress::default() }
    }

    /// Whether it is only a URL.
    pub(super) fn is_plain(&self) -> bool {
        self.headers.is_none() && self.extensions.is_none() && self.identity.is_none()
    }

    /// Writes the element `EndpointReference`.
    ///
    /// # Errors
    /// As [`write_content`](Self::write_content).
    pub fn write(&self, writer: &mut Writer, version: AddressingVersion) -> Result<()> {
        check(version)?;
        writer.start_element(names::ENDPOINT_REFERENCE, version.namespace())?;
        self.write_content(writer, version)?;
        writer.end_element()
    }

    /// Writes what stands in the element of an endpoint reference; the element has been started.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): the addressing of the transport has no endpoint
    /// references. Those of the writer.
    pub fn write_content(&self, writer: &mut Writer, version: AddressingVersion) -> Result<()> {
        write_url(&self.url, writer, version)?;
        let ns = version.namespace();
        if let Some(headers) = &self.headers {
            writer.start_element(names::REFERENCE_PARAMETERS, ns)?;
            writer.write_buffer(headers)?;
            writer.end_element()?;
        }
        if let Some(extensions) = &self.extensions {
            writer.write_buffer(extensions)?;
        }
        match &self.identity {
            Some(identity) => identity.write(writer),
            None => Ok(()),
        }
    }

    /// Reads the endpoint reference on whose start tag the reader stands; leaves the reader behind its end tag.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): there is no address, or something twice. The reader has
    /// failed then.
    pub fn read(reader: &mut Reader<'_>, version: AddressingVersion) -> Result<Self> {
        check(version)?;
        let ns = version.namespace();
        let (mut url, mut identity) = (None, None);
        let (mut headers, mut extensions) = (Fragment::default(), Fragment::default());
        reader.read_start_element()?;
        while reader.read_to_any_start_element()? {
            let is = |local| reader.element().is_some_and(|element| element.is(local, ns));
            if is(names::ADDRESS) {
                let text: String = reader.read_element_value(names::ADDRESS, ns)?;
                let text = text.trim_matches([' ', '\t', '\r', '\n']).to_owned();
                if url.replace(text).is_some() {
                    return Err(reader.fail(Error::format("the endpoint has two addresses")));
                }
            } else if is(names::REFERENCE_PARAMETERS) || is(names::REFERENCE_PROPERTIES) {
                reader.read_start_element()?;
                while reader.read_to_any_start_element()? {
                    headers.add(reader)?;
                }
                reader.read_end_element()?;
            } else if identity.is_none()
                && reader.element().is_some_and(|e| e.is(names::IDENTITY, names::IDENTITY_NAMESPACE))
            {
                identity = Some(EndpointIdentity::read(reader)?);
            } else {
                extensions.add(reader)?;
            }
        }
        reader.read_end_element()?;
        let Some(mut url) = url else {
            return Err(reader.fail(Error::format("the endpoint has no address")));
        };
        if url == version.anonymous() {
            url.clear();
        }
        Ok(EndpointAddress { url, headers: headers.finish()?, extensions: extensions.finish()?, identity })
    }
}

/// Writes the address itself; an empty URL is the anonymous endpoint.
pub(super) fn write_url(url: &str, writer: &mut Writer, version: AddressingVersion) -> Result<()> {
    check(version)?;
    let url = if url.is_empty() { version.anonymous() } else { url };
    writer.element(names::ADDRESS, version.namespace(), url)
}

fn check(version: AddressingVersion) -> Result<()> {
    match version {
        AddressingVersion::Transport => Err(Error::argument(
            "the addressing of the transport has no endpoint references; choose WS-Addressing 0.9 or 1.0",
        )),
        _ => Ok(()),
    }
}

impl EndpointIdentity {
    /// WS-AddressingIdentity 2.
    fn write(&self, writer: &mut Writer) -> Result<()> {
        let ns = names::IDENTITY_NAMESPACE;
        if let EndpointIdentity::Unknown(element) = self {
            return writer.write_buffer(element);
        }
        writer.start_element(names::IDENTITY, ns)?;
        match self {
            EndpointIdentity::Dns(name) => writer.element(names::DNS, ns, name)?,
            EndpointIdentity::Upn(name) => writer.element(names::UPN, ns, name)?,
            EndpointIdentity::Spn(name) => writer.element(names::SPN, ns, name)?,
            EndpointIdentity::Rsa { modulus, exponent } => {
                writer.start_element(KEY_INFO, DSIG)?;
                writer.start_element(KEY_VALUE, DSIG)?;
                writer.start_element(RSA_KEY_VALUE, DSIG)?;
                writer.element(MODULUS, DSIG, &modulus[..])?;
                writer.element(EXPONENT, DSIG, &exponent[..])?;
                (0..3).try_for_each(|_| writer.end_element())?;
            }
            EndpointIdentity::Cert(certificate) => {
                writer.start_element(KEY_INFO, DSIG)?;
                writer.start_element(X509_DATA, DSIG)?;
                writer.element(X509_CERTIFICATE, DSIG, &certificate[..])?;
                (0..2).try_for_each(|_| writer.end_element())?;
            }
            EndpointIdentity::Unknown(_) => {}
        }
        writer.end_element()
    }

    /// Reads the element `Identity` on which the reader stands.
    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        // What it is, is seen only inside; what is not known stays as it is.
        let whole = reader.read_buffer(MAX_ANY_SIZE)?;
        let known = Self::known(&mut Reader::buffer(&whole))?;
        Ok(known.unwrap_or_else(|| EndpointIdentity::Unknown(Arc::new(whole))))
    }

    fn known(reader: &mut Reader<'_>) -> Result<Option<Self>> {
        let ns = names::IDENTITY_NAMESPACE;
        reader.read_to_start_element(names::IDENTITY, ns)?;
        reader.read_start_element()?;
        if !reader.read_to_any_start_element()? {
            return Ok(None);
        }
        let is = |reader: &Reader<'_>, local, ns| reader.element().is_some_and(|e| e.is(local, ns));
        Ok(Some(if is(reader, names::DNS, ns) {
            EndpointIdentity::Dns(reader.read_element_value(names::DNS, ns)?)
        } else if is(reader, names::UPN, ns) {
            EndpointIdentity::Upn(reader.read_element_value(names::UPN, ns)?)
        } else if is(reader, names::SPN, ns) {
            EndpointIdentity::Spn(reader.read_element_value(names::SPN, ns)?)
        } else if is(reader, KEY_INFO, DSIG) {
            reader.read_start_element()?;
            if !reader.read_to_any_start_element()? {
                return Ok(None);
            }
            if is(reader, KEY_VALUE, DSIG) {
                reader.read_start_element()?;
                if !reader.find_start_element(RSA_KEY_VALUE, DSIG)? {
                    return Ok(None);
                }
                reader.read_start_element()?;
                let modulus: Vec<u8> = reader.read_element_value(MODULUS, DSIG)?;
                let exponent: Vec<u8> = reader.read_element_value(EXPONENT, DSIG)?;
                EndpointIdentity::Rsa { modulus: modulus.into(), exponent: exponent.into() }
            } else if is(reader, X509_DATA, DSIG) {
                reader.read_start_element()?;
                if !reader.find_start_element(X509_CERTIFICATE, DSIG)? {
                    return Ok(None);
                }
                let certificate: Vec<u8> = reader.read_element_value(X509_CERTIFICATE, DSIG)?;
                EndpointIdentity::Cert(certificate.into())
            } else {
                return Ok(None);
            }
        } else {
            return Ok(None);
        }))
    }
}

/// Elements that are collected into a buffer.
#[derive(Default)]
struct Fragment(Option<(Writer, SharedBuffer)>);

impl Fragment {
    /// Takes the element on which the reader stands.
    fn add(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let (writer, _) = self.0.get_or_insert_with(|| {
            let buffer = SharedBuffer::new(XmlBuffer::with_max_size(MAX_ANY_SIZE));
            let options = WriterOptions { allow_fragment: true, ..WriterOptions::default() };
            (Writer::new(buffer.clone(), options), buffer)
        });
        writer.copy_node(reader)
    }

    fn finish(self) -> Result<Option<Arc<XmlBuffer>>> {
        match self.0 {
            Some((writer, buffer)) => {
                drop(writer); // it holds the buffer
                Ok(Some(Arc::new(buffer.into_inner()?)))
            }
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Charset;
    use AddressingVersion::{Addressing09, Addressing10, Transport};

    fn read(text: &str, version: AddressingVersion) -> Result<EndpointAddress> {
        let mut reader = Reader::text(text.as_bytes());
        reader.read_to_any_start_element()?;
        EndpointAddress::read(&mut reader, version)
    }

    fn write(address: &EndpointAddress, version: AddressingVersion) -> String {
        let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
        w.start_element_with_prefix("a", "ReplyTo", version.namespace()).unwrap();
        address.write_content(&mut w, version).unwrap();
        w.end_element().unwrap();
        String::from_utf8(w.into_bytes().unwrap()).unwrap()
    }

    #[test]
    fn everything_comes_back_as_it_was() {
        let text = concat!(
            r#"<a:ReplyTo xmlns:a="http://www.w3.org/2005/08/addressing"><a:Address>http://x/</a:Address>"#,
            r#"<a:ReferenceParameters><k xmlns="urn:k">1</k><l m:n="2" xmlns="urn:l" xmlns:m="urn:m"/></a:ReferenceParameters>"#,
            r#"<a:Metadata><z/></a:Metadata><e xmlns="urn:e"/>"#,
            r#"<Identity xmlns="http://schemas.xmlsoap.org/ws/2006/02/addressingidentity"><Spn>host/x</Spn></Identity></a:ReplyTo>"#,
        );
        let address = read(text, Addressing10).unwrap();
        assert_eq!(address.url, "http://x/");
        assert!(matches!(&address.identity, Some(EndpointIdentity::Spn(spn)) if spn == "host/x"));
        assert_eq!(write(&address, Addressing10), text);
    }

    #[test]
    fn identities() {
        let key = r#"<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">"#;
        for inner in [
            "<Dns>x.example</Dns>".to_owned(),
            "<Upn>me@x</Upn>".to_owned(),
            "<Spn>http/x</Spn>".to_owned(),
            format!(
                "{key}<KeyValue><RSAKeyValue><Modulus>AQID</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue></KeyInfo>"
            ),
            format!("{key}<X509Data><X509Certificate>MIIB</X509Certificate></X509Data></KeyInfo>"),
            r#"<Strange xmlns="urn:s">1</Strange>"#.to_owned(),
            String::new(),
        ] {
            let end = if inner.is_empty() { "/>" } else { ">" };
            let close = if inner.is_empty() { "" } else { "</Identity>" };
            let identity = format!(
                r#"<Identity xmlns="http://schemas.xmlsoap.org/ws/2006/02/addressingidentity"{end}{inner}{close}"#
            );
            let text = format!(
                r#"<a:ReplyTo xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>{identity}</a:ReplyTo>"#
            );
            let address = read(&text, Addressing09).unwrap();
            assert_eq!(address.url, ""); // anonymous
            let is_known = !matches!(address.identity, Some(EndpointIdentity::Unknown(_)));
            assert_eq!(is_known, !inner.is_empty() && !inner.contains("Strange"), "{inner}");
            assert_eq!(write(&address, Addressing09), text);
        }
    }

    #[test]
    fn properties_of_2004_are_headers_too() {
        let text = concat!(
            r#"<a:To xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><a:Address> urn:x </a:Address>"#,
            r#"<a:ReferenceProperties><p/></a:ReferenceProperties><a:ReferenceParameters><q/></a:ReferenceParameters></a:To>"#,
        );
        let address = read(text, Addressing09).unwrap();
        assert_eq!(address.url, "urn:x");
        assert_eq!(address.headers.unwrap().to_text().unwrap(), "<p/><q/>");
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let ns = "http://www.w3.org/2005/08/addressing";
        for inner in ["", "<Address>a</Address><Address>b</Address>", "<Address><b/></Address>", "text"] {
            let error = read(&format!("<To xmlns='{ns}'>{inner}</To>"), Addressing10).unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::InvalidFormat, "{inner}");
        }
        assert!(read("<To/>", Transport).is_err());
    }
}
