//! A directory of messages. What stands under its name is complete: files are written under a temporary name, synced
//! and renamed, and only then is the message acknowledged.

use crate::soap::FILE_NS;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;
use wws::{
    Error, Result,
    channel::Channel,
    soap::{EnvelopeVersion, Initialization, Message},
    value::base64,
    xml::{Charset, Reader, Text, Writer, WriterOptions, output::ToWrite, reader::Node},
};

/// Byte content of up to so many octets stands in the envelope, as base64.
const INLINE: usize = 768;
/// Octets of text that wait before they are written.
const FLUSH_AT: u64 = 1 << 16;
/// The most parts of a message.
const MAX_PARTS: usize = 10_000;

/// Where messages are written to.
pub(super) struct Store {
    root: PathBuf,
    next: AtomicU64,
}

/// A message that is complete on disk.
pub(super) struct Saved {
    /// The name of its directory.
    pub(super) name: String,
    pub(super) files: Vec<String>,
    pub(super) octets: u64,
}

impl Store {
    /// Makes the directory if it is not there.
    pub(super) fn new(root: &Path) -> Result<Self> {
        if root.is_file() {
            let text = format!("{} is a file; --out names a directory", root.display());
            return Err(Error::argument(text));
        }
        fs::create_dir_all(root).map_err(|e| Error::from(e).context(root.display().to_string()))?;
        Ok(Store { root: root.to_owned(), next: AtomicU64::new(1) })
    }

    /// Writes a message to files while it arrives, and reads it to its end.
    pub(super) async fn save(
        &self,
        channel: &Channel,
        message: &mut Message,
        mut reader: Box<Reader<'static>>,
    ) -> Result<Saved> {
        // Removed with all that is in it if anything fails.
        let folder = tempfile::Builder::new().prefix(".incoming-").tempdir_in(&self.root)?;
        let mut writing = Writing::new(folder.path(), message)?;
        let has_envelope = message.version().envelope != EnvelopeVersion::None;
        let body = writing.body(channel, has_envelope, &mut reader).await;
        if let Err(error) = body {
            channel.abandon_receiving(Some(reader))?;
            return Err(error);
        }
        // A transfer that was cut fails here, at the latest.
        channel.read_message_end(message, reader).await?;
        let (files, octets, label) = writing.finish()?;
        let name = self.publish(folder, &label)?;
        Ok(Saved { name, files, octets })
    }

    /// Gives the directory its name.
    fn publish(&self, folder: TempDir, label: &str) -> Result<String> {
        File::open(folder.path())?.sync_all()?;
        let path = folder.keep();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let name = format!("{number:06}-{label}");
            let target = self.root.join(&name);
            if target.exists() {
                continue;
            }
            match fs::rename(&path, &target) {
                Ok(()) => {
                    File::open(&self.root)?.sync_all()?;
                    return Ok(name);
                }
                // Another process was faster.
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                Err(error) => {
                    let _ = fs::remove_dir_all(&path);
                    return Err(error.into());
                }
            }
        }
    }
}

/// One message on its way to disk.
struct Writing {
    folder: PathBuf,
    envelope: BufWriter<File>,
    writer: Writer,
    copy: Message,
    files: Vec<String>,
    octets: u64,
    label: String,
    /// The name that the sender gave its file.
    file_name: Option<String>,
    bytes: Bytes,
}

/// Byte content that is being received.
enum Bytes {
    None,
    /// Little enough, so far, to stand in the envelope.
    Little(Vec<u8>),
    File(String, BufWriter<File>),
}

impl Writing {
    fn new(folder: &Path, message: &Message) -> Result<Self> {
        let envelope = BufWriter::new(File::create_new(folder.join("envelope.xml"))?);
        let options = WriterOptions {
            stream: true,
            indent: 2,
            max_depth: 4096,
            max_attributes: 4096,
            max_namespaces: 4096,
            write_declaration: true,
            ..WriterOptions::default()
        };
        let mut writer = Writer::new(Charset::Utf8, options);
        let mut copy = Message::new(message.version());
        copy.initialize(Initialization::Duplicate(message))?;
        copy.write_start(&mut writer)?;
        Ok(Writing {
            folder: folder.to_owned(),
            envelope,
            writer,
            copy,
            files: vec!["envelope.xml".to_owned()],
            octets: 0,
            label: "message".to_owned(),
            file_name: None,
            bytes: Bytes::None,
        })
    }

