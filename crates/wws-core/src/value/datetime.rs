//! `WS_DATETIME_VALUE_TYPE`: instants from year 1 to 9999, to 100 nanoseconds.

use super::lexical::{Lexical, Scan, append_fraction, append_padded, display_and_from_str, invalid};
use crate::{Error, Result};
use std::time::{Duration as StdDuration, SystemTime};

/// How the offset of a [`DateTime`] is written: `WS_DATETIME_FORMAT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateTimeFormat {
    /// `…Z`: the ticks are universal time.
    #[default]
    Utc,
    /// `…±hh:mm`: the ticks are universal time, the text shows local time with its offset.
    Local,
    /// No offset: the ticks are what a clock on the wall shows, somewhere.
    None,
}

/// An instant, `WS_DATETIME`: 100-nanosecond ticks since 0001-01-01T00:00:00.
///
/// ```
/// use wws_core::value::{Civil, DateTime, DateTimeFormat};
/// let time: DateTime = "2007-09-27T10:30:00-07:00".parse()?;
/// assert_eq!(time.format, DateTimeFormat::Local);
/// assert_eq!(time.civil(), Civil { hour: 17, minute: 30, ..Civil::date(2007, 9, 27) });
/// // Writing local time needs the offset; without it the universal form appears.
/// assert_eq!(time.to_string(), "2007-09-27T17:30:00Z");
/// let mut out = Vec::new();
/// time.append_with_offset(Some(-7 * 60), &mut out);
/// assert_eq!(out, b"2007-09-27T10:30:00-07:00");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// 100-nanosecond ticks since 0001-01-01T00:00:00; at most [`DateTime::MAX_TICKS`].
    pub ticks: u64,
    /// How the offset is written.
    pub format: DateTimeFormat,
}

/// A date of the Gregorian calendar with the time of day: what [`DateTime`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// 1 to 9999.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 100-nanosecond ticks, 0 to 9,999,999.
    pub ticks: u32,
}

const TICKS_PER_SECOND: u64 = 10_000_000;
const TICKS_PER_MINUTE: u64 = 60 * TICKS_PER_SECOND;
const TICKS_PER_DAY: u64 = 24 * 60 * TICKS_PER_MINUTE;
/// 0001-01-01 counted from the 1st of March of year 0, where leap days come last.
const DAYS_TO_YEAR_1: u64 = 306;
const DAYS_PER_400_YEARS: u64 = 146_097;

impl DateTime {
    /// 9999-12-31T23:59:59.9999999.
    pub const MAX_TICKS: u64 = 3_155_378_975_999_999_999;
    /// 1970-01-01, the epoch of Unix, in ticks.
    pub const UNIX_EPOCH_TICKS: u64 = 621_355_968_000_000_000;
    /// 1601-01-01, the epoch of `FILETIME`, in ticks.
    pub const FILETIME_EPOCH_TICKS: u64 = 504_911_232_000_000_000;

    /// A date and time of the calendar.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if there is no such date or time.
    pub fn from_civil(civil: Civil, format: DateTimeFormat) -> Result<Self> {
        match civil.to_ticks() {
            Some(ticks) => Ok(DateTime { ticks, format }),
            None => Err(Error::format(format!(
                "there is no such date and time between year 1 and 9999: {civil:?}"
            ))),
        }
    }

    /// The date and time that the ticks stand for; universal time unless the format is
    /// [`None`](DateTimeFormat::None).
    pub fn civil(&self) -> Civil {
        Civil::from_ticks(self.ticks)
    }

    /// `WsFileTimeToDateTime`: universal time from 100-nanosecond ticks since 1601.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) from year 10000 on.
    pub fn from_file_time(ticks: u64) -> Result<Self> {
        match ticks.checked_add(Self::FILETIME_EPOCH_TICKS) {
            Some(ticks) if ticks <= Self::MAX_TICKS => Ok(DateTime { ticks, format: DateTimeFormat::Utc }),
            _ => Err(Error::format("the FILETIME is later than year 9999, which a DateTime cannot hold")),
        }
    }

