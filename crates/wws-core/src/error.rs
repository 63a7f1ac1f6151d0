//! The one error type: a canonical code, a place in the input, the original cause and context strings.

use std::{borrow::Cow, fmt, sync::Arc};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $symbol:literal, $text:literal;)*) => {
        /// The canonical error codes of webservices.h, in the order of their numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code, in the order of the header.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The `HRESULT` of this code, as an unsigned 32-bit number.
            pub const fn hresult(self) -> u32 { match self { $(ErrorCode::$name => $value,)* } }

            /// The name of this code in webservices.h, such as `WS_E_INVALID_FORMAT`.
            pub const fn symbol(self) -> &'static str { match self { $(ErrorCode::$name => $symbol,)* } }

            /// One sentence that says what the code means.
            pub const fn text(self) -> &'static str { match self { $(ErrorCode::$name => $text,)* } }

            /// The code of an `HRESULT`, or `None` if it is not one of ours.
            pub const fn from_hresult(value: u32) -> Option<Self> {
                match value { $($value => Some(ErrorCode::$name),)* _ => None }
            }
        }
    };
}

error_codes! {
    /// The input data was not in the expected format or did not have the expected value.
    InvalidFormat = 0x803D_0000, "WS_E_INVALID_FORMAT", "the data is not in the expected format";
    /// The object failed earlier and can only be reset or closed.
    ObjectFaulted = 0x803D_0001, "WS_E_OBJECT_FAULTED", "the object failed earlier and can only be reset or closed";
    /// Arithmetic on sizes or numbers wrapped.
    NumericOverflow = 0x803D_0002, "WS_E_NUMERIC_OVERFLOW", "a number is too large for its type";
    /// The call is not allowed in the state of the object.
    InvalidOperation = 0x803D_0003, "WS_E_INVALID_OPERATION", "the call is not allowed in the present state of the object";
    /// The operation was aborted.
    OperationAborted = 0x803D_0004, "WS_E_OPERATION_ABORTED", "the operation was aborted";
    /// The endpoint denied access.
    EndpointAccessDenied = 0x803D_0005, "WS_E_ENDPOINT_ACCESS_DENIED", "the endpoint denied access";
    /// The operation did not finish in its time.
    OperationTimedOut = 0x803D_0006, "WS_E_OPERATION_TIMED_OUT", "the operation did not finish in time";
    /// The caller abandoned the operation.
    OperationAbandoned = 0x803D_0007, "WS_E_OPERATION_ABANDONED", "the operation was abandoned";
    /// A quota was exceeded.
    QuotaExceeded = 0x803D_0008, "WS_E_QUOTA_EXCEEDED", "a quota was exceeded";
    /// The text is not available in the language.
    NoTranslationAvailable = 0x803D_0009, "WS_E_NO_TRANSLATION_AVAILABLE", "the text is not available in the language asked for";
    /// Security verification failed.
    SecurityVerificationFailure = 0x803D_000A, "WS_E_SECURITY_VERIFICATION_FAILURE", "security verification of the data failed";
    /// The address is already in use.
    AddressInUse = 0x803D_000B, "WS_E_ADDRESS_IN_USE", "the address is already in use";
    /// The address is not valid on this host.
    AddressNotAvailable = 0x803D_000C, "WS_E_ADDRESS_NOT_AVAILABLE", "the address is not available on this host";
    /// There is no such endpoint.
    EndpointNotFound = 0x803D_000D, "WS_E_ENDPOINT_NOT_FOUND", "the endpoint does not exist or could not be located";
    /// The endpoint exists but is not available.
    EndpointNotAvailable = 0x803D_000E, "WS_E_ENDPOINT_NOT_AVAILABLE", "the endpoint is not available at the moment";
    /// The endpoint failed.
    EndpointFailure = 0x803D_000F, "WS_E_ENDPOINT_FAILURE", "the endpoint failed while it processed the request";
    /// The endpoint cannot be reached.
    EndpointUnreachable = 0x803D_0010, "WS_E_ENDPOINT_UNREACHABLE", "the endpoint cannot be reached";
    /// The endpoint does not support the action.
    EndpointActionNotSupported = 0x803D_0011, "WS_E_ENDPOINT_ACTION_NOT_SUPPORTED", "the endpoint does not support the action";
    /// The endpoint is too busy.
    EndpointTooBusy = 0x803D_0012, "WS_E_ENDPOINT_TOO_BUSY", "the endpoint is too busy";
    /// The endpoint answered with a fault.
    EndpointFaultReceived = 0x803D_0013, "WS_E_ENDPOINT_FAULT_RECEIVED", "the endpoint answered with a fault";
    /// The connection to the endpoint ended.
    EndpointDisconnected = 0x803D_0014, "WS_E_ENDPOINT_DISCONNECTED", "the connection with the endpoint was ended";
    /// The HTTP proxy failed.
    ProxyFailure = 0x803D_0015, "WS_E_PROXY_FAILURE", "the HTTP proxy failed";
    /// The HTTP proxy denied access.
    ProxyAccessDenied = 0x803D_0016, "WS_E_PROXY_ACCESS_DENIED", "the HTTP proxy denied access";
    /// The feature is not available on this platform.
    NotSupported = 0x803D_0017, "WS_E_NOT_SUPPORTED", "the feature is not available on this platform";
    /// The HTTP proxy wants Basic authentication.
    ProxyRequiresBasicAuth = 0x803D_0018, "WS_E_PROXY_REQUIRES_BASIC_AUTH", "the HTTP proxy requires Basic authentication";
    /// The HTTP proxy wants Digest authentication.
    ProxyRequiresDigestAuth = 0x803D_0019, "WS_E_PROXY_REQUIRES_DIGEST_AUTH", "the HTTP proxy requires Digest authentication";
    /// The HTTP proxy wants NTLM authentication.
    ProxyRequiresNtlmAuth = 0x803D_001A, "WS_E_PROXY_REQUIRES_NTLM_AUTH", "the HTTP proxy requires NTLM authentication";
    /// The HTTP proxy wants Negotiate authentication.
    ProxyRequiresNegotiateAuth = 0x803D_001B, "WS_E_PROXY_REQUIRES_NEGOTIATE_AUTH", "the HTTP proxy requires Negotiate authentication";
    /// The endpoint wants Basic authentication.
    ServerRequiresBasicAuth = 0x803D_001C, "WS_E_SERVER_REQUIRES_BASIC_AUTH", "the endpoint requires Basic authentication";
    /// The endpoint wants Digest authentication.
    ServerRequiresDigestAuth = 0x803D_001D, "WS_E_SERVER_REQUIRES_DIGEST_AUTH", "the endpoint requires Digest authentication";
    /// The endpoint wants NTLM authentication.
    ServerRequiresNtlmAuth = 0x803D_001E, "WS_E_SERVER_REQUIRES_NTLM_AUTH", "the endpoint requires NTLM authentication";
    /// The endpoint wants Negotiate authentication.
    ServerRequiresNegotiateAuth = 0x803D_001F, "WS_E_SERVER_REQUIRES_NEGOTIATE_AUTH", "the endpoint requires Negotiate authentication";
    /// The endpoint address URL is not valid.
    InvalidEndpointUrl = 0x803D_0020, "WS_E_INVALID_ENDPOINT_URL", "the URL of the endpoint address is not valid";
    /// Another error of the platform; the cause says which.
    Other = 0x803D_0021, "WS_E_OTHER", "an error of the platform";
    /// The security token expired.
    SecurityTokenExpired = 0x803D_0022, "WS_E_SECURITY_TOKEN_EXPIRED", "the security token expired";
    /// The security system failed.
    SecuritySystemFailure = 0x803D_0023, "WS_E_SECURITY_SYSTEM_FAILURE", "a failure in the security system";
    /// An argument is wrong: the interface was used incorrectly.
    InvalidArgument = 0x8007_0057, "E_INVALIDARG", "an argument is not valid";
    /// There is not enough memory.
    OutOfMemory = 0x8007_000E, "E_OUTOFMEMORY", "there is not enough memory";
    /// The function is not built yet.
    NotImplemented = 0x8000_4001, "E_NOTIMPL", "the function is not implemented";
}

