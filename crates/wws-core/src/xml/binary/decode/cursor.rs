//! Numbers and strings of MC-NBFX 2.1 and 2.2.

use crate::xml::decode::{Bad, Stop};

/// A place in the bytes that are there.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'s> {
    bytes: &'s [u8],
    at: usize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(bytes: &'s [u8], at: usize) -> Self {
        Cursor { bytes, at }
    }

    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Stop> {
        let byte = self.peek().ok_or(Stop::MORE)?;
        self.at += 1;
        Ok(byte)
    }

    #[inline]
    pub(super) fn take(&mut self, len: usize) -> Result<&'s [u8], Stop> {
        // `at` is within the bytes, so this cannot wrap.
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..len).ok_or(Stop::MORE)?;
        self.at += len;
        Ok(taken)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let taken = self.bytes[self.at..].first_chunk::<N>().ok_or(Stop::MORE)?;
        self.at += N;
        Ok(*taken)
    }

    /// Bytes from here to the end of what is there.
    pub(super) fn rest(&self) -> &'s [u8] {
        &self.bytes[self.at..]
    }

    /// These bytes, which were read.
    pub(super) fn slice(&self, range: std::ops::Range<usize>) -> &'s [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// A cursor from `start` that sees nothing behind `end`.
    pub(super) fn up_to(&self, start: usize, end: usize) -> Self {
        Cursor { bytes: &self.bytes[..end], at: start }
    }

    /// MultiByteInt31, MC-NBFX 2.1.2: seven bits a byte, the low ones first.
    #[inline]
    pub(super) fn int31(&mut self) -> Result<usize, Stop> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(first.into());
        }
        self.long_int31(first)
    }

    fn long_int31(&mut self, first: u8) -> Result<usize, Stop> {
        let start = self.at - 1;
        let mut value = u64::from(first & 0x7F);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return match usize::try_from(value) {
                    Ok(value) if value <= 0x7FFF_FFFF => Ok(value),
                    _ => Err(Bad::new(start, "a number has more than 31 bits").into()),
                };
            }
        }
        Err(Bad::new(start, "a number of 31 bits has more than five bytes").into())
    }

    /// The length of a record of 32 bits: a signed number that is not negative, MC-NBFX 2.2.3.
    pub(super) fn length32(&mut self) -> Result<usize, Stop> {
        let start = self.at;
        match i32::from_le_bytes(self.array()?).try_into() {
            Ok(length) => Ok(length),
            Err(_) => Err(Bad::new(start, "the length of a record is negative").into()),
        }
    }

    /// A string, MC-NBFX 2.1.3: its length in bytes, and UTF-8.
    #[inline]
    pub(super) fn string(&mut self) -> Result<&'s str, Stop> {
        let len = self.int31()?;
        let start = self.at;
        Ok(utf8(self.take(len)?, start)?)
    }
}

/// Bytes as characters; `start` is where they stand.
#[inline]
pub(super) fn utf8(bytes: &[u8], start: usize) -> Result<&str, Bad> {
    // The SIMD check pays off from about a hundred bytes on.
    let good = if bytes.len() < 128 {
        std::str::from_utf8(bytes).ok()
    } else {
        simdutf8::basic::from_utf8(bytes).ok()
    };
    match good {
        Some(text) => Ok(text),
        None => Err(not_utf8(bytes, start)),
    }
}

#[cold]
fn not_utf8(bytes: &[u8], start: usize) -> Bad {
    let at = std::str::from_utf8(bytes).err().map_or(0, |e| e.valid_up_to());
    Bad::new(start + at, format!("0x{:02x} is not UTF-8 here", bytes.get(at).unwrap_or(&0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MC-NBFX 2.1.2 and what is wrong about it.
    #[test]
    fn int31() {
        let read = |bytes: &[u8]| Cursor::new(bytes, 0).int31().ok();
        assert_eq!(read(&[0x7F]), Some(0x7F));
        assert_eq!(read(&[0x80, 0x01]), Some(0x80));
        assert_eq!(read(&[0xFF, 0xFF, 0xFF, 0xFF, 0x07]), Some(0x7FFF_FFFF));
        assert_eq!(read(&[0x81, 0x80, 0x80, 0x80, 0x00]), Some(1)); // longer than needed, and Microsoft's reader takes it
        for bad in [&[0xFF, 0xFF, 0xFF, 0xFF, 0x08][..], &[0x81, 0x80, 0x80, 0x80, 0x80, 0x00]] {
            assert!(Cursor::new(bad, 0).int31().is_err_and(|stop| !stop.is_more()), "{bad:x?}");
        }
        assert!(Cursor::new(&[0x80], 0).int31().is_err_and(|stop| stop.is_more()));
    }

    #[test]
    fn strings() {
        assert_eq!(Cursor::new(b"\x03a\xC3\xA9", 0).string().ok(), Some("aé"));
        let stop = Cursor::new(b"\x02\xC3(", 0).string().expect_err("not UTF-8");
        let bad = stop.into_bad().expect("an error");
        assert_eq!(bad.at, 1);
        assert!(Cursor::new(b"\x03ab", 0).string().is_err_and(|stop| stop.is_more()));
    }
}
