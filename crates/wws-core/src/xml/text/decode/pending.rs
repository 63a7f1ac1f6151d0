//! A token that was not complete: looks for its end from where the last look stopped.
//!
//! A start tag of a megabyte that comes in small pieces would be read from its first byte after each piece.
//! Instead only the new bytes are searched for what can end the token, and it is read when that has come.

use super::Scan;

/// How far an incomplete token was searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    kind: Kind,
    /// Bytes from the start of the token.
    searched: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Too short to say.
    Any,
    Text,
    CData,
    /// A tag; `quote` is the quote that is open, or 0.
    Tag {
        quote: u8,
    },
    /// A comment or processing instruction.
    Until(&'static [u8]),
}

impl Pending {
    #[cold]
    pub(super) fn new(rest: &[u8], in_cdata: bool) -> Self {
        let kind = match rest {
            _ if in_cdata => Kind::CData,
            [b'<', b'!', b'-', b'-', ..] => Kind::Until(b"-->"),
            [b'<', b'?', ..] => Kind::Until(b"?>"),
            [] | [b'<'] | [b'<', b'!', ..] => Kind::Any,
            [b'<', ..] => Kind::Tag { quote: 0 },
            _ => Kind::Text,
        };
        Pending { kind, searched: 0 }
    }

    /// Whether it is worth reading the token again.
    #[cold]
    pub(super) fn resume(&mut self, scan: Scan<'_>) -> bool {
        let rest = &scan.bytes()[scan.token..];
        let more = rest.get(self.searched..).unwrap_or_default();
        let found = match &mut self.kind {
            Kind::Any => !more.is_empty(),
            Kind::Text => rest.len() >= scan.piece || memchr::memchr(b'<', more).is_some(),
            Kind::CData => rest.len() > scan.piece || ends(rest, self.searched, b"]]>"),
            Kind::Until(end) => ends(rest, self.searched, end),
            Kind::Tag { quote } => tag_ends(more, quote),
        };
        self.searched = rest.len();
        found || scan.last
    }
}

fn ends(rest: &[u8], searched: usize, end: &[u8]) -> bool {
    let from = searched.saturating_sub(end.len() - 1);
    memchr::memmem::find(rest.get(from..).unwrap_or_default(), end).is_some()
}

/// Whether a `>` outside of quotes comes, or a `<`, which is an error anywhere in a tag.
fn tag_ends(more: &[u8], quote: &mut u8) -> bool {
    let mut rest = more;
    loop {
        let found = match *quote {
            0 => memchr::memchr3(b'>', b'"', b'\'', rest),
            q => memchr::memchr2(q, b'<', rest),
        };
        let Some(at) = found else { return false };
        match rest[at] {
            b'>' | b'<' => return true,
            b if *quote == b => *quote = 0,
            b => *quote = b,
        }
        rest = &rest[at + 1..];
    }
}
