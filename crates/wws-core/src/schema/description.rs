//! Structs, unions, enumerations and their fields: what is known of a type before its values (WWSAPI I.6–I.8).

use super::{
    layout,
    types::{EnumId, Lengths, StructId, Type, UnionId},
};
use crate::{typed::Name, xml::XmlStr};

/// The namespace of `xml:lang` and `xml:space`: Namespaces in XML 1.0 section 3.
pub(super) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// A string of a schema, which may stand in a dictionary that the host knows by a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaString {
    pub(super) text: Box<str>,
    pub(super) dictionary: u32,
    pub(super) id: u32,
}

impl SchemaString {
    /// A string in the host's dictionary `dictionary`, 0 being none.
    pub fn in_dictionary(text: &str, dictionary: u32, id: u32) -> Self {
        SchemaString { text: text.into(), dictionary, id }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's number of the dictionary it stands in; 0 for none.
    pub fn dictionary(&self) -> u32 {
        self.dictionary
    }

    /// Its number in that dictionary.
    pub fn id(&self) -> u32 {
        self.id
    }
}

impl From<&str> for SchemaString {
    fn from(text: &str) -> Self {
        SchemaString::in_dictionary(text, 0, 0)
    }
}

/// The name of an element, an attribute or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifiedName {
    /// The name without a prefix.
    pub local: SchemaString,
    /// The namespace; empty for none.
    pub ns: SchemaString,
}

impl QualifiedName {
    /// A name in no dictionary.
    pub fn new(local: &str, ns: &str) -> Self {
        QualifiedName { local: local.into(), ns: ns.into() }
    }

    /// The same without its dictionaries, as readers compare it.
    #[inline]
    pub fn plain(&self) -> Name<'_> {
        Name { local: XmlStr::plain(&self.local.text), ns: XmlStr::plain(&self.ns.text) }
    }
}

/// What of the XML a field stands for, with the numbers of `WS_FIELD_MAPPING`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[allow(missing_docs)]
pub enum FieldMapping {
    TypeAttribute = 0,
    Attribute = 1,
    Element = 2,
    RepeatingElement = 3,
    Text = 4,
    NoField = 5,
    XmlAttribute = 6,
    ElementChoice = 7,
    RepeatingElementChoice = 8,
    AnyElement = 9,
    RepeatingAnyElement = 10,
    AnyContent = 11,
    AnyAttributes = 12,
}

impl FieldMapping {
    /// The mapping with this number in `WS_FIELD_MAPPING`.
    pub fn from_number(number: i32) -> Option<Self> {
        use FieldMapping::*;
        const ALL: [FieldMapping; 13] = [
            TypeAttribute,
            Attribute,
            Element,
            RepeatingElement,
            Text,
            NoField,
            XmlAttribute,
            ElementChoice,
            RepeatingElementChoice,
            AnyElement,
            RepeatingAnyElement,
            AnyContent,
            AnyAttributes,
        ];
        usize::try_from(number).ok().and_then(|i| ALL.get(i).copied())
    }

    /// Whether the field is an array with its number of items elsewhere.
    pub const fn is_repeating(self) -> bool {
        matches!(
            self,
            FieldMapping::RepeatingElement
                | FieldMapping::RepeatingElementChoice
                | FieldMapping::RepeatingAnyElement
        )
    }
}

/// Flags of a field: `WS_FIELD_OPTIONS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldOptions(pub u32);

impl FieldOptions {
    /// The field, or each item, is a pointer to the value.
    pub const POINTER: FieldOptions = FieldOptions(1);
    /// It may be missing.
    pub const OPTIONAL: FieldOptions = FieldOptions(2);
    /// It may be nil.
    pub const NILLABLE: FieldOptions = FieldOptions(4);
    /// Items may be nil.
    pub const NILLABLE_ITEM: FieldOptions = FieldOptions(8);
    /// Attributes of every namespace but that of the field.
    pub const OTHER_NAMESPACE: FieldOptions = FieldOptions(16);

    /// Whether all flags of `other` are set.
    #[inline]
    pub const fn has(self, other: FieldOptions) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for FieldOptions {
    type Output = FieldOptions;
    fn bitor(self, other: FieldOptions) -> FieldOptions {
        FieldOptions(self.0 | other.0)
    }
}

/// A default value, which the host knows by a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultValue {
    /// The number.
    pub id: u32,
    /// Bytes of the value.
    pub size: u32,
}

