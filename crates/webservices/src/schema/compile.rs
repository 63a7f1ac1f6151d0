//! Descriptions of C compiled to a schema of the core.

use super::source::Source;
use crate::{
    abi::*,
    address, fault,
    ptr::{Ptr, Void},
    value::FromC,
};
use std::collections::{HashMap, VecDeque};
use wws::{
    Error, Result,
    schema::{
        ANY_LENGTH, CustomId, DefaultValue, DurationRange, EnumId, Field, FieldMapping, FieldOptions,
        Lengths, QNameLengths, QualifiedName, Range, Schema, SchemaBuilder, SchemaString, StructDescription,
        StructId, Type, UnionDescription, UnionId,
    },
    soap::{AddressingVersion, EnvelopeVersion},
};

/// A description, compiled: the schema, and what of C its numbers stand for.
#[derive(Debug)]
pub struct Described {
    /// The types.
    pub schema: Schema,
    /// The type that was described.
    pub ty: Type,
    /// The description of each struct, which also stands in values.
    pub structs: Vec<Ptr<WS_STRUCT_DESCRIPTION>>,
    /// Types that the walk leaves to the host.
    pub customs: Vec<Custom>,
    /// Default values.
    pub defaults: Vec<Ptr<u8>>,
    /// Comparers of durations.
    pub comparers: Vec<WS_DURATION_COMPARISON_CALLBACK>,
    /// Strings that stand in dictionaries, each with the number of its dictionary, from 0.
    pub strings: Vec<(Ptr<WS_XML_STRING>, usize)>,
    /// Dictionaries.
    pub dictionaries: Vec<Ptr<WS_XML_DICTIONARY>>,
    /// What all this was read from.
    pub source: Source,
}

/// A type that the walk leaves to the host.
#[derive(Clone, Copy, Debug)]
pub enum Custom {
    /// With code of the program.
    Program(WS_CUSTOM_TYPE_DESCRIPTION),
    /// `WS_ENDPOINT_ADDRESS`.
    Endpoint(AddressingVersion),
    /// `WS_FAULT`.
    Fault(EnvelopeVersion),
}

/// Compiles a description.
///
/// # Errors
/// `E_INVALIDARG` if it contradicts itself.
pub fn describe(kind: WS_TYPE, description: Void) -> Result<Described> {
    let mut compiler = Compiler::default();
    let ty = compiler.ty(kind, description)?;
    // No recursion: a description may lead as deep as it likes.
    while let Some(work) = compiler.work.pop_front() {
        match work {
            Work::Struct(id, from) => compiler.define_struct(id, from)?,
            Work::Union(id, from) => compiler.define_union(id, from)?,
        }
    }
    let Compiler { builder, structs, customs, defaults, comparers, strings, dictionaries, source, .. } =
        compiler;
    Ok(Described {
        schema: builder.finish()?,
        ty,
        structs,
        customs,
        defaults,
        comparers,
        strings,
        dictionaries,
        source,
    })
}

enum Work {
    Struct(StructId, Ptr<WS_STRUCT_DESCRIPTION>),
    Union(UnionId, Ptr<WS_UNION_DESCRIPTION>),
}

#[derive(Default)]
struct Compiler {
    builder: SchemaBuilder,
    structs: Vec<Ptr<WS_STRUCT_DESCRIPTION>>,
    struct_ids: HashMap<usize, StructId>,
    union_ids: HashMap<usize, UnionId>,
    enum_ids: HashMap<usize, EnumId>,
    custom_ids: HashMap<usize, CustomId>,
    customs: Vec<Custom>,
    defaults: Vec<Ptr<u8>>,
    comparers: Vec<WS_DURATION_COMPARISON_CALLBACK>,
    strings: Vec<(Ptr<WS_XML_STRING>, usize)>,
    dictionaries: Vec<Ptr<WS_XML_DICTIONARY>>,
    source: Source,
    /// What was announced and is not defined yet.
    work: VecDeque<Work>,
}

