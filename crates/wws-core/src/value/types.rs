//! The value types of webservices.h that Rust has no type for.

/// A globally unique identifier, `WS_GUID_TYPE`. On the wire and in memory it has Microsoft's layout
/// (`Uuid::to_bytes_le`).
pub type Guid = uuid::Uuid;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// 100-nanosecond ticks since 0001-01-01T00:00:00; at most [`DateTime::MAX_TICKS`].
    pub ticks: u64,
    /// How the offset is written.
    pub format: DateTimeFormat,
}

impl DateTime {
    /// 9999-12-31T23:59:59.9999999.
    pub const MAX_TICKS: u64 = 3_155_378_975_999_999_999;
}

/// A span of time, `WS_TIMESPAN`: signed 100-nanosecond ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(
    /// 100-nanosecond ticks.
    pub i64,
);

/// A duration in calendar units, `WS_DURATION` (XML Schema `duration`).
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
    pub milliseconds: u32,
    /// 100-nanosecond ticks, less than a millisecond.
    pub ticks: u32,
}

/// A unique id, `WS_UNIQUE_ID`: a GUID, or any URI.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UniqueId {
    /// Written `urn:uuid:…`, 16 bytes in binary.
    Guid(Guid),
    /// Written as it is.
    Uri(Box<str>),
}