    /// `WsDateTimeToFileTime`: 100-nanosecond ticks since 1601.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) before year 1601.
    pub fn to_file_time(&self) -> Result<u64> {
        self.ticks.checked_sub(Self::FILETIME_EPOCH_TICKS).ok_or_else(|| {
            Error::format(format!("{self} is before year 1601, where the time of a FILETIME begins"))
        })
    }

    /// Appends the text form; [`Local`](DateTimeFormat::Local) shows the time `offset` minutes east of Greenwich.
    ///
    /// The offset is that of the machine (or of whoever reads) *at this instant*; the core has no clock, so the
    /// caller knows it. `None`, an offset of a day or more, or one that leads out of the calendar give the
    /// universal form (`WS_DATETIME_FORMAT_LOCAL`).
    pub fn append_with_offset(&self, offset: Option<i16>, out: &mut Vec<u8>) {
        let local = offset.filter(|o| o.unsigned_abs() < 24 * 60).and_then(|minutes| {
            let ticks = self.ticks.checked_add_signed(i64::from(minutes) * TICKS_PER_MINUTE as i64)?;
            Some((ticks, minutes))
        });
        match (self.format, local) {
            (DateTimeFormat::None, _) => Civil::from_ticks(self.ticks).append_to(out),
            (DateTimeFormat::Local, Some((ticks, minutes))) => {
                Civil::from_ticks(ticks).append_to(out);
                out.push(if minutes < 0 { b'-' } else { b'+' });
                let minutes = u32::from(minutes.unsigned_abs());
                append_padded(out, minutes / 60, 2);
                out.push(b':');
                append_padded(out, minutes % 60, 2);
            }
            _ => {
                Civil::from_ticks(self.ticks).append_to(out);
                out.push(b'Z');
            }
        }
    }
}

impl Lexical for DateTime {
    const NAME: &'static str = "a DateTime";

    /// The form of [`DateTime::append_with_offset`] without an offset. (Ticks beyond the largest give a year of
    /// five digits, as XML Schema has it.)
    fn append_to(&self, out: &mut Vec<u8>) {
        self.append_with_offset(None, out);
    }

    /// `yyyy-MM-ddThh:mm:ss`, a fraction of 1 to 7 digits if any, and `Z`, `±hh:mm` or nothing.
    fn parse(text: &[u8]) -> Result<Self> {
        let mut scan = Scan::new(text);
        let mut civil = Civil::date(0, 0, 0);
        for (part, width, then, what) in [
            (&mut civil.year, 4, b'-', "a year of four digits and -"),
            (&mut civil.month, 2, b'-', "a month of two digits and -"),
            (&mut civil.day, 2, b'T', "a day of two digits and T"),
            (&mut civil.hour, 2, b':', "an hour of two digits and :"),
            (&mut civil.minute, 2, b':', "a minute of two digits and :"),
        ] {
            let start = scan;
            match scan.fixed(width) {
                Some(n) if scan.eat(then) => *part = n,
                _ => return Err(start.expected::<Self>(what)),
            }
        }
        civil.second = scan.fixed(2).ok_or_else(|| scan.expected::<Self>("a second of two digits"))?;
        civil.ticks = scan.fraction::<Self>()?;
        let (format, offset) = zone(&mut scan)?;
        let ticks = civil.to_ticks().ok_or_else(|| invalid::<Self>(text, "there is no such date or time"))?;
        match ticks.checked_add_signed(-offset) {
            Some(ticks) if ticks <= Self::MAX_TICKS => Ok(DateTime { ticks, format }),
            _ => Err(scan.out_of_range::<Self>("year 1 to 9999 in universal time")),
        }
    }
}

display_and_from_str!(DateTime);

/// `Z`, `±hh:mm` or nothing, then the end; the offset in ticks.
fn zone(scan: &mut Scan<'_>) -> Result<(DateTimeFormat, i64)> {
    const EXPECTED: &str = "Z, an offset (±hh:mm) or the end";
    let start = *scan;
    let found = match scan.peek() {
        None => Some((DateTimeFormat::None, 0)),
        Some(b'Z') => {
            scan.eat(b'Z');
            Some((DateTimeFormat::Utc, 0))
        }
        Some(b'+' | b'-') => offset(scan).map(|ticks| (DateTimeFormat::Local, ticks)),
        Some(_) => None,
    };
    found.filter(|_| scan.at_end()).ok_or_else(|| start.expected::<DateTime>(EXPECTED))
}

