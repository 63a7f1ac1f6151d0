//! A document to read, from a file or standard input, in an encoding that is given or found out.

use crate::detect::{self, Detected};
use clap::ValueEnum;
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use wws::{
    Error, Result, TempFileStore,
    xml::{
        Charset, NodeType, Reader, ReaderEncoding, ReaderOptions,
        mtom::{MtomInput, SharedStore},
    },
};

/// The encodings by name, as `--from` takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// Look at the first bytes
    Auto,
    /// XML text, its charset by byte order mark and declaration
    Text,
    /// XML text in UTF-16
    Utf16,
    /// .NET binary XML with the dictionary of SOAP and WCF
    Binary,
    /// .NET binary XML that starts with a table of session strings
    Session,
    /// MTOM, with its MIME headers on top or without
    Mtom,
}

/// Anything to read from.
pub(crate) type Source = Box<dyn Read + Send>;

/// Opens a file, or standard input for `-`, and tells how many bytes it has if that is known.
pub(crate) fn open(path: &Path) -> Result<(Source, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path).map_err(|e| Error::from(e).context(format!("{}", path.display())))?;
    let meta = file.metadata()?;
    if meta.is_dir() {
        return Err(Error::argument(format!("{} is a folder", path.display())));
    }
    Ok((Box::new(file), meta.is_file().then_some(meta.len())))
}

/// A document that is read more than once.
pub(crate) enum Twice {
    File(PathBuf),
    /// What came from standard input.
    Saved(NamedTempFile),
}

impl Twice {
    /// Names a file; standard input (`-`) is saved first.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        if path != Path::new("-") {
            return Ok(Twice::File(path.to_owned()));
        }
        let mut file = NamedTempFile::new()?;
        io::copy(&mut io::stdin().lock(), &mut file)?;
        Ok(Twice::Saved(file))
    }

    /// The document from its start.
    pub(crate) fn open(&self) -> Result<Source> {
        match self {
            Twice::File(path) => Ok(open(path)?.0),
            Twice::Saved(file) => Ok(Box::new(file.reopen()?)),
        }
    }

    /// A reader at its start.
    pub(crate) fn input(&self, from: From) -> Result<Input> {
        Input::new(self.open()?, from).map_err(|error| match self {
            Twice::File(path) => error.context(path.display().to_string()),
            Twice::Saved(_) => error,
        })
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> Result<u64> {
        let path = match self {
            Twice::File(path) => path,
            Twice::Saved(file) => file.path(),
        };
        Ok(std::fs::metadata(path).map_err(|e| Error::from(e).context(format!("{}", path.display())))?.len())
    }
}

/// A reader with the source that feeds it.
pub(crate) struct Input {
    pub(crate) reader: Reader<'static>,
    pub(crate) detected: Detected,
    source: Source,
}

/// Limits for a program that its user points at a file: documents may be large and deep, but what must be held in
/// memory stays bounded.
pub(crate) fn options() -> ReaderOptions {
    ReaderOptions {
        max_depth: 4096,
        max_attributes: 4096,
        max_namespaces: 4096,
        stream_buffer_size: 1 << 16,
        stream_max_root_mime_part_size: 8 << 20,
        stream_max_mime_headers_size: 1 << 13,
        max_mime_parts: u32::MAX,
        max_session_size: 1 << 20,
        ..ReaderOptions::default()
    }
}

impl Input {
    /// Looks at the start of the source and makes the reader for it.
    pub(crate) fn new(mut source: Source, from: From) -> Result<Self> {
        let mut start = Vec::new();
        source.by_ref().take(detect::LOOK as u64).read_to_end(&mut start)?;
        let detected = match from {
            From::Auto => detect::detect(&start),
            From::Text | From::Utf16 => Detected::Text,
            From::Binary => Detected::Binary,
            From::Session => Detected::BinarySession,
            From::Mtom => Detected::Mtom,
        };
        let encoding = match detected {
            Detected::Text if from == From::Utf16 => {
                let big = start.starts_with(&[0xfe, 0xff]) || start.first() == Some(&0);
                ReaderEncoding::Text(Some(if big { Charset::Utf16Be } else { Charset::Utf16Le }))
            }
            Detected::Text => ReaderEncoding::text(),
            Detected::Binary => ReaderEncoding::binary(),
            Detected::BinarySession => ReaderEncoding::binary_session(),
            Detected::Mtom => mtom(&start)?,
            Detected::Empty => return Err(Error::format("the input is empty")),
            Detected::Unknown => {
                return Err(Error::format("the input is in no encoding we know"));
            }
        };
        let reader = Reader::stream(encoding).with_options(options());
        let source = Box::new(io::Cursor::new(start).chain(source));
        Ok(Input { reader, detected, source })
    }

    /// A reader that has its encoding, and the source that feeds it.
    pub(crate) fn of(reader: Reader<'static>, detected: Detected, source: Source) -> Self {
        Input { reader, detected, source }
    }

    /// The next node; feeds the reader when it asks.
    pub(crate) fn next(&mut self) -> Result<NodeType> {
        loop {
            match self.reader.read_node() {
                Err(e) if e.needs_input() => self.fill()?,
                done => return done,
            }
        }
    }

    /// Gives the reader more bytes.
    pub(crate) fn fill(&mut self) -> Result<()> {
        let wanted = self.reader.buffered() + 1;
        self.reader.fill_from(&mut self.source, wanted)?;
        Ok(())
    }
}

/// The encoding of an MTOM document from its first bytes: with its MIME headers on top, or without.
fn mtom(start: &[u8]) -> Result<ReaderEncoding> {
    let input = if start.starts_with(b"--") {
        let (frame, _) = crate::parts::frame(start, true)?
            .ok_or_else(|| Error::format("the first line of the MTOM document is no boundary"))?;
        MtomInput::with_frame(frame)
    } else {
        MtomInput::with_header()
    };
    Ok(ReaderEncoding::Mtom(input.spill_to(SharedStore::new(TempFileStore::default()))))
}
