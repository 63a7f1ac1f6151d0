//! A row of the table: how messages look and travel, as words that all programs know.

use std::{
    fs,
    path::Path,
    task::{Context, Poll},
    time::Duration,
};
use wws::{
    Error, Result,
    channel::{Binding, TransferMode},
    encoder::{Codecs, Content, CreateDecoder, Decoded, Decoder, Gzip, Input},
    soap::{AddressingVersion, Encoding, EnvelopeVersion, Version},
    transport::tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
    xml::Charset,
};

/// Octets of the largest content with MTOM, and of a stream that is no attachment.
const ATTACHMENT: u64 = 64 << 20;
const NO_ATTACHMENT: u64 = 4 << 20;

/// Such as `soap12-addressing10-mtom-streamed`: a version of the envelope, one of addressing or none, an encoding, and
/// `streamed` if bodies are; `tls`; `gzip` if messages are coded, with `requests` if only those are. The
/// transport is the scheme of the URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) version: Version,
    encoding: Encoding,
    pub(crate) is_streamed: bool,
    pub(crate) is_datagram: bool,
    is_secure: bool,
    gzip: Gzipped,
}

/// Whose messages have the content coding gzip.
#[derive(Clone, Copy, Debug)]
struct Gzipped {
    requests: bool,
    replies: bool,
}

/// For whom a binding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Row {
    pub(crate) fn parse(name: &str) -> Result<Self> {
        let mut row = Row {
            version: Version::new(EnvelopeVersion::Soap12, AddressingVersion::Transport),
            encoding: Encoding::Text(Charset::Utf8),
            is_streamed: false,
            is_datagram: false,
            is_secure: false,
            gzip: Gzipped { requests: false, replies: false },
        };
        for word in name.split('-') {
            match word {
                "soap11" => row.version.envelope = EnvelopeVersion::Soap11,
                "soap12" => row.version.envelope = EnvelopeVersion::Soap12,
                "addressing10" => row.version.addressing = AddressingVersion::Addressing10,
                "addressing09" => row.version.addressing = AddressingVersion::Addressing09,
                "text" => row.encoding = Encoding::Text(Charset::Utf8),
                "utf16" => row.encoding = Encoding::Text(Charset::Utf16Le),
                "mtom" => row.encoding = Encoding::Mtom(Charset::Utf8),
                "binary" => row.encoding = Encoding::Binary,
                "session" => row.encoding = Encoding::BinarySession,
                "streamed" => row.is_streamed = true,
                "udp" => row.is_datagram = true,
                "tls" => row.is_secure = true,
                "gzip" => row.gzip = Gzipped { requests: true, replies: true },
                "requests" => row.gzip.replies = false,
                // Of the peer alone.
                "chunked" => {}
                _ => return Err(Error::argument(format!("{word:?} in {name:?} means nothing"))),
            }
        }
        Ok(row)
    }

    pub(crate) fn is_addressed(&self) -> bool {
        self.version.addressing != AddressingVersion::Transport
    }

    pub(crate) fn is_mtom(&self) -> bool {
        matches!(self.encoding, Encoding::Mtom(_))
    }

    /// Octets of the largest content.
    pub(crate) fn large(&self) -> u64 {
        if self.is_mtom() { ATTACHMENT } else { NO_ATTACHMENT }
    }

    /// What a program would set for this row. `tls` is a directory with the files of
    /// [`certificates`](super::certificates).
    pub(crate) fn binding(&self, side: Side, url: &str, tls: Option<&Path>) -> Result<Binding> {
        let mode = if self.is_streamed { TransferMode::STREAMED } else { TransferMode::BUFFERED };
        let mut binding = Binding::for_url(url)?
            .with_encoding(self.encoding)
            .with_version(self.version)
            .with_transfer_mode(mode)
            .with_codecs(self.codecs(side))
            .with_max_message_size(2 * self.large());
        // Clients call without a pause; one that waits for what never comes is not waited for.
        binding.listener.idle_timeout = Some(Duration::from_secs(10));
        // Typed values are written at one go.
        binding.max_streamed_flush_size = 1 << 20;
        if let Some(tls) = tls.filter(|_| self.is_secure) {
            let read = |name: &str| fs::read(tls.join(name));
            let roots = Certificates::from_pem(&read("ca.pem")?)?;
            let options = TlsOptions { roots: Some(roots), ..TlsOptions::default() };
            let identity = Identity::from_pem(&read("server.pem")?, &read("server.key")?)?;
            binding = binding
                .with_tls(TlsClient::new(options)?)
                .with_server_tls(TlsServer::new(identity, ClientCertificates::None)?);
        }
        Ok(binding)
    }
    fn codecs(&self, side: Side) -> Codecs {
        let Gzipped { requests, replies } = self.gzip;
        let (sends, receives) = if side == Side::Client { (requests, replies) } else { (replies, requests) };
        let mut codecs = Codecs::default();
        if sends {
            codecs = codecs.with_encoder(Gzip::default());
        }
        if receives {
            codecs = codecs.with_decoder(|| {
                let strict = Strict { gzip: Gzip::default().create_decoder()?, coding: None };
                Ok(Box::new(strict) as Box<dyn Decoder>)
            });
        }
        codecs
    }
}

/// Refuses messages without the content coding, which [`Gzip`] takes as well: the row would prove nothing. What has no
/// octets, as the answer to a one-way message, needs no coding.
struct Strict {
    gzip: Box<dyn Decoder>,
    coding: Option<String>,
}

impl Decoder for Strict {
    fn start(&mut self) -> Result<()> {
        self.gzip.start()
    }

    fn content_type(&mut self, content: &Content) -> Result<Content> {
        self.coding = content.outer_coding().map(str::to_owned);
        self.gzip.content_type(content)
    }

    fn decode(&mut self, input: &mut Input, max: usize) -> Result<Decoded> {
        match self.coding.as_deref() {
            Some("gzip") => {}
            other if !input.is_empty() => {
                return Err(Error::format(format!("the content coding is {other:?} and not gzip")));
            }
            _ => {}
        }
        self.gzip.decode(input, max)
    }

    fn end(&mut self) -> Result<()> {
        self.gzip.end()
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.gzip.poll_step(cx)
    }
}
