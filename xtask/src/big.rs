//! `cargo xtask big [GIB]`: documents of any size through `wws convert`, and how much memory that takes.
//!
//! Documents are made while they are read and thrown away while they are written, so only MTOM needs a disk (its parts
//! come after the document and wait in a temporary file).

use std::{
    fs,
    io::{self, Read, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The peak memory that `wws convert` may need, in KiB.
const LIMIT_KIB: u64 = 32 << 10;

/// A document that is made while it is read.
#[derive(Clone, Copy)]
enum Shape {
    /// Many small elements.
    Records,
    /// One element with base64.
    Attachment,
}

impl Shape {
    fn parts(self) -> (&'static [u8], &'static [u8], &'static [u8]) {
        match self {
            Shape::Records => (
                b"<orders xmlns=\"urn:big\">",
                b"<order id=\"81723\"><name>B\xc3\xbccher &amp; more</name><price>12.95</price><done>true</done></order>\n",
                b"</orders>",
            ),
            Shape::Attachment => (
                b"<orders xmlns=\"urn:big\"><data>",
                b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7R0lGODlhAQABAIAAAAAAAP///yH5",
                b"</data></orders>",
            ),
        }
    }

    /// Writes a document of about `bytes` bytes.
    fn write(self, to: &mut impl Write, bytes: u64) -> io::Result<()> {
        let (start, unit, end) = self.parts();
        // A block is a whole number of units.
        let block = unit.repeat((1 << 18) / unit.len());
        to.write_all(start)?;
        for _ in 0..bytes / block.len() as u64 {
            to.write_all(&block)?;
        }
        to.write_all(end)
    }
}

/// Runs every conversion on documents of `gib` GiB.
pub(crate) fn run(gib: u64) -> Result<(), String> {
    crate::run("cargo", &["build", "--quiet", "--release"])?;
    let bytes = gib << 30;
    println!("| document | conversion | time | peak memory, first and second half |");
    println!("|---|---|--:|--:|");
    let mut worst = 0;
    for (shape, name) in [(Shape::Records, "records"), (Shape::Attachment, "attachment")] {
        for by in ["text", "utf16", "binary", "mtom"] {
            let start = Instant::now();
            let peaks = chain(shape, bytes, by).map_err(|e| format!("{name} by {by}: {e}"))?;
            worst = worst.max(peaks.0).max(peaks.1);
            println!(
                "| {gib} GiB of {name} | text → {by} → text | {:.0} s | {:.1} MiB, {:.1} MiB |",
                start.elapsed().as_secs_f64(),
                peaks.0 as f64 / 1024.0,
                peaks.1 as f64 / 1024.0
            );
        }
    }
    if worst > LIMIT_KIB {
        return Err(format!("a conversion needed {worst} KiB, more than {LIMIT_KIB}"));
    }
    Ok(())
}

/// text → `by` → text through two processes. The document must come back byte for byte.
fn chain(shape: Shape, bytes: u64, by: &str) -> Result<(u64, u64), String> {
    let wws = crate::root().join("target/release/wws");
    let convert = |to: &str, from: &str| {
        let mut command = Command::new(&wws);
        command.args(["convert", "-", "-", "--to", to, "--from", from]);
        if matches!(shape, Shape::Attachment) {
            command.args(["--base64", "data"]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    };
    let fail = |e: io::Error| e.to_string();
    let mut first = convert(by, "text").spawn().map_err(fail)?;
    let mut input = first.stdin.take().ok_or("no pipe")?;
    let between = first.stdout.take().ok_or("no pipe")?;
    let mut second = convert("text", by).stdin(Stdio::from(between)).spawn().map_err(fail)?;
    let output = second.stdout.take().ok_or("no pipe")?;
    let writer = thread::spawn(move || shape.write(&mut input, bytes));
    let reader = thread::spawn(move || same(shape, output, bytes));
    let peaks = watch(&mut first, &mut second);
    writer.join().map_err(|_| "the writer panicked")?.map_err(fail)?;
    reader.join().map_err(|_| "the reader panicked")??;
    Ok(peaks)
}

/// Compares what comes with the document that went in.
fn same(shape: Shape, mut output: impl Read, bytes: u64) -> Result<(), String> {
    struct Compare<'r, R> {
        output: &'r mut R,
        buffer: Vec<u8>,
        at: u64,
    }
    impl<R: Read> Write for Compare<'_, R> {
        fn write(&mut self, expected: &[u8]) -> io::Result<usize> {
            self.buffer.resize(expected.len(), 0);
            self.output.read_exact(&mut self.buffer)?;
            if self.buffer != expected {
                return Err(io::Error::other(format!(
                    "the document differs within 256 KiB after byte {}",
                    self.at
                )));
            }
            self.at += expected.len() as u64;
            Ok(expected.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut compare = Compare { output: &mut output, buffer: Vec::new(), at: 0 };
    shape.write(&mut compare, bytes).map_err(|e| e.to_string())?;
    let rest = io::copy(&mut output, &mut io::sink()).map_err(|e| e.to_string())?;
    if rest == 0 { Ok(()) } else { Err(format!("{rest} bytes too many")) }
}

/// The peak memory of two processes in KiB, looked at until they end.
fn watch(first: &mut Child, second: &mut Child) -> (u64, u64) {
    let mut peaks = (0, 0);
    loop {
        peaks = (peaks.0.max(peak(first.id())), peaks.1.max(peak(second.id())));
        let ended = |child: &mut Child| !matches!(child.try_wait(), Ok(None));
        if ended(first) && ended(second) {
            return peaks;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// `VmHWM`, the most memory that a process has had.
pub(crate) fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .and_then(|l| l.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or(0)
}
