//! Callbacks of the program in a channel: message encoders and decoders (WWSAPI N.1), redirects.

use crate::{
    abi::*,
    callback,
    export::boundary,
    failure::WS_ERROR,
    hresult::{HRESULT, Status},
    ptr::{Across, Ptr, Void},
    runtime, text,
};
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};
use wws::{
    Error, Result,
    encoder::{Codecs, Content, Encoder, Output, Pull, PullDecoder, ReadOctets},
    transport::http::Redirects,
};

/// What an encoder of the program writes to.
#[derive(Default)]
struct Written(RefCell<Vec<Vec<u8>>>);

/// One encoder of the program.
struct Encoding {
    table: WS_CHANNEL_ENCODER,
    context: Void,
    /// It stays in place: the program has its address.
    written: Box<Written>,
}

struct OwnEncoder(Across<Encoding>);

/// Creates encoders of the program: `WS_CHANNEL_PROPERTY_ENCODER`.
pub fn encoder(table: WS_CHANNEL_ENCODER) -> impl Fn() -> Result<Box<dyn Encoder>> + Send + Sync + 'static {
    let table = Across::new(table);
    move || {
        let table = *table;
        let written = Box::<Written>::default();
        let mut context = Void::NULL;
        finished(callback::create_encoder(
            table.createEncoderCallback,
            table.createContext,
            Some(take_written),
            Ptr::to(&*written).cast(),
            Ptr::new(&raw mut context),
            Ptr::NULL,
        )?)?;
        Ok(Box::new(OwnEncoder(Across::new(Encoding { table, context, written }))))
    }
}

/// Starts or ends a message.
fn run_step(step: WS_CODEC_STEP_CALLBACK, codec: Void) -> Result<Status> {
    runtime::let_run("encoder or decoder", |context, error| callback::codec_step(step, codec, context, error))
}

/// A callback that got no context has to finish at once.
fn finished(status: Status) -> Result<()> {
    match status {
        Status::Async => {
            Err(callback::misuse("a callback of an encoder returned WS_S_ASYNC though it got no context"))
        }
        _ => Ok(()),
    }
}

/// The write callback of an encoder: copies what it made.
extern "C" fn take_written(
    state: Void,
    buffers: Ptr<WS_BYTES>,
    count: u32,
    _context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    boundary("the write callback of an encoder", error, || {
        let written = state.cast::<Written>().need("writeContext")?;
        for buffer in buffers.slice(count as usize, "buffers")? {
            let bytes = buffer.bytes.slice(buffer.length as usize, "bytes")?.to_vec();
            written.0.borrow_mut().push(bytes);
        }
        Ok(())
    })
}

impl OwnEncoder {
    /// Hands what the encoder wrote to the channel, after a callback.
    fn settle(&self, done: Result<Status>, output: &mut Output) -> Result<()> {
        let made = std::mem::take(&mut *self.0.written.0.borrow_mut());
        done?;
        made.into_iter().for_each(|octets| output.push(octets));
        Ok(())
    }

    fn step(&self, step: WS_CODEC_STEP_CALLBACK, output: &mut Output) -> Result<()> {
        self.settle(run_step(step, self.0.context), output)
    }
}

/// The content type and the coding that a callback gives for another one.
fn ask(
    callback: WS_ENCODER_GET_CONTENT_TYPE_CALLBACK,
    codec: Void,
    content_type: &str,
    coding: Option<Option<&str>>,
) -> Result<Content> {
    let units: Vec<u16> = content_type.encode_utf16().collect();
    let given = WS_STRING { length: units.len() as u32, chars: Ptr::first(&units) };
    let empty = WS_STRING { length: 0, chars: Ptr::NULL };
    let (mut new, mut new_coding) = (empty, empty);
    let (type_place, coding_place) = (Ptr::new(&raw mut new), Ptr::new(&raw mut new_coding));
    match coding {
        // An encoder says what coding it adds.
        None => finished(callback::content_type(
            callback,
            codec,
            Ptr::to(&given),
            type_place,
            coding_place,
            Ptr::NULL,
        )?)?,
        // A decoder is told which coding there is.
        Some(coding) => {
            let units: Vec<u16> = coding.unwrap_or_default().encode_utf16().collect();
            let coding_given = WS_STRING { length: units.len() as u32, chars: Ptr::first(&units) };
            let second = if coding.is_some() { Ptr::to(&coding_given) } else { Ptr::NULL };
            finished(callback::content_type(
                callback,
                codec,
                Ptr::to(&given),
                second,
                type_place,
                Ptr::NULL,
            )?)?;
        }
    }
    // The strings are the codec's, and are valid until its next call.
    let coding = text::string(&new_coding, "contentEncoding")?;
    Ok(Content {
        content_type: text::string(&new, "newContentType")?,
        content_encoding: (!coding.is_empty()).then_some(coding),
    })
}

impl Encoder for OwnEncoder {
    fn content_type(&mut self, content_type: &str) -> Result<Content> {
        self.0.written.0.borrow_mut().clear();
        ask(self.0.table.encoderGetContentTypeCallback, self.0.context, content_type, None)
    }

    fn start(&mut self, output: &mut Output) -> Result<()> {
        self.step(self.0.table.encoderStartCallback, output)
    }

