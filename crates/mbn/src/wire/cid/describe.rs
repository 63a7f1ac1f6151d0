//! Answers and events as text: what a monitor shows.

use bytes::Bytes;
use uuid::Uuid;

use crate::wire::{InformationBuffer, Malformed, Request, cid};

/// A field of a buffer: its name, and its value as text.
pub type Field = (&'static str, String);

/// The fields of the answer to a command, or of an event, if this crate knows its layout.
///
/// ```
/// use wws_mbn::wire::{InformationBuffer, cid::{self, SignalState}, service};
///
/// let state = SignalState { rssi: 20, error_rate: 99, ..SignalState::default() };
/// let fields = cid::describe(service::BASIC_CONNECT, 11, &state.encode()).unwrap()?;
/// assert_eq!(fields[0], ("rssi", "20".to_owned()));
/// assert!(cid::describe(service::BASIC_CONNECT, 999, &state.encode()).is_none());
/// # Ok::<(), wws_mbn::Error>(())
/// ```
pub fn describe(service: Uuid, cid: u32, buffer: &Bytes) -> Option<Result<Vec<Field>, Malformed>> {
    macro_rules! known {
        ($($Query:ty),* $(,)?) => {
            $(if (service, cid) == (<$Query>::SERVICE, <$Query>::CID) {
                return Some(fields::<<$Query as Request>::Response>(buffer));
            })*
        };
    }
    known!(
        cid::DeviceCapsQuery,
        cid::DeviceServicesQuery,
        cid::SubscribeList,
        cid::SubscriberReadyStatusQuery,
        cid::RadioStateQuery,
        cid::RegisterStateQuery,
        cid::SignalStateQuery,
        cid::FirmwareIdQuery,
        cid::ModemLoggingConfigQuery,
        cid::QduUpdateSessionQuery,
        cid::QduFileOpen,
        cid::QuectelReadVersion,
        cid::uicc::AtrQuery,
        cid::uicc::OpenChannel,
        cid::uicc::CloseChannel,
        cid::uicc::Apdu,
        cid::uicc::TerminalCapabilityQuery,
        cid::uicc::ResetQuery,
        cid::uicc::AppListQuery,
        cid::uicc::FileStatusQuery,
    );
    None
}

fn fields<B: InformationBuffer>(buffer: &Bytes) -> Result<Vec<Field>, Malformed> {
    let mut fields = Vec::new();
    B::decode(buffer)?.visit(&mut |name, value| fields.push((name, format!("{value:?}"))));
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::service::BASIC_CONNECT;

    #[test]
    fn a_buffer_of_another_layout_is_an_error_and_not_a_description() {
        let short = Bytes::from_static(&[1, 0, 0]);
        assert!(describe(BASIC_CONNECT, 11, &short).unwrap().is_err());
    }

    #[test]
    fn nested_buffers_and_names_are_readable() {
        let state = cid::RadioState { hardware: cid::RadioSwitch::ON, software: cid::RadioSwitch(7) };
        let fields = describe(BASIC_CONNECT, 3, &state.encode()).unwrap().unwrap();
        assert_eq!(fields, [("hardware", "ON".to_owned()), ("software", "0x7".to_owned())]);
    }
}
