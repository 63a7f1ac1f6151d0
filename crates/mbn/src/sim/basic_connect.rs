//! Basic connect and device service stream of the simulated modem.
//!
//! Enough for device services, for `mbimcli`, and for ModemManager to take it for a modem: SIM inserted, no PIN, registered at home, no
//! connection. What the modem itself must do (list its services, subscriptions, data sessions) it does; the rest is answered here.

use bytes::Bytes;

use super::{
    Profile,
    service::{Answer, Effect, Service, answer, refuse, request},
};
use crate::wire::{
    Command, CommandType, InformationBuffer, Status,
    cid::{
        CellularClass, DataClass, DeviceCaps, DeviceCapsQuery, DeviceService, DeviceType, RadioState,
        RadioStateQuery, RadioSwitch, ReadyState, RegisterMode, RegisterState, RegisterStateQuery,
        RegistrationState, SIGNAL_UNKNOWN, SetRadioState, SetRegisterState, SetSignalState, SignalState,
        SignalStateQuery, SubscriberReadyStatus, SubscriberReadyStatusQuery,
    },
    service::{BASIC_CONNECT, DSS},
};

information_buffer! {
    /// One provider: the answer to HOME_PROVIDER and an element of the lists.
    pub struct Provider {
        /// MCC and MNC.
        id: String,
        /// Bits: 1 home, 2 forbidden, 4 preferred, 8 visible, 16 registered.
        state: u32,
        /// The name.
        name: String,
        /// The family of the radio technology.
        cellular_class: CellularClass,
        /// Signal strength.
        rssi: u32,
        /// Error rate.
        error_rate: u32,
    }
}

information_buffer! {
    /// A list of providers.
    pub struct Providers {
        /// The providers.
        providers: Vec<Provider> as elements,
    }
}

/// Everything else of basic connect, by its numbers.
const PIN: u32 = 4;
const PIN_LIST: u32 = 5;
const HOME_PROVIDER: u32 = 6;
const PREFERRED_PROVIDERS: u32 = 7;
const VISIBLE_PROVIDERS: u32 = 8;
const PACKET_SERVICE: u32 = 10;
const CONNECT: u32 = 12;
const PROVISIONED_CONTEXTS: u32 = 13;

/// The service.
#[derive(Debug)]
pub(super) struct BasicConnect {
    caps: DeviceCaps,
    radio: RadioState,
    register: RegisterState,
    signal: SignalState,
}

impl BasicConnect {
    pub(super) fn new(profile: &Profile) -> Self {
        let (provider_id, provider_name) = ("00101".to_owned(), "Test Network".to_owned());
        Self {
            caps: DeviceCaps {
                device_type: DeviceType::EMBEDDED,
                cellular_class: CellularClass::GSM,
                voice_class: 1,
                sim_class: 2,
                data_class: DataClass::UMTS | DataClass::HSDPA | DataClass::HSUPA | DataClass::LTE,
                sms_caps: 0,
                control_caps: 1,
                max_sessions: 8,
                custom_data_class: String::new(),
                device_id: profile.device_id.clone(),
                firmware_info: profile.firmware_info.clone(),
                hardware_info: profile.hardware_info.clone(),
            },
            radio: RadioState { hardware: RadioSwitch::ON, software: RadioSwitch::ON },
            register: RegisterState {
                network_error: 0,
                state: RegistrationState::HOME,
                mode: RegisterMode::AUTOMATIC,
                available_data_classes: DataClass::LTE,
                cellular_class: CellularClass::GSM,
                provider_id,
                provider_name,
                roaming_text: String::new(),
                registration_flags: 2,
            },
            signal: SignalState {
                rssi: 20,
                error_rate: SIGNAL_UNKNOWN,
                signal_strength_interval: 30,
                rssi_threshold: 1,
                error_rate_threshold: u32::MAX,
            },
        }
    }

    fn provider(&self) -> Provider {
        Provider {
            id: self.register.provider_id.clone(),
            state: 1 | 8 | 16,
            name: self.register.provider_name.clone(),
            cellular_class: CellularClass::GSM,
            rssi: self.signal.rssi,
            error_rate: SIGNAL_UNKNOWN,
        }
    }

