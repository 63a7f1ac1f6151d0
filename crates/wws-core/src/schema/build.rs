//! Descriptions become a schema, unless they contradict themselves (WWSAPI I.6–I.8).

use super::{
    check::{self, Sizes, wrong},
    description::{
        Enum, FieldMapping, Schema, SchemaString, Struct, StructDescription, Union, UnionDescription,
    },
    types::{CustomId, EnumId, StructId, UnionId},
};
use crate::Result;

/// Collects descriptions. A struct or union is announced before it is defined, so that types can contain pointers to
/// themselves.
///
/// ```
/// use wws_core::schema::{Field, FieldMapping, QualifiedName, SchemaBuilder, StructDescription, Type};
/// let mut builder = SchemaBuilder::default();
/// let point = builder.announce_struct(8, 4)?;
/// let field = |name, offset| Field::new(FieldMapping::Element, Some(QualifiedName::new(name, "")), Type::INT32, offset);
/// builder.define_struct(point, StructDescription { fields: vec![field("x", 0), field("y", 4)], ..Default::default() })?;
/// let schema = builder.finish()?;
/// assert_eq!(schema.size_of(&Type::Struct(point)), 8);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct SchemaBuilder {
    sizes: Sizes,
    structs: Vec<Option<Struct>>,
    unions: Vec<Option<Union>>,
    enums: Vec<Enum>,
}

impl SchemaBuilder {
    /// A struct of this size, to be defined later.
    ///
    /// # Errors
    /// `InvalidArgument` if the alignment is not 1, 2, 4 or 8.
    pub fn announce_struct(&mut self, size: u32, alignment: u32) -> Result<StructId> {
        check_alignment("a struct", size, alignment)?;
        self.sizes.structs.push(size);
        self.structs.push(None);
        Ok(StructId(self.structs.len() as u32 - 1))
    }

    /// A union of this size, with its enumeration value, to be defined later.
    ///
    /// # Errors
    /// As [`announce_struct`](Self::announce_struct).
    pub fn announce_union(&mut self, size: u32, alignment: u32) -> Result<UnionId> {
        check_alignment("a union", size, alignment)?;
        self.sizes.unions.push(size);
        self.unions.push(None);
        Ok(UnionId(self.unions.len() as u32 - 1))
    }

    /// An enumeration: each value with its name.
    ///
    /// # Errors
    /// `InvalidArgument` if two values have the same name.
    pub fn add_enum(&mut self, values: Vec<(SchemaString, i32)>) -> Result<EnumId> {
        let mut values = values;
        values.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        let twice = values.windows(2).find(|pair| matches!(pair, [a, b] if a.0.text == b.0.text));
        if let Some([(name, _), _]) = twice {
            return Err(wrong(format!("two values of an enumeration have the name '{}'", name.as_str())));
        }
        self.enums.push(Enum { values });
        self.sizes.enums = self.enums.len();
        Ok(EnumId(self.enums.len() as u32 - 1))
    }

    /// A type that the host reads and writes.
    ///
    /// # Errors
    /// As [`announce_struct`](Self::announce_struct).
    pub fn add_custom(&mut self, size: u32, alignment: u32) -> Result<CustomId> {
        check_alignment("a custom type", size, alignment)?;
        self.sizes.customs.push(size);
        Ok(CustomId(self.sizes.customs.len() as u32 - 1))
    }

    /// Says what a struct consists of.
    ///
    /// # Errors
    /// `InvalidArgument` if that is impossible; the text says why.
    pub fn define_struct(&mut self, id: StructId, description: StructDescription) -> Result<()> {
        let size = match (self.structs.get(id.index()), self.sizes.structs.get(id.index())) {
            (Some(None), Some(size)) => *size,
            _ => return Err(wrong("the struct was not announced, or is defined already".into())),
        };
        for field in &description.fields {
            check::field(&self.sizes, field, size)?;
        }
        check::overlaps(&self.sizes, description.fields.iter(), size)?;
        check::names(&description.fields)?;
        let sorted = sort(description, size)?;
        if let Some(slot) = self.structs.get_mut(id.index()) {
            *slot = Some(sorted);
        }
        Ok(())
    }

