//! A row: settings under which the contract is served by one side and called by the other.

use super::{
    Place,
    known::{Known, Outcome},
    peer::Program,
    process::{Process, free_port},
};
use std::process::Command;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    TheyCall,
    WeCall,
}

/// Both roles.
pub(super) const BOTH: &[Role] = &[Role::TheyCall, Role::WeCall];

/// Settings that both sides use.
pub(super) struct Row {
    /// The words for versions, encoding and mode, such as `soap12-addressing10-mtom-streamed`.
    pub(super) name: &'static str,
    /// What stands in front of `127.0.0.1`, such as `http`.
    pub(super) scheme: &'static str,
    pub(super) roles: &'static [Role],
    /// What the peer does wrong in this row.
    pub(super) known: &'static [Known],
}

/// The cases, in their order.
pub(super) type Results = Vec<(String, Outcome)>;

impl Row {
    /// Both roles, nothing known.
    pub(super) const fn new(name: &'static str, scheme: &'static str) -> Self {
        Row { name, scheme, roles: BOTH, known: &[] }
    }

    /// What the peer does wrong.
    pub(super) const fn known(self, known: &'static [Known]) -> Self {
        Row { known, ..self }
    }

    /// Only one of the roles.
    pub(super) const fn only(self, roles: &'static [Role]) -> Self {
        Row { roles, ..self }
    }

    /// Starts `server`, runs `client` against it, and says what each case came to.
    pub(super) fn run(
        &self,
        server: &Program,
        client: &Program,
        place: &Place,
        role: Role,
    ) -> Result<Results, String> {
        // A certificate has the name.
        let host = if self.scheme == "https" { "localhost" } else { "127.0.0.1" };
        let url = format!("{}://{host}:{}/interop", self.scheme, free_port()?);
        let mut serving = Process::start(server.start("serve", &url, self.name, &place.tls))?;
        let url = serving.ready()?.unwrap_or(url);
        let mut calling = Process::start(client.start("call", &url, self.name, &place.tls))?;
        let lines = calling.all_lines();
        let cases = output(
            Command::new(super::super::target().join("debug/wws-interop")).args(["cases", self.name]),
        )?;
        let results: Results = cases
            .lines()
            .map(|case| (case.to_owned(), Outcome::of(case, &lines, role, self.known)))
            .collect();
        if results.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_))) {
            println!("-- {} {role:?} at {url}", self.name);
            println!("-- client:\n{}\n{}", lines.join("\n"), calling.errors());
            println!("-- server:\n{}", serving.errors());
        }
        Ok(results)
    }
}

fn output(command: &mut Command) -> Result<String, String> {
    let shown = format!("{command:?}");
    match command.output() {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(format!("{shown}: {}", output.status)),
        Err(e) => Err(format!("{shown}: {e}")),
    }
}
