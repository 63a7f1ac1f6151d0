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
    load_any(pairs, text)
}

/// Converts units that are not all ASCII, piece by piece.
fn load_any(mut pairs: &[[u8; 2]], text: &mut String) -> Result<()> {
    /// Units that are converted at once.
    const PIECE: usize = 64;
    let (mut units, mut utf8) = ([0u16; PIECE], [0u8; 3 * PIECE]);
    while !pairs.is_empty() {
        for (unit, pair) in units.iter_mut().zip(pairs) {
            *unit = u16::from_ne_bytes(*pair);
        }
        let mut piece = units.get(..pairs.len().min(PIECE)).unwrap_or_default();
        // The two halves of a character stay together.
        if let ([whole @ .., 0xD800..=0xDBFF], true) = (piece, pairs.len() > PIECE) {
            piece = whole;
        }
        if let Some(unit) = piece.get(encoding_rs::mem::utf16_valid_up_to(piece)) {
            return Err(Error::format(format!(
                "0x{unit:04X} is half of a surrogate pair without its other half"
            )));
        }
        let length = encoding_rs::mem::convert_utf16_to_utf8(piece, &mut utf8);
        text.push_str(std::str::from_utf8(utf8.get(..length).unwrap_or_default()).unwrap_or_default());
        pairs = pairs.get(piece.len()..).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(units: &[u16]) -> Result<String> {
        let pairs: Vec<[u8; 2]> = units.iter().map(|unit| unit.to_ne_bytes()).collect();
        let mut text = String::new();
        load_any(&pairs, &mut text).map(|()| text)
    }

    /// Wherever pieces meet.
    #[test]
    fn characters_of_every_size_are_whole_at_every_place() {
        for before in 0..140 {
            let text = format!("{}ü€😀😀z{}", "a".repeat(before), "é".repeat(70));
            let units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(loaded(&units).unwrap(), text, "{before}");
        }
    }

    #[test]
    fn half_a_character_is_refused_at_every_place() {
        for at in 0..140 {
            for half in [0xD83D, 0xDE00] {
                let mut units = vec![0xE9; 140];
                units[at] = half;
                let error = loaded(&units).unwrap_err().to_string();
                assert!(error.starts_with(&format!("0x{half:04X} is half")), "{at}: {error}");
            }
        }
    }
}
