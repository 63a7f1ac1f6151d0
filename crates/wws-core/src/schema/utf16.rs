//! UTF-16 in memory, from text and to text.

use super::memory::Memory;
use crate::{Error, Result};

/// UTF-16 units of a text.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// Puts a text into new memory; with `zero`, a zero that does not count follows it.
pub(super) fn store<M: Memory>(memory: &mut M, text: &str, units: usize, zero: bool) -> Result<M::Address> {
    /// Units that are converted at once.
    const PIECE: usize = 128;
    let place = memory.allocate(2 * (units + usize::from(zero)))?;
    let mut piece = [0u8; 2 * PIECE];
    let mut done = 0;
    if units == text.len() {
        for ascii in text.as_bytes().chunks(PIECE) {
            for (pair, byte) in piece.as_chunks_mut::<2>().0.iter_mut().zip(ascii) {
                *pair = u16::from(*byte).to_ne_bytes();
            }
            let filled = piece.get(..2 * ascii.len()).unwrap_or_default();
            memory.store_bytes(memory.offset(place, 2 * done), filled)?;
            done += ascii.len();
        }
    } else {
        let mut units = text.encode_utf16().peekable();
        while units.peek().is_some() {
            let mut count = 0;
            for (pair, unit) in piece.as_chunks_mut::<2>().0.iter_mut().zip(&mut units) {
                *pair = unit.to_ne_bytes();
                count += 1;
                if count == PIECE {
                    break;
                }
            }
            let filled = piece.get(..2 * count).unwrap_or_default();
            memory.store_bytes(memory.offset(place, 2 * done), filled)?;
            done += count;
        }
    }
    if zero {
        memory.store(memory.offset(place, 2 * done), [0, 0])?;
    }
    Ok(place)
}

/// The text that so many units are; it replaces what was in `text`.
pub(super) fn load<M: Memory>(memory: &M, at: M::Address, units: usize, text: &mut String) -> Result<()> {
    let bytes = memory.bytes(at, 2 * units)?;
    let pairs = bytes.as_chunks::<2>().0;
    let units = || pairs.iter().map(|pair| u16::from_ne_bytes(*pair));
    text.clear();
    if units().fold(0, |all, unit| all | unit) < 0x80 {
        let mut ascii = std::mem::take(text).into_bytes();
        ascii.extend(units().map(|unit| unit as u8));
        *text = String::from_utf8(ascii).unwrap_or_default();
        return Ok(());
    }
    for unit in char::decode_utf16(units()) {
        text.push(unit.map_err(|e| {
            Error::format(format!(
                "0x{:04X} is half of a surrogate pair without its other half",
                e.unpaired_surrogate()
            ))
        })?);
    }
    Ok(())
}
