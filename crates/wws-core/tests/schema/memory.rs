//! Memory whose every access is checked, and a host without a program behind it.

use wws_core::{
    Error, Result,
    schema::{CustomId, Host, Memory, StructId, TypeMapping},
    value::Duration,
    xml::{
        Text,
        buffer::{OwnedText, SharedBuffer, XmlBuffer},
    },
};

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Heap = 1,
    Scratch = 2,
    Object = 3,
    Type = 4,
}

/// A place: which piece, and how far into it. As a pointer it is one number, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    kind: Kind,
    piece: u32,
    offset: u32,
}

impl Address {
    fn to_bits(self) -> u64 {
        (self.kind as u64) << 56 | u64::from(self.piece) << 32 | u64::from(self.offset)
    }

    fn from_bits(bits: u64) -> Result<Option<Self>> {
        let kind = match bits >> 56 {
            0 if bits == 0 => return Ok(None),
            1 => Kind::Heap,
            2 => Kind::Scratch,
            3 => Kind::Object,
            4 => Kind::Type,
            _ => return Err(Error::argument(format!("{bits:#x} is no pointer"))),
        };
        Ok(Some(Address { kind, piece: (bits >> 32) as u32 & 0xff_ffff, offset: bits as u32 }))
    }
}

/// Objects that are not bytes.
enum Object {
    Buffer(SharedBuffer),
    Text(OwnedText),
}

/// The memory. What is new is filled with 0xcc.
pub(crate) struct Arena {
    heap: Vec<Vec<u8>>,
    scratch: Vec<Vec<u8>>,
    objects: Vec<Object>,
    pub(crate) room: usize,
    /// The most scratch memory there was at a time.
    pub(crate) most_scratch: usize,
}

impl Arena {
    pub(crate) fn new(room: usize) -> Self {
        Arena { heap: Vec::new(), scratch: Vec::new(), objects: Vec::new(), room, most_scratch: 0 }
    }

    fn piece(&self, at: Address) -> Result<&[u8]> {
        let pieces = match at.kind {
            Kind::Heap => &self.heap,
            Kind::Scratch => &self.scratch,
            _ => return Err(Error::argument("an object has no bytes")),
        };
        pieces.get(at.piece as usize).map(Vec::as_slice).ok_or_else(|| Error::argument("freed memory"))
    }

    fn slice_mut(&mut self, at: Address, count: usize) -> Result<&mut [u8]> {
        let pieces = match at.kind {
            Kind::Heap => &mut self.heap,
            Kind::Scratch => &mut self.scratch,
            _ => return Err(Error::argument("an object has no bytes")),
        };
        let piece = pieces.get_mut(at.piece as usize).ok_or_else(|| Error::argument("freed memory"))?;
        let end = (at.offset as usize).checked_add(count);
        end.and_then(|end| piece.get_mut(at.offset as usize..end)).ok_or_else(outside)
    }
}

fn outside() -> Error {
    Error::argument("outside of memory")
}

impl Memory for Arena {
    type Address = Address;

    fn offset(&self, at: Address, bytes: usize) -> Address {
        Address { offset: at.offset.wrapping_add(bytes as u32), ..at }
    }

    fn load<const N: usize>(&self, at: Address) -> Result<[u8; N]> {
        self.bytes(at, N)?.try_into().map_err(|_| outside())
    }

    fn store<const N: usize>(&mut self, at: Address, bytes: [u8; N]) -> Result<()> {
        self.store_bytes(at, &bytes)
    }

    fn load_pointer(&self, at: Address) -> Result<Option<Address>> {
        Address::from_bits(u64::from_ne_bytes(self.load(at)?))
    }

    fn store_pointer(&mut self, at: Address, to: Option<Address>) -> Result<()> {
        self.store(at, to.map_or(0, Address::to_bits).to_ne_bytes())
    }

