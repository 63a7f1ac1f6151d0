//! Byte content of any size as a field: in memory, or from a source that is opened when the value is written.

use super::{
    FromText, FromXml, ToText, ToXml, support,
    text::{content_from_text, content_is_text},
};
use crate::{
    Error, Result,
    xml::{
        Reader, Writer,
        output::{Destination, FromRead, Source},
    },
};
use bytes::Bytes;
use std::{fmt, io::Read, sync::Arc};

/// Bytes of any size: a file, a stream, or memory. With MTOM they leave as a part of the message and are not copied;
/// in binary they are bytes, in text base64.
///
/// A source is opened each time the value is written, so that a value can be sent again. With a
/// [stream for output](crate::xml::WriterOptions::stream) it is read while the writer is flushed, however long it is;
/// otherwise it is read when the value is written. What is read is always in memory.
///
/// ```
/// use wws_core::{ToXml, typed::{self, Attachment}};
/// #[derive(ToXml)]
/// struct Photo {
///     #[xml(attribute)]
///     name: String,
///     image: Attachment,
/// }
/// let image = Attachment::from_read(|| Ok(&b"in truth a std::fs::File"[..]));
/// assert_eq!(
///     typed::to_string(&Photo { name: "holiday".into(), image })?,
///     r#"<Photo name="holiday"><image>aW4gdHJ1dGggYSBzdGQ6OmZzOjpGaWxl</image></Photo>"#
/// );
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Attachment(Content);

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Source(Arc<dyn Fn() -> Result<Source> + Send + Sync>),
}

impl Attachment {
    /// What `open` gives to read, each time the value is written: `Attachment::from_read(|| File::open("photo.jpg"))`.
    pub fn from_read<R: Read + Send + 'static>(
        open: impl Fn() -> std::io::Result<R> + Send + Sync + 'static,
    ) -> Self {
        Self::from_source(move || Ok(Source::push(FromRead(open()?))))
    }

    /// The source that `open` gives, each time the value is written.
    pub fn from_source(open: impl Fn() -> Result<Source> + Send + Sync + 'static) -> Self {
        Attachment(Content::Source(Arc::new(open)))
    }

    /// The bytes, if they are in memory, as they are in every attachment that was read.
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Content::Bytes(bytes) => Some(bytes),
            Content::Source(_) => None,
        }
    }
}

impl Default for Attachment {
    /// No bytes.
    fn default() -> Self {
        Bytes::new().into()
    }
}

impl From<Bytes> for Attachment {
    fn from(bytes: Bytes) -> Self {
        Attachment(Content::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Attachment {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Bytes(bytes) => write!(f, "Attachment({} bytes)", bytes.len()),
            Content::Source(_) => f.write_str("Attachment(source)"),
        }
    }
}

impl ToText for Attachment {
    fn write_text(&self, writer: &mut Writer) -> Result<()> {
        let source = match &self.0 {
            Content::Bytes(bytes) => return writer.shared_bytes(bytes.clone()),
            Content::Source(open) => open()?,
        };
        if writer.defers_bytes() {
            return writer.push_source(source);
        }
        match source {
            Source::Push(mut source) => writer.push_bytes(move |to: &mut dyn Destination| source.push(to)),
            Source::Token(_) => Err(Error::operation(
                "a source that the driver finds by a number needs a writer that is flushed, in MTOM or binary",
            )),
        }
    }
}

impl FromText<'_> for Attachment {
    fn read_text(reader: &mut Reader<'_>) -> Result<Self> {
        Bytes::read_text(reader).map(Self::from)
    }
}

content_is_text! { () Attachment; }
content_from_text! { () Attachment; }
