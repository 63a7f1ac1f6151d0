//! `cargo xtask abi`: the symbols, layouts and constants of the C library against the reference.

use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = "data/wwsapi-surface.tsv";
const MISSING: &str = "crates/webservices/unimplemented.txt";
const LIBRARY: &str = "target/release/libwebservices.so";

/// Builds the library and prints what it exports, by area; fails on a symbol too few or too many.
pub(crate) fn run() -> Result<(), String> {
    crate::run("cargo", &["build", "--quiet", "--release", "--package", "webservices"])?;
    let areas: BTreeMap<String, String> = read(TABLE)?
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, rest)| (name.to_owned(), rest.split('\t').next().unwrap_or_default().to_owned()))
        .collect();
    let exported = symbols(LIBRARY)?;
    let found = areas.keys().filter(|name| exported.contains(*name)).count();
    println!("{found} of {} exported", areas.len());
    let absent: Vec<&str> = areas.keys().filter(|n| !exported.contains(*n)).map(String::as_str).collect();
    let extra: Vec<&str> = exported.iter().filter(|n| !areas.contains_key(*n)).map(String::as_str).collect();

    let missing = read(MISSING)?;
    let missing: BTreeSet<&str> = missing.lines().filter(|l| !l.starts_with('#')).collect();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (name, area) in &areas {
        let count = counts.entry(area).or_default();
        count.0 += usize::from(!missing.contains(name.as_str()));
        count.1 += 1;
    }
    let done: usize = counts.values().map(|c| c.0).sum();
    println!("{done} of {} implemented:", areas.len());
    for (area, (done, all)) in counts {
        println!("  {area:<16} {done:>3} of {all:>3}");
    }
    if !absent.is_empty() || !extra.is_empty() {
        return Err(format!("not exported: {absent:?}; exported by mistake: {extra:?}"));
    }
    // The list of missing functions, the header and the Rust structs are kept exact by tests.
    let tests = ["exports", "header", "layout"].map(|t| ["--test", t]).concat();
    let mut args = vec!["test", "--quiet", "--package", "webservices"];
    args.extend(tests);
    crate::output("cargo", &args)?;
    println!("layout, constants and signatures equal");
    Ok(())
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(crate::root().join(path)).map_err(|e| format!("{path}: {e}"))
}

/// The dynamic symbols that a library defines.
fn symbols(library: &str) -> Result<BTreeSet<String>, String> {
    let path = crate::root().join(library).display().to_string();
    let listed = crate::output("nm", &["-D", "--defined-only", &path])?;
    Ok(listed.lines().filter_map(|line| line.split_whitespace().nth(2)).map(str::to_owned).collect())
}
