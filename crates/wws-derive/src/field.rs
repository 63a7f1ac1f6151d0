//! A field: what it is in XML, and whether it can stand where it stands.

use crate::{
    attr::{Attrs, is_ncname},
    model::{Group, Name},
    rename::Rename,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Expr, Member, Result, Type, ext::IdentExt, spanned::Spanned};

/// Where the code about a type stands, so that errors in it point at the type. Its names are those of the macro
/// all the same: in a type that a `macro_rules!` made, local names of one place are unknown in another.
pub(crate) fn place(of: &impl Spanned) -> Span {
    of.span().resolved_at(Span::call_site())
}

/// What the container says about its fields.
pub(crate) struct Context<'c> {
    /// The namespace of elements.
    pub(crate) ns: &'c TokenStream,
    pub(crate) rename: Rename,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    pub(crate) name: Name,
    /// The name of the constant that describes it, without its prefix.
    pub(crate) id: String,
    pub(crate) default: Option<Default>,
    pub(crate) omit_default: bool,
    min: Option<Expr>,
    max: Option<Expr>,
}

pub(crate) enum Kind {
    Attribute,
    Element(As),
    Text,
    Flatten,
    AnyAttributes,
    AnyContent,
    Skip,
}

pub(crate) enum As {
    Plain,
    Nillable,
    Wrapped {
        wrapper: Name,
        nillable: bool,
    },
    /// `#[xml(with = Type)]`.
    With(Expr),
}

/// What a missing field becomes.
pub(crate) enum Default {
    Trait,
    Value(Expr),
}

const KNOWN: &str = "attribute, text, flatten, any_attributes, any_content, skip, name, ns, nillable, wrapper, \
                     wrapper_ns, with, default, omit_default, min, max";
/// Namespaces in XML 1.0 section 3.
const XML_NS: &str = "http://www.w3.org/XML/1998/namespace";

