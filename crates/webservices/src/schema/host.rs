//! What the walks of the core ask of C: heaps, buffers, dictionaries, functions of the program.

use super::compile::{Custom, Described};
use crate::{
    abi::*,
    address,
    buffer::object::WS_XML_BUFFER,
    callback,
    failure::WS_ERROR,
    fault,
    handle::Handle,
    heap::WS_HEAP,
    ptr::{Ptr, Void},
    reader::object::WS_XML_READER,
    text, typed,
    value::FromC,
    writer::object::WS_XML_WRITER,
};
use wws::{
    Error, Result,
    schema::{CustomId, Host, ReadSteps, SchemaString, StructId, TypeMapping, WriteSteps, layout},
    soap::{EndpointAddress, Fault},
    typed::Name,
    value::Duration,
    xml::{
        DictionaryKey, Reader, Text, Writer, XmlStr,
        buffer::{SharedBuffer, XmlBuffer},
    },
};

/// The program's memory with a heap, for one call.
#[derive(Debug)]
pub struct CHost<'a> {
    described: &'a Described,
    pub(super) heap: Option<&'a WS_HEAP>,
    pub(super) scratch: Vec<Box<[u64]>>,
    /// The writer's key of each dictionary.
    keys: Vec<DictionaryKey>,
    reader: Option<&'a WS_XML_READER>,
    writer: Option<&'a WS_XML_WRITER>,
    error: Ptr<WS_ERROR>,
}

impl<'a> CHost<'a> {
    /// For values that are read.
    pub fn of_reader(
        described: &'a Described,
        reader: &'a WS_XML_READER,
        heap: Option<&'a WS_HEAP>,
        error: Ptr<WS_ERROR>,
    ) -> Self {
        let (scratch, keys) = (Vec::new(), Vec::new());
        CHost { described, heap, scratch, keys, reader: Some(reader), writer: None, error }
    }

    /// For values that are written. The program is asked now for strings of dictionaries, when nothing is borrowed.
    ///
    /// # Errors
    /// Those of its callback.
    pub fn of_writer(
        described: &'a Described,
        writer: &'a WS_XML_WRITER,
        error: Ptr<WS_ERROR>,
    ) -> Result<Self> {
        let mut keys = vec![DictionaryKey::NONE; described.dictionaries.len()];
        for (string, dictionary) in &described.strings {
            let name = writer.name(string.need("name")?, "name")?;
            if let Some(key) = keys.get_mut(*dictionary) {
                *key = name.dictionary();
            }
        }
        let scratch = Vec::new();
        Ok(CHost { described, heap: None, scratch, keys, reader: None, writer: Some(writer), error })
    }

