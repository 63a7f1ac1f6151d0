//! `WS_TIMESPAN_VALUE_TYPE`.

use super::Duration;
use super::lexical::{Lexical, Scan, append_fraction, append_padded, display_and_from_str, number};
use crate::{Error, Result};
use std::time::Duration as StdDuration;

/// A span of time, `WS_TIMESPAN`: signed 100-nanosecond ticks.
///
/// Its text form is `-d.hh:mm:ss.f`, as WWSAPI E.3 and MC-NBFX 2.2.3.23 have it. (.NET's text writer writes an XML
/// Schema duration instead: for that, convert [from](Duration::from) and [to](TimeSpan::try_from) a [`Duration`].)
///
/// ```
/// use wws_core::value::{Duration, TimeSpan};
/// let span: TimeSpan = "1.02:03:04.5".parse()?;
/// assert_eq!(span, TimeSpan(937_845_000_000));
/// assert_eq!(Duration::from(span).to_string(), "P1DT2H3M4.5S");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(
    /// 100-nanosecond ticks.
    pub i64,
);

const TICKS_PER_SECOND: u64 = 10_000_000;
const TICKS_PER_DAY: u64 = 24 * 60 * 60 * TICKS_PER_SECOND;

impl TimeSpan {
    /// A span of whole hours; 292 million years at most, larger ones stop there.
    pub const fn from_hours(hours: i64) -> Self {
        TimeSpan(hours.saturating_mul(36_000_000_000))
    }

    /// A span of milliseconds, the unit of the time-outs in webservices.h.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        TimeSpan(milliseconds.saturating_mul(10_000))
    }

    /// Sign and magnitude to a span.
    fn from_magnitude(negative: bool, ticks: u64) -> Option<Self> {
        if negative { 0i64.checked_sub_unsigned(ticks) } else { 0i64.checked_add_unsigned(ticks) }
            .map(TimeSpan)
    }
}

impl Lexical for TimeSpan {
    const NAME: &'static str = "a TimeSpan";

    /// `hh:mm:ss` with the days and a point before it and the fraction behind it, both only if not zero
    /// (MC-NBFX 2.2.3.23).
    fn append_to(&self, out: &mut Vec<u8>) {
        let ticks = self.0.unsigned_abs();
        if self.0 < 0 {
            out.push(b'-');
        }
        if ticks >= TICKS_PER_DAY {
            (ticks / TICKS_PER_DAY).append_to(out);
            out.push(b'.');
        }
        let seconds = (ticks % TICKS_PER_DAY / TICKS_PER_SECOND) as u32;
        append_padded(out, seconds / 3600, 2);
        out.push(b':');
        append_padded(out, seconds / 60 % 60, 2);
        out.push(b':');
        append_padded(out, seconds % 60, 2);
        append_fraction(out, (ticks % TICKS_PER_SECOND) as u32);
    }

    /// `sign? (digits ".")? hh:mm:ss ("." 1 to 7 digits)?`.
    fn parse(text: &[u8]) -> Result<Self> {
        let mut scan = Scan::new(text);
        let negative = scan.sign();
        let start = scan;
        let digits = scan.digits();
        let days = if scan.eat(b'.') {
            number(digits)
        } else {
            scan = start;
            Some(0)
        };
        if digits.is_empty() {
            return Err(start.expected::<Self>("days or an hour of two digits"));
        }
        let mut seconds = 0;
        for (limit, then, what) in [
            (24, true, "an hour of two digits (00 to 23) and :"),
            (60, true, "a minute of two digits (00 to 59) and :"),
            (60, false, "a second of two digits (00 to 59)"),
        ] {
            let start = scan;
            match scan.fixed(2) {
                Some(n) if n < limit && (!then || scan.eat(b':')) => seconds = seconds * 60 + u64::from(n),
                _ => return Err(start.expected::<Self>(what)),
            }
        }
        let fraction = scan.fraction::<Self>()?;
        if !scan.at_end() {
            return Err(scan.expected::<Self>("the end"));
        }
        days.and_then(|days| days.checked_mul(TICKS_PER_DAY))
            .and_then(|ticks| ticks.checked_add(seconds * TICKS_PER_SECOND + u64::from(fraction)))
            .and_then(|ticks| TimeSpan::from_magnitude(negative, ticks))
            .ok_or_else(|| scan.out_of_range::<Self>("±10675199.02:48:05.4775807"))
    }
}

display_and_from_str!(TimeSpan);

impl From<TimeSpan> for Duration {
    /// The same span in days, hours, minutes, seconds and parts of them.
    fn from(span: TimeSpan) -> Self {
        let ticks = span.0.unsigned_abs();
        let seconds = ticks / TICKS_PER_SECOND;
        let fraction = (ticks % TICKS_PER_SECOND) as u32;
        Duration {
            negative: span.0 < 0,
            // At most 10,675,199 days.
            days: (seconds / 86_400) as u32,
            hours: (seconds / 3600 % 24) as u32,
            minutes: (seconds / 60 % 60) as u32,
            seconds: (seconds % 60) as u32,
            milliseconds: fraction / 10_000,
            ticks: fraction % 10_000,
            ..Duration::default()
        }
    }
}

