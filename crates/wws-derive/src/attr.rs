//! `#[xml(…)]` as it is written: keys with values, each with its place for error messages.

use proc_macro2::Span;
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, Result, Token, ext::IdentExt, parenthesized, parse::Parse,
    parse::ParseStream, punctuated::Punctuated,
};

/// All `#[xml(…)]` of one container, variant or field.
pub(crate) struct Attrs {
    items: Vec<Item>,
    /// What they stand on, for error messages: ``field `total` ``.
    on: String,
}

/// `key`, `key = value` or `key(…)`.
struct Item {
    key: Ident,
    value: Option<Expr>,
    nested: Vec<Item>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let key = Ident::parse_any(input)?;
        let (mut value, mut nested) = (None, Vec::new());
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            value = Some(ungroup(input.parse()?));
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            nested = Punctuated::<Item, Token![,]>::parse_terminated(&content)?.into_iter().collect();
        }
        Ok(Item { key, value, nested })
    }
}

/// The expression that `$x` of a `macro_rules!` stands for.
fn ungroup(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) => ungroup(*group.expr),
        other => other,
    }
}

impl Attrs {
    pub(crate) fn new(attributes: &[Attribute], on: String) -> Result<Self> {
        let mut items: Vec<Item> = Vec::new();
        for attribute in attributes.iter().filter(|a| a.path().is_ident("xml")) {
            let parsed = attribute.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated)?;
            for item in parsed {
                if items.iter().any(|i| i.key == item.key) {
                    return Err(Error::new(item.key.span(), format!("{on}: `{}` stands twice", item.key)));
                }
                items.push(item);
            }
        }
        Ok(Attrs { items, on })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// An error about what the attributes stand on.
    pub(crate) fn error(&self, span: Span, text: impl std::fmt::Display) -> Error {
        Error::new(span, format!("{}: {text}", self.on))
    }

    fn take(&mut self, key: &str) -> Option<Item> {
        let at = self.items.iter().position(|i| i.key == key)?;
        Some(self.items.remove(at))
    }

    /// `key` without a value: where it stands.
    pub(crate) fn flag(&mut self, key: &str) -> Result<Option<Span>> {
        let Some(item) = self.take(key) else { return Ok(None) };
        if item.value.is_some() || !item.nested.is_empty() {
            return Err(self.error(item.key.span(), format!("`{key}` has no value")));
        }
        Ok(Some(item.key.span()))
    }

    /// `key = expression`.
    pub(crate) fn expression(&mut self, key: &str) -> Result<Option<(Span, Expr)>> {
        let Some(item) = self.take(key) else { return Ok(None) };
        match item.value {
            Some(value) => Ok(Some((item.key.span(), value))),
            None => Err(self.error(item.key.span(), format!("`{key}` needs a value: `{key} = …`"))),
        }
    }

    /// `key` or `key = expression`.
    pub(crate) fn optional_expression(&mut self, key: &str) -> Option<(Span, Option<Expr>)> {
        self.take(key).map(|item| (item.key.span(), item.value))
    }

    /// `key = "text"`.
    pub(crate) fn string(&mut self, key: &str) -> Result<Option<(Span, String)>> {
        let Some((span, value)) = self.expression(key)? else { return Ok(None) };
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Some((text.span(), text.value()))),
            _ => Err(self.error(span, format!("`{key}` is a string: `{key} = \"…\"`"))),
        }
    }

    /// `key = "name"`, where the name is one of XML without a colon.
    pub(crate) fn name(&mut self, key: &str) -> Result<Option<String>> {
        let Some((span, name)) = self.string(key)? else { return Ok(None) };
        if !is_ncname(&name) {
            return Err(self.error(span, format!("\"{name}\" is not a name of XML without a colon")));
        }
        Ok(Some(name))
    }

    /// `key = "namespace"` or `key = CONSTANT`.
    pub(crate) fn namespace(&mut self, key: &str) -> Result<Option<Expr>> {
        let Some((span, value)) = self.expression(key)? else { return Ok(None) };
        match &value {
            Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) | Expr::Path(_) => Ok(Some(value)),
            _ => Err(self.error(span, format!("`{key}` is a string or a constant: `{key} = \"urn:…\"`"))),
        }
    }

    /// `key(name = value, …)`.
    pub(crate) fn pairs(&mut self, key: &str) -> Result<Vec<(String, Expr)>> {
        let Some(item) = self.take(key) else { return Ok(Vec::new()) };
        if item.nested.is_empty() {
            return Err(self.error(item.key.span(), format!("`{key}` needs pairs: `{key}(p = \"urn:…\")`")));
        }
        let pair = |i: Item| match i.value {
            Some(value) => Ok((i.key.to_string(), value)),
            None => Err(self.error(i.key.span(), format!("`{}` needs a value", i.key))),
        };
        item.nested.into_iter().map(pair).collect()
    }

    /// Fails if a key is left that nobody took.
    pub(crate) fn finish(self, known: &str) -> Result<()> {
        match self.items.first() {
            None => Ok(()),
            Some(item) => {
                let text = format!("`{}` is not known or makes no sense here; known: {known}", item.key);
                Err(self.error(item.key.span(), text))
            }
        }
    }
}

/// Whether the string is an NCName, Namespaces in XML 1.0 section 3; what is not ASCII is left to the writer.
pub(crate) fn is_ncname(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') || !c.is_ascii();
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(first) && name.chars().all(good)
}
