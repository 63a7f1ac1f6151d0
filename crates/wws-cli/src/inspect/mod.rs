//! `wws inspect`: what a file is and what stands in it, be it a document or captured traffic.

mod nodes;
mod records;

use crate::{
    capture,
    detect::Detected,
    input::{From, Input, Twice},
    message::{self, summary::Summary},
    parts,
    table::{self, FAINT, HEAD},
};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::{
    io::{BufReader, Read},
    path::PathBuf,
};
use wws::Result;

/// Arguments of `wws inspect`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file, or - for standard input
    file: PathBuf,
    /// The encoding of the file
    #[arg(long, value_enum, default_value_t = From::Auto)]
    from: From,
    /// What to show
    #[arg(long, value_enum)]
    show: Option<Show>,
    /// Stop after this many nodes or records; 0 shows all
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    limit: u64,
    /// One JSON object a line, for programs; nothing is shortened or left out
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    /// Elements, attributes, text
    Nodes,
    /// The records of a binary document with their offsets
    Records,
}

/// Characters of a text in captured traffic, or of a header, that are shown.
const SHORTEN: usize = 160;

/// Shows a file.
pub(crate) fn run(args: &Args) -> Result<()> {
    let file = Twice::new(&args.file)?;
    let bytes = file.size()?;
    if args.from == From::Auto && args.show.is_none() {
        let mut start = Vec::new();
        file.open()?.take(4).read_to_end(&mut start)?;
        if capture::is_capture(&start) {
            let shorten = (!args.json && args.limit != 0).then_some(SHORTEN);
            return capture::show(file.open()?, args.json, true, shorten);
        }
    }
    let mut document = file.input(args.from)?;
    let detected = document.detected;
    let show = match (args.show, detected) {
        (Some(show), _) => show,
        (None, Detected::Binary | Detected::BinarySession) => Show::Records,
        (None, _) => Show::Nodes,
    };
    let out =
        Printer { json: args.json, limit: if args.json || args.limit == 0 { u64::MAX } else { args.limit } };
    let message = message::summary::read(&mut Input::new(file.open()?, args.from)?);
    if show == Show::Nodes {
        // The first node settles the charset.
        let first = document.next();
        out.head(args, bytes, detected, document.reader.charset().map(wws::xml::Charset::name));
        if detected == Detected::Mtom {
            out.parts(&parts::parts(file.open()?)?);
        }
        out.message(message);
        return nodes::show(&out, &mut document, first);
    }
    out.head(args, bytes, detected, None);
    out.message(message);
    let mut walk = records::Walk::new(BufReader::new(file.open()?), detected == Detected::BinarySession)?;
    out.session(&walk.session);
    let mut count = 0;
    while let Some(record) = walk.next()? {
        count += 1;
        if count > out.limit {
            anstream::println!("{FAINT}… stopped after {} records; --limit 0 shows all{FAINT:#}", out.limit);
            break;
        }
        out.record(&record);
    }
    Ok(())
}

/// Prints for people or for programs.
struct Printer {
    json: bool,
    limit: u64,
}

impl Printer {
    fn line(&self, value: &Value) {
        anstream::println!("{value}");
    }

    fn head(&self, args: &Args, bytes: u64, detected: Detected, charset: Option<&str>) {
        if self.json {
            return self.line(&json!({
                "kind": "document", "file": args.file.display().to_string(), "bytes": bytes,
                "encoding": detected.to_string(), "charset": charset,
            }));
        }
        let charset = charset.map(|c| format!(", {c}")).unwrap_or_default();
        let name = args.file.display();
        anstream::println!("{HEAD}{name}{HEAD:#}: {detected}{charset}, {}", table::size(bytes));
    }

    fn parts(&self, found: &parts::Parts) {
        if self.json {
            for part in &found.parts {
                self.line(&json!({
                    "kind": "part", "offset": part.offset, "bytes": part.size, "content_id": part.id,
                    "content_type": part.media_type, "transfer_encoding": part.transfer_encoding,
                    "root": part.id == found.start,
                }));
            }
            return;
        }
        anstream::println!("boundary {}, start-info {:?}", found.boundary, found.start_info);
        let rows: Vec<Vec<String>> = found
            .parts
            .iter()
            .map(|p| {
                let root = if p.id == found.start { " (root)" } else { "" };
                vec![
                    format!("<{}>{root}", p.id),
                    p.offset.to_string(),
                    table::size(p.size),
                    p.transfer_encoding.clone(),
                    p.media_type.clone(),
                ]
            })
            .collect();
        table::print(&["part", "at byte", "size", "transfer", "type"], &rows);
        anstream::println!();
    }

    /// The headers of a message. What is wrong with one shows in the list of nodes or records.
    fn message(&self, found: Result<Option<Summary>>) {
        let Ok(Some(message)) = found else { return };
        if self.json {
            message.to_json().iter().for_each(|line| self.line(line));
        } else {
            message.show(Some(SHORTEN));
            anstream::println!();
        }
    }

    fn session(&self, strings: &[String]) {
        for (i, text) in strings.iter().enumerate() {
            let id = 2 * i + 1;
            if self.json {
                self.line(&json!({ "kind": "session_string", "id": id, "text": text }));
            } else {
                anstream::println!("{FAINT}session string [{id}]{FAINT:#} {text:?}");
            }
        }
    }

    fn record(&self, r: &records::Record) {
        if self.json {
            return self.line(&json!({
                "kind": "record", "offset": r.offset, "type": r.kind, "name": r.name, "depth": r.depth,
                "content": r.content,
            }));
        }
        let indent = "  ".repeat(r.depth.min(32));
        let (offset, kind) = (r.offset, r.kind);
        anstream::println!(
            "{FAINT}{offset:>8x}  {kind:02x}{FAINT:#}  {indent}{HEAD}{}{HEAD:#} {}",
            r.name,
            r.content
        );
    }
}
