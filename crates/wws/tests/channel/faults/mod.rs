//! Faults on the wire, over every transport that is a stream: plain and with TLS, buffered and streamed.

mod codecs;
mod datagrams;
mod layers;
mod moments;
mod relay;
mod slow;
mod turns;
mod wire;

use crate::{
    authority::Authority,
    echo::{Echo, REPLY},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use wws::{
    channel::{Binding, Listener, TransferMode},
    soap::Encoding,
    transport::http::HttpVersion,
    transport::tls::{ClientCertificates, TlsClient, TlsOptions, TlsServer},
};

/// A transport, and how its two ends are bound.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) client: Binding,
    pub(crate) server: Binding,
    pub(crate) url: String,
    pub(crate) is_tls: bool,
    /// What passes is more than the message and what stands before it, so that the last octets may be cut unnoticed.
    pub(crate) has_more: bool,
}

/// Every transport that is a stream.
pub(crate) fn cases() -> Vec<Case> {
    let authority = Authority::new("faults");
    let identity = authority.issue("127.0.0.1", |_| ());
    let server_tls = TlsServer::new(identity, ClientCertificates::None).unwrap();
    let options = TlsOptions { roots: Some(authority.root()), ..TlsOptions::default() };
    let client_tls = TlsClient::new(options).unwrap();
    let streamed =
        |binding: Binding| binding.with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED);
    let with_version = |version| {
        let mut binding = Binding::http();
        binding.http.version = version;
        binding
    };
    let (http, tcp) = ("http://127.0.0.1:0/echo", "net.tcp://127.0.0.1:0/echo");
    let mut plain = vec![
        ("HTTP", Binding::http(), http.to_owned()),
        ("HTTP/2", with_version(HttpVersion::Http2), http.to_owned()),
        ("HTTP, streamed", Binding::http().with_transfer_mode(TransferMode::STREAMED), http.to_owned()),
        ("net.tcp", Binding::tcp(), tcp.to_owned()),
        ("net.tcp, streamed", streamed(Binding::tcp()), tcp.to_owned()),
    ];
    #[cfg(unix)]
    plain.extend([
        ("net.pipe", Binding::named_pipe(), crate::echo::pipe_url()),
        ("net.pipe, streamed", streamed(Binding::named_pipe()), crate::echo::pipe_url()),
    ]);
    let case = |(name, binding, url): (&'static str, Binding, _)| Case {
        name,
        client: binding.clone(),
        server: binding,
        url,
        is_tls: false,
        has_more: name == "HTTP/2",
    };
    let mut all: Vec<Case> = plain.into_iter().map(case).collect();
    for (name, binding, url) in
        [("https", Binding::http(), "https://127.0.0.1:0/echo"), ("net.tcp with TLS", Binding::tcp(), tcp)]
    {
        all.push(Case {
            name,
            client: binding.clone().with_tls(client_tls.clone()),
            server: binding.with_server_tls(server_tls.clone()),
            url: url.to_owned(),
            is_tls: true,
            has_more: true,
        });
    }
    all
}

/// A server that echoes, and counts the messages that it received whole.
pub(crate) struct Counting {
    pub(crate) url: String,
    received: Arc<AtomicUsize>,
    listener: Arc<Listener>,
}

impl Counting {
    pub(crate) async fn serve(binding: &Binding, url: &str) -> Self {
        let listener = Arc::new(Listener::open(binding, url).await.unwrap());
        let received = Arc::new(AtomicUsize::new(0));
        let (accepting, counted) = (listener.clone(), received.clone());
        tokio::spawn(async move {
            while let Ok(channel) = accepting.accept().await {
                let counted = counted.clone();
                tokio::spawn(async move {
                    // What goes wrong is for the client's test to see.
                    while let Ok(Some((request, echo))) = channel.receive::<Echo>().await {
                        counted.fetch_add(1, Ordering::SeqCst);
                        if channel.reply(&request, REPLY, &echo).await.is_err() {
                            break;
                        }
                    }
                    let _ = channel.close().await;
                });
            }
        });
        Counting { url: listener.url(), received, listener }
    }

    pub(crate) fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }

    pub(crate) async fn close(&self) {
        self.listener.close().await.unwrap();
    }
}
