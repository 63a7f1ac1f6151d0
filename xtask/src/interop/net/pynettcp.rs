//! pynettcp: `interop/net/pynettcp`, a client of net.tcp that owes nothing to .NET.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program},
    row::{Role, Row},
};
use std::process::Command;

const PACKAGE: &str = "pynettcp==0.1.0";

pub(super) const PEER: Peer = Peer {
    name: "pynettcp",
    about: "A client in Python (PyPI's `pynettcp`), without security. It has no service.",
    prepare,
    rows: &[Row::new("soap12-addressing10-session", "net.tcp").only(&[Role::TheyCall]).known(KNOWN)],
};

const KNOWN: &[Known] = &[
    known("string-empty", "found None", "gives no string for an empty one"),
    known("bytes-10", "expected b'", LAST_RECORD),
    known("bytes-100000", "expected b'", LAST_RECORD),
];

const LAST_RECORD: &str = "keeps only the last of several text records, though WCF, too, writes bytes as a multiple of three and the rest";

const fn known(case: &'static str, says: &'static str, why: &'static str) -> Known {
    Known { role: Role::TheyCall, case, says, why }
}

fn prepare(place: &Place) -> Result<Program, String> {
    let environment = place.built.join("pynettcp");
    let python = environment.join("bin/python");
    if !python.exists() {
        crate::run_command(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let installed = Command::new(&python).args(["-c", "import pynettcp"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        crate::run_command(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
    }
    let client = place.sources.join("pynettcp/client.py");
    Ok(Program::new(PACKAGE.replace("==", " ")).command(python, &[client]))
}
