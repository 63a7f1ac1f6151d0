//! Derive macros of wws: `ToXml` and `FromXml` turn Rust types into XML and back.
//!
//! What they mean stands in the module `typed` of `wws-core`, which exports them; every attribute has its example
//! there. Nobody needs this crate by itself.
#![forbid(unsafe_code)]

mod attr;
mod field;
mod model;
mod read;
mod rename;
mod write;

use model::Container;
use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, parse_macro_input};

/// Implements `ToXml` and what goes with it. See the module `typed` of `wws-core`.
#[proc_macro_derive(ToXml, attributes(xml))]
pub fn to_xml(input: TokenStream) -> TokenStream {
    derive(parse_macro_input!(input as DeriveInput), quote!(::wws_core), write::derive)
}

/// Implements `FromXml` and what goes with it. See the module `typed` of `wws-core`.
#[proc_macro_derive(FromXml, attributes(xml))]
pub fn from_xml(input: TokenStream) -> TokenStream {
    derive(parse_macro_input!(input as DeriveInput), quote!(::wws_core), read::derive)
}

/// [`ToXml`] for crates that know `wws` and not `wws-core`.
#[proc_macro_derive(WwsToXml, attributes(xml))]
pub fn wws_to_xml(input: TokenStream) -> TokenStream {
    derive(parse_macro_input!(input as DeriveInput), quote!(::wws), write::derive)
}

/// [`FromXml`] for crates that know `wws` and not `wws-core`.
#[proc_macro_derive(WwsFromXml, attributes(xml))]
pub fn wws_from_xml(input: TokenStream) -> TokenStream {
    derive(parse_macro_input!(input as DeriveInput), quote!(::wws), read::derive)
}

fn derive(
    input: DeriveInput,
    krate: proc_macro2::TokenStream,
    code: impl Fn(&Container) -> proc_macro2::TokenStream,
) -> TokenStream {
    let container = match Container::new(input, krate) {
        Ok(container) => container,
        Err(error) => return error.into_compile_error().into(),
    };
    let (krate, code) = (&container.krate, code(&container));
    quote! {
        #[allow(unused_imports, clippy::absolute_paths)]
        const _: () = {
            // Under names that nothing in the scope of the type can have.
            use #krate::{Result as __Result, typed as __t, xml::{Reader as __Reader, Writer as __Writer}};
            use ::core::{
                option::Option::{self as __Option, None as __None, Some as __Some},
                result::Result::{Err as __Err, Ok as __Ok},
            };
            #code
        };
    }
    .into()
}
