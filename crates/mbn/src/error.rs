//! The one error type of the API: a documented code that maps to an `HRESULT`, what the modem said, and context strings.

use std::{borrow::Cow, fmt, io, sync::Arc};

use crate::wire::{Malformed, ProtocolErrorCode, Status};

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $symbol:literal, $text:literal;)*) => {
        /// The error codes of the API. Those that the pages of mbnapi.h name are here under the same names; the others are the
        /// nearest Windows code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The `HRESULT`, as an unsigned 32-bit number. Codes below 65,536 on Windows are wrapped as `HRESULT_FROM_WIN32` does.
            pub const fn hresult(self) -> u32 { match self { $(Code::$name => $value,)* } }

            /// The name on Windows, such as `ERROR_BUFFER_OVERFLOW`.
            pub const fn symbol(self) -> &'static str { match self { $(Code::$name => $symbol,)* } }

            /// One sentence that says what the code means.
            pub const fn text(self) -> &'static str { match self { $(Code::$name => $text,)* } }

            /// The code of an `HRESULT`, or `None` if it is not one of ours.
            pub const fn from_hresult(value: u32) -> Option<Self> {
                match value { $($value => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    /// The program may not open the device or this service.
    AccessDenied = 0x8007_0005, "E_ACCESSDENIED", "access is denied";
    /// An argument is wrong.
    InvalidArgument = 0x8007_0057, "E_INVALIDARG", "an argument is not valid";
    /// The information is being fetched from the device; ask again later.
    Pending = 0x8000_000A, "E_PENDING", "the information is still being fetched from the device";
    /// There is no such interface or service.
    NotFound = 0x8007_0490, "ERROR_NOT_FOUND", "there is no such interface or service";
    /// The device or the way it is connected cannot do this.
    NotSupported = 0x8007_0032, "ERROR_NOT_SUPPORTED", "the device or its transport does not support this";
    /// More bytes than the device takes at once.
    BufferOverflow = 0x8007_006F, "ERROR_BUFFER_OVERFLOW", "the data is longer than the device takes at once";
    /// The session is not open.
    OpenFailed = 0x8007_006E, "ERROR_OPEN_FAILED", "the session is not open";
    /// The device has no free data session.
    TooManySessions = 0x8007_0045, "ERROR_TOO_MANY_SESS", "the device has no free data session";
    /// Too many requests are waiting.
    Busy = 0x8007_00AA, "ERROR_BUSY", "the device or the request queue is busy";
    /// No answer in time.
    Timeout = 0x8007_05B4, "ERROR_TIMEOUT", "the device did not answer in time";
    /// The request was given up because its session or device was closed.
    OperationAborted = 0x8007_03E3, "ERROR_OPERATION_ABORTED", "the request was given up because the session or device was closed";
    /// The device is gone.
    DeviceRemoved = 0x8007_0651, "ERROR_DEVICE_REMOVED", "the device was removed";
    /// The device answered with something that is not MBIM.
    InvalidData = 0x8007_000D, "ERROR_INVALID_DATA", "the device sent data that is not well-formed";
    /// The device is not ready.
    NotReady = 0x8007_0015, "ERROR_NOT_READY", "the device is not ready";
    /// Another program holds the device.
    SharingViolation = 0x8007_0020, "ERROR_SHARING_VIOLATION", "another program holds the device";
    /// The device could not read its memory.
    ReadFault = 0x8007_001E, "ERROR_READ_FAULT", "the device could not read its memory";
    /// The device could not write its memory.
    WriteFault = 0x8007_001D, "ERROR_WRITE_FAULT", "the device could not write its memory";
    /// An input or output error of the operating system.
    IoDevice = 0x8007_045D, "ERROR_IO_DEVICE", "the operating system reported an input or output error";
    /// The device failed for a reason of its own.
    Failure = 0x8054_8212, "E_MBN_FAILURE", "the device reported a failure";
    /// The context is not active.
    ContextNotActivated = 0x8054_8201, "E_MBN_CONTEXT_NOT_ACTIVATED", "the context is not activated";
    /// The SIM is bad.
    BadSim = 0x8054_8202, "E_MBN_BAD_SIM", "the SIM is bad";
    /// The data class is not available.
    DataClassNotAvailable = 0x8054_8203, "E_MBN_DATA_CLASS_NOT_AVAILABLE", "the data class is not available";
    /// The access string is not valid.
    InvalidAccessString = 0x8054_8204, "E_MBN_INVALID_ACCESS_STRING", "the access string is not valid";
    /// Every context is in use.
    MaxActivatedContexts = 0x8054_8205, "E_MBN_MAX_ACTIVATED_CONTEXTS", "every context is in use";
    /// Packet service is detached.
    PacketServiceDetached = 0x8054_8206, "E_MBN_PACKET_SVC_DETACHED", "packet service is detached";
    /// The provider is not visible.
    ProviderNotVisible = 0x8054_8207, "E_MBN_PROVIDER_NOT_VISIBLE", "the provider is not visible";
    /// The radio is off.
    RadioPowerOff = 0x8054_8208, "E_MBN_RADIO_POWER_OFF", "the radio is off";
    /// The service is not activated.
    ServiceNotActivated = 0x8054_8209, "E_MBN_SERVICE_NOT_ACTIVATED", "the service is not activated";
    /// There is no SIM.
    SimNotInserted = 0x8054_820A, "E_MBN_SIM_NOT_INSERTED", "there is no SIM in the device";
    /// A voice call is going on.
    VoiceCallInProgress = 0x8054_820B, "E_MBN_VOICE_CALL_IN_PROGRESS", "a voice call is in progress";
    /// The device is not registered on a network.
    NotRegistered = 0x8054_820D, "E_MBN_NOT_REGISTERED", "the device is not registered on a network";
    /// No provider was found.
    ProvidersNotFound = 0x8054_820E, "E_MBN_PROVIDERS_NOT_FOUND", "no provider was found";
    /// A PIN must be entered first.
    PinRequired = 0x8054_8210, "E_MBN_PIN_REQUIRED", "a PIN is required";
    /// The PIN is disabled.
    PinDisabled = 0x8054_8211, "E_MBN_PIN_DISABLED", "the PIN is disabled";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// An error: a [`Code`], the modem's own status or protocol error if it gave one, context strings, and the cause.
///
/// Cheap to clone: one completion may be told to many listeners.
///
/// ```
/// use wws_mbn::{Code, Error};
///
/// let error = Error::from(Code::BufferOverflow).context("2,000 bytes, but a data session takes 1,500 at once");
/// assert_eq!(error.code().hresult(), 0x8007_006F);
/// assert_eq!(error.to_string(), "2,000 bytes, but a data session takes 1,500 at once: the data is longer than the device takes at once");
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    said: Option<Said>,
    context: Vec<Cow<'static, str>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What the modem said, if it was the modem that refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The status of an answer.
    Status(Status),
    /// A protocol error message.
    Protocol(ProtocolErrorCode),
}

impl Error {
    /// An error with `code` and one context string.
    pub fn new(code: Code, context: impl Into<Cow<'static, str>>) -> Self {
        Self::from(code).context(context)
    }

    /// The same error with a further context string, said before the earlier ones.
    pub fn context(mut self, context: impl Into<Cow<'static, str>>) -> Self {
        Arc::make_mut(&mut self.0).context.push(context.into());
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The status or protocol error that the modem gave, if it was the modem that refused.
    pub fn said(&self) -> Option<Said> {
        self.0.said
    }

    /// The status that the modem answered, if it was an answer that said no.
    pub fn status(&self) -> Option<Status> {
        match self.0.said {
            Some(Said::Status(status)) => Some(status),
            _ => None,
        }
    }

    fn with(
        code: Code,
        said: Option<Said>,
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { code, said, context: Vec::new(), source }))
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::with(code, None, None)
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::with(status.code(), Some(Said::Status(status)), None)
    }
}

impl From<ProtocolErrorCode> for Error {
    fn from(error: ProtocolErrorCode) -> Self {
        Self::with(error.code(), Some(Said::Protocol(error)), None)
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        Self::with(Code::InvalidData, None, Some(Arc::new(malformed)))
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::PermissionDenied => Code::AccessDenied,
            io::ErrorKind::NotFound => Code::NotFound,
            io::ErrorKind::TimedOut => Code::Timeout,
            io::ErrorKind::Unsupported => Code::NotSupported,
            io::ErrorKind::ResourceBusy => Code::SharingViolation,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
                Code::DeviceRemoved
            }
            // Linux: ENODEV and ENXIO have no kind of their own; both say that the device went away.
            _ if matches!(error.raw_os_error(), Some(6 | 19)) => Code::DeviceRemoved,
            _ => Code::IoDevice,
        };
        Self::with(code, None, Some(Arc::new(error)))
    }
}

