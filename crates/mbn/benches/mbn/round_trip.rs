//! Queries to the simulator over a socket: ours, and libmbim's library in a C program, one after another and many at once.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode},
    time::Instant,
};

use tokio::runtime::{Builder, Runtime};
use wws_mbn::{
    Modem, Transport,
    host::Answer,
    proxy::{Server, Target, bind},
    sim::{self, Handle, Profile, service::ECHO},
    transport::linux::{MBIM_PROXY, OpenOptions, Proxy},
    wire::{self, cid::DeviceCapsQuery},
};

use super::{ROUNDS, line};

/// The argument that makes this program the simulator.
pub(super) const SERVE: &str = "serve";
/// Queries per round.
const QUERIES: u32 = 20_000;
/// Queries at once.
const AT_ONCE: u32 = 32;

/// Serves the simulator under the name of mbim-proxy until it is killed.
pub(super) fn serve() -> ExitCode {
    runtime().block_on(async {
        let listener = bind(&format!("@{MBIM_PROXY}")).expect("the name is free in a namespace of our own");
        let server = Server::new(Target::Simulator(Handle::new(sim::Modem::new(Profile::default()))));
        let _ends = server.run(listener).await;
    });
    ExitCode::FAILURE
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

struct Simulator(Child);

impl Simulator {
    fn start() -> Self {
        let me = std::env::current_exe().expect("the path of this program");
        let child = Self(Command::new(me).arg(SERVE).spawn().expect("the simulator starts"));
        while !std::fs::read_to_string("/proc/net/unix").is_ok_and(|names| names.contains("@mbim-proxy")) {
            std::thread::yield_now();
        }
        child
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _gone = self.0.kill().and_then(|()| self.0.wait().map(drop));
    }
}

async fn open() -> Modem {
    let proxy = Proxy::Abstract(MBIM_PROXY.into());
    let options = OpenOptions { proxy, ..OpenOptions::default() };
    let transport = Transport::open("/dev/null", &options).await.expect("the simulator is there");
    Modem::connect(transport).await.expect("the simulator opens")
}

/// Microseconds per query, one after another.
async fn ours() -> f64 {
    let modem = open().await;
    let began = Instant::now();
    for _ in 0..QUERIES {
        let caps = modem.request(&DeviceCapsQuery {}).await.expect("an answer");
        assert_eq!(caps.max_sessions, 8);
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(QUERIES);
    modem.close().await;
    micros
}

/// Microseconds per query, many at once: none lost, none mixed up.
async fn ours_at_once() -> f64 {
    let modem = open().await;
    let ask = |number: u32| {
        modem.command(wire::Command::query(ECHO, 1, number.to_le_bytes().to_vec()), None).expect("accepted")
    };
    let began = Instant::now();
    for round in 0..QUERIES / AT_ONCE {
        let asked: Vec<_> =
            (round * AT_ONCE..(round + 1) * AT_ONCE).map(|number| (number, ask(number))).collect();
        for (number, request) in asked {
            match request.await {
                Ok(Answer::Whole(done)) => assert_eq!(done.buffer, number.to_le_bytes().to_vec(), "mixed up"),
                other => panic!("query {number} was lost: {other:?}"),
            }
        }
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(QUERIES);
    modem.close().await;
    micros
}

/// Builds the C program, if libmbim's headers are there.
fn peer() -> Option<PathBuf> {
    let flags = Command::new("pkg-config").args(["--cflags", "--libs", "mbim-glib"]).output().ok()?;
    if !flags.status.success() {
        return None;
    }
    let flags = String::from_utf8_lossy(&flags.stdout).into_owned();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/mbn/libmbim.c");
    let program = std::env::temp_dir().join(format!("wws-mbn-bench-{}", std::process::id()));
    let built = Command::new("cc")
        .args(["-O2", "-Wall", "-Werror", "-o"])
        .args([&program, &source])
        .args(flags.split_whitespace())
        .status();
    built.is_ok_and(|status| status.success()).then_some(program)
}

/// Microseconds per query with `at_once` in flight, as the C program prints them.
fn peers(program: &Path, at_once: u32) -> f64 {
    let output = Command::new(program)
        .args([QUERIES.to_string(), at_once.to_string()])
        .output()
        .expect("the C program was built");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.trim().parse().expect("a number")
}

pub(super) fn run() -> bool {
    let Some(program) = peer() else {
        println!("| NOT MEASURED: query round trip: libmbim-glib-dev is not installed | | | | |");
        return true;
    };
    let _simulator = Simulator::start();
    let runtime = runtime();
    let (mut single, mut many) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        single.push((runtime.block_on(ours()), peers(&program, 1)));
        many.push((runtime.block_on(ours_at_once()), peers(&program, AT_ONCE)));
    }
    let _removed = std::fs::remove_file(program);
    let one = line("query round trip, against libmbim", "µs", &single, "≤ 0.7", |ratio| ratio <= 0.7);
    let at_once = line("query, 32 at once, none lost or mixed", "µs", &many, "–", |_| true);
    one && at_once
}
