//! The program `wws`.

fn main() {}
