//! The code of `#[derive(FromXml)]`.

use crate::{
    field::{Default, Field, Kind, place},
    model::{Container, Content, Group, Shape, Variant},
};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{GenericParam, Ident, Lifetime, LifetimeParam, Type};

pub(crate) fn derive(container: &Container) -> TokenStream {
    match &container.shape {
        Shape::Group(group) => of_group(container, group),
        Shape::Newtype { ty, is_value } => of_newtype(container, ty, *is_value),
        Shape::Choice(variants) => of_choice(container, variants),
        Shape::Value(variants) => of_value(container, variants),
        Shape::Derived(variants) => of_derived(container, variants),
    }
}

/// `impl trait_<'xml> for Type { … }`: the input outlives what borrows from it.
fn implement(container: &Container, trait_: TokenStream, body: TokenStream) -> TokenStream {
    let mut generics = container.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(__t::FromXml<'__xml>));
    }
    let mut xml = LifetimeParam::new(Lifetime::new("'__xml", proc_macro2::Span::call_site()));
    xml.bounds.extend(container.generics.lifetimes().map(|l| l.lifetime.clone()));
    generics.params.insert(0, GenericParam::Lifetime(xml));
    let ident = &container.ident;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = container.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __t::#trait_<'__xml> for #ident #ty_generics #where_clause { #body }
    }
}

