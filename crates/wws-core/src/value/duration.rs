//! `WS_DURATION_VALUE_TYPE`: `duration` of XML Schema Part 2 3.2.6.

use super::lexical::{Lexical, Scan, append_fraction, display_and_from_str, fraction_ticks, number};
use crate::Result;

/// A duration in calendar units, `WS_DURATION` (XML Schema `duration`).
///
/// Each unit counts on its own: `PT90M` stays ninety minutes. For a fixed length of time see
/// [`TimeSpan`](super::TimeSpan).
///
/// ```
/// use wws_core::value::Duration;
/// let month: Duration = "P1MT0.25S".parse()?;
/// assert_eq!((month.months, month.milliseconds), (1, 250));
/// assert_eq!(Duration { years: 2, ..Duration::default() }.to_string(), "P2Y");
/// # Ok::<(), wws_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct Duration {
    pub negative: bool,
    pub years: u32,
    pub months: u32,
    pub days: u32,
    pub hours: u32,
    pub minutes: u32,
    pub seconds: u32,
    /// Less than 1,000.
    pub milliseconds: u32,
    /// 100-nanosecond ticks, less than a millisecond (10,000).
    pub ticks: u32,
}

const TICKS_PER_SECOND: u64 = 10_000_000;

impl Lexical for Duration {
    const NAME: &'static str = "a Duration";

    /// The units that are not zero; `PT0S` if all are.
    fn append_to(&self, out: &mut Vec<u8>) {
        // A caller's milliseconds or ticks beyond their limit count as seconds.
        let parts = u64::from(self.milliseconds) * 10_000 + u64::from(self.ticks);
        let seconds = u64::from(self.seconds) + parts / TICKS_PER_SECOND;
        let fraction = (parts % TICKS_PER_SECOND) as u32;

        if self.negative {
            out.push(b'-');
        }
        out.push(b'P');
        let start = out.len();
        append_unit(out, self.years, b'Y');
        append_unit(out, self.months, b'M');
        append_unit(out, self.days, b'D');
        let no_date = out.len() == start;
        if no_date || self.hours != 0 || self.minutes != 0 || seconds != 0 || fraction != 0 {
            out.push(b'T');
            let time = out.len();
            append_unit(out, self.hours, b'H');
            append_unit(out, self.minutes, b'M');
            if seconds != 0 || fraction != 0 || out.len() == time {
                seconds.append_to(out);
                append_fraction(out, fraction);
                out.push(b'S');
            }
        }
    }

    /// `sign? "P"`, then numbers with `Y`, `M`, `D`, and after `T` with `H`, `M`, `S`, in this order, at least one
    /// in all and one after `T`. Seconds may have a fraction; its digits past the seventh are cut off.
    fn parse(text: &[u8]) -> Result<Self> {
        let mut scan = Scan::new(text);
        let mut value = Duration { negative: scan.sign(), ..Duration::default() };
        if !scan.eat(b'P') {
            return Err(scan.expected::<Self>("P"));
        }
        let mut units = UNITS;
        let mut in_time = false;
        let mut count = 0;
        while !scan.at_end() {
            if !in_time && scan.eat(b'T') {
                units = TIME_UNITS;
                (in_time, count) = (true, 0);
            }
            units = unit(&mut scan, &mut value, units, in_time)?;
            count += 1;
        }
        if count == 0 {
            return Err(scan.expected::<Self>("a number with its unit"));
        }
        Ok(value)
    }
}

display_and_from_str!(Duration);

const UNITS: &[u8] = b"YMD";
const TIME_UNITS: &[u8] = b"HMS";

fn append_unit(out: &mut Vec<u8>, count: u32, unit: u8) {
    if count != 0 {
        count.append_to(out);
        out.push(unit);
    }
}

