//! Status codes: how a modem answers a command. MBIM 9.4.5, Microsoft's extensions, UICC low level access.

use super::Malformed;
use crate::error::Code;

numbers! {
    /// The status of an answer. Zero is success.
    pub struct Status(u32);
    /// The command succeeded.
    SUCCESS = 0,
    /// The device is busy.
    BUSY = 1,
    /// The device failed for a reason that no other status names.
    FAILURE = 2,
    /// There is no SIM.
    SIM_NOT_INSERTED = 3,
    /// The SIM is bad.
    BAD_SIM = 4,
    /// A PIN must be entered first.
    PIN_REQUIRED = 5,
    /// The PIN is disabled.
    PIN_DISABLED = 6,
    /// The device is not registered.
    NOT_REGISTERED = 7,
    /// No provider was found.
    PROVIDERS_NOT_FOUND = 8,
    /// The device does not support the service or the command.
    NO_DEVICE_SUPPORT = 9,
    /// The provider is not visible.
    PROVIDER_NOT_VISIBLE = 10,
    /// The data class is not available.
    DATA_CLASS_NOT_AVAILABLE = 11,
    /// Packet service is detached.
    PACKET_SERVICE_DETACHED = 12,
    /// Every context is in use.
    MAX_ACTIVATED_CONTEXTS = 13,
    /// The device is still starting.
    NOT_INITIALIZED = 14,
    /// A voice call is in progress.
    VOICE_CALL_IN_PROGRESS = 15,
    /// The context is not activated.
    CONTEXT_NOT_ACTIVATED = 16,
    /// The service is not activated.
    SERVICE_NOT_ACTIVATED = 17,
    /// The access string is not valid.
    INVALID_ACCESS_STRING = 18,
    /// User name or password is not valid.
    INVALID_USER_NAME_PWD = 19,
    /// The radio is off.
    RADIO_POWER_OFF = 20,
    /// A parameter is not valid.
    INVALID_PARAMETERS = 21,
    /// Reading the device's memory failed.
    READ_FAILURE = 22,
    /// Writing the device's memory failed.
    WRITE_FAILURE = 23,
    /// Reserved in MBIM; policy forbids it, in Microsoft's header.
    DENIED_POLICY = 24,
    /// There is no phone book.
    NO_PHONEBOOK = 25,
    /// A parameter is too long.
    PARAMETER_TOO_LONG = 26,
    /// The SIM toolkit is busy.
    STK_BUSY = 27,
    /// The operation is not allowed.
    OPERATION_NOT_ALLOWED = 28,
    /// The device's memory failed.
    MEMORY_FAILURE = 29,
    /// The memory index is not valid.
    INVALID_MEMORY_INDEX = 30,
    /// The memory is full.
    MEMORY_FULL = 31,
    /// The filter is not supported.
    FILTER_NOT_SUPPORTED = 32,
    /// No data session is free.
    DSS_INSTANCE_LIMIT = 33,
    /// The operation is not valid for the device service.
    INVALID_DEVICE_SERVICE_OPERATION = 34,
    /// Authentication: AUTN is wrong.
    AUTH_INCORRECT_AUTN = 35,
    /// Authentication: synchronization failed.
    AUTH_SYNC_FAILURE = 36,
    /// Authentication: the AMF bit is not set.
    AUTH_AMF_NOT_SET = 37,
    /// The context type is not supported.
    CONTEXT_NOT_SUPPORTED = 38,
    /// The conditions to share do not hold.
    SHAREABILITY_CONDITION_ERROR = 39,
    /// The PIN was wrong.
    PIN_FAILURE = 40,
    /// There is no LTE attach configuration.
    NO_LTE_ATTACH_CONFIG = 41,
    /// The session exists already.
    SESSION_ALREADY_EXISTS = 42,
    /// SMS: the service centre is unknown.
    SMS_UNKNOWN_SMSC_ADDRESS = 100,
    /// SMS: the network did not answer.
    SMS_NETWORK_TIMEOUT = 101,
    /// SMS: the language is not supported.
    SMS_LANG_NOT_SUPPORTED = 102,
    /// SMS: the encoding is not supported.
    SMS_ENCODING_NOT_SUPPORTED = 103,
    /// SMS: the format is not supported.
    SMS_FORMAT_NOT_SUPPORTED = 104,
    /// SMS: there is more; a success.
    SMS_MORE_DATA = 105,
    /// MBIMEx: a matching PDU session was found.
    MATCHING_PDU_SESSION_FOUND = 200,
    /// MBIMEx: the application must be dissociated.
    DISSOCIATION_NEEDED_FOR_APPLICATION = 201,
    /// MBIMEx: there is no such slot.
    ERROR_INVALID_SLOT = 202,
    /// MBIMEx: no URSP rule matches.
    NO_MATCHING_URSP_RULE = 203,
    /// MBIMEx: the default URSP rule applies.
    DEFAULT_URSP_RULE = 204,
    /// UICC: no logical channel is free.
    UICC_NO_LOGICAL_CHANNELS = 0x8743_0001,
    /// UICC: the application cannot be selected.
    UICC_SELECT_FAILED = 0x8743_0002,
    /// UICC: there is no such logical channel.
    UICC_INVALID_LOGICAL_CHANNEL = 0x8743_0003,
}

