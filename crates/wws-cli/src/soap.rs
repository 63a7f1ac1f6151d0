//! What `send`, `receive` and `proxy` are told of messages: encoding, versions, limits.

use clap::ValueEnum;
use std::time::Duration;
use wws::{
    Result, TempFileStore,
    channel::{Binding, Spill, TransferMode, Transport},
    encoder::{Codecs, Gzip, Zstd},
    soap::{AddressingVersion, Encoding, EnvelopeVersion, Version},
    transport::Timeouts,
    xml::Charset,
};

/// The namespace of what `wws send` puts around a file.
pub(crate) const FILE_NS: &str = "urn:wws:file";
/// The action of a message with a file.
pub(crate) const SEND_ACTION: &str = "urn:wws:file/send";
/// The action of its acknowledgement.
pub(crate) const RECEIVED_ACTION: &str = "urn:wws:file/received";

/// Encodings by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EncodingName {
    /// XML text in UTF-8
    Text,
    /// XML text in UTF-16
    Utf16,
    /// MTOM: byte content travels as parts of its own
    Mtom,
    /// .NET binary XML
    Binary,
    /// .NET binary XML with the dictionary of a session: net.tcp and net.pipe
    Session,
}

/// Message encoders by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EncoderName {
    /// gzip: a content coding over HTTP, part of the content type elsewhere
    Gzip,
    /// zstd, likewise
    Zstd,
}

/// Versions of SOAP by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SoapName {
    #[value(name = "1.1")]
    Soap11,
    #[value(name = "1.2")]
    Soap12,
}

/// Versions of WS-Addressing by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AddressingName {
    /// HTTP carries the addresses
    None,
    /// August 2004
    #[value(name = "0.9")]
    Addressing09,
    /// WS-Addressing 1.0
    #[value(name = "1.0")]
    Addressing10,
}

