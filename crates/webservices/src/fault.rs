//! Faults as C has them, and as Rust has them (WWSAPI B.3).

use crate::{
    abi::*,
    address::{buffer_from_c, buffer_to_c},
    heap::WS_HEAP,
    ptr::Ptr,
    text,
};
use wws::{
    Error, Result,
    soap::{EnvelopeVersion, Fault, FaultReason},
    xml::reader::QName,
};

/// Codes of a fault, one in the other. More would be a list without an end.
const MAX_CODES: usize = 64;

/// A version of the envelope.
///
/// # Errors
/// `E_INVALIDARG` if it is none.
pub fn version(version: WS_ENVELOPE_VERSION) -> Result<EnvelopeVersion> {
    EnvelopeVersion::from_number(version.0)
        .ok_or_else(|| Error::argument(format!("{} is no WS_ENVELOPE_VERSION", version.0)))
}

/// A fault that C passed.
///
/// # Errors
/// `E_INVALIDARG` if a part is missing or no such thing; `WS_E_INVALID_FORMAT` if a string is not UTF-16 or UTF-8.
pub fn from_c(fault: &WS_FAULT) -> Result<Fault> {
    let mut codes = Vec::new();
    let mut next = fault.code;
    while let Some(code) = next.optional("code")? {
        if codes.len() == MAX_CODES {
            return Err(Error::argument(format!("a fault has at most {MAX_CODES} codes, one in the other")));
        }
        let local = text::xml(&code.value.localName, "localName")?;
        codes.push(QName::new(local, text::xml(&code.value.ns, "ns")?));
        next = code.subCode;
    }
    let reasons = fault.reasons.slice(fault.reasonCount as usize, "reasons")?.iter().map(|reason| {
        Ok(FaultReason {
            text: text::string(&reason.text, "text")?,
            lang: text::string(&reason.lang, "lang")?,
        })
    });
    Ok(Fault {
        codes,
        reasons: reasons.collect::<Result<_>>()?,
        actor: text::string(&fault.actor, "actor")?,
        node: text::string(&fault.node, "node")?,
        detail: buffer_from_c(fault.detail, "detail")?,
    })
}

/// A fault as C has it; what it points to stands in the heap.
///
/// # Errors
/// Those of the heap.
pub fn to_c(fault: &Fault, heap: &WS_HEAP) -> Result<WS_FAULT> {
    let string = |text: &str| {
        let bytes = heap.copy(text.as_bytes())?;
        Ok::<_, Error>(WS_XML_STRING { bytes, ..text::to_xml(text) })
    };
    let mut code = Ptr::NULL;
    for name in fault.codes.iter().rev() {
        let value = WS_XML_QNAME { localName: string(&name.local)?, ns: string(&name.ns)? };
        code = heap.store(WS_FAULT_CODE { value, subCode: code })?;
    }
    let reasons: Ptr<WS_FAULT_REASON> =
        heap.alloc(size_of::<WS_FAULT_REASON>().saturating_mul(fault.reasons.len()))?.cast();
    for (i, reason) in fault.reasons.iter().enumerate() {
        let place = reasons.byte_add(i * size_of::<WS_FAULT_REASON>());
        place.set(WS_FAULT_REASON {
            text: heap.text(&reason.text, false)?,
            lang: heap.text(&reason.lang, false)?,
        });
    }
    Ok(WS_FAULT {
        code,
        reasons,
        reasonCount: fault.reasons.len() as u32,
        actor: heap.text(&fault.actor, false)?,
        node: heap.text(&fault.node, false)?,
        detail: buffer_to_c(fault.detail.as_deref(), heap)?,
    })
}