    pub(super) fn heap(&self) -> Result<&'a WS_HEAP> {
        self.heap.ok_or_else(|| Error::argument("`heap` is NULL, but the value needs memory from it"))
    }

    fn custom(&self, id: CustomId) -> Result<&'a Custom> {
        self.described.customs.get(id.index()).ok_or_else(|| Error::argument("no such custom type"))
    }

    /// Reads the endpoint or fault on whose start tag the reader stands.
    fn read_own(&self, own: Custom, reader: &WS_XML_READER, mapping: TypeMapping, to: Ptr<u8>) -> Result<()> {
        whole_element(mapping)?;
        match own {
            Custom::Endpoint(version) => {
                let read = reader.with(|r| EndpointAddress::read(r, version))?;
                to.cast().set(address::to_c(&read, self.heap()?)?);
            }
            Custom::Fault(version) => {
                let read = reader.with(|r| Fault::read(r, version))?;
                to.cast().set(fault::to_c(&read, self.heap()?)?);
            }
            Custom::Program(_) => {}
        }
        Ok(())
    }

    /// A copy of a text in the heap.
    fn copy_str(&self, text: &str) -> Result<&'a str> {
        let place = self.heap()?.copy(text.as_bytes())?;
        text::utf8(place.slice(text.len(), "text")?, "text")
    }

    /// A text whose strings and bytes stand in the heap.
    fn copy_text(&self, value: Text<'_>) -> Result<Text<'a>> {
        Ok(match value {
            Text::Utf8(text) => Text::Utf8(self.copy_str(text)?),
            Text::Bytes(bytes) => Text::Bytes(self.heap()?.copy(bytes)?.slice(bytes.len(), "bytes")?),
            Text::QName { prefix, local, ns } => Text::QName {
                prefix: self.copy_str(prefix)?,
                local: self.copy_str(local)?,
                ns: self.copy_str(ns)?,
            },
            Text::Bool(v) => Text::Bool(v),
            Text::Int32(v) => Text::Int32(v),
            Text::Int64(v) => Text::Int64(v),
            Text::UInt64(v) => Text::UInt64(v),
            Text::Float(v) => Text::Float(v),
            Text::Double(v) => Text::Double(v),
            Text::Decimal(v) => Text::Decimal(v),
            Text::Guid(v) => Text::Guid(v),
            Text::UniqueId(v) => Text::UniqueId(v),
            Text::DateTime(v) => Text::DateTime(v),
            Text::TimeSpan(v) => Text::TimeSpan(v),
            // Lists, and what later versions add, in the form they have as text.
            other => Text::Utf8(self.copy_str(&other.to_text())?),
        })
    }
}