/// A field of a struct or union: `WS_FIELD_DESCRIPTION`.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What of the XML it stands for.
    pub mapping: FieldMapping,
    /// The element or attribute; the wrapper of an array, if it has one.
    pub name: Option<QualifiedName>,
    /// The namespace that restricts [`FieldMapping::AnyAttributes`].
    pub ns: Option<SchemaString>,
    /// Its type, or that of its items.
    pub ty: Type,
    /// Where it stands in the struct.
    pub offset: u32,
    /// Flags.
    pub options: FieldOptions,
    /// What it is when it is missing; `None` is zero.
    pub default: Option<DefaultValue>,
    /// Where the number of items stands, as 32 bits.
    pub count_offset: u32,
    /// The element of an item.
    pub item_name: Option<QualifiedName>,
    /// How many items are read at least and at most.
    pub item_range: Lengths,
}

impl Field {
    /// A required field.
    pub fn new(mapping: FieldMapping, name: Option<QualifiedName>, ty: Type, offset: u32) -> Self {
        Field {
            mapping,
            name,
            ns: None,
            ty,
            offset,
            options: FieldOptions::default(),
            default: None,
            count_offset: u32::MAX,
            item_name: None,
            item_range: super::types::ANY_LENGTH,
        }
    }

    /// Whether a flag is set.
    #[inline]
    pub const fn has(&self, option: FieldOptions) -> bool {
        self.options.has(option)
    }

    /// The name, if the field is an element with a value that is text and stands in the struct itself, and has to be
    /// there.
    #[inline]
    pub(super) fn plain_element(&self) -> Option<&QualifiedName> {
        let is_plain = self.mapping == FieldMapping::Element
            && self.options == FieldOptions::default()
            && self.ty.is_text()
            && !self.ty.is_array();
        self.name.as_ref().filter(|_| is_plain)
    }

    /// What errors call it.
    pub(super) fn label(&self) -> String {
        match self.name.as_ref().or(self.item_name.as_ref()) {
            Some(name) => format!("the field for '{}'", name.local.as_str()),
            None => format!("the field at offset {}", self.offset),
        }
    }
}

/// A struct: `WS_STRUCT_DESCRIPTION`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StructDescription {
    /// The fields, in the order of the XML.
    pub fields: Vec<Field>,
    /// The name of its type, for `xsi:type`.
    pub type_name: Option<QualifiedName>,
    /// The types derived from it.
    pub sub_types: Vec<StructId>,
    /// There are values of derived types only.
    pub is_abstract: bool,
    /// Content behind what the fields take is skipped.
    pub ignore_trailing: bool,
    /// Attributes that no field takes are skipped.
    pub ignore_attributes: bool,
}

/// A union: `WS_UNION_DESCRIPTION`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnionDescription {
    /// The choices, each with the value that says that it is set.
    pub fields: Vec<(i32, Field)>,
    /// Where that value stands.
    pub enum_offset: u32,
    /// The value for none of them.
    pub none: i32,
}

/// A struct that was checked, with its fields sorted by what they read from.
#[derive(Debug)]
pub(super) struct Struct {
    pub(super) size: u32,
    pub(super) type_field: Option<u32>,
    pub(super) attributes: Vec<Field>,
    pub(super) any_attributes: Option<Field>,
    pub(super) text: Option<Field>,
    pub(super) elements: Vec<Field>,
    pub(super) unmapped: Vec<Field>,
    pub(super) type_name: Option<QualifiedName>,
    pub(super) sub_types: Vec<StructId>,
    pub(super) is_abstract: bool,
    pub(super) ignore_trailing: bool,
    pub(super) ignore_attributes: bool,
}

/// A union that was checked.
#[derive(Debug)]
pub(super) struct Union {
    pub(super) size: u32,
    pub(super) fields: Vec<(i32, Field)>,
    /// The choice that takes any other element.
    pub(super) any: Option<usize>,
    pub(super) enum_offset: u32,
    pub(super) none: i32,
}

/// Values of an enumeration with their names.
#[derive(Debug)]
pub(super) struct Enum {
    /// Sorted by name.
    pub(super) values: Vec<(SchemaString, i32)>,
}

impl Enum {
    pub(super) fn value(&self, name: &str) -> Option<i32> {
        let found = self.values.binary_search_by(|(n, _)| n.as_str().cmp(name)).ok()?;
        self.values.get(found).map(|(_, value)| *value)
    }

