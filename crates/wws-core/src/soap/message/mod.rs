//! [`Message`]: states, initialization, addressing.

mod custom;
mod fresh;
mod read;
mod standard;
#[cfg(test)]
mod tests;
mod tree;
mod understand;
mod write;

pub use custom::HeaderPick;

use super::{AddressingVersion, EndpointAddress, HeaderType, Version};
use crate::{
    Error, Result,
    value::Guid,
    xml::buffer::{NodePosition, XmlBuffer},
};
use fresh::{Fresh, NewValue};
use tree::Tree;

/// What a message is doing: `WS_MESSAGE_STATE`, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum MessageState {
    /// Nothing is there yet; to be initialized, or read.
    Empty = 1,
    /// It has headers and can be written.
    Initialized = 2,
    /// The headers are read, the body can be.
    Reading = 3,
    /// The headers are written, the body can be.
    Writing = 4,
    /// It was read or written.
    Done = 5,
}

/// What a message starts with: `WS_MESSAGE_INITIALIZATION`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Initialization<'a> {
    /// Without headers.
    Blank,
    /// With all headers of another message, in their order and form.
    Duplicate(&'a Message),
    /// With this id, which must be unique; the addressing of the transport has none.
    Request(Guid),
    /// As the answer to a message: addressed to its `ReplyTo`, related to its id.
    Reply(&'a Message),
    /// As a fault that answers a message: addressed to its `FaultTo`, or else its `ReplyTo`.
    Fault(&'a Message),
}

/// Limits of a message (WWSAPI P.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOptions {
    /// Headers that are looked at when one is looked for (`MAX_PROCESSED_HEADERS`). Default 64.
    pub max_processed_headers: u32,
    /// Bytes of memory that headers take. Ours; webservices.h has the size of the message's heap. Default 1 MiB.
    pub max_headers_size: usize,
}

impl Default for MessageOptions {
    fn default() -> Self {
        MessageOptions { max_processed_headers: 64, max_headers_size: 1 << 20 }
    }
}

/// A SOAP message: `WS_MESSAGE`. It has the headers; see the [module](super) for how the body passes by.
///
/// ```text
///          initialize                write_start               write_end
/// Empty ───────────────► Initialized ───────────► Writing ──────────────► Done
///   │      read_start                                        read_end      ▲
///   └──────────────────────────────────────────► Reading ──────────────────┘
/// ```
/// [`reset`](Self::reset) leads from everywhere to `Empty`; a message that is used again needs no new memory.
#[derive(Debug)]
pub struct Message {
    version: Version,
    options: MessageOptions,
    state: MessageState,
    is_addressed: bool,
    is_fault: bool,
    /// Standard headers that were set and not put into the tree.
    fresh: Fresh,
    /// Envelope, headers and body as a buffer, made when it is needed.
    tree: Option<Tree>,
    /// The memory of an earlier tree.
    spare: Option<Box<XmlBuffer>>,
    /// Headers that were marked as understood.
    understood: Vec<NodePosition>,
    /// How far reading the start, or reading the end, has come.
    progress: Option<read::Progress>,
}

impl Message {
    /// An empty message: `WsCreateMessage`.
    pub fn new(version: Version) -> Self {
        Self::with_options(version, MessageOptions::default())
    }

    /// An empty message with other limits.
    pub fn with_options(version: Version, options: MessageOptions) -> Self {
        Message {
            version,
            options,
            state: MessageState::Empty,
            is_addressed: false,
            is_fault: false,
            fresh: Fresh::default(),
            tree: None,
            spare: None,
            understood: Vec::new(),
            progress: None,
        }
    }

    /// A message without headers, to be written.
    pub fn blank(version: Version) -> Self {
        Message { state: MessageState::Initialized, ..Self::new(version) }
    }

    /// A message to be written that others will answer: with this id, which must be unique.
    pub fn request(version: Version, id: Guid) -> Self {
        let mut message = Self::blank(version);
        message.start_request(id);
        message
    }

    /// The answer to a message.
    ///
    /// # Errors
    /// As [`initialize`](Self::initialize).
    pub fn reply(request: &Message) -> Result<Self> {
        let mut message = Self::with_options(request.version, request.options.clone());
        message.initialize(Initialization::Reply(request))?;
        Ok(message)
    }

    /// A fault that answers a message.
    ///
    /// # Errors
    /// As [`initialize`](Self::initialize).
    pub fn fault_reply(request: &Message) -> Result<Self> {
        let mut message = Self::with_options(request.version, request.options.clone());
        message.initialize(Initialization::Fault(request))?;
        Ok(message)
    }

    /// The versions of envelope and addressing.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The limits.
    pub fn options(&self) -> &MessageOptions {
        &self.options
    }

    /// What the message is doing.
    pub fn state(&self) -> MessageState {
        self.state
    }

    /// Whether the message was addressed: by [`address`](Self::address), as an answer, or because it was read.
    pub fn is_addressed(&self) -> bool {
        self.is_addressed
    }

    /// Whether the body is a fault: of a message that was read, whether its first element is one.
    pub fn is_fault(&self) -> bool {
        self.is_fault
    }

    /// Says whether the body will be a fault; HTTP has a status of its own for them.
    pub fn set_fault(&mut self, is_fault: bool) {
        self.is_fault = is_fault;
    }

    /// Gives the message its first headers: `WsInitializeMessage`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): this message is not empty, or the other one is.
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat): a header of the other message is malformed. This message is
    /// empty then as before.
    pub fn initialize(&mut self, kind: Initialization<'_>) -> Result<()> {
        self.expect(&[MessageState::Empty], "the initialization of a message")?;
        self.clear();
        let result = self.try_initialize(kind);
        match result {
            Ok(()) => self.state = MessageState::Initialized,
            Err(_) => self.clear(),
        }
        result
    }

    fn try_initialize(&mut self, kind: Initialization<'_>) -> Result<()> {
        match kind {
            Initialization::Blank => {}
            Initialization::Request(id) => self.start_request(id),
            Initialization::Duplicate(source) => {
                source.expect_headers("a duplicate of a message")?;
                self.copy_headers(source)?;
            }
            Initialization::Reply(source) => {
                source.expect_headers("an answer to a message")?;
                let to = source.reply_to()?;
                self.answer(source, to)?;
            }
            Initialization::Fault(source) => {
                source.expect_headers("an answer to a message")?;
                let to = match source.fault_to()? {
                    Some(to) => Some(to),
                    None => source.reply_to()?,
                };
                self.answer(source, to)?;
                self.is_fault = true;
            }
        }
        Ok(())
    }

    fn start_request(&mut self, id: Guid) {
        if self.version.addressing != AddressingVersion::Transport {
            self.fresh.set_guid(HeaderType::MessageId, id);
        }
    }

    fn answer(&mut self, source: &Message, to: Option<EndpointAddress>) -> Result<()> {
        self.is_addressed = true;
        if self.version.addressing == AddressingVersion::Transport {
            return Ok(());
        }
        if let Some(to) = to {
            self.write_address(&to)?;
        }
        if let Some(id) = source.message_id()? {
            self.fresh_or_tree(HeaderType::RelatesTo, (&id).into())?;
        }
        Ok(())
    }

    /// Says where the message goes: To becomes the URL, and the headers of the address are added to the message.
    /// `None` only notes that the message is addressed. `WsAddressMessage`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): the message cannot be addressed in this state, or was.
    pub fn address(&mut self, address: Option<&EndpointAddress>) -> Result<()> {
        self.expect(&[MessageState::Initialized], "addressing a message")?;
        if self.is_addressed {
            return Err(Error::operation(
                "the message is addressed already; to address it again, reset it and start anew",
            ));
        }
        if let Some(address) = address {
            self.write_address(address)?;
        }
        self.is_addressed = true;
        Ok(())
    }

    fn write_address(&mut self, address: &EndpointAddress) -> Result<()> {
        let url = match &*address.url {
            "" => self.version.addressing.anonymous(),
            url => url,
        };
        self.fresh_or_tree(HeaderType::To, NewValue::Text(url))?;
        match &address.headers {
            Some(headers) => self.add_reference_parameters(headers),
            None => Ok(()),
        }
    }

    /// Makes the message empty, to be used for another one. Versions and limits stay. `WsResetMessage`.
    pub fn reset(&mut self) {
        self.clear();
        self.state = MessageState::Empty;
    }

    /// Gives up reading or writing the message, which is then done. `WsAbandonMessage`.
    ///
    /// # Errors
    /// [`InvalidOperation`](crate::ErrorCode::InvalidOperation): it is neither being read nor written.
    pub fn abandon(&mut self) -> Result<()> {
        self.expect(&[MessageState::Reading, MessageState::Writing], "abandoning a message")?;
        self.progress = None;
        self.state = MessageState::Done;
        Ok(())
    }

    fn clear(&mut self) {
        self.fresh.clear();
        /// Bytes of memory that are kept from one message to the next.
        const KEPT: usize = 64 << 10;
        if let Some(tree) = self.tree.take() {
            let unique = tree.buffer.into_unique().filter(|buffer| buffer.capacity() <= KEPT);
            self.spare = unique.map(Box::new);
        }
        self.understood.clear();
        self.progress = None;
        (self.is_addressed, self.is_fault) = (false, false);
    }

    fn expect(&self, states: &[MessageState], call: &str) -> Result<()> {
        if states.contains(&self.state) { Ok(()) } else { Err(self.not_now(call)) }
    }

    /// Headers are there in every state but one.
    fn expect_headers(&self, call: &str) -> Result<()> {
        if self.state != MessageState::Empty { Ok(()) } else { Err(self.not_now(call)) }
    }

    #[cold]
    fn not_now(&self, call: &str) -> Error {
        let why = match self.state {
            MessageState::Empty => "the message is empty: initialize or read it first",
            MessageState::Initialized => "the message is initialized: write it, or reset it",
            MessageState::Reading => "the message is being read",
            MessageState::Writing => "the message is being written",
            MessageState::Done => "the message is done: reset it first",
        };
        Error::operation(format!("{call} is not possible now: {why}"))
    }
}