/// Where in an input something stands. All three count from zero, as webservices.h does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line, from 0. Always 0 in binary input.
    pub row: u64,
    /// Character in the line, from 0. Always 0 in binary input.
    pub column: u64,
    /// Byte from the start of the input, from 0.
    pub offset: u64,
    /// Whether the input has lines at all; binary input has only offsets.
    pub has_lines: bool,
}

impl fmt::Display for Place {
    /// People count lines from one: `line 3, column 7 (byte 41)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_lines {
            write!(f, "line {}, column {} (byte {})", self.row + 1, self.column + 1, self.offset)
        } else {
            write!(f, "byte {} (0x{:x})", self.offset, self.offset)
        }
    }
}

/// Any failure of this library: a [code](ErrorCode), what went wrong in words, where, and why.
///
/// An error is one pointer wide, so a `Result` stays small. While it travels up, callers add strings with
/// [`Error::context`]; the newest string comes first, as in `WS_ERROR`.
///
/// ```
/// use wws_core::{Error, ErrorCode};
/// let error = Error::new(ErrorCode::InvalidFormat, "an attribute is written twice").context("while reading the header");
/// assert_eq!(error.code(), ErrorCode::InvalidFormat);
/// assert_eq!(error.strings().next(), Some("while reading the header"));
/// assert_eq!(error.to_string(), "while reading the header: an attribute is written twice");
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: ErrorCode,
    place: Option<Place>,
    /// Oldest first.
    strings: Vec<Cow<'static, str>>,
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
    needs_input: bool,
}

