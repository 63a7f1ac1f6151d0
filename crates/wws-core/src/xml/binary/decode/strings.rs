//! Names and strings of records: in the record, or in a dictionary.

use super::Cursor;
use crate::xml::{
    decode::{Bad, Chars, Core, Dictionaries, Span, Stop, Store, shorten},
    name::is_ncname,
};

/// A string of the input, copied to the scratch string.
pub(super) fn string(at: &mut Cursor<'_>, core: &mut Core) -> Result<Chars, Stop> {
    let text = at.string()?;
    let start = core.next.scratch.len();
    core.next.scratch.push_str(text);
    Ok(Chars::scratch(start, core.next.scratch.len()))
}

/// A local name. It is checked as in text, so that a document can be copied to text.
#[inline]
pub(super) fn name(at: &mut Cursor<'_>, core: &mut Core) -> Result<Chars, Stop> {
    let start = at.at();
    let text = at.string()?;
    if !is_ncname(text) {
        return Err(not_a_name(start, text).into());
    }
    let from = core.next.scratch.len();
    core.next.scratch.push_str(text);
    Ok(Chars::scratch(from, core.next.scratch.len()))
}

/// A prefix; empty is no prefix.
pub(super) fn prefix(at: &mut Cursor<'_>, core: &mut Core) -> Result<Chars, Stop> {
    if at.peek() == Some(0) {
        at.byte()?;
        return Ok(Chars::EMPTY);
    }
    name(at, core)
}

#[cold]
fn not_a_name(at: usize, text: &str) -> Bad {
    Bad::new(at, format!("'{}' is not a name", shorten(text)))
}

/// A string of a dictionary by its id, MC-NBFX 2.1.4: even ids are static (MC-NBFS), odd ones dynamic (MC-NBFSE).
#[inline]
pub(super) fn dictionary_string(at: &mut Cursor<'_>, dictionaries: Dictionaries<'_>) -> Result<Chars, Stop> {
    let start = at.at();
    let id = at.int31()?;
    let number = (id >> 1) as u32;
    let (dictionary, store) = if id & 1 == 0 {
        (dictionaries.fixed, Store::Static)
    } else {
        (dictionaries.dynamic, Store::Dynamic)
    };
    match dictionary.and_then(|d| d.get(number)) {
        // The length is that of the string, so that an empty one is seen to be empty.
        Some(text) => Ok(Chars { store, span: Span { start: number, len: text.as_str().len() as u32 } }),
        None => Err(unknown_id(start, id, dictionary.map(|d| d.len())).into()),
    }
}

/// A string of a dictionary that names an element or attribute.
#[inline]
pub(super) fn dictionary_name(at: &mut Cursor<'_>, dictionaries: Dictionaries<'_>) -> Result<Chars, Stop> {
    let start = at.at();
    let name = dictionary_string(at, dictionaries)?;
    let dictionary = if name.store == Store::Static { dictionaries.fixed } else { dictionaries.dynamic };
    if dictionary.is_some_and(|d| d.is_name(name.span.start)) {
        return Ok(name);
    }
    let text = dictionary.and_then(|d| d.get(name.span.start)).map_or("", |s| s.as_str());
    Err(not_a_name(start, text).into())
}

#[cold]
fn unknown_id(at: usize, id: usize, len: Option<usize>) -> Bad {
    let which = if id & 1 == 0 { "static" } else { "dynamic" };
    Bad::new(
        at,
        match len {
            Some(len) => format!("the id {id} is not in the {which} dictionary of {len} strings"),
            None => format!("the id {id} needs a {which} dictionary, and the reader has none"),
        },
    )
}