impl From<Error> for io::Error {
    /// The error as one of a stream, with the nearest kind.
    fn from(error: Error) -> Self {
        let kind = match error.code() {
            Code::InvalidData => io::ErrorKind::InvalidData,
            Code::DeviceRemoved => io::ErrorKind::UnexpectedEof,
            Code::Timeout => io::ErrorKind::TimedOut,
            Code::AccessDenied => io::ErrorKind::PermissionDenied,
            Code::NotFound => io::ErrorKind::NotFound,
            Code::NotSupported => io::ErrorKind::Unsupported,
            Code::SharingViolation => io::ErrorKind::ResourceBusy,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

impl PartialEq for Error {
    /// Two errors are equal if their codes and what the modem said are.
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code && self.0.said == other.0.said
    }
}

impl Eq for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for context in self.0.context.iter().rev() {
            write!(f, "{context}: ")?;
        }
        f.write_str(self.0.code.text())?;
        match self.0.said {
            Some(Said::Status(status)) => write!(f, " (the device answered {status})")?,
            Some(Said::Protocol(error)) => write!(f, " (the device reported {error})")?,
            None => {}
        }
        match &self.0.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (0x{:08X}): {self}", self.0.code.symbol(), self.0.code.hresult())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hresults_are_unique_and_map_back() {
        for &code in Code::ALL {
            assert_eq!(Code::from_hresult(code.hresult()), Some(code), "{}", code.symbol());
        }
        assert_eq!(Code::from_hresult(0), None);
    }

