//! Which characters XML 1.0 allows, and where: in documents, in names, and as white space.

const START: u8 = 1;
const NAME: u8 = 2;

/// For each ASCII character: may it start a name, may it stand in one. No colon: names here are NCNames.
const ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut c = 0u8;
    while c < 128 {
        if c.is_ascii_alphabetic() || c == b'_' {
            table[c as usize] = START | NAME;
        } else if c.is_ascii_digit() || c == b'-' || c == b'.' {
            table[c as usize] = NAME;
        }
        c += 1;
    }
    table
};

/// Whether the string is a name without a colon: `NCName`, Namespaces in XML 1.0 section 3.
///
/// ```
/// use wws_core::xml::name::is_ncname;
/// assert!(is_ncname("größe") && is_ncname("_1"));
/// assert!(!is_ncname("a:b") && !is_ncname("1") && !is_ncname(""));
/// ```
#[inline(always)]
pub fn is_ncname(name: &str) -> bool {
    are_letters(name.as_bytes()) || is_ncname_by_table(name)
}

/// Whether two names or namespaces are the same: most are too short for the call that compares memory to pay off.
#[inline(always)]
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    are_same(a.as_bytes(), b.as_bytes())
}

/// As [`is_same`], of names that are known to be characters.
#[inline(always)]
pub(crate) fn are_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len()
        && match a.len() {
            0..4 => a.iter().eq(b),
            4..8 => same_ends::<4>(a, b),
            8..16 => same_ends::<8>(a, b),
            16..=32 => same_ends::<16>(a, b),
            _ => a == b,
        }
}

/// Whether the first and the last `N` bytes are the same.
#[inline(always)]
fn same_ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
    a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
}

/// Whether all bytes are ASCII letters, as in most names; eight at a time. False for none.
#[inline(always)]
fn are_letters(bytes: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        // The last eight cover what is left of the groups of eight.
        let middle = bytes.get(8..).unwrap_or_default();
        return are_eight_letters(u64::from_le_bytes(*first))
            && are_eight_letters(u64::from_le_bytes(*last))
            && (bytes.len() <= 16
                || middle.as_chunks::<8>().0.iter().all(|&b| are_eight_letters(u64::from_le_bytes(b))));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let both = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
        return are_eight_letters(both);
    }
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_alphabetic)
}

/// Whether all eight bytes are ASCII letters.
#[inline(always)]
const fn are_eight_letters(bytes: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x80 * ONES;
    // In lower case; the top bit says that a byte is at least `a`, or beyond `z`. Sums carry into the next byte only
    // from one that is not ASCII, which is refused anyway.
    let lower = bytes | (0x20 * ONES);
    let from_a = lower.wrapping_add((0x80 - b'a' as u64) * ONES);
    let beyond_z = lower.wrapping_add((0x80 - b'z' as u64 - 1) * ONES);
    from_a & !beyond_z & !bytes & TOPS == TOPS
}

#[inline(never)]
fn is_ncname_by_table(name: &str) -> bool {
    let bytes = name.as_bytes();
    let Some((&first, rest)) = bytes.split_first() else { return false };
    let mut all = ASCII.get(first as usize).copied().unwrap_or(0x80) & (START | 0x80);
    for &byte in rest {
        // What is not ASCII sets the top bit; the slow way then decides.
        let class = if byte < 128 { ASCII[byte as usize] } else { 0x80 | NAME };
        if class & NAME == 0 {
            return false;
        }
        all |= class & 0x80;
    }
    if all & 0x80 == 0 { all == START } else { is_ncname_unicode(name) }
}

#[cold]
fn is_ncname_unicode(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// Whether a name without a colon may start with the character: XML 1.0 2.3 `[4]`, Namespaces `[4]`.
#[inline]
pub const fn is_name_start(c: char) -> bool {
    if c.is_ascii() {
        return ASCII[c as usize] & START != 0;
    }
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether the character may stand in a name after the first place: XML 1.0 2.3 `[4a]`, without the colon.
#[inline]
pub const fn is_name_char(c: char) -> bool {
    if c.is_ascii() {
        return ASCII[c as usize] & NAME != 0;
    }
    is_name_start(c) || matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether the character may stand in a document: XML 1.0 2.2 `[2]`. (Surrogates are no `char`.)
#[inline]
pub const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_one_byte() {
        for len in 0..70 {
            let name = "n".repeat(len);
            assert!(is_same(&name, &name.clone()) && !is_same(&name, &"n".repeat(len + 1)), "{len}");
            for at in 0..len {
                let mut other = name.clone();
                other.replace_range(at..=at, "m");
                assert!(!is_same(&name, &other), "{at} of {len}");
            }
        }
    }

    #[test]
    fn ascii_names() {
        for good in ["a", "Z", "_", "a-b.c_d9", "xml", "Envelope"] {
            assert!(is_ncname(good), "{good}");
        }
        for bad in ["", "-a", ".a", "9", "a b", "a:b", ":a", "a<", "a\u{7f}", "a\0", "a/"] {
            assert!(!is_ncname(bad), "{bad:?}");
        }
    }

    #[test]
    fn unicode_names() {
        for good in ["é", "größe", "中文", "a\u{B7}", "a\u{300}", "\u{10000}", "a\u{203F}b", "Ω1"] {
            assert!(is_ncname(good), "{good}");
        }
        for bad in
            ["\u{B7}a", "\u{300}", "×", "a×", "a\u{37E}", "\u{2028}", "a\u{FFFE}", "\u{F0000}", "1é", "a é"]
        {
            assert!(!is_ncname(bad), "{bad:?}");
        }
    }

    /// The table and the predicates agree on every character.
    #[test]
    fn fast_and_slow_agree() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_ncname(c.encode_utf8(&mut [0; 4])), is_name_start(c), "{c:?}");
            assert!(!is_name_start(c) || is_xml_char(c));
        }
        assert!(is_xml_char('\n') && !is_xml_char('\u{B}') && !is_xml_char('\u{FFFF}') && !is_xml_char('\0'));
    }
}
