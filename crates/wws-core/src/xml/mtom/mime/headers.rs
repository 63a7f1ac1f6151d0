//! A block of header fields: where it ends, and what it says (RFC 822 3, RFC 2045 2).

use super::{
    ContentType, TransferEncoding, content_id::content_id_of_header, content_type::clip, lex::is_token,
    malformed,
};
use crate::{Error, Result};

/// Finds the end of a header block in input that arrives in pieces, within a size limit.
///
/// A block ends with its first empty line. Lines end with CRLF; a lone LF is accepted because real peers send it.
#[derive(Clone, Debug, Default)]
pub struct HeaderBlock {
    /// Start of the line that is not complete yet; everything before is known to belong to the block.
    line: usize,
}

impl HeaderBlock {
    /// How many bytes the block at the start of `input` has, its empty line included, or `None` if it goes on.
    ///
    /// Call it again with the same start and more bytes. `end` says that no more will come. `offset` is the place of
    /// `input[0]`, for errors. Fails with `QuotaExceeded` once the block has more than `max_size` bytes, and
    /// with `InvalidFormat` when the input ends first.
    pub fn find_end(
        &mut self,
        input: &[u8],
        end: bool,
        max_size: usize,
        offset: u64,
    ) -> Result<Option<usize>> {
        let limited = &input[..input.len().min(max_size)];
        while let Some(newline) = limited.get(self.line..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            let next = self.line + newline + 1;
            let is_empty = matches!(&input[self.line..next], b"\n" | b"\r\n");
            self.line = next;
            if is_empty {
                return Ok(Some(next));
            }
        }
        if input.len() >= max_size {
            return Err(Error::quota(format!(
                "a group of MIME headers has more than {max_size} bytes; raise STREAM_MAX_MIME_HEADERS_SIZE if the sender is trusted"
            ))
            .at(super::at(offset)));
        }
        if end {
            return Err(malformed(offset, "the input ends within a group of MIME headers"));
        }
        Ok(None)
    }
}

/// The fields of one header block, unfolded.
///
/// ```
/// use wws_core::xml::mtom::mime::Headers;
/// let h = Headers::parse(b"Content-ID: <1@x>\r\nContent-Type: text/xml;\r\n charset=utf-8\r\n\r\n", 0)?;
/// assert_eq!(h.field("content-id"), Some("<1@x>"));
/// assert_eq!(h.content_type()?.unwrap().parameter("charset"), Some("utf-8"));
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    offset: u64,
    fields: Vec<(String, String)>,
}