fn read_xml(body: TokenStream) -> TokenStream {
    quote! {
        #[inline]
        fn read_xml(__r: &mut __Reader<'__xml>) -> __Result<Self> { #body }
    }
}

fn of_group(container: &Container, group: &Group) -> TokenStream {
    let definitions = group.fields.iter().filter_map(Field::definition);
    let (attributes, read_attribute) = (attributes_type(group), read_attribute(group));
    let (check, content) = (check_attributes(group), content(group, &quote!(Self)));
    let (ignore, starts) = (group.ignore_unknown, starts(group));
    let body = quote! {
        type Attributes = #attributes;
        const IGNORE_UNKNOWN: bool = #ignore;
        #[inline]
        fn read_attribute(
            __a: &mut Self::Attributes,
            __r: &mut __Reader<'__xml>,
            __i: usize,
        ) -> __Result<bool> { #read_attribute }
        #[inline]
        fn check_attributes(__a: &Self::Attributes, __r: &mut __Reader<'__xml>) -> __Result<()> { #check }
        fn read_content(__a: Self::Attributes, __r: &mut __Reader<'__xml>) -> __Result<Self> { #content }
        fn starts(__r: &__Reader<'_>) -> bool { #starts }
    };
    let impls = [
        implement(container, quote!(FromGroup), body),
        implement(container, quote!(FromXml), read_xml(quote!(__t::read_group(__r)))),
        named_element(container),
    ];
    quote!(#(#definitions)* #(#impls)*)
}

fn named_element(container: &Container) -> TokenStream {
    let name = container.name.tokens();
    let body = quote! {
        fn read_element(__r: &mut __Reader<'__xml>) -> __Result<Self> {
            __t::support::read_named(__r, const { #name })
        }
    };
    implement(container, quote!(FromElement), body)
}

/// Fields that attributes are collected for, each with its type and its place in a nested pair: `(A, (B, ()))`.
fn attribute_slots(group: &Group) -> impl Iterator<Item = (&Field, TokenStream, TokenStream)> {
    let slots = group.fields.iter().filter_map(|field| {
        let (ty, span) = (&field.ty, place(&field.ty));
        let slot = match field.kind {
            Kind::Attribute => {
                quote_spanned!(span=> __Option<<#ty as __t::FromAttribute<'__xml>>::Value>)
            }
            Kind::Flatten => quote_spanned!(span=> <#ty as __t::FromGroups<'__xml>>::Attributes),
            Kind::AnyAttributes => quote_spanned!(span=> #ty),
            _ => return None,
        };
        Some((field, slot))
    });
    slots.enumerate().map(|(i, (field, slot))| {
        let down = std::iter::repeat_n(quote!(.1), i);
        (field, slot, quote_spanned!(place(&field.ty)=> __a #(#down)* .0))
    })
}

fn attributes_type(group: &Group) -> TokenStream {
    let slots: Vec<_> = attribute_slots(group).collect();
    slots.into_iter().rev().fold(quote!(()), |rest, (_, slot, _)| quote!((#slot, #rest)))
}

/// Reads the attribute number `__i` into its slot; says whether there is one.
fn read_attribute(group: &Group) -> TokenStream {
    let known = attribute_slots(group).filter_map(|(field, _, slot)| {
        let (ty, constant, span) = (&field.ty, field.constant(), place(&field.ty));
        Some(match field.kind {
            Kind::Attribute => quote_spanned! {span=>
                if __t::support::is_attribute(__r, __i, #constant) {
                    #slot = __Some(__t::support::read_attribute(__r, __i, #constant)?);
                    return __Ok(true);
                }
            },
            Kind::Flatten => quote_spanned! {span=>
                if <#ty as __t::FromGroups<'__xml>>::read_attribute(&mut #slot, __r, __i)? {
                    return __Ok(true);
                }
            },
            _ => return None,
        })
    });
    let rest = attribute_slots(group).find(|(field, ..)| matches!(field.kind, Kind::AnyAttributes));
    let rest = match rest {
        Some((_, _, slot)) => quote!(__t::any::read_attribute(&mut #slot, __r, __i)),
        None => quote!(__Ok(false)),
    };
    quote!(#(#known)* #rest)
}

fn check_attributes(group: &Group) -> TokenStream {
    let checks = attribute_slots(group).filter_map(|(field, _, slot)| {
        let (ty, constant, span) = (&field.ty, field.constant(), place(&field.ty));
        Some(match field.kind {
            Kind::Attribute if field.default.is_none() => quote_spanned! {span=>
                if <#ty as __t::FromAttribute<'__xml>>::REQUIRED && #slot.is_none() {
                    return __Err(__t::support::missing_attribute(__r, #constant));
                }
            },
            Kind::Flatten => quote_spanned! {span=>
                <#ty as __t::FromGroups<'__xml>>::check_attributes(&#slot, __r)?;
            },
            _ => return None,
        })
    });
    quote!(#(#checks)* __Ok(()))
}

/// Reads the content and makes the value.
fn content(group: &Group, constructor: &TokenStream) -> TokenStream {
    let elements = if group.any_order { in_any_order(group) } else { in_order(group) };
    let attributes = attribute_slots(group).filter_map(|(field, _, slot)| {
        let (ty, constant, span) = (&field.ty, field.constant(), place(&field.ty));
        let otherwise = match default(field) {
            Some(default) => quote!(.unwrap_or_else(|| #default)),
            None => quote!(.ok_or_else(|| __t::support::missing_attribute(__r, #constant))?),
        };
        let value = match field.kind {
            Kind::Attribute => quote_spanned! {span=>
                <#ty as __t::FromAttribute<'__xml>>::from_value(#slot) #otherwise
            },
            Kind::AnyAttributes => slot,
            _ => return None,
        };
        let variable = variable(field);
        Some(quote!(let #variable = #value;))
    });
    let skipped = group.fields.iter().filter(|f| matches!(f.kind, Kind::Skip)).map(|field| {
        let (variable, ty) = (variable(field), &field.ty);
        let value = default(field).unwrap_or_else(|| quote!(<#ty as ::core::default::Default>::default()));
        quote!(let #variable: #ty = #value;)
    });
    let members = group.fields.iter().map(|field| {
        let (member, variable) = (&field.member, variable(field));
        quote!(#member: #variable)
    });
    quote! {
        #(#attributes)*
        #elements
        #(#skipped)*
        __Ok(#constructor { #(#members),* })
    }
}

fn variable(field: &Field) -> Ident {
    format_ident!("__field_{}", field.id)
}

fn default(field: &Field) -> Option<TokenStream> {
    let ty = &field.ty;
    Some(match field.default.as_ref()? {
        Default::Trait => quote_spanned!(place(ty)=> <#ty as ::core::default::Default>::default()),
        Default::Value(value) => value.to_token_stream(),
    })
}

/// The type by which an element is read: with a default it may be missing.
fn read_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match field.default {
        Some(_) => quote_spanned!(place(ty)=> __Option<#ty>),
        None => quote!(#ty),
    }
}

/// What makes a value of `read_type` a value of the field.
fn or_default(field: &Field) -> TokenStream {
    default(field).map_or(quote!(), |default| quote!(.unwrap_or_else(|| #default)))
}

/// Each field after the other, as XML Schema's `sequence` has them.
fn in_order(group: &Group) -> TokenStream {
    // What no field knows is skipped before each of them.
    let known = elements_known(group);
    let skip = match group.ignore_unknown {
        true => quote!(__t::support::skip_unknown(__r, |__r| #known)?;),
        false => quote!(),
    };
    let fields = group.fields.iter().filter_map(|field| {
        let (variable, constant, as_type) = (variable(field), field.constant(), field.as_type());
        let (ty, span) = (&field.ty, place(&field.ty));
        let value = match field.kind {
            Kind::Element(_) => {
                let (ty, default) = (read_type(field), or_default(field));
                quote_spanned! {span=>
                    <#ty as __t::FromElements<'__xml, #as_type>>::read_elements(__r, &#constant)? #default
                }
            }
            Kind::Flatten => {
                let slots: Vec<_> = attribute_slots(group).collect();
                let slot = slots.into_iter().find(|(f, ..)| f.id == field.id).map(|(_, _, slot)| slot);
                quote_spanned! {span=>
                    <#ty as __t::FromGroups<'__xml>>::read_content(#slot, __r, &#constant)?
                }
            }
            Kind::Text => quote_spanned! {span=>
                <#ty as __t::FromAttribute<'__xml>>::read_content(__r)?
            },
            Kind::AnyContent => quote_spanned!(span=> __t::any::read_content(__r)?),
            _ => return None,
        };
        let skip =
            if matches!(field.kind, Kind::Element(_) | Kind::Flatten) { skip.clone() } else { quote!() };
        Some(quote!(#skip let #variable = #value;))
    });
    quote!(#(#fields)*)
}

/// A loop over the elements that come.
fn in_any_order(group: &Group) -> TokenStream {
    let elements = || group.fields.iter().filter(|f| f.is_element());
    let trait_ = |field: &Field| {
        let (ty, as_type) = (read_type(field), field.as_type());
        quote_spanned!(place(&field.ty)=> <#ty as __t::FromElements<'__xml, #as_type>>)
    };
    let slots = elements().map(|field| {
        let (variable, trait_) = (variable(field), trait_(field));
        quote!(let mut #variable: #trait_::Slot = ::core::default::Default::default();)
    });
    let arms = elements().map(|field| {
        let (variable, constant, trait_) = (variable(field), field.constant(), trait_(field));
        quote! {
            if #constant.name.is_at(__r) {
                #trait_::read_one(&mut #variable, __r, &#constant)?;
                continue;
            }
        }
    });
    let unknown = if group.ignore_unknown { quote!(__r.skip_node()?;) } else { quote!(break;) };
    let ends = elements().map(|field| {
        let (variable, constant, trait_) = (variable(field), field.constant(), trait_(field));
        let default = or_default(field);
        quote!(let #variable = #trait_::finish(#variable, __r, &#constant)? #default;)
    });
    let whole = group.fields.iter().filter_map(|field| {
        let (ty, variable, span) = (&field.ty, variable(field), place(&field.ty));
        let value = match field.kind {
            Kind::Text => quote_spanned!(span=> <#ty as __t::FromAttribute<'__xml>>::read_content(__r)?),
            Kind::AnyContent => quote_spanned!(span=> __t::any::read_content(__r)?),
            _ => return None,
        };
        Some(quote!(let #variable = #value;))
    });
    quote! {
        #(#whole)*
        #(#slots)*
        while __r.read_to_any_start_element()? {
            #(#arms)*
            #unknown
        }
        #(#ends)*
    }
}

/// Whether the start tag on which the reader stands belongs to any field.
fn elements_known(group: &Group) -> TokenStream {
    let known = group.fields.iter().filter_map(is_next);
    quote!(false #(|| #known)*)
}

/// Whether the start tag on which the reader stands can begin the field.
fn is_next(field: &Field) -> Option<TokenStream> {
    let (constant, ty) = (field.constant(), &field.ty);
    match field.kind {
        Kind::Element(_) => Some(quote!(#constant.name.is_at(__r))),
        Kind::Flatten => Some(quote_spanned!(place(ty)=> <#ty as __t::FromGroups<'__xml>>::starts(__r))),
        _ => None,
    }
}

/// Whether the start tag can begin the group: its first field, or a later one if those before may be missing.
fn starts(group: &Group) -> TokenStream {
    if group.any_order {
        return elements_known(group);
    }
    let fields = group.fields.iter().filter_map(|field| {
        let next = is_next(field)?;
        let (ty, as_type) = (read_type(field), field.as_type());
        let required = match field.kind {
            Kind::Flatten => quote!(<#ty as __t::FromGroups<'__xml>>::REQUIRED),
            _ => quote!(<#ty as __t::FromElements<'__xml, #as_type>>::REQUIRED),
        };
        Some(quote! {
            if #next { return true; }
            if #required { return false; }
        })
    });
    quote!(#(#fields)* false)
}

fn of_newtype(container: &Container, ty: &Type, is_value: bool) -> TokenStream {
    let span = place(ty);
    if is_value {
        let read_text = quote_spanned!(span=> <#ty as __t::FromText<'__xml>>::read_text(__r).map(Self));
        let element = quote_spanned!(span=> <#ty as __t::FromText<'__xml>>::read_text_element(__r).map(Self));
        let element = quote! {
            #[inline]
            fn read_text_element(__r: &mut __Reader<'__xml>) -> __Result<Self> { #element }
        };
        return text(container, read_text, element);
    }
    let body = quote_spanned!(span=> __Ok(Self(<#ty as __t::FromXml<'__xml>>::read_xml(__r)?)));
    let xml = implement(container, quote!(FromXml), read_xml(body));
    let element = named_element(container);
    quote!(#xml #element)
}

/// A type that is text: also as content.
fn text(container: &Container, read_text: TokenStream, more: TokenStream) -> TokenStream {
    let body = quote! {
        #[inline]
        fn read_text(__r: &mut __Reader<'__xml>) -> __Result<Self> { #read_text }
        #more
    };
    let text = implement(container, quote!(FromText), body);
    let xml = implement(container, quote!(FromXml), read_xml(quote!(__t::FromText::read_text_element(__r))));
    quote!(#text #xml)
}

fn of_value(container: &Container, variants: &[Variant]) -> TokenStream {
    let known = || variants.iter().filter(|v| !v.is_default);
    let names = known().map(|v| &v.name.local);
    let arms = known().map(|variant| {
        let (ident, text) = (&variant.ident, &variant.name.local);
        quote!(#text => __Ok(Self::#ident))
    });
    let other = match variants.iter().find(|v| v.is_default) {
        Some(Variant { ident, .. }) => {
            quote!(__other => __Ok(Self::#ident(::core::convert::From::from(__other))))
        }
        None => quote!(__other => __Err(__t::support::no_value(__r, __other, &[#(#names),*]))),
    };
    text(
        container,
        quote! {
            let __text = __t::support::read_trimmed(__r)?;
            match &*__text { #(#arms,)* #other }
        },
        quote!(),
    )
}

fn of_choice(container: &Container, variants: &[Variant]) -> TokenStream {
    let definitions = variants.iter().filter_map(|variant| match &variant.content {
        Content::Group(group) => Some(group.fields.iter().filter_map(Field::definition)),
        _ => None,
    });
    let definitions: TokenStream = definitions.flatten().collect();
    let names: Vec<_> = variants.iter().map(|variant| variant.name.tokens()).collect();
    let numbers = 0..variants.len();
    let arms = variants.iter().zip(numbers).map(|(variant, number)| {
        let read = choice_content(variant);
        quote!(__Some(#number) => __t::support::in_element(#read, __NAMES[#number]))
    });
    let body = quote! {
        type Attributes = ();
        fn read_attribute(_: &mut (), _: &mut __Reader<'__xml>, _: usize) -> __Result<bool> { __Ok(false) }
        fn check_attributes(_: &(), _: &mut __Reader<'__xml>) -> __Result<()> { __Ok(()) }
        fn read_content(_: (), __r: &mut __Reader<'__xml>) -> __Result<Self> {
            __r.read_to_any_start_element()?;
            match __t::support::find_name(__r, __NAMES) {
                #(#arms,)*
                _ => __Err(__t::support::no_choice(__r, __NAMES)),
            }
        }
        fn starts(__r: &__Reader<'_>) -> bool { __t::support::find_name(__r, __NAMES).is_some() }
    };
    let element = quote! {
        fn read_element(__r: &mut __Reader<'__xml>) -> __Result<Self> {
            <Self as __t::FromGroup<'__xml>>::read_content((), __r)
        }
    };
    let impls = [
        implement(container, quote!(FromGroup), body),
        implement(container, quote!(FromXml), read_xml(quote!(__t::read_group(__r)))),
        implement(container, quote!(FromElement), element),
    ];
    quote! {
        const __NAMES: &[__t::Name<'static>] = &[#(#names),*];
        #definitions
        #(#impls)*
    }
}

/// Reads the element of a variant.
fn choice_content(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    match &variant.content {
        Content::Unit => quote!(<() as __t::FromXml<'__xml>>::read_xml(__r).map(|()| Self::#ident)),
        Content::Newtype(ty) => {
            quote_spanned!(place(ty)=> <#ty as __t::FromXml<'__xml>>::read_xml(__r).map(Self::#ident))
        }
        Content::Group(group) => {
            let (attributes, read_attribute) = (attributes_type(group), read_attribute(group));
            let (check, content) = (check_attributes(group), content(group, &quote!(Self::#ident)));
            let ignore = group.ignore_unknown;
            quote! {
                __t::support::read_with(
                    __r,
                    #ignore,
                    |__a: &mut #attributes, __r, __i| { #read_attribute },
                    |__a, __r| { #check },
                    |__a, __r| { #content },
                )
            }
        }
    }
}

fn of_derived(container: &Container, variants: &[Variant]) -> TokenStream {
    let read = |variant: &Variant| {
        let ident = &variant.ident;
        match &variant.content {
            Content::Newtype(ty) => {
                quote_spanned!(place(ty)=> <#ty as __t::FromXml<'__xml>>::read_xml(__r).map(Self::#ident))
            }
            _ => quote!(),
        }
    };
    let derived: Vec<_> = variants.iter().filter(|v| !v.is_default).collect();
    let names = derived.iter().map(|variant| variant.name.tokens());
    let arms = derived.iter().enumerate().map(|(number, variant)| {
        let read = read(variant);
        quote!(__Some(#number) => #read)
    });
    let base = match variants.iter().find(|v| v.is_default) {
        Some(base) => read(base),
        None => quote!(__Err(__t::support::no_type(__r, __NAMES))),
    };
    let base_name = variants.iter().find(|v| v.is_default).map(|v| v.name.tokens());
    let base_name = base_name.map_or(quote!(__None), |name| quote!(__Some(const { #name })));
    let body = read_xml(quote! {
        match __t::support::read_type(__r, __NAMES, #base_name)? {
            #(#arms,)*
            _ => #base,
        }
    });
    let from_xml = implement(container, quote!(FromXml), body);
    quote! {
        const __NAMES: &[__t::Name<'static>] = &[#(#names),*];
        #from_xml
    }
}
