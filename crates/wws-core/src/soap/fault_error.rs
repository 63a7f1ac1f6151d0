//! From errors to faults and back (WWSAPI B.2, B.4, B.5).

use super::{EnvelopeVersion, Fault, FaultDisclosure, FaultReason, Message, names};
use crate::{
    Error, ErrorCode, Result,
    xml::{
        Reader, Writer, WriterOptions,
        buffer::{SharedBuffer, XmlBuffer},
        name::is_xml_char,
        reader::QName,
    },
};
use std::{fmt, sync::Arc};

/// What an error has to say to the peer, or what the peer has said: the fault data of a `WS_ERROR`
/// (`WS_FAULT_ERROR_PROPERTY_ID`). It travels as the cause of an [`Error`].
///
/// ```
/// use wws_core::{Error, soap::{Fault, FaultDisclosure, FaultError}};
/// // Where something is wrong with a request:
/// let fault = Fault::sender("there is no such order").subcode("NoOrder", "urn:shop");
/// let error = Error::format("order 7 is not in the table").caused_by(FaultError::from(fault));
/// // Where errors become answers:
/// let answer = FaultError::for_error(&error, FaultDisclosure::Minimal);
/// assert_eq!(answer.fault.reason("en"), "there is no such order");
/// let other = FaultError::for_error(&Error::format("secret"), FaultDisclosure::Minimal);
/// assert!(!other.fault.reason("en").contains("secret"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct FaultError {
    /// The fault.
    pub fault: Fault,
    /// The action of the message with the fault; empty for the default one.
    pub action: String,
    /// Headers that the message has besides.
    pub headers: Option<Arc<XmlBuffer>>,
}

/// What a receiver says that does not want to say anything.
const GENERIC: &str = "The receiver could not process the message because of an internal error.";

/// Codes that say what a code of ours says: the name and its namespaces (WWSAPI B.5).
const KNOWN: &[(&str, &[&str], ErrorCode)] = &[
    ("ActionNotSupported", ADDRESSING, ErrorCode::EndpointActionNotSupported),
    ("DestinationUnreachable", ADDRESSING, ErrorCode::EndpointNotFound),
    ("EndpointUnavailable", ADDRESSING, ErrorCode::EndpointNotAvailable),
    ("FailedAuthentication", SECURITY, ErrorCode::EndpointAccessDenied),
    ("MessageExpired", SECURITY, ErrorCode::SecurityTokenExpired),
    ("ServerTooBusy", WCF, ErrorCode::EndpointTooBusy),
];
const ADDRESSING: &[&str] = &[names::ADDRESSING_0_9.as_str(), names::ADDRESSING_1_0.as_str()];
const SECURITY: &[&str] =
    &["http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"];
const WCF: &[&str] = &["http://schemas.microsoft.com/ws/2006/05/security"];

impl From<Fault> for FaultError {
    fn from(fault: Fault) -> Self {
        FaultError { fault, ..FaultError::default() }
    }
}

impl FaultError {
    /// The fault data that an error carries, as its cause or deeper.
    pub fn of(error: &Error) -> Option<&FaultError> {
        let first = std::error::Error::source(error);
        std::iter::successors(first, |cause| cause.source()).find_map(|cause| cause.downcast_ref())
    }

    /// The fault to answer with after an error: the one that it carries, or one of the receiver, with a reason that
    /// tells as much as is to be disclosed. The code of the error is never sent.
    pub fn for_error(error: &Error, disclosure: FaultDisclosure) -> Self {
        let carried = Self::of(error).cloned().unwrap_or_default();
        carried.completed(error.strings(), error.code().text(), disclosure)
    }

