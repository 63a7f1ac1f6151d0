//! Character data in canonical form.

/// Appends the text of an element: C14N 1.0 2.3, text nodes.
pub(super) fn text(text: &[u8], out: &mut Vec<u8>) {
    replace(text, out, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

/// Appends the value of an attribute or the name of a namespace: C14N 1.0 2.3, attribute and namespace nodes.
pub(super) fn attribute(value: &[u8], out: &mut Vec<u8>) {
    replace(value, out, |byte| match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'"' => Some(b"&quot;"),
        b'\t' => Some(b"&#x9;"),
        b'\n' => Some(b"&#xA;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    });
}

/// Copies `text` with some bytes, all of them ASCII, replaced.
#[inline(always)]
fn replace(text: &[u8], out: &mut Vec<u8>, replacement: impl Fn(u8) -> Option<&'static [u8]>) {
    out.reserve(text.len());
    for block in text.chunks(32) {
        // Most blocks have nothing to replace; that is asked of all bytes of a block at once.
        if !block.iter().fold(false, |any, &byte| any | replacement(byte).is_some()) {
            out.extend_from_slice(block);
            continue;
        }
        let mut rest = block;
        while let Some(at) = rest.iter().position(|&byte| replacement(byte).is_some()) {
            let (plain, special) = rest.split_at(at);
            out.extend_from_slice(plain);
            out.extend_from_slice(replacement(special[0]).unwrap_or_default());
            rest = &special[1..];
        }
        out.extend_from_slice(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, from the tables of the recommendation.
    fn slow(input: &[u8], table: &[(u8, &str)]) -> Vec<u8> {
        let mut out = Vec::new();
        for &byte in input {
            match table.iter().find(|(special, _)| *special == byte) {
                Some((_, replacement)) => out.extend_from_slice(replacement.as_bytes()),
                None => out.push(byte),
            }
        }
        out
    }

    proptest::proptest! {
        #[test]
        fn blocks_change_nothing(input in "[a-c&<>\"'\t\n\r é]{0,100}") {
            let mut out = Vec::new();
            text(input.as_bytes(), &mut out);
            let table = [(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;"), (b'\r', "&#xD;")];
            proptest::prop_assert_eq!(&out, &slow(input.as_bytes(), &table));

            out.clear();
            attribute(input.as_bytes(), &mut out);
            let table = [
                (b'&', "&amp;"), (b'<', "&lt;"), (b'"', "&quot;"), (b'\t', "&#x9;"), (b'\n', "&#xA;"), (b'\r', "&#xD;"),
            ];
            proptest::prop_assert_eq!(&out, &slow(input.as_bytes(), &table));
        }
    }
}
