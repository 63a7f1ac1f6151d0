//! `wws mbn` against the built-in simulator and against simulators that it serves.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

fn wws(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wws"));
    command.arg("mbn").args(arguments);
    command
}

fn run(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = wws(arguments).output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

fn fail(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = wws(arguments).output().unwrap();
    assert!(!status.success(), "{arguments:?} succeeded");
    String::from_utf8(stderr).unwrap()
}

/// A command that serves something, until it is dropped.
struct Served(Child);

impl Served {
    /// Starts it, and waits until it says that it is there.
    fn start(arguments: &[&str]) -> Self {
        let mut child = wws(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{arguments:?} did not start");
        Self(child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wws-cli-mbn-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn everything_works_with_the_built_in_simulator() {
    let services = run(&["services", "--sim"]);
    assert!(
        services.contains("echo") && services.contains("both ways") && !services.contains("basic-connect")
    );
    assert!(
        run(&["services", "--sim", "--all", "--json"]).lines().any(|line| line.contains("\"basic-connect\""))
    );
    assert!(run(&["query", "basic-connect", "DEVICE_CAPS", "--sim"]).contains("353490012345678"));
    assert!(run(&["at", "--sim", "AT+CSQ"]).contains("+CSQ: 20,99"));
    let answer = run(&["query", "echo", "1", "--sim", "--hex", "de:ad be ef", "--json"]);
    assert!(answer.contains("\"data\":\"deadbeef\""), "{answer}");
    let log = run(&["session", "ms-modem-log-transfer", "--sim", "--read", "-", "--idle", "1"]);
    assert_eq!(log.lines().count(), 100);
}

#[test]
fn errors_say_what_is_wrong() {
    assert!(fail(&["query", "basic-connect", "99", "--sim"]).contains("NO_DEVICE_SUPPORT"));
    assert!(fail(&["query", "basic-connect", "NONSENSE", "--sim"]).contains("1 DEVICE_CAPS"));
    assert!(fail(&["query", "nonsense", "1", "--sim"]).contains("neither a UUID nor the name"));
    assert!(fail(&["services", "--device", "/dev/no-such-modem"]).contains("is the modem plugged in?"));
    assert!(fail(&["services", "--device", "no-such-modem"]).contains("wws mbn list"));
    assert!(fail(&["qmi", "--sim"]).contains("no QMI"));
    assert!(fail(&["session", "sim-control", "--sim", "--read", "-"]).contains("no data sessions"));
}

#[test]
fn bulk_data_goes_through_a_socket_and_is_stored_whole() {
    let folder = Folder::new("bulk");
    let (socket, stored, input, output) =
        (folder.path("s"), folder.path("stored"), folder.path("in"), folder.path("out"));
    let bytes: Vec<u8> = (0..3_000_000u32).flat_map(u32::to_le_bytes).collect();
    fs::write(&input, &bytes).unwrap();
    let _sim = Served::start(&["sim", "--socket", &socket, "--store", &stored]);
    run(&["session", "store", "--device", &socket, "--write", &input]);
    assert!(fs::read(&stored).unwrap() == bytes, "what was stored differs from what was written");
    run(&[
        "session", "echo", "--device", &socket, "--write", &stored, "--read", &output, "--length", "12000000",
    ]);
    assert!(fs::read(&output).unwrap() == bytes, "the echo differs");
}

#[test]
fn a_monitor_sees_what_another_program_causes() {
    let folder = Folder::new("monitor");
    let socket = folder.path("s");
    let _sim = Served::start(&["sim", "--socket", &socket]);
    let mut monitor = wws(&["monitor", "echo", "--device", &socket, "--count", "1", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = String::new();
    let mut output = BufReader::new(monitor.stdout.take().unwrap());
    let cause = std::thread::spawn(move || {
        // The monitor subscribes in its own time: say it until it has heard.
        while monitor.try_wait().unwrap().is_none() {
            run(&["set", "echo", "1", "--hex", "cafe", "--device", &socket]);
        }
    });
    output.read_line(&mut seen).unwrap();
    cause.join().unwrap();
    assert!(seen.contains("\"data\":\"cafe\"") && seen.contains("\"name\":\"echo\""), "{seen}");
}

#[test]
fn a_session_is_a_pipe() {
    let mut pipe = wws(&["session", "echo", "--sim", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = pipe.stdin.take().unwrap();
    let mut output = BufReader::new(pipe.stdout.take().unwrap());
    for line in ["one\n", "two\n"] {
        input.write_all(line.as_bytes()).unwrap();
        let mut heard = String::new();
        output.read_line(&mut heard).unwrap();
        assert_eq!(heard, line);
    }
    drop(input);
    assert!(pipe.wait().unwrap().success());
}

#[test]
fn a_session_is_a_terminal_and_a_modem_may_be_one() {
    let folder = Folder::new("pty");
    let (modem, proxy) = (folder.path("modem"), folder.path("proxy"));
    let _sim = Served::start(&["sim", "--pty", &modem]);
    assert!(Path::new(&modem).exists());
    assert!(run(&["query", "basic-connect", "1", "--device", &modem]).contains("Simulated MBIM modem"));
    assert!(fail(&["session", "echo", "--device", &modem, "--stdio"]).contains("no data sessions"));
    // Two programs at once, through our proxy.
    let _proxy = Served::start(&["proxy", "--socket", &proxy, "--device", &modem]);
    for _ in 0..2 {
        assert!(run(&["query", "basic-connect", "1", "--device", &proxy]).contains("Simulated MBIM modem"));
    }
    assert!(fail(&["services", "--exclusive", "--device", &modem]).contains("is held by wws"));

    let terminal = folder.path("terminal");
    let link = format!("--pty={terminal}");
    let _session = Served::start(&["session", "echo", "--sim", &link]);
    let mut file = fs::File::options().read(true).write(true).open(&terminal).unwrap();
    file.write_all(b"hello\n").unwrap();
    let mut heard = String::new();
    BufReader::new(file).read_line(&mut heard).unwrap();
    assert_eq!(heard, "hello\n");
}
