//! One end of a benchmark: a program that says where it is, and what it has used so far.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A program that runs as long as this lives.
pub(super) struct End {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    shown: String,
}

/// What a process has used.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    /// Seconds of processor time.
    pub(super) cpu: f64,
    pub(super) memory_kib: u64,
    pub(super) peak_kib: u64,
}

impl End {
    pub(super) fn start(command: &mut Command) -> Result<Self, String> {
        let shown = format!("{command:?}");
        let fail = |error: &dyn std::fmt::Display| format!("{shown}: {error}");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|e| fail(&e))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(fail(&"no pipes"));
        };
        Ok(End { child, input, output: BufReader::new(output), shown })
    }

    /// The next line that it prints.
    pub(super) fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|e| format!("{}: {e}", self.shown))?;
        match line.trim_end() {
            "" => Err(format!("{} has ended early", self.shown)),
            line => Ok(line.to_owned()),
        }
    }

    /// Waits until it says this word.
    pub(super) fn reach(&mut self, word: &str) -> Result<(), String> {
        match self.line()? {
            line if line == word => Ok(()),
            line => Err(format!("{} says {line:?} instead of {word:?}", self.shown)),
        }
    }

    /// Lets it go on.
    pub(super) fn go_on(&mut self) -> Result<(), String> {
        self.input.write_all(b"\n").map_err(|e| format!("{}: {e}", self.shown))
    }

    /// Lets it come to its end.
    pub(super) fn finish(mut self) -> Result<(), String> {
        self.go_on()?;
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{}: {status}", self.shown)),
            Err(e) => Err(format!("{}: {e}", self.shown)),
        }
    }

    /// What it has used up to now.
    pub(super) fn usage(&self) -> Result<Usage, String> {
        /// What `sysconf(_SC_CLK_TCK)` is on every Linux.
        const TICKS: f64 = 100.0;
        let read = |name: &str| {
            let path = format!("/proc/{}/{name}", self.child.id());
            fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))
        };
        // The fields behind the name, which may have spaces.
        let stat = read("stat")?;
        let fields: Vec<&str> =
            stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
        let status = read("status")?;
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_ascii_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or_default()
        };
        Ok(Usage { cpu: (ticks(11) + ticks(12)) / TICKS, memory_kib: kib("VmRSS:"), peak_kib: kib("VmHWM:") })
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait().map(drop));
    }
}
