//! Any value of any type comes back as it was, in every encoding.

use crate::{
    memory::Arena,
    model::{Model, Value, colours, structs},
};
use proptest::prelude::*;
use wws_core::{
    Result,
    schema::{Memory, ReadOption, Schema, SchemaBuilder, Type, ValueReader, ValueWriter, WriteOption},
    typed::Name,
    xml::{
        Charset, Reader, ReaderEncoding, ReaderOptions, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        mtom::{MtomInput, MtomOutput, mime::Related},
    },
};

/// The types of a model.
fn schema(model: &Model) -> Result<(Schema, Type)> {
    let mut builder = SchemaBuilder::default();
    let colours = colours(&mut builder)?;
    let ty = model.ty(&mut builder, colours)?;
    Ok((builder.finish()?, ty))
}

/// The element with the value.
fn write(model: &Model, value: &Value, encoding: WriterEncoding) -> Result<Vec<u8>> {
    let (schema, ty) = schema(model)?;
    let mut memory = Arena::new(usize::MAX);
    let place = memory.allocate(model.size())?;
    model.store(value, &mut memory, place)?;
    let mut writer = Writer::new(encoding, WriterOptions::default());
    let mut walk = ValueWriter::new(&schema, &mut writer, memory);
    let name = Name::new("t", "urn:t");
    walk.write_element(name, &ty, WriteOption::RequiredValue, place, model.size())?;
    writer.into_bytes()
}

/// The value of the element.
fn read(model: &Model, document: &[u8], encoding: ReaderEncoding) -> Result<Value> {
    let (schema, ty) = schema(model)?;
    let mut memory = Arena::new(usize::MAX);
    let place = memory.allocate(model.size())?;
    let options = ReaderOptions { max_depth: 100, ..ReaderOptions::default() };
    let mut reader = Reader::with_input(encoding, document.into()).with_options(options);
    let mut walk = ValueReader::new(&schema, &mut reader, memory);
    let name = Name::new("t", "urn:t");
    walk.read_element(Some(name), &ty, ReadOption::RequiredValue, place, model.size())?;
    model.load(&walk.into_host(), place)
}

/// Models with a value.
fn cases() -> impl Strategy<Value = (Model, Value)> {
    structs().prop_flat_map(|model| model.values().prop_map(move |value| (model.clone(), value)))
}

proptest! {
    #[test]
    fn in_text((model, value) in cases()) {
        let document = write(&model, &value, Charset::Utf8.into()).unwrap();
        let text = String::from_utf8_lossy(&document).into_owned();
        let back = read(&model, &document, ReaderEncoding::text());
        prop_assert_eq!(back.map_err(|e| format!("{e}: {text}")).unwrap(), value, "{}", text);
    }

    #[test]
    fn in_binary((model, value) in cases()) {
        let document = write(&model, &value, BinaryEncoding::default().into()).unwrap();
        prop_assert_eq!(read(&model, &document, ReaderEncoding::Binary(Default::default())).unwrap(), value);
    }

    #[test]
    fn in_mtom((model, value) in cases()) {
        let frame = Related::new("uuid:1", "http://example.com/0", "text/xml").unwrap();
        let document = write(&model, &value, MtomOutput::new(frame).into()).unwrap();
        prop_assert_eq!(read(&model, &document, ReaderEncoding::Mtom(MtomInput::with_header())).unwrap(), value);
    }

    /// Whatever the document: a value or an error, and no more memory than there is room for.
    #[test]
    fn documents_of_other_types((model, value) in cases(), other in structs(), room in 0usize..2000) {
        let document = write(&model, &value, Charset::Utf8.into()).unwrap();
        let (schema, ty) = schema(&other).unwrap();
        let mut memory = Arena::new(room);
        let Ok(place) = memory.allocate(other.size()) else { return Ok(()) };
        let mut reader = Reader::text(&document);
        let mut walk = ValueReader::new(&schema, &mut reader, memory);
        let result = walk.read_element(None, &ty, ReadOption::RequiredValue, place, other.size());
        let memory = walk.into_host();
        prop_assert!(memory.most_scratch <= room);
        prop_assert_eq!(result.is_err(), reader.failure().is_some());
    }
}
