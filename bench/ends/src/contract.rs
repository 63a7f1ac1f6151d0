//! What the ends agree on.

use wws::{
    Error, FromXml, Result, ToXml,
    channel::{Binding, TransferMode},
    soap::{Encoding, Message, Version},
    transport::http::HttpVersion,
    value::Guid,
    xml::{Charset, Writer, WriterOptions, output::ToWrite},
};

pub(crate) const NS: &str = "urn:wws:bench";
pub(crate) const ACTION: &str = "urn:wws:bench/echoString";
pub(crate) const REPLY_ACTION: &str = "urn:wws:bench/echoStringResponse";
/// 100 octets, and none that needs an escape.
pub(crate) const TEXT: &str =
    "The quick brown fox jumps over the lazy dog, and the dog does not mind at all: it sleeps, it dreams on.";

/// The request.
#[derive(ToXml, FromXml)]
#[xml(name = "echoString", ns = "urn:wws:bench")]
pub(crate) struct EchoString {
    pub(crate) text: String,
}

/// The reply.
#[derive(ToXml, FromXml)]
#[xml(name = "echoStringResponse", ns = "urn:wws:bench")]
pub(crate) struct EchoStringResponse {
    pub(crate) text: String,
}

/// The binding of a kind.
pub(crate) fn binding(kind: &str) -> Result<Binding> {
    let streamed = |binding: Binding| {
        binding
            .with_encoding(Encoding::Mtom(Charset::Utf8))
            .with_transfer_mode(TransferMode::STREAMED)
            .with_max_message_size(u64::MAX)
    };
    let http2 = |mut binding: Binding| {
        binding.http.version = HttpVersion::Http2;
        binding
    };
    Ok(match kind {
        "http" | "hyper" => Binding::http(),
        "http2" => http2(Binding::http()),
        "http11" | "hyper11" => Binding::http().with_version(Version::SOAP11),
        "tcp" | "idle" | "open" => Binding::tcp(),
        "file-http" => streamed(Binding::http()),
        "file-http2" => http2(streamed(Binding::http())),
        "file-tcp" => streamed(Binding::tcp()),
        _ => return Err(Error::argument(format!("{kind:?} is no binding"))),
    })
}

/// The octets of a request.
pub(crate) fn envelope(version: Version, url: &str) -> Result<Vec<u8>> {
    let mut message = Message::request(version, Guid::new_v4());
    message.set_action(ACTION)?;
    message.set_to(url)?;
    let mut writer = Writer::new(Charset::Utf8, WriterOptions::stream());
    message.write_start(&mut writer)?;
    message.write_body(&mut writer, &EchoString { text: TEXT.to_owned() })?;
    message.write_end(&mut writer)?;
    let mut octets = Vec::new();
    writer.flush_to(&mut ToWrite(&mut octets))?;
    Ok(octets)
}
