//! MIME `multipart/related` as XOP uses it: headers in, headers out, and a splitter that never holds a part.
//!
//! Nothing here reads or writes: a [`Splitter`] is fed windows of input and hands back slices of the same window,
//! a [`Related`] appends header bytes to a buffer. RFC 2045 (headers), RFC 2046 (boundaries), RFC 2387
//! (`multipart/related`), RFC 2392 (`cid:`), XOP 1.0 section 4.

mod content_id;
mod content_type;
mod headers;
mod lex;
mod related;
mod splitter;
mod transfer;

pub(in crate::xml::mtom) use content_id::content_id_key;
pub use content_id::{cid_of_href, content_id_of_header, href_of_cid};
pub use content_type::ContentType;
pub use headers::{HeaderBlock, Headers};
pub use related::Related;
pub use splitter::{Event, Limits, Splitter, Step};
pub use transfer::{TransferDecoder, TransferEncoding};

use crate::{Error, Place};

/// A place in MIME framing: only the offset counts.
pub(super) fn at(offset: u64) -> Place {
    Place { offset, ..Place::default() }
}

/// An `InvalidFormat` at a byte offset.
#[cold]
fn malformed(offset: u64, text: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::format(text).at(at(offset))
}
