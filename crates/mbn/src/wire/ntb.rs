//! NTBs: datagrams of IP and data sessions on the bulk endpoints of a USB modem. NCM 1.0 3.2, 3.3; MBIM 7.
//!
//! ```text
//! NTH16:  | "NCMH" | header 12 | sequence | block length | first NDP |
//! NDP16:  | "IPS" or "DSS", session | length | next NDP | {index, length} … | 0, 0 |
//! ```
//!
//! Several datagrams may stand in a block, each where a pair of an NDP says. Linux sends them in any place; so the pairs are checked as
//! everywhere: inside the block, and together no longer than it.

use bytes::{BufMut, Bytes, BytesMut};

use super::{Decoder, Malformed, Problem};

/// Bytes of the header of a block.
const NTH16_LEN: usize = 12;
/// How many NDPs a block may have.
const MAX_NDPS: usize = 64;

/// What a datagram belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// An IP session.
    Ip(u8),
    /// A data session.
    Dss(u8),
}

/// The datagrams of a block of up to 64 KiB, in order. They share the memory of the block.
///
/// # Errors
/// A header that is none, a pair that points outside, an endless chain of NDPs. NDPs of other kinds are skipped.
pub fn decode(block: &Bytes) -> Result<Vec<(Stream, Bytes)>, Malformed> {
    let mut header = Decoder::new("NTH16", block.clone());
    let malformed = |field, problem| Malformed { structure: "NTH16", field, problem };
    let signature = header.u32("dwSignature")?;
    if signature != u32::from_le_bytes(*b"NCMH") {
        return Err(malformed("dwSignature", Problem::Value(signature)));
    }
    let (length, _sequence) = (header.u16("wHeaderLength")?, header.u16("wSequence")?);
    let (said, mut at) = (header.u16("wBlockLength")?, header.u16("wNdpIndex")?);
    // 0 means that the block ends with the transfer.
    if usize::from(length) != NTH16_LEN || usize::from(said) > block.len() {
        return Err(malformed("wBlockLength", Problem::Length { said: said.into(), found: block.len() }));
    }
    let mut datagrams = Vec::new();
    let mut spare = block.len();
    for _ in 0..MAX_NDPS {
        if at == 0 {
            return Ok(datagrams);
        }
        at = ndp(block, at.into(), &mut spare, &mut datagrams)?;
    }
    Err(malformed("wNdpIndex", Problem::Count { count: MAX_NDPS as u32 + 1, fits: MAX_NDPS }))
}

/// One NDP; returns where the next is.
fn ndp(
    block: &Bytes,
    at: usize,
    spare: &mut usize,
    datagrams: &mut Vec<(Stream, Bytes)>,
) -> Result<u16, Malformed> {
    let malformed = |field, problem| Malformed { structure: "NDP16", field, problem };
    let outside = |offset: u16, length: u16| Problem::Outside {
        offset: offset.into(),
        length: length.into(),
        size: block.len(),
    };
    let rest = if at < block.len() { block.slice(at..) } else { Bytes::new() };
    let mut table = Decoder::new("NDP16", rest);
    let [s0, s1, s2, session] = table.array("dwSignature")?;
    let (length, next) = (table.u16("wLength")?, table.u16("wNextNdpIndex")?);
    let stream = match &[s0, s1, s2] {
        b"IPS" => Some(Stream::Ip(session)),
        b"DSS" => Some(Stream::Dss(session)),
        _ => None,
    };
    for _ in 0..usize::from(length).saturating_sub(8) / 4 {
        let (index, size) = (table.u16("wDatagramIndex")?, table.u16("wDatagramLength")?);
        if index == 0 || size == 0 {
            break;
        }
        let (from, to) = (usize::from(index), usize::from(index) + usize::from(size));
        if to > block.len() {
            return Err(malformed("wDatagramIndex", outside(index, size)));
        }
        let Some(left) = spare.checked_sub(usize::from(size)) else {
            return Err(malformed("wDatagramLength", Problem::Overlap));
        };
        *spare = left;
        datagrams.extend(stream.map(|stream| (stream, block.slice(from..to))));
    }
    Ok(next)
}

