//! Mono's WCF: `interop/net/mono`, over HTTP and net.tcp.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program},
    row::{Role, Row},
};
use std::process::Command;

pub(super) const PEER: Peer = Peer {
    name: "Mono",
    about: "Mono's implementation of WCF (Debian's `mono-complete`), with custom bindings and DataContractSerializer.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http").known(OLD_FAULTS),
        Row::new("soap12-text", "http").known(FAULTS),
        Row::new("soap12-addressing10-text", "http").known(FAULTS),
        Row::new("soap12-addressing10-utf16", "http").only(&[Role::TheyCall]),
        Row::new("soap12-addressing10-text-tls", "https").known(FAULTS),
        Row::new("soap12-addressing10-binary", "http").known(FAULTS),
        Row::new("soap12-addressing10-text-streamed", "http").known(FAULTS),
        Row::new("soap12-addressing10-binary-streamed", "http").known(FAULTS),
        Row::new("soap12-addressing10-session", "net.tcp").known(FAULTS),
        Row::new("soap12-addressing10-text", "net.tcp").known(FAULTS),
    ],
};

const UNPREFIXED: &str =
    "writes a code of SOAP's own without the prefix of its namespace: `<s:Value>Sender</s:Value>`";
const OLD_CODES: &str =
    "writes the codes of SOAP 1.2 into faults of SOAP 1.1: `<faultcode>Sender</faultcode>`";

/// In SOAP 1.2.
const FAULTS: &[Known] =
    &[code("fault-typed", UNPREFIXED), code("fault-untyped", UNPREFIXED), code("fault-coded", UNPREFIXED)];

/// In SOAP 1.1.
const OLD_FAULTS: &[Known] =
    &[code("fault-typed", OLD_CODES), code("fault-untyped", OLD_CODES), code("fault-coded", OLD_CODES)];

const fn code(case: &'static str, why: &'static str) -> Known {
    Known { role: Role::WeCall, case, says: "codes:", why }
}

fn prepare(place: &Place) -> Result<Program, String> {
    super::super::messages::install()?;
    let exe = place.built.join("wcf.exe");
    let mut compile = Command::new("mcs");
    compile.args(["-nologo", "-warnaserror"]);
    compile.args(
        ["System.Runtime.Serialization", "System.ServiceModel", "System.Xml"]
            .map(|name| format!("-r:{name}")),
    );
    compile.arg(format!("-out:{}", exe.display()));
    compile.arg(format!("-recurse:{}/mono/*.cs", place.sources.display()));
    crate::run_command(&mut compile)?;
    let name = super::super::messages::mono_version()?;
    Ok(Program::new(name).command("mono", &[exe]))
}
