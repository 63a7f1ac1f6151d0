//! What a writer is told when it is made: the encoding, and the properties of WWSAPI P.2.

use crate::xml::{Charset, binary::BinaryEncoding, buffer::SharedBuffer, mtom::MtomOutput};

/// The encoding of a document, `WS_XML_WRITER_ENCODING`.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriterEncoding {
    /// XML 1.0 text.
    Text(Charset),
    /// .NET binary XML.
    Binary(BinaryEncoding),
    /// XML 1.0 text with byte content in MIME parts of its own.
    Mtom(MtomOutput),
    /// No XML at all: only bytes at the root, which come out as they are (`WS_XML_WRITER_RAW_ENCODING`).
    Raw,
    /// No encoding: nodes go into a buffer, at its end, or at a [position](crate::xml::Writer::set_position)
    /// (`WsSetOutputToBuffer`).
    Buffer(SharedBuffer),
}

impl Default for WriterEncoding {
    fn default() -> Self {
        WriterEncoding::Text(Charset::Utf8)
    }
}

impl From<SharedBuffer> for WriterEncoding {
    fn from(buffer: SharedBuffer) -> Self {
        WriterEncoding::Buffer(buffer)
    }
}

impl From<Charset> for WriterEncoding {
    fn from(charset: Charset) -> Self {
        WriterEncoding::Text(charset)
    }
}

impl From<BinaryEncoding> for WriterEncoding {
    fn from(encoding: BinaryEncoding) -> Self {
        WriterEncoding::Binary(encoding)
    }
}

impl From<MtomOutput> for WriterEncoding {
    fn from(encoding: MtomOutput) -> Self {
        WriterEncoding::Mtom(encoding)
    }
}

/// The properties of a writer, `WS_XML_WRITER_PROPERTY_ID`, with their defaults (WWSAPI P.2).
///
/// ```
/// use wws_core::xml::WriterOptions;
/// let options = WriterOptions { indent: 2, ..WriterOptions::default() };
/// assert_eq!(options.max_depth, 32);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// `MAX_DEPTH`: how many elements may be open at once; 0 allows none. 32 by default.
    pub max_depth: u32,
    /// `ALLOW_FRAGMENT`: allows several elements and text at the root. Not with MTOM.
    pub allow_fragment: bool,
    /// `MAX_ATTRIBUTES`: how many attributes an element may have. 128 by default.
    pub max_attributes: u32,
    /// `WRITE_DECLARATION`: starts a text document with `<?xml version="1.0" encoding="…"?>`.
    pub write_declaration: bool,
    /// `INDENT`: spaces for each level; 0, the default, formats nothing. Only text documents are formatted.
    pub indent: u32,
    /// `BUFFER_TRIM_SIZE`: bytes of memory kept from one document, or one flush, to the next. 4096 by default.
    pub buffer_trim_size: u32,
    /// `BUFFER_MAX_SIZE`: bytes that may wait in memory: of the whole document, or with
    /// [`stream`](Self::stream) between two flushes. Unlimited by default. A UTF-16 document is measured as
    /// UTF-8.
    pub buffer_max_size: u64,
    /// `MAX_MIME_PARTS_BUFFER_SIZE`: bytes of MTOM attachments held in memory. 65536 by default.
    pub max_mime_parts_buffer_size: u64,
    /// `ALLOW_INVALID_CHARACTER_REFERENCES`: writes a reference such as `&#x1;` for a character that XML
    /// forbids.
    pub allow_invalid_character_references: bool,
    /// `MAX_NAMESPACES`: how many namespace declarations may be in scope at once. 32 by default.
    pub max_namespaces: u32,
    /// `COMPRESS_EMPTY_ELEMENTS`: a node copied from a reader becomes `<a/>` also where it was `<a></a>`.
    pub compress_empty_elements: bool,
    /// `EMIT_UNCOMPRESSED_EMPTY_ELEMENTS`: writes `<a></a>` and never `<a/>`.
    pub emit_uncompressed_empty_elements: bool,
    /// The output is a stream (`WS_XML_WRITER_STREAM_OUTPUT`) that takes what is flushed, not a buffer that
    /// keeps the document (`WS_XML_WRITER_BUFFER_OUTPUT`, the default).
    pub stream: bool,
    /// Minutes by which local time is ahead of universal time, to write a
    /// [`DateTime`](crate::value::DateTime) of local format; unknown by default, which writes universal time.
    pub local_offset: Option<i16>,
}

impl Default for WriterOptions {
    fn default() -> Self {
        WriterOptions {
            max_depth: 32,
            allow_fragment: false,
            max_attributes: 128,
            write_declaration: false,
            indent: 0,
            buffer_trim_size: 4096,
            buffer_max_size: u64::MAX,
            max_mime_parts_buffer_size: 65536,
            allow_invalid_character_references: false,
            max_namespaces: 32,
            compress_empty_elements: false,
            emit_uncompressed_empty_elements: false,
            stream: false,
            local_offset: None,
        }
    }
}

impl WriterOptions {
    /// The defaults for a writer that is flushed.
    pub fn stream() -> Self {
        WriterOptions { stream: true, ..WriterOptions::default() }
    }
}