impl Compiler {
    fn ty(&mut self, kind: WS_TYPE, description: Void) -> Result<Type> {
        macro_rules! number {
            ($variant:ident, $of:ty, $whole:expr) => {{
                let given = self.source.optional(description.cast::<$of>(), "typeDescription")?;
                given.map_or(Ok($whole), |d| Ok(Type::$variant(range(d.minValue, d.maxValue)?)))
            }};
        }
        macro_rules! float {
            ($variant:ident, $of:ty) => {{
                let given = self.source.optional(description.cast::<$of>(), "typeDescription")?;
                Ok(Type::$variant(given.map(|d| range(d.minValue, d.maxValue)).transpose()?))
            }};
        }
        macro_rules! lengths {
            ($variant:ident, $of:ty, $min:ident, $max:ident) => {{
                let given = self.source.optional(description.cast::<$of>(), "typeDescription")?;
                given.map_or(Ok(Type::$variant(ANY_LENGTH)), |d| Ok(Type::$variant(range(d.$min, d.$max)?)))
            }};
        }
        match kind {
            WS_BOOL_TYPE => {
                let given =
                    self.source.optional(description.cast::<WS_BOOL_DESCRIPTION>(), "typeDescription")?;
                Ok(Type::Bool(given.map(|d| d.value != 0)))
            }
            WS_INT8_TYPE => number!(Int8, WS_INT8_DESCRIPTION, Type::INT8),
            WS_INT16_TYPE => number!(Int16, WS_INT16_DESCRIPTION, Type::INT16),
            WS_INT32_TYPE => number!(Int32, WS_INT32_DESCRIPTION, Type::INT32),
            WS_INT64_TYPE => number!(Int64, WS_INT64_DESCRIPTION, Type::INT64),
            WS_UINT8_TYPE => number!(UInt8, WS_UINT8_DESCRIPTION, Type::UINT8),
            WS_UINT16_TYPE => number!(UInt16, WS_UINT16_DESCRIPTION, Type::UINT16),
            WS_UINT32_TYPE => number!(UInt32, WS_UINT32_DESCRIPTION, Type::UINT32),
            WS_UINT64_TYPE => number!(UInt64, WS_UINT64_DESCRIPTION, Type::UINT64),
            WS_FLOAT_TYPE => float!(Float, WS_FLOAT_DESCRIPTION),
            WS_DOUBLE_TYPE => float!(Double, WS_DOUBLE_DESCRIPTION),
            WS_STRING_TYPE => lengths!(String, WS_STRING_DESCRIPTION, minCharCount, maxCharCount),
            WS_WSZ_TYPE => lengths!(Wsz, WS_WSZ_DESCRIPTION, minCharCount, maxCharCount),
            WS_UNIQUE_ID_TYPE => lengths!(UniqueId, WS_UNIQUE_ID_DESCRIPTION, minCharCount, maxCharCount),
            WS_CHAR_ARRAY_TYPE => lengths!(CharArray, WS_CHAR_ARRAY_DESCRIPTION, minCharCount, maxCharCount),
            WS_BYTES_TYPE => lengths!(Bytes, WS_BYTES_DESCRIPTION, minByteCount, maxByteCount),
            WS_XML_STRING_TYPE => lengths!(XmlString, WS_XML_STRING_DESCRIPTION, minByteCount, maxByteCount),
            WS_UTF8_ARRAY_TYPE => lengths!(Utf8Array, WS_UTF8_ARRAY_DESCRIPTION, minByteCount, maxByteCount),
            WS_BYTE_ARRAY_TYPE => lengths!(ByteArray, WS_BYTE_ARRAY_DESCRIPTION, minByteCount, maxByteCount),
            _ => self.other_type(kind, description),
        }
    }

