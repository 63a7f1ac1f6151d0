//! Element and attribute records, MC-NBFX 2.2.1 and 2.2.2.

use super::{
    Cursor, record,
    strings::{dictionary_name, dictionary_string, name, prefix, string},
    tables::Tables,
    text, unknown,
};
use crate::xml::decode::{AttributeRecord, Bad, Chars, Core, Lookup, Name, Stop, Value, scope};

/// Reads the name of an element record whose first byte, `kind`, was read.
#[inline]
pub(super) fn element(kind: u8, at: &mut Cursor<'_>, core: &mut Core, tables: &Tables) -> Result<Name, Stop> {
    Ok(match kind {
        record::SHORT_ELEMENT => Name { prefix: Chars::EMPTY, local: name(at, core)? },
        record::ELEMENT => Name { prefix: prefix(at, core)?, local: name(at, core)? },
        record::SHORT_DICTIONARY_ELEMENT => {
            Name { prefix: Chars::EMPTY, local: dictionary_name(at, tables)? }
        }
        record::DICTIONARY_ELEMENT => Name { prefix: prefix(at, core)?, local: dictionary_name(at, tables)? },
        // 0x44 to 0x5D: the prefix is one letter
        record::PREFIX_DICTIONARY_ELEMENT_A..record::PREFIX_ELEMENT_A => Name {
            prefix: scope::letter(kind - record::PREFIX_DICTIONARY_ELEMENT_A),
            local: dictionary_name(at, tables)?,
        },
        // 0x5E to 0x77
        _ => Name { prefix: scope::letter(kind - record::PREFIX_ELEMENT_A), local: name(at, core)? },
    })
}

/// Reads the attribute records that follow an element record, up to another record.
#[inline]
pub(super) fn attributes(
    at: &mut Cursor<'_>,
    core: &mut Core,
    token: usize,
    complete: bool,
    tables: &Tables,
) -> Result<(), Stop> {
    loop {
        let kind = match at.peek() {
            Some(kind @ record::SHORT_ATTRIBUTE..=0x3F) => kind,
            Some(_) => return Ok(()),
            None if complete => return Ok(()),
            None => return Err(Stop::MORE),
        };
        let start = at.at();
        at.byte()?;
        let attribute = attribute(kind, at, core, tables)?;
        core.add_attribute(start, AttributeRecord { at: (start - token) as u32, ..attribute })?;
    }
}

/// Reads an attribute record whose first byte was read.
fn attribute(
    kind: u8,
    at: &mut Cursor<'_>,
    core: &mut Core,
    tables: &Tables,
) -> Result<AttributeRecord, Stop> {
    let start = at.at() - 1;
    let (prefix, local) = match kind {
        record::SHORT_ATTRIBUTE => (Chars::EMPTY, name(at, core)?),
        record::ATTRIBUTE => (prefix(at, core)?, name(at, core)?),
        record::SHORT_DICTIONARY_ATTRIBUTE => (Chars::EMPTY, dictionary_name(at, tables)?),
        record::DICTIONARY_ATTRIBUTE => (prefix(at, core)?, dictionary_name(at, tables)?),
        record::SHORT_XMLNS_ATTRIBUTE => return Ok(xmlns(Chars::EMPTY, string(at, core)?)),
        record::XMLNS_ATTRIBUTE => return Ok(xmlns(prefix(at, core)?, string(at, core)?)),
        record::SHORT_DICTIONARY_XMLNS_ATTRIBUTE => {
            return Ok(xmlns(Chars::EMPTY, dictionary_string(at, tables)?));
        }
        record::DICTIONARY_XMLNS_ATTRIBUTE => {
            return Ok(xmlns(prefix(at, core)?, dictionary_string(at, tables)?));
        }
        // 0x0C to 0x25
        record::PREFIX_DICTIONARY_ATTRIBUTE_A..record::PREFIX_ATTRIBUTE_A => {
            (scope::letter(kind - record::PREFIX_DICTIONARY_ATTRIBUTE_A), dictionary_name(at, tables)?)
        }
        // 0x26 to 0x3F
        _ => (scope::letter(kind - record::PREFIX_ATTRIBUTE_A), name(at, core)?),
    };
    if prefix.is_empty() && local.len() == 5 && tables.text(&core.next.scratch, local) == "xmlns" {
        // Namespaces 1.0 3: in text this attribute would be a declaration, so it cannot be anything else here.
        let text = "an attribute cannot be named 'xmlns'; declarations have records of their own";
        return Err(Bad::new(start, text).into());
    }
    let value = attribute_value(at, core, tables)?;
    Ok(AttributeRecord { prefix, local, ns: scope::NONE, value, at: 0, is_xmlns: false, single_quote: false })
}

fn xmlns(prefix: Chars, uri: Chars) -> AttributeRecord {
    let value = Value::Chars(uri);
    AttributeRecord {
        prefix,
        local: Chars::EMPTY,
        ns: scope::NONE,
        value,
        at: 0,
        is_xmlns: true,
        single_quote: false,
    }
}

/// Reads the text record that is the value of an attribute.
fn attribute_value(at: &mut Cursor<'_>, core: &mut Core, tables: &Tables) -> Result<Value, Stop> {
    let start = at.at();
    let kind = at.byte()?;
    if !(record::ZERO_TEXT..=0xBD).contains(&kind) || kind & super::WITH_END_ELEMENT != 0 {
        return Err(Bad::new(start, format!("as the value of an attribute, {}", unknown(kind))).into());
    }
    text::whole(kind, at, core, tables)
}
