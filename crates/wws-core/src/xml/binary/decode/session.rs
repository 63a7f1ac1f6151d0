//! The strings that a document brings for its session, MC-NBFSE 2.1.

use super::Cursor;
use crate::{
    Error,
    xml::{
        decode::{Bad, ReaderOptions, Stop},
        dictionary::Dictionary,
    },
};

/// The dictionary of a session, and whether the present document's strings were added.
#[derive(Debug)]
pub(crate) struct Session {
    dictionary: Dictionary,
    /// Bytes of all its strings.
    size: usize,
    is_read: bool,
}

impl Default for Session {
    fn default() -> Self {
        Session { dictionary: Dictionary::new::<&str>([]), size: 0, is_read: false }
    }
}

impl Session {
    pub(super) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    pub(super) fn is_read(&self) -> bool {
        self.is_read
    }

    /// Another document of the session follows.
    pub(crate) fn next_document(mut self) -> Self {
        self.is_read = false;
        self
    }

    /// Reads the table: its size in bytes, then strings up to there. Returns where the document starts.
    pub(super) fn read(&mut self, mut at: Cursor<'_>, options: &ReaderOptions) -> Result<usize, Stop> {
        let start = at.at();
        let size = at.int31()?;
        let limit = options.max_session_size as usize;
        if size > limit.saturating_sub(self.size) {
            let text = format!("the strings of the session need more than max_session_size = {limit} bytes");
            return Err(Bad { at: start, error: Error::quota(text) }.into());
        }
        let table_at = at.at();
        let end = table_at + at.take(size)?.len();
        let mut table = at.up_to(table_at, end);
        // Nothing is added before all is known to be good: this may be called again with more input.
        let mut strings = Vec::new();
        while !table.is_at_end() {
            let from = table.at();
            match table.string() {
                Ok(text) => strings.push(text),
                Err(stop) if stop.is_more() => {
                    return Err(
                        Bad::new(from, "a string is longer than the table of the session's strings").into()
                    );
                }
                Err(bad) => return Err(bad),
            }
        }
        for text in strings {
            self.dictionary.push(text);
            // An empty string costs memory, too.
            self.size += text.len().max(1);
        }
        self.is_read = true;
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(session: &mut Session, bytes: &[u8]) -> Result<usize, Stop> {
        session.read(Cursor::new(bytes, 0), &ReaderOptions::default())
    }

    #[test]
    fn tables_add_up() {
        let mut session = Session::default();
        let table = [
            0x07, // size of the table
            0x03, b'a', b'b', b'c', // string 0: id 1 on the wire
            0x02, b'd', b'e', // string 1: id 3
            0x40, // the document
        ];
        assert_eq!(read(&mut session, &table).ok(), Some(8));
        let mut session = session.next_document();
        assert_eq!(read(&mut session, &[0x00]).ok(), Some(1)); // an empty table
        let mut session = session.next_document();
        assert_eq!(read(&mut session, &[0x02, 0x01, b'x']).ok(), Some(3));
        assert_eq!(session.dictionary().get(2).map(|s| s.as_str()), Some("x"));
        assert_eq!(session.dictionary().len(), 3);
    }

    #[test]
    fn bad_tables_add_nothing() {
        let mut session = Session::default();
        assert!(read(&mut session, &[0x04, 0x01, b'a', 0x05, b'b']).is_err_and(|stop| !stop.is_more()));
        assert!(read(&mut session, &[0x04, 0x01, b'a']).is_err_and(|stop| stop.is_more()));
        assert!(read(&mut session, &[0xFF, 0xFF, 0x7F]).is_err_and(|stop| !stop.is_more())); // the quota
        assert_eq!(session.dictionary().len(), 0);
    }
}
