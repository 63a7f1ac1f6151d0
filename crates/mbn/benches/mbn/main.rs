//! Benchmarks against peers, as ratios: `cargo xtask mbn-bench`.
//!
//! Everything runs in a user and network namespace of its own: there the name `@mbim-proxy` is free and a veth pair stands for the network
//! interface of a modem. Ours and the peer's run in turn, so that a change in the machine's speed meets both.

#![cfg_attr(not(target_os = "linux"), allow(unused))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[cfg(target_os = "linux")]
mod round_trip;
#[cfg(target_os = "linux")]
mod write;

use std::process::ExitCode;

/// Set in the process that runs in the namespace.
const INSIDE: &str = "WWS_MBN_BENCH_INSIDE";
/// How many rounds: the median counts.
const ROUNDS: usize = 7;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let me = std::env::current_exe().expect("the path of this program");
    if std::env::args().any(|argument| argument == round_trip::SERVE) {
        return round_trip::serve();
    }
    if std::env::var_os(INSIDE).is_none() {
        let status = std::process::Command::new("unshare").arg("-Urn").arg(me).env(INSIDE, "1").status();
        return match status {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("unshare -Urn: {error}");
                ExitCode::FAILURE
            }
        };
    }
    println!("| what | ours | peer's | ratio (min–max) | target |");
    println!("|---|--:|--:|--:|--:|");
    let met = [round_trip::run(), write::run()];
    if met.into_iter().all(|met| met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("NOT MEASURED: these benchmarks need Linux");
    ExitCode::SUCCESS
}

/// One line of the table from pairs of ours and the peer's. `goal` says whether a ratio is good enough.
fn line(what: &str, unit: &str, rounds: &[(f64, f64)], target: &str, goal: impl Fn(f64) -> bool) -> bool {
    let mut ratios: Vec<f64> = rounds.iter().map(|(ours, peers)| ours / peers).collect();
    ratios.sort_by(f64::total_cmp);
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let ratio = median(ratios.clone());
    let met = goal(ratio);
    println!(
        "| {what} | {:.2} {unit} | {:.2} {unit} | **{ratio:.2}** ({:.2}–{:.2}) | {target}{} |",
        median(rounds.iter().map(|pair| pair.0).collect()),
        median(rounds.iter().map(|pair| pair.1).collect()),
        ratios[0],
        ratios[ratios.len() - 1],
        if met { "" } else { " ✗" },
    );
    met
}
