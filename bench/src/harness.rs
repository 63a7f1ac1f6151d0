//! Runs two pieces of work in turn and compares them.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

/// One comparison: the same work done by us and by a peer.
pub(crate) struct Case {
    /// What is measured, such as `write/text/records`.
    pub(crate) name: &'static str,
    /// Who the peer is.
    pub(crate) peer_name: &'static str,
    /// The ratio to reach: our speed divided by the peer's.
    pub(crate) target: f64,
    /// Bytes that one call produces or consumes, for MB/s and the distance to the speed of a memory copy.
    pub(crate) bytes: usize,
    /// Things that one call handles (records, messages), 0 when bytes say it all.
    pub(crate) items: usize,
    pub(crate) ours: Box<dyn FnMut()>,
    pub(crate) peer: Box<dyn FnMut()>,
}

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(40);

/// Runs the cases and prints a table row for each. Fails (status 1) when a target is missed.
pub(crate) fn run(cases: impl Iterator<Item = Case>, json: bool) -> ExitCode {
    if !json {
        println!("| case | peer | ours | peer's | ratio (min–max) | target | of memory copy |");
        println!("|---|---|--:|--:|--:|--:|--:|");
    }
    let mut missed = 0;
    for mut case in cases {
        let m = measure(&mut case);
        let ok = m.ratio.1 >= case.target;
        missed += usize::from(!ok);
        if json {
            println!(
                r#"{{"case":"{}","peer":"{}","ours_ns":{:.0},"peer_ns":{:.0},"ratio":{:.3},"ratio_min":{:.3},"ratio_max":{:.3},"target":{},"copy":{:.4},"met":{ok}}}"#,
                case.name,
                case.peer_name,
                m.ours * 1e9,
                m.peer * 1e9,
                m.ratio.1,
                m.ratio.0,
                m.ratio.2,
                case.target,
                m.copy / m.ours
            );
        } else {
            println!(
                "| {} | {} | {} | {} | **{:.2}** ({:.2}–{:.2}) | {}{} | {:.1} % |",
                case.name,
                case.peer_name,
                speed(&case, m.ours),
                speed(&case, m.peer),
                m.ratio.1,
                m.ratio.0,
                m.ratio.2,
                if case.target > 0.0 { format!("≥ {}", case.target) } else { "–".into() },
                if ok { "" } else { " ✗" },
                100.0 * m.copy / m.ours
            );
        }
    }
    if missed > 0 {
        eprintln!("{missed} target(s) missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn speed(case: &Case, seconds: f64) -> String {
    let mb = case.bytes as f64 / seconds / 1e6;
    match case.items {
        0 => format!("{mb:.0} MB/s"),
        n => format!("{:.2} M/s, {mb:.0} MB/s", n as f64 / seconds / 1e6),
    }
}

struct Measured {
    /// Median seconds a call.
    ours: f64,
    peer: f64,
    /// Minimum, median, maximum of peer time / our time, round by round.
    ratio: (f64, f64, f64),
    /// Seconds to copy `bytes` bytes in memory.
    copy: f64,
}

fn measure(case: &mut Case) -> Measured {
    let n_ours = calibrate(&mut case.ours);
    let n_peer = calibrate(&mut case.peer);
    let (mut ours, mut peer, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Who goes first changes every round.
        let (a, b) = if round % 2 == 0 {
            let a = time(&mut case.ours, n_ours);
            (a, time(&mut case.peer, n_peer))
        } else {
            let b = time(&mut case.peer, n_peer);
            (time(&mut case.ours, n_ours), b)
        };
        ours.push(a);
        peer.push(b);
        ratios.push(b / a);
    }
    ratios.sort_by(f64::total_cmp);
    Measured {
        ours: median(&mut ours),
        peer: median(&mut peer),
        ratio: (ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]),
        copy: copy_time(case.bytes),
    }
}

fn calibrate(work: &mut dyn FnMut()) -> u32 {
    work();
    let start = Instant::now();
    work();
    let once = start.elapsed().max(Duration::from_nanos(1));
    (ROUND.as_nanos() / once.as_nanos()).clamp(1, 10_000_000) as u32
}

fn time(work: &mut dyn FnMut(), n: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..n {
        work();
    }
    start.elapsed().as_secs_f64() / f64::from(n)
}

fn copy_time(bytes: usize) -> f64 {
    let from = vec![0x5a_u8; bytes.max(1)];
    let mut to = vec![0_u8; bytes.max(1)];
    let mut copy = || {
        to.copy_from_slice(&from);
        std::hint::black_box(&mut to);
    };
    let n = calibrate(&mut copy);
    let mut all: Vec<f64> = (0..5).map(|_| time(&mut copy, n)).collect();
    median(&mut all)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
