//! Types and values made up, as data: they become descriptions and memory, and memory becomes values again.

use crate::memory::{Address, Arena};
use proptest::prelude::*;
use wws_core::{
    Result,
    schema::{
        ANY_LENGTH, EnumId, Field, FieldMapping, FieldOptions, Memory, QualifiedName, SchemaBuilder,
        SchemaString, StructDescription, Type, UnionDescription, layout,
    },
    value::DateTime,
};

/// The names of the values of the enumeration that all models use.
const COLOURS: [(&str, i32); 3] = [("green", -1), ("red", 7), ("", 0)];

/// A type.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    Bool,
    Int8,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    Decimal,
    Date,
    Span,
    Guid,
    Duration,
    Enum,
    String,
    Wsz,
    XmlString,
    Bytes,
    UniqueId,
    QName,
    Struct(Vec<FieldModel>),
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub(crate) struct FieldModel {
    pub(crate) shape: Shape,
    pub(crate) model: Model,
}

/// How a field stands in XML.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Attribute {
        optional: bool,
    },
    Element {
        optional: bool,
        pointer: bool,
        nillable: bool,
    },
    List {
        wrapper: bool,
        pointer: bool,
    },
    /// Of two elements, the first one of another type than the model.
    Choice,
}

/// A value of a model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// The bytes in memory.
    Plain(Vec<u8>),
    Text(String),
    Bytes(Vec<u8>),
    Name(String, String),
    Struct(Vec<Value>),
    List(Vec<Value>),
    /// Nil, or missing.
    None,
    /// The first choice, a number, or the second.
    Choice(i32, Box<Value>),
}

impl Model {
    /// The model as a type; structs are put into the builder.
    pub(crate) fn ty(&self, builder: &mut SchemaBuilder, colours: EnumId) -> Result<Type> {
        Ok(match self {
            Model::Bool => Type::Bool(None),
            Model::Int8 => Type::INT8,
            Model::UInt16 => Type::UINT16,
            Model::Int32 => Type::INT32,
            Model::UInt32 => Type::UINT32,
            Model::Int64 => Type::INT64,
            Model::UInt64 => Type::UINT64,
            Model::Float => Type::Float(None),
            Model::Double => Type::Double(None),
            Model::Decimal => Type::Decimal(None),
            Model::Date => Type::DateTime(None),
            Model::Span => Type::TIMESPAN,
            Model::Guid => Type::Guid(None),
            Model::Duration => Type::Duration(None),
            Model::Enum => Type::Enum(colours),
            Model::String => Type::STRING,
            Model::Wsz => Type::Wsz(ANY_LENGTH),
            Model::XmlString => Type::XmlString(ANY_LENGTH),
            Model::Bytes => Type::BYTES,
            Model::UniqueId => Type::UniqueId(ANY_LENGTH),
            Model::QName => Type::XmlQName(None),
            Model::Struct(fields) => {
                let id = builder.announce_struct(self.size() as u32, 8)?;
                let mut described = Vec::new();
                for (index, (field, offset)) in fields.iter().zip(offsets(fields)).enumerate() {
                    described.push(field.describe(index, offset as u32, builder, colours)?);
                }
                builder.define_struct(id, StructDescription { fields: described, ..Default::default() })?;
                Type::Struct(id)
            }
        })
    }

    /// Bytes in memory.
    pub(crate) fn size(&self) -> usize {
        match self {
            Model::Int8 => 1,
            Model::UInt16 => 2,
            Model::Bool | Model::Int32 | Model::UInt32 | Model::Float | Model::Enum => 4,
            Model::Int64 | Model::UInt64 | Model::Double | Model::Span | Model::Wsz => 8,
            Model::Decimal | Model::Date | Model::Guid | Model::String | Model::Bytes => 16,
            Model::Duration => layout::DURATION,
            Model::XmlString => layout::XML_STRING,
            Model::UniqueId => layout::UNIQUE_ID,
            Model::QName => layout::QNAME,
            Model::Struct(fields) => fields.iter().map(FieldModel::size).sum(),
        }
    }

    fn has_nil(&self) -> bool {
        matches!(self, Model::String | Model::Wsz | Model::XmlString | Model::Bytes)
    }

