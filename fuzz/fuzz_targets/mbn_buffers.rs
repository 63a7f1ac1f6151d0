//! Every information buffer: any bytes decode or are refused, what decodes encodes to something that decodes to the same, and no
//! more memory is taken than a few times the input.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;
use wws_mbn::{
    sim,
    wire::{InformationBuffer, cid, data_message, service},
};

fn settle<B: InformationBuffer + PartialEq + Debug>(bytes: &Bytes) {
    if let Ok(value) = B::decode(bytes) {
        assert_eq!(B::decode(&value.encode()).as_ref(), Ok(&value));
    }
}

macro_rules! all {
    ($($Buffer:ty),* $(,)?) => { [$(settle::<$Buffer>),*] };
}

fuzz_target!(|input: (u8, &[u8])| {
    let bytes = Bytes::copy_from_slice(input.1);
    let settle = all![
        cid::DeviceCaps,
        cid::DeviceServices,
        cid::DeviceService,
        cid::SubscribeList,
        cid::SubscribeEntry,
        cid::DssConnect,
        cid::SubscriberReadyStatus,
        cid::RadioState,
        cid::SetRadioState,
        cid::RegisterState,
        cid::SetRegisterState,
        cid::SignalState,
        cid::SetSignalState,
        cid::FirmwareId,
        cid::ModemLoggingConfig,
        cid::Qmux,
        cid::QduUpdateSession,
        cid::QduUpdateSessionInfo,
        cid::QduFileOpen,
        cid::QduFileOpenInfo,
        cid::QduFileWrite,
        cid::QuectelReboot,
        cid::QuectelReadVersion,
        cid::QuectelVersion,
        cid::at::QduCommand,
        cid::at::QduCommandInfo,
        cid::proxy_control::Configuration,
        cid::proxy_control::Version,
        cid::uicc::Atr,
        cid::uicc::OpenChannel,
        cid::uicc::OpenChannelInfo,
        cid::uicc::CloseChannel,
        cid::uicc::CloseChannelInfo,
        cid::uicc::Apdu,
        cid::uicc::ApduInfo,
        cid::uicc::TerminalCapability,
        cid::uicc::Reset,
        cid::uicc::ResetInfo,
        cid::uicc::AppList,
        cid::uicc::App,
        cid::uicc::FileStatusQuery,
        cid::uicc::FileStatus,
        data_message::DataPlane,
        sim::InjectFault,
        sim::InjectEvent,
        sim::SetLatency,
        sim::Digest,
        sim::DigestQuery,
        sim::Send,
    ];
    settle[usize::from(input.0) % settle.len()](&bytes);
    for service in [service::BASIC_CONNECT, service::QDU, service::UICC_LOW_LEVEL, service::FIRMWARE_ID] {
        if let Some(Ok(fields)) = cid::describe(service, u32::from(input.0), &bytes) {
            // Text is at most escaped, numbers at most spelled out; a name comes with every field of every element.
            let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
            assert!(size <= 4096 + 64 * bytes.len(), "{size} bytes of text from {}", bytes.len());
        }
    }
});