impl Headers {
    /// Reads a block; the empty line at its end may be there or not. `offset` is the place of its first byte.
    ///
    /// Fails with `InvalidFormat` at the byte of the line that is not a field: no colon, no name, white space in the
    /// name, a control character, bytes that are not UTF-8 (RFC 6532), or a continuation line before any field.
    pub fn parse(block: &[u8], offset: u64) -> Result<Self> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut start = 0;
        while start < block.len() {
            let place = offset + start as u64;
            let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |i| start + i + 1);
            let line = block[start..end].strip_suffix(b"\n").unwrap_or(&block[start..end]);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            start = end;
            if line.is_empty() {
                break;
            }
            let line = std::str::from_utf8(line)
                .ok()
                .filter(|l| !l.contains(|c: char| c.is_ascii_control() && c != '\t'))
                .ok_or_else(|| malformed(place, "a MIME header has a control character or is not UTF-8"))?;
            if line.starts_with([' ', '\t']) {
                // RFC 822 3.1.1: the line break goes, the white space stays.
                let (_, value) = fields
                    .last_mut()
                    .ok_or_else(|| malformed(place, "MIME headers begin with a continuation line"))?;
                value.push_str(line.trim_end());
                continue;
            }
            let (name, value) = line
                .split_once(':')
                .map(|(name, value)| (name.trim_end(), value.trim()))
                .filter(|(name, _)| !name.is_empty() && name.chars().all(is_token))
                .ok_or_else(|| {
                    malformed(place, format!("a MIME header must be `Name: value`, not `{}`", clip(line)))
                })?;
            fields.push((name.to_owned(), value.to_owned()));
        }
        Ok(Headers { offset, fields })
    }

    /// Where the block starts in the input; the place of errors about a whole field.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The value of the first field with that name, unfolded. Names have no case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Every field in its order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// `Content-Type`, or `None` without one.
    pub fn content_type(&self) -> Result<Option<ContentType>> {
        self.single("Content-Type", ContentType::parse)
    }

    /// `Content-ID` without its angle brackets, or `None` without one.
    pub fn content_id(&self) -> Result<Option<&str>> {
        self.single("Content-ID", content_id_of_header)
    }

    /// `Content-Transfer-Encoding`; 7bit without one (RFC 2045 6.1).
    pub fn transfer_encoding(&self) -> Result<TransferEncoding> {
        Ok(self.single("Content-Transfer-Encoding", TransferEncoding::parse)?.unwrap_or_default())
    }

    /// A field that may stand only once: two would let two readers choose differently.
    fn single<'h, T>(&'h self, name: &str, parse: impl FnOnce(&'h str) -> Result<T>) -> Result<Option<T>> {
        let mut values = self.fields.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let value = match (values.next(), values.next()) {
            (Some(_), Some(_)) => Err(Error::format(format!("the MIME header {name} stands twice"))),
            (first, _) => first.map(|(_, value)| parse(value)).transpose(),
        };
        value.map_err(|e| e.at(super::at(self.offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use proptest::prelude::*;

    #[test]
    fn folded_lines_and_any_case_are_read() {
        let h =
            Headers::parse(b"CONTENT-type: a/b;\r\n\tx=1\n content-ID:<q>\r\nX:\r\n\r\nignored", 0).unwrap();
        assert_eq!(h.fields().collect::<Vec<_>>(), [("CONTENT-type", "a/b;\tx=1 content-ID:<q>"), ("X", "")]);
        assert_eq!(h.field("x"), Some(""));
        assert_eq!(h.transfer_encoding().unwrap(), TransferEncoding::SevenBit);
    }

    #[test]
    fn malformed_blocks_are_refused_at_their_line() {
        for (block, offset) in [
            (&b"A: 1\r\nno colon\r\n"[..], 106),
            (b" continuation\r\n", 100),
            (b": no name\r\n", 100),
            (b"a name: 1\r\n", 100),
            (b"A: 1\r\nB: \x00\r\n", 106),
            (b"A: 1\rB: 2\r\n", 100),
            (b"A: \xff\r\n", 100),
            (b"A: 1\r\n--boundary\r\n", 106),
        ] {
            let error = Headers::parse(block, 100).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidFormat);
            assert_eq!(error.place().unwrap().offset, offset, "{}", block.escape_ascii());
        }
        let twice = Headers::parse(b"Content-ID: <a>\ncontent-id: <b>\n", 0).unwrap();
        assert!(twice.content_id().is_err());
    }

    #[test]
    fn the_size_is_counted_with_the_empty_line() {
        let block = b"A: 1\r\n\r\n";
        assert_eq!(HeaderBlock::default().find_end(block, true, 8, 0).unwrap(), Some(8));
        assert_eq!(
            HeaderBlock::default().find_end(block, true, 7, 0).unwrap_err().code(),
            ErrorCode::QuotaExceeded
        );
        assert_eq!(
            HeaderBlock::default().find_end(&block[..7], true, 8, 0).unwrap_err().code(),
            ErrorCode::InvalidFormat
        );
    }

    proptest! {
        #[test]
        fn the_end_of_a_block_does_not_depend_on_the_pieces(block in "[a\r\n]{0,12}", max in 1usize..12) {
            let whole = HeaderBlock::default().find_end(block.as_bytes(), true, max, 0).map_err(|e| e.code());
            let mut scan = HeaderBlock::default();
            let mut pieces = Ok(None);
            for n in 0..=block.len() {
                pieces = scan.find_end(&block.as_bytes()[..n], n == block.len(), max, 0).map_err(|e| e.code());
                if pieces != Ok(None) {
                    break;
                }
            }
            prop_assert_eq!(pieces, whole);
        }

        #[test]
        fn no_block_panics(block in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(h) = Headers::parse(&block, 0) {
                let _ = (h.content_type(), h.content_id(), h.transfer_encoding());
            }
        }
    }
}
