//! NTBs: any block gives datagrams that together are no larger than it, or is refused; what decodes encodes again.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use wws_mbn::wire::ntb::{Stream, decode, encode};

fuzz_target!(|block: &[u8]| {
    let Ok(datagrams) = decode(&Bytes::copy_from_slice(block)) else { return };
    let size: usize = datagrams.iter().map(|(_, data)| data.len()).sum();
    assert!(size <= block.len());
    for stream in [Stream::Dss(5), Stream::Ip(0)] {
        let of_stream: Vec<Bytes> =
            datagrams.iter().filter(|(found, _)| *found == stream).map(|(_, data)| data.clone()).collect();
        let again: Vec<(Stream, Bytes)> = of_stream.iter().map(|data| (stream, data.clone())).collect();
        assert_eq!(decode(&encode(1, stream, &of_stream)), Ok(again));
    }
});
