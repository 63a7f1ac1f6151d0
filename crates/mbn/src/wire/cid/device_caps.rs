//! DEVICE_CAPS: what the modem is. MBIM 10.5.1, CID 1 of basic connect.

use super::super::service::BASIC_CONNECT;

numbers! {
    /// How the modem is built in.
    pub struct DeviceType(u32);
    /// Unknown.
    UNKNOWN = 0,
    /// Embedded in the machine.
    EMBEDDED = 1,
    /// A card or stick.
    REMOVABLE = 2,
    /// Another device, such as a tethered telephone.
    REMOTE = 3,
}

numbers! {
    /// Families of radio technology.
    pub flags CellularClass(u32);
    /// The 3GPP family.
    GSM = 0x1,
    /// The 3GPP2 family.
    CDMA = 0x2,
}

numbers! {
    /// Radio technologies.
    pub flags DataClass(u32);
    /// GPRS.
    GPRS = 0x1,
    /// EDGE.
    EDGE = 0x2,
    /// UMTS.
    UMTS = 0x4,
    /// HSDPA.
    HSDPA = 0x8,
    /// HSUPA.
    HSUPA = 0x10,
    /// LTE.
    LTE = 0x20,
    /// 5G, by Microsoft's extension.
    NR = 0x40,
    /// CDMA 1xRTT.
    ONE_X_RTT = 0x1_0000,
    /// CDMA EV-DO.
    ONE_X_EVDO = 0x2_0000,
    /// CDMA EV-DO revision A.
    ONE_X_EVDO_REV_A = 0x4_0000,
    /// CDMA EV-DV.
    ONE_X_EVDV = 0x8_0000,
    /// CDMA 3xRTT.
    THREE_X_RTT = 0x10_0000,
    /// CDMA EV-DO revision B.
    ONE_X_EVDO_REV_B = 0x20_0000,
    /// UMB.
    UMB = 0x40_0000,
    /// Another one, named in a string.
    CUSTOM = 0x8000_0000,
}

information_buffer! {
    /// Asks for [`DeviceCaps`].
    pub struct DeviceCapsQuery {}
}

information_buffer! {
    /// What the modem is and can do.
    pub struct DeviceCaps {
        /// How it is built in.
        device_type: DeviceType,
        /// Its families of radio technology.
        cellular_class: CellularClass,
        /// Its voice class: 1 none, 2 voice or data, 3 both at once.
        voice_class: u32,
        /// Its SIM class: bit 0 logical, bit 1 removable.
        sim_class: u32,
        /// Its radio technologies.
        data_class: DataClass,
        /// What it can do with SMS, as bits.
        sms_caps: u32,
        /// What else it can do, as bits.
        control_caps: u32,
        /// How many IP sessions it can have at once.
        max_sessions: u32,
        /// The name of the custom data class.
        custom_data_class: String,
        /// Its identity: IMEI or ESN.
        device_id: String,
        /// Its firmware.
        firmware_info: String,
        /// Its hardware.
        hardware_info: String,
    }
}

requests! {
    DeviceCapsQuery: query BASIC_CONNECT, 1 -> DeviceCaps;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn device_caps() {
        let bytes = &[
            0x01, 0x00, 0x00, 0x00, // embedded
            0x01, 0x00, 0x00, 0x00, // GSM
            0x01, 0x00, 0x00, 0x00, // no voice
            0x02, 0x00, 0x00, 0x00, // removable SIM
            0x24, 0x00, 0x00, 0x00, // UMTS|LTE
            0x03, 0x00, 0x00, 0x00, // PDU receive and send
            0x01, 0x00, 0x00, 0x00, // manual registration
            0x08, 0x00, 0x00, 0x00, // 8 sessions
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // no custom data class
            0x40, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, // device id: 4 bytes at 64
            0x44, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, // firmware: 2 bytes at 68
            0x48, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, // hardware: 2 bytes at 72
            b'4', 0x00, b'2', 0x00, // "42"
            b'F', 0x00, 0x00, 0x00, // "F", padded
            b'H', 0x00, 0x00, 0x00, // "H", padded
        ];
        let caps = DeviceCaps {
            device_type: DeviceType::EMBEDDED,
            cellular_class: CellularClass::GSM,
            voice_class: 1,
            sim_class: 2,
            data_class: DataClass::UMTS | DataClass::LTE,
            sms_caps: 3,
            control_caps: 1,
            max_sessions: 8,
            custom_data_class: String::new(),
            device_id: "42".into(),
            firmware_info: "F".into(),
            hardware_info: "H".into(),
        };
        check(bytes, &caps);
    }
}
