//! Wireshark as an oracle: everything that our clients and servers send over net.tcp and HTTP.
//!
//! They need `tshark`, so they run when asked for: `cargo xtask check-all`, or `cargo test -- --ignored`.

use crate::echo::{self, ECHO, Echo};
use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wws::channel::{Binding, Channel, TransferMode};

const NET_TCP: u16 = 808;
const HTTP: u16 = 80;

/// Who says something.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Client,
    Server,
}

type Said = Arc<Mutex<Vec<(Side, Vec<u8>)>>>;

/// Passes on what one side says, and notes it.
async fn pass(
    side: Side,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    said: Said,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 8000];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        said.lock().unwrap_or_else(PoisonError::into_inner).push((side, buffer[..count].to_vec()));
        to.write_all(&buffer[..count]).await?;
    }
}

/// What goes to a server through this, by connection.
struct Tap {
    url: String,
    connections: Arc<Mutex<Vec<Said>>>,
}

impl Tap {
    /// In front of a server with this URL.
    async fn new(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = url.split('/').nth(2).unwrap().to_owned();
        let url = url.replacen(&server, &listener.local_addr().unwrap().to_string(), 1);
        let connections: Arc<Mutex<Vec<Said>>> = Arc::default();
        let all = connections.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let said = Said::default();
                all.lock().unwrap().push(said.clone());
                let server = TcpStream::connect(&server).await.unwrap();
                let (client_reads, client_writes) = client.into_split();
                let (server_reads, server_writes) = server.into_split();
                tokio::spawn(pass(Side::Client, client_reads, server_writes, said.clone()));
                tokio::spawn(pass(Side::Server, server_reads, client_writes, said));
            }
        });
        Tap { url, connections }
    }
}

/// A capture file with connections of TCP.
struct Capture {
    name: &'static str,
    port: u16,
    octets: Vec<u8>,
    frames: u32,
    connections: u16,
}

impl Capture {
    fn new(name: &'static str, port: u16) -> Self {
        const RAW_IP: u32 = 101;
        let mut octets = 0xA1B2_C3D4u32.to_le_bytes().to_vec();
        octets.extend([2, 0, 4, 0]);
        [0, 0, 0x40000, RAW_IP].iter().for_each(|number: &u32| octets.extend(number.to_le_bytes()));
        Capture { name, port, octets, frames: 0, connections: 0 }
    }

    /// Adds a connection, from its handshake to its end.
    fn add(&mut self, said: &[(Side, Vec<u8>)]) {
        let [fin, syn, push, ack] = [1, 2, 8, 16];
        self.connections += 1;
        let mut places = [1000, 5000];
        self.segment(Side::Client, syn, &mut places, &[]);
        self.segment(Side::Server, syn | ack, &mut places, &[]);
        self.segment(Side::Client, ack, &mut places, &[]);
        // tshark does not put records of MC-NMF together again.
        for turn in said.chunk_by(|(a, _), (b, _)| a == b) {
            let octets = turn.iter().flat_map(|(_, octets)| octets).copied().collect::<Vec<_>>();
            self.segment(turn[0].0, push | ack, &mut places, &octets);
        }
        self.segment(Side::Client, fin | ack, &mut places, &[]);
        self.segment(Side::Server, fin | ack, &mut places, &[]);
        self.segment(Side::Client, ack, &mut places, &[]);
    }

