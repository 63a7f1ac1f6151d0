//! The parts of an MTOM document: where each stands, how large it is, what its headers say.

use std::io::{self, Read};
use wws::{
    Error, Result,
    xml::mtom::mime::{Event, HeaderBlock, Headers, Limits, Related, Splitter},
};

/// One MIME part.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Byte offset of the first byte of its body.
    pub(crate) offset: u64,
    /// Bytes of its body.
    pub(crate) size: u64,
    pub(crate) id: String,
    pub(crate) media_type: String,
    pub(crate) transfer_encoding: String,
}

/// What an MTOM document consists of.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// The content id of the root part; empty if the first part is the root.
    pub(crate) start: String,
    pub(crate) start_info: String,
    pub(crate) boundary: String,
    pub(crate) parts: Vec<Part>,
}

const BLOCK: usize = 1 << 16;

/// Reads a whole document and keeps only its headers.
pub(crate) fn parts(mut input: impl Read) -> Result<Parts> {
    let mut window = Vec::new();
    let mut end = !fill(&mut input, &mut window)?;
    let (related, skip) = loop {
        match frame(&window, end)? {
            Some(found) => break found,
            None if end => return Err(Error::format("the MIME headers do not end")),
            None => end = !fill(&mut input, &mut window)?,
        }
    };
    window.drain(..skip);
    let limits = Limits { max_headers_size: Limits::MAX_HEADERS_SIZE_IN_MEMORY, max_parts: u32::MAX };
    let mut splitter = Splitter::new(related.boundary(), limits)?.with_offset(skip as u64);
    let mut found = Parts {
        start: related.start().to_owned(),
        start_info: related.start_info().to_owned(),
        boundary: related.boundary().to_owned(),
        parts: Vec::new(),
    };
    let mut at = 0;
    loop {
        let step = splitter.step(window.get(at..).unwrap_or_default(), end)?;
        at += step.consumed;
        match step.event {
            Some(Event::PartStart(headers)) => {
                found.parts.push(Part { offset: splitter.offset(), ..part(&headers)? });
            }
            Some(Event::Body(bytes)) => {
                if let Some(part) = found.parts.last_mut() {
                    part.size += bytes.len() as u64;
                }
            }
            Some(Event::PartEnd) => {}
            Some(Event::End) => return Ok(found),
            None => {
                window.drain(..at);
                at = 0;
                end = !fill(&mut input, &mut window)?;
            }
        }
    }
}

/// The boundary, from the MIME headers on top or from the first line, and how many bytes stand before the body.
pub(crate) fn frame(start: &[u8], end: bool) -> Result<Option<(Related, usize)>> {
    if start.starts_with(b"--") {
        let Some(line) = start.split(|b| *b == b'\n').next().filter(|l| l.len() < start.len() || end) else {
            return Ok(None);
        };
        let line = String::from_utf8_lossy(line);
        let boundary = line.trim_end();
        return Ok(Some((Related::new(boundary.strip_prefix("--").unwrap_or(boundary), "", "")?, 0)));
    }
    let Some(size) = HeaderBlock::default().find_end(start, end, Limits::MAX_HEADERS_SIZE_IN_MEMORY, 0)?
    else {
        return Ok(None);
    };
    let headers = Headers::parse(start.get(..size).unwrap_or(start), 0)?;
    let content_type =
        headers.content_type()?.ok_or_else(|| Error::format("the MIME headers have no Content-Type"))?;
    Ok(Some((Related::from_content_type(&content_type)?, size)))
}

fn part(headers: &Headers) -> Result<Part> {
    let text = |name| headers.field(name).unwrap_or_default().to_owned();
    Ok(Part {
        id: headers.content_id()?.unwrap_or_default().to_owned(),
        media_type: text("Content-Type"),
        transfer_encoding: text("Content-Transfer-Encoding"),
        ..Part::default()
    })
}

/// Adds a block to the window; false at the end of the input.
fn fill(input: &mut impl Read, window: &mut Vec<u8>) -> io::Result<bool> {
    Ok(input.by_ref().take(BLOCK as u64).read_to_end(window)? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"application/xop+xml\"; \
        boundary=\"b\"; start=\"<root>\"; start-info=\"text/xml\"\r\n\r\n--b\r\nContent-ID: <root>\r\n\
        Content-Type: application/xop+xml\r\n\r\n<a/>\r\n--b\r\nContent-ID: <1>\r\n\
        Content-Transfer-Encoding: binary\r\n\r\nhello\r\n--b--\r\n";

    #[test]
    fn parts_have_their_places() {
        let found = parts(MESSAGE.as_bytes()).unwrap();
        assert_eq!((found.start.as_str(), found.boundary.as_str()), ("root", "b"));
        assert_eq!(found.parts.len(), 2);
        let last = &found.parts[1];
        assert_eq!((last.id.as_str(), last.size), ("1", 5));
        assert_eq!(&MESSAGE[last.offset as usize..][..5], "hello");
    }

    #[test]
    fn a_cut_document_is_an_error() {
        assert!(parts(&MESSAGE.as_bytes()[..MESSAGE.len() - 10]).is_err());
    }
}
