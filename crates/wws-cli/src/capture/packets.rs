//! A capture file as TCP segments and UDP datagrams.

use etherparse::{
    EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, NetSlice, SlicedPacket, TcpSlice, TransportSlice,
    UdpSlice, defrag::IpDefragPool,
};
use pcap_parser::{
    Block, Linktype, PcapBlockOwned, PcapError, create_reader,
    traits::{PcapNGPacketBlock, PcapReaderIterator},
};
use std::{
    io::Read,
    net::{IpAddr, SocketAddr},
};
use wws::{Error, Result};

/// One packet that carries octets of a program, or opens or ends a connection.
#[derive(Debug, PartialEq)]
pub(super) struct Packet {
    /// Seconds since 1970.
    pub(super) time: f64,
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) content: Content,
}

/// What a packet carries.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    Tcp(Segment),
    Udp(Vec<u8>),
}

/// A segment of TCP (RFC 9293 3.1).
#[derive(Debug, Default, PartialEq)]
pub(super) struct Segment {
    pub(super) sequence: u32,
    pub(super) syn: bool,
    pub(super) ack: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) octets: Vec<u8>,
}

/// What was in the file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) packets: u64,
    /// Packets that are no TCP or UDP over IP, or that cannot be read.
    pub(super) others: u64,
    /// Packets of which the capture holds only the beginning.
    pub(super) cut: u64,
    /// The file ends inside a packet.
    pub(super) is_cut: bool,
}

/// Octets read from the file at a time; packets may be larger.
const PIECE: usize = 1 << 16;
/// The largest block of a file that is believed.
const MAX_BLOCK: usize = 64 << 20;
/// Packets after which fragments that never became whole are forgotten.
const FORGET_FRAGMENTS: u64 = 10_000;

/// Reads a capture.
///
/// # Errors
/// `InvalidFormat` if the file is no capture; those of `on`.
pub(super) fn read(source: impl Read + Send, on: &mut dyn FnMut(Packet) -> Result<()>) -> Result<Found> {
    let mut file = create_reader(PIECE, source)
        .map_err(|e| Error::format(format!("the file is no packet capture: {e:?}")))?;
    let mut capacity = PIECE;
    let mut reading =
        Reading { found: Found::default(), fragments: IpDefragPool::new(), interfaces: Vec::new() };
    loop {
        let taken = match file.next() {
            Ok((taken, block)) => {
                if let Some(packet) = reading.block(&block) {
                    on(packet)?;
                }
                Step::Take(taken)
            }
            Err(PcapError::Eof) => return Ok(reading.found),
            Err(PcapError::Incomplete(_)) => Step::Refill,
            Err(PcapError::BufferTooSmall) => Step::Grow,
            Err(PcapError::UnexpectedEof) => {
                reading.found.is_cut = true;
                return Ok(reading.found);
            }
            Err(e) => return Err(Error::format(format!("after {} packets: {e:?}", reading.found.packets))),
        };
        match taken {
            Step::Take(taken) => file.consume(taken),
            Step::Refill => {
                let there = file.data().len();
                if file.refill().is_err() {
                    return Err(Error::format("the capture cannot be read further"));
                }
                if file.data().len() == there && !file.reader_exhausted() {
                    capacity = grow(&mut *file, capacity)?;
                }
            }
            Step::Grow => capacity = grow(&mut *file, capacity)?,
        }
    }
}

enum Step {
    Take(usize),
    Refill,
    Grow,
}

fn grow(file: &mut dyn PcapReaderIterator, capacity: usize) -> Result<usize> {
    let capacity = capacity * 2;
    if capacity > MAX_BLOCK || !file.grow(capacity) {
        return Err(Error::quota(format!("a block of the capture is larger than {MAX_BLOCK} octets")));
    }
    Ok(capacity)
}

struct Reading {
    found: Found,
    fragments: IpDefragPool<u64>,
    /// The interfaces of a pcapng section; of a pcap file there is one.
    interfaces: Vec<Interface>,
}

/// Where packets were captured.
struct Interface {
    link: Linktype,
    /// Units of time a second, and where they begin.
    resolution: u64,
    offset: u64,
}

