//! What a binary encoder is told: its dictionaries, and choices that the format leaves open.

use crate::{
    Result,
    xml::{Dictionary, XmlStr, dictionary::DictionaryRef},
};

/// The binary encoding of a writer, `WS_XML_WRITER_BINARY_ENCODING`.
///
/// ```
/// use wws_core::xml::{Dictionary, Writer, WriterOptions, binary::BinaryEncoding};
/// let mut w = Writer::new(BinaryEncoding::soap(), WriterOptions::default());
/// let nbfs = Dictionary::nbfs();
/// let [envelope, ns] = [1, 2].map(|id| nbfs.get(id).unwrap());
/// w.start_element_with_prefix("s", envelope, ns)?;
/// w.end_element()?;
/// // A prefix and a static string in two bytes, the declaration in four, the end in one.
/// assert_eq!(w.into_bytes()?, [0x56, 0x02, 0x0B, 0x01, b's', 0x04, 0x01]);
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct BinaryEncoding {
    /// The strings with even ids (MC-NBFS). `None`: there are none.
    pub fixed: Option<DictionaryRef>,
    /// The strings with odd ids.
    pub dynamic: DynamicStrings,
    /// Looks a string that comes from no dictionary up in the static one and in a [`DynamicStrings::Table`].
    /// Microsoft's writers do not.
    pub find_plain_strings: bool,
    /// Writes characters that are given in UTF-16 in UTF-16 (MC-NBFX 2.2.3.23 to 2.2.3.25) if that is shorter.
    /// Microsoft's writers do not.
    pub utf16_text: bool,
}

impl BinaryEncoding {
    /// The encoding of `application/soap+msbin1`: the dictionary of SOAP and WCF, no dynamic strings.
    pub fn soap() -> Self {
        BinaryEncoding { fixed: Some(Dictionary::nbfs().into()), ..BinaryEncoding::default() }
    }

    /// The encoding of `application/soap+msbinsession1`: each document announces the strings that it adds to the
    /// dictionary of the session (MC-NBFSE), which lives as long as the writer.
    pub fn soap_session() -> Self {
        BinaryEncoding {
            dynamic: DynamicStrings::Session { max_size: DynamicStrings::SESSION_SIZE },
            ..BinaryEncoding::soap()
        }
    }
}

/// Where the numbers of strings that are not in the static dictionary come from.
#[derive(Default)]
#[non_exhaustive]
pub enum DynamicStrings {
    /// From nowhere: such strings are written in full.
    #[default]
    None,
    /// From a session. A string of any dictionary gets a number when it is first written, and is announced in a
    /// table in front of the document. Nothing leaves before the document is complete.
    Session {
        /// Bytes of strings that the session takes; later strings are written in full.
        max_size: u32,
    },
    /// From a table that the reader has as well, by an agreement of one's own.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use wws_core::xml::{Dictionary, Writer, WriterOptions};
    /// use wws_core::xml::binary::{BinaryEncoding, DynamicStrings};
    /// let shapes = Arc::new(Dictionary::new(["circle", "radius"]));
    /// let dynamic = DynamicStrings::Table(shapes.clone().into());
    /// let mut w = Writer::new(BinaryEncoding { dynamic, ..BinaryEncoding::default() }, WriterOptions::default());
    /// w.start_element(shapes.get(0).unwrap(), "")?;
    /// w.end_element()?;
    /// assert_eq!(w.into_bytes()?, [0x42, 0x01, 0x01]); // the first odd number instead of six letters
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    Table(DictionaryRef),
    /// From whoever carries the strings to the other side: `WS_DYNAMIC_STRING_CALLBACK`.
    Callback(Box<dyn FindString + Send>),
}

impl DynamicStrings {
    /// The bytes of strings that a peer accepts by default in a session.
    pub const SESSION_SIZE: u32 = 2048;
}

impl std::fmt::Debug for DynamicStrings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            DynamicStrings::None => "None",
            DynamicStrings::Session { .. } => "Session",
            DynamicStrings::Table(_) => "Table",
            DynamicStrings::Callback(_) => "Callback",
        })
    }
}

/// Knows the numbers of strings: `WS_DYNAMIC_STRING_CALLBACK`.
///
/// It is asked once in a document for each string that comes from a dictionary other than the static one
/// (WWSAPI H). It cannot reach the writer, which is in the middle of a node.
pub trait FindString {
    /// The number of the string, below 2^30, or `None` to write it in full.
    ///
    /// # Errors
    /// Whatever is wrong; the writer has failed then.
    fn find(&mut self, string: XmlStr<'_>) -> Result<Option<u32>>;
}

impl<F: FnMut(XmlStr<'_>) -> Result<Option<u32>>> FindString for F {
    fn find(&mut self, string: XmlStr<'_>) -> Result<Option<u32>> {
        self(string)
    }
}
