//! Typed commands: the information buffers of the services that this crate knows in full.
//!
//! Any other command is used with [`Raw`](crate::wire::Raw) bytes.

pub mod at;
mod describe;
mod device_caps;
mod device_services;
mod dss_connect;
mod firmware_id;
mod host_shutdown;
mod modem_logging;
pub mod proxy_control;
mod qdu;
mod qmi;
mod radio_state;
mod register_state;
mod signal_state;
mod subscribe_list;
mod subscriber_ready_status;
pub mod uicc;

pub use describe::{Field, describe};
pub use device_caps::*;
pub use device_services::*;
pub use dss_connect::*;
pub use firmware_id::*;
pub use host_shutdown::*;
pub use modem_logging::*;
pub use qdu::*;
pub use qmi::*;
pub use radio_state::*;
pub use register_state::*;
pub use signal_state::*;
pub use subscribe_list::*;
pub use subscriber_ready_status::*;

/// Checks that `bytes` decode to `value` and `value` encodes to `bytes`.
#[cfg(test)]
pub(crate) fn check<B: super::InformationBuffer + PartialEq + std::fmt::Debug>(bytes: &[u8], value: &B) {
    assert_eq!(&B::decode(&bytes::Bytes::copy_from_slice(bytes)).unwrap(), value);
    assert_eq!(value.encode(), bytes);
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use crate::wire::{InformationBuffer, Malformed, cid};

    /// Decodes; what decodes must encode to something that decodes to the same.
    fn settle<B: InformationBuffer + PartialEq + std::fmt::Debug>(bytes: &Bytes) -> Result<(), Malformed> {
        let value = B::decode(bytes)?;
        assert_eq!(B::decode(&value.encode()).as_ref(), Ok(&value));
        Ok(())
    }

    macro_rules! all {
        ($($Buffer:ty),* $(,)?) => { [$(settle::<$Buffer>),*] };
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(prop_oneof![3 => Just(0u8), 2 => 0u8..64, 1 => any::<u8>()], 0..200)) {
            let bytes = Bytes::from(bytes);
            let settle = all![
                cid::DeviceCaps, cid::DeviceServices, cid::SubscribeList, cid::DssConnect, cid::SubscriberReadyStatus,
                cid::RadioState, cid::RegisterState, cid::SetRegisterState, cid::SignalState, cid::FirmwareId,
                cid::ModemLoggingConfig, cid::QduUpdateSessionInfo, cid::QuectelVersion, cid::at::QduCommandInfo,
                cid::proxy_control::Configuration, cid::proxy_control::Version, cid::uicc::Atr, cid::uicc::OpenChannelInfo,
                cid::uicc::ApduInfo, cid::uicc::TerminalCapability, cid::uicc::AppList, cid::uicc::FileStatus,
            ];
            for settle in settle {
                let _refused = settle(&bytes);
            }
        }
    }
}
