//! The npm package `soap`.

use super::{
    Place,
    known::Known,
    peer::{Peer, Program, quiet},
    row::{Role, Row},
};
use std::process::Command;

const VERSION: &str = "1.13.0";

pub(super) const PEER: Peer = Peer {
    name: "npm soap",
    about: "From npm, with Node.js; the service and the client are in `interop/net/node`, and read \
            `interop/net/interop.wsdl`. With `forceGzip` its client gives the Content-Length of the request as it was before, \
            to its own server as well, so ours takes that header off; its server takes gzip and gives none.",
    prepare,
    rows: &[
        Row::new("soap11-text", "http").known(KNOWN),
        Row::new("soap12-text", "http").known(KNOWN),
        Row::new("soap12-text-tls", "https").known(KNOWN),
        Row::new("soap11-text-gzip", "http").only(CALLS),
        Row::new("soap12-text-gzip", "http").only(CALLS),
        Row::new("soap11-text-gzip-requests", "http").only(SERVES).known(KNOWN),
        Row::new("soap12-text-gzip-requests", "http").only(SERVES).known(KNOWN),
    ],
};

const CALLS: &[Role] = &[Role::TheyCall];
const SERVES: &[Role] = &[Role::WeCall];

const KNOWN: &[Known] = &[
    Known {
        role: Role::WeCall,
        case: "string-null",
        says: "the prefix 'xsi' is not declared",
        why: "The server of npm soap writes `xsi:nil` without declaring the prefix.",
    },
    Known {
        role: Role::WeCall,
        case: "record",
        says: "text: expected",
        why: "The server of npm soap trims text; only its client can be told not to.",
    },
];

fn prepare(place: &Place) -> Result<Program, String> {
    let directory = place.directory("node")?;
    let modules = directory.join("node_modules");
    let package = modules.join("soap/package.json");
    let wanted = format!("\"version\": \"{VERSION}\"");
    if !std::fs::read_to_string(package).is_ok_and(|text| text.contains(&wanted)) {
        crate::check_all::install(&[("node", "nodejs"), ("npm", "npm")])?;
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(&directory);
        quiet(install.arg(format!("soap@{VERSION}")))?;
    }
    let program = place.sources.join("node/main.js");
    Ok(Program::new(format!("npm soap {VERSION}")).command("node", &[program]).variable("NODE_PATH", modules))
}
