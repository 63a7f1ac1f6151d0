//! `wws send`: a file or an envelope to a service, and its reply.

use crate::{
    body::{FLUSH_AT, Origin, copy_body, copy_document},
    detect::{self, Detected},
    input::{From, Input, Source, Twice},
    progress::Progress,
    soap::{FILE_NS, SEND_ACTION, Side, SoapArgs},
    table::HEAD,
    tls::ClientTls,
    wire::{End, Observer, Printer},
};
use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::PathBuf,
};
use wws::{
    Error, Result,
    channel::{Binding, Channel, ChannelType},
    soap::{
        AddressingVersion, EnvelopeVersion, FaultError, HeaderAttributes, Initialization, Message, Version,
    },
    transport::http::HttpVersion,
    typed::Name,
    value::Guid,
    xml::{
        Charset, NodeType, Reader, Writer, WriterOptions, output::FromRead, output::ToWrite, reader::Node,
    },
};

/// Arguments of `wws send`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A SOAP envelope, which is sent with its headers; another XML document, which becomes the body; or any file,
    /// which becomes byte content. - is standard input
    file: PathBuf,
    /// Where to send it: http://, https://, net.tcp://, net.pipe://, soap.udp:// or mbn://INTERFACE/SERVICE (a modem)
    #[arg(long, value_name = "URL")]
    to: String,
    /// The action [default: that of the envelope, or urn:wws:file/send for a file]
    #[arg(long, value_name = "URI")]
    action: Option<String>,
    /// A header {namespace}name=value, or "Name: value" for one that HTTP carries. May be given more than once
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
    #[command(flatten)]
    soap: SoapArgs,
    #[command(flatten)]
    tls: ClientTls,
    /// Speak HTTP/2 only: over https the server has to choose it, over http it has to be known that the server speaks it
    #[arg(long, conflicts_with = "http1_1")]
    http2: bool,
    /// Speak HTTP/1.1 only [default: over https what the server chooses, over http HTTP/1.1]
    #[arg(long = "http1.1")]
    http1_1: bool,
    /// Do not wait for a reply; over HTTP, which always has one, do not print it
    #[arg(long)]
    one_way: bool,
    /// Show what passes on the wire: headers, framing records, datagrams, envelopes
    #[arg(short, long)]
    verbose: bool,
    /// Write what passes on the wire, decoded, to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

/// What there is to send.
enum Content {
    Envelope(Version),
    Document,
    /// With what is wrong with it if it looks like XML.
    File(Option<Error>),
}

/// Sends a file.
pub(crate) fn run(args: &Args) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            done = send(args) => done,
            _ = tokio::signal::ctrl_c() => Err(Error::operation("interrupted: the message was not sent whole")),
        }
    })
}

async fn send(args: &Args) -> Result<()> {
    let file = Twice::new(&args.file)?;
    let is_http = args.to.starts_with("http");
    let content = look(&file, is_http)?;
    let version = match content {
        Content::Envelope(version) => Some(version),
        _ => None,
    };
    let is_xml = !matches!(content, Content::File(_));
    if let Content::File(Some(error)) = &content {
        anstream::eprintln!("{HEAD}note:{HEAD:#} this is no document, and is sent as a file: {error}");
    }
    let binding = args.soap.binding(&args.to, Side::Client, version, is_xml)?;
    let mut binding = observe(args, args.tls.apply(binding, &args.to)?)?;
    binding.http.version = version_of_http(args, is_http)?;
    let mut message = Message::new(binding.version);
    let progress = Progress::new(Some(file.size()?));
    let mut input = match content {
        Content::File(_) => None,
        _ => Some(Input::new(progress.watch(file.open()?), From::Auto)?),
    };
    let mut origin = None;
    match (&content, &mut input) {
        (Content::Envelope(version), Some(input)) => {
            let mut read = Message::new(*version);
            start_reading(&mut read, input)?;
            message.initialize(Initialization::Duplicate(&read))?;
            origin = Some(Origin::of(&read));
            if message.message_id()?.is_none() && binding.version.addressing != AddressingVersion::Transport {
                message.set_message_id(&wws::value::UniqueId::Guid(Guid::new_v4()))?;
            }
        }
        _ => message.initialize(Initialization::Request(Guid::new_v4()))?,
    }
    let default = matches!(content, Content::File(_)).then_some(SEND_ACTION);
    if let Some(action) = args.action.as_deref().or(default) {
        message.set_action(action)?;
    }
    headers(args, &mut binding, &mut message)?;
    let channel = Channel::connect(&binding, &args.to).await?;
    let mut writer = channel.write_message_start(&mut message).await?;
    match &mut input {
        Some(input) => match origin {
            Some(origin) => copy_body(input, origin, &channel, &mut writer).await?,
            None => copy_document(input, &channel, &mut writer).await?,
        },
        None => write_file(args, progress.watch(file.open()?), &channel, &mut writer).await?,
    }
    channel.write_message_end(&mut message, writer).await?;
    progress.finish();
    let done = if args.one_way && !channel.kind().has(ChannelType::REQUEST) {
        Ok(())
    } else {
        reply(&channel, args.one_way).await
    };
    let closed = channel.close().await;
    done.and(closed)
}

