//! `cargo xtask bench [FILTER] [--json]`: our code and its peers in one run, in turn, as ratios.
//!
//! A [`Case`] does the same work twice, ours and the peer's. The two run alternately, so that a change in the
//! machine's speed meets both; what is printed is the median of the ratios, round by round, next to the speed of
//! copying the same bytes in memory, the physical limit.

mod cabi;
mod ctyped;
mod harness;
mod memory;
mod message;
mod mtom;
mod net;
mod read;
mod typed;
mod value;
mod write;

use harness::Case;
use std::process::ExitCode;

/// All cases, in the order of the table in `docs/benchmarks.md`.
fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(memory::cases());
    all.extend(value::cases());
    all.extend(write::cases());
    all.extend(read::cases());
    all.extend(typed::cases());
    all.extend(net::cases());
    all.extend(cabi::cases());
    all.extend(ctyped::cases());
    all.extend(mtom::cases());
    all.extend(message::cases());
    all
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let json = args.iter().any(|a| a == "--json");
    let filter = args.iter().find(|a| !a.starts_with("--")).cloned().unwrap_or_default();
    harness::run(cases().into_iter().filter(|c| c.name.contains(&filter)), json)
}