impl Host for CHost<'_> {
    fn default_value(&self, id: u32) -> Result<Ptr<u8>> {
        let value = self.described.defaults.get(id as usize).copied();
        value.ok_or_else(|| Error::argument("no such default value"))
    }

    fn type_pointer(&self, id: StructId) -> Result<Ptr<u8>> {
        let description = self.described.structs.get(id.index()).map(|description| description.cast());
        description.ok_or_else(|| Error::argument("no such struct"))
    }

    fn type_of(&self, pointer: Ptr<u8>) -> Option<StructId> {
        let index = self.described.structs.iter().position(|d| d.cast() == pointer)?;
        self.described.schema.struct_id(index)
    }

    fn keep_buffer(&mut self, buffer: XmlBuffer) -> Result<Ptr<u8>> {
        WS_XML_BUFFER::keep(self.heap()?, buffer).map(Ptr::cast)
    }

    fn buffer(&mut self, at: Ptr<u8>) -> Result<SharedBuffer> {
        let buffer = WS_XML_BUFFER::find(at.cast(), "WS_XML_BUFFER")?;
        match self.writer {
            // The buffer is locked for each step: what is written into itself is copied first.
            Some(writer) if writer.writes_to(buffer)? => Ok(buffer.shared.clone().into_inner()?.into()),
            _ => Ok(buffer.shared.clone()),
        }
    }

    fn keep_text(&mut self, text: Text<'_>) -> Result<Ptr<u8>> {
        typed::keep(self.heap()?, self.copy_text(text)?).map(Ptr::cast)
    }

    fn with_text(&self, at: Ptr<u8>, f: &mut dyn FnMut(Text<'_>) -> Result<()>) -> Result<()> {
        typed::with_text(at.cast::<WS_XML_TEXT>().need("WS_XML_TEXT")?, f)
    }

    #[inline]
    fn string<'s>(&self, string: &'s SchemaString) -> XmlStr<'s> {
        if string.dictionary() == 0 {
            return XmlStr::plain(string.as_str());
        }
        match self.keys.get(string.dictionary() as usize - 1) {
            Some(key) if *key != DictionaryKey::NONE => {
                XmlStr::in_dictionary(string.as_str(), *key, string.id())
            }
            _ => XmlStr::plain(string.as_str()),
        }
    }

    fn xml_string(&self, at: Ptr<u8>) -> Result<XmlStr<'_>> {
        let string = at.cast::<WS_XML_STRING>().need("WS_XML_STRING")?;
        match self.writer {
            Some(writer) => writer.name(string, "WS_XML_STRING"),
            None => text::xml(string, "WS_XML_STRING").map(XmlStr::plain),
        }
    }

    fn read_custom(&mut self, ty: CustomId, mapping: TypeMapping, to: Ptr<u8>) -> Result<()> {
        let reader = self.reader.ok_or_else(|| Error::operation("nothing is read"))?;
        let custom = match self.custom(ty)? {
            Custom::Program(custom) => custom,
            own => return self.read_own(*own, reader, mapping, to),
        };
        let heap = self.heap.map_or(Ptr::NULL, Ptr::to).cast();
        let (callback, data, size) = (custom.readCallback, custom.descriptionData, custom.size);
        let mapping = WS_TYPE_MAPPING(mapping as i32);
        callback::read_type(
            callback,
            Ptr::to(reader).cast(),
            mapping,
            data,
            heap,
            to.cast(),
            size,
            self.error,
        )
        .map(drop)
    }

    fn write_custom(&mut self, ty: CustomId, mapping: TypeMapping, from: Ptr<u8>) -> Result<()> {
        let writer = self.writer.ok_or_else(|| Error::operation("nothing is written"))?;
        let custom = match self.custom(ty)? {
            Custom::Program(custom) => custom,
            own => return write_own(*own, writer, mapping, from),
        };
        let (callback, data, size) = (custom.writeCallback, custom.descriptionData, custom.size);
        let mapping = WS_TYPE_MAPPING(mapping as i32);
        callback::write_type(callback, Ptr::to(writer).cast(), mapping, data, from.cast(), size, self.error)
            .map(drop)
    }

    fn is_default(&mut self, ty: CustomId, at: Ptr<u8>, default: Option<Ptr<u8>>) -> Result<bool> {
        let default = default.unwrap_or(Ptr::NULL);
        let custom = match self.custom(ty)? {
            Custom::Program(custom) => custom,
            own => {
                let value = at.slice(own.size(), "value")?;
                return Ok(default.is_null() && value.iter().all(|byte| *byte == 0));
            }
        };
        if custom.isDefaultValueCallback.is_none() {
            let value = at.slice(custom.size as usize, "value")?;
            return Ok(match default.is_null() {
                true => value.iter().all(|byte| *byte == 0),
                false => value == default.slice(custom.size as usize, "defaultValue")?,
            });
        }
        let mut result: BOOL = FALSE;
        let (callback, data) = (custom.isDefaultValueCallback, custom.descriptionData);
        let place = Ptr::new(&raw mut result);
        callback::is_default(callback, data, at.cast(), default.cast(), custom.size, place, self.error)?;
        Ok(result != FALSE)
    }

    fn compare_durations(&mut self, comparer: u32, a: &Duration, b: &Duration) -> Result<i32> {
        let callback = self.described.comparers.get(comparer as usize).copied().flatten();
        let (a, b) = (WS_DURATION::from_rust(*a), WS_DURATION::from_rust(*b));
        let mut result = 0;
        let place = Ptr::new(&raw mut result);
        callback::compare_durations(callback, Ptr::to(&a), Ptr::to(&b), place, self.error)?;
        Ok(result)
    }
}

impl Custom {
    fn size(self) -> usize {
        match self {
            Custom::Program(custom) => custom.size as usize,
            Custom::Endpoint(_) => size_of::<WS_ENDPOINT_ADDRESS>(),
            Custom::Fault(_) => size_of::<WS_FAULT>(),
        }
    }
}

/// Writes an endpoint or a fault: into the element that was started, or as an element of its own.
fn write_own(own: Custom, writer: &WS_XML_WRITER, mapping: TypeMapping, from: Ptr<u8>) -> Result<()> {
    whole_element(mapping)?;
    let is_whole = mapping == TypeMapping::AnyElement;
    match own {
        Custom::Endpoint(version) => {
            let value = address::from_c(from.cast::<WS_ENDPOINT_ADDRESS>().need("value")?)?;
            writer.with(|w| match is_whole {
                true => value.write(w, version),
                false => value.write_content(w, version),
            })
        }
        Custom::Fault(version) => {
            let value = fault::from_c(from.cast::<WS_FAULT>().need("value")?)?;
            writer.with(|w| match is_whole {
                true => value.write(w, version),
                false => value.write_content(w, version),
            })
        }
        Custom::Program(_) => Ok(()),
    }
}