fn version_of_http(args: &Args, is_http: bool) -> Result<HttpVersion> {
    match (args.http2, args.http1_1) {
        (false, false) => Ok(HttpVersion::Negotiate),
        _ if !is_http => Err(Error::argument("--http2 and --http1.1 are for URLs of http and https")),
        (true, _) => Ok(HttpVersion::Http2),
        (false, true) => Ok(HttpVersion::Http11),
    }
}

/// Finds out what the file is.
fn look(file: &Twice, is_http: bool) -> Result<Content> {
    let mut start = Vec::new();
    file.open()?.take(detect::LOOK as u64).read_to_end(&mut start)?;
    if matches!(detect::detect(&start), Detected::Unknown | Detected::Empty) {
        return Ok(Content::File(None));
    }
    let is_text = detect::detect(&start) == Detected::Text;
    let Ok(mut input) = Input::new(file.open()?, From::Auto) else { return Ok(Content::File(None)) };
    let envelope = loop {
        match input.next() {
            Ok(NodeType::Element) => {
                break input.reader.element().and_then(|element| {
                    let version = EnvelopeVersion::from_namespace(element.namespace().as_str());
                    version.filter(|_| element.local_name().as_str() == "Envelope")
                });
            }
            Ok(NodeType::Eof) => return Ok(Content::File(None)),
            Err(error) => return Ok(Content::File(Some(error).filter(|_| is_text))),
            Ok(_) => {}
        }
    };
    let Some(envelope) = envelope else { return Ok(Content::Document) };
    for addressing in [AddressingVersion::Addressing10, AddressingVersion::Addressing09] {
        let version = Version::new(envelope, addressing);
        let mut message = Message::new(version);
        start_reading(&mut message, &mut Input::new(file.open()?, From::Auto)?)?;
        if message.action()?.is_some() || message.to()?.is_some() {
            return Ok(Content::Envelope(version));
        }
    }
    let default = if is_http { AddressingVersion::Transport } else { AddressingVersion::Addressing10 };
    Ok(Content::Envelope(Version::new(envelope, default)))
}

fn start_reading(message: &mut Message, input: &mut Input) -> Result<()> {
    loop {
        match message.read_start(&mut input.reader) {
            Err(error) if error.needs_input() => input.fill()?,
            done => return done,
        }
    }
}

/// The binding, watched if the user wants to see or to keep what passes.
fn observe(args: &Args, binding: Binding) -> Result<Binding> {
    let mut printers = Vec::new();
    if args.verbose {
        printers.push(Printer::new(anstream::AutoStream::auto(io::stderr()), false, true));
    }
    if let Some(path) = &args.trace {
        let file = File::create(path).map_err(|e| Error::from(e).context(path.display().to_string()))?;
        printers.push(Printer::new(file, true, true));
    }
    Ok(match printers.is_empty() {
        true => binding,
        false => Observer::new(printers).watch(binding, End::Client, &args.to),
    })
}

fn headers(args: &Args, binding: &mut Binding, message: &mut Message) -> Result<()> {
    for header in &args.header {
        match Header::parse(header)? {
            Header::Soap(name, value) => message.add_header(name, value, &HeaderAttributes::default())?,
            Header::Http(name, value) => {
                binding.http.mapping.request_headers.push(name.into());
                message.add_mapped_header(name, value)?;
            }
        }
    }
    Ok(())
}

/// What `--header` says.
#[derive(Debug, PartialEq)]
enum Header<'h> {
    Soap(Name<'h>, &'h str),
    Http(&'h str, &'h str),
}