    /// RFC 791 3.1, RFC 9293 3.1; without checksums, which tshark does not ask for.
    fn segment(&mut self, side: Side, flags: u8, places: &mut [u32; 2], octets: &[u8]) {
        let client = 20_000 + self.connections;
        let (source, target, [from, to]) = match side {
            Side::Client => (client, self.port, [1, 2]),
            Side::Server => (self.port, client, [2, 1]),
        };
        let (mine, other) = (side as usize, 1 - side as usize);
        let size = 40 + octets.len() as u32;
        self.frames += 1;
        [self.frames, 0, size, size].iter().for_each(|number| self.octets.extend(number.to_le_bytes()));
        self.octets.extend([0x45, 0]);
        self.octets.extend((size as u16).to_be_bytes());
        self.octets.extend([0, 0, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, from, 127, 0, 0, to]);
        self.octets.extend([source.to_be_bytes(), target.to_be_bytes()].concat());
        let acknowledged = if flags & 16 == 0 { 0 } else { places[other] };
        self.octets.extend([places[mine].to_be_bytes(), acknowledged.to_be_bytes()].concat());
        self.octets.extend([0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        self.octets.extend(octets);
        // SYN and FIN count.
        places[mine] += octets.len() as u32 + u32::from(flags & 3 != 0);
    }

    /// What tshark says about the capture with `arguments`.
    fn tshark(&self, arguments: &[&str]) -> String {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.pcap", self.name));
        std::fs::write(&file, &self.octets).unwrap();
        let output = Command::new("tshark")
            .args(["-n", "-d", "tcp.port==808,mc-nmf", "-r"])
            .arg(file)
            .args(arguments)
            .output()
            .expect("tshark is not installed: apt-get install tshark");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// All values of a field, in their order.
    fn values(&self, field: &str) -> Vec<String> {
        let lines = self.tshark(&["-Y", field, "-T", "fields", "-e", field]);
        lines.lines().flat_map(|line| line.split(',')).map(str::to_owned).collect()
    }

    fn complaints(&self) -> String {
        let filter = "_ws.malformed || _ws.short || _ws.expert.severity >= warning";
        self.tshark(&["-Y", filter, "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message"])
    }
}

/// Two echoes and a fault through a tap.
async fn talk(capture: &mut Capture, binding: &Binding, url: &str) {
    let server = echo::serve(binding, url).await;
    let tap = Tap::new(&server.url).await;
    let channel = Channel::connect(binding, &tap.url).await.unwrap();
    for text in ["one", "two"] {
        let sent = Echo { data: vec![7; 3000], ..Echo::new(text) };
        assert_eq!(channel.request::<Echo>(ECHO, &sent).await.unwrap(), sent);
    }
    channel.request::<Echo>(ECHO, &Echo::new("fault")).await.unwrap_err();
    channel.close().await.unwrap();
    server.listener.close().await.unwrap();
    let connections = tap.connections.lock().unwrap().clone();
    for said in &connections {
        capture.add(&said.lock().unwrap());
    }
}

/// The bindings whose names begin so.
fn bindings(transport: &str) -> Vec<(String, Binding, String)> {
    let all =
        echo::bindings().into_iter().filter(|(name, _, _)| name.starts_with(transport)).collect::<Vec<_>>();
    assert!(all.len() > 10, "{transport}");
    all
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn sessions_over_net_tcp() {
    let mut capture = Capture::new("net-tcp", NET_TCP);
    let all = bindings("net.tcp");
    let (mut sized, mut singletons) = (0, 0);
    for (_, binding, url) in &all {
        talk(&mut capture, binding, url).await;
        match binding.transfer_mode {
            TransferMode::BUFFERED => sized += 1,
            _ => singletons += 1,
        }
    }
    assert_eq!(capture.complaints(), "");
    let records = capture.values("mc-nmf.record_type");
    let count = |record: &str| records.iter().filter(|found| *found == record).count();
    // MC-NMF 2.2.1: a session for each sized binding, three for each streamed one.
    let sessions = sized + 3 * singletons;
    assert_eq!([count("0"), count("1"), count("2"), count("3") + count("4")], [sessions; 4]);
    assert_eq!([count("12"), count("11")], [sessions; 2]);
    assert_eq!([count("5"), count("6")], [6 * singletons, 6 * sized]);
    assert_eq!([count("7"), count("8")], [2 * sessions, 0]);
    assert!(capture.values("mc-nmf.via").iter().all(|via| via.ends_with("/echo")));
    assert!(
        capture.values("mc-nmf.encoding_type").iter().any(|found| found.starts_with("multipart/related"))
    );
}

#[tokio::test]
#[ignore = "needs tshark"]
async fn exchanges_over_http() {
    let mut capture = Capture::new("http", HTTP);
    // tshark reads no XML in UTF-16.
    let all =
        bindings("HTTP").into_iter().filter(|(name, _, _)| !name.contains("UTF-16")).collect::<Vec<_>>();
    for (_, binding, url) in &all {
        talk(&mut capture, binding, url).await;
    }
    assert_eq!(capture.complaints(), "");
    let status = capture.values("http.response.code");
    assert_eq!(capture.values("http.request.method"), vec!["POST"; 3 * all.len()]);
    assert_eq!(status, ["200", "200", "500"].repeat(all.len()));
    assert!(capture.values("http.chunk_size").len() > 3 * all.len());
    // Each MTOM message but the fault, which has no bytes to part with, is two parts.
    let mtom = all.iter().filter(|(name, _, _)| name.contains("MTOM")).count();
    let parts = capture.values("mime_multipart.header.content-transfer-encoding");
    assert_eq!(parts.iter().filter(|part| *part == "binary").count(), 4 * mtom, "{parts:?}");
    // It reads the envelopes in them as XML.
    assert!(!capture.values("xml.tag").is_empty());
}

#[test]
#[ignore = "needs tshark"]
fn a_malformed_capture_is_found() {
    let mut capture = Capture::new("malformed", NET_TCP);
    // MC-NMF 2.2.3.5: a sized envelope that is shorter than it says.
    capture.add(&[(Side::Client, vec![6, 100, 1, 2, 3])]);
    assert!(capture.complaints().contains("Malformed Packet"), "{}", capture.complaints());
}
