//! The rules that descriptions have to keep: which options, types and names go with which mapping (WWSAPI I.6–I.8).

use super::{
    description::{
        Field, FieldMapping, FieldOptions, QualifiedName, Schema, UnionDescription, size_of_plain,
    },
    layout,
    memory::TypeMapping,
    types::{StructId, Type},
};
use crate::{Error, Result, xml::name::is_ncname};

/// Sizes of the types that were announced.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    pub(super) structs: Vec<u32>,
    pub(super) unions: Vec<u32>,
    pub(super) customs: Vec<u32>,
    pub(super) enums: usize,
}

impl Sizes {
    /// Bytes of a value; `None` if the type was not announced.
    fn of(&self, ty: &Type) -> Option<u32> {
        match ty {
            Type::Struct(id) => self.structs.get(id.index()).copied(),
            Type::Union(id) => self.unions.get(id.index()).copied(),
            Type::Custom(id) => self.customs.get(id.index()).copied(),
            Type::Enum(id) if id.index() >= self.enums => None,
            other => u32::try_from(size_of_plain(other)).ok(),
        }
    }
}

/// Checks one field of a struct or union of `size` bytes.
pub(super) fn field(sizes: &Sizes, field: &Field, size: u32) -> Result<()> {
    let refuse = |rule: &str| Err(wrong(format!("{} of type {}: {rule}", field.label(), field.ty.name())));
    if let Some(rule) = wrong_type(field).or_else(|| wrong_options(field)).or_else(|| wrong_names(field)) {
        return refuse(rule);
    }
    if field.item_range.min > field.item_range.max {
        return refuse("its range of items is empty");
    }
    if let Some(rule) = wrong_default(sizes, field) {
        return refuse(rule);
    }
    match places(sizes, field) {
        None => refuse("the type was not announced"),
        Some(places) => match places.iter().find(|(offset, length)| !fits(*offset, *length, size)) {
            Some((offset, length)) => refuse(&format!(
                "{length} bytes at offset {offset} go past the end of the {size} bytes of the struct"
            )),
            None => Ok(()),
        },
    }
}

fn fits(offset: u32, length: u32, size: u32) -> bool {
    length == 0 || offset.checked_add(length).is_some_and(|end| end <= size)
}

/// Where the field stands: offset and length of its value and of its count. `None` if its type is unknown.
fn places(sizes: &Sizes, field: &Field) -> Option<[(u32, u32); 2]> {
    let size = sizes.of(&field.ty)?;
    let has_count = field.mapping.is_repeating() || field.ty.is_array();
    let is_nowhere = matches!(field.ty, Type::Void(_)) && field.mapping != FieldMapping::NoField;
    let length = match () {
        () if is_nowhere => 0,
        () if has_count || field.has(FieldOptions::POINTER) => layout::POINTER as u32,
        () => size,
    };
    let count = if has_count && !is_nowhere { (field.count_offset, 4) } else { (0, 0) };
    Some([(field.offset, length), count])
}

/// Fails if two fields stand at the same place.
pub(super) fn overlaps<'f>(sizes: &Sizes, fields: impl Iterator<Item = &'f Field>, size: u32) -> Result<()> {
    let mut taken: Vec<(u32, u32, &Field)> = Vec::new();
    for field in fields {
        let places = places(sizes, field).into_iter().flatten().filter(|(_, length)| *length > 0);
        taken.extend(places.map(|(offset, length)| (offset, length, field)));
    }
    taken.sort_by_key(|(offset, length, _)| (*offset, *length));
    for pair in taken.windows(2) {
        if let [(offset, length, first), (next, _, second)] = pair
            && offset + length > *next
        {
            return Err(wrong(format!(
                "{} and {} both use offset {next} of the {size} bytes of the struct",
                first.label(),
                second.label()
            )));
        }
    }
    Ok(())
}

/// Fails if two attributes have the same name.
pub(super) fn names(fields: &[Field]) -> Result<()> {
    let attributes = || fields.iter().filter(|f| f.mapping == FieldMapping::Attribute);
    for (index, field) in attributes().enumerate() {
        if attributes().skip(index + 1).any(|other| same(&other.name, &field.name)) {
            return Err(wrong(format!("{}: another attribute has the same name", field.label())));
        }
    }
    Ok(())
}

