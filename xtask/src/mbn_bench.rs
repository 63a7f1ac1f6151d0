//! `cargo xtask mbn-bench`: device services against peers, and the memory that a data session needs.

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How much goes through the data session.
const BYTES: u64 = 1 << 30;
/// The peak memory that writing it may need, in KiB.
const LIMIT_KIB: u64 = 8 << 10;

/// Runs the benchmarks, then the session.
pub(crate) fn run() -> Result<(), String> {
    let ratios = crate::run("cargo", &["bench", "--quiet", "--package", "wws-mbn", "--bench", "mbn"]);
    crate::run("cargo", &["build", "--quiet", "--release"])?;
    let memory = memory();
    ratios.and(memory)
}

/// A program that is ended with the run.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _gone = self.0.kill().and_then(|()| self.0.wait().map(drop));
    }
}

/// Writes a gibibyte to the simulator through `wws mbn session`, and looks at the memory of that.
fn memory() -> Result<(), String> {
    let fail = |error: std::io::Error| error.to_string();
    let wws = crate::root().join("target/release/wws");
    let socket = std::env::temp_dir().join(format!("wws-mbn-bench-{}", std::process::id()));
    let mut sim = Command::new(&wws);
    sim.args(["mbn", "sim", "--socket"]).arg(&socket).stdout(Stdio::null()).stderr(Stdio::null());
    let _simulator = Killed(sim.spawn().map_err(fail)?);
    let began = Instant::now();
    while !socket.exists() {
        if began.elapsed() > Duration::from_secs(10) {
            return Err("the simulator does not come up".into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    let began = Instant::now();
    let mut session = Command::new(&wws);
    session.args(["mbn", "session", "store", "--write", "-", "--device"]).arg(&socket).stdin(Stdio::piped());
    let mut session = session.spawn().map_err(fail)?;
    let mut input = session.stdin.take().ok_or("no pipe")?;
    let writer = thread::spawn(move || {
        let block = vec![0x5A; 1 << 18];
        (0..BYTES >> 18).try_for_each(|_| input.write_all(&block))
    });
    let mut peak = 0;
    let status = loop {
        peak = peak.max(crate::big::peak(session.id()));
        if let Some(status) = session.try_wait().map_err(fail)? {
            break status;
        }
        thread::sleep(Duration::from_millis(20));
    };
    writer.join().map_err(|_| "the writer panicked")?.map_err(fail)?;
    if !status.success() {
        return Err(format!("wws mbn session: {status}"));
    }
    let seconds = began.elapsed().as_secs_f64();
    received(&wws, &socket)?;
    let mib = peak as f64 / 1024.0;
    println!("1 GiB through a data session to the simulator: {seconds:.1} s, peak memory {mib:.1} MiB (≤ 8)");
    if peak > LIMIT_KIB { Err(format!("{peak} KiB are more than {LIMIT_KIB}")) } else { Ok(()) }
}

/// Fails unless the modem received it all: the answer to CID 1 of the store service begins with how many bytes that were.
fn received(wws: &Path, socket: &Path) -> Result<(), String> {
    let mut query = Command::new(wws);
    query.args(["mbn", "query", "store", "1", "--hex", "00000000", "--out", "-", "--device"]).arg(socket);
    let answer = query.output().map_err(|error| error.to_string())?.stdout;
    match answer.first_chunk::<8>().map(|bytes| u64::from_le_bytes(*bytes)) {
        Some(BYTES) => Ok(()),
        other => Err(format!("the modem received {other:?} of {BYTES} bytes")),
    }
}
