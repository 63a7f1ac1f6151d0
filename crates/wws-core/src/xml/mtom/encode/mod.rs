//! The MTOM encoder: the text encoder, with longer byte content moved into parts behind the document.
//!
//! Whether content becomes a part is known only when its element ends: it must be long enough, and the only content of
//! its element (XOP 1.0 3.1). Until then it waits in a [`Run`]; nothing else of the document does.

mod options;
mod run;

pub use options::MtomOutput;

use bytes::Bytes;

use super::{XOP_NAMESPACE, mime, store::Spool};
use crate::{
    Error, Result,
    xml::{
        Charset, WriterOptions, XmlStr,
        encode::Tag,
        output::{Output, Source},
        text::{encode::TextEncoder, utf16},
    },
};
use run::{Part, Run, Spilled};

/// Writes nodes as an MTOM message.
pub(crate) struct MtomEncoder {
    /// What writes the document. Content of elements goes through [`other_content`](MtomEncoder::other_content) first.
    pub(crate) text: TextEncoder,
    output: MtomOutput,
    spool: Spool,
    parts: Vec<Part>,
    /// The byte content of the innermost element, as long as it has nothing else.
    run: Option<Run>,
    /// Nothing but the run was written in the innermost element.
    is_sole: bool,
    is_stream: bool,
    is_complete: bool,
}

impl MtomEncoder {
    pub(crate) fn new(output: MtomOutput, options: &WriterOptions) -> Self {
        let mut spool = Spool::new("max_mime_parts_buffer_size", output.store.clone());
        spool.set_quota(usize::try_from(options.max_mime_parts_buffer_size).unwrap_or(usize::MAX));
        MtomEncoder {
            // Neither the MIME header nor the parts are text: what is converted to UTF-16 is only the document.
            text: TextEncoder::new(
                output.charset,
                options.allow_invalid_character_references,
                options.local_offset,
            ),
            output,
            spool,
            parts: Vec::new(),
            run: None,
            is_sole: false,
            is_stream: options.stream,
            is_complete: false,
        }
    }

    /// Writes what stands before the document.
    pub(crate) fn begin(&self, out: &mut Output) {
        let mut header = Vec::new();
        if self.output.writes_header {
            self.output.frame.write_message_header(&mut header);
        }
        self.output.frame.write_root_header(label(self.output.charset), &mut header);
        out.push_shared(header.into());
    }

    /// The character set that the buffer has to be converted to when it leaves.
    pub(crate) fn charset_to_make(&self) -> Option<Charset> {
        // The last of the document is converted when the parts are added.
        Some(self.output.charset).filter(|_| !self.is_complete)
    }

    pub(crate) fn start_element(
        &mut self,
        out: &mut Output,
        prefix: &str,
        local: XmlStr<'_>,
        ns: &str,
    ) -> Result<Tag> {
        if local.as_str() == "Include" && ns == XOP_NAMESPACE {
            // XOP 1.0 3: such an infoset cannot be made into a package. WWSAPI F.2.
            return Err(Error::format(
                "an xop:Include cannot be written to an MTOM message: write the bytes it stands for",
            ));
        }
        self.other_content(out)?;
        self.is_sole = true;
        Ok(self.text.start_element(out, prefix, local))
    }

    pub(crate) fn end_element(&mut self, out: &mut Output, tag: Tag, is_empty: bool) -> Result<()> {
        if let Some(run) = self.run.take() {
            if run.is_part(self.output.max_inline) {
                self.include(out, run)?;
            } else {
                run.write_inline(&mut self.text, out, &mut self.spool)?;
            }
        }
        self.is_sole = false;
        self.text.end_element(out, tag, is_empty);
        Ok(())
    }

    /// Something else than bytes is about to be written in the innermost element: its bytes must be inline.
    pub(crate) fn other_content(&mut self, out: &mut Output) -> Result<()> {
        self.is_sole = false;
        match self.run.take() {
            None => Ok(()),
            Some(run) if run.is_deferred() => Err(Error::format(
                "bytes that are pushed when an MTOM message is flushed must be the only content of their element",
            )),
            Some(run) => run.write_inline(&mut self.text, out, &mut self.spool),
        }
    }