fn same(a: &Option<QualifiedName>, b: &Option<QualifiedName>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.plain() == b.plain(),
        _ => false,
    }
}

/// Which types a mapping allows.
fn wrong_type(field: &Field) -> Option<&'static str> {
    use FieldMapping::*;
    let ty = &field.ty;
    let is_void = matches!(ty, Type::Void(_));
    let legal = match field.mapping {
        TypeAttribute => matches!(ty, Type::Description),
        Attribute => ty.is_text() || matches!(ty, Type::Custom(_)) || is_void,
        XmlAttribute => ty.is_text(),
        Element => !matches!(ty, Type::Description | Type::Union(_) | Type::AnyAttributes),
        RepeatingElement => {
            !ty.is_array()
                && !is_void
                && !matches!(ty, Type::Description | Type::Union(_) | Type::AnyAttributes)
        }
        Text => ty.is_text() || matches!(ty, Type::Struct(_) | Type::Custom(_)),
        NoField => !matches!(ty, Type::Description | Type::AnyAttributes),
        ElementChoice | RepeatingElementChoice => matches!(ty, Type::Union(_)),
        AnyElement => matches!(ty, Type::XmlBuffer | Type::Custom(_)) || is_void,
        RepeatingAnyElement | AnyContent => matches!(ty, Type::XmlBuffer) || is_void,
        AnyAttributes => matches!(ty, Type::AnyAttributes) || is_void,
    };
    (!legal).then_some("the mapping does not allow the type")
}

/// Which options a mapping and a type allow.
fn wrong_options(field: &Field) -> Option<&'static str> {
    use FieldMapping::*;
    let has = |option| field.has(option);
    let (pointer, optional) = (has(FieldOptions::POINTER), has(FieldOptions::OPTIONAL));
    let needs_pointer = !pointer && !field.ty.has_nil();
    if field.options.0 & !0x1f != 0 {
        return Some("an option is unknown");
    }
    if pointer && !matches!(field.mapping, Element | RepeatingElement | AnyElement | NoField) {
        return Some("the mapping does not allow a pointer");
    }
    if pointer && (field.ty.is_pointer() || field.ty.is_array()) {
        return Some("the type is a pointer already");
    }
    if has(FieldOptions::NILLABLE) {
        match field.mapping {
            Element if needs_pointer => return Some("only a pointer can be nil"),
            // An element of any name is kept as it is, nil or not.
            Element | RepeatingElement | RepeatingElementChoice | AnyElement => {}
            _ => return Some("the mapping does not allow nil"),
        }
        if field.mapping.is_repeating() && field.name.is_none() {
            return Some("an array without a wrapper cannot be nil");
        }
    }
    if has(FieldOptions::NILLABLE_ITEM) {
        match field.mapping {
            RepeatingElement if needs_pointer => return Some("only a pointer can be nil"),
            RepeatingElement => {}
            _ => return Some("only an array has items that can be nil"),
        }
    }
    if optional {
        let by_value = matches!(field.ty, Type::Struct(_)) && !pointer;
        match field.mapping {
            Element if by_value => return Some("an optional struct is a pointer"),
            TypeAttribute | Text | NoField => return Some("the mapping does not allow an option"),
            _ => {}
        }
    }
    if has(FieldOptions::OTHER_NAMESPACE) && (field.mapping != AnyAttributes || field.ns.is_none()) {
        return Some("only attributes of any name can have another namespace than a given one");
    }
    None
}

