//! Arrays: items are read into pieces of scratch memory, and copied to an array of the right size at the end.
//!
//! A heap takes nothing back, and its quota counts an array as one value (WWSAPI I.2), so it gets only the last form.

use super::{ValueReader, is_next};
use crate::{
    Result,
    schema::{
        ReadSteps, check,
        description::{Field, FieldMapping, FieldOptions},
        layout,
        memory::Host,
        types::Type,
    },
    typed::support,
};

/// Items of an array that is being read.
pub(super) struct Items<A> {
    size: usize,
    /// Pieces of memory, each with the number of its items; the last one may have room.
    pieces: Vec<(A, usize)>,
    room: usize,
    /// Items so far.
    pub(super) count: usize,
    mark: usize,
}

impl<A: Copy> Items<A> {
    pub(super) fn new<H: Host<Address = A>>(host: &H, size: usize) -> Self {
        Items { size, pieces: Vec::new(), room: 0, count: 0, mark: host.mark() }
    }

    /// The place of the next item, which counts only when it is [added](Self::add).
    pub(super) fn next<H: Host<Address = A>>(&mut self, host: &mut H) -> Result<A> {
        /// Bytes of the largest piece.
        const LARGEST: usize = 1 << 20;
        if self.room == 0 {
            let size = self.size.max(1);
            // There must be room for the whole array at the end.
            let fits = (host.room() / size).saturating_sub(self.count);
            if fits == 0 && self.size > 0 {
                return host.allocate((self.count + 1).saturating_mul(size));
            }
            let wanted = (self.count.max(4)).min(LARGEST / size).max(1);
            self.room = if self.size == 0 { usize::MAX } else { wanted.min(fits) };
            let bytes = if self.size == 0 { 0 } else { self.room * size };
            self.pieces.push((host.scratch(bytes)?, 0));
        }
        let (piece, used) = self.pieces.last().copied().ok_or_else(check::too_deep)?;
        Ok(host.offset(piece, used * self.size))
    }

    /// Adds the item whose place was given last.
    pub(super) fn add(&mut self) {
        if let Some((_, used)) = self.pieces.last_mut() {
            *used += 1;
        }
        self.room = self.room.saturating_sub(1);
        self.count += 1;
    }

    /// Makes an array of the items.
    pub(super) fn finish<H: Host<Address = A>>(self, host: &mut H) -> Result<A> {
        let array = host.allocate(self.count.saturating_mul(self.size))?;
        let mut to = array;
        for (piece, used) in self.pieces {
            host.copy(piece, to, used * self.size)?;
            to = host.offset(to, used * self.size);
        }
        host.release(self.mark);
        Ok(array)
    }
}

impl<R: ReadSteps, H: Host> ValueReader<'_, R, H> {
    /// Reads an array with its wrapper, if it has one.
    pub(super) fn array_field(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let Some(wrapper) = field.name.as_ref().map(|name| name.plain()) else {
            return self.list(field, base, false);
        };
        if !self.reader.step(|r| is_next(r, wrapper))? {
            // WWSAPI I.6 #3: the wrapper is needed only around items.
            if field.item_range.min > 0 && !field.has(FieldOptions::OPTIONAL) {
                return self.reader.step(|r| Err(support::missing(r, wrapper)));
            }
            return self.no_items(field, base);
        }
        let read = self.wrapped(field, base);
        support::in_element(read, wrapper)
    }

    fn wrapped(&mut self, field: &Field, base: H::Address) -> Result<()> {
        if field.has(FieldOptions::NILLABLE) && self.skip_nil()? {
            return self.no_items(field, base);
        }
        self.reader.step(|r| {
            support::no_attributes(r)?;
            r.read_start_element()
        })?;
        self.list(field, base, true)?;
        self.reader.step(support::read_end)
    }

    /// Reads items until there are no more. An empty array is null, unless it has a wrapper.
    fn list(&mut self, field: &Field, base: H::Address, is_wrapped: bool) -> Result<()> {
        let (to, count_to) = self.places(field, base);
        let size = match field.has(FieldOptions::POINTER) {
            true => layout::POINTER,
            false => self.schema.size_of(&field.ty),
        };
        let name = field.item_name.as_ref().map(|name| name.plain());
        let mut items = Items::new(&self.host, size);
        loop {
            let found = match (field.mapping, &field.ty, name) {
                (FieldMapping::RepeatingElementChoice, Type::Union(id), _) => {
                    let place = items.next(&mut self.host)?;
                    self.choice(*id, place)?
                }
                (_, _, Some(name)) if self.reader.step(|r| is_next(r, name))? => {
                    let place = items.next(&mut self.host)?;
                    let read = self.present(field, FieldOptions::NILLABLE_ITEM, place, place);
                    support::in_element(read, name)?;
                    true
                }
                _ => false,
            };
            if !found {
                break;
            }
            items.add();
            if items.count > field.item_range.max as usize {
                return self.bad_count(field, items.count as u32);
            }
        }
        let count = items.count as u32;
        if count < field.item_range.min {
            return self.bad_count(field, count);
        }
        if count == 0 && !is_wrapped {
            return self.no_items(field, base);
        }
        let array = items.finish(&mut self.host)?;
        self.host.store_pointer(to, Some(array))?;
        self.host.store(count_to, count.to_ne_bytes())
    }

    pub(super) fn no_items(&mut self, field: &Field, base: H::Address) -> Result<()> {
        let (to, count_to) = self.places(field, base);
        self.host.store_pointer(to, None)?;
        self.host.store(count_to, [0; 4])
    }
}