impl TryFrom<Duration> for TimeSpan {
    type Error = Error;

    /// Fails with [`InvalidFormat`](crate::ErrorCode::InvalidFormat) if the duration has years or months, whose
    /// length is not fixed, or does not fit.
    fn try_from(duration: Duration) -> Result<Self> {
        if duration.years != 0 || duration.months != 0 {
            return Err(Error::format(format!(
                "{duration} is no fixed time: years and months differ in length"
            )));
        }
        let hours = u64::from(duration.days) * 24 + u64::from(duration.hours);
        let seconds = (hours * 60 + u64::from(duration.minutes)) * 60 + u64::from(duration.seconds);
        let parts = u64::from(duration.milliseconds) * 10_000 + u64::from(duration.ticks);
        seconds
            .checked_mul(TICKS_PER_SECOND)
            .and_then(|ticks| ticks.checked_add(parts))
            .and_then(|ticks| TimeSpan::from_magnitude(duration.negative, ticks))
            .ok_or_else(|| Error::format(format!("{duration} is longer than a TimeSpan can hold")))
    }
}

impl TryFrom<StdDuration> for TimeSpan {
    type Error = Error;

    /// Cut off to 100 nanoseconds; fails beyond 29,227 years.
    fn try_from(duration: StdDuration) -> Result<Self> {
        i64::try_from(duration.as_nanos() / 100)
            .map(TimeSpan)
            .map_err(|_| Error::format(format!("{duration:?} is longer than a TimeSpan can hold")))
    }
}

impl TryFrom<TimeSpan> for StdDuration {
    type Error = Error;

    /// Fails if the span is negative.
    fn try_from(span: TimeSpan) -> Result<Self> {
        match u64::try_from(span.0) {
            Ok(ticks) => {
                Ok(StdDuration::new(ticks / TICKS_PER_SECOND, (ticks % TICKS_PER_SECOND) as u32 * 100))
            }
            Err(_) => Err(Error::format(format!("{span} is negative, which a standard duration cannot be"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_forms() {
        for (ticks, text, duration) in [
            // The durations are what Microsoft's text writer wrote.
            (0, "00:00:00", "PT0S"),
            (1, "00:00:00.0000001", "PT0.0000001S"),
            (10_000_000, "00:00:01", "PT1S"),
            (864_000_000_000, "1.00:00:00", "P1D"),
            (37_840_000_000, "01:03:04", "PT1H3M4S"),
            (-37_840_000_000, "-01:03:04", "-PT1H3M4S"),
            (i64::MAX, "10675199.02:48:05.4775807", "P10675199DT2H48M5.4775807S"),
            (i64::MIN, "-10675199.02:48:05.4775808", "-P10675199DT2H48M5.4775808S"),
        ] {
            let span = TimeSpan(ticks);
            assert_eq!(span.to_string(), text);
            assert_eq!(text.parse::<TimeSpan>().unwrap(), span);
            assert_eq!(Duration::from(span).to_string(), duration);
            assert_eq!(TimeSpan::try_from(duration.parse::<Duration>().unwrap()).unwrap(), span);
        }
    }

    #[test]
    fn grammar() {
        let read = |text: &str| text.parse::<TimeSpan>();
        assert_eq!(read("+0.00:00:01.10").unwrap(), TimeSpan(11_000_000));
        assert_eq!(read("0000000000000000000000000002.00:00:00").unwrap(), TimeSpan::from_hours(48));
        let bad = "|-|1|1.|00:00|0:00:00|24:00:00|00:60:00|00:00:60|.00:00:00|-.00:00:00|00:00:00.|00:00:00.12345678|\
                   00:00:00 |1:00:00:00|PT1S|100:00:00|00:00:00Z";
        for text in bad.split('|') {
            assert!(read(text).is_err(), "{text}");
        }
        for text in
            ["10675199.02:48:05.4775808", "-10675199.02:48:05.4775809", "99999999999999999999.00:00:00"]
        {
            assert!(read(text).unwrap_err().to_string().contains("out of range"), "{text}");
        }
    }

    #[test]
    fn std_durations() {
        let half = StdDuration::from_millis(1500);
        assert_eq!(TimeSpan::try_from(half).unwrap(), TimeSpan::from_milliseconds(1500));
        assert_eq!(StdDuration::try_from(TimeSpan(15_000_000)).unwrap(), half);
        assert!(StdDuration::try_from(TimeSpan(-1)).is_err());
        assert!(TimeSpan::try_from(StdDuration::MAX).is_err());
        assert!(TimeSpan::try_from("P1M".parse::<Duration>().unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn round_trip(ticks: i64, shift in 0u32..63) {
            let span = TimeSpan(ticks >> shift);
            prop_assert_eq!(span.to_string().parse::<TimeSpan>().unwrap(), span);
            prop_assert_eq!(TimeSpan::try_from(Duration::from(span)).unwrap(), span);
        }
    }
}
