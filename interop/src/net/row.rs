//! A row of the table: how messages look and travel, as words that all programs know.

use std::{fs, path::Path, time::Duration};
use wws::{
    Error, Result,
    channel::{Binding, TransferMode},
    soap::{AddressingVersion, Encoding, EnvelopeVersion, Version},
    transport::tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer},
    xml::Charset,
};

/// Octets of the largest content with MTOM, streamed and in memory, and of a stream that is no attachment.
const STREAMED: u64 = 64 << 20;
const IN_MEMORY: u64 = 16 << 20;
const NO_ATTACHMENT: u64 = 4 << 20;

/// Such as `soap12-addressing10-mtom-streamed`: a version of the envelope, one of addressing or none, an encoding, and
/// `streamed` if bodies are; `tls`. The transport is the scheme of the URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) version: Version,
    encoding: Encoding,
    pub(crate) is_streamed: bool,
    pub(crate) is_datagram: bool,
    is_secure: bool,
}

impl Row {
    pub(crate) fn parse(name: &str) -> Result<Self> {
        let mut row = Row {
            version: Version::new(EnvelopeVersion::Soap12, AddressingVersion::Transport),
            encoding: Encoding::Text(Charset::Utf8),
            is_streamed: false,
            is_datagram: false,
            is_secure: false,
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
        match (self.is_mtom(), self.is_streamed) {
            (true, true) => STREAMED,
            (true, false) => IN_MEMORY,
            (false, _) => NO_ATTACHMENT,
        }
    }

    /// What a program would set for this row. `tls` is a directory with the files of
    /// [`certificates`](super::certificates).
    pub(crate) fn binding(&self, url: &str, tls: Option<&Path>) -> Result<Binding> {
        let mode = if self.is_streamed { TransferMode::STREAMED } else { TransferMode::BUFFERED };
        let mut binding = Binding::for_url(url)?
            .with_encoding(self.encoding)
            .with_version(self.version)
            .with_transfer_mode(mode)
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
}