    /// Adds what is missing: the code of the receiver; the reason, which with full disclosure is all strings of an
    /// error, or the text of its code if there are none.
    pub fn completed<'s>(
        mut self,
        strings: impl Iterator<Item = &'s str>,
        code_text: &str,
        disclosure: FaultDisclosure,
    ) -> Self {
        if self.fault.codes.is_empty() {
            self.fault.codes.push(QName::new("Receiver", ""));
        }
        if self.fault.reasons.iter().all(|reason| reason.text.is_empty()) {
            let text = match disclosure {
                FaultDisclosure::Minimal => GENERIC.to_owned(),
                FaultDisclosure::Full => {
                    let all = strings.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
                    if all.is_empty() { code_text.to_owned() } else { all }
                }
            };
            self.fault.reasons = vec![FaultReason { text: xml_chars(text), lang: "en".into() }];
        }
        self
    }

    /// The error that a received fault is: the code of ours that says the same, or
    /// [`EndpointFaultReceived`](ErrorCode::EndpointFaultReceived), and the reason.
    pub fn into_error(self) -> Error {
        let code = self.fault.codes.iter().find_map(|code| {
            let known = KNOWN.iter().find(|(local, ns, _)| code.local == *local && ns.contains(&&*code.ns));
            known.map(|(_, _, code)| *code)
        });
        let reason = match self.fault.reason("en") {
            "" => "the endpoint answered with a fault without a reason".to_owned(),
            reason => reason.to_owned(),
        };
        let codes: Vec<_> = self.fault.codes.iter().map(|code| code.local.as_str()).collect();
        let context = format!("the endpoint answered with the fault {}", codes.join(" / "));
        Error::new(code.unwrap_or(ErrorCode::EndpointFaultReceived), reason).context(context).caused_by(self)
    }
}

/// The text of an error may have any character, a message only those of XML.
fn xml_chars(text: String) -> String {
    match text.chars().all(is_xml_char) {
        true => text,
        false => text.chars().map(|c| if is_xml_char(c) { c } else { '\u{FFFD}' }).collect(),
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.fault.codes.first().map_or("", |code| &code.local);
        write!(f, "fault {code}: {}", self.fault.reason("en"))
    }
}

impl std::error::Error for FaultError {}

impl Message {
    /// Gives the message the action and the headers of a fault (WWSAPI B.4). The body is then to be written with
    /// [`write_fault`](Self::write_fault).
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_fault_headers(&mut self, error: &FaultError) -> Result<()> {
        self.set_fault(true);
        let default = self.version().addressing.fault_action();
        let action = if error.action.is_empty() { default } else { &error.action };
        if !default.is_empty() {
            self.set_action(action)?;
        }
        match &error.headers {
            Some(headers) => self.add_headers(headers),
            None => Ok(()),
        }
    }

    /// Reads the fault in the body as the error that it is, with the action of the message.
    ///
    /// # Errors
    /// As [`read_fault`](Self::read_fault), when it cannot be read.
    pub fn read_fault_error(&mut self, reader: &mut Reader<'_>) -> Result<Error> {
        let fault = self.read_fault(reader)?;
        let action = self.action()?.unwrap_or_default();
        Ok(FaultError { fault, action, headers: None }.into_error())
    }

    /// Fails if there are headers that this receiver must understand and did not; the error carries the fault to answer
    /// with. `WsCheckMustUnderstandHeaders`. See [`not_understood`](Self::not_understood).
    ///
    /// # Errors
    /// [`InvalidFormat`](ErrorCode::InvalidFormat) with a [`FaultError`]. As
    /// [`not_understood`](Self::not_understood).
    pub fn check_must_understand(&mut self) -> Result<()> {
        let missing = self.not_understood()?;
        let Some(first) = missing.first() else { return Ok(()) };
        let text = format!(
            "the header {} of the namespace '{}' must be understood and was not; read it or mark it",
            first.local, first.ns
        );
        let mut carried = FaultError::from(Fault::with_code(
            "MustUnderstand",
            format!("The header {} of the namespace '{}' was not understood.", first.local, first.ns),
        ));
        if self.version().envelope == EnvelopeVersion::Soap12 {
            carried.headers = Some(Arc::new(not_understood(&missing)?));
        }
        Err(Error::format(text).caused_by(carried))
    }
}

