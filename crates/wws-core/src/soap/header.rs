//! What the start tag of a header says about it: who has to understand it.

use super::{EnvelopeVersion, names};
use crate::{
    Error, Result,
    xml::{Writer, XmlStr, buffer::ElementRef, reader::Element},
};

/// For whom a header is, and what they have to do with it: `WS_MUST_UNDERSTAND_HEADER_ATTRIBUTE`,
/// `WS_RELAY_HEADER_ATTRIBUTE`, and the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeaderAttributes {
    /// The receiver must know what the header means, or not process the message.
    pub must_understand: bool,
    /// A node on the path that does not know the header passes it on (SOAP 1.2 Part 1 5.2.4; not in SOAP 1.1).
    pub relay: bool,
    /// The role of the node that the header is for: `actor` in SOAP 1.1. Empty for the ultimate receiver.
    pub role: String,
}

impl HeaderAttributes {
    /// The ultimate receiver must understand the header.
    pub fn must_understand() -> Self {
        HeaderAttributes { must_understand: true, ..HeaderAttributes::default() }
    }

    /// Writes the attributes into a start tag.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, writer: &mut Writer, version: EnvelopeVersion) -> Result<()> {
        let ns = version.namespace();
        if !self.role.is_empty() {
            writer.attribute(version.role_attribute(), ns, &self.role)?;
        }
        if self.must_understand {
            writer.attribute(names::MUST_UNDERSTAND, ns, "1")?;
        }
        if self.relay && version == EnvelopeVersion::Soap12 {
            writer.attribute(names::RELAY, ns, "1")?;
        }
        Ok(())
    }

    /// The role of a header; empty without one.
    pub(super) fn role_of(element: ElementRef<'_>, version: EnvelopeVersion) -> String {
        let (local, ns) = (version.role_attribute(), version.namespace());
        let role =
            element.attributes().find(|a| !a.is_xmlns() && a.local_name() == local && a.namespace() == ns);
        role.map_or_else(String::new, |role| role.value().with(|text| text.to_text().trim().to_owned()))
    }

    /// The attributes of a header in a buffer.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): one is neither true nor false.
    pub(super) fn of(element: ElementRef<'_>, version: EnvelopeVersion) -> Result<Self> {
        let attributes =
            element.attributes().filter(|a| !a.is_xmlns() && a.namespace() == version.namespace());
        let texts = attributes.map(|a| (a.local_name(), a.value().with(|text| text.to_text().into_owned())));
        Self::of_texts(texts, version)
    }

    /// The attributes of a header on whose start tag a reader stands.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): one is neither true nor false.
    pub fn of_element(element: Element<'_>, version: EnvelopeVersion) -> Result<Self> {
        let attributes =
            element.attributes().filter(|a| !a.is_xmlns() && a.namespace() == version.namespace());
        Self::of_texts(attributes.map(|a| (a.local_name(), a.value().to_text().into_owned())), version)
    }

    fn of_texts<'n>(
        attributes: impl Iterator<Item = (XmlStr<'n>, String)>,
        version: EnvelopeVersion,
    ) -> Result<Self> {
        let mut found = HeaderAttributes::default();
        for (local, text) in attributes {
            if local == names::MUST_UNDERSTAND {
                found.must_understand = flag(&text, "mustUnderstand")?;
            } else if local == version.role_attribute() {
                found.role = text.trim().to_owned();
            } else if local == names::RELAY && version == EnvelopeVersion::Soap12 {
                found.relay = flag(&text, "relay")?;
            }
        }
        Ok(found)
    }
}

/// SOAP 1.2 Part 1 5.2.3: an `xs:boolean`. SOAP 1.1 4.2.3 knows 1 and 0 only; peers write true all the same.
fn flag(text: &str, name: &str) -> Result<bool> {
    match text.trim() {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        other => Err(Error::format(format!(
            "the attribute {name} of a header is '{}'; 1 or 0 expected",
            other.escape_debug()
        ))),
    }
}
