//! The encodings by the names that both programs use.

use wws::{
    Result,
    xml::{
        Charset, Reader, ReaderEncoding, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        mtom::{MtomInput, MtomOutput, mime::Related},
    },
};

pub(crate) const ALL: [&str; 6] = ["text-utf8", "text-utf16le", "text-utf16be", "binary", "session", "mtom"];

pub(crate) fn writer(encoding: &str) -> Result<Writer> {
    let encoding: WriterEncoding = match encoding {
        "text-utf16le" => Charset::Utf16Le.into(),
        "text-utf16be" => Charset::Utf16Be.into(),
        "binary" => BinaryEncoding::soap().into(),
        "session" => BinaryEncoding::soap_session().into(),
        "mtom" => {
            MtomOutput::new(Related::new("uuid:1f0c2b77+id=1", "http://tempuri.org/0", "text/xml")?).into()
        }
        _ => Charset::Utf8.into(),
    };
    Ok(Writer::new(encoding, WriterOptions::default()))
}

pub(crate) fn reader<'a>(encoding: &str, document: &'a [u8]) -> Reader<'a> {
    let encoding = match encoding {
        "binary" => ReaderEncoding::binary(),
        "session" => ReaderEncoding::binary_session(),
        "mtom" => ReaderEncoding::Mtom(MtomInput::with_header()),
        // As the content type of a message says it.
        "text-utf16le" => ReaderEncoding::Text(Some(Charset::Utf16Le)),
        "text-utf16be" => ReaderEncoding::Text(Some(Charset::Utf16Be)),
        _ => ReaderEncoding::text(),
    };
    Reader::with_input(encoding, document.into())
}
