//! Attributes: those that fields stand for, and all others (WWSAPI I.6 #1, #6, #12).

use super::{ValueReader, scalar};
use crate::{
    Error, Result,
    schema::{
        ReadSteps,
        description::{Field, FieldMapping, FieldOptions, QualifiedName, Struct, XML_NAMESPACE},
        layout,
        memory::{Host, TypeMapping},
        types::Type,
    },
    typed::{Name, XSI},
    xml::{Reader, XmlStr, reader::Attribute},
};

/// The name of the attribute that a field stands for.
fn name_of(field: &Field) -> Option<Name<'_>> {
    let name = field.name.as_ref().map(QualifiedName::plain)?;
    Some(match field.mapping {
        FieldMapping::XmlAttribute => Name { ns: XmlStr::plain(XML_NAMESPACE), ..name },
        _ => name,
    })
}

impl<R: ReadSteps, H: Host> ValueReader<'_, R, H> {
    /// Reads the attributes of the start tag that the reader stands on.
    pub(super) fn attributes(&mut self, s: &Struct, base: H::Address) -> Result<()> {
        let mut known = 0;
        for field in &s.attributes {
            let Some(name) = name_of(field) else { continue };
            match self.reader.step(|r| r.find_attribute(name.local, name.ns))? {
                Some(index) => {
                    known += 1;
                    self.attribute_field(field, index, name, base)?;
                }
                None => self.missing(field, base, name)?,
            }
        }
        let others = self.reader.step(|r| {
            let count = r.element().map_or(0, |e| e.attributes().filter(|a| !a.is_xmlns()).count());
            Ok(count.saturating_sub(known))
        })?;
        if others > 0 || s.any_attributes.is_some() {
            self.other_attributes(s, base)?;
        }
        Ok(())
    }

    fn attribute_field(
        &mut self,
        field: &Field,
        index: usize,
        name: Name<'_>,
        base: H::Address,
    ) -> Result<()> {
        let (to, count_to) = self.places(field, base);
        match &field.ty {
            Type::Void(_) => Ok(()),
            ty if ty.is_array() => {
                let Self { reader, host, .. } = self;
                let read = reader.step(|r| {
                    r.read_start_attribute(index)?;
                    scalar::array(r, host, ty, to, count_to)?;
                    r.read_end_attribute()
                });
                in_attribute(read, name)
            }
            ty => self.attribute_value(index, name, ty, false, to),
        }
    }

    /// Reads the value of the attribute with this number.
    pub(super) fn attribute_value(
        &mut self,
        index: usize,
        name: Name<'_>,
        ty: &Type,
        pointer: bool,
        to: H::Address,
    ) -> Result<()> {
        if !pointer && ty.is_text() {
            let Self { schema, reader, host, .. } = self;
            let read = reader.step(|r| {
                r.read_start_attribute(index)?;
                scalar::value(r, host, schema, ty, to)?;
                r.read_end_attribute()
            });
            return in_attribute(read.and_then(|()| self.check_duration(ty, to)), name);
        }
        self.reader.step(|r| r.read_start_attribute(index))?;
        let read = self.put(ty, pointer, to, |walk, to| walk.text(ty, TypeMapping::Attribute, to, to));
        in_attribute(read, name)?;
        self.reader.step(|r| r.read_end_attribute())
    }

    /// Keeps, skips or refuses the attributes that no field stands for.
    fn other_attributes(&mut self, s: &Struct, base: H::Address) -> Result<()> {
        let kept = self.reader.step(|r| sort_others(r, s))?;
        let Some(field) = s.any_attributes.as_ref().filter(|f| matches!(f.ty, Type::AnyAttributes)) else {
            return Ok(());
        };
        let (to, _) = self.places(field, base);
        let list = match kept.len() {
            0 => None,
            count => Some(self.host.allocate(count * layout::ANY_ATTRIBUTE)?),
        };
        let Self { reader, host, .. } = self;
        if let Some(list) = list {
            reader.step(|r| {
                for (number, index) in kept.iter().enumerate() {
                    let Some(attribute) = at(r, *index) else { continue };
                    let place = host.offset(list, number * layout::ANY_ATTRIBUTE);
                    scalar::xml_string(host, place, attribute.local_name().as_str())?;
                    let ns = host.offset(place, layout::ANY_ATTRIBUTE_NS);
                    scalar::xml_string(host, ns, attribute.namespace().as_str())?;
                    let text = host.keep_text(attribute.value())?;
                    host.store_pointer(host.offset(place, layout::ANY_ATTRIBUTE_VALUE), Some(text))?;
                }
                Ok(())
            })?;
        }
        self.host.store_pointer(to, list)?;
        let count_to = self.host.offset(to, layout::ANY_ATTRIBUTES_COUNT);
        self.host.store(count_to, (kept.len() as u32).to_ne_bytes())
    }
}

fn at<'r>(r: &'r Reader<'_>, index: usize) -> Option<Attribute<'r>> {
    r.element().and_then(|e| e.attributes().get(index))
}

/// The numbers of the attributes that are kept.
///
/// # Errors
/// `InvalidFormat` for one that nobody wants.
fn sort_others(r: &mut Reader<'_>, s: &Struct) -> Result<Vec<usize>> {
    let mut kept = Vec::new();
    let count = r.element().map_or(0, |e| e.attributes().len());
    for index in 0..count {
        let Some(attribute) = at(r, index) else { break };
        let is_known = |field: &Field| name_of(field).is_some_and(|n| attribute.is(n.local, n.ns));
        if attribute.is_xmlns() || s.attributes.iter().any(is_known) {
            continue;
        }
        let (local, ns) = (attribute.local_name().as_str(), attribute.namespace().as_str());
        // XML Schema Part 1 2.6: these may stand everywhere.
        if ns == XSI && local == "nil" && matches!(attribute.value().to_text().trim(), "true" | "1") {
            let text = "the element is nil (xsi:nil), where a value is expected";
            return Err(r.fail(Error::format(text)));
        }
        if ns == XSI && matches!(local, "type" | "nil") {
            continue;
        }
        match &s.any_attributes {
            Some(field) if allows(field, ns) => kept.push(index),
            _ if s.ignore_attributes || ns == XSI => {}
            _ => {
                let text = format!("the attribute '{local}' of the namespace '{ns}' is not expected here");
                return Err(r.fail(Error::format(text)));
            }
        }
    }
    Ok(kept)
}

/// Whether a field takes attributes of this namespace (WWSAPI I.6 #12).
fn allows(field: &Field, ns: &str) -> bool {
    match &field.ns {
        None => true,
        Some(own) => (own.as_str() == ns) != field.has(FieldOptions::OTHER_NAMESPACE),
    }
}

fn in_attribute<T>(result: Result<T>, name: Name<'_>) -> Result<T> {
    result.map_err(|error| error.context(format!("in the attribute '{}'", name.local.as_str())))
}
