//! Writers and readers of a channel's messages: encodings, limits, and the dictionary of a session, which lives in the
//! writer and the reader from one message to the next.

use super::{Binding, Pending, Spill};
use crate::{
    Error, ErrorCode, Result,
    soap::{AddressingVersion, Encoding, Message, MessageContent, Version},
    transport::Chunk,
    value::Guid,
    xml::{
        Reader, ReaderEncoding, ReaderOptions, Writer, WriterEncoding, WriterOptions,
        binary::{BinaryEncoding, DynamicStrings},
        mtom::{MtomInput, mime::Related},
        output::{Destination, Flush, Want},
        reader::ReaderInput,
    },
};
use bytes::Bytes;
use std::{
    collections::VecDeque,
    io::IoSlice,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the messages of a channel are written and read.
pub(super) struct Codec {
    encoding: Encoding,
    version: Version,
    /// The frame of MTOM messages.
    frame: Option<Related>,
    /// The headers of a message decide the version of its addressing.
    in_kind: bool,
    max_session_dictionary_size: u32,
    spill: Option<Spill>,
    writer_options: WriterOptions,
    reader_options: ReaderOptions,
    writer: Mutex<Option<Box<Writer>>>,
    reader: Mutex<Option<Box<Reader<'static>>>>,
    /// Content types that came lately, and what they say: peers use few.
    contents: Mutex<VecDeque<Arc<Known>>>,
    /// The content type that was sent last, and its action.
    sent: Mutex<Option<(Option<String>, String)>>,
}

struct Known {
    text: String,
    content: MessageContent,
}

/// WCF repeats the MIME header in front of the parts, over net.tcp with another boundary than the session's.
const MIME_HEADER: &[u8] = b"MIME-Version:";

/// Content types that are remembered.
const MAX_KNOWN: usize = 8;

impl Codec {
    pub(super) fn new(binding: &Binding) -> Result<Self> {
        let frame = match binding.encoding {
            Encoding::Mtom(_) => {
                let boundary = format!("uuid:{}+id=1", Guid::new_v4());
                Some(binding.encoding.frame(binding.version.envelope, &boundary)?)
            }
            _ => None,
        };
        Self::with_frame(binding, frame)
    }

    /// The codec of a session that the peer has opened with a content type, which holds both ways (MC-NMF 2.2.3.4).
    pub(super) fn of_session(binding: &Binding, content_type: &str) -> Result<Self> {
        match binding.encoding {
            Encoding::Mtom(_) if is_multipart(content_type) => {
                Self::with_frame(binding, Some(Related::parse(content_type)?))
            }
            _ => Self::new(binding),
        }
    }

    fn with_frame(binding: &Binding, frame: Option<Related>) -> Result<Self> {
        let buffer_max_size = match binding.transfer_mode.streamed_output {
            true => binding.max_streamed_flush_size as u64,
            false => binding.max_buffered_message_size,
        };
        let writer_options = WriterOptions {
            stream: true,
            buffer_max_size: binding.writer.buffer_max_size.min(buffer_max_size),
            buffer_trim_size: binding.writer.buffer_trim_size.max(4096),
            ..binding.writer.clone()
        };
        let mut reader_options = binding.reader.clone();
        reader_options.max_session_size = binding.max_session_dictionary_size;
        Ok(Codec {
            encoding: binding.encoding,
            version: binding.version,
            frame,
            in_kind: binding.listener.in_kind,
            max_session_dictionary_size: binding.max_session_dictionary_size,
            spill: binding.spill.clone(),
            writer_options,
            reader_options,
            writer: Mutex::new(None),
            reader: Mutex::new(None),
            contents: Mutex::default(),
            sent: Mutex::default(),
        })
    }

    /// The content type of messages, with the action where the transport carries it. That of binary messages has it only
    /// if no header does: WCF sends it without, and there are peers that compare all of it.
    pub(super) fn content_type(&self, action: Option<&str>) -> Result<String> {
        let is_binary = matches!(self.encoding, Encoding::Binary | Encoding::BinarySession);
        let has_header = self.version.addressing != AddressingVersion::Transport;
        let action = action.filter(|_| !(is_binary && has_header));
        let mut sent = lock(&self.sent);
        if let Some((_, content_type)) = sent.as_ref().filter(|(last, _)| last.as_deref() == action) {
            return Ok(content_type.clone());
        }
        let content_type = self.encoding.content_type(self.version.envelope, action, self.frame.as_ref())?;
        *sent = Some((action.map(str::to_owned), content_type.clone()));
        Ok(content_type)
    }

    /// Starts to write a message.
    pub(super) fn start_writing(&self, message: &mut Message) -> Result<Box<Writer>> {
        let Version { envelope, addressing } = message.version();
        if envelope != self.version.envelope || (addressing != self.version.addressing && !self.in_kind) {
            return Err(Error::argument(
                "the message has other versions of envelope or addressing than the channel; make it for the channel",
            ));
        }
        let encoding: WriterEncoding = match self.encoding {
            Encoding::BinarySession => {
                let dynamic = DynamicStrings::Session { max_size: self.max_session_dictionary_size };
                BinaryEncoding { dynamic, ..BinaryEncoding::soap() }.into()
            }
            encoding => match (encoding.writer_encoding(self.frame.as_ref())?, &self.spill) {
                (WriterEncoding::Mtom(output), Some(spill)) => output.spill_to(spill.store()).into(),
                (encoding, _) => encoding,
            },
        };
        let mut writer = match lock(&self.writer).take() {
            None => Box::new(Writer::new(encoding, self.writer_options.clone())),
            Some(mut writer) => {
                writer.set_output(encoding, self.writer_options.clone());
                writer
            }
        };
        match message.write_start(&mut writer) {
            Ok(()) => Ok(writer),
            Err(error) => {
                self.keep_writer(writer);
                Err(error)
            }
        }
    }

    /// Keeps the writer for the next message.
    pub(super) fn keep_writer(&self, writer: Box<Writer>) {
        *lock(&self.writer) = Some(writer);
    }

    /// What a content type says.
    fn content(&self, content_type: &str) -> Result<Arc<Known>> {
        let mut contents = lock(&self.contents);
        if let Some(known) = contents.iter().find(|known| known.text == content_type) {
            return Ok(known.clone());
        }
        let content = MessageContent::parse(content_type)?;
        let known = Arc::new(Known { text: content_type.to_owned(), content });
        contents.truncate(MAX_KNOWN - 1);
        contents.push_front(known.clone());
        Ok(known)
    }

    /// The action in a content type.
    pub(super) fn action_of(&self, content_type: &str) -> Option<String> {
        self.content(content_type).ok().and_then(|known| known.content.action.clone())
    }

    /// Whether so few octets of the start of a message do not say yet how it is to be read.
    pub(super) fn is_undecided(&self, content_type: &str, start: &[u8]) -> bool {
        let is_mtom = || {
            let known = self.content(content_type);
            known.is_ok_and(|known| matches!(known.content.encoding, Encoding::Mtom(_)))
        };
        MIME_HEADER.len() > start.len()
            && MIME_HEADER.get(..start.len()).is_some_and(|header| header.eq_ignore_ascii_case(start))
            && is_mtom()
    }

    /// A reader for a message of this content type that starts with these octets.
    pub(super) fn reader(&self, content_type: &str, start: &[u8]) -> Result<Box<Reader<'static>>> {
        let known = self.content(content_type)?;
        let content = &known.content;
        if !self.can_read(content.encoding) {
            return Err(Error::format(format!(
                "the message is {content_type:?}, but the channel reads {:?}",
                self.encoding
            )));
        }
        let has_header =
            start.get(..MIME_HEADER.len()).is_some_and(|start| start.eq_ignore_ascii_case(MIME_HEADER));
        if matches!(content.encoding, Encoding::Mtom(_)) && has_header {
            return self.reader_for(ReaderEncoding::Mtom(MtomInput::with_header()));
        }
        self.reader_for(content.reader_encoding())
    }

    /// MTOM and text are read by either, as WCF does: a peer may send text where nothing is worth a part.
    fn can_read(&self, encoding: Encoding) -> bool {
        let is_text = |encoding| matches!(encoding, Encoding::Text(_) | Encoding::Mtom(_));
        encoding.is_same_family(self.encoding) || (is_text(encoding) && is_text(self.encoding))
    }

    fn reader_for(&self, encoding: ReaderEncoding) -> Result<Box<Reader<'static>>> {
        let encoding = match (encoding, &self.spill) {
            (ReaderEncoding::Mtom(input), Some(spill)) => ReaderEncoding::Mtom(input.spill_to(spill.store())),
            (encoding, _) => encoding,
        };
        let mut reader =
            lock(&self.reader).take().unwrap_or_else(|| Box::new(Reader::new(self.reader_options.clone())));
        reader.set_input(encoding, ReaderInput::Stream);
        Ok(reader)
    }

    /// Whether messages of this content type can be read.
    pub(super) fn accepts(&self, content_type: &str) -> bool {
        self.content(content_type).is_ok_and(|known| {
            let content = &known.content;
            self.can_read(content.encoding)
                && content.envelope.is_none_or(|envelope| {
                    envelope == self.version.envelope
                        || self.version.envelope == crate::soap::EnvelopeVersion::None
                })
        })
    }

    /// Reads a message up to its body.
    pub(super) fn read_start(&self, message: &mut Message, reader: &mut Reader<'static>) -> Result<()> {
        message.read_start(reader)?;
        if self.in_kind { message.adopt_addressing() } else { Ok(()) }
    }

    /// Keeps the reader for the next message.
    pub(super) fn keep_reader(&self, reader: Box<Reader<'static>>) {
        *lock(&self.reader) = Some(reader);
    }

    /// Forgets the dictionaries: another session begins.
    pub(super) fn end_session(&self) {
        *lock(&self.writer) = None;
        *lock(&self.reader) = None;
    }
}