    #[test]
    fn the_documented_codes_have_the_documented_values() {
        // IMbnDeviceService::WriteData, OpenDataSession; IMbnDeviceServicesContext::EnumerateDeviceServices
        assert_eq!(Code::BufferOverflow.hresult(), 0x8007_0000 | 111);
        assert_eq!(Code::OpenFailed.hresult(), 0x8007_0000 | 110);
        assert_eq!(Code::TooManySessions.hresult(), 0x8007_0000 | 69);
        assert_eq!(Code::NotSupported.hresult(), 0x8007_0000 | 50);
        assert_eq!(Code::NotFound.hresult(), 0x8007_0000 | 1168);
    }

    #[test]
    fn an_error_says_context_code_and_what_the_modem_said() {
        let error = Error::from(Status::DSS_INSTANCE_LIMIT).context("cannot open a data session");
        assert_eq!(error.code(), Code::TooManySessions);
        assert_eq!(error.status(), Some(Status::DSS_INSTANCE_LIMIT));
        assert_eq!(
            error.to_string(),
            "cannot open a data session: the device has no free data session (the device answered DSS_INSTANCE_LIMIT)"
        );
    }

    #[test]
    fn a_device_that_went_away_is_told_from_other_errors() {
        assert_eq!(Error::from(io::Error::from_raw_os_error(19)).code(), Code::DeviceRemoved);
        assert_eq!(Error::from(io::Error::from_raw_os_error(5)).code(), Code::IoDevice);
    }
}