fn offset(scan: &mut Scan<'_>) -> Option<i64> {
    let negative = scan.sign();
    let hours = scan.fixed(2).filter(|h| *h < 24)?;
    let minutes = scan.eat(b':').then(|| scan.fixed(2)).flatten().filter(|m| *m < 60)?;
    let ticks = i64::from(hours * 60 + minutes) * TICKS_PER_MINUTE as i64;
    Some(if negative { -ticks } else { ticks })
}

impl Civil {
    /// Midnight of a date, which is not checked before [`DateTime::from_civil`].
    pub const fn date(year: u32, month: u32, day: u32) -> Self {
        Civil { year, month, day, hour: 0, minute: 0, second: 0, ticks: 0 }
    }

    fn to_ticks(self) -> Option<u64> {
        let leap =
            self.year.is_multiple_of(4) && !self.year.is_multiple_of(100) || self.year.is_multiple_of(400);
        let last_day = match self.month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let date_is_valid = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=last_day).contains(&self.day);
        let time_is_valid = self.hour < 24
            && self.minute < 60
            && self.second < 60
            && u64::from(self.ticks) < TICKS_PER_SECOND;
        if !date_is_valid || !time_is_valid {
            return None;
        }
        // A year that begins with March has its leap day at the end, and months of 31 30 31 30 31 days.
        let year = u64::from(self.year) - u64::from(self.month < 3);
        let month = (u64::from(self.month) + 9) % 12;
        let days =
            year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + u64::from(self.day) - 1;
        let seconds = u64::from((self.hour * 60 + self.minute) * 60 + self.second);
        Some((days - DAYS_TO_YEAR_1) * TICKS_PER_DAY + seconds * TICKS_PER_SECOND + u64::from(self.ticks))
    }

    fn from_ticks(ticks: u64) -> Self {
        let days = ticks / TICKS_PER_DAY + DAYS_TO_YEAR_1;
        let day = days % DAYS_PER_400_YEARS;
        // Take the leap days out of the 400 years, and every year has 365 days.
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (year * 365 + year / 4 - year / 100);
        let month = (day * 5 + 2) / 153;
        let day = day - (month * 153 + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = days / DAYS_PER_400_YEARS * 400 + year + u64::from(month < 3);

        let seconds = ticks % TICKS_PER_DAY / TICKS_PER_SECOND;
        // Each fits: a year of 64-bit ticks is below 100,000.
        Civil {
            year: year as u32,
            month: month as u32,
            day: day as u32,
            hour: (seconds / 3600) as u32,
            minute: (seconds / 60 % 60) as u32,
            second: (seconds % 60) as u32,
            ticks: (ticks % TICKS_PER_SECOND) as u32,
        }
    }

    /// `yyyy-MM-ddThh:mm:ss` and a fraction of as many digits as it needs.
    fn append_to(self, out: &mut Vec<u8>) {
        append_padded(out, self.year, if self.year > 9999 { 5 } else { 4 });
        for (before, part) in [
            (b'-', self.month),
            (b'-', self.day),
            (b'T', self.hour),
            (b':', self.minute),
            (b':', self.second),
        ] {
            out.push(before);
            append_padded(out, part, 2);
        }
        append_fraction(out, self.ticks);
    }
}

impl TryFrom<SystemTime> for DateTime {
    type Error = Error;

    /// Universal time, cut off to 100 nanoseconds.
    fn try_from(time: SystemTime) -> Result<Self> {
        let ticks = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => u128::from(Self::UNIX_EPOCH_TICKS).checked_add(after.as_nanos() / 100),
            Err(e) => u128::from(Self::UNIX_EPOCH_TICKS).checked_sub(e.duration().as_nanos().div_ceil(100)),
        };
        match ticks.and_then(|t| u64::try_from(t).ok()) {
            Some(ticks) if ticks <= Self::MAX_TICKS => Ok(DateTime { ticks, format: DateTimeFormat::Utc }),
            _ => {
                Err(Error::format("the time is not between year 1 and 9999, which is what a DateTime holds"))
            }
        }
    }
}

