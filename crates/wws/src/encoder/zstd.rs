//! The zstd content coding (RFC 8878, RFC 9659).

use super::{
    CreateDecoder, CreateEncoder, Naming,
    coding::{CodingDecoder, CodingEncoder, Compress, Decompress, Names},
};
use crate::{Error, ErrorCode, Result};
use wws_core::channel::{Decoder, Encoder};
use zstd::{
    stream::raw::{self, InBuffer, Operation, OutBuffer},
    zstd_safe::{CParameter, DParameter},
};

const NAMES: Names = Names { coding: "zstd", alias: "zstd" };
/// RFC 9659 3: a window of at most 8 MiB, so that a peer cannot make us take more memory.
const WINDOW_LOG: u32 = 23;

/// Creates zstd encoders and decoders. The decoder leaves messages alone that are not zstd.
#[derive(Clone, Copy, Debug)]
pub struct Zstd {
    level: i32,
    naming: Naming,
}

impl Zstd {
    /// A level from 1 (fastest) to 19 (smallest); 3 is usual.
    pub fn with_level(level: i32) -> Self {
        Zstd { level: level.clamp(1, 19), naming: Naming::default() }
    }

    /// Named as a suffix of the media type, for net.tcp and net.pipe.
    pub fn as_suffix(mut self) -> Self {
        self.naming = Naming::Suffix;
        self
    }
}

impl Default for Zstd {
    fn default() -> Self {
        Self::with_level(3)
    }
}

impl CreateEncoder for Zstd {
    fn create_encoder(&self) -> Result<Box<dyn Encoder>> {
        let mut encoder = raw::Encoder::new(self.level).map_err(failed)?;
        // 2 MiB: what levels choose for large inputs may be more than receivers must accept.
        encoder.set_parameter(CParameter::WindowLog(21)).map_err(failed)?;
        encoder.set_parameter(CParameter::ChecksumFlag(true)).map_err(failed)?;
        Ok(Box::new(CodingEncoder::new(NAMES, self.naming, encoder)))
    }
}

impl CreateDecoder for Zstd {
    fn create_decoder(&self) -> Result<Box<dyn Decoder>> {
        let mut decoder = raw::Decoder::new().map_err(failed)?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)).map_err(failed)?;
        Ok(Box::new(CodingDecoder::new(NAMES, decoder)))
    }
}

impl Compress for raw::Encoder<'static> {
    fn reset(&mut self) -> Result<()> {
        self.reinit().map_err(failed)
    }

    fn compress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        let mut input = InBuffer::around(input);
        let at = out.len();
        self.run(&mut input, &mut OutBuffer::around_pos(out, at)).map_err(failed)?;
        Ok(input.pos())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let at = out.len();
        let left = Operation::finish(self, &mut OutBuffer::around_pos(out, at), true).map_err(failed)?;
        Ok(left == 0)
    }
}

impl Decompress for raw::Decoder<'static> {
    fn reset(&mut self) -> Result<()> {
        self.reinit().map_err(failed)
    }

    fn decompress(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(usize, bool)> {
        let mut input = InBuffer::around(input);
        let at = out.len();
        let left = self.run(&mut input, &mut OutBuffer::around_pos(out, at));
        let left = left.map_err(|e| Error::format("the octets are not zstd").caused_by(e))?;
        Ok((input.pos(), left == 0))
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::new(ErrorCode::Other, "zstd failed").caused_by(error)
}
