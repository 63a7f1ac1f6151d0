//! What the tests talk to: a service that echoes, and the bindings it is reached by.

use std::sync::Arc;
use wws::{
    FromXml, Result, ToXml,
    channel::{Binding, Channel, Listener, TransferMode},
    encoder::{Codecs, Gzip},
    soap::{Encoding, Fault, Version},
    transport::http::HttpVersion,
    xml::Charset,
};

pub(crate) const ECHO: &str = "urn:test/echo";
pub(crate) const REPLY: &str = "urn:test/echoResponse";

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "echo", ns = "urn:test")]
pub(crate) struct Echo {
    pub(crate) text: String,
    pub(crate) data: Vec<u8>,
}

impl Echo {
    pub(crate) fn new(text: &str) -> Self {
        Echo { text: text.to_owned(), data: (0..=255).collect() }
    }
}

/// A server that echoes until the test ends.
pub(crate) struct Server {
    pub(crate) listener: Arc<Listener>,
    pub(crate) url: String,
}

/// Listens, and answers: a text `fault` with a fault, `silence` not at all, everything else with itself.
pub(crate) async fn serve(binding: &Binding, url: &str) -> Server {
    let listener = Arc::new(Listener::open(binding, url).await.unwrap());
    let url = listener.url();
    let accepting = listener.clone();
    tokio::spawn(async move {
        while let Ok(channel) = accepting.accept().await {
            tokio::spawn(async move {
                // What a client does wrong is for the client's test to see.
                let _ = answer(&channel).await;
                let _ = channel.close().await;
            });
        }
    });
    Server { listener, url }
}

async fn answer(channel: &Channel) -> Result<()> {
    while let Some((request, echo)) = channel.receive::<Echo>().await? {
        match &*echo.text {
            "fault" => channel.reply_fault(&request, Fault::sender("as you wish")).await?,
            "silence" => {}
            _ => channel.reply(&request, REPLY, &echo).await?,
        }
    }
    Ok(())
}

/// Every transport with every encoding that it can have, by name, with the URL to listen at.
pub(crate) fn bindings() -> Vec<(String, Binding, String)> {
    let mut all = Vec::new();
    let text = Encoding::Text(Charset::Utf8);
    let mtom = Encoding::Mtom(Charset::Utf8);
    for (name, encoding, version) in [
        ("text", text, Version::SOAP12_ADDRESSING10),
        ("text 1.1", text, Version::SOAP11),
        ("text 1.2", text, Version::SOAP12),
        ("UTF-16", Encoding::Text(Charset::Utf16Le), Version::SOAP12_ADDRESSING10),
        ("binary", Encoding::Binary, Version::SOAP12_ADDRESSING10),
        ("MTOM", mtom, Version::SOAP12_ADDRESSING10),
        ("MTOM 1.1", mtom, Version::SOAP11),
    ] {
        let http = Binding::http().with_encoding(encoding).with_version(version);
        let streamed = http.clone().with_transfer_mode(TransferMode::STREAMED);
        let codecs = Codecs::default().with_encoder(Gzip::default()).with_decoder(Gzip::default());
        let zipped = http.clone().with_codecs(codecs);
        for (how, binding) in [("", http), (", streamed", streamed), (", gzip", zipped)] {
            for (protocol, version) in [("HTTP", HttpVersion::Http11), ("HTTP/2", HttpVersion::Http2)] {
                let mut binding = binding.clone();
                binding.http.version = version;
                all.push((format!("{protocol} {name}{how}"), binding, "http://127.0.0.1:0/echo".to_owned()));
            }
        }
    }
    for (name, encoding) in [
        ("session", Encoding::BinarySession),
        ("binary", Encoding::Binary),
        ("text", text),
        ("UTF-16", Encoding::Text(Charset::Utf16Be)),
        ("MTOM", mtom),
    ] {
        let tcp = Binding::tcp().with_encoding(encoding);
        let suffix = || Gzip::default().as_suffix();
        let zipped = tcp.clone().with_codecs(Codecs::default().with_encoder(suffix()).with_decoder(suffix()));
        all.push((format!("net.tcp {name}"), tcp.clone(), "net.tcp://127.0.0.1:0/echo".to_owned()));
        all.push((format!("net.tcp {name}, gzip"), zipped, "net.tcp://127.0.0.1:0/echo".to_owned()));
        #[cfg(unix)]
        {
            let pipe = Binding::named_pipe().with_encoding(encoding);
            all.push((format!("pipe {name}"), pipe, pipe_url()));
        }
        if encoding != Encoding::BinarySession {
            let streamed = tcp.with_transfer_mode(TransferMode::STREAMED);
            all.push((
                format!("net.tcp {name}, streamed"),
                streamed,
                "net.tcp://127.0.0.1:0/echo".to_owned(),
            ));
        }
    }
    all.push(("UDP".to_owned(), Binding::udp(), "soap.udp://127.0.0.1:0".to_owned()));
    all
}

/// A pipe that no other test has.
#[cfg(unix)]
pub(crate) fn pipe_url() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("net.pipe://localhost/wws-test-{}-{number}", std::process::id())
}
