//! Names and strings of records: in the record, or in a dictionary.

use super::{Cursor, tables::Tables};
use crate::xml::{
    decode::{Bad, Chars, Core, Span, Stop, Store, shorten},
    dictionary::Dictionary,
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
pub(super) fn dictionary_string(at: &mut Cursor<'_>, tables: &Tables) -> Result<Chars, Stop> {
    let start = at.at();
    let (chars, dictionary) = id(at, tables)?;
    match dictionary.and_then(|d| d.get(chars.start())) {
        // The length is that of the string, so that an empty one is seen to be empty.
        Some(text) => Ok(chars.with_len(text.as_str().len() as u32)),
        None => Err(unknown_id(start, chars, dictionary).into()),
    }
}

/// A string of a dictionary that names an element or attribute.
#[inline]
pub(super) fn dictionary_name(at: &mut Cursor<'_>, tables: &Tables) -> Result<Chars, Stop> {
    let start = at.at();
    let (chars, dictionary) = id(at, tables)?;
    match dictionary.and_then(|d| d.name_length(chars.start())) {
        Some(len) => Ok(chars.with_len(len)),
        None => Err(no_name(start, chars, dictionary).into()),
    }
}

/// Where an id leads; the length is not known yet.
#[inline(always)]
fn id<'t>(at: &mut Cursor<'_>, tables: &'t Tables) -> Result<(Chars, Option<&'t Dictionary>), Stop> {
    let id = at.int31()? as u32;
    let store = if id & 1 == 0 { Store::Static } else { Store::Dynamic };
    Ok((Chars::new(store, Span { start: id >> 1, len: 0 }), tables.dictionary(store)))
}

#[cold]
fn no_name(at: usize, chars: Chars, dictionary: Option<&Dictionary>) -> Bad {
    match dictionary.and_then(|d| d.get(chars.start())) {
        Some(text) => not_a_name(at, text.as_str()),
        None => unknown_id(at, chars, dictionary),
    }
}

#[cold]
fn unknown_id(at: usize, chars: Chars, dictionary: Option<&Dictionary>) -> Bad {
    let (which, low) = if chars.store() == Store::Static { ("static", 0) } else { ("dynamic", 1) };
    let id = chars.start() << 1 | low;
    Bad::new(
        at,
        match dictionary {
            Some(d) => format!("the id {id} is not in the {which} dictionary of {} strings", d.len()),
            None => format!("the id {id} needs a {which} dictionary, and the reader has none"),
        },
    )
}