/// SOAP 1.2 Part 1 5.4.8: an element for each header.
fn not_understood(names: &[QName]) -> Result<XmlBuffer> {
    let buffer = SharedBuffer::default();
    let options = WriterOptions { allow_fragment: true, ..WriterOptions::default() };
    let mut writer = Writer::new(buffer.clone(), options);
    for name in names {
        writer.start_element_with_prefix("s", names::NOT_UNDERSTOOD, names::SOAP_1_2)?;
        writer.start_attribute(names::QNAME, "", false)?;
        writer.qualified_name(&name.local, &name.ns)?;
        writer.end_attribute()?;
        writer.end_element()?;
    }
    drop(writer);
    buffer.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        soap::{Initialization, Version},
        xml::Charset,
    };

    fn answer(request: &Message, error: &FaultError) -> String {
        let mut reply = Message::new(request.version());
        reply.initialize(Initialization::Fault(request)).unwrap();
        reply.set_fault_headers(error).unwrap();
        let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
        reply.write_start(&mut w).unwrap();
        reply.write_fault(&mut w, &error.fault).unwrap();
        reply.write_end(&mut w).unwrap();
        String::from_utf8(w.into_bytes().unwrap()).unwrap()
    }

    #[test]
    fn disclosure_decides_what_is_told() {
        let error = Error::format("table \u{1} is gone").context("while order 7 was looked for");
        let reason = |error: &Error, disclosure| {
            FaultError::for_error(error, disclosure).fault.reason("en").to_owned()
        };
        assert_eq!(reason(&error, FaultDisclosure::Minimal), GENERIC);
        assert_eq!(
            reason(&error, FaultDisclosure::Full),
            "while order 7 was looked for\ntable \u{FFFD} is gone"
        );
        let silent = Error::new(ErrorCode::EndpointTooBusy, "");
        assert_eq!(reason(&silent, FaultDisclosure::Full), ErrorCode::EndpointTooBusy.text());
        let own = Error::format("x").caused_by(FaultError::from(Fault::sender("yours")));
        assert_eq!(reason(&own, FaultDisclosure::Full), "yours");
        // A fault without a reason gets one.
        let bare = Fault { codes: vec![QName::new("Sender", "")], ..Fault::default() };
        let error = Error::format("why").caused_by(FaultError::from(bare));
        let told = FaultError::for_error(&error, FaultDisclosure::Full);
        assert!(told.fault.is_code("Sender"));
        assert_eq!(told.fault.reason(""), "why");
    }

    #[test]
    fn faults_become_the_codes_of_the_reference() {
        let code = |local: &str, ns: &str| {
            FaultError::from(Fault::sender("r").subcode(local, ns)).into_error().code()
        };
        assert_eq!(code("ActionNotSupported", ADDRESSING[1]), ErrorCode::EndpointActionNotSupported);
        assert_eq!(code("ActionNotSupported", "urn:mine"), ErrorCode::EndpointFaultReceived);
        assert_eq!(code("FailedAuthentication", SECURITY[0]), ErrorCode::EndpointAccessDenied);
        assert_eq!(code("ServerTooBusy", WCF[0]), ErrorCode::EndpointTooBusy);
        let error = FaultError::from(Fault::sender("r").subcode("Own", "urn:mine")).into_error();
        assert_eq!(error.to_string(), "the endpoint answered with the fault Sender / Own: r");
        assert_eq!(FaultError::of(&error).unwrap().fault.codes[1].local, "Own");
    }

    #[test]
    fn what_must_be_understood_is_answered() {
        let text = "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:x='urn:x'><s:Header>\
            <x:h s:mustUnderstand='1'/><i s:mustUnderstand='1'/></s:Header><s:Body/></s:Envelope>";
        let mut message = Message::new(Version::SOAP12_ADDRESSING10);
        message.read_start(&mut Reader::text(text.as_bytes())).unwrap();
        let error = message.check_must_understand().unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat);
        assert!(error.to_string().contains("urn:x"), "{error}");
        let told = FaultError::for_error(&error, FaultDisclosure::Minimal);
        assert_eq!(
            answer(&message, &told),
            concat!(
                r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">"#,
                r#"<s:Header><a:Action s:mustUnderstand="1">http://www.w3.org/2005/08/addressing/soap/fault</a:Action>"#,
                r#"<s:NotUnderstood qname="d1p1:h" xmlns:d1p1="urn:x"/><s:NotUnderstood qname="i"/></s:Header>"#,
                r#"<s:Body><s:Fault><s:Code><s:Value>s:MustUnderstand</s:Value></s:Code><s:Reason><s:Text xml:lang="en">"#,
                r#"The header h of the namespace 'urn:x' was not understood.</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"#,
            )
        );
    }

    #[test]
    fn a_fault_comes_back_as_an_error() {
        for version in [Version::SOAP11, Version::SOAP12_ADDRESSING10] {
            let request = Message::blank(version);
            let sent = FaultError { action: "urn:own".into(), ..Fault::sender("no such order").into() };
            let text = answer(&request, &sent);
            let mut message = Message::new(version);
            let mut reader = Reader::text(text.as_bytes());
            message.read_start(&mut reader).unwrap();
            let error = message.read_fault_error(&mut reader).unwrap();
            message.read_end(&mut reader).unwrap();
            assert_eq!(error.code(), ErrorCode::EndpointFaultReceived);
            assert!(error.to_string().contains("no such order"));
            let action = if version == Version::SOAP11 { "" } else { "urn:own" };
            assert_eq!(FaultError::of(&error).unwrap().action, action);
        }
    }
}
