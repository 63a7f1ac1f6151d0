//! Canonical XML word by word from the recommendations: slow, recursive, whole trees, so plain that it can be
//! checked by reading. The canonicalizer of the library is compared with it.

use std::collections::{BTreeMap, BTreeSet};

use wws_core::xml::canonical::{Algorithm, Canonicalization};

use super::document::{Document, Element, Node, qname};

/// Prefix (empty: the default namespace) and namespace.
type Axis = BTreeMap<String, String>;

/// The canonical form of a document.
pub(crate) fn canonical(document: &Document, settings: &Canonicalization) -> String {
    let comments =
        matches!(settings.algorithm, Algorithm::InclusiveWithComments | Algorithm::ExclusiveWithComments);
    let mut out = String::new();
    if comments {
        document.before.iter().for_each(|c| out.push_str(&format!("<!--{c}-->\n")));
    }
    element(&mut out, &document.root, &Axis::new(), &Axis::new(), settings, comments);
    if comments {
        document.after.iter().for_each(|c| out.push_str(&format!("\n<!--{c}-->")));
    }
    out
}

/// `parent` is the namespace axis of the parent; `rendered` what output ancestors have rendered (Exclusive C14N
/// 1.0 3, the state called `ns_rendered` there).
fn element(
    out: &mut String,
    e: &Element,
    parent: &Axis,
    rendered: &Axis,
    settings: &Canonicalization,
    comments: bool,
) {
    if settings.omitted_element.as_ref().is_some_and(|o| *o.local_name == *e.local && *o.namespace == *e.ns) {
        return;
    }
    let mut axis = parent.clone();
    for (prefix, ns) in &e.declarations {
        match *ns {
            "" => drop(axis.remove(*prefix)),
            _ => drop(axis.insert((*prefix).into(), (*ns).into())),
        }
    }
    let mut used: BTreeSet<String> = [e.prefix.to_owned()].into();
    used.extend(e.attributes.iter().filter(|a| !a.prefix.is_empty()).map(|a| a.prefix.to_owned()));
    let inclusive = |prefix: &str| {
        matches!(settings.algorithm, Algorithm::Inclusive | Algorithm::InclusiveWithComments)
            || settings
                .inclusive_prefixes
                .iter()
                .any(|p| **p == *prefix || &**p == "#default" && prefix.is_empty())
    };
    let mut lines = Axis::new();
    let mut rendered = rendered.clone();
    let prefixes: BTreeSet<&String> =
        axis.keys().chain(parent.keys()).chain(&used).chain(rendered.keys()).collect();
    let prefixes: Vec<String> = prefixes.into_iter().filter(|p| *p != "xml").cloned().collect();
    for prefix in prefixes {
        let here = axis.get(&prefix);
        let known = if inclusive(&prefix) {
            // C14N 1.0 2.3: not if the nearest output ancestor, here the parent, has the same node;
            // `xmlns=""` if it has a default namespace and this element has none.
            parent.get(&prefix).cloned()
        } else if used.contains(&prefix) {
            rendered.get(&prefix).cloned().filter(|ns| !ns.is_empty())
        } else {
            continue;
        };
        if here != known.as_ref() {
            lines.insert(prefix.clone(), here.cloned().unwrap_or_default());
        }
        rendered.insert(prefix, here.cloned().unwrap_or_default());
    }
    let name = qname(e.prefix, e.local);
    out.push_str(&format!("<{name}"));
    for (prefix, ns) in &lines {
        let name = if prefix.is_empty() { "xmlns".into() } else { format!("xmlns:{prefix}") };
        out.push_str(&format!(" {name}=\"{}\"", value(ns)));
    }
    let mut attributes: Vec<_> = e.attributes.iter().collect();
    attributes.sort_by_key(|a| (a.ns, a.local));
    for a in attributes {
        out.push_str(&format!(" {}=\"{}\"", qname(a.prefix, a.local), value(&a.value)));
    }
    out.push('>');
    for child in &e.children {
        match child {
            Node::Element(child) => element(out, child, &axis, &rendered, settings, comments),
            Node::Text(t) | Node::CData(t) => out.push_str(&text(t)),
            Node::Comment(c) if comments => out.push_str(&format!("<!--{c}-->")),
            Node::Comment(_) => {}
            Node::Value(v) => out.push_str(&v.with(|v| text(&v.to_text()))),
        }
    }
    out.push_str(&format!("</{name}>"));
}

fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

fn value(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    text.replace('\t', "&#x9;").replace('\n', "&#xA;").replace('\r', "&#xD;")
}
