//! What stands between tags and in attributes: characters, values, bytes, comments.

use super::{State, Writer};
use crate::{
    Error, Result,
    value::is_space,
    xml::{
        DictionaryKey, Text, XmlStr,
        name::is_ncname,
        output::{Destination, PullSource, PushSource, Source},
    },
};
use bytes::Bytes;
use std::io::IoSlice;

impl Writer {
    /// Writes characters: `WsWriteCharsUtf8`. Markup is escaped. No characters are no content.
    ///
    /// # Errors
    /// `InvalidFormat` for a character that XML 1.0 forbids; `InvalidOperation` for anything but white space
    /// at the root, unless [`allow_fragment`](super::WriterOptions::allow_fragment) is set.
    #[inline]
    pub fn chars(&mut self, text: &str) -> Result<()> {
        let result = self.try_chars(text);
        self.settle(result)
    }

    /// Writes characters that are said to be UTF-8.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); `InvalidFormat` if they are not UTF-8.
    pub fn chars_utf8(&mut self, text: &[u8]) -> Result<()> {
        match simdutf8::basic::from_utf8(text) {
            Ok(text) => self.chars(text),
            Err(_) => {
                let error = match std::str::from_utf8(text) {
                    Err(e) => Error::format(format!("the characters are not UTF-8: {e}")).caused_by(e),
                    Ok(_) => Error::format("the characters are not UTF-8"),
                };
                self.settle(Err(error))
            }
        }
    }

