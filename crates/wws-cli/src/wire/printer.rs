//! Prints decoded traffic, for people or as one JSON object a line.

use super::{Direction, Event, Message};
use crate::table::{self, BAD, FAINT, HEAD};
use serde_json::{Value, json};
use std::{fmt::Write as _, io::Write};

/// Where events are printed and how much of them.
pub(crate) struct Printer {
    out: Box<dyn Write + Send>,
    json: bool,
    /// Heads, records and the text of envelopes too, not only one line a message.
    details: bool,
}

/// Which connection an event belongs to, and when it happened.
#[derive(Clone, Copy)]
pub(crate) struct At {
    /// A number for the connection.
    pub(crate) connection: u64,
    /// Seconds since the start.
    pub(crate) seconds: f64,
    /// Which way.
    pub(crate) direction: Direction,
}

impl Printer {
    /// Prints to `out`.
    pub(crate) fn new(out: impl Write + Send + 'static, json: bool, details: bool) -> Self {
        Printer { out: Box::new(out), json, details }
    }

    /// A connection was seen.
    pub(crate) fn connection(&mut self, number: u64, transport: &str, from: &str, to: &str) {
        if self.json {
            return self.line(&json!({
                "kind": "connection", "connection": number, "transport": transport, "from": from, "to": to,
            }));
        }
        self.print(&format!("{HEAD}#{number}{HEAD:#} {transport} {from} → {to}\n"));
    }

    /// Something was found on it.
    pub(crate) fn events(&mut self, at: At, events: &[Event]) {
        for event in events {
            if self.json {
                let mut value = describe(event);
                if let Value::Object(map) = &mut value {
                    map.insert("connection".into(), at.connection.into());
                    map.insert("direction".into(), at.direction.word().into());
                    map.insert("seconds".into(), at.seconds.into());
                }
                self.line(&value);
            } else if let Some(text) = self.words(event) {
                let (arrow, number, seconds) = (at.direction.arrow(), at.connection, at.seconds);
                self.print(&format!("{FAINT}{seconds:>10.3}{FAINT:#} #{number} {arrow} {text}\n"));
            }
        }
    }

    /// Something to say beside the events.
    pub(crate) fn note(&mut self, text: &str) {
        if self.json {
            return self.line(&json!({ "kind": "note", "text": text }));
        }
        self.print(&format!("{FAINT}{text}{FAINT:#}\n"));
    }

    fn words(&self, event: &Event) -> Option<String> {
        Some(match event {
            Event::Head { .. } | Event::Record { .. } if !self.details => return None,
            Event::Head { line, headers } => {
                let mut text = format!("{HEAD}{line}{HEAD:#}");
                for (name, value) in headers {
                    let _ = write!(text, "\n             {FAINT}{name}:{FAINT:#} {value}");
                }
                text
            }
            Event::Record { name, text } => format!("{FAINT}{name}{FAINT:#} {text}"),
            Event::Message(message) => self.message(message),
            Event::Note(text) => format!("{FAINT}{text}{FAINT:#}"),
            Event::Broken(text) => format!("{BAD}broken:{BAD:#} {text}"),
        })
    }

    fn message(&self, message: &Message) -> String {
        let Message { content_type, content_encoding, size, envelope } = message;
        let coding = content_encoding.as_deref().map(|c| format!(", {c}")).unwrap_or_default();
        let media = content_type.split(';').next().unwrap_or_default();
        let mut text = match envelope {
            Ok(envelope) => {
                let body = envelope.body.as_deref().unwrap_or("empty");
                let action =
                    envelope.action.as_deref().map(|a| format!(" {FAINT}{a}{FAINT:#}")).unwrap_or_default();
                format!("{HEAD}{body}{HEAD:#}{action} ({}, {media}{coding})", table::size(*size))
            }
            Err(error) => {
                format!("{} of {media}{coding}, not decoded: {error}", table::size(*size))
            }
        };
        let Ok(envelope) = envelope else { return text };
        for part in &envelope.parts {
            let _ =
                write!(text, "\n             {FAINT}part <{}>{FAINT:#} {}", part.id, table::size(part.size));
        }
        if self.details {
            for line in envelope.text.lines() {
                let _ = write!(text, "\n             {line}");
            }
        }
        text
    }

    fn line(&mut self, value: &Value) {
        self.print(&format!("{value}\n"));
    }

    fn print(&mut self, text: &str) {
        // A reader that went away, `head` for instance, has seen what it wanted.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

fn describe(event: &Event) -> Value {
    match event {
        Event::Head { line, headers } => json!({ "kind": "head", "line": line, "headers": headers }),
        Event::Record { name, text } => json!({ "kind": "record", "name": name, "text": text }),
        Event::Note(text) => json!({ "kind": "note", "text": text }),
        Event::Broken(text) => json!({ "kind": "broken", "text": text }),
        Event::Message(message) => {
            let mut value = json!({
                "kind": "message", "content_type": message.content_type,
                "content_encoding": message.content_encoding, "bytes": message.size,
            });
            let Value::Object(map) = &mut value else { return value };
            match &message.envelope {
                Err(error) => drop(map.insert("error".into(), error.to_string().into())),
                Ok(envelope) => {
                    let parts: Vec<Value> = envelope
                        .parts
                        .iter()
                        .map(|p| json!({ "content_id": p.id, "content_type": p.media_type, "bytes": p.size }))
                        .collect();
                    map.insert("action".into(), envelope.action.clone().into());
                    map.insert("body".into(), envelope.body.clone().into());
                    map.insert("decoded_bytes".into(), envelope.decoded_size.into());
                    map.insert("envelope".into(), envelope.text.clone().into());
                    map.insert("parts".into(), parts.into());
                }
            }
            value
        }
    }
}