    /// Puts a value into memory.
    pub(crate) fn store(&self, value: &Value, memory: &mut Arena, at: Address) -> Result<()> {
        let counted = |memory: &mut Arena, at: Address, count: usize, bytes: &[u8]| {
            let place = memory.allocate(bytes.len())?;
            memory.store_bytes(place, bytes)?;
            memory.store(at, (count as u32).to_ne_bytes())?;
            memory.store_pointer(memory.offset(at, layout::CHARS), Some(place))
        };
        match (self, value) {
            (_, Value::Plain(bytes)) => memory.store_bytes(at, bytes),
            (_, Value::None) => memory.clear(at, self.size()),
            (Model::String, Value::Text(text)) => {
                let units = utf16(text);
                counted(memory, at, units.len() / 2, &units)
            }
            (Model::Wsz, Value::Text(text)) => {
                let mut units = utf16(text);
                units.extend([0, 0]);
                let place = memory.allocate(units.len())?;
                memory.store_bytes(place, &units)?;
                memory.store_pointer(at, Some(place))
            }
            (Model::XmlString, Value::Text(text)) => {
                memory.clear(at, layout::XML_STRING)?;
                counted(memory, at, text.len(), text.as_bytes())
            }
            (Model::Bytes, Value::Bytes(bytes)) => counted(memory, at, bytes.len(), bytes),
            (Model::UniqueId, Value::Text(uri)) => {
                memory.clear(at, layout::UNIQUE_ID)?;
                counted(memory, at, uri.len(), &utf16(uri))
            }
            (Model::UniqueId, Value::Bytes(guid)) => {
                memory.clear(at, layout::UNIQUE_ID)?;
                memory.store_bytes(memory.offset(at, layout::UNIQUE_ID_GUID), guid)
            }
            (Model::QName, Value::Name(local, ns)) => {
                memory.clear(at, layout::QNAME)?;
                counted(memory, at, local.len(), local.as_bytes())?;
                counted(memory, memory.offset(at, layout::QNAME_NS), ns.len(), ns.as_bytes())
            }
            (Model::Struct(fields), Value::Struct(values)) => {
                let places: Vec<usize> = offsets(fields).collect();
                for ((field, value), offset) in fields.iter().zip(values).zip(places) {
                    field.store(value, memory, memory.offset(at, offset))?;
                }
                Ok(())
            }
            other => panic!("{other:?} do not go together"),
        }
    }

    /// The value that stands in memory.
    pub(crate) fn load(&self, memory: &Arena, at: Address) -> Result<Value> {
        let counted = |at: Address, unit: usize| -> Result<Option<Vec<u8>>> {
            let count = u32::from_ne_bytes(memory.load(at)?) as usize;
            match memory.load_pointer(memory.offset(at, layout::CHARS))? {
                None => Ok(None),
                Some(place) => memory.bytes(place, unit * count).map(|bytes| Some(bytes.to_vec())),
            }
        };
        Ok(match self {
            Model::String => counted(at, 2)?.map_or(Value::None, |units| Value::Text(text(&units))),
            Model::XmlString => {
                counted(at, 1)?.map_or(Value::None, |bytes| Value::Text(String::from_utf8(bytes).unwrap()))
            }
            Model::Bytes => counted(at, 1)?.map_or(Value::None, Value::Bytes),
            Model::Wsz => match memory.load_pointer(at)? {
                None => Value::None,
                Some(place) => {
                    let count = memory.units_before_zero(place)?;
                    Value::Text(text(memory.bytes(place, 2 * count)?))
                }
            },
            Model::UniqueId => match counted(at, 2)? {
                Some(units) if !units.is_empty() => Value::Text(text(&units)),
                _ => Value::Bytes(memory.bytes(memory.offset(at, layout::UNIQUE_ID_GUID), 16)?.to_vec()),
            },
            Model::QName => {
                let string = |at| -> Result<String> {
                    Ok(String::from_utf8(counted(at, 1)?.unwrap_or_default()).unwrap())
                };
                Value::Name(string(at)?, string(memory.offset(at, layout::QNAME_NS))?)
            }
            Model::Struct(fields) => {
                let mut values = Vec::new();
                for (field, offset) in fields.iter().zip(offsets(fields)) {
                    values.push(field.load(memory, memory.offset(at, offset))?);
                }
                Value::Struct(values)
            }
            Model::Date => Value::Plain([memory.bytes(at, 12)?, &[0; 4]].concat()),
            Model::Decimal => Value::Plain([&[0; 2], memory.bytes(memory.offset(at, 2), 14)?].concat()),
            plain => Value::Plain(memory.bytes(at, plain.size())?.to_vec()),
        })
    }

