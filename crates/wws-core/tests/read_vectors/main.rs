//! Replays what Microsoft's readers saw (`shared/vectors`) through [`Reader`].
//!
//! Every block must give the same nodes, attributes and values, and an error where Microsoft's reader has one.
//! Where XML itself or the rule book demands something else, the block stands in `known` with the reason; an
//! entry that no longer deviates fails the test, so the list can only shrink.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // a test reads files and may panic

mod known;
mod see;
mod vector;

use known::KNOWN;
use see::see;
use std::sync::Arc;
use vector::{Block, diff, load, parse};
use wws_core::xml::{
    Dictionary, ReaderEncoding,
    binary::{BinaryDictionaries, Dynamic},
};

/// Replays all blocks of a file; returns how many.
fn replay(file: &str, encoding: impl Fn(&Block) -> ReaderEncoding) -> usize {
    let blocks = parse(&load(file));
    let mut failures = Vec::new();
    for block in &blocks {
        let complaint = compare(block, encoding(block));
        let reason = KNOWN.iter().find(|k| k.0 == file && k.1 == block.name).map(|k| k.2);
        match (complaint, reason) {
            (Some(complaint), None) => failures.push(format!("{}: {complaint}", block.name)),
            (None, Some(_)) => {
                failures.push(format!("{}: deviates no more; remove it from KNOWN", block.name))
            }
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{file}: {} of {}\n{}", failures.len(), blocks.len(), failures.join("\n"));
    blocks.len()
}

/// What is different from what Microsoft's reader saw.
fn compare(block: &Block, encoding: ReaderEncoding) -> Option<String> {
    let (found, error) = see(&block.bytes, encoding);
    match (&block.error, error) {
        (None, None) if found == block.expected => None,
        (Some(_), Some(error)) => {
            // We deliver text as a whole, Microsoft in pieces, so we may stop a little earlier.
            let prefix = found.len() <= block.expected.len() && block.expected.starts_with(&found);
            let place = error.place().is_some();
            (!prefix || !place)
                .then(|| format!("fails elsewhere: {error}\n{}", diff(&block.expected, &found)))
        }
        (None, Some(error)) => Some(format!("fails: {error}\n{}", diff(&block.expected, &found))),
        (Some(theirs), None) => Some(format!("should fail: {theirs}")),
        (None, None) => Some(format!("sees something else\n{}", diff(&block.expected, &found))),
    }
}

#[test]
fn read_text() {
    let n = replay("read-text.txt", |_| ReaderEncoding::text());
    println!("{n} blocks of read-text.txt");
}

#[test]
fn written_text() {
    for file in ["write-text.txt", "write-text-utf16le.txt", "write-text-utf16be.txt"] {
        println!("{} blocks of {file}", replay(file, |_| ReaderEncoding::text()));
    }
}

/// Binary with the static dictionary, and the session strings of the block.
fn binary(block: &Block) -> ReaderEncoding {
    let table = Dictionary::new(block.session.iter().map(String::as_str));
    ReaderEncoding::Binary(BinaryDictionaries {
        fixed: Some(Dictionary::nbfs().into()),
        dynamic: match block.session.is_empty() {
            true => Dynamic::None,
            false => Dynamic::Table(Arc::new(table).into()),
        },
    })
}

#[test]
fn read_binary() {
    println!("{} blocks of read-binary.txt", replay("read-binary.txt", binary));
}

#[test]
fn written_binary() {
    println!("{} blocks of write-binary.txt", replay("write-binary.txt", binary));
}