    fn other_type(&mut self, kind: WS_TYPE, description: Void) -> Result<Type> {
        let source = &mut self.source;
        macro_rules! given {
            ($of:ty) => {
                source.optional(description.cast::<$of>(), "typeDescription")?
            };
        }
        Ok(match kind {
            WS_DECIMAL_TYPE => Type::Decimal(match given!(WS_DECIMAL_DESCRIPTION) {
                Some(d) => Some(Box::new(range(constant(&d.minValue)?, constant(&d.maxValue)?)?)),
                None => None,
            }),
            WS_DATETIME_TYPE => Type::DateTime(match given!(WS_DATETIME_DESCRIPTION) {
                Some(d) => {
                    let (min, max) = (constant(&d.minValue)?, constant(&d.maxValue)?);
                    range(min.ticks, max.ticks)?;
                    Some(Box::new(Range { min, max }))
                }
                None => None,
            }),
            WS_TIMESPAN_TYPE => match given!(WS_TIMESPAN_DESCRIPTION) {
                Some(d) => Type::TimeSpan(range(constant(&d.minValue)?, constant(&d.maxValue)?)?),
                None => Type::TIMESPAN,
            },
            WS_GUID_TYPE => Type::Guid(match given!(WS_GUID_DESCRIPTION) {
                Some(d) => Some(Box::new(constant(&d.value)?)),
                None => None,
            }),
            WS_DURATION_TYPE => Type::Duration(match given!(WS_DURATION_DESCRIPTION) {
                Some(d) => {
                    if d.comparer.is_none() {
                        return Err(Error::argument("the range of a duration needs a `comparer`"));
                    }
                    self.comparers.push(d.comparer);
                    let comparer = self.comparers.len() as u32 - 1;
                    let range = [constant(&d.minValue)?, constant(&d.maxValue)?];
                    Some(Box::new(DurationRange { range, comparer }))
                }
                None => None,
            }),
            WS_XML_QNAME_TYPE => Type::XmlQName(match given!(WS_XML_QNAME_DESCRIPTION) {
                Some(d) => Some(Box::new(QNameLengths {
                    local: range(d.minLocalNameByteCount, d.maxLocalNameByteCount)?,
                    ns: range(d.minNsByteCount, d.maxNsByteCount)?,
                })),
                None => None,
            }),
            WS_VOID_TYPE => Type::Void(given!(WS_VOID_DESCRIPTION).map_or(0, |d| d.size)),
            WS_XML_BUFFER_TYPE => Type::XmlBuffer,
            WS_DESCRIPTION_TYPE => Type::Description,
            WS_ANY_ATTRIBUTES_TYPE => Type::AnyAttributes,
            WS_STRUCT_TYPE => Type::Struct(self.struct_type(description.cast())?),
            WS_UNION_TYPE => Type::Union(self.union_type(description.cast())?),
            WS_ENUM_TYPE => Type::Enum(self.enum_type(description.cast())?),
            WS_CUSTOM_TYPE => Type::Custom(self.custom_type(description.cast())?),
            WS_ENDPOINT_ADDRESS_TYPE => {
                let from: Ptr<WS_ENDPOINT_ADDRESS_DESCRIPTION> = description.cast();
                let version = address::version(source.need(from, "typeDescription")?.addressingVersion)?;
                self.own_type::<WS_ENDPOINT_ADDRESS>(Custom::Endpoint(version))?
            }
            WS_FAULT_TYPE => {
                let from: Ptr<WS_FAULT_DESCRIPTION> = description.cast();
                let version = fault::version(source.need(from, "typeDescription")?.envelopeVersion)?;
                self.own_type::<WS_FAULT>(Custom::Fault(version))?
            }
            WS_TYPE(other) => return Err(Error::argument(format!("{other} is no WS_TYPE"))),
        })
    }

    fn struct_type(&mut self, from: Ptr<WS_STRUCT_DESCRIPTION>) -> Result<StructId> {
        if let Some(known) = self.struct_ids.get(&from.address()) {
            return Ok(*known);
        }
        let description = self.source.need(from, "typeDescription")?;
        let id = self.builder.announce_struct(description.size, description.alignment)?;
        self.struct_ids.insert(from.address(), id);
        self.structs.push(from);
        self.work.push_back(Work::Struct(id, from));
        Ok(id)
    }

