//! `Content-ID` and the `cid:` URLs that name it (RFC 2045 7, RFC 2392).

use crate::{Error, Result};
use std::borrow::Cow;

/// The id inside a `Content-ID` field value or a `start` parameter: what stands between `<` and `>`.
///
/// The angle brackets may be missing, as they are with some peers. Fails with `InvalidFormat` when nothing is left.
///
/// ```
/// use wws_core::xml::mtom::mime::content_id_of_header;
/// assert_eq!(content_id_of_header(" <1@example> ")?, "1@example");
/// # Ok::<(), wws_core::Error>(())
/// ```
pub fn content_id_of_header(value: &str) -> Result<&str> {
    let value = value.trim();
    let inner = match value.strip_prefix('<') {
        Some(rest) => rest.strip_suffix('>').map(str::trim),
        None => Some(value),
    };
    inner
        .filter(|id| !id.is_empty() && !id.contains(['<', '>']))
        .ok_or_else(|| Error::format("a content id must be `<id>` with a non-empty id"))
}

/// The content id that a `cid:` URL names, its percent-encoding undone (RFC 2392 2).
///
/// Fails with `InvalidFormat` for any other scheme (XOP 1.0 section 2.1 allows no other), an empty id, a `%` without two hexadecimal
/// digits, and bytes that are not UTF-8.
///
/// ```
/// use wws_core::xml::mtom::mime::cid_of_href;
/// assert_eq!(cid_of_href("CID:a%25b@c")?, "a%b@c");
/// assert!(cid_of_href("http://example/a").is_err());
/// # Ok::<(), wws_core::Error>(())
/// ```
pub fn cid_of_href(href: &str) -> Result<String> {
    let id = match href.split_at_checked(4) {
        Some((scheme, id)) if scheme.eq_ignore_ascii_case("cid:") && !id.is_empty() => id,
        _ => return Err(Error::format("the href of xop:Include must be `cid:` and a content id")),
    };
    let decoded = percent_decoded(id)
        .ok_or_else(|| Error::format("a `%` in a cid: URL must be followed by two hexadecimal digits"))?;
    String::from_utf8(decoded)
        .map_err(|_| Error::format("a cid: URL must be UTF-8 after its percent-encoding is undone"))
}

/// What tells content ids apart: the id with its percent-encoding undone, if it has any.
///
/// RFC 2392 encodes an id only in a URL. Apache CXF writes it encoded into the header as well, and reads it from there decoded.
pub(in crate::xml::mtom) fn content_id_key(id: &str) -> Cow<'_, str> {
    let decoded = id.contains('%').then(|| percent_decoded(id)).flatten();
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).map_or(id.into(), Cow::Owned)
}

/// RFC 3986 2.1; `None` for a `%` without two hexadecimal digits.
fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            _ => byte,
        });
    }
    Some(decoded)
}

/// The `cid:` URL of a content id: everything that RFC 3986 does not allow in an opaque path is percent-encoded.
///
/// ```
/// use wws_core::xml::mtom::mime::href_of_cid;
/// assert_eq!(href_of_cid("http://tempuri.org/1/7"), "cid:http://tempuri.org/1/7");
/// assert_eq!(href_of_cid("50%"), "cid:50%25");
/// ```
pub fn href_of_cid(id: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut href = String::with_capacity(id.len() + 4);
    href.push_str("cid:");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            href.push(byte.into());
        } else {
            href.push('%');
            href.push(HEX[usize::from(byte >> 4)].into());
            href.push(HEX[usize::from(byte & 0xF)].into());
        }
    }
    href
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|d| d as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn malformed_ids_are_refused() {
        for value in ["", "<>", "< >", "<a", "a>", "<a><b>"] {
            assert!(content_id_of_header(value).is_err(), "{value}");
        }
        for href in ["", "cid", "cid:", "#a", "cid:%4", "cid:%", "cid:%zz", "cid:%ff", "cid:é%", "cié"] {
            assert!(cid_of_href(href).is_err(), "{href}");
        }
    }

    proptest! {
        #[test]
        fn every_id_survives_its_url(id in "\\PC{1,20}") {
            prop_assert_eq!(cid_of_href(&href_of_cid(&id)).unwrap(), id);
        }
    }
}
