//! Shared by the tests that need a namespace of their own.

use std::{io::Write, process::Command};

/// Set in the process that runs in the namespace.
const INSIDE: &str = "WWS_MBN_TEST_INSIDE";

/// Runs the named test of this program in a user and network namespace of its own; true in there.
///
/// Where that is not possible, says so aloud and returns false: then nothing was tested. `needs` is a command that must succeed in there.
pub(crate) fn inside(test: &str, needs: &[&str]) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let may = Command::new("unshare").arg("-Urn").args(needs).output();
    if !may.is_ok_and(|output| output.status.success()) {
        // Not by println, which the harness keeps to itself when a test passes.
        let text = format!(
            "NOT TESTED: {test}: this machine allows no user and network namespaces, or has no {}\n",
            needs[0]
        );
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        return false;
    }
    let program = std::env::current_exe().unwrap();
    let output = Command::new("unshare")
        .args(["-Urn"])
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    false
}
