//! Standard headers that were set on a message and wait to be written: their values, in memory that is used again.

use crate::{
    Result,
    soap::{EndpointAddress, EnvelopeVersion, HeaderType, Version, endpoint_address, names},
    value::Guid,
    xml::{Text, Writer},
};

/// The headers, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// Those that are set come first; the others keep their memory.
    entries: Vec<Entry>,
    live: usize,
}

#[derive(Debug)]
struct Entry {
    kind: HeaderType,
    value: Value,
    text: String,
}

/// The value of a header.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// The text of the entry. Of an endpoint: its URL, and there is nothing else.
    Text,
    Guid(Guid),
    Endpoint(Box<EndpointAddress>),
}

/// A header to be set.
#[derive(Clone, Copy)]
pub(super) enum NewValue<'a> {
    Text(&'a str),
    Guid(Guid),
    Endpoint(&'a EndpointAddress),
}

impl<'a> From<&'a crate::value::UniqueId> for NewValue<'a> {
    fn from(id: &'a crate::value::UniqueId) -> Self {
        match id {
            crate::value::UniqueId::Guid(guid) => NewValue::Guid(*guid),
            crate::value::UniqueId::Uri(uri) => NewValue::Text(uri),
        }
    }
}

impl Fresh {
    pub(super) fn clear(&mut self) {
        self.live = 0;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    fn live(&self) -> &[Entry] {
        self.entries.get(..self.live).unwrap_or_default()
    }

    /// The header, if it is here.
    pub(super) fn get(&self, kind: HeaderType) -> Option<(&Value, &str)> {
        let entry = self.live().iter().find(|entry| entry.kind == kind)?;
        Some((&entry.value, &entry.text))
    }

    pub(super) fn set(&mut self, kind: HeaderType, new: NewValue<'_>) {
        let entry = self.entry(kind);
        entry.text.clear();
        entry.value = match new {
            NewValue::Text(text) => {
                entry.text.push_str(text);
                Value::Text
            }
            NewValue::Guid(guid) => Value::Guid(guid),
            NewValue::Endpoint(address) if address.is_plain() => {
                entry.text.push_str(&address.url);
                Value::Text
            }
            NewValue::Endpoint(address) => Value::Endpoint(Box::new(address.clone())),
        };
    }

    pub(super) fn set_guid(&mut self, kind: HeaderType, guid: Guid) {
        self.set(kind, NewValue::Guid(guid));
    }

    /// The entry of a header, which is set from now on.
    fn entry(&mut self, kind: HeaderType) -> &mut Entry {
        let at = self.live().iter().position(|entry| entry.kind == kind).unwrap_or(self.live);
        if at == self.live {
            if at == self.entries.len() {
                self.entries.push(Entry { kind, value: Value::Text, text: String::new() });
            }
            self.live += 1;
        }
        let entry = &mut self.entries[at];
        entry.kind = kind;
        entry
    }

    /// Takes a header away; false if it is not here.
    pub(super) fn remove(&mut self, kind: HeaderType) -> bool {
        match self.live().iter().position(|entry| entry.kind == kind) {
            Some(at) => {
                self.entries[at..self.live].rotate_left(1);
                self.live -= 1;
                true
            }
            None => false,
        }
    }

    /// Writes the headers as elements.
    pub(super) fn write(&self, writer: &mut Writer, version: Version) -> Result<()> {
        self.live().iter().try_for_each(|entry| entry.write(writer, version))
    }

    pub(super) fn copy_from(&mut self, other: &Fresh) {
        for entry in other.live() {
            match &entry.value {
                Value::Text => self.set(entry.kind, NewValue::Text(&entry.text)),
                Value::Guid(guid) => self.set(entry.kind, NewValue::Guid(*guid)),
                Value::Endpoint(address) => self.set(entry.kind, NewValue::Endpoint(address)),
            }
        }
    }
}

impl Entry {
    fn write(&self, writer: &mut Writer, version: Version) -> Result<()> {
        let (local, ns) = (self.kind.local_name(), version.addressing.namespace());
        match &self.value {
            Value::Endpoint(address) => {
                writer.start_element_with_prefix("a", local, ns)?;
                address.write_content(writer, version.addressing)?;
                writer.end_element()
            }
            Value::Text if self.kind.is_endpoint() => {
                writer.start_element_with_prefix("a", local, ns)?;
                endpoint_address::write_url(&self.text, writer, version.addressing)?;
                writer.end_element()
            }
            Value::Guid(guid) => writer.element_with_prefix("a", local, ns, Text::UniqueId(*guid)),
            Value::Text if self.kind.must_be_understood() && version.envelope != EnvelopeVersion::None => {
                writer.start_element_with_prefix("a", local, ns)?;
                writer.attribute_with_prefix(
                    "s",
                    names::MUST_UNDERSTAND,
                    version.envelope.namespace(),
                    "1",
                )?;
                writer.chars(&self.text)?;
                writer.end_element()
            }
            Value::Text => writer.element_with_prefix("a", local, ns, &self.text),
        }
    }
}