    fn union_type(&mut self, from: Ptr<WS_UNION_DESCRIPTION>) -> Result<UnionId> {
        if let Some(known) = self.union_ids.get(&from.address()) {
            return Ok(*known);
        }
        let description = self.source.need(from, "typeDescription")?;
        let id = self.builder.announce_union(description.size, description.alignment)?;
        self.union_ids.insert(from.address(), id);
        self.work.push_back(Work::Union(id, from));
        Ok(id)
    }

    fn enum_type(&mut self, from: Ptr<WS_ENUM_DESCRIPTION>) -> Result<EnumId> {
        if let Some(known) = self.enum_ids.get(&from.address()) {
            return Ok(*known);
        }
        let description = self.source.need(from, "typeDescription")?;
        let mut values = Vec::new();
        for value in self.source.slice(description.values, description.valueCount, "values")? {
            values.push((self.string(value.name, "name")?, value.value));
        }
        if !description.nameIndices.is_null() {
            self.indices(description.nameIndices, description.valueCount, "nameIndices")?;
        }
        let id = self.builder.add_enum(values)?;
        self.enum_ids.insert(from.address(), id);
        Ok(id)
    }

    fn custom_type(&mut self, from: Ptr<WS_CUSTOM_TYPE_DESCRIPTION>) -> Result<CustomId> {
        if let Some(known) = self.custom_ids.get(&from.address()) {
            return Ok(*known);
        }
        let description = self.source.need(from, "typeDescription")?;
        let id = self.builder.add_custom(description.size, description.alignment)?;
        self.custom_ids.insert(from.address(), id);
        self.customs.push(Custom::Program(*description));
        Ok(id)
    }

    /// A type of ours that only the host knows.
    fn own_type<T>(&mut self, custom: Custom) -> Result<Type> {
        let id = self.builder.add_custom(size_of::<T>() as u32, align_of::<T>() as u32)?;
        self.customs.push(custom);
        Ok(Type::Custom(id))
    }

    fn define_struct(&mut self, id: StructId, from: Ptr<WS_STRUCT_DESCRIPTION>) -> Result<()> {
        let description = from.need("typeDescription")?;
        let mut fields = Vec::with_capacity(description.fieldCount.min(1 << 12) as usize);
        for field in self.source.slice(description.fields, description.fieldCount, "fields")? {
            let field = self.source.need(*field, "fields")?;
            fields.push(self.field(field)?);
        }
        // Only derived types need one; the namespace alone says nothing.
        let type_name = match description.typeLocalName.is_null() {
            true => None,
            false => self.name(description.typeLocalName, description.typeNs)?,
        };
        let mut sub_types = Vec::new();
        for sub in self.source.slice(description.subTypes, description.subTypeCount, "subTypes")? {
            sub_types.push(self.struct_type(*sub)?);
        }
        let option = |bit: u32| description.structOptions & bit != 0;
        if description.structOptions & !7 != 0 {
            return Err(Error::argument(format!("{} are no WS_STRUCT_OPTIONS", description.structOptions)));
        }
        self.builder.define_struct(
            id,
            StructDescription {
                fields,
                type_name,
                sub_types,
                is_abstract: option(1),
                ignore_trailing: option(2),
                ignore_attributes: option(4),
            },
        )
    }

    fn define_union(&mut self, id: UnionId, from: Ptr<WS_UNION_DESCRIPTION>) -> Result<()> {
        let description = from.need("typeDescription")?;
        let mut fields = Vec::new();
        for field in self.source.slice(description.fields, description.fieldCount, "fields")? {
            let choice = self.source.need(*field, "fields")?;
            fields.push((choice.value, self.field(&choice.field)?));
        }
        if !description.valueIndices.is_null() {
            self.indices(description.valueIndices, description.fieldCount, "valueIndices")?;
        }
        let (enum_offset, none) = (description.enumOffset, description.noneEnumValue);
        self.builder.define_union(id, UnionDescription { fields, enum_offset, none })
    }

