//! `WsSetOutput`: the encoding of a document, and where it goes (WWSAPI F.1).

use super::{
    object::{DynamicStrings, Target, WS_XML_WRITER},
    options,
};
use crate::{
    abi::*,
    dictionary::{self, Known},
    ptr::Ptr,
    sink::Sink,
    text,
};
use std::sync::{Arc, PoisonError};
use wws::{
    Error, Result,
    xml::{
        Charset, WriterEncoding, XmlStr,
        binary::{self, BinaryEncoding},
        mtom::{MtomOutput, mime::Related},
    },
};

exports! {
    fn WsSetOutput(writer: &WS_XML_WRITER, encoding: Option<&WS_XML_WRITER_ENCODING>,
        output: Option<&WS_XML_WRITER_OUTPUT>, properties: Ptr<WS_XML_WRITER_PROPERTY>, propertyCount: u32; error)
        => set_output;
}

fn set_output(
    writer: &WS_XML_WRITER,
    encoding: Option<&WS_XML_WRITER_ENCODING>,
    output: Option<&WS_XML_WRITER_OUTPUT>,
    properties: Ptr<WS_XML_WRITER_PROPERTY>,
    count: u32,
) -> Result<()> {
    let mut state = writer.lock()?;
    let mut options = state.defaults.clone();
    options::apply(&mut options, properties, count)?;
    let (encoding, output) = match (encoding, output) {
        (Some(encoding), Some(output)) => (Encoding::read(encoding)?, self::output(output)?),
        // Without an encoding every write fails (WWSAPI F.1).
        (None, None) => (Encoding::of(WriterEncoding::default()), Target::Nothing),
        _ => {
            return Err(Error::argument("an encoding needs an output, and an output an encoding: pass both"));
        }
    };
    if matches!(encoding.core, WriterEncoding::Mtom(_)) && options.allow_fragment {
        return Err(Error::argument("ALLOW_FRAGMENT does not go with the MTOM encoding"));
    }
    options.stream = matches!(output, Target::Stream(_));
    state.begin(encoding.core, options, output);
    state.fixed = encoding.fixed.as_ref().map(|known| known.core.key());
    state.dictionaries = encoding.fixed.map(|known| (known.pointer, known.core.key())).into_iter().collect();
    state.dynamic = encoding.dynamic;
    Ok(())
}

/// The encoding that C describes.
#[derive(Debug)]
pub struct Encoding {
    /// The encoding of the core.
    pub core: WriterEncoding,
    fixed: Option<Known>,
    dynamic: Option<DynamicStrings>,
}

impl Encoding {
    fn of(core: WriterEncoding) -> Self {
        Encoding { core, fixed: None, dynamic: None }
    }

    /// Reads what C describes.
    ///
    /// # Errors
    /// `E_INVALIDARG` for an encoding that does not exist.
    pub fn read(encoding: &WS_XML_WRITER_ENCODING) -> Result<Self> {
        let whole = Ptr::to(encoding);
        match encoding.encodingType {
            WS_XML_WRITER_ENCODING_TYPE_TEXT => {
                let text: &WS_XML_WRITER_TEXT_ENCODING = whole.cast().need("encoding")?;
                Ok(Self::of(WriterEncoding::Text(charset(text.charSet)?)))
            }
            WS_XML_WRITER_ENCODING_TYPE_BINARY => Self::binary(whole.cast().need("encoding")?),
            WS_XML_WRITER_ENCODING_TYPE_MTOM => Ok(Self::of(mtom(whole.cast().need("encoding")?)?.into())),
            WS_XML_WRITER_ENCODING_TYPE_RAW => Ok(Self::of(WriterEncoding::Raw)),
            WS_XML_WRITER_ENCODING_TYPE(other) => {
                Err(Error::argument(format!("{other} is no WS_XML_WRITER_ENCODING_TYPE")))
            }
        }
    }

    fn binary(binary: &WS_XML_WRITER_BINARY_ENCODING) -> Result<Self> {
        let fixed = dictionary::find(binary.staticDictionary)?;
        let dynamic = binary.dynamicStringCallback.is_some().then(|| DynamicStrings {
            callback: binary.dynamicStringCallback,
            state: binary.dynamicStringCallbackState,
            answers: Arc::default(),
        });
        let strings = match &dynamic {
            None => binary::DynamicStrings::None,
            Some(DynamicStrings { answers, .. }) => {
                let answers = answers.clone();
                binary::DynamicStrings::Callback(Box::new(move |string: XmlStr<'_>| {
                    let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    Ok(answers.get(&(string.dictionary(), string.id())).copied().flatten())
                }))
            }
        };
        let core = BinaryEncoding {
            fixed: fixed.as_ref().map(|known| known.core.clone()),
            dynamic: strings,
            ..BinaryEncoding::default()
        };
        Ok(Encoding { core: core.into(), fixed, dynamic })
    }
}

fn mtom(mtom: &WS_XML_WRITER_MTOM_ENCODING) -> Result<MtomOutput> {
    let boundary = text::string(&mtom.boundary, "boundary")?;
    let start = text::string(&mtom.startUri, "startUri")?;
    let frame = Related::new(boundary, start, text::string(&mtom.startInfo, "startInfo")?)?;
    let mut output = MtomOutput::new(frame).max_inline_byte_count(mtom.maxInlineByteCount);
    if mtom.writeMimeHeader == 0 {
        output = output.without_header();
    }
    let Some(encoding) = mtom.textEncoding.get() else { return Ok(output) };
    if encoding.encodingType != WS_XML_WRITER_ENCODING_TYPE_TEXT {
        return Err(Error::argument("`textEncoding` is no WS_XML_WRITER_TEXT_ENCODING"));
    }
    let text: &WS_XML_WRITER_TEXT_ENCODING = Ptr::to(encoding).cast().need("textEncoding")?;
    Ok(output.charset(charset(text.charSet)?))
}

fn charset(charset: WS_CHARSET) -> Result<Charset> {
    match charset {
        WS_CHARSET_UTF8 => Ok(Charset::Utf8),
        WS_CHARSET_UTF16LE => Ok(Charset::Utf16Le),
        WS_CHARSET_UTF16BE => Ok(Charset::Utf16Be),
        WS_CHARSET_AUTO => {
            Err(Error::argument("a writer has no input to detect a character set from: choose one"))
        }
        WS_CHARSET(other) => Err(Error::argument(format!("{other} is no WS_CHARSET"))),
    }
}

fn output(output: &WS_XML_WRITER_OUTPUT) -> Result<Target> {
    match output.outputType {
        WS_XML_WRITER_OUTPUT_TYPE_BUFFER => Ok(Target::Memory),
        WS_XML_WRITER_OUTPUT_TYPE_STREAM => {
            let stream = Ptr::to(output).cast::<WS_XML_WRITER_STREAM_OUTPUT>().need("output")?;
            if stream.writeCallback.is_none() {
                return Err(Error::argument("`writeCallback` is NULL: a stream needs one"));
            }
            Ok(Target::Stream(Sink { callback: stream.writeCallback, state: stream.writeCallbackState }))
        }
        WS_XML_WRITER_OUTPUT_TYPE(other) => {
            Err(Error::argument(format!("{other} is no WS_XML_WRITER_OUTPUT_TYPE")))
        }
    }
}
