//! What `send` and `receive` are told of messages: encoding, versions, limits, TLS.

use clap::ValueEnum;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use wws::{
    Error, Result,
    channel::{Binding, TransferMode, Transport},
    encoder::{Codecs, Gzip, Zstd},
    soap::{AddressingVersion, Encoding, EnvelopeVersion, Version},
    transport::{
        Timeouts,
        tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
    },
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
    /// The encoding [default: over HTTP mtom, or text for XML; session over net.tcp and net.pipe; text over UDP]
    #[arg(long, value_enum)]
    pub(crate) encoding: Option<EncodingName>,
    /// A message encoder between message and transport
    #[arg(long, value_enum)]
    encoder: Option<EncoderName>,
    /// The version of SOAP [default: 1.1 over HTTP with text or mtom, else 1.2]
    #[arg(long, value_enum)]
    pub(crate) soap: Option<SoapName>,
    /// The version of WS-Addressing [default: none over HTTP, else 1.0]
    #[arg(long, value_enum)]
    pub(crate) addressing: Option<AddressingName>,
    /// Stream bodies over net.tcp and net.pipe: one message each way per session. HTTP always streams
    #[arg(long)]
    stream: bool,
    /// The most bytes of a message
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 40)]
    max_size: u64,
    /// Seconds that each step may take; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Trust these certificates (PEM) instead of the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Our own certificate with its chain (PEM); a listener for https needs one
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key of --cert (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl SoapArgs {
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
        binding.writer.max_mime_parts_buffer_size = 64 << 20;
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
        self.tls(binding, url, side)
    }

    fn codecs(&self, is_http: bool) -> Codecs {
        let (gzip, zstd) = (Gzip::default(), Zstd::default());
        let (gzip, zstd) = if is_http { (gzip, zstd) } else { (gzip.as_suffix(), zstd.as_suffix()) };
        let codecs = match self.encoder {
            None => return Codecs::default(),
            Some(EncoderName::Gzip) => Codecs::default().with_encoder(gzip),
            Some(EncoderName::Zstd) => Codecs::default().with_encoder(zstd),
        };
        codecs.with_decoder(gzip).with_decoder(zstd)
    }

    fn tls(&self, binding: Binding, url: &str, side: Side) -> Result<Binding> {
        let identity = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Some(Identity::from_pem(&read(cert)?, &read(key)?)?),
            _ => None,
        };
        let roots = self.cacert.as_deref().map(|path| Certificates::from_pem(&read(path)?)).transpose()?;
        let is_https = url.starts_with("https:");
        if side == Side::Server {
            return match identity {
                Some(identity) => {
                    let clients = roots.map_or(ClientCertificates::None, ClientCertificates::Required);
                    Ok(binding.with_server_tls(TlsServer::new(identity, clients)?))
                }
                None if is_https => Err(Error::argument("https needs --cert and --key")),
                None => Ok(binding),
            };
        }
        if !is_https && identity.is_none() && roots.is_none() {
            return Ok(binding);
        }
        Ok(binding.with_tls(TlsClient::new(TlsOptions { roots, identity, ..TlsOptions::default() })?))
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::from(e).context(path.display().to_string()))
}
