//! `cargo xtask check-all`: what needs more than Rust and gcc. Missing Debian packages are installed.

use std::process::Command;

/// Debian packages: a second compiler for the header, valgrind for the C tests, xmllint as an oracle.
const PACKAGES: &[(&str, &str)] =
    &[("clang", "clang"), ("valgrind", "valgrind"), ("xmllint", "libxml2-utils")];

/// Runs every check in turn and stops at the first that fails.
pub(crate) fn run() -> Result<(), String> {
    install()?;
    step("rustfmt");
    crate::run("cargo", &["fmt", "--all", "--check"])?;
    step("clippy");
    crate::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    step("rustdoc");
    crate::run_command(
        Command::new("cargo")
            .args(["doc", "--workspace", "--no-deps", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(crate::root()),
    )?;
    step("generated files");
    crate::codegen::run(true)?;
    step("tidy");
    crate::tidy::run()?;
    step("the C interface");
    crate::abi::run()?;
    step("C programs under valgrind");
    crate::run_command(
        Command::new("cargo")
            .args(["test", "--package", "webservices", "--test", "programs"])
            .env("WS_TEST_VALGRIND", "1")
            .current_dir(crate::root()),
    )?;
    step("canonical form against libxml2");
    crate::run("cargo", &["test", "-p", "wws-core", "--test", "c14n_oracle", "--", "--ignored"])?;
    step("tests that need an oracle");
    crate::run("cargo", &["test", "--workspace", "--", "--ignored"])?;
    step("licences and sources of dependencies");
    deny()?;
    step("fuzz smoke");
    crate::fuzz::smoke(10)
}

/// `cargo deny` without its database of advisories, which changes from day to day.
fn deny() -> Result<(), String> {
    if crate::output("cargo", &["deny", "--version"]).is_err() {
        crate::run("cargo", &["install", "--locked", "--quiet", "cargo-deny"])?;
    }
    crate::run("cargo", &["deny", "check", "bans", "licenses", "sources"])
}

fn step(name: &str) {
    println!("== {name}");
}

/// Installs the packages whose program is not on the path.
fn install() -> Result<(), String> {
    let found = |program: &str| {
        Command::new("sh")
            .args(["-c", &format!("command -v {program} >/dev/null")])
            .status()
            .is_ok_and(|s| s.success())
    };
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(p, _)| !found(p)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("install {}", missing.join(" ")));
    crate::run("apt-get", &["update", "-q"])?;
    let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
    args.extend(&missing);
    crate::run("apt-get", &args)
        .map_err(|e| format!("{e}\nthese Debian packages are needed: {}", missing.join(" ")))
}
