//! The code of `#[derive(ToXml)]`.

use crate::{
    field::{Default, Field, Kind, place},
    model::{Container, Content, Group, Shape, Variant},
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;

pub(crate) fn derive(container: &Container) -> TokenStream {
    match &container.shape {
        Shape::Group(group) => of_group(container, group),
        Shape::Newtype { is_value, .. } => of_newtype(container, *is_value),
        Shape::Choice(variants) => of_choice(container, variants),
        Shape::Value(variants) => of_value(container, variants),
        Shape::Derived(variants) => of_derived(container, variants),
    }
}

/// `impl trait_ for Type { … }`, with the trait as a bound on type parameters.
fn implement(container: &Container, trait_: TokenStream, body: TokenStream) -> TokenStream {
    let mut generics = container.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(__t::ToXml));
    }
    let ident = &container.ident;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = container.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __t::#trait_ for #ident #ty_generics #where_clause { #body }
    }
}

fn write_xml(body: TokenStream) -> TokenStream {
    quote! {
        #[inline]
        fn write_xml(&self, __w: &mut __Writer) -> __Result<()> { #body }
    }
}

fn of_group(container: &Container, group: &Group) -> TokenStream {
    let name = container.name.tokens();
    let access = |field: &Field| {
        let member = &field.member;
        quote!(&self.#member)
    };
    let (attributes, content) = (attributes(group, &access), content(group, &access));
    let body = quote! {
        #[inline]
        fn write_attributes(&self, __w: &mut __Writer) -> __Result<()> { #attributes __Ok(()) }
        #[inline]
        fn write_content(&self, __w: &mut __Writer) -> __Result<()> { #content __Ok(()) }
    };
    let definitions = group.fields.iter().filter_map(Field::definition);
    let impls = [
        implement(container, quote!(ToGroup), body),
        implement(container, quote!(ToXml), write_xml(quote!(__t::write_group(self, __w)))),
        named_element(container, &name),
    ];
    quote!(#(#definitions)* #(#impls)*)
}

fn named_element(container: &Container, name: &TokenStream) -> TokenStream {
    let body = quote! {
        fn write_element(&self, __w: &mut __Writer) -> __Result<()> {
            __t::support::write_named(self, __w, const { #name })
        }
    };
    implement(container, quote!(ToElement), body)
}

/// The statements that write the attributes of a group.
fn attributes(group: &Group, access: &impl Fn(&Field) -> TokenStream) -> TokenStream {
    let declarations =
        group.xmlns.iter().map(|(prefix, ns)| quote!(__w.xmlns_attribute(#prefix, #ns, false)?;));
    let fields = group.fields.iter().filter_map(|field| {
        let (value, constant, ty) = (access(field), field.constant(), &field.ty);
        let span = place(ty);
        let statement = match field.kind {
            Kind::Attribute => quote_spanned! {span=>
                <#ty as __t::ToAttribute>::write_attribute(#value, __w, #constant)?;
            },
            Kind::Flatten => quote_spanned!(span=> <#ty as __t::ToGroups>::write_attributes(#value, __w)?;),
            Kind::AnyAttributes => quote_spanned!(span=> __t::any::write_attributes(#value, __w)?;),
            _ => return None,
        };
        Some(unless_default(field, &value, statement))
    });
    quote!(#(#declarations)* #(#fields)*)
}

/// The statements that write the content of a group.
fn content(group: &Group, access: &impl Fn(&Field) -> TokenStream) -> TokenStream {
    let fields = group.fields.iter().filter_map(|field| {
        let (value, constant, ty) = (access(field), field.constant(), &field.ty);
        let (as_type, span) = (field.as_type(), place(ty));
        let statement = match field.kind {
            Kind::Element(_) => quote_spanned! {span=>
                <#ty as __t::ToElements<#as_type>>::write_elements(#value, __w, &#constant)?;
            },
            Kind::Text => quote_spanned!(span=> <#ty as __t::ToAttribute>::write_content(#value, __w)?;),
            Kind::Flatten => quote_spanned!(span=> <#ty as __t::ToGroups>::write_content(#value, __w)?;),
            Kind::AnyContent => quote_spanned!(span=> __t::any::write_content(#value, __w)?;),
            _ => return None,
        };
        Some(unless_default(field, &value, statement))
    });
    quote!(#(#fields)*)
}

fn unless_default(field: &Field, value: &TokenStream, statement: TokenStream) -> TokenStream {
    let ty = &field.ty;
    let default = match &field.default {
        Some(default) if field.omit_default => match default {
            Default::Trait => quote_spanned!(place(ty)=> <#ty as ::core::default::Default>::default()),
            Default::Value(value) => value.to_token_stream(),
        },
        _ => return statement,
    };
    quote_spanned!(place(ty)=> if *(#value) != #default { #statement })
}

fn of_newtype(container: &Container, is_value: bool) -> TokenStream {
    if is_value {
        let body = quote! {
            #[inline]
            fn write_text(&self, __w: &mut __Writer) -> __Result<()> { __t::ToText::write_text(&self.0, __w) }
            #[inline]
            fn write_attribute(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
                __t::ToText::write_attribute(&self.0, __w, __name)
            }
            #[inline]
            fn write_text_element(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
                __t::ToText::write_text_element(&self.0, __w, __name)
            }
        };
        return text(container, body);
    }
    let xml = quote! {
        #[inline]
        fn write_xml(&self, __w: &mut __Writer) -> __Result<()> { __t::ToXml::write_xml(&self.0, __w) }
        #[inline]
        fn write_named(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
            __t::ToXml::write_named(&self.0, __w, __name)
        }
    };
    let xml = implement(container, quote!(ToXml), xml);
    let element = named_element(container, &container.name.tokens());
    quote!(#xml #element)
}

/// A type that is text: also as content.
fn text(container: &Container, body: TokenStream) -> TokenStream {
    let text = implement(container, quote!(ToText), body);
    let xml = quote! {
        #[inline]
        fn write_xml(&self, __w: &mut __Writer) -> __Result<()> { __t::ToText::write_text(self, __w) }
        #[inline]
        fn write_named(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
            __t::support::in_element(__t::ToText::write_text_element(self, __w, __name), __name)
        }
    };
    let xml = implement(container, quote!(ToXml), xml);
    quote!(#text #xml)
}

fn of_value(container: &Container, variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (ident, text) = (&variant.ident, &variant.name.local);
        match variant.is_default {
            true => quote!(Self::#ident(__text) => ::core::convert::AsRef::<str>::as_ref(__text)),
            false => quote!(Self::#ident => #text),
        }
    });
    let text_of = quote! {
        let __text: &str = match self { #(#arms,)* };
    };
    let body = quote! {
        #[inline]
        fn write_text(&self, __w: &mut __Writer) -> __Result<()> {
            #text_of
            __t::ToText::write_text(__text, __w)
        }
        #[inline]
        fn write_attribute(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
            #text_of
            __t::ToText::write_attribute(__text, __w, __name)
        }
        #[inline]
        fn write_text_element(&self, __w: &mut __Writer, __name: __t::Name<'_>) -> __Result<()> {
            #text_of
            __t::ToText::write_text_element(__text, __w, __name)
        }
    };
    text(container, body)
}

fn of_choice(container: &Container, variants: &[Variant]) -> TokenStream {
    let definitions = variants.iter().filter_map(|variant| match &variant.content {
        Content::Group(group) => Some(group.fields.iter().filter_map(Field::definition)),
        _ => None,
    });
    let definitions: TokenStream = definitions.flatten().collect();
    let arms = variants.iter().map(choice_arm);
    let body = quote! {
        #[inline]
        fn write_attributes(&self, _: &mut __Writer) -> __Result<()> { __Ok(()) }
        fn write_content(&self, __w: &mut __Writer) -> __Result<()> {
            match self { #(#arms)* }
        }
    };
    let element = quote! {
        fn write_element(&self, __w: &mut __Writer) -> __Result<()> { __t::ToGroup::write_content(self, __w) }
    };
    let impls = [
        implement(container, quote!(ToGroup), body),
        implement(container, quote!(ToXml), write_xml(quote!(__t::write_group(self, __w)))),
        implement(container, quote!(ToElement), element),
    ];
    quote!(#definitions #(#impls)*)
}

fn choice_arm(variant: &Variant) -> TokenStream {
    let (ident, name) = (&variant.ident, variant.name.tokens());
    match &variant.content {
        Content::Unit => {
            quote!(Self::#ident => __t::support::write_named(&(), __w, const { #name }),)
        }
        Content::Newtype(ty) => quote_spanned! {place(ty)=>
            Self::#ident(__value) => __t::support::write_named(__value, __w, const { #name }),
        },
        Content::Group(group) => {
            let binding = |field: &Field| quote::format_ident!("__field_{}", field.id);
            let access = |field: &Field| binding(field).to_token_stream();
            let (attributes, content) = (attributes(group, &access), content(group, &access));
            let pattern = group.fields.iter().map(|field| {
                let (member, binding) = (&field.member, binding(field));
                match field.kind {
                    Kind::Skip => quote!(#member: _),
                    _ => quote!(#member: #binding),
                }
            });
            quote! {
                Self::#ident { #(#pattern),* } => __t::support::write_with(__w, const { #name }, |__w| {
                    #attributes
                    #content
                    __Ok(())
                }),
            }
        }
    }
}

fn of_derived(container: &Container, variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let ident: &Ident = &variant.ident;
        let name = variant.name.tokens();
        let span = match &variant.content {
            Content::Newtype(ty) => place(ty),
            _ => place(ident),
        };
        match variant.is_default {
            true => quote_spanned!(span=> Self::#ident(__value) => __t::ToXml::write_xml(__value, __w),),
            false => quote_spanned! {span=>
                Self::#ident(__value) => {
                    __t::support::write_type(__w, const { #name })?;
                    __t::ToXml::write_xml(__value, __w)
                }
            },
        }
    });
    implement(container, quote!(ToXml), write_xml(quote!(match self { #(#arms)* })))
}
