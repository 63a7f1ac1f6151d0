//! The attributes of a start tag: namespaces resolved, duplicates found.

use super::{Bad, Chars, Core, Lookup, Store, Strings, Value, scope};
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
    pub(super) fn resolve_attributes(&mut self, base: usize, lookup: &impl Lookup) -> Result<(), Bad> {
        let scratch = &*self.next.scratch;
        for attribute in &mut self.next.attributes {
            if let Value::QName { prefix, ns, .. } = &mut attribute.value {
                *ns = self.scope.find(lookup.text(scratch, *prefix)).unwrap_or(scope::NONE);
            }
            if attribute.prefix.is_empty() && !attribute.is_xmlns {
                attribute.ns = scope::NONE; // Namespaces 1.0 6.2: no default namespace for attributes
                continue;
            }
            let prefix = lookup.text(scratch, attribute.prefix);
            match self.scope.find(prefix) {
                Some(ns) => attribute.ns = ns,
                None => return Err(unbound(base + attribute.at as usize, prefix)),
            }
            if matches!(attribute.ns, scope::XML | scope::XMLNS) && !attribute.is_xmlns {
                if attribute.ns == scope::XMLNS {
                    let at = base + attribute.at as usize;
                    return Err(Bad::new(at, "the prefix 'xmlns' declares prefixes only"));
                }
                let text = match attribute.value {
                    Value::Chars(chars) => lookup.text(scratch, chars).into(),
                    value => Strings { scratch_bytes: &self.next.bytes, ..Strings::default() }
                        .view(value, |_| "")
                        .to_text(),
                };
                self.scope.inherit(lookup, scratch, attribute.local, &text);
            }
        }
        if self.next.attributes.len() > 1 { self.find_duplicate(base, lookup) } else { Ok(()) }
    }

    /// XML 1.0 3.1 and Namespaces 1.0 6.3: no two attributes with the same expanded name.
    fn find_duplicate(&mut self, base: usize, lookup: &impl Lookup) -> Result<(), Bad> {
        let all = &*self.next.attributes;
        let scratch = &*self.next.scratch;
        // What tells attributes of one namespace apart: a declaration's is the prefix it declares.
        let local = |a: &AttributeRecord| lookup.text(scratch, if a.is_xmlns { a.prefix } else { a.local });
        let uri = |a: &AttributeRecord| match self.scope.uri(a.ns) {
            uri if uri.store() == Store::Scope => &self.scope.arena()[uri.range()],
            uri => lookup.text(scratch, uri),
        };
        if all.len() <= FEW {
            for (i, a) in all.iter().enumerate().skip(1) {
                for b in &all[..i] {
                    let same = a.is_xmlns == b.is_xmlns
                        && a.local.len() == b.local.len()
                        && local(a) == local(b)
                        && (a.is_xmlns || a.ns == b.ns || uri(a) == uri(b));
                    if same {
                        return Err(duplicate(base, lookup, scratch, b, a));
                    }
                }
            }
            return Ok(());
        }
        // Sorted, so that a hostile start tag costs n log n.
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..all.len() as u32);
        let key = |i: u32| {
            let a = &all[i as usize];
            (local(a), a.is_xmlns, if a.is_xmlns { "" } else { uri(a) })
        };
        order.sort_unstable_by(|&a, &b| key(a).cmp(&key(b)).then(a.cmp(&b)));
        let found = order.windows(2).find(|pair| key(pair[0]) == key(pair[1])).map(|p| (p[0], p[1]));
        self.order = order;
        match found {
            None => Ok(()),
            Some((a, b)) => Err(duplicate(base, lookup, scratch, &all[a as usize], &all[b as usize])),
        }
    }
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
fn duplicate(
    base: usize,
    lookup: &impl Lookup,
    scratch: &str,
    first: &AttributeRecord,
    second: &AttributeRecord,
) -> Bad {
    let name = |a: &AttributeRecord| {
        let (prefix, local) = (lookup.text(scratch, a.prefix), lookup.text(scratch, a.local));
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
