//! Values as C has them, and as Rust has them.

use crate::abi::{
    DECIMAL, GUID, WS_DATETIME, WS_DATETIME_FORMAT, WS_DATETIME_FORMAT_LOCAL, WS_DATETIME_FORMAT_NONE,
    WS_DATETIME_FORMAT_UTC, WS_DURATION, WS_TIMESPAN,
};
use wws::{
    Error, Result,
    value::{DateTime, DateTimeFormat, Decimal, Duration, Guid, TimeSpan},
};

/// The sign of a negative `DECIMAL`.
const DECIMAL_NEG: u8 = 0x80;
/// The largest scale of a `DECIMAL`.
const MAX_SCALE: u8 = 28;

/// A value that C may give wrong, such as a date after the year 9999.
pub trait FromC: Sized {
    /// What it is in Rust.
    type Rust;
    /// Checks and converts.
    ///
    /// # Errors
    /// `WS_E_INVALID_FORMAT` or `E_INVALIDARG` if C has a value that the type does not have.
    fn to_rust(&self) -> Result<Self::Rust>;
    /// Converts back.
    fn from_rust(value: Self::Rust) -> Self;
}

impl FromC for WS_DATETIME {
    type Rust = DateTime;
    fn to_rust(&self) -> Result<DateTime> {
        if self.ticks > DateTime::MAX_TICKS {
            return Err(Error::format(format!("{} ticks are after the year 9999", self.ticks)));
        }
        let format = match self.format {
            WS_DATETIME_FORMAT_UTC => DateTimeFormat::Utc,
            WS_DATETIME_FORMAT_LOCAL => DateTimeFormat::Local,
            WS_DATETIME_FORMAT_NONE => DateTimeFormat::None,
            WS_DATETIME_FORMAT(other) => {
                return Err(Error::argument(format!("{other} is no WS_DATETIME_FORMAT")));
            }
        };
        Ok(DateTime { ticks: self.ticks, format })
    }
    fn from_rust(value: DateTime) -> Self {
        let format = match value.format {
            DateTimeFormat::Utc => WS_DATETIME_FORMAT_UTC,
            DateTimeFormat::Local => WS_DATETIME_FORMAT_LOCAL,
            DateTimeFormat::None => WS_DATETIME_FORMAT_NONE,
        };
        WS_DATETIME { ticks: value.ticks, format }
    }
}

impl FromC for WS_TIMESPAN {
    type Rust = TimeSpan;
    fn to_rust(&self) -> Result<TimeSpan> {
        Ok(TimeSpan(self.ticks))
    }
    fn from_rust(value: TimeSpan) -> Self {
        WS_TIMESPAN { ticks: value.0 }
    }
}

impl FromC for WS_DURATION {
    type Rust = Duration;
    fn to_rust(&self) -> Result<Duration> {
        Ok(Duration {
            negative: self.negative != 0,
            years: self.years,
            months: self.months,
            days: self.days,
            hours: self.hours,
            minutes: self.minutes,
            seconds: self.seconds,
            milliseconds: self.milliseconds,
            ticks: self.ticks,
        })
    }
    fn from_rust(value: Duration) -> Self {
        WS_DURATION {
            negative: value.negative.into(),
            years: value.years,
            months: value.months,
            days: value.days,
            hours: value.hours,
            minutes: value.minutes,
            seconds: value.seconds,
            milliseconds: value.milliseconds,
            ticks: value.ticks,
        }
    }
}

impl FromC for GUID {
    type Rust = Guid;
    fn to_rust(&self) -> Result<Guid> {
        Ok(Guid::from_fields(self.Data1, self.Data2, self.Data3, &self.Data4))
    }
    fn from_rust(value: Guid) -> Self {
        let (data1, data2, data3, data4) = value.as_fields();
        GUID { Data1: data1, Data2: data2, Data3: data3, Data4: *data4 }
    }
}

impl FromC for DECIMAL {
    type Rust = Decimal;
    fn to_rust(&self) -> Result<Decimal> {
        if self.scale > MAX_SCALE || self.sign & !DECIMAL_NEG != 0 {
            return Err(Error::argument(format!(
                "a DECIMAL with scale {} and sign {:#04x}: the scale is 28 at most, the sign 0 or 0x80",
                self.scale, self.sign
            )));
        }
        let (low, middle) = (self.Lo64 as u32, (self.Lo64 >> 32) as u32);
        Ok(Decimal::from_parts(low, middle, self.Hi32, self.sign == DECIMAL_NEG, self.scale.into()))
    }
    fn from_rust(value: Decimal) -> Self {
        let parts = value.unpack();
        DECIMAL {
            wReserved: 0,
            scale: parts.scale as u8,
            sign: if parts.negative { DECIMAL_NEG } else { 0 },
            Hi32: parts.hi,
            Lo64: u64::from(parts.mid) << 32 | u64::from(parts.lo),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_rust_and_back() {
        let decimal =
            DECIMAL { wReserved: 0, scale: 3, sign: DECIMAL_NEG, Hi32: 1, Lo64: 0x0000_0002_0000_0003 };
        assert_eq!(DECIMAL::from_rust(decimal.to_rust().unwrap()), decimal);
        let guid =
            GUID { Data1: 0x0011_2233, Data2: 0x4455, Data3: 0x6677, Data4: [0x88, 0x99, 1, 2, 3, 4, 5, 6] };
        assert_eq!(guid.to_rust().unwrap().to_string(), "00112233-4455-6677-8899-010203040506");
        assert_eq!(GUID::from_rust(guid.to_rust().unwrap()), guid);
        let date = WS_DATETIME { ticks: DateTime::MAX_TICKS, format: WS_DATETIME_FORMAT_LOCAL };
        let back = WS_DATETIME::from_rust(date.to_rust().unwrap());
        assert_eq!((back.ticks, back.format), (date.ticks, date.format));
    }

    #[test]
    fn values_that_do_not_exist_are_refused() {
        assert!(DECIMAL { scale: 29, ..DECIMAL::default() }.to_rust().is_err());
        assert!(DECIMAL { sign: 1, ..DECIMAL::default() }.to_rust().is_err());
        assert!(WS_DATETIME { ticks: u64::MAX, format: WS_DATETIME_FORMAT_UTC }.to_rust().is_err());
        assert!(WS_DATETIME { ticks: 0, format: WS_DATETIME_FORMAT(3) }.to_rust().is_err());
    }
}