fn whole_element(mapping: TypeMapping) -> Result<()> {
    match mapping {
        TypeMapping::Element | TypeMapping::AnyElement => Ok(()),
        _ => Err(Error::argument("an endpoint address or a fault is what stands in an element")),
    }
}

/// A reader that is locked for one step at a time.
#[derive(Debug)]
pub struct LockedReader<'a>(pub &'a WS_XML_READER);

impl ReadSteps for LockedReader<'_> {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        self.0.with(|reader| step(reader))
    }
}

/// A writer that is locked for one step at a time.
#[derive(Debug)]
pub struct LockedWriter<'a>(pub &'a WS_XML_WRITER);

impl WriteSteps for LockedWriter<'_> {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        self.0.with(step)
    }
}

/// A name that C passed, as `of` takes its parts.
///
/// # Errors
/// `E_INVALIDARG` if a part is null or no string; those of `of`.
pub(super) fn name<'n>(
    local: Ptr<WS_XML_STRING>,
    ns: Ptr<WS_XML_STRING>,
    of: impl Fn(&'n WS_XML_STRING, &str) -> Result<XmlStr<'n>>,
) -> Result<Name<'n>> {
    let part = |string: Ptr<WS_XML_STRING>, what| {
        let string = string.need(what)?;
        text::xml(string, what).map_err(|e| Error::argument(e.to_string()))?;
        of(string, what)
    };
    Ok(Name { local: part(local, "localName")?, ns: part(ns, "ns")? })
}

/// A value's place, which must be given.
pub(super) fn place(value: Void) -> Result<Ptr<u8>> {
    match value.is_null() {
        true => Err(Error::argument("`value` is NULL, but a value needs a place")),
        false => Ok(value.cast()),
    }
}

// The core's places of the parts of values are those of the structs of the header.
const _: () = {
    use std::mem::offset_of;
    assert!(layout::POINTER == size_of::<Void>());
    assert!(layout::STRING == size_of::<WS_STRING>() && layout::STRING == size_of::<WS_BYTES>());
    assert!(layout::CHARS == offset_of!(WS_STRING, chars) && layout::CHARS == offset_of!(WS_BYTES, bytes));
    assert!(layout::CHARS == offset_of!(WS_XML_STRING, bytes));
    assert!(layout::XML_STRING == size_of::<WS_XML_STRING>());
    assert!(layout::QNAME == size_of::<WS_XML_QNAME>() && layout::QNAME_NS == offset_of!(WS_XML_QNAME, ns));
    assert!(layout::DATETIME_FORMAT == offset_of!(WS_DATETIME, format) && size_of::<WS_DATETIME>() == 16);
    assert!(layout::UNIQUE_ID == size_of::<WS_UNIQUE_ID>());
    assert!(layout::UNIQUE_ID_GUID == offset_of!(WS_UNIQUE_ID, guid));
    assert!(layout::DURATION == size_of::<WS_DURATION>());
    assert!(layout::ANY_ATTRIBUTE == size_of::<WS_ANY_ATTRIBUTE>());
    assert!(layout::ANY_ATTRIBUTE_NS == offset_of!(WS_ANY_ATTRIBUTE, ns));
    assert!(layout::ANY_ATTRIBUTE_VALUE == offset_of!(WS_ANY_ATTRIBUTE, value));
    assert!(layout::ANY_ATTRIBUTES_COUNT == offset_of!(WS_ANY_ATTRIBUTES, attributeCount));
    assert!(
        offset_of!(DECIMAL, scale) == 2 && offset_of!(DECIMAL, sign) == 3 && offset_of!(DECIMAL, Hi32) == 4
    );
};
