//! A store for MIME parts that have to wait: an unnamed temporary file.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
};

use wws_core::{Error, ErrorCode, Result, xml::mtom::PartStore};

/// Keeps bytes in a temporary file that has no name and goes away with its owner.
///
/// The file is made with the first byte, in the directory of the system for such files (`TMPDIR`).
///
/// ```
/// use wws::{TempFileStore, xml::mtom::PartStore};
/// let mut store = TempFileStore::default();
/// store.append(b"part one")?;
/// let mut buffer = [0; 3];
/// assert_eq!(store.read_at(5, &mut buffer)?, 3);
/// assert_eq!(&buffer, b"one");
/// # Ok::<(), wws::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct TempFileStore {
    file: Option<File>,
    length: u64,
    /// Where the file stands, so that bytes that come in order cost no seek.
    position: u64,
}

impl TempFileStore {
    fn seek(&mut self, position: u64) -> Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile().map_err(|e| cannot("create", e))?);
        }
        let Some(file) = &mut self.file else { return Err(Error::operation("a temporary file is missing")) };
        if self.position != position {
            file.seek(SeekFrom::Start(position)).map_err(|e| cannot("seek in", e))?;
            self.position = position;
        }
        Ok(file)
    }
}

impl PartStore for TempFileStore {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.length;
        self.seek(end)?.write_all(bytes).map_err(|e| cannot("write to", e))?;
        self.length += bytes.len() as u64;
        self.position = self.length;
        Ok(())
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        if offset >= self.length {
            return Ok(0);
        }
        let count = self.seek(offset)?.read(buffer).map_err(|e| cannot("read from", e))?;
        self.position += count as u64;
        Ok(count)
    }
}

fn cannot(what: &str, e: std::io::Error) -> Error {
    Error::new(ErrorCode::Other, format!("cannot {what} a temporary file: {e}")).caused_by(e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_any_place_between_appends() {
        let mut store = TempFileStore::default();
        let mut buffer = [0; 8];
        assert_eq!(store.read_at(0, &mut buffer).unwrap(), 0);
        store.append(b"abc").unwrap();
        assert_eq!(store.read_at(1, &mut buffer).unwrap(), 2);
        store.append(b"def").unwrap();
        assert_eq!(store.read_at(2, &mut buffer[..3]).unwrap(), 3);
        assert_eq!(&buffer[..3], b"cde");
        assert_eq!(store.read_at(6, &mut buffer).unwrap(), 0);
    }
}
