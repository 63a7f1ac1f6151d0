//! The descriptors of the modem. USB 2.0 9.6; CDC 1.2 5.2.3; MBIM 6.

use super::super::Profile;

/// The control interface.
pub(super) const CONTROL: u8 = 0;
/// The data interface, which carries data in its alternate setting 1.
pub(super) const DATA: u8 = 1;
/// The interrupt endpoint.
pub(super) const NOTIFY: u32 = 1;
/// The bulk endpoint to the host.
pub(super) const BULK_IN: u32 = 2;
/// The bulk endpoint from the host.
pub(super) const BULK_OUT: u32 = 3;
/// The largest NTB, in bytes, either way.
pub(super) const NTB_SIZE: u32 = 16 << 10;

/// 0x1D6B is the Linux Foundation, 0x0104 its multi-function gadget: no maker of modems is impersonated.
const VENDOR: [u8; 2] = 0x1D6Bu16.to_le_bytes();
const PRODUCT: [u8; 2] = 0x0104u16.to_le_bytes();

/// The device descriptor.
pub(super) fn device() -> Vec<u8> {
    let mut bytes = vec![18, 1, 0x00, 0x02]; // USB 2.0
    bytes.extend([0x02, 0, 0, 64]); // communications, packets of 64 bytes on endpoint 0
    bytes.extend(VENDOR);
    bytes.extend(PRODUCT);
    bytes.extend([0x00, 0x01, 1, 2, 3, 1]); // version 1.0, three strings, one configuration
    bytes
}

/// The configuration with everything in it.
pub(super) fn configuration(profile: &Profile) -> Vec<u8> {
    let control_message = (profile.max_control_message.min(0xFFFF) as u16).to_le_bytes();
    let mtu = (profile.max_data_size.min(0xFFFF) as u16).to_le_bytes();
    let parts: [&[u8]; 11] = [
        &[8, 11, CONTROL, 2, 0x02, 0x0E, 0x00, 0], // association: two interfaces, MBIM
        &[9, 4, CONTROL, 0, 1, 0x02, 0x0E, 0x00, 0],
        &[5, 0x24, 0x00, 0x10, 0x01],    // CDC 1.1
        &[5, 0x24, 0x06, CONTROL, DATA], // union
        &[0x0C, 0x24, 0x1B, 0x00, 0x01, control_message[0], control_message[1], 32, 128, 0x00, 0x08, 0x20],
        &[8, 0x24, 0x1C, 0x00, 0x01, 64, mtu[0], mtu[1]],
        &[7, 5, 0x80 | NOTIFY as u8, 3, 16, 0, 9],
        &[9, 4, DATA, 0, 0, 0x0A, 0x00, 0x02, 0],
        &[9, 4, DATA, 1, 2, 0x0A, 0x00, 0x02, 0],
        &[7, 5, 0x80 | BULK_IN as u8, 2, 0x00, 0x02, 0],
        &[7, 5, BULK_OUT as u8, 2, 0x00, 0x02, 0],
    ];
    let body = parts.concat();
    let total = ((9 + body.len()) as u16).to_le_bytes();
    [&[9, 2, total[0], total[1], 2, 1, 0, 0x80, 250][..], &body].concat()
}

/// A string: 0 the languages, 1 the maker, 2 the product, 3 the serial number.
pub(super) fn string(index: u8, profile: &Profile) -> Option<Vec<u8>> {
    let text = match index {
        0 => return Some(vec![4, 3, 0x09, 0x04]),
        1 => "wws",
        2 => &profile.hardware_info,
        3 => &profile.device_id,
        _ => return None,
    };
    let units: Vec<u8> = text.encode_utf16().take(126).flat_map(u16::to_le_bytes).collect();
    Some([&[2 + units.len() as u8, 3], &units[..]].concat())
}

/// NTB parameters: 16-bit NTBs only. NCM 1.0 6.2.1.
pub(super) fn ntb_parameters() -> Vec<u8> {
    let size = NTB_SIZE.to_le_bytes();
    [
        &[28, 0, 0x01, 0x00][..],
        &size,
        &[4, 0, 0, 0, 4, 0, 0, 0], // divisor, remainder, alignment, reserved: in
        &size,
        &[4, 0, 0, 0, 4, 0, 0, 0], // the same out, and no limit of datagrams
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::linux::sysfs::max_control_message;

    #[test]
    fn lengths_are_true_and_the_control_message_is_found() {
        let profile = Profile { max_control_message: 1024, ..Profile::default() };
        let bytes = configuration(&profile);
        assert_eq!(usize::from(u16::from_le_bytes([bytes[2], bytes[3]])), bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            assert_ne!(bytes[at], 0);
            at += usize::from(bytes[at]);
        }
        assert_eq!(at, bytes.len());
        assert_eq!(max_control_message(&[device(), bytes].concat()), Some(1024));
        assert_eq!((device().len(), ntb_parameters().len()), (18, 28));
    }

    #[test]
    fn strings_say_what_it_is() {
        assert_eq!(string(1, &Profile::default()).unwrap(), [8, 3, b'w', 0, b'w', 0, b's', 0]);
        assert_eq!(string(9, &Profile::default()), None);
    }
}
