//! zeep: a SOAP client for Python.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program, quiet},
    row::{Role, Row},
};
use std::process::Command;

const VERSION: &str = "4.3.1";

pub(super) const PEER: Peer = Peer {
    name: "zeep",
    about: "From PyPI, in an environment of its own; the client is in `interop/net/zeep`. It has no server. Because \
            `interop/net/interop.wsdl` declares actions, it writes the headers of WS-Addressing in every row. It reads gzip; an \
            adapter of ours codes its requests.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http").only(CALLS).known(EMPTY),
        Row::new("soap11-text-gzip", "http").only(CALLS).known(EMPTY),
        Row::new("soap12-text-tls", "https").only(CALLS).known(EMPTY),
        Row::new("soap11-addressing10-text", "http").only(CALLS).known(EMPTY),
        Row::new("soap12-addressing10-text", "http").only(CALLS).known(EMPTY),
        Row::new("soap12-addressing10-text-gzip", "http").only(CALLS).known(EMPTY),
    ],
};

const CALLS: &[Role] = &[Role::TheyCall];

const WHY: &str = "zeep reads an empty element of the type `xs:string` as no value.";

const EMPTY: &[Known] = &[
    Known { role: Role::TheyCall, case: "string-empty", says: "expected '' but found 'None'", why: WHY },
    Known {
        role: Role::TheyCall,
        case: "record",
        says: "words: expected \"{'item': ['a', '', 'R&D']}\" but found \"{'item': ['a', None, 'R&D']}\"",
        why: WHY,
    },
    Known { role: Role::TheyCall, case: "record", says: "{'title': None, 'count': 0}]}\"", why: WHY },
];

fn prepare(place: &Place) -> Result<Program, String> {
    let environment = place.directory("zeep")?.join("environment");
    let python = environment.join("bin/python");
    let has_zeep = |python: &std::path::Path| {
        let check = format!("import zeep; assert zeep.__version__ == {VERSION:?}");
        Command::new(python).args(["-c", &check]).output().is_ok_and(|output| output.status.success())
    };
    if !has_zeep(&python) {
        crate::check_all::install(&[("python3", "python3")])?;
        quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", &format!("zeep=={VERSION}")]))?;
    }
    let client = place.sources.join("zeep/client.py");
    Ok(Program::new(format!("zeep {VERSION}")).command(python, &[client]))
}
