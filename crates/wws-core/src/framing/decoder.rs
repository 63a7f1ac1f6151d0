//! Octets in, items out: reads the records of one direction, in pieces of any size.
//!
//! Knows what a record looks like, not which record may stand where; that is for the roles.

use super::{
    fault::Fault,
    limits::Limits,
    record::{Encoding, KnownEncoding, Mode, RecordType},
    size::SizeDecoder,
};
use crate::{Error, Place, Result};
use bytes::{Buf, Bytes};
use std::borrow::Cow;

/// What the decoder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Version {
        major: u8,
        minor: u8,
    },
    Mode(Mode),
    Via(String),
    Encoding(Encoding),
    UpgradeRequest(String),
    UpgradeResponse,
    PreambleEnd,
    PreambleAck,
    End,
    Fault(String),
    /// An envelope starts; the size if it is known.
    Envelope(Option<u32>),
    /// A piece of the envelope, a slice of the input.
    Payload(Bytes),
    EnvelopeEnd,
}

impl Item {
    /// The record that the item is, or is a part of.
    fn record(&self) -> RecordType {
        match self {
            Item::Version { .. } => RecordType::VERSION,
            Item::Mode(_) => RecordType::MODE,
            Item::Via(_) => RecordType::VIA,
            Item::Encoding(Encoding::Known(_)) => RecordType::KNOWN_ENCODING,
            Item::Encoding(Encoding::Extensible(_)) => RecordType::EXTENSIBLE_ENCODING,
            Item::UpgradeRequest(_) => RecordType::UPGRADE_REQUEST,
            Item::UpgradeResponse => RecordType::UPGRADE_RESPONSE,
            Item::PreambleEnd => RecordType::PREAMBLE_END,
            Item::PreambleAck => RecordType::PREAMBLE_ACK,
            Item::End => RecordType::END,
            Item::Fault(_) => RecordType::FAULT,
            Item::Envelope(Some(_)) => RecordType::SIZED_ENVELOPE,
            Item::Envelope(None) | Item::Payload(_) | Item::EnvelopeEnd => RecordType::UNSIZED_ENVELOPE,
        }
    }
}

/// A failure to read, with the fault that tells the peer about it. A fault is not answered with a fault.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) fault: Option<Fault>,
}

impl Failure {
    pub(super) fn new(error: Error, fault: Fault) -> Self {
        Failure { error, fault: Some(fault) }
    }

    /// Octets that are no record, or a record with a field that cannot be.
    pub(super) fn invalid(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Error::format(text), Fault::InvalidRecordSequence)
    }

    /// An item that may not stand where it stands; a Fault record may stand anywhere, and is the error it names.
    pub(super) fn out_of_place(item: &Item, expected: &str) -> Self {
        match item {
            Item::Fault(uri) => Failure { error: Fault::received(uri), fault: None },
            _ => Self::invalid(format!("a record of type {} where {expected} should stand", item.record())),
        }
    }
}

#[derive(Debug)]
enum State {
    /// The next octet is a record type.
    Record,
    /// The major version is read, the minor one comes.
    Version(Option<u8>),
    Mode,
    KnownEncoding,
    /// The size of a text or of a sized envelope.
    Size(RecordType, SizeDecoder),
    /// Octets of a text that are still missing.
    Text(RecordType, u32),
    /// Octets of a sized envelope that are still missing.
    Sized(u32),
    /// A sized envelope is complete; saying so takes no input.
    SizedEnd,
    ChunkSize(SizeDecoder),
    /// Octets of a chunk that are still missing.
    Chunk(u32),
    /// An envelope that reaches to the end of the transport (MC-NMF 1.5); whether that was said.
    Rest(bool),
}

#[derive(Debug)]
pub(super) struct Decoder {
    state: State,
    limits: Limits,
    /// Octets taken so far.
    offset: u64,
    /// Where the current record began.
    record_offset: u64,
    /// Octets of the current envelope that the peer has announced.
    envelope_size: u64,
    text: Vec<u8>,
}

impl Decoder {
    /// A decoder whose first octet stands `offset` octets into the connection.
    pub(super) fn new(limits: Limits, offset: u64) -> Self {
        let state = State::Record;
        Decoder { state, limits, offset, record_offset: offset, envelope_size: 0, text: Vec::new() }
    }

