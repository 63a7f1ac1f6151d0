//! Messages of every version, with every header.

use crate::{
    contract::{CONTRACT, Everything, Item},
    dump::{Dump, Lines},
};
use wws::{
    Error, Result,
    soap::{
        AddressingVersion, EndpointAddress, EnvelopeVersion, Fault, FaultReason, HeaderAttributes,
        HeaderPick, Message, Version,
    },
    typed::Name,
    value::Guid,
    xml::{Reader, Writer},
};

/// The versions by the names that both programs use.
pub(crate) const VERSIONS: [(&str, Version); 6] = [
    ("soap11", Version::SOAP11),
    ("soap12", Version::SOAP12),
    ("soap11-addressing10", Version::new(EnvelopeVersion::Soap11, AddressingVersion::Addressing10)),
    ("soap12-addressing10", Version::SOAP12_ADDRESSING10),
    ("soap11-addressing09", Version::new(EnvelopeVersion::Soap11, AddressingVersion::Addressing09)),
    ("soap12-addressing09", Version::new(EnvelopeVersion::Soap12, AddressingVersion::Addressing09)),
];

const HEADER: &str = "urn:interop:header";
const TOKEN: Name<'static> = Name::new("Token", HEADER);
const NUMBER: Name<'static> = Name::new("Number", HEADER);

fn version(name: &str) -> Result<Version> {
    let found = VERSIONS.iter().find(|(known, _)| *known == name);
    found.map(|(_, version)| *version).ok_or_else(|| Error::argument(format!("{name} is no version")))
}

fn is_addressed(version: Version) -> bool {
    version.addressing != AddressingVersion::Transport
}

pub(crate) fn write(writer: &mut Writer, kind: &str, name: &str, lines: &mut Lines) -> Result<()> {
    let version = version(name)?;
    let mut message = Message::blank(version);
    if is_addressed(version) {
        let action = "urn:interop:action?c=3&d=4";
        message.set_action(action)?;
        action.dump("action", lines);
        message.set_to("http://example.org/there")?;
        "http://example.org/there".dump("to", lines);
        let id = Guid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
        message.set_message_id(&wws::value::UniqueId::Guid(id))?;
        format!("urn:uuid:{id}").dump("messageid", lines);
        message.set_relates_to(&"urn:interop:before".parse()?)?;
        "urn:interop:before".dump("relatesto", lines);
        message.set_reply_to(&EndpointAddress::new("http://example.org/reply"))?;
        "http://example.org/reply".dump("replyto", lines);
        message.set_from(&EndpointAddress::new("http://example.org/from"))?;
        "http://example.org/from".dump("from", lines);
        message.set_fault_to(&EndpointAddress::new("http://example.org/fault"))?;
        "http://example.org/fault".dump("faultto", lines);
    }
    message.add_header(TOKEN, "ours & yours", &HeaderAttributes::must_understand())?;
    "ours & yours".dump("token", lines);
    true.dump("token.must", lines);
    message.add_header(NUMBER, &8, &HeaderAttributes::default())?;
    8.dump("number", lines);
    message.write_start(writer)?;
    (kind == "fault").dump("isfault", lines);
    if kind == "fault" {
        message.write_fault(writer, &fault(version, lines)?)?;
    } else {
        let value = Everything::full()?;
        message.write_body(writer, &value)?;
        value.dump("value", lines);
    }
    message.write_end(writer)
}

fn fault(version: Version, lines: &mut Lines) -> Result<Fault> {
    let is_old = version.envelope == EnvelopeVersion::Soap11;
    let mut fault = match is_old {
        true => Fault::with_code("Server", "It broke."),
        false => Fault::receiver("It broke.").subcode("Overloaded", CONTRACT),
    };
    if !is_old {
        fault.reasons.push(FaultReason { text: "Kaputt.".into(), lang: "de".into() });
    }
    let detail = Item { title: Some("why & how".into()), count: 17 };
    fault.set_detail(&detail)?;
    lines.add("code", if is_old { "\"Server\"" } else { "\"Receiver\"" });
    lines.add("subcode", if is_old { "\"\"".to_owned() } else { format!("\"{{{CONTRACT}}}Overloaded\"") });
    "It broke.".dump("reason", lines);
    if !is_old {
        lines.add("reasons", 2);
    }
    detail.dump("detail", lines);
    Ok(fault)
}

pub(crate) fn read(reader: &mut Reader<'_>, kind: &str, name: &str, lines: &mut Lines) -> Result<()> {
    let version = version(name)?;
    let mut message = Message::new(version);
    message.read_start(reader)?;
    if is_addressed(version) {
        message.action()?.dump("action", lines);
        message.to()?.dump("to", lines);
        message.message_id()?.map(|id| id.to_string()).dump("messageid", lines);
        message.relates_to()?.map(|id| id.to_string()).dump("relatesto", lines);
        message.reply_to()?.map(|to| to.url).dump("replyto", lines);
        message.from()?.map(|from| from.url).dump("from", lines);
        message.fault_to()?.map(|to| to.url).dump("faultto", lines);
    }
    message.header::<String>(TOKEN, HeaderPick::Only)?.dump("token", lines);
    let token = message.find_custom(TOKEN, HeaderPick::Only)?;
    let must = token.map(|at| message.header_attributes(at)).transpose()?.is_some_and(|a| a.must_understand);
    must.dump("token.must", lines);
    message.header::<i32>(NUMBER, HeaderPick::Only)?.dump("number", lines);
    message.is_fault().dump("isfault", lines);
    if kind != "fault" {
        message.read_body::<Everything>(reader)?.dump("value", lines);
        return message.read_end(reader);
    }
    let fault = message.read_fault(reader)?;
    message.read_end(reader)?;
    fault.codes.first().map(|code| code.local.clone()).dump("code", lines);
    let subcode = fault.codes.get(1).map(|code| format!("{{{}}}{}", code.ns, code.local));
    subcode.unwrap_or_default().dump("subcode", lines);
    fault.reason("en").dump("reason", lines);
    if version.envelope == EnvelopeVersion::Soap12 {
        lines.add("reasons", fault.reasons.len());
    }
    fault.detail::<Item>()?.dump("detail", lines);
    Ok(())
}
