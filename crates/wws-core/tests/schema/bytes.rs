//! Descriptions of types made of any bytes, and what has to hold for any of them. The fuzz target `schema` runs this, too.

use crate::memory::Arena;
use wws_core::{
    Result,
    schema::{
        ANY_LENGTH, Field, FieldMapping, FieldOptions, Lengths, Memory, QualifiedName, ReadOption, Schema,
        SchemaBuilder, StructDescription, StructId, Type, TypeMapping, UnionDescription, UnionId,
        ValueReader, ValueWriter, WriteOption,
    },
    typed::Name,
    xml::{Charset, Reader, ReaderEncoding, ReaderOptions, Writer, WriterOptions},
};

/// A field: mapping, type, offset, options, name, count, item, range.
pub(crate) type FieldBytes = [u8; 8];

/// Sizes of structs and unions; the fields of each.
pub(crate) type Types = ([(u8, Vec<FieldBytes>); 3], [(u8, Vec<FieldBytes>); 2]);

fn ty(number: u8, structs: &[StructId], unions: &[UnionId], builder: &mut SchemaBuilder) -> Result<Type> {
    let range = Lengths { min: u32::from(number & 1), max: 9 };
    Ok(match number % 32 {
        0 => Type::Bool(None),
        1 => Type::INT8,
        2 => Type::INT16,
        3 => Type::INT32,
        4 => Type::INT64,
        5 => Type::UINT8,
        6 => Type::UINT64,
        7 => Type::Float(None),
        8 => Type::Double(None),
        9 => Type::Decimal(None),
        10 => Type::DateTime(None),
        11 => Type::TIMESPAN,
        12 => Type::Guid(None),
        13 => Type::Duration(None),
        14 => Type::UniqueId(ANY_LENGTH),
        15 => Type::String(range),
        16 => Type::Wsz(range),
        17 => Type::Bytes(range),
        18 => Type::XmlString(range),
        19 => Type::XmlQName(None),
        20 => Type::XmlBuffer,
        21 => Type::CharArray(range),
        22 => Type::Utf8Array(range),
        23 => Type::ByteArray(range),
        24 => Type::Description,
        25 => Type::Enum(builder.add_enum(vec![("a".into(), 1), ("b".into(), 2)])?),
        26 => Type::Void(u32::from(number >> 5)),
        27 => Type::AnyAttributes,
        n if n < 30 => Type::Union(unions[usize::from(number >> 5) % unions.len()]),
        _ => Type::Struct(structs[usize::from(number >> 5) % structs.len()]),
    })
}

fn field(
    [mapping, kind, offset, flags, name, count, item, range]: FieldBytes,
    structs: &[StructId],
    unions: &[UnionId],
    builder: &mut SchemaBuilder,
) -> Result<Field> {
    let named =
        |n: u8| (n % 5 != 4).then(|| QualifiedName::new(["a", "b", "c", "d"][usize::from(n % 4)], ""));
    let mapping = FieldMapping::from_number(i32::from(mapping % 13)).expect("13 mappings");
    let ty = ty(kind, structs, unions, builder)?;
    Ok(Field {
        options: FieldOptions(u32::from(flags & 31)),
        count_offset: u32::from(count),
        item_name: named(item),
        item_range: Lengths { min: u32::from(range & 3), max: u32::from(range >> 2) },
        ..Field::new(mapping, named(name), ty, u32::from(offset))
    })
}

/// The types; the first struct is the one to read.
pub(crate) fn build(types: &Types) -> Result<(Schema, Vec<StructId>)> {
    let mut builder = SchemaBuilder::default();
    let structs = types
        .0
        .iter()
        .map(|(size, _)| builder.announce_struct(u32::from(*size), 8))
        .collect::<Result<Vec<_>>>()?;
    let unions = types
        .1
        .iter()
        .map(|(size, _)| builder.announce_union(u32::from(*size), 8))
        .collect::<Result<Vec<_>>>()?;
    // What is impossible is left out, so that something is left to read.
    for ((_, fields), id) in types.0.iter().zip(&structs) {
        let described =
            fields.iter().map(|f| field(*f, &structs, &unions, &mut builder)).collect::<Result<Vec<_>>>();
        let flags = types.0[0].0;
        let description = |fields| StructDescription {
            fields,
            type_name: Some(QualifiedName::new(["s", "t", "u"][id.index()], "")),
            sub_types: if flags & 2 != 0 && id.index() == 0 { vec![structs[1]] } else { Vec::new() },
            is_abstract: false,
            ignore_trailing: flags & 4 != 0,
            ignore_attributes: flags & 8 != 0,
        };
        if builder.define_struct(*id, description(described.unwrap_or_default())).is_err() {
            builder.define_struct(*id, description(Vec::new()))?;
        }
    }
    for ((_, fields), id) in types.1.iter().zip(&unions) {
        let mut choices = Vec::new();
        for (value, bytes) in fields.iter().enumerate() {
            choices.push((value as i32, field(*bytes, &structs, &unions, &mut builder)?));
        }
        let description = |fields| UnionDescription { fields, enum_offset: 0, none: -1 };
        if builder.define_union(*id, description(choices)).is_err() {
            builder.define_union(*id, description(Vec::new()))?;
        }
    }
    Ok((builder.finish()?, structs))
}

/// Reads a document into the types: an error or a value, which can be written again or not; no panic, and no more
/// memory than there is room for. Says whether there was a value.
pub(crate) fn read(types: &Types, choice: u8, document: &[u8]) -> bool {
    let Ok((schema, structs)) = build(types) else { return false };
    let ty = Type::Struct(structs[0]);
    let size = schema.size_of(&ty);
    /// Bytes that may be allocated.
    const ROOM: usize = 1 << 14;
    let encoding = if choice & 1 == 0 { ReaderEncoding::text() } else { ReaderEncoding::binary() };
    let mut memory = Arena::new(ROOM);
    let place = memory.allocate(size.max(8)).expect("there is room");
    let mut reader = Reader::with_input(encoding, document.into()).with_options(ReaderOptions {
        max_depth: 64,
        max_token_size: 1 << 16,
        ..ReaderOptions::default()
    });
    let mut walk = ValueReader::new(&schema, &mut reader, memory);
    let option = if choice & 2 == 0 { ReadOption::RequiredValue } else { ReadOption::NillablePointer };
    let result = match choice & 4 {
        0 => walk.read_element(None, &ty, option, place, if option.is_pointer() { 8 } else { size }),
        _ => walk.read_type(TypeMapping::ElementContent, &ty, ReadOption::RequiredValue, place, size),
    };
    let memory = walk.into_host();
    assert!(memory.most_scratch <= ROOM);
    if result.is_err() || option.is_pointer() {
        return result.is_ok();
    }
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
    let mut walk = ValueWriter::new(&schema, &mut writer, memory);
    let name = Name::new("t", "");
    let _ = walk.write_element(name, &ty, WriteOption::RequiredValue, place, size);
    true
}
