//! USB/IP: transfers of a USB device over a stream. Linux `Documentation/usb/usbip_protocol.rst`; all numbers are big-endian.
//!
//! ```text
//!  0         4          8         12          16         20                                    48
//!  | command | sequence | device  | direction | endpoint | 28 bytes by command                 | data
//! ```

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Bytes of every header.
const HEADER_LEN: usize = 48;
/// The largest transfer that is taken, in bytes: the kernel's driver uses at most 64 KiB.
const MAX_TRANSFER: usize = 1 << 20;

const CMD_SUBMIT: u32 = 1;
const CMD_UNLINK: u32 = 2;
const RET_SUBMIT: u32 = 3;
const RET_UNLINK: u32 = 4;

/// What the host asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A transfer.
    Submit(Submit),
    /// Give a transfer up.
    Unlink {
        /// The number of this request.
        sequence: u32,
        /// The number of the transfer.
        victim: u32,
    },
}

/// A transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submit {
    /// Its number.
    pub sequence: u32,
    /// From the device to the host.
    pub is_in: bool,
    /// The endpoint.
    pub endpoint: u32,
    /// For a control transfer: its setup packet.
    pub setup: [u8; 8],
    /// How many bytes the host takes, for one in; what it sends, for one out.
    pub length: usize,
    /// What it sends.
    pub data: Bytes,
}

/// What the device answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// A transfer is done.
    Submit {
        /// Its number.
        sequence: u32,
        /// 0, or a negative error number of Linux.
        status: i32,
        /// How many bytes were transferred.
        length: usize,
        /// For one in: the bytes.
        data: Bytes,
    },
    /// A transfer was given up, or was done already.
    Unlink {
        /// The number of the request.
        sequence: u32,
        /// -104 (ECONNRESET) if it was given up, 0 if it was done already.
        status: i32,
    },
}

/// The stream cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonsense;

impl Request {
    /// Takes the next request out of what was received; `None` if more is needed.
    ///
    /// # Errors
    /// An unknown command, or a transfer that is too large: nothing after it can be understood.
    pub fn take(buffer: &mut BytesMut) -> Result<Option<Self>, Nonsense> {
        let Some(mut header) = buffer.get(..HEADER_LEN) else { return Ok(None) };
        let (command, sequence, _device) = (header.get_u32(), header.get_u32(), header.get_u32());
        let (direction, endpoint) = (header.get_u32(), header.get_u32());
        match command {
            CMD_UNLINK => {
                let victim = header.get_u32();
                buffer.advance(HEADER_LEN);
                Ok(Some(Self::Unlink { sequence, victim }))
            }
            CMD_SUBMIT => {
                let (_flags, length) = (header.get_u32(), header.get_u32() as usize);
                header.advance(12); // start frame, packets, interval: for isochronous and interrupt transfers
                let mut setup = [0; 8];
                header.copy_to_slice(&mut setup);
                if length > MAX_TRANSFER || direction > 1 {
                    return Err(Nonsense);
                }
                let follows = if direction == 0 { length } else { 0 };
                if buffer.len() < HEADER_LEN + follows {
                    return Ok(None);
                }
                buffer.advance(HEADER_LEN);
                let data = buffer.split_to(follows).freeze();
                Ok(Some(Self::Submit(Submit {
                    sequence,
                    is_in: direction == 1,
                    endpoint,
                    setup,
                    length,
                    data,
                })))
            }
            _ => Err(Nonsense),
        }
    }
}

impl Response {
    /// Appends the response to `output`.
    pub fn put(&self, output: &mut BytesMut) {
        let (command, sequence, status, length, data) = match self {
            Self::Submit { sequence, status, length, data } => {
                (RET_SUBMIT, *sequence, *status, *length, data.clone())
            }
            Self::Unlink { sequence, status } => (RET_UNLINK, *sequence, *status, 0, Bytes::new()),
        };
        output.put_u32(command);
        output.put_u32(sequence);
        output.put_bytes(0, 12); // device, direction, endpoint: not used in answers
        output.put_i32(status);
        output.put_u32(length as u32);
        output.put_bytes(0, 20);
        output.put_slice(&data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GET_DESCRIPTOR(device), 18 bytes, as vhci_hcd sends it.
    const GET_DESCRIPTOR: [u8; 48] = [
        0x00, 0x00, 0x00, 0x01, // CMD_SUBMIT
        0x00, 0x00, 0x00, 0x07, // number 7
        0x00, 0x01, 0x00, 0x01, // device 65537
        0x00, 0x00, 0x00, 0x01, // in
        0x00, 0x00, 0x00, 0x00, // endpoint 0
        0x00, 0x00, 0x02, 0x00, // flags
        0x00, 0x00, 0x00, 0x12, // 18 bytes
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, //
        0x80, 0x06, 0x00, 0x01, 0x00, 0x00, 0x12, 0x00, // setup
    ];

    #[test]
    fn a_request_is_taken_when_it_is_whole() {
        let mut buffer = BytesMut::from(&GET_DESCRIPTOR[..47]);
        assert_eq!(Request::take(&mut buffer), Ok(None));
        buffer.put_u8(0);
        let setup = [0x80, 6, 0, 1, 0, 0, 0x12, 0];
        let submit = Submit { sequence: 7, is_in: true, endpoint: 0, setup, length: 18, data: Bytes::new() };
        assert_eq!(Request::take(&mut buffer), Ok(Some(Request::Submit(submit))));
        assert!(buffer.is_empty());
    }

    #[test]
    fn what_is_sent_follows_the_header() {
        let mut bytes = GET_DESCRIPTOR;
        (bytes[15], bytes[27]) = (0, 3);
        let mut buffer = BytesMut::from(&bytes[..]);
        assert_eq!(Request::take(&mut buffer), Ok(None));
        buffer.put_slice(b"abcX");
        assert!(
            matches!(Request::take(&mut buffer), Ok(Some(Request::Submit(submit))) if submit.data == "abc")
        );
        assert_eq!(buffer, "X");
    }

    #[test]
    fn nonsense_is_refused() {
        for (at, value) in [(3, 9), (15, 2), (24, 0x10)] {
            let mut bytes = GET_DESCRIPTOR;
            bytes[at] = value;
            assert_eq!(Request::take(&mut BytesMut::from(&bytes[..])), Err(Nonsense), "{at}");
        }
    }

    #[test]
    fn responses() {
        let mut output = BytesMut::new();
        Response::Submit { sequence: 7, status: -32, length: 2, data: Bytes::from_static(b"ok") }
            .put(&mut output);
        Response::Unlink { sequence: 8, status: -104 }.put(&mut output);
        assert_eq!(output.len(), 48 + 2 + 48);
        assert_eq!(output[..8], [0, 0, 0, 3, 0, 0, 0, 7]);
        assert_eq!(output[20..28], [0xFF, 0xFF, 0xFF, 0xE0, 0, 0, 0, 2]);
        assert_eq!(output[48..58], *b"ok\0\0\0\x04\0\0\0\x08");
    }
}
