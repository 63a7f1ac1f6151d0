//! The programs at both ends: ours, gSOAP's and Mono's, built when they are needed.

use super::process::End;
use std::{fs, net::TcpListener, path::PathBuf, process::Command};

/// Debian packages: Mono with its compiler, gSOAP with its stub generator, and its library.
const PACKAGES: &[(&str, &str)] = &[
    ("mcs", "mono-complete"),
    ("soapcpp2", "gsoap"),
    ("/usr/include/stdsoap2.h", "libgsoap-dev"),
    ("gcc", "gcc"),
];

/// Where the programs are.
pub(super) struct Peers {
    ours: PathBuf,
    gsoap: PathBuf,
    mono: PathBuf,
    /// A directory for what is received.
    place: PathBuf,
}

/// Who is at an end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// `ends` of our benchmarks, with a kind.
    Ends(&'static str),
    Gsoap,
    Mono,
}

impl Peers {
    /// Builds them all; what is missing is installed.
    pub(super) fn new() -> Result<Self, String> {
        crate::check_all::install(PACKAGES)?;
        crate::run("cargo", &["build", "--quiet", "--release", "--package", "wws-ends"])?;
        let place = crate::root().join("target/net-bench");
        let peers = crate::root().join("bench/peers");
        let generated = place.join("gsoap");
        fs::create_dir_all(&generated).map_err(|e| format!("{}: {e}", generated.display()))?;
        let mut stubs = Command::new("soapcpp2");
        stubs.args(["-c", "-x", "-w", "-d"]).arg(&generated).arg(peers.join("gsoap/echo.h"));
        let made = stubs.output().map_err(|e| format!("soapcpp2: {e}"))?;
        if !made.status.success() {
            return Err(format!("soapcpp2: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let gsoap = generated.join("echo");
        let mut compile = Command::new("gcc");
        compile.arg("-O2").arg("-I").arg(&generated).arg("-o").arg(&gsoap).arg(peers.join("gsoap/echo.c"));
        compile.args(["soapC.c", "soapClient.c", "soapServer.c"].map(|file| generated.join(file)));
        crate::run_command(compile.args(["-lgsoap", "-lpthread"]))?;
        let mono = place.join("echo.exe");
        let mut compile = Command::new("mcs");
        compile.args(["-nologo", "-optimize", "-r:System.ServiceModel"]);
        crate::run_command(compile.arg(format!("-out:{}", mono.display())).arg(peers.join("mono/Echo.cs")))?;
        Ok(Peers { ours: crate::root().join("target/release/ends"), gsoap, mono, place })
    }

    fn command(&self, who: Who, role: &str) -> Command {
        match who {
            Who::Ends(kind) => {
                let mut command = Command::new(&self.ours);
                command.args([role, kind]);
                command
            }
            Who::Gsoap => {
                let mut command = Command::new(&self.gsoap);
                command.arg(role);
                command
            }
            Who::Mono => {
                let mut command = Command::new("mono");
                command.arg(&self.mono).arg(role);
                command
            }
        }
    }

    /// A server, and its URL.
    pub(super) fn serve(&self, who: Who) -> Result<(End, String), String> {
        let mut command = self.command(who, "serve");
        match who {
            Who::Ends(kind) if kind.starts_with("file") => drop(command.arg(self.file())),
            Who::Ends(_) | Who::Gsoap => {}
            Who::Mono => drop(command.arg(free_port()?)),
        }
        let mut server = End::start(&mut command)?;
        let url = server.line()?;
        Ok((server, url))
    }

    /// A client that does something `count` times over so many connections.
    pub(super) fn call(&self, who: Who, url: &str, count: u32, connections: u32) -> Result<End, String> {
        let mut command = self.command(who, "call");
        End::start(command.args([url, &count.to_string(), &connections.to_string()]))
    }

    /// Our program.
    pub(super) fn ends(&self) -> &std::path::Path {
        &self.ours
    }

    /// Where attachments are written to.
    pub(super) fn file(&self) -> PathBuf {
        self.place.join("received")
    }
}

/// A port that nobody uses, for servers that cannot find one themselves.
fn free_port() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port().to_string()).map_err(|e| e.to_string())
}
