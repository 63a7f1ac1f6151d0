//! RADIO_STATE: the radio's two switches. MBIM 10.5.3, CID 3 of basic connect.

use super::super::service::BASIC_CONNECT;

numbers! {
    /// A switch of the radio.
    pub struct RadioSwitch(u32);
    /// Off.
    OFF = 0,
    /// On.
    ON = 1,
}

information_buffer! {
    /// Asks for [`RadioState`].
    pub struct RadioStateQuery {}
}

information_buffer! {
    /// Switches the radio by software.
    pub struct SetRadioState {
        /// The new position of the software switch.
        software: RadioSwitch,
    }
}

information_buffer! {
    /// Both switches; also an event.
    pub struct RadioState {
        /// The switch on the machine.
        hardware: RadioSwitch,
        /// The switch by software.
        software: RadioSwitch,
    }
}

requests! {
    RadioStateQuery: query BASIC_CONNECT, 3 -> RadioState;
    SetRadioState: set BASIC_CONNECT, 3 -> RadioState;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn radio_state() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // hardware on
            0x00, 0x00, 0x00, 0x00, // software off
        ];
        check(bytes, &RadioState { hardware: RadioSwitch::ON, software: RadioSwitch::OFF });
        check(&bytes[4..], &SetRadioState { software: RadioSwitch::OFF });
    }
}
