//! Buffers and attributes that no name is known of (WWSAPI I.6 #9–#12).

use super::ValueWriter;
use crate::{
    Error, Result,
    schema::{
        WriteSteps,
        description::{Field, FieldOptions},
        layout, load,
        memory::{Host, TypeMapping, null},
        types::Type,
    },
    xml::{Text, buffer::SharedBuffer},
};

impl<W: WriteSteps, H: Host> ValueWriter<'_, W, H> {
    /// The buffer that a pointer at this place points to.
    pub(super) fn buffer(&mut self, at: H::Address) -> Result<SharedBuffer> {
        let pointer = self.host.load_pointer(at)?;
        self.host.buffer(pointer.ok_or_else(|| null("an XML buffer is needed"))?)
    }

    /// Writes a whole element.
    pub(super) fn any_element(&mut self, ty: &Type, at: H::Address) -> Result<()> {
        match ty {
            Type::Custom(id) => self.host.write_custom(*id, TypeMapping::AnyElement, at),
            Type::XmlBuffer => {
                let buffer = self.buffer(at)?;
                self.writer.step(|w| w.write_buffer(&buffer.lock()))
            }
            other => Err(Error::argument(format!("{} is no element of any name", other.name()))),
        }
    }

    pub(super) fn any_element_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (at, _) = self.places(field, base);
        if field.has(FieldOptions::POINTER) {
            let value = self.host.load_pointer(at)?;
            return self
                .any_element(&field.ty, value.ok_or_else(|| null("an element of any name is needed"))?);
        }
        self.any_element(&field.ty, at)
    }

    pub(super) fn any_elements_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (at, count_at) = self.places(field, base);
        let count = load::number(&self.host, count_at)? as usize;
        let Some((items, count)) = load::pointed(&self.host, at, count, "an array")? else { return Ok(()) };
        for index in 0..count {
            let at = self.host.offset(items, index * layout::POINTER);
            self.any_element(&field.ty, at)?;
        }
        Ok(())
    }

    pub(super) fn any_content_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (at, _) = self.places(field, base);
        let buffer = self.buffer(at)?;
        self.writer.step(|w| w.write_buffer(&buffer.lock()))
    }

    pub(super) fn any_attributes(&mut self, field: &Field, base: H::Address) -> Result<()> {
        if !matches!(field.ty, Type::AnyAttributes) {
            return Ok(());
        }
        let (at, _) = self.places(field, base);
        let Self { host, writer, .. } = self;
        let count = load::number(host, host.offset(at, layout::ANY_ATTRIBUTES_COUNT))? as usize;
        let Some((list, count)) = load::pointed(host, at, count, "a list of attributes")? else {
            return Ok(());
        };
        for index in 0..count {
            let place = host.offset(list, index * layout::ANY_ATTRIBUTE);
            let local = host.xml_string(place)?;
            let ns = host.xml_string(host.offset(place, layout::ANY_ATTRIBUTE_NS))?;
            let text = host.load_pointer(host.offset(place, layout::ANY_ATTRIBUTE_VALUE))?;
            let text = text.ok_or_else(|| null("an attribute needs a value"))?;
            host.with_text(text, &mut |value| {
                writer.step(|w| match value {
                    // The prefix may mean something else here.
                    Text::QName { local: name, ns: of, .. } => {
                        w.start_attribute(local, ns, false)?;
                        w.qualified_name(name, of)?;
                        w.end_attribute()
                    }
                    value => w.attribute(local, ns, value),
                })
            })?;
        }
        Ok(())
    }
}
