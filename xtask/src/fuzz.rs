//! Fuzzing with libFuzzer on the one stable toolchain: coverage instrumentation needs only code-generation flags.

use std::{env, fs, path::Path, process::Command, sync::Mutex, thread};

/// LLVM's coverage instrumentation for libFuzzer, as `cargo fuzz` sets it, without a sanitizer (which is nightly).
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

/// Inputs of at most this many bytes are made.
const MAX_LEN: &str = "-max_len=4096";
/// An input that takes longer than this many seconds is a finding.
const TIMEOUT: &str = "-timeout=10";
/// A target that needs more megabytes is a finding.
const MEMORY: &str = "-rss_limit_mb=1024";

/// How many inputs a smoke run makes for each target, on top of its corpus.
const SMOKE_RUNS: &str = "-runs=200000";
/// The seed of a smoke run. It is fixed, so that the same code gives the same result on every machine: a smoke run
/// says whether a change broke something, hunting for the unknown is what [`one`] is for.
const SMOKE_SEED: &str = "-seed=1";

/// Runs every target on its corpus and on inputs that are the same each time, for at most `seconds`; as many targets at
/// once as there are processors.
pub(crate) fn smoke(seconds: u32) -> Result<(), String> {
    build()?;
    let waiting = Mutex::new(targets()?);
    let failed = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(target) = next(&waiting) {
                    let scratch = crate::root().join("fuzz/target/smoke").join(&target);
                    let _absent = fs::remove_dir_all(&scratch);
                    if let Err(e) = fuzz(&target, &scratch, seconds, &[SMOKE_RUNS, SMOKE_SEED])
                        && let Ok(mut failed) = failed.lock()
                    {
                        failed.push(e);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().map_err(|e| e.to_string())?;
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn next(waiting: &Mutex<Vec<String>>) -> Option<String> {
    waiting.lock().ok()?.pop()
}

/// Runs one target for `seconds`.
pub(crate) fn one(target: &str, seconds: u32) -> Result<(), String> {
    build()?;
    fuzz(target, &crate::root().join("fuzz/target/corpus").join(target), seconds, &[])
}

/// The host's triple: a target must be named, or the flags would reach build scripts.
fn triple() -> Result<String, String> {
    let text = crate::output("rustc", &["-vV"])?;
    text.lines()
        .find_map(|l| l.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| "rustc -vV names no host".to_owned())
}

fn targets() -> Result<Vec<String>, String> {
    let dir = crate::root().join("fuzz/fuzz_targets");
    let mut all: Vec<String> = fs::read_dir(&dir)
        .map_err(|e| format!("{}: {e}", dir.display()))?
        .flatten()
        .filter_map(|e| e.file_name().to_str().and_then(|n| n.strip_suffix(".rs")).map(str::to_owned))
        .collect();
    all.sort();
    Ok(all)
}

fn build() -> Result<(), String> {
    let triple = triple()?;
    let mut command = Command::new("cargo");
    command
        .args(["build", "--release", "--bins", "--target", &triple, "--manifest-path", "fuzz/Cargo.toml"])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", crate::root().join("fuzz/target"))
        .current_dir(crate::root());
    crate::run_command(&mut command)
}

/// Runs a target. New inputs go to the folder `found`; the committed corpus is only read.
fn fuzz(target: &str, found: &Path, seconds: u32, more: &[&str]) -> Result<(), String> {
    let root = crate::root();
    let program = root.join("fuzz/target").join(triple()?).join("release").join(target);
    let seeds = root.join("fuzz/corpus").join(target);
    let artifacts = root.join("fuzz/artifacts").join(target);
    for dir in [found, &seeds, &artifacts] {
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    println!("fuzz {target}: {seconds} s");
    let mut command = Command::new(program);
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args([MAX_LEN, TIMEOUT, MEMORY, "-print_final_stats=1"])
        .args(more)
        .args([found, &seeds])
        .current_dir(&root);
    if env::var_os("FUZZ_VERBOSE").is_none() {
        command.arg("-verbosity=0");
    }
    crate::run_command(&mut command).map_err(|e| format!("{e}\nthe input is in fuzz/artifacts/{target}"))
}
