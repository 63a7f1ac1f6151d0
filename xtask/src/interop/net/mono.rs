//! Mono's WCF: `interop/net/mono`, over HTTP and net.tcp.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program},
    row::{Role, Row},
};
use std::{path::Path, process::Command};

pub(super) const PEER: Peer = Peer {
    name: "Mono",
    about: "Mono's implementation of WCF (Debian's `mono-complete`), with custom bindings and DataContractSerializer.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http").known(OLD_FAULTS),
        Row::new("soap12-text", "http").known(FAULTS),
        Row::new("soap11-addressing10-text", "http").known(OLD_ADDRESSING),
        Row::new("soap12-addressing10-text", "http").known(FAULTS),
        Row::new("soap12-addressing10-utf16", "http").known(UTF_16),
        Row::new("soap12-addressing10-text-tls", "https").known(FAULTS),
        Row::new("soap12-addressing10-binary", "http").known(FAULTS),
        Row::new("soap12-addressing10-text-streamed", "http").known(FAULTS),
        Row::new("soap12-addressing10-binary-streamed", "http").known(FAULTS),
        Row::new("soap12-addressing10-session", "net.tcp").known(FAULTS),
        Row::new("soap12-addressing10-text", "net.tcp").known(FAULTS),
        Row::new("soap12-addressing10-binary-streamed", "net.tcp").known(STREAMED_TCP),
    ],
};

const UNPREFIXED: &str =
    "writes SOAP's own fault codes without the prefix of their namespace: `<s:Value>Sender</s:Value>`";
const OLD_CODES: &str = "writes fault codes of SOAP 1.2 into messages of SOAP 1.1, `<faultcode>Sender</faultcode>`, and no subcode";
const NO_ACTION: &str = "writes no Action header into messages of SOAP 1.1 with addressing";
const CHARSET: &str =
    "takes UTF-16 only by the name of `utf-16`, while that of WCF takes `utf-16LE` and `utf-16BE`, too";
const NO_END: &str = "ends the connection after a one-way message without the End record";
const NO_WAY: &str =
    "waits for more than the End record after a one-way message, and then uses a dead connection";

/// Cases in which the peer does something wrong.
macro_rules! known {
    ($($role:ident $why:ident: $($case:literal $says:literal),+;)+) => {
        &[$($(Known { role: Role::$role, case: $case, says: $says, why: $why }),+),+]
    };
}

const FAULTS: &[Known] = known! {
    WeCall UNPREFIXED: "fault-typed" "codes:", "fault-untyped" "codes:", "fault-coded" "codes:";
};

const OLD_FAULTS: &[Known] = known! {
    WeCall OLD_CODES: "fault-typed" "codes:", "fault-untyped" "codes:", "fault-coded" "codes:";
};

const OLD_ADDRESSING: &[Known] = known! {
    WeCall OLD_CODES: "fault-typed" "codes:", "fault-untyped" "codes:", "fault-coded" "codes:";
    TheyCall NO_ACTION:
        "string-empty" "the action of", "string-null" "the action of", "string-20000" "the action of",
        "string-unicode" "the action of", "string-markup" "the action of", "add" "the action of",
        "bytes-10" "the action of", "bytes-100000" "the action of", "record" "the action of",
        "fault-typed" "the action of", "fault-typed" "codes:", "fault-typed" "is typed:",
        "fault-untyped" "the action of", "fault-coded" "the action of", "fault-coded" "codes:",
        "fault-coded" "namespace of the code:", "one-way" "the action of";
};

const UTF_16: &[Known] = known! {
    WeCall CHARSET:
        "string-empty" "415", "string-null" "415", "string-20000" "415", "string-unicode" "415", "string-markup" "415",
        "add" "415", "bytes-10" "415", "bytes-100000" "415", "record" "415", "fault-typed" "415",
        "fault-untyped" "415", "fault-coded" "415", "one-way" "415";
};

const STREAMED_TCP: &[Known] = known! {
    WeCall UNPREFIXED: "fault-typed" "codes:", "fault-untyped" "codes:", "fault-coded" "codes:";
    WeCall NO_END: "one-way" "without an End record";
    TheyCall NO_WAY: "one-way" "EndRecord message was expected";
};

fn prepare(place: &Place) -> Result<Program, String> {
    super::super::messages::install()?;
    crate::check_all::install(&[("openssl", "openssl")])?;
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
    certify(&place.tls)?;
    let name = super::super::messages::mono_version()?;
    // Where it looks for the certificates of ports.
    Ok(Program::new(name).command("mono", &[exe]).variable("XDG_CONFIG_HOME", place.directory("mono")?))
}

/// A certificate of the authority in the only form that Mono's HTTP server takes: `mono.cer`, and an RSA key `mono.pvk`.
fn certify(tls: &Path) -> Result<(), String> {
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    for words in [
        &[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "mono.key",
            "-subj",
            "/CN=localhost",
            "-addext",
            names,
            "-out",
            "mono.csr",
        ][..],
        &[
            "x509",
            "-req",
            "-in",
            "mono.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-copy_extensions",
            "copy",
            "-outform",
            "DER",
            "-out",
            "mono.cer",
        ],
        &["rsa", "-in", "mono.key", "-outform", "PVK", "-pvk-none", "-out", "mono.pvk"],
    ] {
        let output = Command::new("openssl").args(words).current_dir(tls).output();
        let output = output.map_err(|e| format!("openssl: {e}"))?;
        if !output.status.success() {
            return Err(format!("openssl {words:?}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(())
}
