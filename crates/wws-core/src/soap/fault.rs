//! Faults: what a receiver says when it could not process a message.

use super::{EnvelopeVersion, names};
use crate::{
    Error, Result,
    typed::{FromElement, MAX_ANY_SIZE, ToElement},
    xml::{
        NodeType, Reader, Writer, WriterOptions, XmlStr,
        buffer::{SharedBuffer, XmlBuffer},
        reader::QName,
    },
};
use std::sync::Arc;

/// The namespace of `xml:lang`, Namespaces in XML 1.0 section 3.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// A fault: `WS_FAULT`.
///
/// ```
/// use wws_core::soap::{EnvelopeVersion, Fault, FaultReason};
/// use wws_core::xml::{Charset, Reader, Writer, WriterOptions};
/// let fault = Fault::sender("there is no order 7");
/// let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
/// fault.write(&mut w, EnvelopeVersion::Soap12)?;
/// let bytes = w.into_bytes()?;
///
/// let mut reader = Reader::text(&bytes);
/// reader.read_to_any_start_element()?;
/// let back = Fault::read(&mut reader, EnvelopeVersion::Soap12)?;
/// assert_eq!(back.codes[0].local, "Sender");
/// assert_eq!(back.reason("en"), "there is no order 7");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fault {
    /// The code and, deeper and deeper, its subcodes. A name in no namespace is one of the envelope's own: `Sender`,
    /// `Receiver`, `MustUnderstand`, `VersionMismatch`, `DataEncodingUnknown`, or those of SOAP 1.1.
    pub codes: Vec<QName>,
    /// What happened, in one or more languages.
    pub reasons: Vec<FaultReason>,
    /// The URI of the role in which the node acted; empty if that is not said.
    pub actor: String,
    /// The URI of the node; empty if that is not said. Not in SOAP 1.1.
    pub node: String,
    /// An element with what the application has to say; its own name does not count.
    pub detail: Option<Arc<XmlBuffer>>,
}

/// What happened, in one language: `WS_FAULT_REASON`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultReason {
    /// The text.
    pub text: String,
    /// Its language, such as `en`; may be empty.
    pub lang: String,
}

/// How much a receiver tells about what went wrong: `WS_FAULT_DISCLOSURE`, with its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum FaultDisclosure {
    /// Nothing but what the application put into the fault itself.
    #[default]
    Minimal = 0,
    /// The strings of the error, for debugging.
    Full = 1,
}

impl Fault {
    /// A fault of the sender of the message: it is wrong.
    pub fn sender(reason: impl Into<String>) -> Self {
        Self::with_code("Sender", reason)
    }

    /// A fault of the receiver: it could not process the message now.
    pub fn receiver(reason: impl Into<String>) -> Self {
        Self::with_code("Receiver", reason)
    }

    /// A fault with a code of the envelope, and a reason in English.
    pub fn with_code(code: &str, reason: impl Into<String>) -> Self {
        Fault {
            codes: vec![QName::new(code, "")],
            reasons: vec![FaultReason { text: reason.into(), lang: "en".into() }],
            ..Fault::default()
        }
    }

    /// The same with a subcode more.
    pub fn subcode(mut self, local: impl Into<String>, ns: impl Into<String>) -> Self {
        self.codes.push(QName::new(local, ns));
        self
    }

    /// The reason in a language, or in one that starts like it (`en` for `en-GB`), or the first; empty without one.
    pub fn reason(&self, lang: &str) -> &str {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let reasons = self.reasons.iter();
        let found = reasons
            .clone()
            .find(|reason| reason.lang.eq_ignore_ascii_case(lang))
            .or_else(|| reasons.clone().find(|reason| primary(&reason.lang) == primary(lang)))
            .or(self.reasons.first());
        found.map_or("", |reason| &reason.text)
    }