impl<'h> Header<'h> {
    fn parse(header: &'h str) -> Result<Self> {
        let found = match header.strip_prefix('{') {
            Some(rest) => rest.split_once('}').and_then(|(ns, rest)| {
                let (local, value) = rest.split_once('=')?;
                Some(Header::Soap(Name::new(local, ns), value))
            }),
            None => {
                header.split_once([':', '=']).map(|(name, value)| Header::Http(name.trim(), value.trim()))
            }
        };
        found.ok_or_else(|| {
            let forms = "{namespace}name=value is one of SOAP, Name: value one of HTTP";
            Error::argument(format!("{header:?} is no header: {forms}"))
        })
    }
}

/// Writes any file as the byte content of an element.
async fn write_file(args: &Args, mut source: Source, channel: &Channel, writer: &mut Writer) -> Result<()> {
    writer.start_element_with_prefix("", "file", FILE_NS)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    if let Some(name) = name.filter(|name| name != "-") {
        writer.attribute("name", "", &*name)?;
    }
    writer.start_element("content", FILE_NS)?;
    if writer.defers_bytes() {
        writer.push_bytes(FromRead(source))?;
    } else {
        let mut block = vec![0; FLUSH_AT as usize];
        loop {
            let count = source.read(&mut block)?;
            if count == 0 {
                break;
            }
            writer.bytes(block.get(..count).unwrap_or_default())?;
            channel.flush_body(writer, FLUSH_AT).await?;
        }
    }
    writer.end_element()?;
    writer.end_element()?;
    channel.flush_body(writer, 0).await
}

/// Waits for the reply and prints it as text, unless nobody wants it and it is no fault.
async fn reply(channel: &Channel, is_unwanted: bool) -> Result<()> {
    let mut message = channel.message();
    let Some(mut reader) = channel.read_message_start(&mut message).await? else {
        anstream::eprintln!("accepted; there is no reply");
        return Ok(());
    };
    channel.fill_body(&mut reader, usize::MAX).await?;
    let (text, fault) = envelope_text(&mut message, &mut reader)?;
    channel.read_message_end(&mut message, reader).await?;
    if is_unwanted && fault.is_none() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(&text)?;
    if out.is_terminal() || !text.ends_with(b"\n") {
        out.write_all(b"\n")?;
    }
    match fault {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// A message as indented text, and the error that its fault is, if it is one.
fn envelope_text(message: &mut Message, reader: &mut Reader<'static>) -> Result<(Vec<u8>, Option<Error>)> {
    let options = WriterOptions { indent: 2, max_depth: 4096, stream: true, ..WriterOptions::default() };
    let mut writer = Writer::new(Charset::Utf8, options);
    let mut copy = Message::new(message.version());
    copy.initialize(Initialization::Duplicate(message))?;
    copy.write_start(&mut writer)?;
    let has_envelope = message.version().envelope != EnvelopeVersion::None;
    let mut fault = None;
    if message.is_fault() && reader.node_type() == NodeType::Element {
        let body = reader.read_buffer(usize::MAX)?;
        let read = wws::soap::Fault::read(&mut Reader::buffer(&body), message.version().envelope)?;
        fault = Some(FaultError::from(read).into_error());
        writer.write_buffer(&body)?;
    }
    loop {
        match reader.node() {
            Node::Eof => break,
            Node::EndElement if has_envelope && reader.depth() == 2 => break,
            node => writer.write_node(node)?,
        }
        reader.read_node()?;
    }
    copy.write_end(&mut writer)?;
    let mut text = Vec::new();
    writer.flush_to(&mut ToWrite(&mut text))?;
    Ok((text, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_two_forms() {
        let soap = |local, ns, value| Some(Header::Soap(Name::new(local, ns), value));
        for (text, expected) in [
            ("{urn:h}note=a=b", soap("note", "urn:h", "a=b")),
            ("{}note=", soap("note", "", "")),
            ("X-Trace=5", Some(Header::Http("X-Trace", "5"))),
            ("X-Trace: a=5", Some(Header::Http("X-Trace", "a=5"))),
            ("X-Trace", None),
            ("{urn:h}note: 5", None),
            ("{urn:h", None),
        ] {
            assert_eq!(Header::parse(text).ok(), expected, "{text}");
        }
    }
}
