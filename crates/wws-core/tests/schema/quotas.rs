//! What a hostile document can want too much of.

use crate::memory::{Address, Arena};
use wws_core::{
    Error, ErrorCode,
    schema::{
        Field, FieldMapping, FieldOptions, MAX_NESTING, Memory, QualifiedName, ReadOption, Schema,
        SchemaBuilder, StructDescription, Type, ValueReader, ValueWriter, WriteOption, layout,
    },
    typed::Name,
    xml::{Charset, Reader, ReaderOptions, Writer, WriterOptions},
};

fn read(schema: &Schema, ty: &Type, text: &str, room: usize) -> (Result<Address, Error>, Arena) {
    let mut memory = Arena::new(room + 8);
    let slot = memory.allocate(8).unwrap();
    let options = ReaderOptions { max_depth: 10_000, ..ReaderOptions::default() };
    let mut reader = Reader::text(text.as_bytes()).with_options(options);
    let mut walk = ValueReader::new(schema, &mut reader, memory);
    let result = walk.read_element(None, ty, ReadOption::RequiredPointer, slot, 8);
    let memory = walk.into_host();
    let result = result.map(|()| memory.load_pointer(slot).unwrap().unwrap());
    assert_eq!(result.is_err(), reader.failure().is_some());
    (result, memory)
}

/// A list of numbers without a wrapper.
fn list() -> (Schema, Type) {
    let mut builder = SchemaBuilder::default();
    let id = builder.announce_struct(16, 8).unwrap();
    let items = Field {
        count_offset: 8,
        item_name: Some(QualifiedName::new("n", "")),
        ..Field::new(FieldMapping::RepeatingElement, None, Type::INT64, 0)
    };
    builder.define_struct(id, StructDescription { fields: vec![items], ..Default::default() }).unwrap();
    (builder.finish().unwrap(), Type::Struct(id))
}

#[test]
fn an_array_counts_once_and_not_more() {
    let (schema, ty) = list();
    for count in [0, 1, 4, 5, 100, 1000] {
        let text = format!("<t>{}</t>", "<n>7</n>".repeat(count));
        let (result, memory) = read(&schema, &ty, &text, 16 + 8 * count);
        let place = result.unwrap();
        assert_eq!(memory.room, 0, "{count} items need their size and nothing else");
        assert_eq!(u32::from_ne_bytes(memory.load(memory.offset(place, 8)).unwrap()), count as u32);
        if count > 0 {
            let (result, memory) = read(&schema, &ty, &text, 16 + 8 * count - 1);
            assert_eq!(result.unwrap_err().code(), ErrorCode::QuotaExceeded, "{count}");
            assert!(memory.most_scratch < 8 * count, "no more is taken than there is room for");
        }
    }
}

#[test]
fn strings_bytes_and_buffers_stop_at_the_room() {
    let schema = SchemaBuilder::default().finish().unwrap();
    let long = "a".repeat(10_000);
    for ty in [Type::STRING, Type::BYTES, Type::XmlBuffer] {
        let text = format!("<t>{long}</t>");
        for room in [0, 100, 4000] {
            let (result, _) = read(&schema, &ty, &text, room);
            assert_eq!(result.unwrap_err().code(), ErrorCode::QuotaExceeded, "{ty:?} in {room} bytes");
        }
        read(&schema, &ty, &text, 50_000).0.unwrap();
    }
}

/// A struct with a pointer to another one of its kind.
fn chain() -> (Schema, Type) {
    let mut builder = SchemaBuilder::default();
    let id = builder.announce_struct(8, 8).unwrap();
    let name = Some(QualifiedName::new("c", ""));
    let options = FieldOptions::POINTER | FieldOptions::OPTIONAL;
    let next = Field { options, ..Field::new(FieldMapping::Element, name, Type::Struct(id), 0) };
    builder.define_struct(id, StructDescription { fields: vec![next], ..Default::default() }).unwrap();
    (builder.finish().unwrap(), Type::Struct(id))
}

#[test]
fn values_nest_so_deep_and_no_deeper() {
    let (schema, ty) = chain();
    let depth = MAX_NESTING as usize;
    let nested = |depth: usize| format!("{}{}", "<c>".repeat(depth), "</c>".repeat(depth));
    read(&schema, &ty, &nested(depth), 1 << 20).0.unwrap();
    let (result, _) = read(&schema, &ty, &nested(depth + 1), 1 << 20);
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("nested more than 200 levels"), "{error}");
}

#[test]
fn a_value_that_contains_itself_is_an_error() {
    let (schema, ty) = chain();
    let mut memory = Arena::new(100);
    let place = memory.allocate(8).unwrap();
    memory.store_pointer(place, Some(place)).unwrap();
    let options = WriterOptions { max_depth: u32::MAX, ..WriterOptions::default() };
    let mut writer = Writer::new(Charset::Utf8, options);
    let mut walk = ValueWriter::new(&schema, &mut writer, memory);
    let name = Name::new("c", "");
    let error = walk.write_element(name, &ty, WriteOption::RequiredValue, place, 8).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}

#[test]
fn a_pointer_to_nowhere_is_an_error_where_memory_is_checked() {
    let schema = SchemaBuilder::default().finish().unwrap();
    let mut memory = Arena::new(100);
    let place = memory.allocate(layout::STRING).unwrap();
    memory.store(place, 1000u32.to_ne_bytes()).unwrap();
    memory.store_pointer(memory.offset(place, layout::CHARS), Some(place)).unwrap();
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::default());
    let mut walk = ValueWriter::new(&schema, &mut writer, memory);
    let name = Name::new("t", "");
    let result = walk.write_element(name, &Type::STRING, WriteOption::RequiredValue, place, layout::STRING);
    assert_eq!(result.unwrap_err().code(), ErrorCode::InvalidArgument);
}