    /// Whether the code is this one of SOAP 1.2, in either version: `is_code("Sender")` is also true of `Client`.
    pub fn is_code(&self, local: &str) -> bool {
        self.codes.first().is_some_and(|code| {
            (code.ns.is_empty() || EnvelopeVersion::from_namespace(&code.ns).is_some())
                && translated(&code.local, EnvelopeVersion::Soap12) == local
        })
    }

    /// Puts a value into the detail, as its only element.
    ///
    /// # Errors
    /// Those of writing the value.
    pub fn set_detail<T: ToElement + ?Sized>(&mut self, value: &T) -> Result<()> {
        let buffer = SharedBuffer::default();
        let mut writer = Writer::new(buffer.clone(), WriterOptions::default());
        writer.start_element(names::DETAIL_1_1, "")?;
        writer.write(value)?;
        writer.end_element()?;
        drop(writer);
        self.detail = Some(Arc::new(buffer.into_inner()?));
        Ok(())
    }

    /// The detail as a value: its first element.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): there is none, or it is another one.
    pub fn detail<T: for<'r> FromElement<'r>>(&self) -> Result<T> {
        let Some(detail) = &self.detail else { return Err(Error::format("the fault has no detail")) };
        let mut reader = Reader::buffer(&**detail);
        reader.read_to_any_start_element()?;
        reader.read_start_element()?;
        reader.read()
    }

    /// Writes the element `Fault`: the body of a message.
    ///
    /// SOAP 1.1 has place for the first code and the first reason, and none for a node (WWSAPI B.3).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorCode::InvalidArgument): there is no code, or no envelope. Those of the writer.
    pub fn write(&self, writer: &mut Writer, version: EnvelopeVersion) -> Result<()> {
        writer.start_element_with_prefix("s", names::FAULT, version.namespace())?;
        self.write_content(writer, version)?;
        writer.end_element()
    }