/// Reads one number with its unit, one of `units`; returns the units that may still follow.
fn unit(
    scan: &mut Scan<'_>,
    value: &mut Duration,
    units: &'static [u8],
    in_time: bool,
) -> Result<&'static [u8]> {
    let start = *scan;
    let digits = scan.digits();
    if digits.is_empty() {
        return Err(scan.expected::<Duration>("a number with its unit"));
    }
    let fraction = if scan.eat(b'.') { Some(scan.digits()) } else { None };
    let found = units.iter().position(|u| scan.eat(*u));
    let Some((unit, rest)) = found.and_then(|i| units.get(i..)?.split_first()) else {
        let units: Vec<_> = units.iter().map(|u| char::from(*u).to_string()).collect();
        let what = if units.is_empty() { "the end".to_owned() } else { units.join(" or ") };
        return Err(scan.expected::<Duration>(&what));
    };
    match fraction {
        None => {}
        Some([_, ..]) if *unit == b'S' => {
            let ticks = fraction_ticks(fraction.unwrap_or_default());
            (value.milliseconds, value.ticks) = (ticks / 10_000, ticks % 10_000);
        }
        Some(_) => return Err(start.expected::<Duration>("a whole number, or seconds with a fraction,")),
    }
    let slot = match (unit, in_time) {
        (b'Y', _) => &mut value.years,
        (b'M', false) => &mut value.months,
        (b'D', _) => &mut value.days,
        (b'H', _) => &mut value.hours,
        (b'M', true) => &mut value.minutes,
        _ => &mut value.seconds,
    };
    *slot = number(digits)
        .and_then(|n| u32::try_from(n).ok())
        .ok_or_else(|| start.out_of_range::<Duration>("each number is at most 4294967295"))?;
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Duration> {
        text.parse()
    }

    #[test]
    fn grammar() {
        let all = Duration {
            negative: true,
            years: 1,
            months: 2,
            days: 3,
            hours: 4,
            minutes: 5,
            seconds: 6,
            milliseconds: 78,
            ticks: 9000,
        };
        assert_eq!(read("-P1Y2M3DT4H5M6.0789S").unwrap(), all);
        assert_eq!(all.to_string(), "-P1Y2M3DT4H5M6.0789S");
        assert_eq!(read("+P0Y").unwrap(), Duration::default());
        assert_eq!(read("P1M").unwrap(), Duration { months: 1, ..Duration::default() });
        assert_eq!(read("PT1M").unwrap(), Duration { minutes: 1, ..Duration::default() });
        assert_eq!(read("PT0.123456789S").unwrap().ticks, 4567);
        assert_eq!(read("P4294967295D").unwrap().days, u32::MAX);
        let bad = "|P|-P|PT|P1YT|1Y|P1|P1S|PT1Y|P1M1Y|P1Y1Y|PT1S1M|P-1Y|P1.5Y|PT1.5M|PT1.S|PT.5S|PT1H1|p1y|P1YTT1H|\
                   P4294967296D|P99999999999999999999D|P1Y |PT1S1S|P1DT1H2";
        for text in bad.split('|') {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(
            read("P1M1Y").unwrap_err().to_string(),
            r#""P1M1Y" is not a Duration: D expected at character 5"#
        );
    }

    #[test]
    fn written_short() {
        assert_eq!(Duration::default().to_string(), "PT0S");
        assert_eq!(Duration { negative: true, days: 1, ..Duration::default() }.to_string(), "-P1D");
        assert_eq!(Duration { milliseconds: 1, ..Duration::default() }.to_string(), "PT0.001S");
        assert_eq!(
            Duration { milliseconds: 2500, ticks: 10_001, ..Duration::default() }.to_string(),
            "PT2.5010001S"
        );
    }

    proptest! {
        #[test]
        fn round_trip(
            negative: bool, n: [u32; 6], zero: u8, milliseconds in 0u32..1000, ticks in 0u32..10_000,
        ) {
            let keep = |i: usize| if zero & 1 << i == 0 { n[i] } else { 0 };
            let value = Duration {
                negative, years: keep(0), months: keep(1), days: keep(2), hours: keep(3), minutes: keep(4),
                seconds: keep(5),
                milliseconds: if zero & 64 == 0 { milliseconds } else { 0 },
                ticks: if zero & 128 == 0 { ticks } else { 0 },
            };
            prop_assert_eq!(read(&value.to_string()).unwrap(), value);
        }

        #[test]
        fn what_it_reads_it_writes_as_the_same_value(text in "[+-]?P?([0-9]{1,3}(\\.[0-9])?[YMDTHS]){0,4}T?") {
            if let Ok(value) = read(&text) {
                prop_assert_eq!(read(&value.to_string()).unwrap(), value);
            }
        }
    }
}
