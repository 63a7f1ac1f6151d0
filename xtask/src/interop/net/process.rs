//! Processes that are waited for by what they say, and ended by their id.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

/// How long a server may take until it is ready, and a client until all its cases are done.
const READY_LIMIT: Duration = Duration::from_secs(60);
const CLIENT_LIMIT: Duration = Duration::from_secs(180);

/// A process; it is killed when it is dropped.
pub(super) struct Process {
    child: Child,
    lines: Receiver<String>,
    /// What it wrote to standard error.
    errors: Arc<Mutex<String>>,
    shown: String,
}

impl Process {
    pub(super) fn start(mut command: Command) -> Result<Self, String> {
        let shown = format!("{command:?}");
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|e| format!("{shown}: {e}"))?;
        let (send, lines) = mpsc::channel();
        let errors = Arc::new(Mutex::new(String::new()));
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                    if send.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                        break;
                    }
                }
            });
        }
        if let Some(mut stderr) = child.stderr.take() {
            let errors = errors.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                    let text = String::from_utf8_lossy(buffer.get(..count).unwrap_or_default()).into_owned();
                    errors.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                }
            });
        }
        Ok(Process { child, lines, errors, shown })
    }

    /// Waits until a server says `ready`, and gives what stands behind it: its URL, if it chose the port.
    pub(super) fn ready(&mut self) -> Result<Option<String>, String> {
        let end = Instant::now() + READY_LIMIT;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) if line == "ready" => return Ok(None),
                Ok(line) => {
                    if let Some(url) = line.strip_prefix("ready ") {
                        return Ok(Some(url.to_owned()));
                    }
                }
                Err(_) => return Err(format!("{}: it never was ready\n{}", self.shown, self.errors())),
            }
        }
    }

    /// All lines that a client prints until it ends.
    pub(super) fn all_lines(&mut self) -> Vec<String> {
        let end = Instant::now() + CLIENT_LIMIT;
        let mut all = Vec::new();
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => all.push(line),
                Err(RecvTimeoutError::Disconnected) => return all,
                Err(RecvTimeoutError::Timeout) => {
                    println!("{}: did not end within {} s", self.shown, CLIENT_LIMIT.as_secs());
                    return all;
                }
            }
        }
    }

    /// What it wrote to standard error so far, the last of it.
    pub(super) fn errors(&self) -> String {
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<&str> = errors.lines().collect();
        lines.get(lines.len().saturating_sub(40)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port of the loopback address that is free now.
pub(super) fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|e| format!("no free port: {e}"))
}
