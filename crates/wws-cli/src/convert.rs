//! `wws convert`: a document from one encoding to another, in bounded memory.

use crate::{
    copy::{Changes, Copy},
    input::{self, From, Input, Twice},
    progress::Progress,
};
use clap::ValueEnum;
use std::{
    collections::HashMap,
    fs::File,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::NamedTempFile;
use wws::{
    Error, Result, TempFileStore,
    xml::{
        Charset, Dictionary, NodeType, Writer, WriterEncoding, WriterOptions,
        binary::{BinaryEncoding, DynamicStrings},
        mtom::{MtomOutput, SharedStore, mime::Related},
        output::ToWrite,
    },
};

/// Arguments of `wws convert`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The document, or - for standard input
    input: PathBuf,
    /// Where to write it, or - for standard output
    output: PathBuf,
    /// The encoding to write
    #[arg(long, value_enum)]
    to: To,
    /// The encoding to read
    #[arg(long, value_enum, default_value_t = From::Auto)]
    from: From,
    /// Text: put each element on a line of its own, indented by so many spaces (2 if none are given)
    #[arg(long, value_name = "SPACES", num_args = 0..=1, default_missing_value = "2", require_equals = true)]
    indent: Option<u32>,
    /// Binary: begin with a table of the names that occur more than once, as the messages of a session do
    #[arg(long)]
    session: bool,
    /// Text: begin with an XML declaration
    #[arg(long)]
    declaration: bool,
    /// The text of elements with this local name is base64: write it as bytes. May be given more than once
    #[arg(long, value_name = "NAME")]
    base64: Vec<String>,
}

/// The encodings that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// XML text in UTF-8
    Text,
    /// XML text in UTF-16, low byte first, with a byte order mark
    Utf16,
    /// .NET binary XML with the dictionary of SOAP and WCF
    Binary,
    /// MTOM: byte content of 768 bytes or more goes into MIME parts
    Mtom,
}

/// How much may wait in the writer before it is sent on.
pub(crate) const FLUSH_AT: u64 = 1 << 16;

/// Converts a file.
pub(crate) fn run(args: &Args) -> Result<()> {
    let changes = Changes { drop_blank: args.indent.is_some(), base64: args.base64.clone(), shorten: None };
    let (source, table, size);
    let table = if args.session {
        if args.to != To::Binary {
            return Err(Error::argument("--session goes with --to binary"));
        }
        // The table stands in front, so the names must be known first.
        let twice = Twice::new(&args.input)?;
        table = names(&mut Input::new(twice.open()?, args.from)?)?;
        (source, size) = (twice.open()?, Some(twice.size()?));
        Some(table)
    } else {
        (source, size) = input::open(&args.input)?;
        None
    };
    let progress = Progress::new(size);
    let mut input = Input::new(progress.watch(source), args.from)?;
    let mut out = Output::new(&args.output)?;
    let options = WriterOptions {
        stream: true,
        max_depth: 4096,
        max_attributes: 4096,
        max_namespaces: 4096,
        buffer_trim_size: 1 << 20,
        indent: args.indent.unwrap_or(0),
        write_declaration: args.declaration || args.to == To::Utf16,
        ..WriterOptions::default()
    };
    let encoding = match (args.to, table) {
        (To::Text, _) => Charset::Utf8.into(),
        (To::Utf16, _) => {
            // XML 1.0 4.3.3: UTF-16 must begin with a byte order mark.
            out.write_all(&[0xff, 0xfe])?;
            Charset::Utf16Le.into()
        }
        (To::Binary, None) => binary(DynamicStrings::None),
        (To::Binary, Some(table)) => {
            out.write_all(&announce(&table))?;
            binary(DynamicStrings::Table(Arc::new(table).into()))
        }
        (To::Mtom, _) => mtom(Charset::Utf8)?,
    };
    let mut writer = Writer::new(encoding, options);
    let mut copy = Copy::new(&changes);
    while copy.step(&mut input, &mut writer)? {
        // A flush behind the root element would end an MTOM message, and a comment may still come.
        if writer.depth() > 0 {
            let mut flush = writer.flush(FLUSH_AT)?;
            flush.run(&mut ToWrite(&mut out))?;
            writer.flushed(flush)?;
        }
    }
    writer.flush_to(&mut ToWrite(&mut out))?;
    if matches!(args.to, To::Text) && out.is_terminal() {
        out.write_all(b"\n")?;
    }
    out.finish()?;
    progress.finish();
    Ok(())
}

