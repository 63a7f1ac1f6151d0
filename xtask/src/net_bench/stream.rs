//! Attachments, idle sessions, and how long opening takes.

use super::{
    Table, median,
    peers::{Peers, Who},
};
use std::{fs, process::Command, time::Instant};

const ROUNDS: usize = 5;
/// The attachment.
const MIB: u32 = 1024;
/// Peak memory that either end may need for it.
const MEMORY_KIB: u64 = 24 << 10;
/// Sessions at the same time.
const SESSIONS: u32 = 10_000;
/// Memory that one of them may need.
const SESSION_KIB: f64 = 16.0;
/// Openings that are measured.
const OPENINGS: u32 = 2000;

/// The attachment over channels against a bare socket, and the memory of that.
pub(super) fn files(peers: &Peers, table: &mut Table<'_>) -> Result<(), String> {
    // What HTTP/2 costs is to be known; it has no target.
    for (kind, name, target) in
        [("file-http", "HTTP", 0.85), ("file-http2", "HTTP/2", 0.0), ("file-tcp", "net.tcp streamed", 0.85)]
    {
        let case = format!("1 GiB by MTOM into a file, {name}");
        if !table.wants(&case) {
            continue;
        }
        let (mut mine, mut others, mut ratios, mut peaks) = (Vec::new(), Vec::new(), Vec::new(), [0, 0]);
        for round in 0..ROUNDS {
            let (ours, theirs) = if round % 2 == 0 {
                let ours = transfer(peers, kind)?;
                (ours, transfer(peers, "file-bare")?)
            } else {
                let theirs = transfer(peers, "file-bare")?;
                (transfer(peers, kind)?, theirs)
            };
            ratios.push(ours.speed / theirs.speed);
            mine.push(ours.speed);
            others.push(theirs.speed);
            peaks = [peaks[0].max(ours.peaks_kib[0]), peaks[1].max(ours.peaks_kib[1])];
        }
        let values = [&mut mine, &mut others].map(|speeds| format!("{:.0} MB/s", median(speeds)));
        table.ratios(&case, "bare socket copy", [&values[0], &values[1]], &mut ratios, target);
        let [client, server] = peaks.map(|kib| kib as f64 / 1024.0);
        let value = format!("{client:.1} MiB sending, {server:.1} MiB receiving");
        let is_met = peaks.iter().all(|kib| *kib <= MEMORY_KIB);
        table.value(&format!("{case}: peak memory"), "–", [&value, "–"], is_met, "≤ 24 MiB each");
    }
    // Nobody needs it any more; that it cannot be removed would hurt nobody.
    let _ = fs::remove_file(peers.file());
    Ok(())
}

struct Transfer {
    /// Megabytes a second.
    speed: f64,
    peaks_kib: [u64; 2],
}

fn transfer(peers: &Peers, kind: &'static str) -> Result<Transfer, String> {
    // Writing to what is there already costs more.
    let _ = fs::remove_file(peers.file());
    let (server, url) = peers.serve(Who::Ends(kind))?;
    let mut client = peers.call(Who::Ends(kind), &url, MIB, 1)?;
    client.reach("begin")?;
    let start = Instant::now();
    client.go_on()?;
    client.reach("end")?;
    let seconds = start.elapsed().as_secs_f64();
    let peaks_kib = [client.usage()?.peak_kib, server.usage()?.peak_kib];
    client.finish()?;
    let size = fs::metadata(peers.file()).map_err(|e| e.to_string())?.len();
    let expected = u64::from(MIB) << 20;
    if size != expected {
        return Err(format!("the file has {size} octets of {expected}"));
    }
    Ok(Transfer { speed: expected as f64 / seconds / 1e6, peaks_kib })
}

/// What an idle session costs the server, and what one beyond the limit is told.
pub(super) fn idle(peers: &Peers, table: &mut Table<'_>) -> Result<(), String> {
    let case = format!("{SESSIONS} idle net.tcp sessions");
    if !table.wants(&case) {
        return Ok(());
    }
    let files = SESSIONS + 1000;
    let limit = crate::output("sh", &["-c", "ulimit -Hn"])?;
    if limit.trim().parse::<u32>().is_ok_and(|limit| limit < files) {
        return Err(format!("{case} need {files} open files, the limit is {}", limit.trim()));
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" serve idle")]).arg(peers.ends());
    let mut server = super::process::End::start(&mut shell)?;
    let url = server.line()?;
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" call idle \"$1\" {SESSIONS}")]);
    let mut client = super::process::End::start(shell.arg(peers.ends()).arg(url))?;
    let mut memory = Vec::new();
    for word in ["begin", "opened", "used"] {
        client.reach(word)?;
        memory.push(server.usage()?.memory_kib as f64 / f64::from(SESSIONS));
        client.go_on()?;
    }
    let (opened, used) = (memory[1] - memory[0], memory[2] - memory[0]);
    for (when, kib) in [("just opened", opened), ("after an exchange each", used)] {
        let value = format!("{kib:.1} KiB each");
        table.value(&format!("{case}, {when}"), "–", [&value, "–"], kib <= SESSION_KIB, "≤ 16 KiB each");
    }
    client.reach("refused")?;
    client.finish()?;
    table.value("one session more", "–", ["refused: EndpointTooBusy", "–"], true, "refused");
    Ok(())
}

/// From opening a channel to its first reply.
pub(super) fn open(peers: &Peers, table: &mut Table<'_>) -> Result<(), String> {
    let case = "net.tcp, from opening to the first reply";
    if !table.wants(case) {
        return Ok(());
    }
    let (_ours, url) = peers.serve(Who::Ends("tcp"))?;
    let (_theirs, bare) = peers.serve(Who::Ends("open-bare"))?;
    let time = |kind, url: &str| -> Result<f64, String> {
        let line = peers.call(Who::Ends(kind), url, OPENINGS, 1)?.line()?;
        line.parse().map_err(|_| format!("{line:?} is no time"))
    };
    let (ours, theirs) = (time("open", &url)?, time("open-bare", &bare)?);
    let values = [format!("{ours:.0} µs"), format!("{theirs:.0} µs")];
    let peer = "a socket and one octet each way";
    table.value(case, peer, [&values[0], &values[1]], ours <= 500.0, "≤ 500 µs");
    Ok(())
}
