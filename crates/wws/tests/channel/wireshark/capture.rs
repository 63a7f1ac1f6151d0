//! What goes over the wire, noted by a tap between client and server, and written as a capture file for tshark.

use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

/// Who says something.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Client,
    Server,
}

pub(super) type Said = Arc<Mutex<Vec<(Side, Vec<u8>)>>>;

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
pub(super) struct Tap {
    pub(super) url: String,
    pub(super) connections: Arc<Mutex<Vec<Said>>>,
}

impl Tap {
    /// In front of a server with this URL.
    pub(super) async fn new(url: &str) -> Self {
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

/// What goes to a server over UDP through this.
pub(super) struct UdpTap {
    pub(super) url: String,
    pub(super) said: Said,
}

impl UdpTap {
    /// Between a server with this URL and one client.
    pub(super) async fn new(url: &str) -> Self {
        let front = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let back = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let server = url.split('/').nth(2).unwrap().to_owned();
        back.connect(&server).await.unwrap();
        let url = url.replacen(&server, &front.local_addr().unwrap().to_string(), 1);
        let said = Said::default();
        let all = said.clone();
        tokio::spawn(async move {
            let note = |side, octets: &[u8]| all.lock().unwrap().push((side, octets.to_vec()));
            let (mut request, mut reply) = (vec![0; 0x10000], vec![0; 0x10000]);
            let mut client = None;
            loop {
                tokio::select! {
                    Ok((count, from)) = front.recv_from(&mut request) => {
                        note(Side::Client, &request[..count]);
                        client = Some(from);
                        // A server that is gone needs no repetition.
                        let _ = back.send(&request[..count]).await;
                    }
                    Ok(count) = back.recv(&mut reply) => {
                        note(Side::Server, &reply[..count]);
                        if let Some(client) = client {
                            let _ = front.send_to(&reply[..count], client).await;
                        }
                    }
                    else => return,
                }
            }
        });
        UdpTap { url, said }
    }
}

/// A capture file.
pub(super) struct Capture {
    name: &'static str,
    port: u16,
    octets: Vec<u8>,
    frames: u32,
    connections: u16,
}

impl Capture {
    pub(super) fn new(name: &'static str, port: u16) -> Self {
        const RAW_IP: u32 = 101;
        let mut octets = 0xA1B2_C3D4u32.to_le_bytes().to_vec();
        octets.extend([2, 0, 4, 0]);
        [0, 0, 0x40000, RAW_IP].iter().for_each(|number: &u32| octets.extend(number.to_le_bytes()));
        Capture { name, port, octets, frames: 0, connections: 0 }
    }

    /// Adds a connection, from its handshake to its end.
    pub(super) fn add(&mut self, said: &[(Side, Vec<u8>)]) {
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

    /// RFC 9293 3.1; without checksums, which tshark does not ask for.
    fn segment(&mut self, side: Side, flags: u8, places: &mut [u32; 2], octets: &[u8]) {
        let (mine, other) = (side as usize, 1 - side as usize);
        let acknowledged = if flags & 16 == 0 { 0 } else { places[other] };
        let mut segment = [places[mine].to_be_bytes(), acknowledged.to_be_bytes()].concat();
        segment.extend([0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        segment.extend(octets);
        self.packet(side, 6, &segment);
        // SYN and FIN count.
        places[mine] += octets.len() as u32 + u32::from(flags & 3 != 0);
    }

    /// Adds datagrams.
    pub(super) fn add_datagrams(&mut self, said: &[(Side, Vec<u8>)]) {
        self.connections += 1;
        for (side, octets) in said {
            // RFC 768: the length is that of the header, too.
            let length = 8 + octets.len() as u16;
            let mut datagram = [length.to_be_bytes(), [0, 0]].concat();
            datagram.extend(octets);
            self.packet(*side, 17, &datagram);
        }
    }

    /// RFC 791 3.1, then the ports, with which TCP and UDP begin.
    fn packet(&mut self, side: Side, protocol: u8, rest: &[u8]) {
        let client = 20_000 + self.connections;
        let (source, target, [from, to]) = match side {
            Side::Client => (client, self.port, [1, 2]),
            Side::Server => (self.port, client, [2, 1]),
        };
        let size = 24 + rest.len() as u32;
        self.frames += 1;
        [self.frames, 0, size, size].iter().for_each(|number| self.octets.extend(number.to_le_bytes()));
        self.octets.extend([0x45, 0]);
        self.octets.extend(u16::try_from(size).unwrap().to_be_bytes());
        self.octets.extend([0, 0, 0x40, 0, 64, protocol, 0, 0, 127, 0, 0, from, 127, 0, 0, to]);
        self.octets.extend([source.to_be_bytes(), target.to_be_bytes()].concat());
        self.octets.extend(rest);
    }

    /// What tshark says about the capture with `arguments`.
    fn tshark(&self, arguments: &[&str]) -> String {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.pcap", self.name));
        std::fs::write(&file, &self.octets).unwrap();
        let output = Command::new("tshark")
            .args(["-n", "-d", "tcp.port==808,mc-nmf", "--enable-heuristic", "xml_udp", "-r"])
            .arg(file)
            .args(arguments)
            .output()
            .expect("tshark is not installed: apt-get install tshark");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// All values of a field, in their order.
    pub(super) fn values(&self, field: &str) -> Vec<String> {
        let lines = self.tshark(&["-Y", field, "-T", "fields", "-e", field]);
        lines.lines().flat_map(|line| line.split(',')).map(str::to_owned).collect()
    }

    pub(super) fn complaints(&self) -> String {
        let filter = "_ws.malformed || _ws.short || _ws.expert.severity >= warning";
        self.tshark(&["-Y", filter, "-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message"])
    }
}
