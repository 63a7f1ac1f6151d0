//! Small requests and replies: how many for each second of processor time, of both ends together. That says more than
//! how many in a second: one connection leaves processors idle, and a busy machine has few to give.

use super::{
    Table, median,
    peers::{Peers, Who},
    process::End,
};
use std::time::Instant;

const ROUNDS: usize = 5;
/// How long one measurement takes, in seconds.
const TIME: f64 = 1.0;

/// One comparison.
struct Pair {
    case: &'static str,
    peer: &'static str,
    ours: Who,
    theirs: Who,
    /// Requests at the same time.
    connections: &'static [u32],
    target: f64,
}

const PAIRS: &[Pair] = &[
    Pair {
        case: "HTTP text, SOAP 1.1",
        peer: "bare hyper echo",
        ours: Who::Ends("http11"),
        theirs: Who::Ends("hyper11"),
        connections: &[1, 16],
        target: 0.6,
    },
    Pair {
        case: "HTTP text, SOAP 1.2 with addressing",
        peer: "bare hyper echo",
        ours: Who::Ends("http"),
        theirs: Who::Ends("hyper"),
        connections: &[1, 16],
        target: 0.6,
    },
    Pair {
        case: "HTTP/2 text, SOAP 1.2 with addressing",
        peer: "our HTTP/1.1",
        ours: Who::Ends("http2"),
        theirs: Who::Ends("http"),
        connections: &[1, 16],
        // Known, not wanted.
        target: 0.0,
    },
    Pair {
        case: "HTTP text, SOAP 1.1",
        peer: "gSOAP",
        ours: Who::Ends("http11"),
        theirs: Who::Gsoap,
        connections: &[1, 16],
        target: 2.0,
    },
    Pair {
        case: "net.tcp binary",
        peer: "Mono's WCF",
        ours: Who::Ends("tcp"),
        theirs: Who::Mono,
        // One alone waits for acknowledgements most of the time, and with many some run into Mono's time-outs.
        connections: &[4],
        target: 5.0,
    },
    Pair {
        case: "net.tcp binary",
        peer: "our HTTP text with addressing",
        ours: Who::Ends("tcp"),
        theirs: Who::Ends("http"),
        connections: &[1, 16],
        target: 1.5,
    },
];

/// Every pair, with one connection and with several.
pub(super) fn run(peers: &Peers, table: &mut Table<'_>) -> Result<(), String> {
    for pair in PAIRS {
        for &connections in pair.connections {
            let case = format!("{}, {connections} at once", pair.case);
            if table.wants(&case) {
                compare(peers, pair, connections, &case, table)?;
            }
        }
    }
    Ok(())
}

/// A server, and how many requests to send to it.
struct Side<'p> {
    peers: &'p Peers,
    who: Who,
    server: End,
    url: String,
    count: u32,
    connections: u32,
}

/// One measurement: requests a second, and cores in use by client and server.
#[derive(Clone, Copy)]
struct Sample {
    rate: f64,
    client: f64,
    server: f64,
}

impl Sample {
    fn of_core(&self) -> f64 {
        self.rate / (self.client + self.server).max(0.01)
    }
}

impl<'p> Side<'p> {
    fn new(peers: &'p Peers, who: Who, connections: u32) -> Result<Self, String> {
        let (server, url) = peers.serve(who)?;
        let mut side = Side { peers, who, server, url, count: 400, connections };
        let first = side.sample()?;
        side.count = (first.rate * TIME) as u32;
        Ok(side)
    }

    /// A measurement. Mono's client breaks down now and then (it uses words of a session's dictionary before it has read
    /// them); then it is measured again.
    fn sample(&self) -> Result<Sample, String> {
        const TRIES: usize = 5;
        let mut sample = self.measure();
        for _ in 1..TRIES {
            match &sample {
                Err(error) if matches!(self.who, Who::Mono) => eprintln!("{error}; once more"),
                _ => break,
            }
            sample = self.measure();
        }
        sample
    }

    fn measure(&self) -> Result<Sample, String> {
        let mut client = self.peers.call(self.who, &self.url, self.count, self.connections)?;
        client.reach("begin")?;
        let (server_before, before) = (self.server.usage()?, client.usage()?);
        let start = Instant::now();
        client.go_on()?;
        client.reach("end")?;
        let seconds = start.elapsed().as_secs_f64();
        let (server_after, after) = (self.server.usage()?, client.usage()?);
        client.finish()?;
        Ok(Sample {
            rate: f64::from(self.count) / seconds,
            client: (after.cpu - before.cpu) / seconds,
            server: (server_after.cpu - server_before.cpu) / seconds,
        })
    }
}

fn compare(
    peers: &Peers,
    pair: &Pair,
    connections: u32,
    case: &str,
    table: &mut Table<'_>,
) -> Result<(), String> {
    let (ours, theirs) =
        (Side::new(peers, pair.ours, connections)?, Side::new(peers, pair.theirs, connections)?);
    let (mut mine, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Who goes first changes every round.
        let (a, b) = if round % 2 == 0 {
            let a = ours.sample()?;
            (a, theirs.sample()?)
        } else {
            let b = theirs.sample()?;
            (ours.sample()?, b)
        };
        ratios.push(a.of_core() / b.of_core());
        mine.push(a);
        others.push(b);
    }
    let values = [shown(&mine), shown(&others)];
    let values = [values[0].as_str(), values[1].as_str()];
    table.ratios(case, pair.peer, values, &mut ratios, pair.target);
    Ok(())
}

/// The medians.
fn shown(samples: &[Sample]) -> String {
    let middle = |value: fn(&Sample) -> f64| median(&mut samples.iter().map(value).collect::<Vec<_>>());
    let (of_core, rate) = (middle(Sample::of_core), middle(|s| s.rate));
    let (client, server) = (middle(|s| s.client), middle(|s| s.server));
    format!("{of_core:.0}/s a core ({rate:.0}/s by {client:.2} + {server:.2})")
}