    /// Writes what stands in the element of a fault.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_content(&self, writer: &mut Writer, version: EnvelopeVersion) -> Result<()> {
        let Some(code) = self.codes.first() else {
            return Err(Error::argument(
                "a fault has at least one code; without it there is nothing to send",
            ));
        };
        match version {
            EnvelopeVersion::Soap12 => self.write_1_2(writer),
            EnvelopeVersion::Soap11 => self.write_1_1(writer, code),
            EnvelopeVersion::None => Err(no_envelope()),
        }
    }

    /// SOAP 1.2 Part 1 5.4.
    fn write_1_2(&self, writer: &mut Writer) -> Result<()> {
        let version = EnvelopeVersion::Soap12;
        let ns = names::SOAP_1_2;
        for (depth, code) in self.codes.iter().enumerate() {
            writer.start_element(if depth == 0 { names::CODE } else { names::SUBCODE }, ns)?;
            writer.start_element(names::VALUE, ns)?;
            write_code(writer, code, version, depth)?;
            writer.end_element()?;
        }
        self.codes.iter().try_for_each(|_| writer.end_element())?;
        writer.start_element(names::REASON, ns)?;
        for reason in &self.reasons {
            writer.start_element(names::TEXT, ns)?;
            writer.attribute_with_prefix("xml", "lang", XML, &reason.lang)?;
            writer.chars(&reason.text)?;
            writer.end_element()?;
        }
        if self.reasons.is_empty() {
            // 5.4.2: one or more.
            writer.start_element(names::TEXT, ns)?;
            writer.attribute_with_prefix("xml", "lang", XML, "")?;
            writer.end_element()?;
        }
        writer.end_element()?;
        if !self.node.is_empty() {
            writer.element(names::NODE, ns, &self.node)?;
        }
        if !self.actor.is_empty() {
            writer.element(names::FAULT_ROLE, ns, &self.actor)?;
        }
        self.write_detail(writer, names::DETAIL, ns)
    }

    /// SOAP 1.1 4.4. The elements stand in no namespace.
    fn write_1_1(&self, writer: &mut Writer, code: &QName) -> Result<()> {
        let ns = XmlStr::plain("");
        writer.start_element(names::FAULT_CODE_1_1, ns)?;
        write_code(writer, code, EnvelopeVersion::Soap11, 0)?;
        writer.end_element()?;
        let reason = self.reasons.first();
        writer.start_element(names::FAULT_STRING_1_1, ns)?;
        if let Some(lang) = reason.map(|reason| &reason.lang).filter(|lang| !lang.is_empty()) {
            writer.attribute_with_prefix("xml", "lang", XML, lang)?;
        }
        writer.chars(reason.map_or("", |reason| &reason.text))?;
        writer.end_element()?;
        if !self.actor.is_empty() {
            writer.element(names::FAULT_ACTOR_1_1, ns, &self.actor)?;
        }
        self.write_detail(writer, names::DETAIL_1_1, ns)
    }

    /// The detail under the name that the version gives it; its attributes and content stay what they are.
    fn write_detail(&self, writer: &mut Writer, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<()> {
        let Some(detail) = &self.detail else { return Ok(()) };
        let mut reader = Reader::buffer(&**detail);
        if !reader.read_to_any_start_element()? {
            return Err(Error::argument("the detail of a fault is an element; its buffer has none"));
        }
        if let Some(element) = reader.element() {
            // Namespaces of envelopes belong to the message that the detail comes from; that of no prefix would change
            // the new name.
            let declarations = || {
                element.attributes().filter(|a| {
                    let is_foreign = EnvelopeVersion::from_namespace(a.namespace().as_str()).is_none();
                    a.is_xmlns() && is_foreign && !a.prefix().as_str().is_empty()
                })
            };
            let is_taken = |prefix: &str| declarations().any(|a| a.prefix().as_str() == prefix);
            match writer.prefix_from_namespace(ns.as_str()).is_some_and(is_taken) {
                false => writer.start_element(local, ns)?,
                true => {
                    let free = (0..).map(|n| format!("s{n}")).find(|prefix| !is_taken(prefix));
                    writer.start_element_with_prefix(&free.unwrap_or_default(), local, ns)?;
                }
            }
            for a in declarations() {
                writer.xmlns_attribute(a.prefix().as_str(), a.namespace(), a.is_single_quoted())?;
            }
            for a in element.attributes().filter(|a| !a.is_xmlns()) {
                let (prefix, quote) = (a.prefix().as_str(), a.is_single_quoted());
                writer.start_attribute_with_prefix(prefix, a.local_name(), a.namespace(), quote)?;
                writer.value(a.value())?;
                writer.end_attribute()?;
            }
        }
        reader.read_node()?;
        while reader.node_type() != NodeType::EndElement {
            writer.copy_node(&mut reader)?;
        }
        writer.end_element()
    }

    /// Reads the fault on whose start tag the reader stands; leaves the reader behind its end tag.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): it is not what the version says. The reader has failed
    /// then.
    pub fn read(reader: &mut Reader<'_>, version: EnvelopeVersion) -> Result<Self> {
        reader.read_start_element()?;
        let fault = match version {
            EnvelopeVersion::Soap12 => Self::read_1_2(reader)?,
            EnvelopeVersion::Soap11 => Self::read_1_1(reader)?,
            EnvelopeVersion::None => return Err(no_envelope()),
        };
        reader.read_end_element()?;
        Ok(fault)
    }

    fn read_1_2(reader: &mut Reader<'_>) -> Result<Self> {
        let ns = names::SOAP_1_2;
        let mut fault = Fault::default();
        reader.read_to_start_element(names::CODE, ns)?;
        let mut depth = 0;
        loop {
            reader.read_start_element()?;
            reader.read_to_start_element(names::VALUE, ns)?;
            fault.codes.push(read_code(reader)?);
            depth += 1;
            if !reader.find_start_element(names::SUBCODE, ns)? {
                break;
            }
        }
        (0..depth).try_for_each(|_| reader.read_end_element())?;

        reader.read_to_start_element(names::REASON, ns)?;
        reader.read_start_element()?;
        while reader.find_start_element(names::TEXT, ns)? {
            fault.reasons.push(read_reason(reader, names::TEXT, ns)?);
        }
        reader.read_end_element()?;

        if reader.find_start_element(names::NODE, ns)? {
            fault.node = reader.read_element_value(names::NODE, ns)?;
        }
        if reader.find_start_element(names::FAULT_ROLE, ns)? {
            fault.actor = reader.read_element_value(names::FAULT_ROLE, ns)?;
        }
        if reader.find_start_element(names::DETAIL, ns)? {
            fault.detail = Some(Arc::new(reader.read_buffer(MAX_ANY_SIZE)?));
        }
        Ok(fault)
    }

    /// In any order, with elements of others skipped: 4.4 allows both.
    fn read_1_1(reader: &mut Reader<'_>) -> Result<Self> {
        let ns = XmlStr::plain("");
        let mut fault = Fault::default();
        while reader.read_to_any_start_element()? {
            let is = |local| reader.element().is_some_and(|element| element.is(local, ns));
            if is(names::FAULT_CODE_1_1) && fault.codes.is_empty() {
                fault.codes.push(read_code(reader)?);
            } else if is(names::FAULT_STRING_1_1) && fault.reasons.is_empty() {
                fault.reasons.push(read_reason(reader, names::FAULT_STRING_1_1, ns)?);
            } else if is(names::FAULT_ACTOR_1_1) && fault.actor.is_empty() {
                fault.actor = reader.read_element_value(names::FAULT_ACTOR_1_1, ns)?;
            } else if is(names::DETAIL_1_1) && fault.detail.is_none() {
                fault.detail = Some(Arc::new(reader.read_buffer(MAX_ANY_SIZE)?));
            } else if reader.element().is_some_and(|element| element.namespace() == ns) {
                return Err(reader.expected("faultcode, faultstring, faultactor or detail, each once"));
            } else {
                reader.skip_node()?;
            }
        }
        if fault.codes.is_empty() {
            return Err(reader.expected("the element <faultcode>"));
        }
        Ok(fault)
    }
}