    /// Values of the model.
    pub(crate) fn values(&self) -> BoxedStrategy<Value> {
        macro_rules! number {
            ($kind:ty) => {
                any::<$kind>().prop_map(|n| Value::Plain(n.to_ne_bytes().to_vec())).boxed()
            };
        }
        match self {
            Model::Bool => {
                any::<bool>().prop_map(|b| Value::Plain(i32::from(b).to_ne_bytes().into())).boxed()
            }
            Model::Int8 => number!(i8),
            Model::UInt16 => number!(u16),
            Model::Int32 => number!(i32),
            Model::UInt32 => number!(u32),
            Model::Int64 | Model::Span => number!(i64),
            Model::UInt64 => number!(u64),
            Model::Float => number!(f32),
            Model::Double => number!(f64),
            Model::Guid => any::<[u8; 16]>().prop_map(|guid| Value::Plain(guid.to_vec())).boxed(),
            Model::Decimal => (0u8..=28, any::<bool>(), any::<u32>(), 1..u64::MAX)
                .prop_map(|(scale, negative, high, low)| {
                    let sign = if negative { 0x80 } else { 0 };
                    Value::Plain([&[0, 0, scale, sign], &high.to_ne_bytes()[..], &low.to_ne_bytes()].concat())
                })
                .boxed(),
            // A local zone is not known, and written as UTC.
            Model::Date => (0..=DateTime::MAX_TICKS, prop_oneof![Just(0i32), Just(2)])
                .prop_map(|(ticks, format)| {
                    Value::Plain([&ticks.to_ne_bytes()[..], &format.to_ne_bytes(), &[0; 4]].concat())
                })
                .boxed(),
            Model::Duration => (any::<[u16; 6]>(), any::<bool>(), 0u32..1000, 1u32..10_000)
                .prop_map(|(parts, negative, milliseconds, ticks)| {
                    let parts = parts.into_iter().map(u32::from).chain([milliseconds, ticks]);
                    let all = [u32::from(negative)].into_iter().chain(parts);
                    Value::Plain(all.flat_map(u32::to_ne_bytes).collect())
                })
                .boxed(),
            Model::Enum => prop::sample::select(&COLOURS[..])
                .prop_map(|(_, value)| Value::Plain(value.to_ne_bytes().to_vec()))
                .boxed(),
            Model::String | Model::Wsz | Model::XmlString => {
                "[a-zA-Z0-9äß€😀 <&>\"'\t\n]{0,12}".prop_map(Value::Text).boxed()
            }
            Model::Bytes => prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes).boxed(),
            Model::UniqueId => prop_oneof![
                any::<[u8; 16]>().prop_map(|guid| Value::Bytes(guid.to_vec())),
                "urn:[a-z]{1,8}".prop_map(Value::Text),
            ]
            .boxed(),
            Model::QName => ("[a-z]{1,4}", prop_oneof![Just("urn:q".to_owned()), Just("urn:r".to_owned())])
                .prop_map(|(local, ns)| Value::Name(local, ns))
                .boxed(),
            Model::Struct(fields) => {
                let values: Vec<_> = fields.iter().map(FieldModel::values).collect();
                values.prop_map(Value::Struct).boxed()
            }
        }
    }
}