    /// Copies the body node by node.
    async fn body(
        &mut self,
        channel: &Channel,
        has_envelope: bool,
        reader: &mut Reader<'static>,
    ) -> Result<()> {
        // In the element whose text is the base64 of a file.
        let mut decoder: Option<base64::Decoder> = None;
        let mut decoded = Vec::new();
        let mut is_first = true;
        loop {
            let depth = reader.depth();
            match reader.node() {
                Node::Eof => break,
                Node::EndElement if has_envelope && depth == 2 => break,
                Node::Text(Text::Bytes(bytes)) => self.add(bytes)?,
                Node::Text(Text::Utf8(text)) if decoder.is_some() => {
                    if let Some(decoder) = &mut decoder {
                        decoded.clear();
                        decoder.decode(text.as_bytes(), &mut decoded)?;
                    }
                    self.add(&decoded)?;
                }
                node => {
                    self.end_bytes()?;
                    if let Node::Element(element) = node {
                        if std::mem::take(&mut is_first) {
                            self.label = label(element.local_name().as_str());
                        }
                        if element.is("file", FILE_NS) {
                            self.file_name = element
                                .attributes()
                                .find(|a| a.local_name().as_str() == "name")
                                .and_then(|a| file_name(&a.value().to_text()));
                        }
                        decoder = element.is("content", FILE_NS).then(base64::Decoder::new);
                    } else if let (Node::EndElement, Some(mut decoder)) = (node, decoder.take()) {
                        decoder.finish()?;
                    }
                    self.writer.write_node(node)?;
                    if matches!(node, Node::Element(_)) && decoder.is_some() {
                        // Somebody sent a file: it is one here, too, however small.
                        self.bytes = self.start_file()?;
                    }
                }
            }
            let mut flush = self.writer.flush(FLUSH_AT)?;
            flush.run(&mut ToWrite(&mut self.envelope))?;
            self.writer.flushed(flush)?;
            loop {
                match reader.read_node() {
                    Err(error) if error.needs_input() => channel.fill_body(reader, 0).await?,
                    done => break done.map(drop)?,
                }
            }
        }
        self.end_bytes()
    }

    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.octets += bytes.len() as u64;
        match &mut self.bytes {
            Bytes::File(_, file) => return Ok(file.write_all(bytes)?),
            Bytes::None => self.bytes = Bytes::Little(bytes.to_vec()),
            Bytes::Little(little) => little.extend_from_slice(bytes),
        }
        if let Bytes::Little(little) = &mut self.bytes
            && little.len() > INLINE
        {
            let little = std::mem::take(little);
            self.bytes = self.start_file()?;
            if let Bytes::File(_, file) = &mut self.bytes {
                file.write_all(&little)?;
            }
        }
        Ok(())
    }

    /// A file for byte content.
    fn start_file(&mut self) -> Result<Bytes> {
        if self.files.len() > MAX_PARTS {
            return Err(Error::quota(format!("more than {MAX_PARTS} pieces of byte content")));
        }
        let name = self.file_name.take().unwrap_or_else(|| format!("part-{}.bin", self.files.len()));
        let file = BufWriter::with_capacity(256 << 10, File::create_new(self.folder.join(&name))?);
        self.files.push(name.clone());
        Ok(Bytes::File(name, file))
    }

    /// The byte content is complete: the envelope says where it is.
    fn end_bytes(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.bytes, Bytes::None) {
            Bytes::None => Ok(()),
            Bytes::Little(little) => self.writer.bytes(&little),
            Bytes::File(name, file) => {
                file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
                self.writer.start_element_with_prefix(
                    "xop",
                    "Include",
                    "http://www.w3.org/2004/08/xop/include",
                )?;
                self.writer.attribute("href", "", &*name)?;
                self.writer.end_element()
            }
        }
    }

    /// Everything is there.
    fn finish(mut self) -> Result<(Vec<String>, u64, String)> {
        self.copy.write_end(&mut self.writer)?;
        self.writer.flush_to(&mut ToWrite(&mut self.envelope))?;
        self.envelope.write_all(b"\n")?;
        let file = self.envelope.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        self.octets += file.metadata()?.len();
        Ok((self.files, self.octets, self.label))
    }
}

/// An element name as a part of a file name.
fn label(name: &str) -> String {
    let label: String =
        name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).take(60).collect();
    if label.is_empty() { "message".to_owned() } else { label }
}

/// The name that a sender gives a file, without anything that could lead out of the directory.
fn file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let name = name.trim_start_matches('.').trim();
    (!name.is_empty() && !name.eq_ignore_ascii_case("envelope.xml")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_directory() {
        for (name, expected) in [
            ("photo.jpg", Some("photo.jpg")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\secret\\a b.txt", Some("a b.txt")),
            ("..", None),
            ("a\n\0b", Some("ab")),
            (".profile", Some("profile")),
            ("Envelope.xml", None),
            ("", None),
        ] {
            assert_eq!(file_name(name).as_deref(), expected, "{name:?}");
        }
        assert_eq!(label("Echo String/.."), "EchoString");
        assert_eq!(label("../"), "message");
    }
}