impl Field {
    pub(crate) fn new(field: &syn::Field, member: Member, id: String, context: &Context<'_>) -> Result<Self> {
        let shown = match &member {
            Member::Named(ident) => format!("field `{}`", ident.unraw()),
            Member::Unnamed(index) => format!("field {}", index.index),
        };
        let mut attrs = Attrs::new(&field.attrs, shown)?;
        let (kind_span, kind) = kind(&mut attrs)?;
        let nillable = attrs.flag("nillable")?;
        let wrapper = attrs.name("wrapper")?;
        let with = attrs.expression("with")?;
        let wrapper_ns = attrs.namespace("wrapper_ns")?;
        let ns = attrs.namespace("ns")?;
        let omit_default = attrs.flag("omit_default")?;
        let default = attrs.optional_expression("default");
        let (min, max) = (attrs.expression("min")?, attrs.expression("max")?);
        let given = attrs.string("name")?;
        let name_span = given.as_ref().map(|(span, _)| *span);

        let is_element = matches!(kind, Kind::Element(_));
        let is_attribute = matches!(kind, Kind::Attribute);
        if !is_element && (nillable.is_some() || wrapper.is_some() || wrapper_ns.is_some() || with.is_some())
        {
            let text = "`nillable`, `wrapper`, `wrapper_ns` and `with` are for elements";
            return Err(attrs.error(kind_span, text));
        }
        if !is_element && !is_attribute && (name_span.is_some() || ns.is_some()) {
            return Err(attrs.error(kind_span, "only elements and attributes have a name"));
        }
        let list = min.as_ref().or(max.as_ref());
        if let (false, Some((span, _))) = (is_element || matches!(kind, Kind::Flatten), list) {
            return Err(attrs.error(*span, "`min` and `max` are for lists of elements"));
        }
        let (local, ns) = match given {
            Some((_, name)) if is_attribute && name.starts_with("xml:") => {
                (name["xml:".len()..].to_owned(), Some(quote!(#XML_NS)))
            }
            Some((_, name)) => (name, ns.map(ToTokens::into_token_stream)),
            None => match &member {
                Member::Named(ident) => {
                    (context.rename.apply(&ident.unraw().to_string()), ns.map(ToTokens::into_token_stream))
                }
                Member::Unnamed(_) if is_element || is_attribute => {
                    return Err(attrs.error(field.ty.span(), "it has no name: write `#[xml(name = \"…\")]`"));
                }
                Member::Unnamed(_) => (String::from("_"), None),
            },
        };
        if !is_ncname(&local) {
            let text = format!("\"{local}\" is not a name of XML without a colon");
            return Err(attrs.error(name_span.unwrap_or_else(|| field.span()), text));
        }
        // Attributes are in no namespace unless they say so, elements in that of the container.
        let ns = ns.unwrap_or_else(|| if is_attribute { quote!("") } else { context.ns.clone() });

        let kind = match (kind, wrapper, nillable, with) {
            (Kind::Element(_), None, None, Some((_, with))) => Kind::Element(As::With(with)),
            (_, _, _, Some((span, _))) => {
                return Err(attrs.error(span, "`with` stands alone: the type it names does the rest"));
            }
            (Kind::Element(_), Some(wrapper), nillable, None) => {
                let ns = wrapper_ns.map_or_else(|| context.ns.clone(), ToTokens::into_token_stream);
                Kind::Element(As::Wrapped {
                    wrapper: Name { local: wrapper, ns },
                    nillable: nillable.is_some(),
                })
            }
            (_, None, _, _) if wrapper_ns.is_some() => {
                return Err(attrs.error(field.span(), "`wrapper_ns` needs `wrapper`"));
            }
            (Kind::Element(_), None, Some(_), None) => Kind::Element(As::Nillable),
            (kind, ..) => kind,
        };
        let default = default_of(&attrs, default, omit_default, &kind, &field.ty)?;
        attrs.finish(KNOWN)?;
        Ok(Field {
            member,
            ty: field.ty.clone(),
            kind,
            name: Name { local, ns },
            id,
            default,
            omit_default: omit_default.is_some(),
            min: min.map(|(_, e)| e),
            max: max.map(|(_, e)| e),
        })
    }

    /// The type by which elements are read and written.
    pub(crate) fn as_type(&self) -> TokenStream {
        match &self.kind {
            Kind::Element(As::Nillable) => quote!(__t::Nillable),
            Kind::Element(As::Wrapped { nillable: false, .. }) => quote!(__t::Wrapped),
            Kind::Element(As::Wrapped { nillable: true, .. }) => quote!(__t::NillableWrapped),
            Kind::Element(As::With(with)) => with.to_token_stream(),
            _ => quote!(__t::Plain),
        }
    }

    /// The constant that names it.
    pub(crate) fn constant(&self) -> proc_macro2::Ident {
        quote::format_ident!("__FIELD_{}", self.id)
    }

    /// The definition of the constant, if it needs one.
    pub(crate) fn definition(&self) -> Option<TokenStream> {
        let (constant, name) = (self.constant(), self.name.tokens());
        Some(match &self.kind {
            Kind::Attribute => quote!(const #constant: __t::Name<'static> = #name;),
            Kind::Element(_) | Kind::Flatten => {
                let outer = match &self.kind {
                    Kind::Element(As::Wrapped { wrapper, .. }) => wrapper.tokens(),
                    _ => name.clone(),
                };
                let min = self.min.as_ref().map_or_else(|| quote!(0), ToTokens::to_token_stream);
                let max = self.max.as_ref().map_or_else(|| quote!(__t::MAX_ITEMS), ToTokens::to_token_stream);
                quote! {
                    const #constant: __t::Field<'static> =
                        __t::Field { name: #outer, item: #name, min: #min, max: #max };
                }
            }
            _ => return None,
        })
    }

    pub(crate) fn is_element(&self) -> bool {
        matches!(self.kind, Kind::Element(_))
    }
}

/// The one key that says what a field is; an element without any.
fn kind(attrs: &mut Attrs) -> Result<(Span, Kind)> {
    let kinds = [
        ("attribute", Kind::Attribute),
        ("text", Kind::Text),
        ("flatten", Kind::Flatten),
        ("any_attributes", Kind::AnyAttributes),
        ("any_content", Kind::AnyContent),
        ("skip", Kind::Skip),
    ];
    let mut found = None;
    for (key, kind) in kinds {
        if let Some(span) = attrs.flag(key)? {
            if found.is_some() {
                return Err(attrs.error(span, format!("it cannot be `{key}` and something else")));
            }
            found = Some((span, kind));
        }
    }
    Ok(found.unwrap_or((Span::call_site(), Kind::Element(As::Plain))))
}

fn default_of(
    attrs: &Attrs,
    given: Option<(Span, Option<Expr>)>,
    omit: Option<Span>,
    kind: &Kind,
    ty: &Type,
) -> Result<Option<Default>> {
    let Some(span) = given.as_ref().map(|(span, _)| *span).or(omit) else { return Ok(None) };
    match kind {
        Kind::Attribute | Kind::Element(As::Plain) | Kind::Skip => {}
        _ => return Err(attrs.error(span, "a default is for an attribute, a plain element or `skip`")),
    }
    // Without its element an Option is None and a Vec is empty: nothing is left to say.
    let has_own = !matches!(kind, Kind::Skip) && is_one_of(ty, &["Option", "Vec"]);
    match given.and_then(|(_, value)| value) {
        Some(_) if has_own => Err(attrs.error(span, "an Option is None and a Vec empty if it is missing")),
        None if has_own && omit.is_none() => Ok(None),
        _ if has_own => {
            Err(attrs.error(span, "an Option that is None and an empty Vec are not written anyway"))
        }
        Some(value) => Ok(Some(Default::Value(value))),
        None => Ok(Some(Default::Trait)),
    }
}

/// Whether the type is written with one of these names.
fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    match ty {
        // What `$type` of a `macro_rules!` stands for.
        Type::Group(group) => is_one_of(&group.elem, names),
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|s| names.iter().any(|name| s.ident == name))
        }
        _ => false,
    }
}

/// Whether the fields can stand together (WWSAPI I.7).
pub(crate) fn check(group: &Group) -> Result<()> {
    let error = |field: &Field, text: &str| {
        let name = match &field.member {
            Member::Named(ident) => format!("field `{}`", ident.unraw()),
            Member::Unnamed(index) => format!("field {}", index.index),
        };
        Err(Error::new(field.ty.span(), format!("{name}: {text}")))
    };
    let whole = |f: &&Field| matches!(f.kind, Kind::Text | Kind::AnyContent);
    let content = |f: &&Field| whole(f) || f.is_element() || matches!(f.kind, Kind::Flatten);
    if let Some(text) = group.fields.iter().find(whole)
        && let Some(other) = group.fields.iter().filter(content).find(|f| f.id != text.id)
    {
        return error(other, "an element with `text` or `any_content` has no other content");
    }
    if let (true, Some(flat)) =
        (group.any_order, group.fields.iter().find(|f| matches!(f.kind, Kind::Flatten)))
    {
        return error(flat, "`flatten` needs the elements in order; take `any_order` away");
    }
    let mut seen: Vec<(bool, String, String)> = Vec::new();
    for field in &group.fields {
        let is_attribute = matches!(field.kind, Kind::Attribute);
        let is_unordered = group.any_order && field.is_element();
        if !is_attribute && !is_unordered {
            continue;
        }
        let key = (is_attribute, field.name.local.clone(), field.name.ns.to_string());
        if seen.contains(&key) {
            return error(field, &format!("another field has the name \"{}\"", field.name.local));
        }
        seen.push(key);
    }
    Ok(())
}
