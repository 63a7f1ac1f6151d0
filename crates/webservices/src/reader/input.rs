//! `WsSetInput`: the encoding of a document, and where it comes from (WWSAPI E.1).

use super::{
    object::{Source, Stream, WS_XML_READER},
    options,
};
use crate::{
    abi::*,
    dictionary::{self, Known},
    ptr::Ptr,
    text,
};
use wws::{
    Error, Result,
    xml::{
        Charset, Reader, ReaderEncoding, ReaderInput,
        mtom::{MtomInput, SharedStore, mime::Related},
        reader::{BinaryDictionaries, Dynamic},
    },
};

exports! {
    fn WsSetInput(reader: &WS_XML_READER, encoding: Option<&WS_XML_READER_ENCODING>,
        input: Option<&WS_XML_READER_INPUT>, properties: Ptr<WS_XML_READER_PROPERTY>, propertyCount: u32; error)
        => set_input;
}

fn set_input(
    reader: &WS_XML_READER,
    encoding: Option<&WS_XML_READER_ENCODING>,
    input: Option<&WS_XML_READER_INPUT>,
    properties: Ptr<WS_XML_READER_PROPERTY>,
    count: u32,
) -> Result<()> {
    let mut state = reader.lock()?;
    let mut settings = state.defaults.clone();
    options::apply(&mut settings, properties, count)?;
    let document = match (encoding, input) {
        (Some(encoding), Some(input)) => Some((Encoding::read(encoding)?, Input::read(input)?)),
        (None, None) => None,
        _ => return Err(Error::argument("an encoding needs an input, and an input an encoding: pass both")),
    };
    if matches!(&document, Some((Encoding { core: ReaderEncoding::Mtom(_), .. }, _)))
        && settings.core.allow_fragment
    {
        return Err(Error::argument("ALLOW_FRAGMENT does not go with the MTOM encoding"));
    }
    state.moved();
    state.canonical = None;
    *state.core.options_mut() = settings.core.clone();
    match document {
        Some((encoding, input)) => {
            state.dictionaries = encoding.dictionaries;
            state.source = input.source;
            state.core.set_input(encoding.core, input.core);
        }
        None => {
            state.dictionaries.clear();
            state.source = Source::Memory;
            state.core = Reader::new(settings.core.clone());
        }
    }
    state.settings = settings;
    Ok(())
}

/// The encoding that C describes.
#[derive(Debug)]
pub struct Encoding {
    /// The encoding of the core.
    pub core: ReaderEncoding,
    /// Its dictionaries.
    pub dictionaries: Vec<Known>,
}

impl Encoding {
    /// Reads what C describes.
    ///
    /// # Errors
    /// `E_INVALIDARG` for an encoding that does not exist.
    pub fn read(encoding: &WS_XML_READER_ENCODING) -> Result<Self> {
        let whole = Ptr::to(encoding);
        let of = |core| Encoding { core, dictionaries: Vec::new() };
        match encoding.encodingType {
            WS_XML_READER_ENCODING_TYPE_TEXT => {
                let text: &WS_XML_READER_TEXT_ENCODING = whole.cast().need("encoding")?;
                Ok(of(ReaderEncoding::Text(charset(text.charSet)?)))
            }
            WS_XML_READER_ENCODING_TYPE_BINARY => Self::binary(whole.cast().need("encoding")?),
            WS_XML_READER_ENCODING_TYPE_MTOM => {
                Ok(of(ReaderEncoding::Mtom(mtom(whole.cast().need("encoding")?)?)))
            }
            WS_XML_READER_ENCODING_TYPE_RAW => Ok(of(ReaderEncoding::Raw)),
            WS_XML_READER_ENCODING_TYPE(other) => {
                Err(Error::argument(format!("{other} is no WS_XML_READER_ENCODING_TYPE")))
            }
        }
    }

    fn binary(binary: &WS_XML_READER_BINARY_ENCODING) -> Result<Self> {
        let fixed = dictionary::find(binary.staticDictionary)?;
        let dynamic = dictionary::find(binary.dynamicDictionary)?;
        let core = ReaderEncoding::Binary(BinaryDictionaries {
            fixed: fixed.as_ref().map(|known| known.core.clone()),
            dynamic: dynamic.as_ref().map_or(Dynamic::None, |known| Dynamic::Table(known.core.clone())),
        });
        Ok(Encoding { core, dictionaries: fixed.into_iter().chain(dynamic).collect() })
    }
}

/// A character set of C; `None` is to detect it.
fn charset(charset: WS_CHARSET) -> Result<Option<Charset>> {
    match charset {
        WS_CHARSET_AUTO => Ok(None),
        WS_CHARSET_UTF8 => Ok(Some(Charset::Utf8)),
        WS_CHARSET_UTF16LE => Ok(Some(Charset::Utf16Le)),
        WS_CHARSET_UTF16BE => Ok(Some(Charset::Utf16Be)),
        WS_CHARSET(other) => Err(Error::argument(format!("{other} is no WS_CHARSET"))),
    }
}

fn mtom(mtom: &WS_XML_READER_MTOM_ENCODING) -> Result<MtomInput> {
    let input = if mtom.readMimeHeader != 0 {
        MtomInput::with_header()
    } else {
        let [boundary, start, info] =
            [(&mtom.boundary, "boundary"), (&mtom.startUri, "startUri"), (&mtom.startInfo, "startInfo")]
                .map(|(string, name)| text::string(string, name));
        MtomInput::with_frame(Related::new(boundary?, start?, info?)?)
    };
    // Parts of a stream that come before they are due wait in a file, once there are too many for memory.
    let input = input.spill_to(SharedStore::new(wws::TempFileStore::default()));
    let Some(encoding) = mtom.textEncoding.get() else { return Ok(input) };
    if encoding.encodingType != WS_XML_READER_ENCODING_TYPE_TEXT {
        return Err(Error::argument("`textEncoding` is no WS_XML_READER_TEXT_ENCODING"));
    }
    let text: &WS_XML_READER_TEXT_ENCODING = Ptr::to(encoding).cast().need("textEncoding")?;
    Ok(match charset(text.charSet)? {
        Some(charset) => input.charset(charset),
        None => input,
    })
}

/// The input that C describes.
struct Input {
    core: ReaderInput<'static>,
    source: Source,
}

impl Input {
    fn read(input: &WS_XML_READER_INPUT) -> Result<Self> {
        let whole = Ptr::to(input);
        match input.inputType {
            WS_XML_READER_INPUT_TYPE_BUFFER => {
                let buffer: &WS_XML_READER_BUFFER_INPUT = whole.cast().need("input")?;
                let bytes =
                    buffer.encodedData.cast::<u8>().slice(buffer.encodedDataSize as usize, "encodedData")?;
                Ok(Input { core: ReaderInput::Bytes(bytes), source: Source::Memory })
            }
            WS_XML_READER_INPUT_TYPE_STREAM => {
                let stream: &WS_XML_READER_STREAM_INPUT = whole.cast().need("input")?;
                if stream.readCallback.is_none() {
                    return Err(Error::argument("`readCallback` is NULL: a stream needs one"));
                }
                let (callback, state) = (stream.readCallback, stream.readCallbackState);
                let source = Source::Stream(Stream { callback, state, ended: false, filling: false });
                Ok(Input { core: ReaderInput::Stream, source })
            }
            WS_XML_READER_INPUT_TYPE(other) => {
                Err(Error::argument(format!("{other} is no WS_XML_READER_INPUT_TYPE")))
            }
        }
    }
}