impl FieldModel {
    fn describe(
        &self,
        index: usize,
        offset: u32,
        builder: &mut SchemaBuilder,
        colours: EnumId,
    ) -> Result<Field> {
        let ns = ["", "urn:a", "urn:b"][index % 3];
        let name = |prefix: &str| Some(QualifiedName::new(&format!("{prefix}{index}"), ns));
        let ty = self.model.ty(builder, colours)?;
        let flag = |set: bool, option: FieldOptions| if set { option } else { FieldOptions::default() };
        Ok(match self.shape {
            Shape::Attribute { optional } => {
                let field = Field::new(FieldMapping::Attribute, name("a"), ty, offset);
                Field { options: flag(optional, FieldOptions::OPTIONAL), ..field }
            }
            Shape::Element { optional, pointer, nillable } => Field {
                options: flag(optional, FieldOptions::OPTIONAL)
                    | flag(pointer, FieldOptions::POINTER)
                    | flag(nillable, FieldOptions::NILLABLE),
                ..Field::new(FieldMapping::Element, name("e"), ty, offset)
            },
            Shape::List { wrapper, pointer } => Field {
                options: flag(pointer, FieldOptions::POINTER | FieldOptions::NILLABLE_ITEM),
                count_offset: offset + 8,
                item_name: name("i"),
                ..Field::new(
                    FieldMapping::RepeatingElement,
                    if wrapper { name("w") } else { None },
                    ty,
                    offset,
                )
            },
            Shape::Choice => {
                let id = builder.announce_union(self.size() as u32, 8)?;
                let first = Field::new(FieldMapping::Element, name("x"), Type::INT32, 8);
                let second = Field::new(FieldMapping::Element, name("y"), ty, 8);
                let fields = vec![(1, first), (2, second)];
                builder.define_union(id, UnionDescription { fields, enum_offset: 0, none: 0 })?;
                Field {
                    options: FieldOptions::OPTIONAL,
                    ..Field::new(FieldMapping::ElementChoice, None, Type::Union(id), offset)
                }
            }
        })
    }

    /// Bytes in the struct, a multiple of 8.
    fn size(&self) -> usize {
        match self.shape {
            Shape::Element { pointer: true, .. } => 8,
            Shape::List { .. } => 16,
            Shape::Choice => 8 + self.model.size().next_multiple_of(8).max(8),
            _ => self.model.size().next_multiple_of(8),
        }
    }

    fn store(&self, value: &Value, memory: &mut Arena, at: Address) -> Result<()> {
        let pointed = |memory: &mut Arena, value: &Value, at: Address| match value {
            Value::None => memory.store_pointer(at, None),
            value => {
                let place = memory.allocate(self.model.size())?;
                self.model.store(value, memory, place)?;
                memory.store_pointer(at, Some(place))
            }
        };
        match (&self.shape, value) {
            (Shape::Element { pointer: true, .. }, value) => pointed(memory, value, at),
            (Shape::List { pointer, .. }, Value::List(values)) => {
                let size = if *pointer { 8 } else { self.model.size() };
                let array = memory.allocate(values.len() * size)?;
                for (index, value) in values.iter().enumerate() {
                    let at = memory.offset(array, index * size);
                    if *pointer {
                        pointed(memory, value, at)?;
                    } else {
                        self.model.store(value, memory, at)?;
                    }
                }
                memory.store_pointer(at, Some(array))?;
                memory.store(memory.offset(at, 8), (values.len() as u32).to_ne_bytes())
            }
            (Shape::Choice, Value::None) => memory.store(at, 0i32.to_ne_bytes()),
            (Shape::Choice, Value::Choice(choice, value)) => {
                memory.store(at, choice.to_ne_bytes())?;
                let model = if *choice == 1 { &Model::Int32 } else { &self.model };
                model.store(value, memory, memory.offset(at, 8))
            }
            (_, value) => self.model.store(value, memory, at),
        }
    }

    fn load(&self, memory: &Arena, at: Address) -> Result<Value> {
        let pointed = |at: Address| match memory.load_pointer(at)? {
            None => Ok(Value::None),
            Some(place) => self.model.load(memory, place),
        };
        match &self.shape {
            Shape::Element { pointer: true, .. } => pointed(at),
            Shape::List { pointer, .. } => {
                let count = u32::from_ne_bytes(memory.load(memory.offset(at, 8))?) as usize;
                let Some(array) = memory.load_pointer(at)? else { return Ok(Value::List(Vec::new())) };
                let item = |index| match pointer {
                    true => pointed(memory.offset(array, index * 8)),
                    false => self.model.load(memory, memory.offset(array, index * self.model.size())),
                };
                (0..count).map(item).collect::<Result<_>>().map(Value::List)
            }
            Shape::Choice => Ok(match i32::from_ne_bytes(memory.load(at)?) {
                0 => Value::None,
                1 => Value::Choice(1, Box::new(Model::Int32.load(memory, memory.offset(at, 8))?)),
                two => Value::Choice(two, Box::new(self.model.load(memory, memory.offset(at, 8))?)),
            }),
            _ => self.model.load(memory, at),
        }
    }