/// A block with datagrams of one stream. They must fit into 64 KiB together.
pub fn encode(sequence: u16, stream: Stream, datagrams: &[Bytes]) -> Bytes {
    let (name, session) = match stream {
        Stream::Ip(session) => (b"IPS", session),
        Stream::Dss(session) => (b"DSS", session),
    };
    let table = 8 + 4 * (datagrams.len() + 1);
    let mut block = BytesMut::new();
    block.put_slice(b"NCMH");
    block.put_u16_le(NTH16_LEN as u16);
    block.put_u16_le(sequence);
    block.put_u16_le(0); // the length of the block, known at the end
    block.put_u16_le(NTH16_LEN as u16);
    block.put_slice(name);
    block.put_u8(session);
    block.put_u16_le(table as u16);
    block.put_u16_le(0);
    let mut at = NTH16_LEN + table;
    for datagram in datagrams {
        block.put_u16_le(at as u16);
        block.put_u16_le(datagram.len() as u16);
        at = (at + datagram.len()).next_multiple_of(4);
    }
    block.put_u32_le(0);
    for datagram in datagrams {
        block.put_bytes(0, block.len().next_multiple_of(4) - block.len());
        block.put_slice(datagram);
    }
    let length = (block.len() as u16).to_le_bytes();
    if let Some(place) = block.get_mut(8..10) {
        place.copy_from_slice(&length);
    }
    block.freeze()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the Linux driver sent for one datagram of 18 bytes on data session 5, up to the datagram.
    const FROM_LINUX: [u8; 28] = [
        b'N', b'C', b'M', b'H', // header
        0x0C, 0x00, // of 12 bytes
        0x01, 0x00, // sequence 1
        0xCA, 0x00, // 202 bytes
        0x0C, 0x00, // NDP at 12
        b'D', b'S', b'S', 0x05, // data session 5
        0x10, 0x00, // 16 bytes
        0x00, 0x00, // the only one
        0xB8, 0x00, 0x12, 0x00, // 18 bytes at 184
        0x00, 0x00, 0x00, 0x00, // no more
    ];

    fn from_linux() -> Vec<u8> {
        let mut block = FROM_LINUX.to_vec();
        block.resize(184, 0);
        block.extend(b"eighteen bytes ...");
        block
    }

    #[test]
    fn a_block_of_linux() {
        let datagrams = decode(&Bytes::from(from_linux())).unwrap();
        assert_eq!(datagrams, [(Stream::Dss(5), Bytes::from_static(b"eighteen bytes ..."))]);
    }

    #[test]
    fn malformed_blocks() {
        type Change = fn(&mut Vec<u8>);
        let cases: [(&str, Change); 7] = [
            ("another signature", |block| block[0] = b'x'),
            ("another header length", |block| block[4] = 16),
            ("a length beyond the transfer", |block| block[9] = 1),
            ("an NDP outside", |block| block[10] = 200),
            ("a datagram outside", |block| block[22] = 19),
            ("an endless chain", |block| block[18] = 12),
            ("a cut header", |block| block.truncate(11)),
        ];
        for (what, change) in cases {
            let mut block = from_linux();
            change(&mut block);
            assert!(decode(&Bytes::from(block)).is_err(), "{what}");
        }
    }

    #[test]
    fn datagrams_that_overlap_are_refused() {
        let mut block = encode(0, Stream::Dss(1), &vec![Bytes::from_static(&[1; 40]); 3]).to_vec();
        for pair in 0..3 {
            block[20 + pair * 4] = 20;
            block[22 + pair * 4] = 120;
        }
        assert_eq!(decode(&Bytes::from(block)).unwrap_err().problem, Problem::Overlap);
    }

    #[test]
    fn other_streams_are_skipped() {
        let mut block = encode(0, Stream::Ip(3), &[Bytes::from_static(b"ip")]).to_vec();
        assert_eq!(decode(&Bytes::copy_from_slice(&block)).unwrap()[0].0, Stream::Ip(3));
        block[12] = b'X';
        assert_eq!(decode(&Bytes::from(block)), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(session: u8, sizes in prop::collection::vec(1usize..2000, 0..12)) {
            let datagrams: Vec<Bytes> = sizes.iter().map(|&size| Bytes::from(vec![size as u8; size])).collect();
            let block = encode(7, Stream::Dss(session), &datagrams);
            let expected: Vec<_> = datagrams.into_iter().map(|datagram| (Stream::Dss(session), datagram)).collect();
            prop_assert_eq!(decode(&block).unwrap(), expected);
        }

        #[test]
        fn any_bytes_decode_or_are_refused(mut bytes in prop::collection::vec(prop_oneof![0u8..40, any::<u8>()], 0..120), head: bool) {
            if head {
                bytes.splice(0..bytes.len().min(12), FROM_LINUX[..12].iter().copied());
                if let Some(length) = bytes.get_mut(8) { *length = 0; }
            }
            let block = Bytes::from(bytes);
            if let Ok(datagrams) = decode(&block) {
                prop_assert!(datagrams.iter().map(|(_, data)| data.len()).sum::<usize>() <= block.len());
            }
        }
    }
}
