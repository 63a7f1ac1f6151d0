//! The headers that WS-Addressing defines, by their meaning (WWSAPI J.4).

use super::{
    HeaderPick, Message,
    fresh::{NewValue, Value},
    tree::{self, text_of, trimmed},
};
use crate::{
    Error, Result,
    soap::{AddressingVersion, EndpointAddress, HeaderType},
    value::{Lexical, UniqueId},
    xml::buffer::{NodePosition, OwnedText},
};

impl Message {
    /// What the message asks for; `None` if it does not say.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is empty.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): the header is there twice or malformed.
    /// [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): more than
    /// [`max_processed_headers`](super::MessageOptions::max_processed_headers).
    pub fn action(&self) -> Result<Option<String>> {
        self.text_header(HeaderType::Action)
    }

    /// Where the message goes.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn to(&self) -> Result<Option<String>> {
        self.text_header(HeaderType::To)
    }

    /// The identifier of the message.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn message_id(&self) -> Result<Option<UniqueId>> {
        self.id_header(HeaderType::MessageId)
    }

    /// The identifier of the message that this one answers.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn relates_to(&self) -> Result<Option<UniqueId>> {
        self.id_header(HeaderType::RelatesTo)
    }

    /// Who sent the message.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn from(&self) -> Result<Option<EndpointAddress>> {
        self.endpoint_header(HeaderType::From)
    }

    /// Who gets the answer.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn reply_to(&self) -> Result<Option<EndpointAddress>> {
        self.endpoint_header(HeaderType::ReplyTo)
    }

    /// Who gets an answer that is a fault.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn fault_to(&self) -> Result<Option<EndpointAddress>> {
        self.endpoint_header(HeaderType::FaultTo)
    }

    /// Says what the message asks for, in place of what it said before. `WsSetHeader`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message is empty, or its addressing has no such
    /// header. [`QuotaExceeded`](crate::ErrorCode::QuotaExceeded): there is no room for more headers.
    pub fn set_action(&mut self, action: &str) -> Result<()> {
        self.set_header(HeaderType::Action, NewValue::Text(action))
    }

    /// Says where the message goes.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_to(&mut self, to: &str) -> Result<()> {
        self.set_header(HeaderType::To, NewValue::Text(to))
    }

    /// Gives the message an identifier.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_message_id(&mut self, id: &UniqueId) -> Result<()> {
        self.set_header(HeaderType::MessageId, id.into())
    }

    /// Says which message this one answers.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_relates_to(&mut self, id: &UniqueId) -> Result<()> {
        self.set_header(HeaderType::RelatesTo, id.into())
    }

    /// Says who sends the message.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_from(&mut self, from: &EndpointAddress) -> Result<()> {
        self.set_header(HeaderType::From, NewValue::Endpoint(from))
    }

    /// Says who gets the answer.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_reply_to(&mut self, reply_to: &EndpointAddress) -> Result<()> {
        self.set_header(HeaderType::ReplyTo, NewValue::Endpoint(reply_to))
    }

    /// Says who gets an answer that is a fault.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action).
    pub fn set_fault_to(&mut self, fault_to: &EndpointAddress) -> Result<()> {
        self.set_header(HeaderType::FaultTo, NewValue::Endpoint(fault_to))
    }

    /// Sets a header that is text by its type: [`Action`](HeaderType::Action), [`To`](HeaderType::To) and the two ids.
    ///
    /// # Errors
    /// As [`set_action`](Self::set_action); [`InvalidArgument`](crate::ErrorCode::InvalidArgument) for a header that
    /// is an endpoint.
    pub fn set_text_header(&mut self, kind: HeaderType, text: &str) -> Result<()> {
        expect_text(kind)?;
        self.set_header(kind, NewValue::Text(text))
    }

    /// The text of a header by its type.
    ///
    /// # Errors
    /// As [`action`](Self::action); [`InvalidArgument`](crate::ErrorCode::InvalidArgument) for a header that is an
    /// endpoint.
    pub fn text_header(&self, kind: HeaderType) -> Result<Option<String>> {
        expect_text(kind)?;
        self.expect_headers("looking for a header")?;
        match self.fresh.get(kind) {
            Some((Value::Guid(guid), _)) => Ok(Some(UniqueId::Guid(*guid).to_string())),
            Some((_, text)) => Ok(Some(text.to_owned())),
            None => Ok(self.stored_text(kind)?.as_ref().map(trimmed)),
        }
    }

    /// The identifier in a header.
    fn id_header(&self, kind: HeaderType) -> Result<Option<UniqueId>> {
        self.expect_headers("looking for a header")?;
        match self.fresh.get(kind) {
            Some((Value::Guid(guid), _)) => Ok(Some(UniqueId::Guid(*guid))),
            Some((_, text)) => UniqueId::parse(text.as_bytes()).map(Some),
            None => match self.stored_text(kind)? {
                Some(OwnedText::UniqueId(guid)) => Ok(Some(UniqueId::Guid(guid))),
                Some(text) => UniqueId::parse(trimmed(&text).as_bytes()).map(Some),
                None => Ok(None),
            },
        }
    }

    /// An endpoint in a header by its type.
    ///
    /// # Errors
    /// As [`action`](Self::action); [`InvalidArgument`](crate::ErrorCode::InvalidArgument) for a header that is text.
    pub fn endpoint_header(&self, kind: HeaderType) -> Result<Option<EndpointAddress>> {
        if !kind.is_endpoint() {
            return Err(Error::argument(format!("the header {} is text", kind.local_name().as_str())));
        }
        self.expect_headers("looking for a header")?;
        match self.fresh.get(kind) {
            Some((Value::Endpoint(address), _)) => return Ok(Some((**address).clone())),
            Some((_, url)) => return Ok(Some(EndpointAddress::new(url))),
            None => {}
        }
        let (Some(at), Some(tree)) = (self.find_header(kind)?, &self.tree) else { return Ok(None) };
        let context = || format!("while the header {} was read", kind.local_name().as_str());
        let address = EndpointAddress::read(&mut tree.reader(at)?, self.version.addressing);
        address.map(Some).map_err(|error| error.context(context()))
    }

    /// Takes on the version of addressing whose headers the message has, so that an answer has it too. A message without
    /// any stays what it is.
    ///
    /// ```
    /// use wws_core::{soap::{AddressingVersion, Message, Version}, xml::Reader};
    /// let mut reader = Reader::text(b"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Header>\
    ///     <a:Action xmlns:a='http://www.w3.org/2005/08/addressing'>urn:go</a:Action></s:Header><s:Body/></s:Envelope>");
    /// let mut message = Message::new(Version::SOAP12);
    /// message.read_start(&mut reader)?;
    /// message.adopt_addressing()?;
    /// assert_eq!(message.version().addressing, AddressingVersion::Addressing10);
    /// assert_eq!(message.action()?.as_deref(), Some("urn:go"));
    /// # Ok::<(), wws_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn adopt_addressing(&mut self) -> Result<()> {
        self.expect_headers("looking for a header")?;
        for version in [AddressingVersion::Addressing10, AddressingVersion::Addressing09] {
            for kind in HeaderType::ALL {
                // Doubled headers are found out by whoever asks for them.
                if self.find(kind.local_name(), version.namespace(), HeaderPick::Repeated(0))?.is_some() {
                    self.version.addressing = version;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes a header away, if it is there. `WsRemoveHeader`.
    ///
    /// # Errors
    /// As [`action`](Self::action).
    pub fn remove_header(&mut self, kind: HeaderType) -> Result<()> {
        self.expect_headers("removing a header")?;
        if self.fresh.remove(kind) {
            return Ok(());
        }
        let (Some(at), Some(tree)) = (self.find_header(kind)?, &self.tree) else { return Ok(()) };
        tree.buffer.lock().remove(at)
    }

    /// The position of a header in the [buffer](Self::header_buffer). Headers that were set and not put there have none.
    pub(super) fn find_header(&self, kind: HeaderType) -> Result<Option<NodePosition>> {
        self.find(kind.local_name(), self.version.addressing.namespace(), HeaderPick::Only)
    }

    fn stored_text(&self, kind: HeaderType) -> Result<Option<OwnedText>> {
        let (Some(at), Some(tree)) = (self.find_header(kind)?, &self.tree) else { return Ok(None) };
        let text = text_of(&tree.buffer.lock(), at);
        text.map(Some).map_err(|error| {
            error.context(format!("while the header {} was read", kind.local_name().as_str()))
        })
    }

    fn set_header(&mut self, kind: HeaderType, value: NewValue<'_>) -> Result<()> {
        self.expect_headers("setting a header")?;
        if !self.version.addressing.has(kind) {
            return Err(Error::operation(format!(
                "the addressing of the transport has no header {}; choose WS-Addressing 0.9 or 1.0",
                kind.local_name().as_str()
            )));
        }
        self.fresh_or_tree(kind, value)
    }

    /// Sets a header where it stands, or among those that wait.
    pub(super) fn fresh_or_tree(&mut self, kind: HeaderType, value: NewValue<'_>) -> Result<()> {
        let Some(at) = self.find_header(kind)? else {
            self.fresh.set(kind, value);
            return Ok(());
        };
        // The new one takes the place of the old one.
        let tree = self.tree()?.clone();
        let next = {
            let mut buffer = tree.buffer.lock();
            let end = buffer.end_of(at)?.unwrap_or(at);
            let next = buffer.next(end)?;
            buffer.remove(at)?;
            next
        };
        let mut one = super::Fresh::default();
        one.set(kind, value);
        let mut writer = tree.writer()?;
        if let Some(next) = next {
            writer.set_position(next)?;
        }
        one.write(&mut writer, self.version)
    }

    /// Copies all headers of another message.
    pub(super) fn copy_headers(&mut self, source: &Message) -> Result<()> {
        if source.version == self.version {
            if let Some(tree) = &source.tree {
                let copy = tree::Tree::copy(tree, self.options.max_headers_size)?;
                self.tree = Some(copy);
            }
            self.fresh.copy_from(&source.fresh);
            return Ok(());
        }
        // Between versions, the meaning is kept: the headers of addressing get other names, the others stay.
        for kind in HeaderType::ALL.into_iter().filter(|&kind| self.version.addressing.has(kind)) {
            if kind.is_endpoint() {
                if let Some(address) = source.endpoint_header(kind)? {
                    self.fresh.set(kind, NewValue::Endpoint(&address));
                }
            } else if matches!(kind, HeaderType::MessageId | HeaderType::RelatesTo) {
                if let Some(id) = source.id_header(kind)? {
                    self.fresh.set(kind, (&id).into());
                }
            } else if let Some(text) = source.text_header(kind)? {
                let anonymous = text == source.version.addressing.anonymous();
                let text = if anonymous { self.version.addressing.anonymous() } else { &text };
                self.fresh.set(kind, NewValue::Text(text));
            }
        }
        self.copy_custom_headers(source)
    }
}

fn expect_text(kind: HeaderType) -> Result<()> {
    match kind.is_endpoint() {
        true => Err(Error::argument(format!("the header {} is an endpoint", kind.local_name().as_str()))),
        false => Ok(()),
    }
}