    fn values(&self) -> BoxedStrategy<Value> {
        let value = self.model.values();
        let or_none = |value: BoxedStrategy<Value>| prop_oneof![4 => value, 1 => Just(Value::None)].boxed();
        match self.shape {
            Shape::Element { pointer, optional, nillable } if pointer && (optional || nillable) => {
                or_none(value)
            }
            Shape::Element { optional, nillable, .. } if (optional || nillable) && self.model.has_nil() => {
                or_none(value)
            }
            Shape::Attribute { optional: true } if self.model.has_nil() => or_none(value),
            Shape::List { pointer, .. } => {
                let item = if pointer { or_none(value) } else { value };
                prop::collection::vec(item, 0..7).prop_map(Value::List).boxed()
            }
            Shape::Choice => prop_oneof![
                Just(Value::None),
                Model::Int32.values().prop_map(|v| Value::Choice(1, Box::new(v))),
                value.prop_map(|v| Value::Choice(2, Box::new(v))),
            ]
            .boxed(),
            _ => value,
        }
    }
}

/// Where the fields of a struct stand.
fn offsets(fields: &[FieldModel]) -> impl Iterator<Item = usize> {
    fields.iter().scan(0, |next, field| {
        let offset = *next;
        *next += field.size();
        Some(offset)
    })
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_ne_bytes).collect()
}

fn text(units: &[u8]) -> String {
    let units: Vec<u16> = units.as_chunks::<2>().0.iter().map(|pair| u16::from_ne_bytes(*pair)).collect();
    String::from_utf16(&units).unwrap()
}

/// The enumeration that all models use.
pub(crate) fn colours(builder: &mut SchemaBuilder) -> Result<EnumId> {
    builder.add_enum(COLOURS.iter().map(|(name, value)| (SchemaString::from(*name), *value)).collect())
}

/// Types that are text.
fn scalars() -> impl Strategy<Value = Model> {
    use Model::*;
    prop::sample::select(vec![
        Bool, Int8, UInt16, Int32, UInt32, Int64, UInt64, Float, Double, Decimal, Date, Span, Guid, Duration,
        Enum, String, Wsz, XmlString, Bytes, UniqueId, QName,
    ])
}

/// Structs, with structs in them.
pub(crate) fn structs() -> impl Strategy<Value = Model> {
    let leaf = prop::collection::vec(scalars(), 1..4).prop_map(|models| {
        let shape = Shape::Element { optional: false, pointer: false, nillable: false };
        let fields = models.into_iter().map(|model| FieldModel { shape: shape.clone(), model });
        Model::Struct(fields.collect())
    });
    leaf.prop_recursive(3, 24, 5, |inner| {
        let attributes = prop::collection::vec((any::<bool>(), scalars()), 0..3);
        let any_type = prop_oneof![3 => scalars(), 1 => inner];
        let elements = prop::collection::vec((0u8..4, any::<[bool; 3]>(), any_type), 0..6);
        (attributes, elements).prop_map(|(attributes, elements)| {
            let attributes = attributes
                .into_iter()
                .map(|(optional, model)| FieldModel { shape: Shape::Attribute { optional }, model });
            let elements = elements.into_iter().map(|(kind, [a, b, c], model)| {
                let is_pointer = matches!(model, Model::Wsz);
                let shape = match kind {
                    0 => Shape::Choice,
                    1 => Shape::List { wrapper: a, pointer: b && !is_pointer },
                    _ => {
                        let pointer = a && !is_pointer;
                        let optional = b && (pointer || !matches!(model, Model::Struct(_)));
                        Shape::Element { optional, pointer, nillable: c && (pointer || model.has_nil()) }
                    }
                };
                FieldModel { shape, model }
            });
            Model::Struct(attributes.chain(elements).collect())
        })
    })
}
