//! The nodes of a document as an indented list, with the place of each.

use super::Printer;
use crate::{
    input::Input,
    table::{FAINT, HEAD},
};
use serde_json::{Value, json};
use wws::{
    Result,
    value::Lexical,
    xml::{NodeType, Text, reader::Node},
};

/// Shows every node from the present one on.
pub(super) fn show(out: &Printer, document: &mut Input, first: Result<NodeType>) -> Result<()> {
    let mut kind = first?;
    let mut count = 0;
    while kind != NodeType::Eof {
        count += 1;
        if count > out.limit {
            anstream::println!("{FAINT}… stopped after {} nodes; --limit 0 shows all{FAINT:#}", out.limit);
            break;
        }
        let place = document.reader.place();
        let depth = document
            .reader
            .depth()
            .saturating_sub(usize::from(matches!(kind, NodeType::Element | NodeType::EndElement)));
        let node = document.reader.node();
        if out.json {
            let mut value = describe(&node);
            if let Value::Object(map) = &mut value {
                map.insert("offset".into(), place.offset.into());
                map.insert("depth".into(), depth.into());
                if place.has_lines {
                    map.insert("row".into(), place.row.into());
                    map.insert("column".into(), place.column.into());
                }
            }
            out.line(&value);
        } else if let Some(text) = words(&node) {
            let at = if place.has_lines {
                format!("{}:{}", place.row + 1, place.column + 1)
            } else {
                format!("{:x}", place.offset)
            };
            anstream::println!("{FAINT}{at:>10}{FAINT:#}  {}{text}", "  ".repeat(depth.min(32)));
        }
        kind = document.next()?;
    }
    Ok(())
}

/// A node in one line, or nothing for what the indentation shows already.
fn words(node: &Node<'_>) -> Option<String> {
    Some(match node {
        Node::Element(e) => {
            let prefix = e.prefix().as_str();
            let colon = if prefix.is_empty() { "" } else { ":" };
            let mut line = format!("{HEAD}<{prefix}{colon}{}>{HEAD:#}", e.local_name().as_str());
            if !e.namespace().as_str().is_empty() {
                line += &format!(" {FAINT}{}{FAINT:#}", e.namespace().as_str());
            }
            for a in e.attributes().filter(|a| !a.is_xmlns()) {
                line += &format!(" {}={}", a.local_name().as_str(), short(&a.value()));
            }
            line
        }
        Node::Text(Text::Utf8(text)) if text.trim().is_empty() => return None,
        Node::Text(text) => format!("{} {FAINT}{}{FAINT:#}", short(text), type_name(text)),
        Node::Comment(text) => format!("{FAINT}<!--{}-->{FAINT:#}", clip(text, 60)),
        Node::CData => format!("{FAINT}<![CDATA[{FAINT:#}"),
        _ => return None,
    })
}

fn describe(node: &Node<'_>) -> Value {
    match node {
        Node::Element(e) => json!({
            "kind": "element", "prefix": e.prefix().as_str(), "local": e.local_name().as_str(),
            "ns": e.namespace().as_str(), "empty": e.is_empty(),
            "attributes": e.attributes().map(|a| json!({
                "prefix": a.prefix().as_str(), "local": a.local_name().as_str(), "ns": a.namespace().as_str(),
                "xmlns": a.is_xmlns(), "type": type_name(&a.value()), "value": full(&a.value()),
            })).collect::<Vec<_>>(),
        }),
        Node::EndElement => json!({ "kind": "end_element" }),
        Node::Text(text) => json!({ "kind": "text", "type": type_name(text), "value": full(text) }),
        Node::Comment(text) => json!({ "kind": "comment", "value": text }),
        Node::CData => json!({ "kind": "cdata" }),
        Node::EndCData => json!({ "kind": "end_cdata" }),
        _ => json!({ "kind": "other" }),
    }
}

fn type_name(text: &Text<'_>) -> &'static str {
    match text {
        Text::Utf8(_) => "string",
        Text::Bytes(_) => "bytes",
        Text::Bool(_) => "bool",
        Text::Int32(_) => "int32",
        Text::Int64(_) => "int64",
        Text::UInt64(_) => "uint64",
        Text::Float(_) => "float",
        Text::Double(_) => "double",
        Text::Decimal(_) => "decimal",
        Text::Guid(_) => "guid",
        Text::UniqueId(_) => "unique id",
        Text::DateTime(_) => "dateTime",
        Text::TimeSpan(_) => "timeSpan",
        Text::QName { .. } => "qname",
        Text::List(_) => "list",
        _ => "text",
    }
}

/// The text form of a value.
fn full(text: &Text<'_>) -> String {
    match text {
        Text::Utf8(s) => (*s).to_owned(),
        Text::Bytes(b) => b.iter().map(|b| format!("{b:02x}")).collect(),
        Text::Bool(v) => v.to_text(),
        Text::Int32(v) => v.to_text(),
        Text::Int64(v) => v.to_text(),
        Text::UInt64(v) => v.to_text(),
        Text::Float(v) => v.to_text(),
        Text::Double(v) => v.to_text(),
        Text::Decimal(v) => v.to_text(),
        Text::Guid(v) => v.to_text(),
        Text::UniqueId(v) => format!("urn:uuid:{}", v.to_text()),
        Text::DateTime(v) => v.to_text(),
        Text::TimeSpan(v) => v.to_text(),
        Text::QName { prefix: "", local, .. } => (*local).to_owned(),
        Text::QName { prefix, local, .. } => format!("{prefix}:{local}"),
        Text::List(items) => items.iter().map(full).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

fn short(text: &Text<'_>) -> String {
    match text {
        Text::Utf8(s) => format!("{:?}", clip(s, 60)),
        Text::Bytes(b) => {
            format!("{} bytes {}", b.len(), clip(&full(&Text::Bytes(&b[..b.len().min(24)])), 48))
        }
        other => clip(&full(other), 60),
    }
}

fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut start: String = text.chars().take(most).collect();
    start.push('…');
    start
}
