//! FIRMWARE_ID: which firmware the modem has, as a UUID. Microsoft's service, CID 1.

use uuid::Uuid;

use super::super::service::FIRMWARE_ID;

information_buffer! {
    /// Asks for [`FirmwareId`].
    pub struct FirmwareIdQuery {}
}

information_buffer! {
    /// The id of the firmware.
    pub struct FirmwareId {
        /// The id.
        firmware_id: Uuid,
    }
}

requests! {
    FirmwareIdQuery: query FIRMWARE_ID, 1 -> FirmwareId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn firmware_id() {
        let bytes: [u8; 16] = [
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, // in text order
            0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
        ];
        check(&bytes, &FirmwareId { firmware_id: "00112233-4455-6677-8899-aabbccddeeff".parse().unwrap() });
    }
}