impl TryFrom<DateTime> for SystemTime {
    type Error = Error;

    /// Takes the ticks as universal time; fails where the platform's time is narrower.
    fn try_from(time: DateTime) -> Result<Self> {
        let span =
            |ticks: u64| StdDuration::new(ticks / TICKS_PER_SECOND, (ticks % TICKS_PER_SECOND) as u32 * 100);
        let converted = match time.ticks.checked_sub(DateTime::UNIX_EPOCH_TICKS) {
            Some(after) => SystemTime::UNIX_EPOCH.checked_add(span(after)),
            None => SystemTime::UNIX_EPOCH.checked_sub(span(DateTime::UNIX_EPOCH_TICKS - time.ticks)),
        };
        converted.ok_or_else(|| Error::format(format!("{time} is beyond the time of this platform")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(text: &str) -> Result<DateTime> {
        text.parse()
    }

    /// What Microsoft's text writer wrote.
    #[test]
    fn known_forms() {
        use DateTimeFormat::{Local, None, Utc};
        for (ticks, format, text) in [
            (0, None, "0001-01-01T00:00:00"),
            (0, Utc, "0001-01-01T00:00:00Z"),
            (DateTime::MAX_TICKS, Utc, "9999-12-31T23:59:59.9999999Z"),
            (633000000000000000, Utc, "2006-11-24T21:20:00Z"),
            (633000000001234567, Utc, "2006-11-24T21:20:00.1234567Z"),
            (633000000001234567, None, "2006-11-24T21:20:00.1234567"),
            (633000000001234567, Local, "2006-11-24T21:20:00.1234567+00:00"),
            (633000000001000000, Utc, "2006-11-24T21:20:00.1Z"),
        ] {
            let value = DateTime { ticks, format };
            let mut out = Vec::new();
            value.append_with_offset(Some(0), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
            assert_eq!(time(text).unwrap(), value);
        }
    }

    #[test]
    fn offsets() {
        let noon = time("2007-09-25T12:00:00Z").unwrap().ticks;
        for text in ["2007-09-25T19:00:00+07:00", "2007-09-24T22:30:00-13:30", "2007-09-26T11:59:00+23:59"] {
            assert_eq!(
                time(text).unwrap(),
                DateTime { ticks: noon, format: DateTimeFormat::Local },
                "{text}"
            );
        }
        // Beyond the calendar, the universal form.
        let first = DateTime { ticks: 5, format: DateTimeFormat::Local };
        for (offset, text) in [
            (Some(-60), "0001-01-01T00:00:00.0000005Z"),
            (None, "0001-01-01T00:00:00.0000005Z"),
            (Some(24 * 60), "0001-01-01T00:00:00.0000005Z"),
            (Some(90), "0001-01-01T01:30:00.0000005+01:30"),
        ] {
            let mut out = Vec::new();
            first.append_with_offset(offset, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
        assert!(time("0001-01-01T00:59:59+01:00").is_err());
        assert!(time("9999-12-31T23:00:00-01:00").is_err());
        assert!(time("0001-01-01T01:00:00+01:00").is_ok());
    }

    #[test]
    fn grammar() {
        for text in ["2004-02-29T00:00:00Z", "2000-02-29T23:59:59.9", "1900-02-28T00:00:00.0000000"] {
            assert!(time(text).is_ok(), "{text}");
        }
        for bad in [
            "",
            "2007-09-25",
            "2007-09-25T01:30",
            "2007-09-25 01:30:00",
            "2007-09-25t01:30:00z",
            "2007-9-25T01:30:00",
            "02007-09-25T01:30:00",
            "-2007-09-25T01:30:00",
            "0000-01-01T00:00:00",
            "2007-13-01T00:00:00",
            "2007-00-01T00:00:00",
            "2007-02-29T00:00:00",
            "1900-02-29T00:00:00",
            "2007-04-31T00:00:00",
            "2007-01-00T00:00:00",
            "2007-01-01T24:00:00",
            "2007-01-01T00:60:00",
            "2007-01-01T00:00:60",
            "2007-01-01T00:00:00.",
            "2007-01-01T00:00:00.12345678",
            "2007-01-01T00:00:00.1z",
            "2007-01-01T00:00:00+1:00",
            "2007-01-01T00:00:00+24:00",
            "2007-01-01T00:00:00+01:60",
            "2007-01-01T00:00:00+0100",
            "2007-01-01T00:00:00Z ",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
        assert_eq!(
            time("2007-02-29T00:00:00").unwrap_err().to_string(),
            r#""2007-02-29T00:00:00" is not a DateTime: there is no such date or time"#
        );
        assert_eq!(
            time("2007-09-25 01:30:00").unwrap_err().to_string(),
            r#""2007-09-25 01:30:00" is not a DateTime: a day of two digits and T expected at character 9"#
        );
    }

    /// Every day of the calendar in order: an oracle without arithmetic.
    #[test]
    fn the_calendar() {
        let mut ticks = 0;
        let mut civil = Civil::date(1, 1, 1);
        while civil.year < 10_000 {
            assert_eq!(DateTime::from_civil(civil, DateTimeFormat::Utc).unwrap().ticks, ticks);
            assert_eq!(DateTime { ticks, ..DateTime::default() }.civil(), civil);
            ticks += TICKS_PER_DAY;
            civil.day += 1;
            if civil.to_ticks().is_none() {
                civil = Civil::date(civil.year, civil.month + 1, 1);
                if civil.month > 12 {
                    civil = Civil::date(civil.year + 1, 1, 1);
                }
            }
        }
        assert_eq!(ticks, DateTime::MAX_TICKS + 1);
    }

    #[test]
    fn other_clocks() {
        let epoch = DateTime::try_from(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(epoch, time("1970-01-01T00:00:00Z").unwrap());
        assert_eq!(time("1601-01-01T00:00:00Z").unwrap().to_file_time().unwrap(), 0);
        assert_eq!(DateTime::from_file_time(0).unwrap(), time("1601-01-01T00:00:00Z").unwrap());
        assert!(time("1600-12-31T23:59:59.9999999").unwrap().to_file_time().is_err());
        assert!(DateTime::from_file_time(u64::MAX).is_err());
        let last = DateTime::MAX_TICKS - DateTime::FILETIME_EPOCH_TICKS;
        assert_eq!(DateTime::from_file_time(last).unwrap().ticks, DateTime::MAX_TICKS);
        assert!(DateTime::from_file_time(last + 1).is_err());
        let before = SystemTime::UNIX_EPOCH - StdDuration::from_nanos(1);
        assert_eq!(DateTime::try_from(before).unwrap(), time("1969-12-31T23:59:59.9999999Z").unwrap());
    }

    #[test]
    fn ticks_beyond_the_calendar_have_a_form() {
        let beyond = DateTime { ticks: DateTime::MAX_TICKS + 1, ..DateTime::default() };
        assert_eq!(beyond.to_string(), "10000-01-01T00:00:00Z");
        assert_eq!(DateTime { ticks: u64::MAX, ..beyond }.civil().year, 58456);
    }

    proptest! {
        #[test]
        fn round_trip(ticks in 0..=DateTime::MAX_TICKS, format in 0..3, offset in -840i16..=840) {
            let format = [DateTimeFormat::Utc, DateTimeFormat::Local, DateTimeFormat::None][format as usize];
            let value = DateTime { ticks, format };
            let mut out = Vec::new();
            value.append_with_offset(Some(offset), &mut out);
            prop_assert_eq!(DateTime::parse(&out).ok(), Some(value), "{:?}", String::from_utf8_lossy(&out));
            prop_assert_eq!(DateTime::from_civil(value.civil(), format).unwrap(), value);
            let utc = DateTime { ticks, format: DateTimeFormat::Utc };
            prop_assert_eq!(DateTime::try_from(SystemTime::try_from(value).unwrap()).unwrap(), utc);
        }

        #[test]
        fn any_bytes_are_an_error_or_a_value(text in "[0-9:.TZ+-]{0,30}") {
            if let Ok(value) = DateTime::parse(text.as_bytes()) {
                prop_assert!(value.ticks <= DateTime::MAX_TICKS);
            }
        }
    }
}
