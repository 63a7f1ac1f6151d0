//! `WsSetOutput`: the encoding of a document, and where it goes (WWSAPI F.1).

use super::{
    object::{Sink, Target, WS_XML_WRITER},
    options,
};
use crate::{abi::*, ptr::Ptr};
use wws::{
    Error, Result,
    xml::{Charset, WriterEncoding},
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
        (Some(encoding), Some(output)) => (self::encoding(encoding)?, self::output(output)?),
        // Without an encoding every write fails (WWSAPI F.1).
        (None, None) => (WriterEncoding::default(), Target::Nothing),
        _ => {
            return Err(Error::argument("an encoding needs an output, and an output an encoding: pass both"));
        }
    };
    options.stream = matches!(output, Target::Stream(_));
    state.core.set_output(encoding, options);
    state.target = output;
    state.sources.clear();
    state.dictionaries.clear();
    Ok(())
}

/// The encoding that C describes.
///
/// # Errors
/// `E_INVALIDARG` for one that does not exist.
pub fn encoding(encoding: &WS_XML_WRITER_ENCODING) -> Result<WriterEncoding> {
    match encoding.encodingType {
        WS_XML_WRITER_ENCODING_TYPE_TEXT => {
            let text = Ptr::to(encoding).cast::<WS_XML_WRITER_TEXT_ENCODING>().need("encoding")?;
            Ok(WriterEncoding::Text(charset(text.charSet)?))
        }
        WS_XML_WRITER_ENCODING_TYPE_RAW => Ok(WriterEncoding::Raw),
        WS_XML_WRITER_ENCODING_TYPE(other) => {
            Err(Error::argument(format!("{other} is no WS_XML_WRITER_ENCODING_TYPE")))
        }
    }
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