    /// From here on everything is one envelope.
    pub(super) fn rest_is_envelope(&mut self) {
        self.state = State::Rest(false);
        self.envelope_size = 0;
    }

    /// Whether the input may end here without cutting a record.
    pub(super) fn is_between_records(&self) -> bool {
        matches!(self.state, State::Record)
    }

    /// Octets taken so far, counted from the start of the connection.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Adds the place of the current record to a failure.
    pub(super) fn locate(&self, mut failure: Failure) -> Failure {
        failure.error = failure.error.at(Place { offset: self.record_offset, ..Place::default() });
        failure
    }

    /// Takes octets from the front of `input` until an item is complete; `None` asks for more.
    pub(super) fn next(&mut self, input: &mut Bytes) -> Result<Option<Item>, Failure> {
        if let State::SizedEnd = self.state {
            return self.done(Item::EnvelopeEnd);
        }
        while !input.is_empty() {
            if let Some(item) = self.step(input).map_err(|f| self.locate(f))? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    fn step(&mut self, input: &mut Bytes) -> Result<Option<Item>, Failure> {
        match &mut self.state {
            State::Sized(left) => {
                let payload = take(input, left, &mut self.offset);
                if *left == 0 {
                    self.state = State::SizedEnd;
                }
                Ok(Some(Item::Payload(payload)))
            }
            State::Chunk(left) => {
                let payload = take(input, left, &mut self.offset);
                if *left == 0 {
                    self.state = State::ChunkSize(SizeDecoder::default());
                }
                Ok(Some(Item::Payload(payload)))
            }
            State::Rest(said @ false) => {
                *said = true;
                Ok(Some(Item::Envelope(None)))
            }
            State::Rest(true) => {
                let payload = input.split_off(0);
                self.offset += payload.len() as u64;
                self.claim(payload.len() as u64)?;
                Ok(Some(Item::Payload(payload)))
            }
            State::Text(record, left) => {
                let record = *record;
                let piece = take(input, left, &mut self.offset);
                let done = *left == 0;
                self.text.extend_from_slice(&piece);
                if done { self.text_item(record).map(Some) } else { Ok(None) }
            }
            _ => {
                let item = self.octet(input.get_u8())?;
                self.offset += 1;
                Ok(item)
            }
        }
    }

    fn octet(&mut self, octet: u8) -> Result<Option<Item>, Failure> {
        match &mut self.state {
            State::Record => self.record(RecordType(octet)),
            State::Version(major) => match *major {
                None => {
                    *major = Some(octet);
                    Ok(None)
                }
                Some(major) => self.done(Item::Version { major, minor: octet }),
            },
            State::Mode => self.done(Item::Mode(Mode(octet))),
            State::KnownEncoding => self.known_encoding(KnownEncoding(octet)),
            State::Size(record, decoder) => {
                let record = *record;
                match decoder.push(octet).map_err(|e| Failure::new(e, Fault::InvalidRecordSequence))? {
                    Some(size) => self.sized(record, size),
                    None => Ok(None),
                }
            }
            State::ChunkSize(decoder) => {
                match decoder.push(octet).map_err(|e| Failure::new(e, Fault::InvalidRecordSequence))? {
                    Some(size) => self.chunk(size),
                    None => Ok(None),
                }
            }
            // The other states take more than an octet at a time.
            State::Sized(_) | State::SizedEnd | State::Chunk(_) | State::Text(..) | State::Rest(_) => {
                Ok(None)
            }
        }
    }

    fn record(&mut self, record: RecordType) -> Result<Option<Item>, Failure> {
        self.record_offset = self.offset;
        self.state = match record {
            RecordType::VERSION => State::Version(None),
            RecordType::MODE => State::Mode,
            RecordType::KNOWN_ENCODING => State::KnownEncoding,
            RecordType::VIA
            | RecordType::EXTENSIBLE_ENCODING
            | RecordType::SIZED_ENVELOPE
            | RecordType::FAULT
            | RecordType::UPGRADE_REQUEST => State::Size(record, SizeDecoder::default()),
            RecordType::UNSIZED_ENVELOPE => {
                self.envelope_size = 0;
                self.state = State::ChunkSize(SizeDecoder::default());
                return Ok(Some(Item::Envelope(None)));
            }
            RecordType::END => return self.done(Item::End),
            RecordType::UPGRADE_RESPONSE => return self.done(Item::UpgradeResponse),
            RecordType::PREAMBLE_ACK => return self.done(Item::PreambleAck),
            RecordType::PREAMBLE_END => return self.done(Item::PreambleEnd),
            RecordType(octet) => {
                return Err(Failure::invalid(format!(
                    "0x{octet:02X} is not a record type of MC-NMF; the peer speaks another protocol"
                )));
            }
        };
        Ok(None)
    }

    fn done(&mut self, item: Item) -> Result<Option<Item>, Failure> {
        self.state = State::Record;
        Ok(Some(item))
    }

    fn known_encoding(&mut self, known: KnownEncoding) -> Result<Option<Item>, Failure> {
        if known.content_type().is_none() {
            let error = Error::format(format!("0x{:02X} is not an encoding of MC-NMF 2.2.3.4.1", known.0));
            return Err(Failure::new(error, Fault::ContentTypeInvalid));
        }
        self.done(Item::Encoding(Encoding::Known(known)))
    }

    /// The size of a text or of a sized envelope is known: is it allowed?
    fn sized(&mut self, record: RecordType, size: u32) -> Result<Option<Item>, Failure> {
        if record == RecordType::SIZED_ENVELOPE {
            if size == 0 {
                return Err(Failure::invalid("a sized envelope is empty")); // MC-NMF 2.2.4.1
            }
            self.envelope_size = 0;
            self.claim(u64::from(size))?;
            self.state = State::Sized(size);
            return Ok(Some(Item::Envelope(Some(size))));
        }
        let (limit, name, fault) = match record {
            RecordType::VIA => (self.limits.max_via_size, "max_via_size", Fault::ViaTooLong),
            RecordType::EXTENSIBLE_ENCODING => {
                (self.limits.max_content_type_size, "max_content_type_size", Fault::ContentTypeTooLong)
            }
            RecordType::FAULT => {
                (self.limits.max_fault_size, "max_fault_size", Fault::ConnectionDispatchFailed)
            }
            _ => (self.limits.max_upgrade_size, "max_upgrade_size", Fault::UpgradeInvalid),
        };
        if size > limit {
            let text = format!("a {record} record of {size} octets, but the limit {name} is {limit}");
            return Err(Failure::new(Error::quota(text), fault));
        }
        self.text.clear();
        if size == 0 {
            return self.text_item(record).map(Some);
        }
        self.state = State::Text(record, size);
        Ok(None)
    }

    fn text_item(&mut self, record: RecordType) -> Result<Item, Failure> {
        self.state = State::Record;
        let octets = std::mem::take(&mut self.text);
        let text = String::from_utf8(octets)
            .map_err(|_| Failure::invalid(format!("the text of a {record} record is not UTF-8")))?;
        Ok(match record {
            RecordType::VIA => Item::Via(text),
            RecordType::EXTENSIBLE_ENCODING => Item::Encoding(Encoding::Extensible(text)),
            RecordType::FAULT => Item::Fault(text),
            _ => Item::UpgradeRequest(text),
        })
    }

    fn chunk(&mut self, size: u32) -> Result<Option<Item>, Failure> {
        if size == 0 {
            if self.envelope_size == 0 {
                return Err(Failure::invalid("an unsized envelope has no chunk")); // MC-NMF 2.2.4.3
            }
            return self.done(Item::EnvelopeEnd);
        }
        self.claim(u64::from(size))?;
        self.state = State::Chunk(size);
        Ok(None)
    }

    /// Counts announced octets of an envelope against the quota.
    fn claim(&mut self, octets: u64) -> Result<(), Failure> {
        self.envelope_size = self.envelope_size.saturating_add(octets);
        let limit = self.limits.max_envelope_size;
        if self.envelope_size <= limit {
            return Ok(());
        }
        let text = format!(
            "an envelope of at least {} octets, but the limit is {limit}; raise max_envelope_size \
             (MAX_BUFFERED_MESSAGE_SIZE) on the receiving side",
            self.envelope_size
        );
        Err(Failure::new(Error::quota(text), Fault::MaxMessageSizeExceeded))
    }
}

/// Takes up to `left` octets from the front of `input`, without copying them.
fn take(input: &mut Bytes, left: &mut u32, offset: &mut u64) -> Bytes {
    let n = input.len().min(*left as usize);
    *left -= n as u32;
    *offset += n as u64;
    input.split_to(n)
}
