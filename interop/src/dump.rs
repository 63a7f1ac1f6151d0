//! Values in a form that all programs print in the same way: one line for each.

use bytes::Bytes;
use std::fmt::Write;
use wws::{
    value::{DateTime, DateTimeFormat, Decimal, Duration, Guid},
    xml::reader::QName,
};

/// Lines of the form `path=value`.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    pub(crate) fn add(&mut self, path: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{path}={value}");
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

/// What has such a form.
pub(crate) trait Dump {
    fn dump(&self, path: &str, lines: &mut Lines);
}

/// The fields of a struct, each under its name.
macro_rules! dump_fields {
    ($type:ident: $($field:ident)*) => {
        impl $crate::dump::Dump for $type {
            fn dump(&self, path: &str, lines: &mut $crate::dump::Lines) {
                $($crate::dump::Dump::dump(&self.$field, &format!("{path}.{}", stringify!($field)), lines);)*
            }
        }
    };
}
pub(crate) use dump_fields;

macro_rules! dump_as {
    ($($type:ty: $value:ident => $form:expr;)*) => {$(
        impl Dump for $type {
            fn dump(&self, path: &str, lines: &mut Lines) {
                let $value = self;
                lines.add(path, $form);
            }
        }
    )*};
}

dump_as! {
    bool: v => v;
    i8: v => v;
    i16: v => v;
    i32: v => v;
    i64: v => v;
    u16: v => v;
    u32: v => v;
    u64: v => v;
    u8: v => v;
    f32: v => if v.is_nan() { "nan".to_owned() } else { format!("{:08x}", v.to_bits()) };
    f64: v => format!("{:016x}", v.to_bits());
    Decimal: v => v;
    DateTime: v => format!("{}{}", v.ticks, if v.format == DateTimeFormat::Utc { "Z" } else { "" });
    Duration: v => ticks(v);
    Guid: v => v;
    str: v => quote(v);
    String: v => quote(v);
    QName: v => format!("{{{}}}{}", v.ns, v.local);
    Bytes: v => hash(v);
    [u8]: v => hash(v);
}

/// In units of 100 nanoseconds; days and less.
fn ticks(duration: &Duration) -> i64 {
    let seconds =
        ((i64::from(duration.days) * 24 + i64::from(duration.hours)) * 60 + i64::from(duration.minutes)) * 60
            + i64::from(duration.seconds);
    let ticks = (seconds * 1000 + i64::from(duration.milliseconds)) * 10_000 + i64::from(duration.ticks);
    if duration.negative { -ticks } else { ticks }
}

fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for unit in text.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(c @ ' '..='~') if c != '\\' => quoted.push(c),
            _ => {
                let _ = write!(quoted, "\\u{unit:04x}");
            }
        }
    }
    quoted + "\""
}

/// The length, and an FNV-1a hash.
fn hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{}:{hash:016x}", bytes.len())
}

impl<T: Dump> Dump for Option<T> {
    fn dump(&self, path: &str, lines: &mut Lines) {
        match self {
            Some(value) => value.dump(path, lines),
            None => lines.add(path, "nil"),
        }
    }
}

/// Bytes are one value, everything else is a list.
impl<T: Dump + 'static> Dump for Vec<T> {
    fn dump(&self, path: &str, lines: &mut Lines) {
        if let Some(bytes) = (self as &dyn std::any::Any).downcast_ref::<Vec<u8>>() {
            return bytes.as_slice().dump(path, lines);
        }
        lines.add(path, self.len());
        for (i, item) in self.iter().enumerate() {
            item.dump(&format!("{path}.{i}"), lines);
        }
    }
}