/// Which names a mapping needs.
fn wrong_names(field: &Field) -> Option<&'static str> {
    use FieldMapping::*;
    let bad = |name: &QualifiedName| !is_ncname(name.local.as_str());
    match (field.mapping, &field.name) {
        (Attribute | Element | XmlAttribute, None) => return Some("it has no name"),
        (ElementChoice | AnyElement | AnyContent | AnyAttributes, Some(_)) => {
            return Some("the mapping allows no name");
        }
        (Attribute | Element | XmlAttribute | RepeatingElement | RepeatingElementChoice, Some(name))
            if bad(name) =>
        {
            return Some("its name is no name of XML without a colon");
        }
        _ => {}
    }
    match (field.mapping, &field.item_name) {
        (RepeatingElement, None) => Some("its items have no name"),
        (RepeatingElement, Some(name)) if bad(name) => {
            Some("the name of its items is no name of XML without a colon")
        }
        (RepeatingElementChoice, Some(_)) => Some("the names of its items are those of the union"),
        _ => None,
    }
}

fn wrong_default(sizes: &Sizes, field: &Field) -> Option<&'static str> {
    use FieldMapping::*;
    let default = field.default?;
    if !matches!(field.mapping, Attribute | Element | XmlAttribute | NoField) {
        return Some("the mapping does not allow a default value");
    }
    let has_none = matches!(field.ty, Type::Struct(_) | Type::Union(_) | Type::XmlBuffer);
    if field.has(FieldOptions::POINTER) || field.ty.is_array() || has_none {
        return Some("the type does not allow a default value");
    }
    match sizes.of(&field.ty) {
        Some(size) if size != default.size => Some("its default value has another size"),
        _ => None,
    }
}

/// Checks a union of `size` bytes.
pub(super) fn union(sizes: &Sizes, description: &UnionDescription, size: u32) -> Result<()> {
    use FieldMapping::*;
    if !fits(description.enum_offset, 4, size) {
        return Err(wrong(format!("the enumeration of a union stands behind the end of its {size} bytes")));
    }
    let enum_place = description.enum_offset..description.enum_offset + 4;
    let last = description.fields.len().saturating_sub(1);
    for (index, (value, choice)) in description.fields.iter().enumerate() {
        let refuse = |rule: &str| Err(wrong(format!("{}, a choice of a union: {rule}", choice.label())));
        field(sizes, choice, size)?;
        match choice.mapping {
            Element => {}
            RepeatingElement if choice.name.is_some() => {}
            RepeatingElement => return refuse("an array needs a wrapper"),
            AnyElement if index == last => {}
            AnyElement => return refuse("any element is the last choice"),
            _ => return refuse("only elements are possible"),
        }
        if choice.has(FieldOptions::OPTIONAL) {
            return refuse("it cannot be optional");
        }
        let covers = |&(offset, length): &(u32, u32)| {
            length > 0 && offset < enum_place.end && offset + length > enum_place.start
        };
        if places(sizes, choice).into_iter().flatten().any(|p| covers(&p)) {
            return refuse("it stands where the enumeration value does");
        }
        let others = description.fields.get(index + 1..).unwrap_or_default();
        if others.iter().any(|(v, _)| v == value) {
            return refuse("another choice has the same value");
        }
        if others.iter().any(|(_, f)| same(&f.name, &choice.name)) {
            return refuse("another choice has the same name");
        }
    }
    Ok(())
}

/// Checks what can be checked only when everything is there.
pub(super) fn whole(schema: &Schema) -> Result<()> {
    for s in &schema.structs {
        if let Some(field) = &s.text
            && let Type::Struct(id) = field.ty
            && !is_text_only(schema, &Type::Struct(id))
        {
            return Err(wrong(format!("{}: a struct that is text has only a text field", field.label())));
        }
        for sub in &s.sub_types {
            let Some(sub) = schema.structs.get(sub.index()) else {
                return Err(wrong("a derived type is unknown".into()));
            };
            if s.type_field.is_none() || sub.type_field != s.type_field {
                return Err(wrong(
                    "a struct with derived types, and each of these, has a type attribute at the same offset"
                        .into(),
                ));
            }
            if sub.type_name.is_none() {
                return Err(wrong("a derived type has no name".into()));
            }
            if sub.size < s.size {
                return Err(wrong("a derived type is smaller than its base".into()));
            }
        }
    }
    by_value(schema)
}