    /// A piece of byte content.
    pub(crate) fn bytes(&mut self, out: &mut Output, bytes: &[u8]) -> Result<()> {
        if !self.is_sole {
            self.text.bytes(out, bytes);
            return Ok(());
        }
        self.run.get_or_insert_default().add(bytes, self.output.max_inline, &mut self.spool)
    }

    /// A piece of byte content that need not be copied.
    pub(crate) fn shared_bytes(&mut self, out: &mut Output, bytes: Bytes) -> Result<()> {
        if !self.is_sole {
            self.text.bytes(out, &bytes);
            return Ok(());
        }
        self.run.get_or_insert_default().add_shared(bytes, self.output.max_inline, &mut self.spool)
    }

    /// Whether byte content at this place can be a part.
    pub(crate) fn can_be_part(&self) -> bool {
        self.is_sole
    }

    /// Makes the byte content that follows a part, however short it is.
    pub(crate) fn begin_part(&mut self) {
        if self.is_sole {
            self.run.get_or_insert_default().begin_part();
        }
    }

    /// Byte content that is asked for when the writer is flushed.
    pub(crate) fn push_source(&mut self, source: Source) -> Result<()> {
        self.run.get_or_insert_default().add_source(source, &mut self.spool)
    }

    /// Ends byte content that is inline for certain.
    pub(crate) fn end_bytes(&mut self, out: &mut Output) {
        if !self.is_sole {
            self.text.end_bytes(out);
        }
    }

    /// Adds the parts and the end of the message.
    pub(crate) fn complete(&mut self, out: &mut Output) -> Result<()> {
        if std::mem::replace(&mut self.is_complete, true) {
            return Ok(());
        }
        if self.output.charset != Charset::Utf8 {
            out.map_buffer(|text| utf16::from_utf8(text, self.output.charset));
        }
        let memory = Bytes::from(self.spool.take_memory());
        let spilled = Spilled { store: self.output.store.clone(), is_stream: self.is_stream };
        let mut framing = Vec::new();
        for part in std::mem::take(&mut self.parts) {
            self.output.frame.write_part_header(&part.id, &mut framing);
            out.push_shared(std::mem::take(&mut framing).into());
            part.write(out, &memory, &spilled)?;
        }
        self.output.frame.write_end(&mut framing);
        out.push_shared(framing.into());
        Ok(())
    }

    /// Writes an Include for a part, XOP 1.0 2.1.
    fn include(&mut self, out: &mut Output, run: Run) -> Result<()> {
        let id = self.content_id(self.parts.len() + 1);
        let tag = self.text.start_element(out, "xop", "Include".into());
        self.text.start_attribute(out, "", "href".into(), false);
        self.text.attribute_chars(out, &mime::href_of_cid(&id))?;
        self.text.end_attribute(out);
        self.text.xmlns(out, "xop", XOP_NAMESPACE.into(), false)?;
        self.text.end_element(out, tag, true);
        self.parts.push(Part { id, pieces: run.into_pieces() });
        Ok(())
    }

    /// A content id for a part, unique as the boundary is: beside that of the root part, as Microsoft's writer has it.
    fn content_id(&self, number: usize) -> String {
        let frame = &self.output.frame;
        // FNV-1a, 64 bits.
        let unique = frame.boundary().bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
        });
        match frame.start().rsplit_once('/') {
            Some((base, _)) => format!("{base}/{number}/{unique}"),
            None => format!("{number}.{unique}.{}", frame.start()),
        }
    }
}

/// The label of a character set in the headers. UTF-16 without a byte order mark has to say its order (RFC 2781 3.3).
fn label(charset: Charset) -> &'static str {
    match charset {
        Charset::Utf8 => "utf-8",
        Charset::Utf16Le => "utf-16LE",
        Charset::Utf16Be => "utf-16BE",
    }
}