impl Reading {
    fn block(&mut self, block: &PcapBlockOwned<'_>) -> Option<Packet> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let resolution = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
                self.interfaces = vec![Interface { link: header.network, resolution, offset: 0 }];
                None
            }
            PcapBlockOwned::Legacy(packet) => {
                let (link, resolution) = self.interfaces.first().map(|i| (i.link, i.resolution))?;
                let time = f64::from(packet.ts_sec) + f64::from(packet.ts_usec) / resolution as f64;
                self.packet(time, link, packet.data, packet.origlen > packet.caplen)
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => {
                self.interfaces.clear();
                None
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                self.interfaces.push(Interface {
                    link: interface.linktype,
                    resolution: interface.ts_resolution().filter(|r| *r > 0).unwrap_or(1_000_000),
                    offset: u64::try_from(interface.if_tsoffset).unwrap_or(0),
                });
                None
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let interface = self.interfaces.get(packet.if_id as usize)?;
                let time = packet.decode_ts_f64(interface.offset, interface.resolution);
                self.packet(time, interface.link, packet.packet_data(), packet.truncated())
            }
            PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
                let link = self.interfaces.first()?.link;
                self.packet(0.0, link, packet.packet_data(), packet.truncated())
            }
            PcapBlockOwned::NG(_) => None,
        }
    }

    fn packet(&mut self, time: f64, link: Linktype, octets: &[u8], is_cut: bool) -> Option<Packet> {
        self.found.packets += 1;
        self.found.cut += u64::from(is_cut);
        let packet = network(link, octets).and_then(|(kind, octets)| self.slice(time, kind, octets));
        self.found.others += u64::from(packet.is_none());
        packet
    }

    fn slice(&mut self, time: f64, kind: EtherType, octets: &[u8]) -> Option<Packet> {
        if let Ok(sliced) = SlicedPacket::from_ether_type(kind, octets) {
            if !sliced.is_ip_payload_fragmented() {
                let (from, to) = addresses(sliced.net.as_ref()?)?;
                return transport(time, from, to, sliced.transport?);
            }
            let now = self.found.packets;
            let whole = self.fragments.process_sliced_packet(&sliced, now, ()).ok().flatten();
            if now.is_multiple_of(FORGET_FRAGMENTS) {
                self.fragments.retain(|seen| now - seen < FORGET_FRAGMENTS);
            }
            let whole = whole?;
            let (from, to) = addresses(sliced.net.as_ref()?)?;
            let packet = match whole.ip_number {
                IpNumber::UDP => {
                    transport(time, from, to, TransportSlice::Udp(UdpSlice::from_slice(&whole.payload).ok()?))
                }
                IpNumber::TCP => {
                    transport(time, from, to, TransportSlice::Tcp(TcpSlice::from_slice(&whole.payload).ok()?))
                }
                _ => None,
            };
            self.fragments.return_buf(whole);
            return packet;
        }
        // Cut by the capture, or with a length that the network card was to fill in.
        let sliced = LaxSlicedPacket::from_ether_type(kind, octets);
        let (from, to) = match sliced.net.as_ref()? {
            LaxNetSlice::Ipv4(ip) => {
                (IpAddr::V4(ip.header().source_addr()), IpAddr::V4(ip.header().destination_addr()))
            }
            LaxNetSlice::Ipv6(ip) => {
                (IpAddr::V6(ip.header().source_addr()), IpAddr::V6(ip.header().destination_addr()))
            }
            LaxNetSlice::Arp(_) => return None,
        };
        transport(time, from, to, sliced.transport?)
    }
}

fn addresses(net: &NetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    Some(match net {
        NetSlice::Ipv4(ip) => {
            (IpAddr::V4(ip.header().source_addr()), IpAddr::V4(ip.header().destination_addr()))
        }
        NetSlice::Ipv6(ip) => {
            (IpAddr::V6(ip.header().source_addr()), IpAddr::V6(ip.header().destination_addr()))
        }
        NetSlice::Arp(_) => return None,
    })
}

fn transport(time: f64, from: IpAddr, to: IpAddr, slice: TransportSlice<'_>) -> Option<Packet> {
    let (ports, content) = match slice {
        TransportSlice::Tcp(tcp) => {
            let segment = Segment {
                sequence: tcp.sequence_number(),
                syn: tcp.syn(),
                ack: tcp.ack(),
                fin: tcp.fin(),
                rst: tcp.rst(),
                octets: tcp.payload().to_vec(),
            };
            ((tcp.source_port(), tcp.destination_port()), Content::Tcp(segment))
        }
        TransportSlice::Udp(udp) => {
            ((udp.source_port(), udp.destination_port()), Content::Udp(udp.payload().to_vec()))
        }
        _ => return None,
    };
    let (from, to) = (SocketAddr::new(from, ports.0), SocketAddr::new(to, ports.1));
    Some(Packet { time, from, to, content })
}

/// The network layer of a packet: its EtherType and octets.
fn network(link: Linktype, octets: &[u8]) -> Option<(EtherType, &[u8])> {
    let ether = |at: usize, header: usize| {
        let kind = octets.get(at..at + 2)?;
        Some((EtherType(u16::from_be_bytes([kind[0], kind[1]])), octets.get(header..)?))
    };
    match link {
        Linktype::ETHERNET => ether(12, 14),
        Linktype::LINUX_SLL => ether(14, 16),
        // LINKTYPE_LINUX_SLL2
        Linktype(276) => ether(0, 20),
        // LINKTYPE_NULL, LINKTYPE_LOOP: a family number of the BSDs, then IP.
        Linktype::NULL | Linktype(108) => ip(octets.get(4..)?),
        // LINKTYPE_RAW, and two older numbers; LINKTYPE_IPV4, LINKTYPE_IPV6.
        Linktype(101 | 12 | 14 | 228 | 229) => ip(octets),
        _ => None,
    }
}

fn ip(octets: &[u8]) -> Option<(EtherType, &[u8])> {
    match octets.first()? >> 4 {
        4 => Some((EtherType::IPV4, octets)),
        6 => Some((EtherType::IPV6, octets)),
        _ => None,
    }
}
