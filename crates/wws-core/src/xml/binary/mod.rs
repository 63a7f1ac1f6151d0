//! The .NET binary encoding: MC-NBFX records, MC-NBFS and MC-NBFSE dictionaries.

pub mod record;