    /// Checks numbers of other items. The core sorts by itself, and has no use for them.
    fn indices(&mut self, from: Ptr<u32>, count: u32, name: &str) -> Result<()> {
        match self.source.slice(from, count, name)?.iter().find(|index| **index >= count) {
            Some(index) => Err(Error::argument(format!("`{name}` has {index}, but there are {count} items"))),
            None => Ok(()),
        }
    }

    fn field(&mut self, from: &WS_FIELD_DESCRIPTION) -> Result<Field> {
        let mapping = FieldMapping::from_number(from.mapping.0)
            .ok_or_else(|| Error::argument(format!("{} is no WS_FIELD_MAPPING", from.mapping.0)))?;
        let ty = self.ty(from.r#type, from.typeDescription)?;
        let mut ns = None;
        let name = match mapping {
            FieldMapping::AnyAttributes if !from.localName.is_null() => {
                return Err(Error::argument("a field for any attributes has no `localName`"));
            }
            FieldMapping::AnyAttributes => {
                if !from.ns.is_null() {
                    ns = Some(self.string(from.ns, "ns")?);
                }
                None
            }
            // WWSAPI I.6 #6: the namespace is known.
            FieldMapping::XmlAttribute => {
                Some(QualifiedName { local: self.string(from.localName, "localName")?, ns: "".into() })
            }
            // The names say nothing here.
            FieldMapping::TypeAttribute | FieldMapping::Text | FieldMapping::NoField => None,
            _ => self.name(from.localName, from.ns)?,
        };
        let item_name = match mapping {
            FieldMapping::RepeatingElement | FieldMapping::RepeatingElementChoice => {
                self.name(from.itemLocalName, from.itemNs)?
            }
            _ => None,
        };
        let item_range = match self.source.optional(from.itemRange, "itemRange")? {
            Some(range) if mapping.is_repeating() => {
                Lengths { min: range.minItemCount, max: range.maxItemCount }
            }
            _ => ANY_LENGTH,
        };
        let default = match self.source.optional(from.defaultValue, "defaultValue")? {
            None => None,
            Some(default) if default.value.is_null() => {
                return Err(Error::argument("a default value is NULL"));
            }
            Some(default) => {
                self.defaults.push(default.value.cast());
                Some(DefaultValue { id: self.defaults.len() as u32 - 1, size: default.valueSize })
            }
        };
        let has_count = mapping.is_repeating() || ty.is_array();
        Ok(Field {
            mapping,
            name,
            ns,
            offset: from.offset,
            options: FieldOptions(from.options),
            default,
            count_offset: if has_count { from.countOffset } else { u32::MAX },
            item_name,
            item_range,
            ty,
        })
    }

    /// A name; none if both parts are null.
    fn name(&mut self, local: Ptr<WS_XML_STRING>, ns: Ptr<WS_XML_STRING>) -> Result<Option<QualifiedName>> {
        if local.is_null() && ns.is_null() {
            return Ok(None);
        }
        Ok(Some(QualifiedName { local: self.string(local, "localName")?, ns: self.string(ns, "ns")? }))
    }

    fn string(&mut self, from: Ptr<WS_XML_STRING>, name: &str) -> Result<SchemaString> {
        let (string, text) = self.source.string(from, name)?;
        if string.dictionary.is_null() {
            return Ok(text.into());
        }
        let known = self.dictionaries.iter().position(|d| *d == string.dictionary);
        let number = known.unwrap_or_else(|| {
            self.dictionaries.push(string.dictionary);
            self.dictionaries.len() - 1
        });
        self.strings.push((from, number));
        Ok(SchemaString::in_dictionary(text, number as u32 + 1, string.id))
    }
}

fn constant<T: FromC>(value: &T) -> Result<T::Rust> {
    value.to_rust().map_err(|e| Error::argument(e.to_string()))
}

/// A range; both ends belong to it.
fn range<T: PartialOrd>(min: T, max: T) -> Result<Range<T>> {
    match min.partial_cmp(&max) {
        Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal) => Ok(Range { min, max }),
        _ => Err(Error::argument(
            "the range of a type description is empty: its least value is the greater one",
        )),
    }
}