impl Error {
    /// An error with a code and a first string that says what happened.
    #[cold]
    pub fn new(code: ErrorCode, text: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Inner {
            code,
            place: None,
            strings: vec![text.into()],
            cause: None,
            needs_input: false,
        }))
    }

    /// Shorthand for [`ErrorCode::InvalidFormat`].
    #[cold]
    pub fn format(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidFormat, text)
    }

    /// Shorthand for [`ErrorCode::InvalidOperation`].
    #[cold]
    pub fn operation(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidOperation, text)
    }

    /// Shorthand for [`ErrorCode::InvalidArgument`].
    #[cold]
    pub fn argument(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidArgument, text)
    }

    /// Shorthand for [`ErrorCode::QuotaExceeded`]: which quota, its value, and what to do.
    #[cold]
    pub fn quota(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::QuotaExceeded, text)
    }

    /// A stream must be filled further before the call can be made again; the code is
    /// [`ErrorCode::QuotaExceeded`] (WWSAPI E.1).
    #[cold]
    pub(crate) fn more_input() -> Self {
        let mut error =
            Self::quota("the input filled so far ends here; fill the reader and make the call again");
        error.0.needs_input = true;
        error
    }

    /// Whether the call failed only because a stream must be filled further: nothing is lost, and the same call
    /// can be made again after that.
    pub fn needs_input(&self) -> bool {
        self.0.needs_input
    }

    /// Adds a string that says what was being done when the error came up.
    #[cold]
    pub fn context(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.0.strings.push(text.into());
        self
    }

    /// Says where in the input the error stands, unless that is known already.
    #[cold]
    pub fn at(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// Keeps the error of another layer (I/O, parsing, TLS) as the cause.
    #[cold]
    pub fn caused_by(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// Whether a call was wrong, and not the data: the object goes on as if the call had not been made.
    pub fn is_misuse(&self) -> bool {
        matches!(self.code(), ErrorCode::InvalidOperation | ErrorCode::InvalidArgument)
    }

    /// The canonical code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Where in the input, if the error is about input.
    pub fn place(&self) -> Option<Place> {
        self.0.place
    }

    /// The strings, newest first, as `WsGetErrorString` numbers them.
    pub fn strings(&self) -> impl Iterator<Item = &str> {
        self.0.strings.iter().rev().map(|s| &**s)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, text) in self.strings().enumerate() {
            if i > 0 {
                f.write_str(": ")?;
            }
            f.write_str(text)?;
        }
        if let Some(place) = self.0.place {
            write!(f, ", at {place}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.0.code.symbol())?;
        if let Some(cause) = &self.0.cause {
            write!(f, " (because: {cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|c| c as &(dyn std::error::Error + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        // An error of ours that travelled through `std::io` comes out whole.
        match e.downcast::<Error>() {
            Ok(own) => own,
            Err(e) => Error::new(ErrorCode::Other, e.to_string()).caused_by(e),
        }
    }
}

impl From<Error> for std::io::Error {
    fn from(e: Error) -> Self {
        std::io::Error::other(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for &code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_hresult(code.hresult()), Some(code));
        }
    }

    #[test]
    fn an_error_survives_std_io() {
        let e = Error::format("bad").at(Place { row: 2, column: 6, offset: 41, has_lines: true });
        let back = Error::from(std::io::Error::from(e));
        assert_eq!(back.to_string(), "bad, at line 3, column 7 (byte 41)");
        assert_eq!(back.code(), ErrorCode::InvalidFormat);
    }

    #[test]
    fn the_first_place_stays() {
        let p = |offset| Place { offset, ..Place::default() };
        assert_eq!(Error::format("x").at(p(1)).at(p(2)).place(), Some(p(1)));
    }
}
