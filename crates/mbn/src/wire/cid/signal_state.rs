//! SIGNAL_STATE: signal strength and when to report it. MBIM 10.5.11, CID 11 of basic connect.

use super::super::service::BASIC_CONNECT;

/// The value of `rssi` and `error_rate` that means "not known".
pub const SIGNAL_UNKNOWN: u32 = 99;

information_buffer! {
    /// Asks for [`SignalState`].
    pub struct SignalStateQuery {}
}

information_buffer! {
    /// Says when to report the signal. Zero means the modem's own choice.
    pub struct SetSignalState {
        /// Seconds between two events.
        signal_strength_interval: u32,
        /// Change of `rssi` that causes an event.
        rssi_threshold: u32,
        /// Change of `error_rate` that causes an event; 0xFFFFFFFF for none.
        error_rate_threshold: u32,
    }
}

information_buffer! {
    /// The signal; also an event.
    pub struct SignalState {
        /// Strength: 0 is -113 dBm or less, each step 2 dB, 31 is -51 dBm or more, 99 is unknown.
        rssi: u32,
        /// Error rate: 0 to 7, 99 is unknown.
        error_rate: u32,
        /// Seconds between two events.
        signal_strength_interval: u32,
        /// Change of `rssi` that causes an event.
        rssi_threshold: u32,
        /// Change of `error_rate` that causes an event; 0xFFFFFFFF for none.
        error_rate_threshold: u32,
    }
}

requests! {
    SignalStateQuery: query BASIC_CONNECT, 11 -> SignalState;
    SetSignalState: set BASIC_CONNECT, 11 -> SignalState;
}

impl SignalState {
    /// The strength in dBm, if it is known.
    pub fn dbm(&self) -> Option<i32> {
        i32::try_from(self.rssi).ok().filter(|rssi| (0..=31).contains(rssi)).map(|rssi| -113 + 2 * rssi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn signal_state() {
        let bytes = &[
            0x14, 0x00, 0x00, 0x00, // 20 of 31
            0x63, 0x00, 0x00, 0x00, // error rate unknown
            0x05, 0x00, 0x00, 0x00, // every 5 seconds
            0x01, 0x00, 0x00, 0x00, // every step
            0xFF, 0xFF, 0xFF, 0xFF, // never for the error rate
        ];
        let state = SignalState {
            rssi: 20,
            error_rate: SIGNAL_UNKNOWN,
            signal_strength_interval: 5,
            rssi_threshold: 1,
            error_rate_threshold: u32::MAX,
        };
        check(bytes, &state);
        assert_eq!(state.dbm(), Some(-73));
        assert_eq!(SignalState { rssi: SIGNAL_UNKNOWN, ..state }.dbm(), None);
    }
}