    /// Says what the choices of a union are.
    ///
    /// # Errors
    /// `InvalidArgument` if they are impossible; the text says why.
    pub fn define_union(&mut self, id: UnionId, description: UnionDescription) -> Result<()> {
        let size = match (self.unions.get(id.index()), self.sizes.unions.get(id.index())) {
            (Some(None), Some(size)) => *size,
            _ => return Err(wrong("the union was not announced, or is defined already".into())),
        };
        check::union(&self.sizes, &description, size)?;
        let any = description.fields.iter().position(|(_, f)| f.mapping == FieldMapping::AnyElement);
        let UnionDescription { fields, enum_offset, none } = description;
        if let Some(slot) = self.unions.get_mut(id.index()) {
            *slot = Some(Union { size, fields, any, enum_offset, none });
        }
        Ok(())
    }

    /// The schema.
    ///
    /// # Errors
    /// `InvalidArgument` if something was announced and not defined, a struct contains itself, or a struct with
    /// attributes or elements is to be text.
    pub fn finish(self) -> Result<Schema> {
        let undefined = || wrong("a struct or union was announced and not defined".into());
        let structs: Option<Vec<Struct>> = self.structs.into_iter().collect();
        let unions: Option<Vec<Union>> = self.unions.into_iter().collect();
        let schema = Schema {
            structs: structs.ok_or_else(undefined)?,
            unions: unions.ok_or_else(undefined)?,
            enums: self.enums,
            customs: self.sizes.customs,
        };
        check::whole(&schema)?;
        Ok(schema)
    }
}

/// Sorts the fields by what they read from, and checks their order (WWSAPI I.7).
fn sort(description: StructDescription, size: u32) -> Result<Struct> {
    let mut sorted = Struct {
        size,
        type_field: None,
        attributes: Vec::new(),
        any_attributes: None,
        text: None,
        elements: Vec::new(),
        unmapped: Vec::new(),
        type_name: description.type_name,
        sub_types: description.sub_types,
        is_abstract: description.is_abstract,
        ignore_trailing: description.ignore_trailing,
        ignore_attributes: description.ignore_attributes,
    };
    let mut content_is_complete = false;
    for (index, field) in description.fields.into_iter().enumerate() {
        let order = |rule: &str| Err(wrong(format!("{}: {rule}", field.label())));
        let has_content = sorted.text.is_some() || !sorted.elements.is_empty();
        match field.mapping {
            FieldMapping::TypeAttribute if index > 0 => return order("a type attribute is the first field"),
            FieldMapping::TypeAttribute => sorted.type_field = Some(field.offset),
            FieldMapping::Attribute | FieldMapping::XmlAttribute | FieldMapping::AnyAttributes
                if has_content =>
            {
                return order("attributes come before the content");
            }
            FieldMapping::Attribute | FieldMapping::XmlAttribute => sorted.attributes.push(field),
            FieldMapping::AnyAttributes if sorted.any_attributes.is_some() => {
                return order("only one field can have all other attributes");
            }
            FieldMapping::AnyAttributes => sorted.any_attributes = Some(field),
            FieldMapping::NoField => sorted.unmapped.push(field),
            FieldMapping::Text if has_content => return order("text is all the content, or none of it"),
            FieldMapping::Text => sorted.text = Some(field),
            _ if sorted.text.is_some() => return order("a struct with a text field has no elements"),
            _ if content_is_complete => return order("nothing can follow a field that takes any content"),
            mapping => {
                content_is_complete = mapping == FieldMapping::AnyContent;
                sorted.elements.push(field);
            }
        }
    }
    Ok(sorted)
}

fn check_alignment(what: &str, size: u32, alignment: u32) -> Result<()> {
    if matches!(alignment, 1 | 2 | 4 | 8) || (size, alignment) == (0, 0) {
        return Ok(());
    }
    Err(wrong(format!("{what} of {size} bytes has the alignment {alignment}: 1, 2, 4 or 8 is possible")))
}
