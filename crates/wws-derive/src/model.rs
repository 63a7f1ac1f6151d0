//! What a type is in XML: read from its definition and its `#[xml(…)]`, with every mistake reported where it stands.

use crate::{
    attr::{Attrs, is_ncname},
    field::{self, Field},
    rename::Rename,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Data, DataEnum, DeriveInput, Error, Expr, Fields, Generics, Ident, Member, Result, Type, ext::IdentExt,
};

/// A type to derive for.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// The path of the crate whose `typed` the code uses.
    pub(crate) krate: TokenStream,
    /// The element that a whole value is.
    pub(crate) name: Name,
    pub(crate) shape: Shape,
}

/// A name with its namespace.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) local: String,
    pub(crate) ns: TokenStream,
}

impl Name {
    /// `Name::new(…)`.
    pub(crate) fn tokens(&self) -> TokenStream {
        let (local, ns) = (&self.local, &self.ns);
        quote!(__t::Name::new(#local, #ns))
    }

    /// What tells this name from others in the same type.
    fn key(&self) -> (String, String) {
        (self.local.clone(), self.ns.to_string())
    }
}

pub(crate) enum Shape {
    /// A struct: attributes and elements.
    Group(Group),
    /// A struct of one field that is what the field is.
    Newtype { ty: Type, is_value: bool },
    /// An enum of elements, one of which is there.
    Choice(Vec<Variant>),
    /// An enum of texts.
    Value(Vec<Variant>),
    /// An enum of types that `xsi:type` tells apart.
    Derived(Vec<Variant>),
}

/// Attributes and elements.
pub(crate) struct Group {
    pub(crate) fields: Vec<Field>,
    pub(crate) any_order: bool,
    pub(crate) ignore_unknown: bool,
    /// Prefixes to declare.
    pub(crate) xmlns: Vec<(String, Expr)>,
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// Its element, its text (in `local`), or its type.
    pub(crate) name: Name,
    pub(crate) content: Content,
    /// `#[xml(other)]`: any text. `#[xml(base)]`: no `xsi:type`.
    pub(crate) is_default: bool,
}

pub(crate) enum Content {
    Unit,
    Newtype(Type),
    Group(Group),
}

const ON_STRUCT: &str = "name, ns, rename_all, any_order, ignore_unknown, xmlns, value, crate";
const ON_ENUM: &str = "value, choice, xsi_type, name, ns, rename_all, crate";

impl Container {
    /// `krate`: the crate by which the macro was reached.
    pub(crate) fn new(input: DeriveInput, krate: TokenStream) -> Result<Self> {
        let on = format!("type `{}`", input.ident);
        let mut attrs = Attrs::new(&input.attrs, on)?;
        let krate = match attrs.expression("crate")? {
            Some((_, path @ Expr::Path(_))) => path.into_token_stream(),
            Some((span, _)) => return Err(attrs.error(span, "`crate` is a path: `crate = wws_core`")),
            None => krate,
        };
        let local = attrs.name("name")?.unwrap_or_else(|| input.ident.unraw().to_string());
        let ns = match attrs.namespace("ns")? {
            Some(ns) => ns.into_token_stream(),
            None => quote!(""),
        };
        let rename = match attrs.string("rename_all")? {
            Some((span, rule)) => Rename::parse(&rule).map_err(|text| attrs.error(span, text))?,
            None => Rename::Keep,
        };
        let context = field::Context { ns: &ns, rename };
        let shape = match &input.data {
            Data::Struct(data) => struct_shape(&data.fields, attrs, &context)?,
            Data::Enum(data) => enum_shape(data, attrs, &context)?,
            Data::Union(_) => return Err(attrs.error(input.ident.span(), "a union has no form in XML")),
        };
        Ok(Container { ident: input.ident, generics: input.generics, krate, name: Name { local, ns }, shape })
    }
}

fn struct_shape(fields: &Fields, mut attrs: Attrs, context: &field::Context<'_>) -> Result<Shape> {
    let is_value = attrs.flag("value")?;
    if let (Fields::Unnamed(list), 1) = (fields, fields.len())
        && let Some(field) = list.unnamed.first()
        && Attrs::new(&field.attrs, String::new())?.is_empty()
    {
        attrs.finish("name, ns, value, crate")?;
        return Ok(Shape::Newtype { ty: field.ty.clone(), is_value: is_value.is_some() });
    }
    if let Some(span) = is_value {
        return Err(attrs.error(span, "`value` is for a struct with one field without a name"));
    }
    let group = Group {
        any_order: attrs.flag("any_order")?.is_some(),
        ignore_unknown: attrs.flag("ignore_unknown")?.is_some(),
        xmlns: attrs.pairs("xmlns")?,
        fields: Vec::new(),
    };
    if let Some((prefix, _)) = group.xmlns.iter().find(|(prefix, _)| !is_ncname(prefix)) {
        return Err(attrs.error(Span::call_site(), format!("\"{prefix}\" is not a prefix")));
    }
    attrs.finish(ON_STRUCT)?;
    Ok(Shape::Group(group.with_fields(fields, context, "")?))
}

impl Group {
    fn with_fields(mut self, fields: &Fields, context: &field::Context<'_>, prefix: &str) -> Result<Self> {
        for (i, field) in fields.iter().enumerate() {
            let member = match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(i.into()),
            };
            self.fields.push(Field::new(field, member, format!("{prefix}{i}"), context)?);
        }
        field::check(&self)?;
        Ok(self)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Choice,
    Derived,
}

fn enum_shape(data: &DataEnum, mut attrs: Attrs, context: &field::Context<'_>) -> Result<Shape> {
    let asked = [
        (Kind::Value, attrs.flag("value")?),
        (Kind::Choice, attrs.flag("choice")?),
        (Kind::Derived, attrs.flag("xsi_type")?),
    ];
    let mut asked = asked.into_iter().filter_map(|(kind, span)| span.map(|span| (kind, span)));
    let kind = match (asked.next(), asked.next()) {
        (Some(_), Some((_, span))) => {
            return Err(attrs.error(span, "an enum is one of `value`, `choice` and `xsi_type`"));
        }
        (Some((kind, _)), None) => kind,
        // Without data it is a set of texts, but for what `other` keeps.
        (None, _) => {
            let is_text = |v: &syn::Variant| v.fields.is_empty() || has_key(&v.attrs, "other");
            if data.variants.iter().all(is_text) { Kind::Value } else { Kind::Choice }
        }
    };
    attrs.finish(ON_ENUM)?;
    let mut variants: Vec<Variant> = Vec::new();
    for (i, variant) in data.variants.iter().enumerate() {
        let new = new_variant(variant, kind, context, i)?;
        if !new.is_default && variants.iter().any(|v| !v.is_default && v.name.key() == new.name.key()) {
            let text =
                format!("variant `{}`: another variant has the name \"{}\"", new.ident, new.name.local);
            return Err(Error::new(variant.ident.span(), text));
        }
        variants.push(new);
    }
    Ok(match kind {
        Kind::Value => Shape::Value(variants),
        Kind::Choice => Shape::Choice(variants),
        Kind::Derived => Shape::Derived(variants),
    })
}

fn has_key(attributes: &[syn::Attribute], key: &str) -> bool {
    let attrs = Attrs::new(attributes, String::new());
    attrs.is_ok_and(|mut attrs| attrs.flag(key).is_ok_and(|flag| flag.is_some()))
}

fn new_variant(
    variant: &syn::Variant,
    kind: Kind,
    context: &field::Context<'_>,
    number: usize,
) -> Result<Variant> {
    let mut attrs = Attrs::new(&variant.attrs, format!("variant `{}`", variant.ident))?;
    let given = match kind {
        Kind::Value => attrs.string("name")?.map(|(_, text)| text),
        _ => attrs.name("name")?,
    };
    let local = given.unwrap_or_else(|| context.rename.apply(&variant.ident.unraw().to_string()));
    let ns = attrs.namespace("ns")?.map_or_else(|| context.ns.clone(), ToTokens::into_token_stream);
    let (key, known) = match kind {
        Kind::Value => ("other", "name, other"),
        Kind::Choice => ("", "name, ns, ignore_unknown, any_order"),
        Kind::Derived => ("base", "name, ns, base"),
    };
    let is_default = attrs.flag(key)?.is_some();
    let span = variant.ident.span();
    let content = match (&variant.fields, kind) {
        (Fields::Unit, Kind::Value) if !is_default => Content::Unit,
        (Fields::Unnamed(list), Kind::Value) if is_default && list.unnamed.len() == 1 => {
            Content::Newtype(list.unnamed[0].ty.clone())
        }
        (_, Kind::Value) if is_default => {
            return Err(attrs.error(span, "`other` keeps the text: `Other(String)`"));
        }
        (_, Kind::Value) => {
            return Err(attrs.error(span, "a value has no data: leave out `value`, or use `#[xml(other)]`"));
        }
        (Fields::Unnamed(list), _) if list.unnamed.len() == 1 => {
            let field = &list.unnamed[0];
            Attrs::new(&field.attrs, format!("the field of variant `{}`", variant.ident))?
                .finish("nothing")?;
            Content::Newtype(field.ty.clone())
        }
        (_, Kind::Derived) => {
            return Err(attrs.error(span, "a derived type is a variant with one field: `Circle(Circle)`"));
        }
        (Fields::Unit, _) => Content::Unit,
        (Fields::Unnamed(_), _) => {
            return Err(attrs.error(span, "a variant has one field, or fields with names"));
        }
        (Fields::Named(_), _) => {
            let group = Group {
                any_order: attrs.flag("any_order")?.is_some(),
                ignore_unknown: attrs.flag("ignore_unknown")?.is_some(),
                xmlns: Vec::new(),
                fields: Vec::new(),
            };
            Content::Group(group.with_fields(&variant.fields, context, &format!("{number}_"))?)
        }
    };
    attrs.finish(known)?;
    Ok(Variant { ident: variant.ident.clone(), name: Name { local, ns }, content, is_default })
}
