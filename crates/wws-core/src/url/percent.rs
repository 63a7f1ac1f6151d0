//! Which characters a part of a URL may have, and percent-encoding for the others (RFC 3986 2 and appendix A).

/// A part of a URL with its own set of characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Component {
    /// `reg-name`.
    Host,
    /// What stands between the brackets of an IP literal.
    Literal,
    /// `path-abempty` and the relative paths.
    Path,
    /// `query` and `fragment`, which have the same characters.
    Query,
}

impl Component {
    fn allows(self, byte: u8) -> bool {
        match byte {
            // unreserved
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => true,
            // sub-delims
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
            b':' => self != Component::Host,
            b'@' | b'/' => matches!(self, Component::Path | Component::Query),
            b'?' => self == Component::Query,
            _ => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Component::Host => "host",
            Component::Literal => "IP literal",
            Component::Path => "path",
            Component::Query => "query or fragment",
        }
    }
}

/// Checks that `text` has only characters of the part and whole escapes; otherwise says what is wrong.
pub(super) fn check(text: &str, component: Component) -> Result<(), String> {
    for (at, c) in text.char_indices() {
        let byte = u8::try_from(c).unwrap_or(0);
        if byte == b'%' {
            if octet(text.as_bytes(), at).is_none() {
                return Err(
                    "% must be followed by two hexadecimal digits; a percent sign itself is %25".into()
                );
            }
        } else if !component.allows(byte) {
            let mut escaped = String::new();
            encode(c.encode_utf8(&mut [0; 4]), component, &mut escaped);
            return Err(format!("{c:?} cannot stand in the {}: write {escaped}", component.name()));
        }
    }
    Ok(())
}

/// Replaces the escapes of a checked text, whose octets must then be UTF-8.
pub(super) fn decode(text: &str) -> Result<String, String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match octet(text.as_bytes(), at) {
            Some(octet) if byte == b'%' => {
                octets.push(octet);
                bytes.nth(1);
            }
            _ => octets.push(byte),
        }
    }
    String::from_utf8(octets).map_err(|_| "its percent-encoded characters are not UTF-8".into())
}

/// Appends `text` with every octet escaped that the part may not have, `%` included.
pub(super) fn encode(text: &str, component: Component, out: &mut String) {
    for byte in text.bytes() {
        if component.allows(byte) {
            out.push(char::from(byte));
        } else {
            // RFC 3986 2.1: upper case.
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
            out.extend(['%', digit(byte >> 4), digit(byte & 0xF)]);
        }
    }
}

/// The octet whose escape (`%` and two digits) begins at `at`.
fn octet(text: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| text.get(at).and_then(|b| char::from(*b).to_digit(16));
    u8::try_from(digit(at + 1)? << 4 | digit(at + 2)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_each_part() {
        let ascii: String = (' '..='~').collect();
        for (component, escaped) in [
            (Component::Host, " \"#%/:<>?@[\\]^`{|}"),
            (Component::Literal, " \"#%/<>?@[\\]^`{|}"),
            (Component::Path, " \"#%<>?[\\]^`{|}"),
            (Component::Query, " \"#%<>[\\]^`{|}"),
        ] {
            let not_allowed: String = ascii.chars().filter(|c| !component.allows(*c as u8)).collect();
            assert_eq!(not_allowed, escaped);
        }
    }

    #[test]
    fn escapes() {
        let mut out = String::new();
        encode("a%b é\u{1F600}\0", Component::Path, &mut out);
        assert_eq!(out, "a%25b%20%C3%A9%F0%9F%98%80%00");
        assert_eq!(decode(&out).unwrap(), "a%b é\u{1F600}\0");
        assert_eq!(decode("%2b%2B%25").unwrap(), "++%");
        assert!(decode("%ff").is_err());
        assert_eq!(check("%C3%A9/x", Component::Path), Ok(()));
        assert!(check("%", Component::Path).is_err());
        assert!(check("%4", Component::Path).is_err());
        assert!(check("%4g", Component::Path).is_err());
        assert!(check("%é", Component::Path).is_err());
        assert_eq!(check("é", Component::Path).unwrap_err(), "'é' cannot stand in the path: write %C3%A9");
    }
}
