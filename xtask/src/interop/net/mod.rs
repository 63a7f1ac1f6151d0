//! `cargo xtask interop net [PEER]`: rows over the wire, between us and programs of other stacks.
//!
//! All programs have the contract of `interop/net/interop.wsdl` and the same commands: `serve URL ROW TLS` says `ready`
//! when clients can come, `call URL ROW TLS` prints a line for each case (`interop/src/net`). Each peer has a file here,
//! which says where it comes from, how it is started, its rows, and what it is known to do wrong. The tables go to
//! `docs/interop-net.md`.

mod gsoap;
mod jaxws;
mod known;
mod mono;
mod node_soap;
mod ourselves;
mod page;
mod peer;
mod process;
mod pynettcp;
mod row;
mod zeep;

use page::Section;
use peer::{Peer, Program};
use row::Role;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// Every peer, in the order of the page.
const PEERS: &[&Peer] = &[
    &ourselves::PEER,
    &mono::PEER,
    &pynettcp::PEER,
    &gsoap::PEER,
    &jaxws::PEER,
    &zeep::PEER,
    &node_soap::PEER,
];

/// Runs the rows of all peers, or of those whose name contains `filter`.
pub(crate) fn run(filter: &str) -> Result<(), String> {
    crate::run("cargo", &["build", "--quiet", "--package", "wws-interop"])?;
    let place = Place::new()?;
    let program = super::target().join("debug/wws-interop");
    let ours = Program::new("wws").command(&program, &[] as &[&str]);
    crate::run_command(Command::new(&program).arg("certificates").arg(&place.tls))?;
    let filter = filter.to_lowercase();
    let mut failed = Vec::new();
    for peer in PEERS.iter().filter(|peer| peer.name.to_lowercase().contains(&filter)) {
        let start = Instant::now();
        let theirs = (peer.prepare)(&place).map_err(|e| format!("{}: {e}", peer.name))?;
        println!("{} was made ready in {:.1} s", theirs.name, start.elapsed().as_secs_f64());
        let start = Instant::now();
        let mut section = Section::new(peer, &theirs.name);
        for row in peer.rows {
            for role in row.roles {
                let (server, client) = match role {
                    Role::TheyCall => (&ours, &theirs),
                    Role::WeCall => (&theirs, &ours),
                };
                section.add(row, *role, row.run(server, client, &place, *role)?);
            }
        }
        let text = section.text();
        println!("{text}\n{} rows took {:.1} s", theirs.name, start.elapsed().as_secs_f64());
        page::replace(&crate::root().join("docs/interop-net.md"), &text, PEERS)?;
        failed.extend(section.failures());
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed:\n{}", failed.join("\n"))) }
}

/// Where things are put.
pub(super) struct Place {
    /// Compiled peers and what they need.
    pub(super) built: PathBuf,
    /// The authority's and the server's files.
    pub(super) tls: PathBuf,
    /// The sources of the peers, in the repository.
    pub(super) sources: PathBuf,
}

impl Place {
    fn new() -> Result<Self, String> {
        let all = super::target().join("interop/net");
        let place =
            Place { built: all.clone(), tls: all.join("tls"), sources: crate::root().join("interop/net") };
        make(&place.tls)?;
        Ok(place)
    }

    /// A directory of this name under `built`.
    pub(super) fn directory(&self, name: &str) -> Result<PathBuf, String> {
        let directory = self.built.join(name);
        make(&directory)?;
        Ok(directory)
    }
}

fn make(directory: &Path) -> Result<(), String> {
    fs::create_dir_all(directory).map_err(|e| format!("{}: {e}", directory.display()))
}
