//! `cargo xtask`: the chores of the repository, in plain Rust.

mod abi;
mod big;
mod check_all;
mod codegen;
mod faults;
mod fuzz;
mod interop;
mod mbn_bench;
mod modem_lab;
mod net_bench;
mod tidy;

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

const USAGE: &str = "usage: cargo xtask COMMAND
  codegen [--check]          write (or compare) the files generated from data/
  abi                        symbols, layouts and constants of libwebservices against the reference
  tidy                       file lengths, //! lines, module cycles, names of tests in docs/faults.md
  bench [FILTER] [--json]    our code and its peers in one run, as ratios
  big [GIB]                  wws convert on documents of that size (default 4), with its peak memory
  fuzz-smoke [SECONDS]       every fuzz target on its corpus and on inputs made from a fixed seed, for at most some seconds (default 10)
  fuzz TARGET [SECONDS]      one fuzz target for longer (default 1200)
  interop messages           typed documents, messages and faults, between us and Mono's WCF; writes docs/interop.md
  interop net [PEER]         services and clients of other stacks over the wire; writes docs/interop-net.md
  modem-lab                  the modem simulator as a USB device under a stock kernel in QEMU, with real mbimcli and ModemManager
  mbn-bench                  device services against libmbim and a bare packet socket, and the memory of a data session
  net-bench [FILTER]         channels against hyper, gSOAP, Mono's WCF and bare sockets, and the memory of attachments and idle sessions
  check-all                  everything that `cargo test` leaves out; installs what it needs (Debian)
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["codegen"] => codegen::run(false),
        ["codegen", "--check"] => codegen::run(true),
        ["abi"] => abi::run(),
        ["tidy"] => tidy::run(),
        ["bench", rest @ ..] => bench(rest),
        ["fuzz-smoke"] => fuzz::smoke(10),
        ["fuzz-smoke", n] => seconds(n).and_then(fuzz::smoke),
        ["fuzz", target] => fuzz::one(target, 1200),
        ["fuzz", target, n] => seconds(n).and_then(|n| fuzz::one(target, n)),
        ["big"] => big::run(4),
        ["big", gib] => gib.parse().map_err(|_| format!("{gib:?} is not a number of GiB")).and_then(big::run),
        ["interop", "messages"] => interop::messages::run(),
        ["interop", "net"] => interop::net::run(""),
        ["interop", "net", peer] => interop::net::run(peer),
        ["mbn-bench"] => mbn_bench::run(),
        ["net-bench"] => net_bench::run(""),
        ["net-bench", filter] => net_bench::run(filter),
        ["modem-lab"] => modem_lab::run(),
        ["check-all"] => check_all::run(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn seconds(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number of seconds"))
}

fn bench(args: &[&str]) -> Result<(), String> {
    let mut all = vec!["run", "--quiet", "--release", "--package", "wws-bench", "--"];
    all.extend(args);
    run("cargo", &all)
}

/// The root of the repository.
fn root() -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Into::into).unwrap_or_default()
}

/// Runs a command at the root and fails with its name when it fails.
fn run(program: &str, args: &[&str]) -> Result<(), String> {
    run_command(Command::new(program).args(args).current_dir(root()))
}

/// As [`run`], for a command that is made ready already.
fn run_command(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(e) => Err(format!("{shown}: {e}")),
    }
}

/// The standard output of a command that must succeed.
fn output(program: &str, args: &[&str]) -> Result<String, String> {
    let out = Command::new(program)
        .args(args)
        .current_dir(root())
        .output()
        .map_err(|e| format!("{program}: {e}"))?;
    if !out.status.success() {
        return Err(format!("{program} {args:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr)));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
