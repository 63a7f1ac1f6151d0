//! The control service of mbim-proxy: how a client says which device it wants. Never sent to a modem.

use super::super::{Empty, service::PROXY_CONTROL};

/// The command [`Configuration`].
pub const CONFIGURATION: u32 = 1;
/// The event [`Version`].
pub const VERSION: u32 = 2;

information_buffer! {
    /// Chooses the device; must be the first message of a client. The answer is empty.
    pub struct Configuration {
        /// The path of the device node, such as `/dev/cdc-wdm0`.
        device_path: String,
        /// How long the proxy waits for the device to open, in seconds.
        timeout: u32,
    }
}

information_buffer! {
    /// The protocol versions that were agreed with the device; an event that the proxy sends after [`Configuration`].
    pub struct Version {
        /// The version of MBIM as BCD, such as 0x0100.
        mbim: u16,
        /// The version of Microsoft's extensions as BCD.
        mbim_extended: u16,
    }
}

requests! {
    Configuration: set PROXY_CONTROL, 1 -> Empty;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cid::check;

    #[test]
    fn configuration() {
        let bytes = &[
            0x0C, 0x00, 0x00, 0x00, // the path is at 12
            0x12, 0x00, 0x00, 0x00, // and has 18 bytes
            0x1E, 0x00, 0x00, 0x00, // 30 seconds
            b'/', 0, b'd', 0, b'e', 0, b'v', 0, b'/', 0, b'n', 0, b'u', 0, b'l', 0, b'l',
            0, // "/dev/null"
            0x00, 0x00, // padding
        ];
        check(bytes, &Configuration { device_path: "/dev/null".into(), timeout: 30 });
    }

    #[test]
    fn version() {
        check(&[0x00, 0x01, 0x00, 0x02], &Version { mbim: 0x0100, mbim_extended: 0x0200 });
    }
}
