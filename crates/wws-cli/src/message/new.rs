//! `wws message new`: a message from options, written to a file or standard output while its body is read.

use crate::{
    convert::{self, FLUSH_AT, Output, To},
    copy::{Changes, Copy},
    input::{self, From, Input},
    table::FAINT,
};
use clap::ValueEnum;
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
};
use wws::{
    Error, Result,
    soap::{
        self, AddressingVersion, Encoding, EndpointAddress, EnvelopeVersion, HeaderAttributes, Message,
        Version,
    },
    typed::{self, Name},
    xml::{Charset, Writer, WriterEncoding, WriterOptions, buffer::XmlBuffer, output::ToWrite},
};

/// Arguments of `wws message new`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where to write the message, or - for standard output
    #[arg(default_value = "-")]
    output: PathBuf,
    /// The version of the envelope
    #[arg(long, value_enum, default_value_t = Soap::V12)]
    soap: Soap,
    /// The version of WS-Addressing; `none` leaves action and destination to the transport
    #[arg(long, value_enum, default_value_t = Addressing::V10)]
    addressing: Addressing,
    /// What the message asks for, a URI
    #[arg(long, value_name = "URI")]
    action: Option<String>,
    /// Where the message goes
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// The id of the message; a new one is made if there is WS-Addressing
    #[arg(long, value_name = "URI")]
    message_id: Option<String>,
    /// The id of the message that this one answers
    #[arg(long, value_name = "URI")]
    relates_to: Option<String>,
    /// Who gets the answer
    #[arg(long, value_name = "URL")]
    reply_to: Option<String>,
    /// Who gets an answer that is a fault
    #[arg(long, value_name = "URL")]
    fault_to: Option<String>,
    /// Who sends the message
    #[arg(long, value_name = "URL")]
    sender: Option<String>,
    /// A header: '{NAMESPACE}NAME=VALUE', XML as text (`<element/>`), or a file with an element. May be given more than once
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
    /// A header '{NAMESPACE}NAME=VALUE' that the receiver must understand. May be given more than once
    #[arg(long, value_name = "HEADER")]
    must_understand: Vec<String>,
    /// The document to be the body, in any encoding, or - for standard input; without it the body is empty
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// The encoding of the body's file
    #[arg(long, value_enum, default_value_t = From::Auto)]
    from: From,
    /// The text of elements with this local name is base64: with MTOM it becomes a MIME part. May be given more than once
    #[arg(long, value_name = "NAME")]
    base64: Vec<String>,
    /// The encoding of the message
    #[arg(long, value_enum, default_value_t = To::Text)]
    encoding: To,
    /// Text: put each element on a line of its own, indented by so many spaces (2 if none are given)
    #[arg(long, value_name = "SPACES", num_args = 0..=1, default_missing_value = "2", require_equals = true)]
    indent: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Soap {
    /// SOAP 1.1
    #[value(name = "1.1")]
    V11,
    /// SOAP 1.2
    #[value(name = "1.2")]
    V12,
    /// No envelope: the body is the document
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Addressing {
    /// WS-Addressing 1.0
    #[value(name = "1.0")]
    V10,
    /// WS-Addressing of August 2004
    #[value(name = "2004")]
    V09,
    /// None: HTTP has headers for action and destination
    None,
}

/// Builds the message.
pub(super) fn run(args: &Args) -> Result<()> {
    let version = version(args)?;
    let encoding = match args.encoding {
        To::Text => Encoding::Text(Charset::Utf8),
        To::Utf16 => Encoding::Text(Charset::Utf16Le),
        To::Binary => Encoding::Binary,
        To::Mtom => Encoding::Mtom(Charset::Utf8),
    };
    encoding.check(version.envelope).map_err(|e| match args.encoding {
        To::Binary => e.context("take --soap 1.2 or --encoding text"),
        _ => e,
    })?;
    let mut message = message(args, version)?;
    let body = args.body.as_deref().map(|path| body(path, args.from)).transpose()?;
    if version.envelope == EnvelopeVersion::None && body.is_none() {
        return Err(Error::argument("without an envelope there is nothing but the body: give --body FILE"));
    }
    let mut out = Output::new(&args.output)?;
    let options = WriterOptions {
        stream: true,
        max_depth: 4096,
        max_attributes: 4096,
        max_namespaces: 4096,
        buffer_trim_size: 1 << 20,
        indent: args.indent.unwrap_or(0),
        write_declaration: args.encoding == To::Utf16,
        ..WriterOptions::default()
    };
    if args.encoding == To::Utf16 {
        // XML 1.0 4.3.3: UTF-16 must begin with a byte order mark.
        out.write_all(&[0xff, 0xfe])?;
    }
    let (writer_encoding, content_type) = encodings(encoding, version, args)?;
    let mut writer = Writer::new(writer_encoding, options);
    message.write_start(&mut writer)?;
    if let Some(mut body) = body {
        let changes =
            Changes { drop_blank: args.indent.is_some(), base64: args.base64.clone(), ..Changes::default() };
        let mut copy = Copy::new(&changes);
        while copy.step(&mut body, &mut writer)? {
            if writer.depth() > 0 {
                let mut flush = writer.flush(FLUSH_AT)?;
                flush.run(&mut ToWrite(&mut out))?;
                writer.flushed(flush)?;
            }
        }
    }
    message.write_end(&mut writer)?;
    writer.flush_to(&mut ToWrite(&mut out))?;
    if args.encoding == To::Text && out.is_terminal() {
        out.write_all(b"\n")?;
    }
    out.finish()?;
    if std::io::stderr().is_terminal() {
        anstream::eprintln!("{FAINT}HTTP: Content-Type: {content_type}{FAINT:#}");
        if version.envelope == EnvelopeVersion::Soap11 {
            let action = soap::soap_action(args.action.as_deref().unwrap_or_default())?;
            anstream::eprintln!("{FAINT}HTTP: SOAPAction: {action}{FAINT:#}");
        }
    }
    Ok(())
}

/// What the writer and what HTTP is told. A file has the MIME header of MTOM on top.
fn encodings(encoding: Encoding, version: Version, args: &Args) -> Result<(WriterEncoding, String)> {
    let action = args.action.as_deref();
    if args.encoding != To::Mtom {
        return Ok((encoding.writer_encoding(None)?, encoding.content_type(version.envelope, action, None)?));
    }
    let frame = encoding.frame(version.envelope, &convert::boundary())?;
    let content_type = encoding.content_type(version.envelope, action, Some(&frame))?;
    Ok((convert::mtom_with(frame, Charset::Utf8), content_type))
}

fn version(args: &Args) -> Result<Version> {
    let envelope = match args.soap {
        Soap::V11 => EnvelopeVersion::Soap11,
        Soap::V12 => EnvelopeVersion::Soap12,
        Soap::None => EnvelopeVersion::None,
    };
    let addressing = match args.addressing {
        _ if args.soap == Soap::None => AddressingVersion::Transport,
        Addressing::V10 => AddressingVersion::Addressing10,
        Addressing::V09 => AddressingVersion::Addressing09,
        Addressing::None => AddressingVersion::Transport,
    };
    let given = [
        ("--message-id", args.message_id.is_some()),
        ("--relates-to", args.relates_to.is_some()),
        ("--reply-to", args.reply_to.is_some()),
        ("--fault-to", args.fault_to.is_some()),
        ("--sender", args.sender.is_some()),
    ];
    if addressing == AddressingVersion::Transport
        && let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given)
    {
        return Err(Error::argument(format!(
            "{option} is a header of WS-Addressing: take --addressing 1.0, or leave it out"
        )));
    }
    if args.soap == Soap::None && !(args.header.is_empty() && args.must_understand.is_empty()) {
        return Err(Error::argument("without an envelope there are no headers: take --soap 1.1 or 1.2"));
    }
    Ok(Version::new(envelope, addressing))
}