fn is_multipart(content_type: &str) -> bool {
    content_type.trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// Takes octets that leave; what a channel sends through.
pub(super) trait Sink: Send + 'static {
    /// Whether chunks with a reference count are better, because borrowed ones would be copied.
    fn wants_shared(&self) -> bool {
        false
    }

    /// Sends all of the chunks.
    fn write<'a>(&'a mut self, chunks: &'a [Chunk<'a>]) -> Pending<'a, ()>;
}

/// Carries a flush out: chunks straight from the writer's memory, and sources that push on a thread where they may
/// block, so that what they push is written from where it is.
pub(super) async fn carry_out<S: Sink>(mut flush: Flush, mut sink: S) -> (Result<()>, Flush, S) {
    loop {
        let is_source = match flush.want() {
            Want::Done => return (Ok(()), flush, sink),
            Want::Send(_) if sink.wants_shared() => {
                let chunks: Vec<Chunk<'_>> = flush.take_chunks().into_iter().map(Chunk::Shared).collect();
                if let Err(error) = sink.write(&chunks).await {
                    return (Err(error), flush, sink);
                }
                continue;
            }
            Want::Send(slices) => {
                let chunks: Vec<Chunk<'_>> = slices.map(Chunk::Borrowed).collect();
                if let Err(error) = sink.write(&chunks).await {
                    drop(chunks);
                    return (Err(error), flush, sink);
                }
                false
            }
            Want::Supply(_) => true,
        };
        if is_source {
            let handle = tokio::runtime::Handle::current();
            let pushing = tokio::task::spawn_blocking(move || {
                let mut to = Pushing { handle, sink };
                let done = match flush.want() {
                    Want::Supply(supply) => supply.run(&mut to),
                    _ => Ok(()),
                };
                (done, flush, to.sink)
            });
            match pushing.await {
                Ok((Ok(()), flushed, sunk)) => (flush, sink) = (flushed, sunk),
                Ok(failed) => return failed,
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }
        flush.advance();
    }
}

/// What a source pushes goes on while the source waits.
struct Pushing<S> {
    handle: tokio::runtime::Handle,
    sink: S,
}

impl<S: Sink> Destination for Pushing<S> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        let chunks: Vec<Chunk<'_>> = buffers.iter().map(|buffer| Chunk::Borrowed(buffer)).collect();
        self.handle.block_on(self.sink.write(&chunks))
    }
}

