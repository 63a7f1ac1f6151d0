//! The element `xop:Include` (XOP 1.0 section 2.1), and where it may stand (3.2).

use crate::{
    Error, Place, Result,
    xml::{
        NodeType,
        decode::{Core, Leave, Strings, Value, scope},
        mtom::{XOP_NAMESPACE, mime},
        text::names,
    },
};

/// An `xop:Include` that was met.
#[derive(Debug, Default)]
pub(super) struct Include {
    /// The content id it refers to.
    pub(super) id: String,
    /// Where it stands.
    pub(super) place: Place,
    /// How deep it is nested, from 1.
    pub(super) depth: usize,
}

/// What the innermost element has for content: an `xop:Include` must be the only child of its parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sole {
    /// Nothing yet, or white space and comments, which base64 does not mind.
    #[default]
    Nothing,
    /// An `xop:Include`.
    Included,
    /// Something else.
    Other,
}

impl Sole {
    /// Looks at the next node; the Include, if it is the start of one.
    pub(super) fn node(
        &mut self,
        core: &Core,
        kind: NodeType,
        strings: &Strings<'_>,
    ) -> Result<Option<Include>> {
        let next = match kind {
            NodeType::Element if is_include(core, strings) => {
                let depth = core.scope.depth();
                if depth < 2 {
                    return Err(Error::format(
                        "an xop:Include cannot be the root element: it stands for the content of another",
                    ));
                }
                if *self != Sole::Nothing {
                    return Err(not_alone());
                }
                return Ok(Some(Include { id: content_id(core, strings)?, place: Place::default(), depth }));
            }
            NodeType::Element if core.leave == Leave::EmptyElement => Sole::Other,
            NodeType::Element => Sole::Nothing,
            NodeType::EndElement => Sole::Other,
            NodeType::Text if is_blank(core, strings) => return Ok(None),
            NodeType::Text | NodeType::CData => Sole::Other,
            _ => return Ok(None),
        };
        if *self == Sole::Included && kind != NodeType::EndElement {
            return Err(not_alone());
        }
        *self = next;
        Ok(None)
    }
}

impl Include {
    /// Looks at a node within an Include: other elements and their content are allowed and mean nothing.
    ///
    /// The schema of XOP 1.0 has `any` children of other namespaces there, and no text.
    pub(super) fn node(&self, core: &Core, kind: NodeType, strings: &Strings<'_>) -> Result<()> {
        let is_child = core.scope.depth() == self.depth + usize::from(kind == NodeType::Element);
        match kind {
            NodeType::Element if is_include(core, strings) => {
                Err(Error::format("an xop:Include cannot contain another"))
            }
            NodeType::Text if is_blank(core, strings) => Ok(()),
            NodeType::Text | NodeType::CData if is_child => Err(Error::format(
                "an xop:Include cannot contain text; what it stands for is in another part",
            )),
            _ => Ok(()),
        }
    }
}

/// The part that the present element refers to. Attributes of other namespaces are allowed and mean nothing.
fn content_id(core: &Core, strings: &Strings<'_>) -> Result<String> {
    let mut id = None;
    for attribute in core.attributes.iter().filter(|a| !a.is_xmlns && a.ns == scope::NONE) {
        match (strings.text(attribute.local), attribute.value) {
            ("href", Value::Chars(href)) => {
                id = Some(mime::content_id_key(&mime::cid_of_href(strings.text(href))?).into_owned())
            }
            (name, _) => {
                return Err(Error::format(format!(
                    "an xop:Include has the attribute `{name}`, which XOP does not know"
                )));
            }
        }
    }
    id.ok_or_else(|| Error::format("an xop:Include needs an attribute href=\"cid:…\""))
}

fn is_include(core: &Core, strings: &Strings<'_>) -> bool {
    let name = core.element;
    strings.text(name.local) == "Include" && strings.text(core.scope.uri(name.ns)) == XOP_NAMESPACE
}

fn is_blank(core: &Core, strings: &Strings<'_>) -> bool {
    matches!(core.value, Value::Chars(text) if names::is_blank(strings.text(text)))
}

fn not_alone() -> Error {
    Error::format("an xop:Include must be the only child of its element (XOP 1.0 3.2)")
}
