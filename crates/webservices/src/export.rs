//! One macro declares every exported function: its name and parameters, the checks on them, the boundary that no
//! panic crosses, the strings for `WS_ERROR` and the `HRESULT`.
//!
//! A parameter is declared by what the function that does the work gets: `&T` (a pointer that must not be null),
//! `Option<&T>` (one that may be), `Out<T>` (a place for a result), a number. Each is a [`Param`](crate::param::Param), which knows its
//! C type and how to check it.
#![allow(unsafe_code)]

use crate::{
    failure::{Foreign, WS_ERROR},
    handle::Handle,
    hresult::{E_FAIL, HRESULT, Status},
    param::Kind,
    ptr::Ptr,
};
use std::{
    error::Error as _,
    panic::{AssertUnwindSafe, catch_unwind},
};
use wws::{
    Error, ErrorCode, Result,
    transport::tls::{CertificateFailures, certificate_failure},
};

/// A function of the interface, for the tests and `cargo xtask abi`.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// Its symbol.
    pub name: &'static str,
    /// Names and kinds of its parameters.
    pub parameters: &'static [(&'static str, Kind)],
    /// Whether it does its work, or only returns `E_NOTIMPL`.
    pub implemented: bool,
}

/// Declares exported functions, and `EXPORTS`, the table of them.
///
/// `fn Name(parameter: Mode, …; error) => work;` calls `work` with the received parameters. Without `; error` the
/// function has no `WS_ERROR` parameter; with `=> work, error` the work gets it too, to pass it to a callback.
/// `void Name(parameter: Ptr<T>) => work;` returns nothing.
/// `fn Name(…);` without work returns `E_NOTIMPL`.
macro_rules! exports {
    ($($kind:ident $name:ident ($($p:ident : $mode:ty),* $(; $error:ident)?) $(=> $work:path $(, $pass:ident)?)?;)*) => {
        $(exports!(@one $kind $name ($($p: $mode),*) ($($error)?) ($($work $(, $pass)?)?));)*

        /// The functions that this module exports.
        pub const EXPORTS: &[crate::export::Export] = &[$(crate::export::Export {
            name: stringify!($name),
            parameters: &[
                $((stringify!($p), <$mode as crate::param::Param>::KIND),)*
                $((stringify!($error), crate::param::Kind::Pointer),)?
            ],
            implemented: exports!(@given $($work)?),
        },)*];
    };
    (@given) => { false };
    (@given $work:path) => { true };
    (@one fn $name:ident ($($p:ident : $mode:ty),*) ($($error:ident)?) ($work:path $(, $pass:ident)?)) => {
        #[doc = concat!("Exported as `", stringify!($name), "`; the header describes it.")]
        ///
        /// # Safety
        /// The pointers are valid as the header says.
        #[allow(unsafe_code, clippy::too_many_arguments)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            $($p: <$mode as crate::param::Param>::C,)* $($error: crate::ptr::Ptr<crate::failure::WS_ERROR>,)?
        ) -> crate::hresult::HRESULT {
            crate::export::boundary(stringify!($name), exports!(@error $($error)?), || {
                $work($(<$mode as crate::param::Param>::receive($p, stringify!($p))?,)* $($pass)?)
            })
        }
    };
    (@one fn $name:ident ($($p:ident : $mode:ty),*) ($($error:ident)?) ()) => {
        #[doc = concat!("Exported as `", stringify!($name), "`; returns `E_NOTIMPL` for now.")]
        ///
        /// # Safety
        /// The pointers are valid as the header says.
        #[allow(unsafe_code, clippy::too_many_arguments)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            $($p: <$mode as crate::param::Param>::C,)* $($error: crate::ptr::Ptr<crate::failure::WS_ERROR>,)?
        ) -> crate::hresult::HRESULT {
            let _ = ($($p,)*);
            crate::export::boundary(stringify!($name), exports!(@error $($error)?), || crate::export::not_yet())
        }
    };
    (@one void $name:ident ($p:ident : $mode:ty) () ($($work:path)?)) => {
        #[doc = concat!("Exported as `", stringify!($name), "`; the header describes it.")]
        ///
        /// # Safety
        /// The handle is null or was not freed yet.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($p: <$mode as crate::param::Param>::C) {
            let _ = crate::export::boundary(stringify!($name), crate::ptr::Ptr::NULL, || {
                let _ = $p;
                $($work($p);)?
                Ok(())
            });
        }
    };
    (@error) => { crate::ptr::Ptr::NULL };
    (@error $error:ident) => { $error };
}

/// What a function that is not built yet does.
///
/// # Errors
/// Always `E_NOTIMPL`.
#[cold]
pub fn not_yet() -> Result<()> {
    Err(Error::new(
        ErrorCode::NotImplemented,
        "this library does not have the function yet; unimplemented.txt lists such functions",
    ))
}

/// Runs the work of an exported function: no panic gets out, a failure goes to `error` in words.
#[inline]
pub fn boundary<S: Into<Status>>(
    name: &'static str,
    error: Ptr<WS_ERROR>,
    work: impl FnOnce() -> Result<S>,
) -> HRESULT {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => status.into().hresult(),
        Ok(Err(failure)) => fail(name, error, &failure),
        Err(panic) => panicked(name, error, &*panic),
    }
}

#[cold]
fn fail(name: &str, error: Ptr<WS_ERROR>, failure: &Error) -> HRESULT {
    if let Ok(object) = WS_ERROR::find(error, "error") {
        object.append(name, failure);
    }
    // What a function of the program returned comes out unchanged.
    if let Some(foreign) = failure.source().and_then(|e| e.downcast_ref::<Foreign>()) {
        return foreign.0;
    }
    certificate_code(failure).unwrap_or(failure.code().hresult()) as HRESULT
}

/// The code of Windows for a certificate that is not good: the reference gives these instead of codes of its own.
fn certificate_code(failure: &Error) -> Option<u32> {
    if failure.code() != ErrorCode::SecurityVerificationFailure {
        return None;
    }
    let fault = certificate_failure(failure)?;
    Some(match fault {
        CertificateFailures { date: true, .. } => 0x800B_0101, // CERT_E_EXPIRED
        CertificateFailures { root: true, .. } => 0x800B_0109, // CERT_E_UNTRUSTEDROOT
        CertificateFailures { name: true, .. } => 0x800B_010F, // CERT_E_CN_NO_MATCH
        _ => 0x800B_0110,                                      // CERT_E_WRONG_USAGE
    })
}

#[cold]
fn panicked(name: &str, error: Ptr<WS_ERROR>, panic: &(dyn std::any::Any + Send)) -> HRESULT {
    let what =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let what = what.unwrap_or("no message");
    if let Ok(object) = WS_ERROR::find(error, "error") {
        let text = format!("a fault of this library, please report it: {what}");
        object.append(name, &Error::new(ErrorCode::Other, text));
    }
    E_FAIL
}
