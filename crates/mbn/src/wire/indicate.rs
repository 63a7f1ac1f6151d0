//! INDICATE_STATUS: an event of a service. MBIM 9.4.6. The information buffer stands at byte 44: there is no kind and no status.

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::{Decoder, Malformed, command};

/// An event of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndicateStatus {
    /// The device service.
    pub service: Uuid,
    /// The command whose state changed.
    pub cid: u32,
    /// The information buffer.
    pub buffer: Bytes,
}

impl IndicateStatus {
    pub(super) fn decode_body(body: Bytes) -> Result<Self, Malformed> {
        let mut decoder = Decoder::new("IndicateStatus", body);
        let (service, cid) = (decoder.uuid("DeviceServiceId")?, decoder.u32("CID")?);
        Ok(Self { service, cid, buffer: command::information_buffer(&mut decoder)? })
    }

    pub(super) fn encode_body(&self, body: &mut BytesMut) {
        command::put_body(body, self.service, self.cid, None, &self.buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Message, service};

    #[test]
    fn indicate_status() {
        let bytes: &[u8] = &[
            0x07, 0x00, 0x00, 0x80, // INDICATE_STATUS
            0x30, 0x00, 0x00, 0x00, // 48 bytes
            0x00, 0x00, 0x00, 0x00, // no transaction
            0x01, 0x00, 0x00, 0x00, // of 1 fragment
            0x00, 0x00, 0x00, 0x00, // the first
            0xC0, 0x8A, 0x26, 0xDD, 0x77, 0x18, 0x43, 0x82, // dss
            0x84, 0x82, 0x6E, 0x0D, 0x58, 0x3C, 0x4D, 0x0E, //
            0x01, 0x00, 0x00, 0x00, // CID 1
            0x04, 0x00, 0x00, 0x00, // 4 bytes
            0x01, 0x02, 0x03, 0x04, //
        ];
        let event = Message::IndicateStatus(IndicateStatus {
            service: service::DSS,
            cid: 1,
            buffer: Bytes::from_static(&[1, 2, 3, 4]),
        });
        assert_eq!(Message::decode(&Bytes::from_static(bytes)).unwrap(), (0, event.clone()));
        assert_eq!(event.encode(0), bytes);
    }
}
