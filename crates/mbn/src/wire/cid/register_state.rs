//! REGISTER_STATE: the network that the modem is registered on. MBIM 10.5.9, CID 9 of basic connect.

use super::{super::service::BASIC_CONNECT, CellularClass, DataClass};

numbers! {
    /// How the modem is registered.
    pub struct RegistrationState(u32);
    /// Unknown.
    UNKNOWN = 0,
    /// Not registered.
    DEREGISTERED = 1,
    /// Searching a network.
    SEARCHING = 2,
    /// On the home network.
    HOME = 3,
    /// Roaming.
    ROAMING = 4,
    /// On a partner's network.
    PARTNER = 5,
    /// The network refused.
    DENIED = 6,
}

numbers! {
    /// Who chooses the network.
    pub struct RegisterMode(u32);
    /// Unknown.
    UNKNOWN = 0,
    /// The modem.
    AUTOMATIC = 1,
    /// The user.
    MANUAL = 2,
}

numbers! {
    /// How to register.
    pub struct RegisterAction(u32);
    /// The modem chooses the network.
    AUTOMATIC = 0,
    /// The named network.
    MANUAL = 1,
}

information_buffer! {
    /// Asks for [`RegisterState`].
    pub struct RegisterStateQuery {}
}

information_buffer! {
    /// Chooses the network.
    pub struct SetRegisterState {
        /// The network, for [`RegisterAction::MANUAL`].
        provider_id: String,
        /// Who chooses.
        action: RegisterAction,
        /// The wanted radio technologies.
        data_class: DataClass,
    }
}

information_buffer! {
    /// The network that the modem is registered on; also an event.
    pub struct RegisterState {
        /// The cause of the last refusal, by 3GPP TS 24.008.
        network_error: u32,
        /// How the modem is registered.
        state: RegistrationState,
        /// Who chose the network.
        mode: RegisterMode,
        /// The radio technologies that the network offers.
        available_data_classes: DataClass,
        /// The family of the radio technology.
        cellular_class: CellularClass,
        /// The network's number: MCC and MNC.
        provider_id: String,
        /// The network's name.
        provider_name: String,
        /// The text to show while roaming.
        roaming_text: String,
        /// Bits: 1 manual selection is not available, 2 packet service attaches by itself.
        registration_flags: u32,
    }
}

requests! {
    RegisterStateQuery: query BASIC_CONNECT, 9 -> RegisterState;
    SetRegisterState: set BASIC_CONNECT, 9 -> RegisterState;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn register_state() {
        let bytes = &[
            0x00, 0x00, 0x00, 0x00, // no error
            0x03, 0x00, 0x00, 0x00, // home
            0x01, 0x00, 0x00, 0x00, // automatic
            0x20, 0x00, 0x00, 0x00, // LTE
            0x01, 0x00, 0x00, 0x00, // GSM
            0x30, 0x00, 0x00, 0x00, 0x0A, 0x00, 0x00, 0x00, // provider id: 10 bytes at 48
            0x3C, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, // provider name: 2 bytes at 60
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // no roaming text
            0x02, 0x00, 0x00, 0x00, // attaches by itself
            b'0', 0, b'0', 0, b'1', 0, b'0', 0, b'1', 0, 0, 0, // "00101", padded
            b'T', 0, 0, 0, // "T", padded
        ];
        let state = RegisterState {
            network_error: 0,
            state: RegistrationState::HOME,
            mode: RegisterMode::AUTOMATIC,
            available_data_classes: DataClass::LTE,
            cellular_class: CellularClass::GSM,
            provider_id: "00101".into(),
            provider_name: "T".into(),
            roaming_text: String::new(),
            registration_flags: 2,
        };
        check(bytes, &state);
    }

    #[test]
    fn set_register_state() {
        let bytes = &[
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // no provider
            0x00, 0x00, 0x00, 0x00, // automatic
            0x20, 0x00, 0x00, 0x00, // LTE
        ];
        let action = RegisterAction::AUTOMATIC;
        check(bytes, &SetRegisterState { provider_id: String::new(), action, data_class: DataClass::LTE });
    }
}