    /// Writes characters that may stand in a dictionary: `WsWriteText` with a `WS_XML_STRING`. The binary
    /// encoding then writes their number. In an attribute they are the whole value.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars).
    pub fn string<'s>(&mut self, text: impl Into<XmlStr<'s>>) -> Result<()> {
        let result = self.try_string(text.into());
        self.settle(result)
    }

    /// Writes characters given in UTF-16: `WsWriteChars`. A surrogate pair may be split between two calls.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); `InvalidFormat` for half a surrogate pair, which shows when what follows
    /// it is written.
    pub fn chars_utf16(&mut self, text: &[u16]) -> Result<()> {
        let result = self.try_chars_utf16(text);
        self.settle(result)
    }

    /// Writes a value in the form that suits the encoding best: `WsWriteValue`, `WsWriteText`. Bytes behind bytes are
    /// one sequence, as in [`bytes`](Writer::bytes).
    ///
    /// ```
    /// # use wws_core::{xml::{Charset, Text, Writer, WriterOptions}, value::TimeSpan};
    /// # let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.start_element("delay", "")?;
    /// w.value(Text::TimeSpan(TimeSpan(15_000_000)))?;
    /// w.end_element()?;
    /// assert_eq!(w.into_bytes()?, b"<delay>00:00:01.5</delay>");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); for [`Text::QName`] as [`qualified_name`](Writer::qualified_name).
    #[inline]
    pub fn value<'v>(&mut self, value: impl Into<Text<'v>>) -> Result<()> {
        let result = self.try_value(&value.into());
        self.settle(result)
    }

    /// Writes bytes: base64 in text, themselves in binary: `WsWriteBytes`. Bytes of several calls in a row
    /// are one sequence.
    ///
    /// # Errors
    /// As [`chars`](Writer::chars).
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let result = self.begin_bytes().and_then(|in_attribute| match in_attribute {
            true => self.encoder.attribute_bytes(&mut self.out, bytes),
            false => self.encoder.bytes(&mut self.out, bytes),
        });
        self.settle(result)
    }

    /// Writes bytes that need not be copied, if the encoding has them as they are.
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes).
    pub fn shared_bytes(&mut self, bytes: Bytes) -> Result<()> {
        /// Below this a copy costs less than another slice in the vectored write.
        const WORTH_SHARING: usize = 1024;
        if bytes.len() < WORTH_SHARING || self.state == State::Attribute {
            return self.bytes(&bytes);
        }
        let result = self.begin_bytes().and_then(|_| self.encoder.shared_bytes(&mut self.out, bytes));
        self.settle(result)
    }

    /// Writes the bytes that a source pushes: `WsPushBytes`.
    ///
    /// If [`defers_bytes`](Writer::defers_bytes), the source is asked when the writer is flushed, and its
    /// bytes go to the destination uncopied. Otherwise it is asked now, as if it called
    /// [`bytes`](Writer::bytes).
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes), and those of the source.
    pub fn push_bytes(&mut self, mut source: impl PushSource + Send + 'static) -> Result<()> {
        if self.defers_bytes() {
            return self.push_source(Source::push(source));
        }
        if self.encoder.has_parts() && self.state != State::Attribute {
            self.bytes(&[])?;
            self.encoder.begin_part();
        }
        source.push(&mut BytesOf(self)).inspect_err(|error| {
            if self.failure.is_none() {
                self.fail(error.clone());
            }
        })
    }

    /// Whether [`push_source`](Writer::push_source) is possible here: the output is a stream, and the
    /// encoding has bytes as they are.
    pub fn defers_bytes(&self) -> bool {
        self.options.stream && self.state != State::Attribute && self.encoder.framing().is_some()
    }

    /// Puts a source where the writer stands; it is asked for its bytes when the writer is flushed.
    ///
    /// # Errors
    /// `InvalidOperation` unless [`defers_bytes`](Writer::defers_bytes); otherwise as [`bytes`](Writer::bytes).
    pub fn push_source(&mut self, source: Source) -> Result<()> {
        if !self.defers_bytes() {
            return Err(self.not_now("a source that is asked later, in this encoding,"));
        }
        let result = self.begin_bytes().and_then(|_| self.encoder.push_source(&mut self.out, source));
        self.state = State::Content;
        self.settle(result)
    }

    /// Writes the bytes that are pulled from a source, now: `WsPullBytes`. A short source takes little
    /// memory: the buffer it fills grows from 256 bytes to 64 KiB.
    ///
    /// # Errors
    /// As [`bytes`](Writer::bytes), and those of the source.
    pub fn pull_bytes(&mut self, mut source: impl PullSource) -> Result<()> {
        let mut buffer = vec![0; 0x100];
        loop {
            let count = match source.pull(&mut buffer) {
                Ok(count) => count,
                Err(error) => {
                    self.fail(error.clone());
                    return Err(error);
                }
            };
            if count == 0 {
                return self.bytes(&[]);
            }
            self.bytes(buffer.get(..count).unwrap_or(&buffer))?;
            if count >= buffer.len() && buffer.len() < 0x1_0000 {
                buffer = vec![0; buffer.len() * 16];
            }
        }
    }

    /// Writes a qualified name as text, with a prefix that the writer chooses: `WsWriteQualifiedName`
    /// without prefix.
    ///
    /// A prefix that is not in scope is declared, which is possible only in a start tag: in an attribute, or
    /// as the first content of an element.
    ///
    /// # Errors
    /// `InvalidFormat` if the name is no NCName, or if no prefix is in scope and none can be declared.
    pub fn qualified_name<'n>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
    ) -> Result<()> {
        let result = self.try_qualified_name(None, local.into(), Some(ns.into()));
        self.settle(result)
    }

    /// Writes a qualified name with this prefix: `WsWriteQualifiedName`. With a namespace, the prefix has to
    /// be bound to it.
    ///
    /// # Errors
    /// As [`qualified_name`](Writer::qualified_name); `InvalidFormat` if the prefix is not bound to the
    /// namespace.
    pub fn qualified_name_with_prefix<'n>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: Option<XmlStr<'n>>,
    ) -> Result<()> {
        let result = self.try_qualified_name(Some(prefix), local.into(), ns);
        self.settle(result)
    }

    /// Writes a comment.
    ///
    /// # Errors
    /// `InvalidFormat` if the text has `--` or ends with `-` (XML 1.0 2.5) or has a character that XML forbids.
    pub fn comment(&mut self, text: &str) -> Result<()> {
        let result = self.try_comment(text);
        self.settle(result)
    }

    /// Starts a CDATA section: `WsWriteStartCData`. Characters follow. Encodings without CDATA write them as
    /// text.
    ///
    /// # Errors
    /// `InvalidOperation` at the root, in an attribute and in a CDATA section.
    pub fn start_cdata(&mut self) -> Result<()> {
        let result = self.try_start_cdata();
        self.settle(result)
    }

    /// Ends the CDATA section: `WsWriteEndCData`.
    ///
    /// # Errors
    /// `InvalidOperation` if none is being written.
    pub fn end_cdata(&mut self) -> Result<()> {
        if self.state != State::CData {
            return Err(self.not_now("the end of a CDATA section"));
        }
        let result = self.check_surrogate().and_then(|()| self.encoder.end_cdata(&mut self.out));
        self.state = State::Content;
        self.settle(result)
    }

    #[inline]
    fn try_chars(&mut self, text: &str) -> Result<()> {
        match self.state {
            State::Content | State::Tag | State::Pending => {
                if text.is_empty() {
                    return Ok(());
                }
                self.begin_text(|| text.bytes().all(is_space))?;
                self.encoder.chars(&mut self.out, text)
            }
            State::Attribute => {
                self.attribute_gets_chars()?;
                self.check_surrogate()?;
                self.encoder.attribute_chars(&mut self.out, text)
            }
            State::CData => {
                self.check_surrogate()?;
                self.encoder.cdata_chars(&mut self.out, text)
            }
            _ => Err(self.not_now("text")),
        }
    }

    fn try_string(&mut self, text: XmlStr<'_>) -> Result<()> {
        match self.state {
            _ if text.dictionary() == DictionaryKey::NONE => self.try_chars(text.as_str()),
            State::Attribute => {
                self.attribute_gets_value()?;
                self.encoder.attribute_string(&mut self.out, text)
            }
            State::CData => self.try_chars(text.as_str()),
            _ if text.as_str().is_empty() => Ok(()),
            _ => {
                self.begin_text(|| text.as_str().bytes().all(is_space))?;
                self.encoder.string(&mut self.out, text)
            }
        }
    }

    fn try_chars_utf16(&mut self, text: &[u16]) -> Result<()> {
        let pending = self.surrogate.take();
        let mut utf8 = String::with_capacity(text.len());
        let mut units = char::decode_utf16(pending.into_iter().chain(text.iter().copied()));
        let mut rest = None;
        while let Some(unit) = units.next() {
            match unit {
                Ok(c) => utf8.push(c),
                Err(e) => match (units.next(), e.unpaired_surrogate()) {
                    (None, high @ 0xD800..=0xDBFF) => {
                        rest = Some(high);
                        break;
                    }
                    (_, unit) => return Err(half_pair(unit)),
                },
            }
        }
        if matches!(self.state, State::Attribute | State::CData) || utf8.is_empty() {
            self.try_chars(&utf8)?;
        } else {
            self.begin_text(|| utf8.bytes().all(is_space))?;
            let whole = text.len() - usize::from(rest.is_some());
            match pending {
                None => self.encoder.chars_utf16(&mut self.out, &text[..whole], &utf8)?,
                Some(_) => self.encoder.chars(&mut self.out, &utf8)?,
            }
        }
        if rest.is_some() {
            if !matches!(self.state, State::Attribute | State::CData) {
                self.begin_text(|| false)?;
                self.state = State::Pending;
            }
            self.surrogate = rest;
        }
        Ok(())
    }

    /// Fails if half a character waits for its other half.
    #[inline]
    pub(super) fn check_surrogate(&mut self) -> Result<()> {
        self.surrogate.take().map_or(Ok(()), |unit| Err(half_pair(unit)))
    }

    #[inline]
    pub(super) fn try_value(&mut self, value: &Text<'_>) -> Result<()> {
        match self.state {
            State::Content | State::Tag => match value {
                Text::Utf8(text) => return self.try_chars(text),
                Text::Bytes(bytes) => {
                    self.begin_bytes()?;
                    return self.encoder.bytes(&mut self.out, bytes);
                }
                Text::QName { .. } | Text::List(_) => self.check_value(value)?,
                _ => {}
            },
            State::Attribute => {
                match value {
                    Text::Utf8(_) => return value_chars(self, value),
                    Text::Bytes(bytes) => {
                        self.attribute_gets_bytes()?;
                        return self.encoder.attribute_bytes(&mut self.out, bytes);
                    }
                    _ => self.attribute_gets_value()?,
                }
                self.check_value(value)?;
                return self.encoder.attribute_value(&mut self.out, value);
            }
            State::Pending => {
                if let Text::Bytes(bytes) = value {
                    self.begin_bytes()?;
                    return self.encoder.bytes(&mut self.out, bytes);
                }
            }
            _ => return Err(self.not_now("a value")),
        }
        self.begin_text(|| false)?;
        self.encoder.value(&mut self.out, value)
    }

    /// Checks the names in a value.
    pub(super) fn check_value(&mut self, value: &Text<'_>) -> Result<()> {
        match value {
            Text::QName { prefix, local, ns } => self.check_qualified_name(prefix, local, Some(ns)),
            Text::List(items) => {
                // A list of lists is none: depth ends here.
                items.iter().try_for_each(|item| match item {
                    Text::List(_) => Err(Error::argument("a list cannot stand in a list")),
                    Text::QName { prefix, local, ns } => self.check_qualified_name(prefix, local, Some(ns)),
                    _ => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn check_qualified_name(&self, prefix: &str, local: &str, ns: Option<&str>) -> Result<()> {
        if !is_ncname(local) || !(prefix.is_empty() || is_ncname(prefix)) {
            return Err(Error::format(format!("\"{prefix}:{local}\" is not a qualified name")));
        }
        let Some(ns) = ns else { return Ok(()) };
        match self.scopes.find_prefix(prefix) {
            Some(id) if self.scopes.ns(id) == ns => Ok(()),
            _ => Err(Error::format(format!(
                "the prefix \"{prefix}\" is not bound to the namespace \"{ns}\" here"
            ))),
        }
    }

    fn try_qualified_name(
        &mut self,
        prefix: Option<&str>,
        local: XmlStr<'_>,
        ns: Option<XmlStr<'_>>,
    ) -> Result<()> {
        let binding = match (prefix, ns) {
            (Some(prefix), ns) => {
                self.check_qualified_name(prefix, local.as_str(), ns.map(|ns| ns.as_str()))?;
                return self.write_qualified_name(prefix, local, ns.map_or("", |ns| ns.as_str()));
            }
            (None, None) => return Err(Error::argument("a qualified name needs a prefix or a namespace")),
            (None, Some(ns)) => {
                if !is_ncname(local.as_str()) {
                    return Err(Error::format(format!("\"{}\" is not a name", local.as_str())));
                }
                if matches!(self.state, State::Tag | State::Attribute) {
                    let tag = self.tag_scope();
                    self.scopes.bind_name(None, ns, tag, true)?
                } else {
                    let found = self.scopes.find_namespace(ns.as_str(), self.scopes.len(), true);
                    found.ok_or_else(|| {
                        Error::format(format!(
                            "no prefix in scope is bound to the namespace \"{}\"",
                            ns.as_str()
                        ))
                    })?
                }
            }
        };
        let prefix = self.scopes.prefix(binding).to_owned();
        let ns = self.scopes.ns(binding).to_owned();
        self.write_qualified_name(&prefix, local, &ns)
    }

    fn write_qualified_name(&mut self, prefix: &str, local: XmlStr<'_>, ns: &str) -> Result<()> {
        if self.state == State::Attribute {
            self.attribute_gets_value()?;
            return self.encoder.attribute_qualified_name(&mut self.out, prefix, local, ns);
        }
        self.begin_text(|| false)?;
        self.encoder.qualified_name(&mut self.out, prefix, local, ns)
    }

    /// Gets ready for text that is not in an attribute; at the root it has to be blank.
    #[inline]
    fn begin_text(&mut self, is_blank: impl FnOnce() -> bool) -> Result<()> {
        self.begin_content("text")?;
        match self.elements.last_mut() {
            Some(element) => element.has_text = true,
            None => self.check_root_text(is_blank)?,
        }
        Ok(())
    }

    #[cold]
    fn check_root_text(&self, is_blank: impl FnOnce() -> bool) -> Result<()> {
        if self.options.allow_fragment || self.encoder.is_raw() || is_blank() {
            return Ok(());
        }
        Err(Error::operation(
            "only white space may stand outside the root element: set allow_fragment for more",
        ))
    }

    /// Gets ready for bytes; says whether they stand in an attribute.
    fn begin_bytes(&mut self) -> Result<bool> {
        match self.state {
            State::Pending => self.check_surrogate()?,
            State::Attribute => {
                self.attribute_gets_bytes()?;
                return Ok(true);
            }
            _ => {
                self.begin_text(|| false)?;
                self.state = State::Pending;
            }
        }
        Ok(false)
    }

    fn try_comment(&mut self, text: &str) -> Result<()> {
        self.begin_content("a comment")?;
        if text.contains("--") || text.ends_with('-') {
            return Err(Error::format("a comment cannot have \"--\" in it or end with \"-\" (XML 1.0 2.5)"));
        }
        if self.options.indent != 0 {
            self.break_line(self.elements.len());
        }
        if let Some(element) = self.elements.last_mut() {
            element.has_children = true;
        }
        self.encoder.comment(&mut self.out, text)
    }

    fn try_start_cdata(&mut self) -> Result<()> {
        if self.elements.is_empty() && self.state == State::Content {
            return Err(Error::operation("a CDATA section cannot stand outside the root element"));
        }
        self.begin_text(|| false)?;
        self.encoder.start_cdata(&mut self.out)?;
        self.state = State::CData;
        Ok(())
    }
}

fn value_chars(writer: &mut Writer, value: &Text<'_>) -> Result<()> {
    match value {
        Text::Utf8(text) => writer.try_chars(text),
        _ => Ok(()),
    }
}

/// Writes what it takes as bytes of a writer.
struct BytesOf<'w>(&'w mut Writer);

impl Destination for BytesOf<'_> {
    fn write_all(&mut self, buffers: &[IoSlice<'_>]) -> Result<()> {
        buffers.iter().try_for_each(|buffer| self.0.bytes(buffer))
    }
}

#[cold]
fn half_pair(unit: u16) -> Error {
    Error::format(format!("0x{unit:04X} is half of a surrogate pair without its other half"))
}
