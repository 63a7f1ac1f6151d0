//! Real `mbimcli` and real `mbim-proxy` against the simulated modem: over a terminal, through mbim-proxy, through our proxy.
//!
//! Each test runs in a user and network namespace of its own: there the name `@mbim-proxy` is free, and user 0 satisfies mbim-proxy. Where
//! `mbimcli` is not installed or namespaces are not allowed, the tests say so and check nothing.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output},
};

use wws_mbn::{
    Modem, Transport,
    proxy::{Server, Target, bind},
    sim::{self, Handle, Profile, Pty, service::ECHO},
    transport::linux::{OpenOptions, Proxy},
    wire::cid::DeviceCapsQuery,
};

fn inside(test: &str) -> bool {
    common::inside(test, &["mbimcli", "--version"])
}

/// The real mbim-proxy, ended with the test.
struct MbimProxy(Child);

impl MbimProxy {
    fn start() -> Self {
        let places = ["/usr/libexec/mbim-proxy", "/usr/lib/mbim-proxy", "/usr/lib/libmbim/mbim-proxy"];
        let program = places.into_iter().find(|place| Path::new(place).exists()).unwrap();
        let child = Self(Command::new(program).spawn().unwrap());
        while !std::fs::read_to_string("/proc/net/unix").unwrap().contains("@mbim-proxy") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child
    }
}

impl Drop for MbimProxy {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn simulator() -> Handle {
    Handle::new(sim::Modem::new(Profile::default()))
}

fn place(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("wws-mbn-{name}-{}", std::process::id()))
}

async fn mbimcli(device: &Path, arguments: &[&str]) -> String {
    let device = device.to_owned();
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let run = move || Command::new("mbimcli").arg("-d").arg(device).args(arguments).output().unwrap();
    let Output { status, stdout, stderr } = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{said}");
    said
}

async fn check(device: &Path, proxy: &[&str]) {
    let ask = |question| [proxy, &[question]].concat();
    let caps = mbimcli(device, &ask("--query-device-caps")).await;
    for expected in ["353490012345678", "Simulated MBIM modem", "Max sessions: '8'", "lte"] {
        assert!(caps.contains(expected), "{expected} is not in\n{caps}");
    }
    let services = mbimcli(device, &ask("--query-device-services")).await;
    for expected in
        ["basic-connect", "7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e01", "DSS payload: 3", "Max DSS sessions: '16'"]
    {
        assert!(services.contains(expected), "{expected} is not in\n{services}");
    }
    let state = mbimcli(device, &ask("--query-registration-state")).await;
    assert!(state.contains("home") && state.contains("Test Network"), "{state}");
    let ready = mbimcli(device, &ask("--query-subscriber-ready-status")).await;
    assert!(ready.contains("001010123456789"), "{ready}");
    let signal = mbimcli(device, &ask("--query-signal-state")).await;
    assert!(signal.contains("RSSI [0-31,99]: '20'"), "{signal}");
    let radio = mbimcli(device, &ask("--set-radio-state=off")).await;
    assert!(radio.contains("Software radio state: 'off'"), "{radio}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_terminal() {
    if inside("on_a_terminal") {
        let path = place("pty");
        let pty = Pty::new(Some(&path)).unwrap();
        tokio::spawn(sim::serve(simulator(), pty));
        check(&path, &[]).await;
        // And we, on the same terminal, after mbimcli left it.
        let modem = Modem::open(&path).await.unwrap();
        assert_eq!(modem.request(&DeviceCapsQuery {}).await.unwrap().max_sessions, 8);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_real_mbim_proxy() {
    if inside("through_real_mbim_proxy") {
        let path = place("proxied-pty");
        let pty = Pty::new(Some(&path)).unwrap();
        let simulator = simulator();
        tokio::spawn(sim::serve(simulator.clone(), pty));
        let _proxy = MbimProxy::start();
        check(&path, &["-p"]).await;
        // We go through the same mbim-proxy, found because it holds the terminal.
        let options = OpenOptions::default();
        let transport = Transport::open(&path, &options).await.unwrap();
        assert!(transport.description().starts_with("@mbim-proxy"), "{transport:?}");
        let modem = Modem::connect(transport).await.unwrap();
        assert_eq!(modem.request(&DeviceCapsQuery {}).await.unwrap().max_sessions, 8);
        let service = modem.device_service(ECHO).unwrap();
        service.open_command_session().unwrap().await.unwrap();
        let large = bytes::Bytes::from(vec![7; 4096]);
        let answer = service.query_command(1, large.clone()).unwrap().await.unwrap();
        assert_eq!(answer, wws_mbn::host::Answer::Response { id: 1, data: large });
        let exclusive = OpenOptions { proxy: Proxy::Never, ..options };
        let error = Transport::open(&path, &exclusive).await.unwrap_err();
        assert_eq!(error.code(), wws_mbn::Code::SharingViolation, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_our_proxy_under_the_name_of_mbim_proxy() {
    if inside("through_our_proxy_under_the_name_of_mbim_proxy") {
        let listener = bind("@mbim-proxy").unwrap();
        let server = Server::new(Target::Simulator(simulator()));
        tokio::spawn(server.run(listener));
        check(Path::new("/dev/null"), &["-p"]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_our_proxy_that_opens_the_terminal() {
    if inside("through_our_proxy_that_opens_the_terminal") {
        let path = place("our-pty");
        let pty = Pty::new(Some(&path)).unwrap();
        tokio::spawn(sim::serve(simulator(), pty));
        let listener = bind("@mbim-proxy").unwrap();
        let options = OpenOptions { proxy: Proxy::Never, ..OpenOptions::default() };
        tokio::spawn(Server::new(Target::Devices(options)).run(listener));
        check(&path, &["-p"]).await;
    }
}