    pub(super) fn name(&self, value: i32) -> Option<&SchemaString> {
        self.values.iter().find(|(_, v)| *v == value).map(|(name, _)| name)
    }
}

/// Types that were checked, to read and write values of: compiled descriptions.
#[derive(Debug)]
pub struct Schema {
    pub(super) structs: Vec<Struct>,
    pub(super) unions: Vec<Union>,
    pub(super) enums: Vec<Enum>,
    /// Size of each type of the host.
    pub(super) customs: Vec<u32>,
}

/// What stands for an id that this schema did not give.
static NO_STRUCT: Struct = Struct {
    size: 0,
    type_field: None,
    attributes: Vec::new(),
    any_attributes: None,
    text: None,
    elements: Vec::new(),
    unmapped: Vec::new(),
    type_name: None,
    sub_types: Vec::new(),
    is_abstract: false,
    ignore_trailing: false,
    ignore_attributes: false,
};
static NO_UNION: Union = Union { size: 0, fields: Vec::new(), any: None, enum_offset: 0, none: 0 };
static NO_ENUM: Enum = Enum { values: Vec::new() };

impl Schema {
    #[inline]
    pub(super) fn struct_of(&self, id: StructId) -> &Struct {
        self.structs.get(id.index()).unwrap_or(&NO_STRUCT)
    }

    #[inline]
    pub(super) fn union_of(&self, id: UnionId) -> &Union {
        self.unions.get(id.index()).unwrap_or(&NO_UNION)
    }

    #[inline]
    pub(super) fn enum_of(&self, id: EnumId) -> &Enum {
        self.enums.get(id.index()).unwrap_or(&NO_ENUM)
    }

    /// The struct that was announced as number `index`, from 0.
    pub fn struct_id(&self, index: usize) -> Option<StructId> {
        self.structs.get(index).map(|_| StructId(index as u32))
    }

    /// Bytes of a value of the type. Of an array: of the pointer to it.
    pub fn size_of(&self, ty: &Type) -> usize {
        match ty {
            Type::Struct(id) => self.struct_of(*id).size as usize,
            Type::Union(id) => self.union_of(*id).size as usize,
            Type::Custom(id) => self.customs.get(id.index()).copied().unwrap_or_default() as usize,
            other => size_of_plain(other),
        }
    }

    /// Whether `derived` is `base` or derived from it.
    pub fn is_derived(&self, derived: StructId, base: StructId) -> bool {
        self.find_type(base, |id, _| id == derived).is_some()
    }

    /// A type that is `base` or derived from it. No type is asked about twice.
    pub(super) fn find_type(
        &self,
        base: StructId,
        is_it: impl Fn(StructId, &Struct) -> bool,
    ) -> Option<StructId> {
        if is_it(base, self.struct_of(base)) {
            return Some(base);
        }
        let (mut seen, mut next) = (vec![base], 0);
        while let Some(&id) = seen.get(next) {
            next += 1;
            for &sub in &self.struct_of(id).sub_types {
                if is_it(sub, self.struct_of(sub)) {
                    return Some(sub);
                }
                if !seen.contains(&sub) {
                    seen.push(sub);
                }
            }
        }
        None
    }
}

/// Bytes of a value of a type that stands in no table; 0 for the others.
pub(super) fn size_of_plain(ty: &Type) -> usize {
    match ty {
        Type::Int8(_) | Type::UInt8(_) => 1,
        Type::Int16(_) | Type::UInt16(_) => 2,
        Type::Bool(_) | Type::Int32(_) | Type::UInt32(_) | Type::Float(_) | Type::Enum(_) => 4,
        Type::Int64(_) | Type::UInt64(_) | Type::Double(_) | Type::TimeSpan(_) => 8,
        Type::Decimal(_) | Type::DateTime(_) | Type::Guid(_) => 16,
        Type::Duration(_) => layout::DURATION,
        Type::UniqueId(_) => layout::UNIQUE_ID,
        Type::String(_) | Type::Bytes(_) => layout::STRING,
        Type::XmlString(_) => layout::XML_STRING,
        Type::XmlQName(_) => layout::QNAME,
        Type::Wsz(_) | Type::XmlBuffer | Type::Description => layout::POINTER,
        Type::CharArray(_) | Type::Utf8Array(_) | Type::ByteArray(_) => layout::POINTER,
        Type::AnyAttributes => layout::STRING,
        Type::Void(size) => *size as usize,
        Type::Struct(_) | Type::Union(_) | Type::Custom(_) => 0,
    }
}
