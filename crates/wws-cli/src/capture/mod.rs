//! `wws inspect capture.pcap`: the SOAP traffic of a packet capture, put together and decoded.

mod flows;
mod packets;
mod stream;

use crate::wire::Printer;
use flows::Flows;
use std::io::{self, Read};
use wws::Result;

/// Whether a file begins as a packet capture does: pcap in either byte order and precision, or pcapng.
pub(crate) fn is_capture(start: &[u8]) -> bool {
    matches!(
        start.get(..4),
        Some(
            [0xd4, 0xc3, 0xb2, 0xa1]
                | [0xa1, 0xb2, 0xc3, 0xd4]
                | [0x4d, 0x3c, 0xb2, 0xa1]
                | [0xa1, 0xb2, 0x3c, 0x4d]
                | [0x0a, 0x0d, 0x0d, 0x0a]
        )
    )
}

/// Shows what the capture holds.
pub(crate) fn show(
    source: impl Read + Send,
    json: bool,
    details: bool,
    shorten: Option<usize>,
) -> Result<()> {
    let printer = Printer::new(anstream::AutoStream::auto(io::stdout()), json, details);
    let mut flows = Flows::new(printer, shorten);
    let found = packets::read(source, &mut |packet| flows.packet(packet))?;
    flows.finish(&found);
    Ok(())
}