    fn other(&self, command: &Command) -> Answer {
        let query = command.kind == CommandType::QUERY;
        match command.cid {
            // Type none, unlocked, attempts not known.
            PIN if query => numbers(&[0, 0, u32::MAX]),
            // Ten kinds, each {mode, format, minimum, maximum}: not supported.
            PIN_LIST if query => numbers(&[0; 40]),
            HOME_PROVIDER if query => answer(&self.provider()),
            PREFERRED_PROVIDERS if query => answer(&Providers::default()),
            VISIBLE_PROVIDERS if query => answer(&Providers { providers: vec![self.provider()] }),
            // No error, attached (2) or detaching (4), LTE, 50 Mbit/s up, 100 Mbit/s down as 64-bit numbers.
            PACKET_SERVICE => numbers(&[0, 2, DataClass::LTE.0, 50_000_000, 0, 100_000_000, 0]),
            // Session 0, deactivated (3), no voice, IPv4 (1), type "none", no error.
            CONNECT if query => {
                let kind: [u8; 16] = [
                    0xB4, 0x3F, 0x75, 0x8C, 0xA5, 0x60, 0x4B, 0x46, 0xB3, 0x5E, 0xC5, 0x86, 0x96, 0x41, 0xFB,
                    0x54,
                ];
                let head: Vec<u8> = [0u32, 3, 0, 1].into_iter().flat_map(u32::to_le_bytes).collect();
                (Status::SUCCESS, Bytes::from([&head[..], &kind, &[0; 4]].concat()))
            }
            PROVISIONED_CONTEXTS if query => numbers(&[0]),
            _ => refuse(Status::NO_DEVICE_SUPPORT),
        }
    }
}

impl Service for BasicConnect {
    fn describe(&self) -> DeviceService {
        let cids = vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 19];
        DeviceService { service: BASIC_CONNECT, cids, ..DeviceService::default() }
    }

    fn command(&mut self, command: &Command, effects: &mut Vec<Effect>) -> Answer {
        if request::<DeviceCapsQuery>(command).is_some() {
            return answer(&self.caps);
        }
        if request::<SubscriberReadyStatusQuery>(command).is_some() {
            return answer(&SubscriberReadyStatus {
                ready_state: ReadyState::INITIALIZED,
                subscriber_id: "001010123456789".into(),
                sim_icc_id: "8900101234567890123".into(),
                ready_info: 0,
                telephone_numbers: vec!["+15550100".into()],
            });
        }
        if request::<RadioStateQuery>(command).is_some() {
            return answer(&self.radio);
        }
        if let Some(set) = request::<SetRadioState>(command) {
            self.radio.software = set.software;
            effects.push(Effect::Event { service: BASIC_CONNECT, cid: 3, data: self.radio.encode() });
            return answer(&self.radio);
        }
        if request::<RegisterStateQuery>(command).is_some() || request::<SetRegisterState>(command).is_some()
        {
            return answer(&self.register);
        }
        if request::<SignalStateQuery>(command).is_some() {
            return answer(&self.signal);
        }
        if let Some(set) = request::<SetSignalState>(command) {
            self.signal.signal_strength_interval = set.signal_strength_interval;
            self.signal.rssi_threshold = set.rssi_threshold;
            self.signal.error_rate_threshold = set.error_rate_threshold;
            return answer(&self.signal);
        }
        self.other(command)
    }
}

/// The device service stream service: the modem itself handles its one command.
#[derive(Debug)]
pub(super) struct Dss;

impl Service for Dss {
    fn describe(&self) -> DeviceService {
        DeviceService { service: DSS, cids: vec![1], ..DeviceService::default() }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        refuse(Status::NO_DEVICE_SUPPORT)
    }
}

/// A service that is only listed.
#[derive(Debug)]
pub(super) struct Listed(pub(super) uuid::Uuid);

impl Service for Listed {
    fn describe(&self) -> DeviceService {
        DeviceService { service: self.0, cids: vec![1], ..DeviceService::default() }
    }

    fn command(&mut self, _command: &Command, _effects: &mut Vec<Effect>) -> Answer {
        refuse(Status::OPERATION_NOT_ALLOWED)
    }
}

fn numbers(numbers: &[u32]) -> Answer {
    (Status::SUCCESS, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}
