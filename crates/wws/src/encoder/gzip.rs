//! The gzip content coding (RFC 1952, RFC 9110 8.4.1.3).

use super::{
    CreateDecoder, CreateEncoder, Naming,
    coding::{CodingDecoder, CodingEncoder, Compress, Decompress, Names},
};
use crate::{Error, ErrorCode, Result};
use flate2::{Compression, FlushCompress, FlushDecompress, Status};
use wws_core::channel::{Decoder, Encoder};

const NAMES: Names = Names { coding: "gzip", alias: "x-gzip" };
/// 32 KiB, the largest window of deflate.
const WINDOW_BITS: u8 = 15;

/// Creates gzip encoders and decoders. The decoder leaves messages alone that are not gzip.
#[derive(Clone, Copy, Debug)]
pub struct Gzip {
    level: u32,
    naming: Naming,
}

impl Gzip {
    /// A level from 0 (store) to 9 (smallest); 6 is usual.
    pub fn with_level(level: u32) -> Self {
        Gzip { level: level.min(9), naming: Naming::default() }
    }

    /// Named as a suffix of the media type, for net.tcp and net.pipe.
    pub fn as_suffix(mut self) -> Self {
        self.naming = Naming::Suffix;
        self
    }
}

impl Default for Gzip {
    fn default() -> Self {
        Self::with_level(6)
    }
}

impl CreateEncoder for Gzip {
    fn create_encoder(&self) -> Result<Box<dyn Encoder>> {
        let compress = flate2::Compress::new_gzip(Compression::new(self.level), WINDOW_BITS);
        Ok(Box::new(CodingEncoder::new(NAMES, self.naming, compress)))
    }
}

impl CreateDecoder for Gzip {
    fn create_decoder(&self) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(CodingDecoder::new(NAMES, flate2::Decompress::new_gzip(WINDOW_BITS))))
    }
}

impl Compress for flate2::Compress {
    fn reset(&mut self) -> Result<()> {
        flate2::Compress::reset(self);
        Ok(())
    }

    fn compress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        let before = self.total_in();
        self.compress_vec(input, out, FlushCompress::None).map_err(failed)?;
        Ok((self.total_in() - before) as usize)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let status = self.compress_vec(&[], out, FlushCompress::Finish).map_err(failed)?;
        Ok(status == Status::StreamEnd)
    }
}

impl Decompress for flate2::Decompress {
    fn reset(&mut self) -> Result<()> {
        *self = flate2::Decompress::new_gzip(WINDOW_BITS);
        Ok(())
    }

    fn decompress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(usize, bool)> {
        let before = self.total_in();
        let status = self.decompress_vec(input, out, FlushDecompress::None);
        let status = status.map_err(|e| Error::format("the octets are not gzip").caused_by(e))?;
        Ok(((self.total_in() - before) as usize, status == Status::StreamEnd))
    }
}

fn failed(error: flate2::CompressError) -> Error {
    Error::new(ErrorCode::Other, "gzip failed").caused_by(error)
}
