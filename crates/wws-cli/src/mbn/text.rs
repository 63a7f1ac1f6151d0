//! Services, commands and bytes as people write and read them.

use bytes::Bytes;
use serde_json::{Map, Value};
use std::fmt::Write;
use uuid::Uuid;
use wws_mbn::{
    Code, Error, Result,
    wire::{cid, service},
};

/// A service from a name or a UUID.
pub(crate) fn parse_service(text: &str) -> Result<Uuid, String> {
    if let Some(id) = service::parse(text).or_else(|| own_service(text)) {
        return Ok(id);
    }
    Err("neither a UUID nor the name of a known service; wws mbn services shows those of the modem".into())
}

/// The services of the simulator, which no modem has.
const OWN: [(&str, Uuid); 4] = [
    ("echo", wws_mbn::sim::service::ECHO),
    ("store", wws_mbn::sim::service::STORE),
    ("line", wws_mbn::sim::service::LINE),
    ("sim-control", wws_mbn::sim::service::CONTROL),
];

fn own_service(text: &str) -> Option<Uuid> {
    OWN.iter().find(|(name, _)| *name == text).map(|(_, id)| *id)
}

/// The name of a service, if it has one.
pub(crate) fn service_name(id: Uuid) -> Option<&'static str> {
    let own = OWN.iter().find(|(_, own)| *own == id).map(|(name, _)| *name);
    service::by_uuid(id).map(|known| known.name).or(own)
}

/// A command from a number, in decimal or with 0x, or a known name.
pub(crate) fn parse_command(service: Uuid, text: &str) -> Result<u32> {
    let number = match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    };
    let named = || {
        let commands = service::by_uuid(service)?.commands;
        commands.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(number, _)| *number)
    };
    number.or_else(named).ok_or_else(|| {
        let known: Vec<String> = service::by_uuid(service)
            .map(|known| known.commands.iter().map(|(number, name)| format!("{number} {name}")).collect())
            .unwrap_or_default();
        Error::new(
            Code::InvalidArgument,
            format!("{text} is not a command; known ones: {}", known.join(", ")),
        )
    })
}

/// Bytes from hexadecimal digits; blanks, colons and line ends between bytes do not matter.
pub(crate) fn parse_hex(text: &str) -> Result<Bytes, String> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    if !digits.len().is_multiple_of(2) {
        return Err(format!("{} hexadecimal digits do not make whole bytes", digits.len()));
    }
    let byte = |pair: &[char]| match pair {
        [high, low] => high.to_digit(16).zip(low.to_digit(16)).map(|(high, low)| (high * 16 + low) as u8),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes.map(Bytes::from).ok_or_else(|| "not hexadecimal".into())
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes as lines with offset, hexadecimal digits and characters.
pub(crate) fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let digits: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let characters: String = line
            .iter()
            .map(|&byte| if (0x20..0x7F).contains(&byte) { char::from(byte) } else { '.' })
            .collect();
        let _infallible = writeln!(text, "{:08x}  {:47}  {characters}", index * 16, digits.join(" "));
    }
    text
}

/// An answer or event: its fields if they are known, else a dump.
pub(crate) fn describe(service: Uuid, command: u32, data: &Bytes) -> String {
    match cid::describe(service, command, data) {
        Some(Ok(fields)) => {
            let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            fields.iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect()
        }
        Some(Err(error)) => format!("(cannot be read: {error})\n{}", dump(data)),
        None => dump(data),
    }
}

/// An answer or event for machines.
pub(crate) fn json(service: Uuid, command: u32, data: &Bytes) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("service".into(), service.to_string().into());
    object.insert("name".into(), service_name(service).into());
    object.insert("command".into(), command.into());
    object.insert("command_name".into(), service::command_name(service, command).into());
    object.insert("data".into(), hex(data).into());
    if let Some(Ok(fields)) = cid::describe(service, command, data) {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value)));
        object.insert("fields".into(), fields.collect::<Map<String, Value>>().into());
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        assert_eq!(parse_hex("01 ff:0A\n").unwrap(), &[1, 255, 10][..]);
        assert!(parse_hex("1").is_err() && parse_hex("zz").is_err());
        assert_eq!(hex(&[1, 255]), "01ff");
        assert_eq!(dump(b"A\x00"), format!("00000000  {:47}  A.\n", "41 00"));
    }

    #[test]
    fn services_and_commands_by_name() {
        let basic_connect = parse_service("basic-connect").unwrap();
        assert_eq!(parse_command(basic_connect, "device_caps").unwrap(), 1);
        assert_eq!(parse_command(basic_connect, "0x10").unwrap(), 16);
        assert!(parse_command(basic_connect, "nonsense").is_err());
        assert_eq!(service_name(parse_service("echo").unwrap()), Some("echo"));
        assert!(parse_service("no such").is_err());
    }
}
