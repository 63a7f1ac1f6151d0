//! From a content type and octets to an envelope that people can read.

use super::MAX_DECODED;
use crate::{
    copy::{Changes, Copy},
    detect::Detected,
    input::{self, Input},
    parts::{Part, parts},
};
use bytes::Bytes;
use std::{
    io::Cursor,
    task::{Context, Poll, Waker},
};
use wws::{
    Error, Result, TempFileStore,
    encoder::{Codecs, Content, Decoded, Gzip, Zstd},
    xml::{
        Charset, NodeType, Reader, ReaderEncoding, Text, Writer, WriterOptions,
        mtom::{MtomInput, SharedStore},
        reader::Node,
    },
};

/// A message in words.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    /// The document as indented text; byte content in base64.
    pub(crate) text: String,
    /// The action of WS-Addressing, if the envelope has one.
    pub(crate) action: Option<String>,
    /// The name of the first element of the body.
    pub(crate) body: Option<String>,
    /// MIME parts.
    pub(crate) parts: Vec<Part>,
    /// Octets once the content coding was undone.
    pub(crate) decoded_size: u64,
}

/// Decodes the messages of one direction; keeps the strings of a binary session between them.
pub(crate) struct Contents {
    reader: Option<Reader<'static>>,
    shorten: Option<usize>,
}

/// WS-Addressing of May 2006 and of August 2004.
const ADDRESSING: [&str; 2] =
    ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"];

impl Contents {
    /// Text longer than `shorten` characters is cut.
    pub(crate) fn new(shorten: Option<usize>) -> Self {
        Contents { reader: None, shorten }
    }

    /// Decodes a message.
    pub(crate) fn decode(
        &mut self,
        content_type: &str,
        content_encoding: Option<&str>,
        octets: &[u8],
    ) -> Result<Envelope> {
        let (content_type, octets) = undo_coding(content_type, content_encoding, octets)?;
        let media = media_type(&content_type);
        let start = octets.first().copied();
        let (encoding, detected) = match &*media {
            "application/soap+msbin1" => (ReaderEncoding::binary(), Detected::Binary),
            "application/soap+msbinsession1" => (ReaderEncoding::binary_session(), Detected::BinarySession),
            "multipart/related" => (mtom(&content_type, &octets)?, Detected::Mtom),
            _ if media.is_empty() || media.ends_with("xml") => {
                (ReaderEncoding::Text(charset(&content_type, start)), Detected::Text)
            }
            other => return Err(Error::format(format!("{other} holds no envelope that is known here"))),
        };
        let parts = if detected == Detected::Mtom {
            parts(Cursor::new(with_header(&content_type, &octets)))?.parts
        } else {
            Vec::new()
        };
        let mut reader = self.reader.take().unwrap_or_else(|| Reader::new(input::options()));
        reader.set_input(encoding, wws::xml::reader::ReaderInput::Stream);
        let decoded_size = octets.len() as u64;
        let mut input = Input::of(reader, detected, Box::new(Cursor::new(octets)));
        let read = read(&mut input, self.shorten);
        self.reader = Some(input.reader);
        Ok(Envelope { parts, decoded_size, ..read? })
    }
}

fn read(input: &mut Input, shorten: Option<usize>) -> Result<Envelope> {
    let changes = Changes { drop_blank: true, shorten, ..Changes::default() };
    let options = WriterOptions {
        max_depth: 4096,
        max_attributes: 4096,
        max_namespaces: 4096,
        buffer_max_size: 4 * MAX_DECODED as u64,
        indent: 2,
        ..WriterOptions::default()
    };
    let mut writer = Writer::new(Charset::Utf8, options);
    let mut copy = Copy::new(&changes);
    let mut envelope = Envelope::default();
    let (mut in_action, mut in_body) = (false, false);
    while copy.step(input, &mut writer)? {
        match input.reader.node() {
            Node::Element(element) => {
                let (local, ns) = (element.local_name(), element.namespace());
                let depth = input.reader.depth();
                in_action = depth == 3 && local.as_str() == "Action" && ADDRESSING.contains(&ns.as_str());
                if depth == 3 && in_body && envelope.body.is_none() {
                    envelope.body = Some(local.as_str().to_owned());
                }
                in_body |= depth == 2 && local.as_str() == "Body";
            }
            Node::Text(Text::Utf8(text)) if in_action => {
                envelope.action.get_or_insert_default().push_str(text);
            }
            Node::EndElement => in_action = false,
            _ => {}
        }
    }
    debug_assert_eq!(input.reader.node_type(), NodeType::Eof);
    envelope.text = String::from_utf8(writer.into_bytes()?)
        .map_err(|e| Error::format("the text is not UTF-8").caused_by(e))?;
    Ok(envelope)
}

/// Undoes gzip and zstd, whether they are named as content coding or in the media type.
fn undo_coding(
    content_type: &str,
    content_encoding: Option<&str>,
    octets: &[u8],
) -> Result<(String, Vec<u8>)> {
    let codecs = Codecs::default().with_decoder(Gzip::default()).with_decoder(Zstd::default());
    let mut chain = codecs.decoders(MAX_DECODED as u64)?;
    let content = Content {
        content_type: content_type.to_owned(),
        content_encoding: content_encoding.filter(|e| !e.eq_ignore_ascii_case("identity")).map(str::to_owned),
    };
    let content_type = chain.begin(&content)?;
    chain.push(Bytes::copy_from_slice(octets))?;
    chain.finish()?;
    let mut out = Vec::new();
    let cx = &mut Context::from_waker(Waker::noop());
    loop {
        match chain.poll_decode(cx) {
            Poll::Ready(Ok(Decoded::Data(data))) => out.extend_from_slice(&data),
            Poll::Ready(Ok(Decoded::End)) => return Ok((content_type, out)),
            Poll::Ready(Ok(_)) => {}
            Poll::Ready(Err(error)) => return Err(error),
            Poll::Pending => return Err(Error::operation("a built-in coding waits for nothing")),
        }
    }
}

fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The charset that the content type names, if the document does not say it by its first octets.
fn charset(content_type: &str, start: Option<u8>) -> Option<Charset> {
    let name = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })?;
    match &*name {
        "utf-16le" => Some(Charset::Utf16Le),
        "utf-16be" => Some(Charset::Utf16Be),
        // RFC 2781 4.3; WCF leaves the byte order mark out.
        "utf-16" => match start {
            Some(b'<') => Some(Charset::Utf16Le),
            Some(0) => Some(Charset::Utf16Be),
            _ => None,
        },
        _ => None,
    }
}

/// WCF repeats the MIME header in front of the parts; others leave it to the transport.
fn mtom(content_type: &str, octets: &[u8]) -> Result<ReaderEncoding> {
    let input = if has_header(octets) {
        MtomInput::with_header()
    } else {
        MtomInput::with_content_type(content_type)?
    };
    Ok(ReaderEncoding::Mtom(input.spill_to(SharedStore::new(TempFileStore::default()))))
}

fn has_header(octets: &[u8]) -> bool {
    let start = octets.get(..13).unwrap_or(octets);
    start.eq_ignore_ascii_case(b"MIME-Version:") || start.to_ascii_lowercase().starts_with(b"content-type")
}

/// The parts with their MIME header in front, as `parts` wants it.
fn with_header(content_type: &str, octets: &[u8]) -> Vec<u8> {
    let mut all = Vec::with_capacity(octets.len() + 256);
    if !has_header(octets) {
        all.extend_from_slice(
            format!("MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n").as_bytes(),
        );
    }
    all.extend_from_slice(octets);
    all
}
