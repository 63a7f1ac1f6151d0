//! The attributes of a start tag: namespaces resolved, duplicates found.

use super::{Bad, Chars, Core, Strings, Value, scope};
use crate::{Error, xml::name};

/// One attribute of the present element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeRecord {
    /// Of a namespace declaration: the prefix that is declared.
    pub(crate) prefix: Chars,
    pub(crate) local: Chars,
    /// A binding of the scope; of a declaration: the one it makes.
    pub(crate) ns: u32,
    pub(crate) value: Value,
    /// Where the name begins, in bytes from the start of the token.
    pub(crate) at: u32,
    pub(crate) is_xmlns: bool,
    pub(crate) single_quote: bool,
}

/// Up to here every pair is compared, beyond it names are sorted.
const FEW: usize = 12;

impl Core {
    /// The namespaces of the attributes that were read, when the declarations are in scope.
    #[inline]
    pub(super) fn resolve_attributes(&mut self, base: usize, strings: &Strings<'_>) -> Result<(), Bad> {
        for attribute in &mut self.next.attributes {
            if let Value::QName { prefix, ns, .. } = &mut attribute.value {
                *ns = self.scope.find(strings.text(*prefix)).unwrap_or(scope::NONE);
            }
            let prefix = strings.text(attribute.prefix);
            if prefix.is_empty() && !attribute.is_xmlns {
                attribute.ns = scope::NONE; // Namespaces 1.0 6.2: no default namespace for attributes
                continue;
            }
            match self.scope.find(prefix) {
                Some(ns) => attribute.ns = ns,
                None => return Err(unbound(base + attribute.at as usize, prefix)),
            }
            match attribute.ns {
                scope::XMLNS if !attribute.is_xmlns => {
                    return Err(Bad::new(
                        base + attribute.at as usize,
                        "the prefix 'xmlns' declares prefixes only",
                    ));
                }
                scope::XML if !attribute.is_xmlns => {
                    let strings = &Strings { scratch_bytes: &self.next.bytes, ..*strings };
                    let text = strings.view(attribute.value, |_| "");
                    self.scope.inherit(strings, attribute.local, &text.to_text());
                }
                _ => {}
            }
        }
        if self.next.attributes.len() > 1 { self.find_duplicate(base, strings) } else { Ok(()) }
    }

    /// XML 1.0 3.1 and Namespaces 1.0 6.3: no two attributes with the same expanded name.
    fn find_duplicate(&mut self, base: usize, strings: &Strings<'_>) -> Result<(), Bad> {
        let all = &self.next.attributes;
        if all.len() <= FEW {
            for (i, a) in all.iter().enumerate() {
                let local = local(strings, a);
                for b in &all[..i] {
                    if self::local(strings, b) == local && self.same_space(strings, a, b) {
                        return Err(duplicate(base, strings, b, a));
                    }
                }
            }
            return Ok(());
        }
        // Sorted, so that a hostile start tag costs n log n.
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..all.len() as u32);
        let key = |&i: &u32| {
            let a = &all[i as usize];
            (local(strings, a), a.is_xmlns, if a.is_xmlns { "" } else { self.uri_of(strings, a.ns) }, i)
        };
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let same = |x: &u32, y: &u32| {
            let (x, y) = (key(x), key(y));
            (x.0, x.1, x.2) == (y.0, y.1, y.2)
        };
        let found = order.windows(2).find(|pair| same(&pair[0], &pair[1])).map(|p| (p[0], p[1]));
        let found = found.map(|(a, b)| duplicate(base, strings, &all[a as usize], &all[b as usize]));
        self.order = order;
        found.map_or(Ok(()), Err)
    }

    fn same_space(&self, strings: &Strings<'_>, a: &AttributeRecord, b: &AttributeRecord) -> bool {
        if a.is_xmlns || b.is_xmlns {
            return a.is_xmlns == b.is_xmlns;
        }
        a.ns == b.ns || self.uri_of(strings, a.ns) == self.uri_of(strings, b.ns)
    }

    fn uri_of<'s>(&'s self, strings: &Strings<'s>, ns: u32) -> &'s str {
        Strings { scope: self.scope.arena(), ..*strings }.text(self.scope.uri(ns))
    }
}

/// What tells attributes of one namespace apart: a declaration's is the prefix it declares.
#[inline]
fn local<'s>(strings: &Strings<'s>, a: &AttributeRecord) -> &'s str {
    strings.text(if a.is_xmlns { a.prefix } else { a.local })
}

#[cold]
pub(super) fn unbound(at: usize, prefix: &str) -> Bad {
    let text = if name::is_ncname(prefix) {
        format!("the prefix '{prefix}' is not declared")
    } else {
        format!("'{}' is not a prefix", prefix.escape_debug())
    };
    Bad { at, error: Error::format(text) }
}

#[cold]
fn duplicate(base: usize, strings: &Strings<'_>, first: &AttributeRecord, second: &AttributeRecord) -> Bad {
    let name = |a: &AttributeRecord| {
        let (prefix, local) = (strings.text(a.prefix), strings.text(a.local));
        match (a.is_xmlns, prefix) {
            (true, "") => "xmlns".into(),
            (true, _) => format!("xmlns:{prefix}"),
            (false, "") => local.to_owned(),
            (false, _) => format!("{prefix}:{local}"),
        }
    };
    let (a, b) = (name(first), name(second));
    let text = if a == b {
        format!("the attribute '{a}' stands twice in one start tag")
    } else {
        format!("the attributes '{a}' and '{b}' are the same: their prefixes have the same namespace")
    };
    Bad { at: base + second.at as usize, error: Error::format(text) }
}