/// What a message looks like on the wire, and how long things may take.
#[derive(clap::Args)]
pub(crate) struct SoapArgs {
    /// The encoding [default: over HTTP mtom, or text for XML; session over net.tcp, net.pipe and mbn; text over UDP.
    /// A listener takes all and answers in that of the request]
    #[arg(long, value_enum)]
    encoding: Option<EncodingName>,
    /// A message encoder between message and transport
    #[arg(long, value_enum)]
    encoder: Option<EncoderName>,
    /// The version of SOAP [default: 1.1 over HTTP with text or mtom, else 1.2; of a listener that of the request]
    #[arg(long, value_enum)]
    soap: Option<SoapName>,
    /// The version of WS-Addressing [default: none over HTTP, else 1.0; of a listener that of the request]
    #[arg(long, value_enum)]
    addressing: Option<AddressingName>,
    /// Stream bodies over net.tcp, net.pipe and mbn: one message each way per session. HTTP always streams
    #[arg(long)]
    stream: bool,
    /// The most bytes of a message
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 40)]
    max_size: u64,
    /// Seconds that each step may take; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl SoapArgs {
    /// Whether anything is said of how messages look.
    pub(crate) fn says_anything(&self) -> bool {
        self.says_kind() || self.encoder.is_some() || self.stream
    }

    fn says_kind(&self) -> bool {
        self.encoding.is_some() || self.soap.is_some() || self.addressing.is_some()
    }

    /// The binding of a listener that takes every message, whatever is said of encoding and versions.
    pub(crate) fn in_kind(&self, url: &str) -> Result<Binding> {
        let any = SoapArgs {
            encoding: None,
            encoder: None,
            soap: None,
            addressing: None,
            stream: false,
            max_size: self.max_size,
            timeout: self.timeout,
        };
        any.binding(url, Side::Server, None, false)
    }

    /// The binding for a URL. `version` is that of an envelope that is sent as it is; a document `is_xml` needs no parts.
    pub(crate) fn binding(
        &self,
        url: &str,
        side: Side,
        version: Option<Version>,
        is_xml: bool,
    ) -> Result<Binding> {
        let mut binding = Binding::for_url(url)?;
        let is_http = matches!(binding.transport, Transport::Http);
        let is_udp = matches!(binding.transport, Transport::Udp);
        let encoding = match self.encoding {
            Some(EncodingName::Text) => Encoding::Text(Charset::Utf8),
            Some(EncodingName::Utf16) => Encoding::Text(Charset::Utf16Le),
            Some(EncodingName::Mtom) => Encoding::Mtom(Charset::Utf8),
            Some(EncodingName::Binary) => Encoding::Binary,
            Some(EncodingName::Session) => Encoding::BinarySession,
            None if is_http && is_xml => Encoding::Text(Charset::Utf8),
            None if is_http => Encoding::Mtom(Charset::Utf8),
            None if self.stream => Encoding::Binary,
            None => binding.encoding,
        };
        binding = binding.with_encoding(encoding);
        let is_binary = matches!(encoding, Encoding::Binary | Encoding::BinarySession);
        let envelope = match (self.soap, version) {
            (Some(SoapName::Soap11), _) => EnvelopeVersion::Soap11,
            (Some(SoapName::Soap12), _) => EnvelopeVersion::Soap12,
            (None, Some(version)) => version.envelope,
            (None, None) if is_http && !is_binary => EnvelopeVersion::Soap11,
            (None, None) => EnvelopeVersion::Soap12,
        };
        let addressing = match (self.addressing, version) {
            (Some(AddressingName::None), _) => AddressingVersion::Transport,
            (Some(AddressingName::Addressing09), _) => AddressingVersion::Addressing09,
            (Some(AddressingName::Addressing10), _) => AddressingVersion::Addressing10,
            (None, Some(version)) if is_http || version.addressing != AddressingVersion::Transport => {
                version.addressing
            }
            (None, _) if is_http => AddressingVersion::Transport,
            (None, _) => AddressingVersion::Addressing10,
        };
        binding.version = Version::new(envelope, addressing);
        if (self.stream || is_http) && !is_udp {
            binding.transfer_mode = TransferMode::STREAMED;
        }
        binding.max_streamed_message_size = self.max_size.max(1);
        binding.max_streamed_flush_size = 64 << 20;
        binding.max_streamed_start_size = 1 << 20;
        binding.max_buffered_message_size = self.max_size.clamp(1, 1 << 31);
        binding.writer.max_mime_parts_buffer_size = 4 << 20;
        binding.spill = Some(Spill::new(TempFileStore::default));
        binding.writer.max_depth = 4096;
        binding.reader = crate::input::options();
        binding.codecs = self.codecs(is_http);
        binding.timeouts = match self.timeout {
            0 => Timeouts::NONE,
            seconds => {
                let limit = Some(Duration::from_secs(seconds));
                Timeouts {
                    resolve: limit,
                    connect: limit,
                    send: limit,
                    receive_response: limit,
                    receive: limit,
                    close: limit,
                }
            }
        };
        // A channel sends what was asked for; a listener, too, but if nothing was, it answers in kind.
        Ok(match side {
            Side::Server if !self.says_kind() => binding.answering_in_kind(),
            _ => binding,
        })
    }

    fn codecs(&self, is_http: bool) -> Codecs {
        let (gzip, zstd) = (Gzip::default(), Zstd::default());
        let (gzip, zstd) = if is_http { (gzip, zstd) } else { (gzip.as_suffix(), zstd.as_suffix()) };
        let codecs = match self.encoder {
            None if is_http => Codecs::default(),
            // The content type of a session holds both ways: who cannot write a coding must not take it.
            None => return Codecs::default(),
            Some(EncoderName::Gzip) => Codecs::default().with_encoder(gzip),
            Some(EncoderName::Zstd) => Codecs::default().with_encoder(zstd),
        };
        codecs.with_decoder(gzip).with_decoder(zstd)
    }
}

/// What people call an encoding.
pub(crate) fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Text(Charset::Utf8) => "text",
        Encoding::Text(_) => "UTF-16",
        Encoding::Mtom(_) => "MTOM",
        Encoding::Binary => "binary",
        Encoding::BinarySession => "binary session",
        Encoding::Raw => "raw",
    }
}
