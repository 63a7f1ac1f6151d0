//! Programs that the tests start, and what they say.

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A command that runs until it is dropped, with the lines it prints.
pub(crate) struct Running {
    child: Child,
    pub(crate) lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts `wws`.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wws"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }

    /// Starts `wws` on a disk on which no file gets larger than so many blocks of 512 octets: writing on gives an error, as
    /// on a disk that is full.
    #[cfg(unix)]
    pub(crate) fn start_with_small_files(blocks: u32, arguments: &[&str]) -> Self {
        // A shell in the mode of POSIX counts in blocks of 512 octets; the signal that comes with the error is not wanted.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_wws")])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }

    /// The next line, of JSON.
    pub(crate) fn line(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `wws receive`, and the URL that it says.
pub(crate) fn receive(url: &str, out: &Path, more: &[&str]) -> (Running, String) {
    let mut arguments = vec!["receive", "--listen", url, "--json", "--out", out.to_str().unwrap()];
    arguments.extend(more);
    let mut running = Running::start(&arguments);
    let listening = running.line();
    (running, listening["url"].as_str().unwrap().to_owned())
}

pub(crate) fn send(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wws")).arg("send").args(arguments).output().unwrap()
}

pub(crate) fn sent(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = send(arguments);
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

pub(crate) fn file(folder: &TempDir, name: &str, octets: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, octets).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What stands in a directory, without what is hidden.
pub(crate) fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// `wws proxy`, and the address or URL that it says.
pub(crate) fn proxy(listen: &str, to: &str, more: &[&str]) -> (Running, String) {
    let mut arguments = vec!["proxy", "--listen", listen, "--to", to, "--json"];
    arguments.extend(more);
    let mut running = Running::start(&arguments);
    let said = running.line()["text"].as_str().unwrap().to_owned();
    let at = said.strip_prefix("listening at ").unwrap().split(',').next().unwrap().to_owned();
    (running, at)
}
