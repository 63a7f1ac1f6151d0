//! Plays one side of a connection from a recording, turn by turn, over a socket; with a real upgrade to TLS where the
//! recording was decrypted.

use super::recording::{Recording, UPGRADE_REQUEST, UPGRADE_RESPONSE, unit_size};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{future::Future, pin::Pin, sync::Arc};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{self, ServerConfig, pki_types::ServerName},
};
use wws::transport::tls::{Certificates, ClientCertificates, Identity, TlsClient, TlsOptions, TlsServer};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One certificate, for us and for what is played.
pub(crate) struct Tls {
    pub(crate) client: TlsClient,
    pub(crate) server: TlsServer,
    connector: TlsConnector,
    acceptor: TlsAcceptor,
}

impl Tls {
    pub(crate) fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let pem = cert.pem();
        let identity = Identity::from_pem(pem.as_bytes(), signing_key.serialize_pem().as_bytes()).unwrap();
        let root = Certificates::from_pem(pem.as_bytes()).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let key = signing_key.serialize_der().try_into().unwrap();
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        Tls {
            client: TlsClient::new(TlsOptions { roots: Some(root), ..TlsOptions::default() }).unwrap(),
            server: TlsServer::new(identity, ClientCertificates::None).unwrap(),
            connector: TlsConnector::from(Arc::new(config)),
            acceptor: TlsAcceptor::from(Arc::new(server)),
        }
    }
}

/// A side that is played.
pub(crate) struct Player<'a> {
    stream: Box<dyn Stream>,
    tls: &'a Tls,
    /// Everything that was heard, and how much of it was understood.
    heard: Vec<u8>,
    taken: usize,
}

impl<'a> Player<'a> {
    pub(crate) fn new(stream: TcpStream, tls: &'a Tls) -> Self {
        stream.set_nodelay(true).unwrap();
        Player { stream: Box::new(stream), tls, heard: Vec::new(), taken: 0 }
    }

    /// The recorded client: says each unit, and listens to what answers it. Gives what it heard.
    pub(crate) async fn client(mut self, recording: &Recording) -> Vec<u8> {
        for (unit, answers) in recording.client.iter().zip(&recording.answers) {
            self.say(unit).await;
            self.hear(*answers).await;
            if unit[0] == UPGRADE_REQUEST {
                let name = ServerName::try_from("127.0.0.1").unwrap();
                self.stream = Box::new(self.tls.connector.connect(name, self.stream).await.unwrap());
            }
        }
        self.end().await
    }

    /// A server that says `says` where the recorded one did. Gives what it heard.
    pub(crate) async fn server(mut self, recording: &Recording, says: &[Vec<u8>]) -> Vec<u8> {
        let mut says = says.iter();
        for answers in &recording.answers {
            self.hear(1).await;
            for unit in says.by_ref().take(*answers) {
                self.say(unit).await;
                if unit[0] == UPGRADE_RESPONSE {
                    self.stream = Box::new(self.tls.acceptor.accept(self.stream).await.unwrap());
                }
            }
        }
        assert_eq!(says.count(), 0, "{}: all is said", recording.name);
        self.end().await
    }

    /// In pieces: first octet by octet, then in ever larger ones.
    async fn say(&mut self, mut octets: &[u8]) {
        let mut size = 1;
        while !octets.is_empty() {
            let (piece, rest) = octets.split_at(size.min(octets.len()));
            self.stream.write_all(piece).await.unwrap();
            self.stream.flush().await.unwrap();
            octets = rest;
            size += usize::from(rest.len() % 16 == 0) * size;
        }
    }

    async fn hear(&mut self, units: usize) {
        for _ in 0..units {
            self.taken += loop {
                if let Some(size) = unit_size(&self.heard[self.taken..]) {
                    break size;
                }
                assert_ne!(self.stream.read_buf(&mut self.heard).await.unwrap(), 0, "the other side closed");
            };
        }
    }

    /// Nothing more is to come.
    fn end(mut self) -> Pin<Box<dyn Future<Output = Vec<u8>> + Send + 'a>> {
        Box::pin(async move {
            self.stream.shutdown().await.unwrap();
            let _ = self.stream.read_to_end(&mut self.heard).await;
            assert_eq!(self.taken, self.heard.len(), "more was said than was recorded");
            self.heard
        })
    }
}