/// Whether a value is text: of a struct, if a text field is all it has.
pub(super) fn is_text_only(schema: &Schema, ty: &Type) -> bool {
    let mut ty = ty;
    // A struct that contains itself is found elsewhere; here it must only end.
    for _ in 0..=schema.structs.len() {
        let Type::Struct(id) = ty else { return ty.is_text() };
        let s = schema.struct_of(*id);
        let has_more = s.type_field.is_some()
            || !s.attributes.is_empty()
            || s.any_attributes.is_some()
            || !s.elements.is_empty();
        match &s.text {
            Some(field) if !has_more => ty = &field.ty,
            _ => return false,
        }
    }
    false
}

/// Fails if a struct or union contains itself, not by way of a pointer.
fn by_value(schema: &Schema) -> Result<()> {
    let structs = schema.structs.len();
    let node = |ty: &Type| match ty {
        Type::Struct(id) => Some(id.index()),
        Type::Union(id) => Some(structs + id.index()),
        _ => None,
    };
    let inner = |index: usize| -> Vec<usize> {
        let of = |f: &Field| match f.mapping.is_repeating() || f.has(FieldOptions::POINTER) {
            true => None,
            false => node(&f.ty),
        };
        match schema.structs.get(index) {
            Some(s) => s.text.iter().chain(&s.elements).chain(&s.unmapped).filter_map(of).collect(),
            None => {
                let union = schema.unions.get(index.wrapping_sub(structs));
                union.map_or(Vec::new(), |u| u.fields.iter().filter_map(|(_, f)| of(f)).collect())
            }
        }
    };
    // Depth first, with a stack of its own: 0 is not seen, 1 on the way, 2 done.
    let mut state = vec![0u8; structs + schema.unions.len()];
    for start in 0..state.len() {
        let mut stack = vec![(start, 0)];
        while let Some((index, next)) = stack.pop() {
            if next == 0 && state.get(index) == Some(&2) {
                continue;
            }
            if let Some(s) = state.get_mut(index) {
                *s = 1;
            }
            match inner(index).get(next) {
                None => {
                    if let Some(s) = state.get_mut(index) {
                        *s = 2;
                    }
                }
                Some(&child) => {
                    stack.push((index, next + 1));
                    match state.get(child) {
                        Some(1) => return Err(wrong("a struct or union contains itself".into())),
                        Some(0) => stack.push((child, 0)),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(())
}

/// Checks that a type can be used with a mapping (WWSAPI I.1).
pub(super) fn mapping(schema: &Schema, ty: &Type, mapping: TypeMapping) -> Result<()> {
    let plain = |id: &StructId| {
        let s = schema.struct_of(*id);
        s.type_field.is_none() && s.attributes.is_empty() && s.any_attributes.is_none()
    };
    let legal = match (mapping, ty) {
        (_, Type::Custom(_)) => true,
        (_, ty) if ty.is_array() => false,
        (TypeMapping::Element, Type::Description | Type::Void(_) | Type::AnyAttributes) => false,
        (TypeMapping::Element, _) => true,
        (TypeMapping::AnyElement, ty) => matches!(ty, Type::XmlBuffer),
        (TypeMapping::ElementContent, Type::Struct(id)) => plain(id),
        (TypeMapping::ElementContent, Type::Union(_)) => true,
        (TypeMapping::Attribute, Type::Struct(_)) => is_text_only(schema, ty),
        (_, ty) => ty.is_text(),
    };
    match legal {
        true => Ok(()),
        false => Err(Error::argument(format!("{} cannot be used with this mapping", ty.name()))),
    }
}

/// Checks the size of the caller's storage.
pub(super) fn size(passed: usize, size: usize) -> Result<()> {
    match passed == size {
        true => Ok(()),
        false => Err(Error::argument(format!("the value has {size} bytes, but the size passed is {passed}"))),
    }
}

/// The error for descriptions that contradict themselves.
#[cold]
pub(super) fn wrong(text: String) -> Error {
    Error::argument(text).context("a type description contradicts itself")
}

/// The error for values within values without end.
#[cold]
pub(super) fn too_deep() -> Error {
    let most = super::MAX_NESTING;
    Error::quota(format!(
        "values are nested more than {most} levels deep, which is the most that is possible"
    ))
}