    fn encode(&mut self, buffers: &[bytes::Bytes], output: &mut Output) -> Result<()> {
        let chunks: Vec<WS_BYTES> = buffers
            .iter()
            .flat_map(|buffer| buffer.chunks(1 << 30))
            .map(|chunk| WS_BYTES { length: chunk.len() as u32, bytes: Ptr::first(chunk) })
            .collect();
        let (encode, encoder) = (self.0.table.encoderEncodeCallback, self.0.context);
        let done = runtime::let_run("encode", |context, error| {
            callback::encode(encode, encoder, Ptr::first(&chunks), chunks.len() as u32, context, error)
        });
        self.settle(done, output)
    }

    fn end(&mut self, output: &mut Output) -> Result<()> {
        self.step(self.0.table.encoderEndCallback, output)
    }
}

impl Drop for OwnEncoder {
    fn drop(&mut self) {
        callback::free(self.0.table.freeEncoderCallback, self.0.context);
    }
}

/// What a decoder of the program reads from, while it decodes.
struct Readable(Cell<Void>);

struct Decoding {
    table: WS_CHANNEL_DECODER,
    context: Void,
    /// It stays in place: the program has its address.
    readable: Box<Readable>,
}

struct OwnDecoder(Across<Decoding>);

/// Adds the decoders of the program: `WS_CHANNEL_PROPERTY_DECODER`.
pub fn with_decoder(codecs: Codecs, table: WS_CHANNEL_DECODER) -> Codecs {
    let table = Across::new(table);
    codecs.with_decoder(Pull(move || OwnDecoder::create(*table)))
}

impl OwnDecoder {
    fn create(table: WS_CHANNEL_DECODER) -> Result<Self> {
        let readable = Box::new(Readable(Cell::new(Void::NULL)));
        let mut context = Void::NULL;
        finished(callback::create_decoder(
            table.createDecoderCallback,
            table.createContext,
            Some(give_raw),
            Ptr::to(&*readable).cast(),
            Ptr::new(&raw mut context),
            Ptr::NULL,
        )?)?;
        Ok(OwnDecoder(Across::new(Decoding { table, context, readable })))
    }
}

/// The read callback of a decoder.
extern "C" fn give_raw(
    state: Void,
    buffer: Void,
    size: u32,
    actual: Ptr<u32>,
    _context: Ptr<WS_ASYNC_CONTEXT>,
    error: Ptr<WS_ERROR>,
) -> HRESULT {
    boundary("the read callback of a decoder", error, || {
        let place = state.cast::<Readable>().need("readContext")?.0.get();
        if place.is_null() {
            return Err(Error::operation("a decoder reads while it decodes only"));
        }
        let buffer = buffer.cast::<u8>().slice_mut(size as usize, "buffer")?;
        let [read] = place.cast::<&mut ReadOctets<'_>>().slice_mut(1, "readContext")? else {
            return Err(Error::operation("a decoder reads while it decodes only"));
        };
        actual.set(read(buffer)? as u32);
        Ok(())
    })
}

impl PullDecoder for OwnDecoder {
    fn start(&mut self) -> Result<()> {
        run_step(self.0.table.decoderStartCallback, self.0.context).map(drop)
    }

    fn content_type(&mut self, content: &Content) -> Result<Content> {
        let coding = content.outer_coding();
        let asked = ask(
            self.0.table.decoderGetContentTypeCallback,
            self.0.context,
            &content.content_type,
            Some(coding),
        )?;
        Ok(Content { content_type: asked.content_type, ..content.without_outer_coding() })
    }

    fn decode(&mut self, read: &mut ReadOctets<'_>, buffer: &mut [u8]) -> Result<usize> {
        let (mut read, mut actual) = (read, 0u32);
        self.0.readable.0.set(Ptr::new(&raw mut read).cast());
        let (decode, decoder) = (self.0.table.decoderDecodeCallback, self.0.context);
        let place = Ptr::new(buffer.as_mut_ptr()).cast();
        let size = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let done = runtime::let_run("decode", |context, error| {
            callback::decode(decode, decoder, place, size, Ptr::new(&raw mut actual), context, error)
        });
        self.0.readable.0.set(Void::NULL);
        done?;
        if actual as usize > buffer.len() {
            let text = format!("the decode callback claims {actual} bytes in a buffer of {}", buffer.len());
            return Err(callback::misuse(text));
        }
        Ok(actual as usize)
    }

    fn end(&mut self) -> Result<()> {
        run_step(self.0.table.decoderEndCallback, self.0.context).map(drop)
    }
}

impl Drop for OwnDecoder {
    fn drop(&mut self) {
        callback::free(self.0.table.freeDecoderCallback, self.0.context);
    }
}

/// Asks the program about redirects: `WS_CHANNEL_PROPERTY_HTTP_REDIRECT_CALLBACK_CONTEXT`.
pub fn redirects(context: WS_HTTP_REDIRECT_CALLBACK_CONTEXT) -> Redirects {
    let context = Across::new(context);
    Redirects::Ask(Arc::new(move |original, new| {
        let [original, new] = [original, new].map(|url| url.encode_utf16().collect::<Vec<u16>>());
        let string = |units: &Vec<u16>| WS_STRING { length: units.len() as u32, chars: Ptr::first(units) };
        let (original, new) = (string(&original), string(&new));
        let agreed = callback::redirect(context.callback, context.state, Ptr::to(&original), Ptr::to(&new));
        matches!(agreed, Ok(Status::Done))
    }))
}
