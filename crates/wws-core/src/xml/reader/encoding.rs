//! What a reader reads: the encoding and where the bytes are.

use crate::xml::{
    Charset, Dictionary,
    binary::{BinaryDictionaries, Dynamic},
    mtom::MtomInput,
};

/// The encoding of a document to be read: `WS_XML_READER_ENCODING`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReaderEncoding {
    /// XML text. `None`: the charset is found from byte order mark and declaration.
    Text(Option<Charset>),
    /// .NET binary XML.
    Binary(BinaryDictionaries),
    /// MTOM: text with byte content in MIME parts of its own. That content reads as bytes, in one or more pieces.
    Mtom(MtomInput),
    /// Bytes without any XML; a reader gives them as the text of a document without elements.
    Raw,
}

impl ReaderEncoding {
    /// Text in any charset we know.
    pub fn text() -> Self {
        ReaderEncoding::Text(None)
    }

    /// Binary with the dictionary of SOAP and WCF, as `application/soap+msbin1` has it.
    pub fn binary() -> Self {
        ReaderEncoding::Binary(BinaryDictionaries {
            fixed: Some(Dictionary::nbfs().into()),
            dynamic: Dynamic::None,
        })
    }

    /// Binary as in [`binary`](Self::binary), where each message brings the strings that it adds to the
    /// dictionary of the session: `application/soap+msbinsession1`, MC-NBFSE.
    pub fn binary_session() -> Self {
        let fixed = Some(Dictionary::nbfs().into());
        ReaderEncoding::Binary(BinaryDictionaries { fixed, dynamic: Dynamic::Session })
    }
}

/// Where the bytes are: `WS_XML_READER_INPUT`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ReaderInput<'a> {
    /// All in memory; nothing is copied.
    Bytes(&'a [u8]),
    /// They will be fed, see [`Reader::spare`](super::Reader::spare).
    Stream,
}

impl<'a> From<&'a [u8]> for ReaderInput<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        ReaderInput::Bytes(bytes)
    }
}
