//! Compiled descriptions, by the address of what they were compiled from.
//!
//! A program may change a description, or free it and put another one there. So an entry is used only after every byte
//! that went into it was compared with what stands there now ([`Source::is_unchanged`](super::source::Source)), which
//! costs much less than to compile it again.

use super::compile::{self, Described};
use crate::{abi::WS_TYPE, ptr::Void};
use std::{cell::RefCell, rc::Rc};
use wws::Result;

/// Descriptions that are kept, for each thread.
const MOST: usize = 32;

/// A type, the address of its description, and what it was compiled to.
type Entry = (WS_TYPE, usize, Rc<Described>);

thread_local! {
    static KNOWN: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The type that C describes.
///
/// # Errors
/// `E_INVALIDARG` if the description contradicts itself.
pub fn describe(kind: WS_TYPE, description: Void) -> Result<Rc<Described>> {
    if description.is_null() {
        return compile::describe(kind, description).map(Rc::new);
    }
    let address = description.address();
    let find = |known: &RefCell<Vec<Entry>>| {
        let mut known = known.try_borrow_mut().ok()?;
        let index = known.iter().position(|(k, a, _)| (*k, *a) == (kind, address))?;
        match known.get(index) {
            Some((_, _, found)) if found.source.is_unchanged() => Some(found.clone()),
            _ => {
                known.swap_remove(index);
                None
            }
        }
    };
    if let Ok(Some(found)) = KNOWN.try_with(find) {
        return Ok(found);
    }
    let described = Rc::new(compile::describe(kind, description)?);
    let keep = |known: &RefCell<Vec<Entry>>| {
        if let Ok(mut known) = known.try_borrow_mut() {
            if known.len() >= MOST {
                known.remove(0);
            }
            known.push((kind, address, described.clone()));
        }
    };
    // Without the cache, in a thread that ends, it is compiled each time.
    let _ = KNOWN.try_with(keep);
    Ok(described)
}
