//! What no name is known of: elements and content that are kept as buffers or skipped (WWSAPI I.6 #9–#11).

use super::{ValueReader, list::Items};
use crate::{
    Result,
    schema::{
        ReadSteps,
        description::{Field, FieldOptions},
        layout,
        memory::{Host, TypeMapping},
        types::Type,
    },
    typed::any,
    xml::NodeType,
};

impl<R: ReadSteps, H: Host> ValueReader<'_, R, H> {
    /// Reads the element that the reader stands on into a buffer.
    pub(super) fn buffer(&mut self, to: H::Address) -> Result<()> {
        let room = self.host.room();
        let buffer = self.reader.step(|r| r.read_buffer(room))?;
        let place = self.host.keep_buffer(buffer)?;
        self.host.store_pointer(to, Some(place))
    }

    /// Reads the element that the reader stands on, whatever its name.
    pub(super) fn any_element_value(&mut self, ty: &Type, to: H::Address) -> Result<()> {
        match ty {
            Type::Custom(id) => self.host.read_custom(*id, TypeMapping::AnyElement, to),
            Type::Void(_) => self.reader.step(|r| r.skip_node()),
            _ => self.buffer(to),
        }
    }

    pub(super) fn any_element_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (to, _) = self.places(field, base);
        if self.reader.step(|r| r.read_to_any_start_element())? {
            let pointer = field.has(FieldOptions::POINTER);
            return self.put(&field.ty, pointer, to, |walk, to| walk.any_element_value(&field.ty, to));
        }
        if !field.has(FieldOptions::OPTIONAL) {
            return self.reader.step(|r| Err(r.expected("an element")));
        }
        let size = match &field.ty {
            _ if field.has(FieldOptions::POINTER) => layout::POINTER,
            Type::Void(_) => 0,
            ty => self.schema.size_of(ty),
        };
        self.host.clear(to, size)
    }

    pub(super) fn any_elements_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let is_void = matches!(field.ty, Type::Void(_));
        let mut items = Items::new(&self.host, layout::POINTER);
        let mut count = 0;
        while self.reader.step(|r| r.read_to_any_start_element())? {
            count += 1;
            if count > field.item_range.max {
                return self.bad_count(field, count);
            }
            if is_void {
                self.reader.step(|r| r.skip_node())?;
            } else {
                let place = items.next(&mut self.host)?;
                self.buffer(place)?;
                items.add();
            }
        }
        if count < field.item_range.min {
            return self.bad_count(field, count);
        }
        if is_void {
            return Ok(());
        }
        if count == 0 {
            return self.no_items(field, base);
        }
        let (to, count_to) = self.places(field, base);
        let array = items.finish(&mut self.host)?;
        self.host.store_pointer(to, Some(array))?;
        self.host.store(count_to, count.to_ne_bytes())
    }

    pub(super) fn any_content_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (to, _) = self.places(field, base);
        if matches!(field.ty, Type::Void(_)) {
            return self.reader.step(|r| {
                while !matches!(r.node_type(), NodeType::EndElement | NodeType::Eof) {
                    r.skip_node()?;
                }
                Ok(())
            });
        }
        let room = self.host.room();
        let buffer = self.reader.step(|r| any::read_content_up_to(r, room))?;
        if buffer.is_empty() && field.has(FieldOptions::OPTIONAL) {
            return self.host.store_pointer(to, None);
        }
        let place = self.host.keep_buffer(buffer)?;
        self.host.store_pointer(to, Some(place))
    }
}