/// The message with its headers.
fn message(args: &Args, version: Version) -> Result<Message> {
    let mut message = Message::blank(version);
    if let Some(action) = &args.action {
        message.set_action(action)?;
    }
    if let Some(to) = &args.to {
        message.set_to(to)?;
    }
    if version.addressing != AddressingVersion::Transport {
        let id = args.message_id.clone().unwrap_or_else(|| format!("urn:uuid:{}", uuid::Uuid::new_v4()));
        message.set_message_id(&id.parse()?)?;
    }
    if let Some(id) = &args.relates_to {
        message.set_relates_to(&id.parse()?)?;
    }
    if let Some(url) = &args.sender {
        message.set_from(&EndpointAddress::new(url))?;
    }
    if let Some(url) = &args.reply_to {
        message.set_reply_to(&EndpointAddress::new(url))?;
    }
    if let Some(url) = &args.fault_to {
        message.set_fault_to(&EndpointAddress::new(url))?;
    }
    for header in &args.header {
        if header.starts_with('{') {
            let (name, value) = pair(header)?;
            message.add_header(name, value, &HeaderAttributes::default())?;
        } else {
            message.add_headers(&element(header)?)?;
        }
    }
    for header in &args.must_understand {
        let (name, value) = pair(header)?;
        message.add_header(name, value, &HeaderAttributes::must_understand())?;
    }
    Ok(message)
}

/// `{NAMESPACE}NAME=VALUE`.
fn pair(header: &str) -> Result<(Name<'_>, &str)> {
    let parts = header.strip_prefix('{').and_then(|rest| {
        let (ns, rest) = rest.split_once('}')?;
        let (local, value) = rest.split_once('=')?;
        Some((Name::new(local, ns), value))
    });
    parts.ok_or_else(|| {
        Error::argument(format!(
            "the header {header:?} is not '{{NAMESPACE}}NAME=VALUE', such as '{{urn:shop}}priority=7'"
        ))
    })
}

/// An element as text, or in a file.
fn element(header: &str) -> Result<XmlBuffer> {
    let parse = |text: &str| typed::from_str::<XmlBuffer>(text);
    if header.trim_start().starts_with('<') {
        return parse(header).map_err(|e| e.context("in the text of --header"));
    }
    let in_file = |e: Error| {
        e.context(format!(
            "--header {header}: a file with an element, '{{NAMESPACE}}NAME=VALUE' or '<element/>' expected"
        ))
    };
    let text = std::fs::read_to_string(header).map_err(|e| in_file(e.into()))?;
    parse(&text).map_err(in_file)
}

/// The document that becomes the body.
fn body(path: &Path, from: From) -> Result<Input> {
    let (source, _) = input::open(path)?;
    Input::new(source, from).map_err(|e| e.context(format!("--body {}", path.display())))
}
