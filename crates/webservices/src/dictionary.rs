//! Dictionaries of C (WWSAPI H) as the core knows them.

use crate::{
    abi::{GUID, WS_XML_DICTIONARY, WS_XML_STRING},
    misc,
    ptr::Ptr,
    text,
};
use std::sync::{Arc, Mutex, PoisonError};
use wws::{
    Result,
    xml::{Dictionary, DictionaryKey, XmlStr, dictionary::DictionaryRef},
};

/// A dictionary that C passed, with the one of the core that has its strings.
#[derive(Clone, Debug)]
pub struct Known {
    /// What C calls it.
    pub pointer: Ptr<WS_XML_DICTIONARY>,
    /// What the core calls it.
    pub core: DictionaryRef,
}

/// A constant dictionary, which need not be copied twice: its address, its name and the number of its strings.
type Key = (usize, GUID, u32);

/// The dictionary behind a pointer; none for null.
///
/// # Errors
/// `E_INVALIDARG` if it has strings but no table, `WS_E_INVALID_FORMAT` if one of them is not UTF-8.
pub fn find(pointer: Ptr<WS_XML_DICTIONARY>) -> Result<Option<Known>> {
    // A program has few dictionaries, and they are constants of it.
    static CONSTANT: Mutex<Vec<(Key, Arc<Dictionary>)>> = Mutex::new(Vec::new());
    if pointer.is_null() {
        return Ok(None);
    }
    if pointer == misc::nbfs() {
        return Ok(Some(Known { pointer, core: Dictionary::nbfs().into() }));
    }
    let dictionary = pointer.need("dictionary")?;
    let key = (pointer.address(), dictionary.guid, dictionary.stringCount);
    if dictionary.isConst != 0
        && let constant = CONSTANT.lock().unwrap_or_else(PoisonError::into_inner)
        && let Some((_, found)) = constant.iter().find(|(known, _)| *known == key)
    {
        return Ok(Some(Known { pointer, core: found.clone().into() }));
    }
    let mut strings: Vec<&str> = Vec::new();
    for string in dictionary.strings.slice(dictionary.stringCount as usize, "strings")? {
        strings.push(text::xml(string, "strings")?);
    }
    let copy = Arc::new(Dictionary::new(strings));
    if dictionary.isConst != 0 {
        CONSTANT.lock().unwrap_or_else(PoisonError::into_inner).push((key, copy.clone()));
    }
    Ok(Some(Known { pointer, core: copy.into() }))
}

/// A string of the core as C sees it; it must outlive the result. `known` are the dictionaries it may come from.
pub fn to_c(string: XmlStr<'_>, known: &[Known]) -> WS_XML_STRING {
    let plain = text::to_xml(string.as_str());
    if string.dictionary() == DictionaryKey::NONE {
        return plain;
    }
    match known.iter().find(|k| k.core.key() == string.dictionary()) {
        Some(known) => WS_XML_STRING { dictionary: known.pointer, id: string.id(), ..plain },
        None if string.dictionary() == DictionaryKey::NBFS => {
            WS_XML_STRING { dictionary: misc::nbfs(), id: string.id(), ..plain }
        }
        None => plain,
    }
}