/// A code of the envelope gets the name that the version has for it (WWSAPI B.3).
fn write_code(writer: &mut Writer, code: &QName, version: EnvelopeVersion, depth: usize) -> Result<()> {
    let is_own = code.ns.is_empty() || EnvelopeVersion::from_namespace(&code.ns).is_some();
    if depth == 0 && is_own {
        return writer.qualified_name(translated(&code.local, version), version.namespace());
    }
    writer.qualified_name(&code.local, &code.ns)
}

/// SOAP 1.1 4.4.1, SOAP 1.2 Part 1 5.4.6.
fn translated(local: &str, version: EnvelopeVersion) -> &str {
    match (version, local) {
        (EnvelopeVersion::Soap11, "Sender") => "Client",
        (EnvelopeVersion::Soap11, "Receiver") => "Server",
        (EnvelopeVersion::Soap12, "Client") => "Sender",
        (EnvelopeVersion::Soap12, "Server") => "Receiver",
        _ => local,
    }
}

/// The element on which the reader stands holds a qualified name.
fn read_code(reader: &mut Reader<'_>) -> Result<QName> {
    reader.read_start_element()?;
    let name = reader.read_qualified_name()?;
    reader.read_end_element()?;
    Ok(name)
}

fn read_reason(reader: &mut Reader<'_>, local: XmlStr<'_>, ns: XmlStr<'_>) -> Result<FaultReason> {
    let lang = reader.xml_attribute("lang").unwrap_or_default().to_owned();
    Ok(FaultReason { text: reader.read_element_value(local, ns)?, lang })
}

fn no_envelope() -> Error {
    Error::argument("a message without an envelope has no faults; choose SOAP 1.1 or 1.2")
}

#[cfg(test)]
mod tests;