impl Status {
    /// True for success; `SMS_MORE_DATA` is one.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::SUCCESS | Self::SMS_MORE_DATA)
    }

    /// The error code of the API that says the same.
    pub const fn code(self) -> Code {
        match self {
            Self::BUSY | Self::STK_BUSY => Code::Busy,
            Self::SIM_NOT_INSERTED => Code::SimNotInserted,
            Self::BAD_SIM => Code::BadSim,
            Self::PIN_REQUIRED => Code::PinRequired,
            Self::PIN_DISABLED => Code::PinDisabled,
            Self::NOT_REGISTERED => Code::NotRegistered,
            Self::PROVIDERS_NOT_FOUND => Code::ProvidersNotFound,
            Self::NO_DEVICE_SUPPORT | Self::FILTER_NOT_SUPPORTED | Self::CONTEXT_NOT_SUPPORTED => {
                Code::NotSupported
            }
            Self::PROVIDER_NOT_VISIBLE => Code::ProviderNotVisible,
            Self::DATA_CLASS_NOT_AVAILABLE => Code::DataClassNotAvailable,
            Self::PACKET_SERVICE_DETACHED => Code::PacketServiceDetached,
            Self::MAX_ACTIVATED_CONTEXTS => Code::MaxActivatedContexts,
            Self::NOT_INITIALIZED => Code::NotReady,
            Self::VOICE_CALL_IN_PROGRESS => Code::VoiceCallInProgress,
            Self::CONTEXT_NOT_ACTIVATED => Code::ContextNotActivated,
            Self::SERVICE_NOT_ACTIVATED => Code::ServiceNotActivated,
            Self::INVALID_ACCESS_STRING => Code::InvalidAccessString,
            Self::RADIO_POWER_OFF => Code::RadioPowerOff,
            Self::INVALID_PARAMETERS | Self::INVALID_MEMORY_INDEX => Code::InvalidArgument,
            Self::READ_FAILURE => Code::ReadFault,
            Self::WRITE_FAILURE | Self::MEMORY_FAILURE | Self::MEMORY_FULL => Code::WriteFault,
            Self::DENIED_POLICY | Self::OPERATION_NOT_ALLOWED => Code::AccessDenied,
            Self::PARAMETER_TOO_LONG => Code::BufferOverflow,
            // The natural pairs of the two pages: MBIM 10.5.38 and IMbnDeviceService::OpenDataSession.
            Self::DSS_INSTANCE_LIMIT => Code::TooManySessions,
            Self::INVALID_DEVICE_SERVICE_OPERATION => Code::OpenFailed,
            _ => Code::Failure,
        }
    }

    /// `Ok` for success.
    pub fn into_result(self) -> Result<(), crate::Error> {
        if self.is_success() { Ok(()) } else { Err(self.into()) }
    }
}

/// Reads a status field. A free function, so that messages and buffers share it.
pub(crate) fn decode(decoder: &mut super::Decoder, field: &'static str) -> Result<Status, Malformed> {
    decoder.u32(field).map(Status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_map_to_the_documented_codes() {
        assert_eq!(Status::DSS_INSTANCE_LIMIT.code(), Code::TooManySessions);
        assert_eq!(Status::NO_DEVICE_SUPPORT.code(), Code::NotSupported);
        assert_eq!(Status(77).code(), Code::Failure);
    }

    #[test]
    fn more_data_is_a_success_and_an_unknown_status_is_not() {
        assert!(Status::SMS_MORE_DATA.into_result().is_ok());
        let error = Status(0x9100_0001).into_result().unwrap_err();
        assert_eq!(error.to_string(), "the device reported a failure (the device answered 0x91000001)");
    }
}
