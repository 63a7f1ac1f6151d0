//! `wws message show`: versions, headers, and the body as XML.

use super::summary;
use crate::{
    copy::{Changes, Copy},
    detect::Detected,
    input::{From, Input, Twice},
    parts,
    table::{self, FAINT},
};
use serde_json::json;
use std::path::PathBuf;
use wws::{
    Error, Result,
    xml::{Charset, NodeType, Writer, WriterOptions},
};

/// Arguments of `wws message show`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file with the message, or - for standard input
    file: PathBuf,
    /// The encoding of the file
    #[arg(long, value_enum, default_value_t = From::Auto)]
    from: From,
    /// Show long text and byte content as a whole
    #[arg(long)]
    full: bool,
    /// One JSON object a line, for programs: the message, each header, the body, MIME parts
    #[arg(long)]
    json: bool,
}

/// Characters of a text that are shown.
const SHORTEN: usize = 160;
/// Bytes of the body that are shown, so that memory stays bounded.
const MOST: u64 = 16 << 20;

/// Shows the message.
pub(super) fn run(args: &Args) -> Result<()> {
    let file = Twice::new(&args.file)?;
    let mut input = file.input(args.from)?;
    let Some(summary) = summary::read(&mut input)? else {
        return Err(Error::format("the document is no SOAP message: its first element is no Envelope")
            .context(format!("{}", args.file.display())));
    };
    let shorten = (!args.full && !args.json).then_some(SHORTEN);
    let body = body(&mut input, shorten)?;
    let found = match input.detected {
        Detected::Mtom => parts::parts(file.open()?)?.parts,
        _ => Vec::new(),
    };
    if args.json {
        let mut lines = summary.to_json();
        if let Some(line) = lines.last_mut().and_then(|line| line.as_object_mut()) {
            line.insert("xml".into(), body.into());
        }
        lines.extend(found.iter().map(|part| {
            json!({ "kind": "part", "content_id": part.id, "content_type": part.media_type, "bytes": part.size })
        }));
        lines.iter().for_each(|line| anstream::println!("{line}"));
        return Ok(());
    }
    summary.show(shorten);
    if !body.is_empty() {
        anstream::println!("\n{body}");
    }
    if !found.is_empty() {
        anstream::println!();
    }
    for part in &found {
        anstream::println!(
            "part <{}>  {}  {FAINT}{}{FAINT:#}",
            part.id,
            table::size(part.size),
            part.media_type
        );
    }
    Ok(())
}

/// What is in the body, as indented text, from the node on which the reader stands.
fn body(input: &mut Input, shorten: Option<usize>) -> Result<String> {
    let changes = Changes { drop_blank: true, shorten, ..Changes::default() };
    let options = WriterOptions {
        allow_fragment: true,
        max_depth: 4096,
        max_attributes: 4096,
        max_namespaces: 4096,
        buffer_max_size: MOST,
        indent: 2,
        ..WriterOptions::default()
    };
    let mut writer = Writer::new(Charset::Utf8, options);
    let mut copy = Copy::new(&changes);
    let outer = match input.reader.node_type() {
        NodeType::Element => input.reader.depth() - 1,
        _ => input.reader.depth(),
    };
    // The end tag of the body is as deep as the body.
    while !(input.reader.node_type() == NodeType::EndElement && input.reader.depth() == outer) {
        copy.present(input, &mut writer)?;
        if input.next()? == NodeType::Eof {
            break;
        }
    }
    while input.reader.node_type() != NodeType::Eof {
        input.next()?;
    }
    String::from_utf8(writer.into_bytes()?).map_err(|e| Error::format("the text is not UTF-8").caused_by(e))
}
