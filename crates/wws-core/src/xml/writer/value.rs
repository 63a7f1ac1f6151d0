//! Typed values, alone and as the whole content of an element.

use super::{BindingId, Encoder, Name, State, Writer};
use crate::{
    Error, Result,
    xml::{Text, XmlStr, binary::scalar::Scalar},
};

/// Chooses by the kind of a value. Where the type is known, the compiler keeps one arm and calls what is made for it.
macro_rules! by_kind {
    ($value:expr, $scalar:ident => $one:expr, $chars:ident => $two:expr, $other:ident => $three:expr) => {
        match $value {
            Text::Bool($scalar) => $one,
            Text::Int32($scalar) => $one,
            Text::Int64($scalar) => $one,
            Text::UInt64($scalar) => $one,
            Text::Float($scalar) => $one,
            Text::Double($scalar) => $one,
            Text::Decimal($scalar) => $one,
            Text::Guid($scalar) => $one,
            Text::TimeSpan($scalar) => $one,
            Text::Utf8($chars) => $two,
            $other => $three,
        }
    };
}
pub(super) use by_kind;

impl Writer {
    /// Writes a value in the form that suits the encoding best: `WsWriteValue`, `WsWriteText`. Bytes behind bytes
    /// are one sequence, as in [`bytes`](Writer::bytes).
    ///
    /// ```
    /// # use wws_core::{xml::{Charset, Text, Writer, WriterOptions}, value::TimeSpan};
    /// # let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.start_element("delay", "")?;
    /// w.value(TimeSpan(15_000_000))?;
    /// w.end_element()?;
    /// assert_eq!(w.into_bytes()?, b"<delay>00:00:01.5</delay>");
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`chars`](Writer::chars); for [`Text::QName`] as [`qualified_name`](Writer::qualified_name).
    #[inline]
    pub fn value<'v>(&mut self, value: impl Into<Text<'v>>) -> Result<()> {
        by_kind!(value.into(), scalar => self.scalar(scalar), chars => self.chars(chars), other => self.any_value(&other))
    }

    /// Writes an element that has nothing but a value, with a prefix that the writer chooses: the same as
    /// [`start_element`](Writer::start_element), [`value`](Writer::value) and [`end_element`](Writer::end_element), in
    /// one go and in half the time.
    ///
    /// ```
    /// # use wws_core::xml::{Charset, Writer, WriterOptions};
    /// # let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    /// w.start_element("order", "urn:shop")?;
    /// w.element("id", "urn:shop", 7)?;
    /// w.element("note", "urn:shop", "soon & well")?;
    /// w.end_element()?;
    /// assert_eq!(w.into_bytes()?, br#"<order xmlns="urn:shop"><id>7</id><note>soon &amp; well</note></order>"#);
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the three calls.
    #[inline]
    pub fn element<'n, 'v>(
        &mut self,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        value: impl Into<Text<'v>>,
    ) -> Result<()> {
        let name = Name { prefix: None, local: local.into(), ns: ns.into() };
        by_kind!(value.into(), scalar => self.scalar_element(&name, scalar), chars => self.chars_element(&name, chars), other => self.any_element(&name, &other))
    }

    /// Writes an element with this prefix that has nothing but a value.
    ///
    /// # Errors
    /// As [`element`](Writer::element).
    #[inline]
    pub fn element_with_prefix<'n, 'v>(
        &mut self,
        prefix: &str,
        local: impl Into<XmlStr<'n>>,
        ns: impl Into<XmlStr<'n>>,
        value: impl Into<Text<'v>>,
    ) -> Result<()> {
        let name = Name { prefix: Some(prefix), local: local.into(), ns: ns.into() };
        by_kind!(value.into(), scalar => self.scalar_element(&name, scalar), chars => self.chars_element(&name, chars), other => self.any_element(&name, &other))
    }

    fn scalar<T: Scalar>(&mut self, value: T) -> Result<()> {
        if !self.is_plain_content() {
            return self.any_value(&value.into());
        }
        let result = self.try_scalar(value);
        self.settle(result)
    }

    #[inline]
    fn try_scalar<T: Scalar>(&mut self, value: T) -> Result<()> {
        if self.state == State::Tag {
            self.commit()?;
        }
        match &mut self.encoder {
            Encoder::Text(_) => value.append_to(&mut self.out.buffer),
            Encoder::Binary(binary) => binary.scalar(&mut self.out, value),
            other => other.value(&mut self.out, &value.into())?,
        }
        Ok(())
    }

    fn scalar_element<T: Scalar>(&mut self, name: &Name<'_>, value: T) -> Result<()> {
        let Some(binding) = self.begin_leaf(name)? else { return self.any_element(name, &value.into()) };
        match &mut self.encoder {
            Encoder::Text(text) => {
                value.append_to(&mut self.out.buffer);
                text.end_leaf(&mut self.out, self.scopes.prefix(binding), name.local);
            }
            Encoder::Binary(binary) => binary.scalar_with_end(&mut self.out, value),
            _ => {}
        }
        self.settle(Ok(()))
    }

    fn chars_element(&mut self, name: &Name<'_>, chars: &str) -> Result<()> {
        // Without content the element may be an empty one.
        let binding = if chars.is_empty() { None } else { self.begin_leaf(name)? };
        let Some(binding) = binding else { return self.any_element(name, &Text::Utf8(chars)) };
        let result = match &mut self.encoder {
            Encoder::Text(text) => text.chars(&mut self.out, chars).map(|()| {
                text.end_leaf(&mut self.out, self.scopes.prefix(binding), name.local);
            }),
            Encoder::Binary(binary) => {
                binary.chars(&mut self.out, chars).map(|()| binary.end_element(&mut self.out))
            }
            _ => Ok(()),
        };
        self.settle(result)
    }

    /// Writes the start tag of an element that has nothing but text; `None` if it is not as simple as that, and
    /// nothing is written.
    fn begin_leaf(&mut self, name: &Name<'_>) -> Result<Option<BindingId>> {
        let result = self.try_begin_leaf(name);
        result.map_err(|error| self.note(error))
    }

    #[inline]
    fn try_begin_leaf(&mut self, name: &Name<'_>) -> Result<Option<BindingId>> {
        if !self.is_plain_content() {
            return Ok(None);
        }
        let Some(parent) = self.elements.last().map(|parent| parent.binding) else { return Ok(None) };
        if self.state == State::Tag {
            self.commit()?;
        }
        let in_scope = self.scopes.len();
        let binding = self.bind_element(name, parent)?;
        if self.scopes.len() > in_scope {
            // It needs a declaration.
            self.scopes.truncate(in_scope);
            return Ok(None);
        }
        let prefix = self.scopes.prefix(binding);
        match &mut self.encoder {
            Encoder::Text(text) => {
                text.start_element(&mut self.out, prefix, name.local);
                text.end_start_element(&mut self.out);
            }
            Encoder::Binary(binary) => binary.start_element(&mut self.out, prefix, name.local)?,
            _ => return Ok(None),
        }
        Ok(Some(binding))
    }

    fn any_element(&mut self, name: &Name<'_>, value: &Text<'_>) -> Result<()> {
        let result = self.try_any_element(name, value);
        self.settle(result)
    }

    fn try_any_element(&mut self, name: &Name<'_>, value: &Text<'_>) -> Result<()> {
        self.try_start_element(name)?;
        self.try_value(value)?;
        self.try_end_element()
    }

    fn any_value(&mut self, value: &Text<'_>) -> Result<()> {
        let result = self.try_value(value);
        self.settle(result)
    }

    /// Whether text may come here, in an element, and no line breaks have to be thought of.
    #[inline]
    fn is_plain_content(&self) -> bool {
        matches!(self.state, State::Content | State::Tag)
            && !self.elements.is_empty()
            && self.options.indent == 0
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
                    Text::Utf8(text) => return self.try_chars(text),
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
}
