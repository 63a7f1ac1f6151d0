//! Listeners that answer in kind: what a peer writes decides how its channel reads and writes.

use super::{
    Binding, ChannelType, TransferMode, Transport,
    codec::{Codec, lock},
};
use crate::{
    Error, Result,
    soap::{AddressingVersion, Encoding, EnvelopeVersion, MessageContent},
    transport::framed::Mode,
    xml::Reader,
};
use std::sync::{Arc, Mutex};

/// A binding, and what writes and reads its messages.
#[derive(Clone)]
pub(super) struct Kind {
    pub(super) binding: Arc<Binding>,
    pub(super) codec: Arc<Codec>,
}

/// The kinds of messages that came to a listener so far. There are no more of them than encodings and envelopes.
pub(super) struct Kinds {
    usual: Kind,
    others: Mutex<Vec<Kind>>,
}

impl Kinds {
    pub(super) fn new(binding: Arc<Binding>) -> Result<Self> {
        let codec = Arc::new(Codec::new(&binding)?);
        Ok(Kinds { usual: Kind { binding, codec }, others: Mutex::default() })
    }

    /// What the listener says of its channels.
    pub(super) fn usual(&self) -> &Binding {
        &self.usual.binding
    }

    /// Whether messages of this content type are taken.
    pub(super) fn accepts(&self, content_type: &str) -> bool {
        match self.usual.binding.listener.in_kind {
            true => in_kind(&self.usual.binding, content_type).is_ok(),
            false => self.usual.codec.accepts(content_type),
        }
    }

    /// The kind of a message of this content type.
    pub(super) fn of_message(&self, content_type: &str) -> Result<Kind> {
        if !self.usual.binding.listener.in_kind {
            return Ok(self.usual.clone());
        }
        let binding = in_kind(&self.usual.binding, content_type)?;
        let mut others = lock(&self.others);
        let known = others.iter().find(|kind| {
            (kind.binding.encoding, kind.binding.version) == (binding.encoding, binding.version)
        });
        if let Some(kind) = known {
            return Ok(kind.clone());
        }
        let kind = Kind { codec: Arc::new(Codec::new(&binding)?), binding: Arc::new(binding) };
        others.push(kind.clone());
        Ok(kind)
    }
}

/// The binding of a channel whose peer sends this content type.
fn in_kind(binding: &Binding, content_type: &str) -> Result<Binding> {
    let content = MessageContent::parse(content_type)?;
    if content.encoding == Encoding::Raw {
        return Err(Error::format(format!("{content_type:?} is no content type of SOAP messages")));
    }
    let mut binding = binding.clone();
    binding.encoding = content.encoding;
    binding.version.envelope = content.envelope.unwrap_or(match binding.version.envelope {
        EnvelopeVersion::None => EnvelopeVersion::Soap12,
        envelope => envelope,
    });
    if matches!(binding.transport, Transport::Http) {
        // Unless the headers say otherwise.
        binding.version.addressing = AddressingVersion::Transport;
    }
    binding.encoding.check(binding.version.envelope)?;
    Ok(binding)
}

/// The type and the binding of a channel for a session that a peer opens in this mode with this content type.
pub(super) fn of_session(
    kind: ChannelType,
    binding: &Arc<Binding>,
    mode: Mode,
    content_type: &str,
) -> Result<(ChannelType, Arc<Binding>)> {
    if !binding.listener.in_kind {
        return Ok((kind, binding.clone()));
    }
    let mut binding = in_kind(binding, content_type)?;
    binding.transfer_mode = match mode {
        Mode::SINGLETON_UNSIZED => TransferMode::STREAMED,
        _ => TransferMode::BUFFERED,
    };
    let kind = match mode {
        Mode::SIMPLEX => ChannelType::INPUT_SESSION,
        _ => binding.server_type(),
    };
    binding.check(kind)?;
    Ok((kind, Arc::new(binding)))
}

/// The mode of the sessions that channels of this type have.
pub(super) fn mode(kind: ChannelType, binding: &Binding) -> Mode {
    match kind {
        _ if binding.is_streamed() => Mode::SINGLETON_UNSIZED,
        ChannelType::INPUT_SESSION => Mode::SIMPLEX,
        _ => Mode::DUPLEX,
    }
}

/// The binding of a channel whose peer sends this datagram, which says by itself what it is (SOAP-over-UDP 1.1 3).
pub(super) fn of_datagram(binding: &Arc<Binding>, octets: &[u8]) -> Arc<Binding> {
    let mut reader = Reader::text(octets);
    let envelope = reader
        .read_to_any_start_element()
        .ok()
        .and_then(|_| reader.element())
        .and_then(|element| EnvelopeVersion::from_namespace(element.namespace().as_str()));
    match envelope {
        Some(envelope) if binding.listener.in_kind && envelope != binding.version.envelope => {
            let mut binding = Binding::clone(binding);
            binding.version.envelope = envelope;
            Arc::new(binding)
        }
        // What cannot be read fails where it is read.
        _ => binding.clone(),
    }
}
