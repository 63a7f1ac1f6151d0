//! SUBSCRIBER_READY_STATUS: SIM and subscriber. MBIM 10.5.2, CID 2 of basic connect.

use super::super::service::BASIC_CONNECT;

numbers! {
    /// Whether the subscriber is ready.
    pub struct ReadyState(u32);
    /// Still starting.
    NOT_INITIALIZED = 0,
    /// Ready.
    INITIALIZED = 1,
    /// There is no SIM.
    SIM_NOT_INSERTED = 2,
    /// The SIM is bad.
    BAD_SIM = 3,
    /// The SIM failed.
    FAILURE = 4,
    /// The subscription is not active.
    NOT_ACTIVATED = 5,
    /// A PIN is needed.
    DEVICE_LOCKED = 6,
    /// There is no eSIM profile, by Microsoft's extension.
    NO_ESIM_PROFILE = 7,
}

information_buffer! {
    /// Asks for [`SubscriberReadyStatus`].
    pub struct SubscriberReadyStatusQuery {}
}

information_buffer! {
    /// SIM and subscriber; also an event.
    pub struct SubscriberReadyStatus {
        /// Whether the subscriber is ready.
        ready_state: ReadyState,
        /// The IMSI.
        subscriber_id: String,
        /// The number of the SIM card.
        sim_icc_id: String,
        /// Bit 0: the unique id is to be protected.
        ready_info: u32,
        /// The telephone numbers.
        telephone_numbers: Vec<String> as texts,
    }
}

requests! {
    SubscriberReadyStatusQuery: query BASIC_CONNECT, 2 -> SubscriberReadyStatus;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn subscriber_ready_status() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // initialized
            0x24, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, // IMSI: 2 bytes at 36
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // no card number
            0x00, 0x00, 0x00, 0x00, // nothing to protect
            0x01, 0x00, 0x00, 0x00, // 1 telephone number
            0x28, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, // 4 bytes at 40
            b'0', 0x00, 0x00, 0x00, // "0", padded
            b'1', 0x00, b'2', 0x00, // "12"
        ];
        let status = SubscriberReadyStatus {
            ready_state: ReadyState::INITIALIZED,
            subscriber_id: "0".into(),
            sim_icc_id: String::new(),
            ready_info: 0,
            telephone_numbers: vec!["12".into()],
        };
        check(bytes, &status);
    }
}
