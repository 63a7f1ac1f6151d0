//! What a reader accepts and how much: the properties of `WS_XML_READER_PROPERTY_ID` that can be set.

/// Limits and switches of a [`Reader`](crate::xml::Reader), WWSAPI P.1. The defaults are Microsoft's.
///
/// ```
/// use wws_core::xml::{Reader, ReaderOptions};
/// let options = ReaderOptions { max_depth: 1, ..ReaderOptions::default() };
/// let mut reader = Reader::text(b"<a><b/></a>").with_options(options);
/// reader.read_node().unwrap();
/// assert!(reader.read_node().unwrap_err().to_string().contains("max_depth"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderOptions {
    /// How deep elements may nest; 0 forbids every element. Default 32. (P.1 #0)
    pub max_depth: u32,
    /// Whether several top-level elements and top-level text are allowed. Default false. (P.1 #1)
    pub allow_fragment: bool,
    /// Attributes of one element, namespace declarations included. Default 128. (P.1 #2)
    pub max_attributes: u32,
    /// Whether an XML declaration may stand at the start. Default true. (P.1 #3)
    pub read_declaration: bool,
    /// Bytes of the buffer for decoded UTF-16 that stay allocated between inputs. Default 4096. (P.1 #7)
    pub utf8_trim_size: u32,
    /// Bytes that a stream is asked for at a time; text of a stream comes in pieces of at least this size,
    /// shorter text comes whole. Default 4096. (P.1 #8)
    pub stream_buffer_size: u32,
    /// MTOM from a stream: bytes of the part that holds the document. Default 65536. (P.1 #10)
    pub stream_max_root_mime_part_size: u32,
    /// MTOM from a stream: bytes of the headers of one part. Default 256. (P.1 #11)
    pub stream_max_mime_headers_size: u32,
    /// MTOM: parts of a message. Default 4096. (P.1 #12)
    pub max_mime_parts: u32,
    /// Text: whether `&#1;` and its like are let through. Default false. (P.1 #13)
    pub allow_invalid_character_references: bool,
    /// Namespace declarations in scope at a time. Default 32. (P.1 #14)
    pub max_namespaces: u32,
    /// Ours: MTOM from a stream: bytes of parts that wait in memory because they came before they were
    /// included. Microsoft's reader wants them in order. Default 1 MiB.
    pub max_waiting_mime_parts_size: u32,
    /// Ours: bytes of one tag, comment or processing instruction of a stream, which must be buffered as a
    /// whole. Default 16 MiB.
    pub max_token_size: u32,
    /// Ours: bytes of strings that a binary session may add to its dictionary. Default 64 KiB.
    pub max_session_size: u32,
}

impl Default for ReaderOptions {
    fn default() -> Self {
        ReaderOptions {
            max_depth: 32,
            allow_fragment: false,
            max_attributes: 128,
            read_declaration: true,
            utf8_trim_size: 4096,
            stream_buffer_size: 4096,
            stream_max_root_mime_part_size: 65536,
            stream_max_mime_headers_size: 256,
            max_mime_parts: 4096,
            allow_invalid_character_references: false,
            max_namespaces: 32,
            max_waiting_mime_parts_size: 1 << 20,
            max_token_size: 16 << 20,
            max_session_size: 64 << 10,
        }
    }
}