/// What a flush comes to if it has to be whole before it is sent. Chunks stay where they are; what sources push is
/// collected.
pub(super) fn collect(flush: &mut Flush, max_size: u64) -> Result<Vec<Bytes>> {
    let mut all = Collected { chunks: Vec::new(), size: 0, max_size };
    loop {
        match flush.want() {
            Want::Done => return Ok(all.chunks),
            Want::Send(slices) => {
                for slice in slices {
                    all.push(slice)?;
                }
            }
            Want::Supply(supply) => supply.run(&mut all)?,
        }
        flush.advance();
    }
}

struct Collected {
    chunks: Vec<Bytes>,
    size: u64,
    max_size: u64,
}

impl Collected {
    fn push(&mut self, octets: &[u8]) -> Result<()> {
        self.size += octets.len() as u64;
        if self.size > self.max_size {
            return Err(too_large(self.size, self.max_size));
        }
        self.chunks.push(Bytes::copy_from_slice(octets));
        Ok(())
    }
}

impl Destination for Collected {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        buffers.iter().try_for_each(|buffer| self.push(buffer))
    }
}

pub(super) fn too_large(size: u64, limit: u64) -> Error {
    Error::new(
        ErrorCode::QuotaExceeded,
        format!(
            "a message of at least {size} octets, but the limit is {limit}; raise max_buffered_message_size \
             (MAX_BUFFERED_MESSAGE_SIZE) or max_streamed_message_size (MAX_STREAMED_MESSAGE_SIZE)"
        ),
    )
}