fn binary(dynamic: DynamicStrings) -> WriterEncoding {
    BinaryEncoding { dynamic, find_plain_strings: true, ..BinaryEncoding::soap() }.into()
}

/// Bytes of strings that a table may have; one over the reader's own limit would not be read.
const TABLE_SIZE: usize = 1 << 16;

/// The names and namespaces that occur more than once and are not in the static dictionary.
fn names(input: &mut Input) -> Result<Dictionary> {
    let mut counts: HashMap<Box<str>, u32> = HashMap::new();
    let mut order: Vec<Box<str>> = Vec::new();
    let mut size = 0;
    let mut count = |text: &str| {
        if let Some(count) = counts.get_mut(text) {
            *count += 1;
        } else if size + text.len() <= 4 * TABLE_SIZE
            && text.len() > 1
            && Dictionary::nbfs().find(text).is_none()
        {
            size += text.len();
            counts.insert(text.into(), 1);
            order.push(text.into());
        }
    };
    while input.next()? != NodeType::Eof {
        if let Some(element) = input.reader.element() {
            count(element.local_name().as_str());
            for attribute in element.attributes() {
                count(attribute.local_name().as_str());
                if attribute.is_xmlns() {
                    count(attribute.namespace().as_str());
                }
            }
        }
    }
    let mut size = 0;
    order.retain(|text| {
        let wanted = counts.get(text).is_some_and(|count| *count > 1) && size + text.len() <= TABLE_SIZE;
        size += if wanted { text.len() } else { 0 };
        wanted
    });
    Ok(Dictionary::new(order))
}

/// MC-NBFSE 2.1: the table in front of a document: its size, then each string with its length.
fn announce(table: &Dictionary) -> Vec<u8> {
    let mut strings = Vec::new();
    for text in (0..table.len() as u32).filter_map(|id| table.get(id)) {
        append_int31(&mut strings, text.as_str().len());
        strings.extend_from_slice(text.as_str().as_bytes());
    }
    let mut out = Vec::new();
    append_int31(&mut out, strings.len());
    out.extend_from_slice(&strings);
    out
}

/// MC-NBFX 2.1.2: MultiByteInt31.
fn append_int31(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// MTOM in UTF-8 with its MIME header. Parts wait in a temporary file until the document is complete.
pub(crate) fn mtom(charset: Charset) -> Result<WriterEncoding> {
    Ok(mtom_with(Related::new(boundary(), "root@wws", "text/xml")?, charset))
}

/// A line of 128 random bits, which does not occur in the parts.
pub(crate) fn boundary() -> String {
    format!("uuid:{}+id=1", uuid::Uuid::new_v4())
}

/// MTOM in this frame.
pub(crate) fn mtom_with(frame: Related, charset: Charset) -> WriterEncoding {
    MtomOutput::new(frame).charset(charset).spill_to(SharedStore::new(TempFileStore::default())).into()
}

/// A file that appears under its name when it is complete, or standard output.
pub(crate) enum Output {
    File {
        file: NamedTempFile,
        path: PathBuf,
    },
    /// A device or a pipe with a name: written straight away.
    Device(File),
    Stdout(io::StdoutLock<'static>),
}

impl Output {
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let cannot = |e: io::Error| Error::from(e).context(format!("{}", path.display()));
        if path == Path::new("-") {
            return Ok(Output::Stdout(io::stdout().lock()));
        }
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return Ok(Output::Device(File::options().write(true).open(path).map_err(cannot)?));
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As a file is made by default; the umask applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        Ok(Output::File { file: builder.tempfile_in(folder).map_err(cannot)?, path: path.to_owned() })
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Output::Stdout(out) if out.is_terminal())
    }

    /// Gives the file its name.
    pub(crate) fn finish(self) -> Result<()> {
        match self {
            Output::File { file, path } => {
                file.persist(&path)
                    .map_err(|e| Error::from(e.error).context(format!("{}", path.display())))?;
            }
            Output::Device(_) => {}
            Output::Stdout(mut out) => out.flush()?,
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::File { file, .. } => file.write(bytes),
            Output::Device(file) => file.write(bytes),
            Output::Stdout(out) => out.write(bytes),
        }
    }

    fn write_vectored(&mut self, buffers: &[io::IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Output::File { file, .. } => file.as_file_mut().write_vectored(buffers),
            Output::Device(file) => file.write_vectored(buffers),
            Output::Stdout(out) => out.write_vectored(buffers),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File { file, .. } => file.flush(),
            Output::Device(file) => file.flush(),
            Output::Stdout(out) => out.flush(),
        }
    }
}
