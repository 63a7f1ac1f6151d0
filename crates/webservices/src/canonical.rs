//! The properties of canonicalization (WWSAPI P.13).

use crate::{abi::*, property, ptr::Ptr, text};
use wws::{
    Result,
    xml::canonical::{Algorithm, Canonicalization, OmittedElement},
};

/// The settings that C describes.
///
/// # Errors
/// `E_INVALIDARG` for a property that is unknown, or has another size or an impossible value.
pub fn settings(properties: Ptr<WS_XML_CANONICALIZATION_PROPERTY>, count: u32) -> Result<Canonicalization> {
    let mut settings = Canonicalization::default();
    for p in property::list(properties, count)? {
        match WS_XML_CANONICALIZATION_PROPERTY_ID(p.id) {
            WS_XML_CANONICALIZATION_PROPERTY_ALGORITHM => {
                let algorithm: WS_XML_CANONICALIZATION_ALGORITHM = p.read()?;
                settings.algorithm = Algorithm::from_number(algorithm.0)
                    .ok_or_else(|| p.refuse(&format!("{} is no algorithm", algorithm.0)))?;
            }
            WS_XML_CANONICALIZATION_PROPERTY_INCLUSIVE_PREFIXES => {
                let list: WS_XML_CANONICALIZATION_INCLUSIVE_PREFIXES = p.read()?;
                let prefixes = list.prefixes.slice(list.prefixCount as usize, "prefixes")?;
                settings.inclusive_prefixes = prefixes
                    .iter()
                    .map(|s| text::xml(s, "prefixes").map(Into::into))
                    .collect::<Result<_>>()?;
            }
            WS_XML_CANONICALIZATION_PROPERTY_OMITTED_ELEMENT => {
                let name: WS_XML_QNAME = p.read()?;
                let local_name = text::xml(&name.localName, "localName")?.into();
                let namespace = text::xml(&name.ns, "ns")?.into();
                settings.omitted_element = Some(OmittedElement { local_name, namespace });
            }
            WS_XML_CANONICALIZATION_PROPERTY_OUTPUT_BUFFER_SIZE => {
                settings.output_buffer_size = p.read::<u32>()? as usize;
            }
            _ => return Err(p.unknown()),
        }
    }
    Ok(settings)
}