    fn bytes(&self, at: Address, count: usize) -> Result<&[u8]> {
        let end = (at.offset as usize).checked_add(count);
        end.and_then(|end| self.piece(at).ok()?.get(at.offset as usize..end)).ok_or_else(outside)
    }

    fn store_bytes(&mut self, at: Address, bytes: &[u8]) -> Result<()> {
        self.slice_mut(at, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    fn clear(&mut self, at: Address, count: usize) -> Result<()> {
        self.slice_mut(at, count)?.fill(0);
        Ok(())
    }

    fn copy(&mut self, from: Address, to: Address, count: usize) -> Result<()> {
        let bytes = self.bytes(from, count)?.to_vec();
        self.store_bytes(to, &bytes)
    }

    fn allocate(&mut self, size: usize) -> Result<Address> {
        self.room = self.room.checked_sub(size).ok_or_else(|| Error::quota("no room"))?;
        self.heap.push(vec![0xcc; size]);
        Ok(Address { kind: Kind::Heap, piece: self.heap.len() as u32 - 1, offset: 0 })
    }

    fn room(&self) -> usize {
        self.room
    }

    fn scratch(&mut self, size: usize) -> Result<Address> {
        self.scratch.push(vec![0xcc; size]);
        self.most_scratch = self.most_scratch.max(self.scratch.iter().map(Vec::len).sum());
        Ok(Address { kind: Kind::Scratch, piece: self.scratch.len() as u32 - 1, offset: 0 })
    }

    fn mark(&self) -> usize {
        self.scratch.len()
    }

    fn release(&mut self, mark: usize) {
        self.scratch.truncate(mark);
    }
}

impl Host for Arena {
    fn default_value(&self, _: u32) -> Result<Address> {
        Err(Error::argument("no default values here"))
    }

    fn type_pointer(&self, id: StructId) -> Result<Address> {
        Ok(Address { kind: Kind::Type, piece: id.index() as u32, offset: 0 })
    }

    fn type_of(&self, _: Address) -> Option<StructId> {
        None
    }

    fn keep_buffer(&mut self, buffer: XmlBuffer) -> Result<Address> {
        self.room = self.room.checked_sub(buffer.size()).ok_or_else(|| Error::quota("no room"))?;
        self.objects.push(Object::Buffer(buffer.into()));
        Ok(Address { kind: Kind::Object, piece: self.objects.len() as u32 - 1, offset: 0 })
    }

    fn buffer(&mut self, at: Address) -> Result<SharedBuffer> {
        match self.objects.get(at.piece as usize) {
            Some(Object::Buffer(buffer)) if at.kind == Kind::Object => Ok(buffer.clone()),
            _ => Err(Error::argument("no buffer")),
        }
    }

    fn keep_text(&mut self, text: Text<'_>) -> Result<Address> {
        self.objects.push(Object::Text(text.to_text().as_ref().into()));
        Ok(Address { kind: Kind::Object, piece: self.objects.len() as u32 - 1, offset: 0 })
    }

    fn with_text(&self, at: Address, f: &mut dyn FnMut(Text<'_>) -> Result<()>) -> Result<()> {
        match self.objects.get(at.piece as usize) {
            Some(Object::Text(text)) if at.kind == Kind::Object => text.with(f),
            _ => Err(Error::argument("no text")),
        }
    }

    fn read_custom(&mut self, _: CustomId, _: TypeMapping, _: Address) -> Result<()> {
        Err(Error::argument("no custom types here"))
    }

    fn write_custom(&mut self, _: CustomId, _: TypeMapping, _: Address) -> Result<()> {
        Err(Error::argument("no custom types here"))
    }

    fn is_default(&mut self, _: CustomId, _: Address, _: Option<Address>) -> Result<bool> {
        Ok(false)
    }

    fn compare_durations(&mut self, _: u32, _: &Duration, _: &Duration) -> Result<i32> {
        Ok(0)
    }
}
