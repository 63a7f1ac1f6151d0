//! QMI over MBIM: Qualcomm's control protocol inside one command.

use bytes::Bytes;

use super::super::service::QMI;

information_buffer! {
    /// A QMUX message, from the byte after the marker 0x01's length on: the whole frame beginning with 0x01. The answer and the event
    /// have the same form.
    pub struct Qmux {
        /// The frame.
        frame: Bytes as rest,
    }
}

requests! {
    Qmux: set QMI, 1 -> Qmux;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn qmux() {
        let bytes = &[
            0x01, // marker
            0x0B, 0x00, // 11 more bytes
            0x00, // from the control point
            0x00, // service CTL
            0x00, // client 0
            0x00, 0x01, // request, transaction 1
            0x27, 0x00, // SYNC
            0x00, 0x00, // no TLVs
        ];
        check(bytes, &Qmux { frame: Bytes::from_static(bytes) });
    }
}
