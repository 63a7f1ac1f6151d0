//! Fault records (MC-NMF 2.2.5): the URIs on the wire and the errors they stand for, both ways.

use crate::{Error, ErrorCode};

/// What every fault URI starts with.
const BASE: &str = "http://schemas.microsoft.com/ws/2006/05/framing/faults/";

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $code:ident, $says:literal;)*) => {
        /// Why a session was refused or broken off, as the peer reads it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault { $($(#[$doc])* $name,)* }

        impl Fault {
            /// Every fault, in alphabetical order.
            pub const ALL: &'static [Fault] = &[$(Fault::$name,)*];

            /// The last part of the URI.
            const fn name(self) -> &'static str { match self { $(Fault::$name => $text,)* } }

            /// The code of the error that this fault becomes on the other side.
            pub const fn code(self) -> ErrorCode { match self { $(Fault::$name => ErrorCode::$code,)* } }

            /// The fault in words, from the side that gets it.
            const fn says(self) -> &'static str { match self { $(Fault::$name => $says,)* } }
        }
    };
}

faults! {
    /// The receiver could not hand the connection to a service.
    ConnectionDispatchFailed = "ConnectionDispatchFailed", EndpointFailure, "it could not hand the connection to a service";
    /// The encoding is not the one of the endpoint.
    ContentTypeInvalid = "ContentTypeInvalid", EndpointFailure, "it does not take this encoding; set the one of the service";
    /// The content type is longer than the receiver reads.
    ContentTypeTooLong = "ContentTypeTooLong", EndpointFailure, "the content type is too long for it";
    /// The caller may not use the endpoint.
    EndpointAccessDenied = "EndpointAccessDenied", EndpointAccessDenied, "it denies access";
    /// Nothing listens at the Via.
    EndpointNotFound = "EndpointNotFound", EndpointNotFound, "no service listens at this URL; check the path";
    /// The service is paused.
    EndpointPaused = "EndpointPaused", EndpointNotAvailable, "the service is paused";
    /// The service is known but not running.
    EndpointUnavailable = "EndpointUnavailable", EndpointNotAvailable, "the service is not running";
    /// A record came where it may not stand.
    InvalidRecordSequence = "InvalidRecordSequence", EndpointFailure, "it met a framing record where it expected another";
    /// A message is larger than the receiver allows.
    MaxMessageSizeExceeded = "MaxMessageSizeExceededFault", QuotaExceeded, "the message is larger than it allows";
    /// The receiver has no room for another connection.
    ServerTooBusy = "ServerTooBusy", EndpointTooBusy, "it has too many connections; try again later";
    /// The service could not be started.
    ServiceActivationFailed = "ServiceActivationFailed", EndpointNotAvailable, "the service could not be started";
    /// The mode is not one the endpoint serves.
    UnsupportedMode = "UnsupportedMode", EndpointFailure, "it does not serve this transfer mode (buffered or streamed)";
    /// The framing version is not 1.0.
    UnsupportedVersion = "UnsupportedVersion", EndpointFailure, "it does not speak this version of the framing";
    /// The upgrade is unknown, missing or in the wrong place.
    UpgradeInvalid = "UpgradeInvalid", EndpointFailure, "it does not take this upgrade; check the transport security of both ends";
    /// The Via is longer than the receiver reads.
    ViaTooLong = "ViaTooLong", EndpointFailure, "the URL is too long for it";
}

impl Fault {
    /// The URI on the wire.
    pub fn uri(self) -> String {
        format!("{BASE}{}", self.name())
    }

    /// The fault of a URI, or `None` if it is none of Microsoft's.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let name = uri.strip_prefix(BASE)?;
        // WCF's writers disagree about the suffix of one of them.
        let bare = |name: &str| name.strip_suffix("Fault").unwrap_or(name).to_owned();
        Self::ALL.iter().copied().find(|f| bare(f.name()) == bare(name))
    }

    /// The error that a received Fault record becomes.
    pub fn received(uri: &str) -> Error {
        let fault = Self::from_uri(uri);
        let code = fault.map_or(ErrorCode::EndpointFailure, Self::code);
        let says = fault.map_or("it gives a reason of its own", Self::says);
        Error::new(code, format!("the peer broke the session off: {says}")).context(format!("fault {uri}"))
    }

    /// The fault to send for an error met while a session was read or accepted.
    pub fn for_error(error: &Error) -> Self {
        match error.code() {
            ErrorCode::QuotaExceeded => Fault::MaxMessageSizeExceeded,
            ErrorCode::EndpointNotFound => Fault::EndpointNotFound,
            ErrorCode::EndpointNotAvailable => Fault::EndpointUnavailable,
            ErrorCode::EndpointTooBusy => Fault::ServerTooBusy,
            ErrorCode::EndpointAccessDenied | ErrorCode::SecurityVerificationFailure => {
                Fault::EndpointAccessDenied
            }
            ErrorCode::InvalidFormat => Fault::InvalidRecordSequence,
            _ => Fault::ConnectionDispatchFailed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_uri_comes_back() {
        for &fault in Fault::ALL {
            assert_eq!(Fault::from_uri(&fault.uri()), Some(fault));
        }
    }

    #[test]
    fn a_missing_suffix_is_read() {
        assert_eq!(
            Fault::from_uri(&format!("{BASE}MaxMessageSizeExceeded")),
            Some(Fault::MaxMessageSizeExceeded)
        );
    }

    #[test]
    fn errors_survive_the_wire_where_a_fault_names_them() {
        use ErrorCode::*;
        for code in
            [QuotaExceeded, EndpointNotFound, EndpointNotAvailable, EndpointTooBusy, EndpointAccessDenied]
        {
            let sent = Fault::for_error(&Error::new(code, "x"));
            assert_eq!(Fault::received(&sent.uri()).code(), code);
        }
    }

    #[test]
    fn an_unknown_uri_is_kept_in_the_error() {
        let error = Fault::received("urn:private");
        assert_eq!(error.code(), ErrorCode::EndpointFailure);
        assert!(error.to_string().contains("urn:private"));
    }
}
