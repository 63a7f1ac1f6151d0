//! Values taken from memory (the forms of webservices.h), with what is impossible in them refused.

use super::{layout, memory::Host};
use crate::{
    Error, Result,
    value::{DateTime, DateTimeFormat, Decimal, Duration, Guid},
};

/// A number of 32 bits, such as a length.
#[inline]
pub(super) fn number<H: Host>(host: &H, at: H::Address) -> Result<u32> {
    host.load(at).map(u32::from_ne_bytes)
}

/// `WS_DURATION`.
pub(super) fn duration<H: Host>(host: &H, at: H::Address) -> Result<Duration> {
    let bytes: [u8; layout::DURATION] = host.load(at)?;
    let mut parts = bytes.as_chunks::<4>().0.iter().map(|part| u32::from_ne_bytes(*part));
    let mut next = || parts.next().unwrap_or_default();
    Ok(Duration {
        negative: next() != 0,
        years: next(),
        months: next(),
        days: next(),
        hours: next(),
        minutes: next(),
        seconds: next(),
        milliseconds: next(),
        ticks: next(),
    })
}

/// `WS_DATETIME`.
pub(super) fn date<H: Host>(host: &H, at: H::Address) -> Result<DateTime> {
    let ticks = u64::from_ne_bytes(host.load(at)?);
    if ticks > DateTime::MAX_TICKS {
        return Err(Error::format(format!("{ticks} ticks are after the year 9999")));
    }
    let format = match number(host, host.offset(at, layout::DATETIME_FORMAT))? {
        0 => DateTimeFormat::Utc,
        1 => DateTimeFormat::Local,
        2 => DateTimeFormat::None,
        other => return Err(Error::argument(format!("{other} is no WS_DATETIME_FORMAT"))),
    };
    Ok(DateTime { ticks, format })
}

/// `DECIMAL`: reserved, scale, sign, the upper 32 bits, the lower 64.
pub(super) fn decimal<H: Host>(host: &H, at: H::Address) -> Result<Decimal> {
    /// The sign of a negative one.
    const NEGATIVE: u8 = 0x80;
    let [_, _, scale, sign]: [u8; 4] = host.load(at)?;
    if scale > 28 || sign & !NEGATIVE != 0 {
        return Err(Error::argument(format!(
            "a DECIMAL with scale {scale} and sign {sign:#04x}: the scale is 28 at most, the sign 0 or 0x80"
        )));
    }
    let high = number(host, host.offset(at, 4))?;
    let low = u64::from_ne_bytes(host.load(host.offset(at, 8))?);
    Ok(Decimal::from_parts(low as u32, (low >> 32) as u32, high, sign == NEGATIVE, scale.into()))
}

/// `GUID`.
pub(super) fn guid<H: Host>(host: &H, at: H::Address) -> Result<Guid> {
    let first = number(host, at)?;
    let second = u16::from_ne_bytes(host.load(host.offset(at, 4))?);
    let third = u16::from_ne_bytes(host.load(host.offset(at, 6))?);
    Ok(Guid::from_fields(first, second, third, &host.load(host.offset(at, 8))?))
}

/// The pointer and the length of a counted string or of bytes; no pointer without a length.
pub(super) fn counted<H: Host>(host: &H, at: H::Address, what: &str) -> Result<Option<(H::Address, usize)>> {
    let length = number(host, at)? as usize;
    pointed(host, host.offset(at, layout::CHARS), length, what)
}

/// The pointer that stands at a place, with a length that stands elsewhere.
pub(super) fn pointed<H: Host>(
    host: &H,
    at: H::Address,
    length: usize,
    what: &str,
) -> Result<Option<(H::Address, usize)>> {
    match host.load_pointer(at)? {
        Some(chars) if length > 0 => Ok(Some((chars, length))),
        None if length > 0 => Err(super::memory::null(&format!("{what} has a length of {length}"))),
        _ => Ok(None),
    }
}
