//! A peer: another stack, as a program with our commands.

use super::{Place, row::Row};
use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Stdio},
};

/// Another stack.
pub(super) struct Peer {
    /// Its name, which is the start of its heading on the page.
    pub(super) name: &'static str,
    /// A sentence on where it comes from and how it is used.
    pub(super) about: &'static str,
    /// Installs and compiles it.
    pub(super) prepare: fn(&Place) -> Result<Program, String>,
    pub(super) rows: &'static [Row],
}

/// How to start a program.
pub(super) struct Program {
    /// With its version.
    pub(super) name: String,
    command: Vec<OsString>,
    /// If it is another one.
    client: Option<Vec<OsString>>,
    variables: Vec<(OsString, OsString)>,
}

impl Program {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Program { name: name.into(), command: Vec::new(), client: None, variables: Vec::new() }
    }

    /// The command in front of `serve` and `call`.
    pub(super) fn command(mut self, program: impl AsRef<OsStr>, args: &[impl AsRef<OsStr>]) -> Self {
        self.command = words(program, args);
        self
    }

    #[allow(dead_code, reason = "for peers")]
    /// Another command in front of `call`.
    pub(super) fn client(mut self, program: impl AsRef<OsStr>, args: &[impl AsRef<OsStr>]) -> Self {
        self.client = Some(words(program, args));
        self
    }

    /// A variable of its environment.
    pub(super) fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// `serve URL ROW TLS` or `call URL ROW TLS`.
    pub(super) fn start(&self, verb: &str, url: &str, row: &str, tls: &Path) -> Command {
        let words =
            if verb == "call" { self.client.as_ref().unwrap_or(&self.command) } else { &self.command };
        let mut command = Command::new(words.first().cloned().unwrap_or_default());
        command.args(words.get(1..).unwrap_or_default()).args([verb, url, row]).arg(tls);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }
}

fn words(program: impl AsRef<OsStr>, args: &[impl AsRef<OsStr>]) -> Vec<OsString> {
    let args = args.iter().map(|arg| arg.as_ref().to_owned());
    std::iter::once(program.as_ref().to_owned()).chain(args).collect()
}

/// Runs a command whose output matters only if it fails.
pub(super) fn quiet(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|e| format!("{shown}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{shown}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr))),
    }
}
