//! mbn: sessions of message framing over a data session of a mobile broadband modem. Ours; Windows has no such binding.
//!
//! The URL is `mbn://INTERFACE/SERVICE`: the name of a modem as `wws mbn list` shows it (`cdc-wdm0`), or the escaped path of a device node
//! or of the socket of a simulator or proxy; then the UUID or the known name of a device service that takes data both ways. What is at the
//! other end is the modem's affair: its firmware, or another program behind it.
//!
//! A data session loses what a queue has no room for. The stream above it is made of
//! [records](wws_mbn::wire::record) with number and checksum, so that a loss is an `InvalidFormat` error of the receiver and never a gap.

use super::{
    Abort,
    error::connect_error,
    framed::{self, Admit, Connection, Mode, Options, Session, Target, initiate},
    timeouts::Step,
};
use crate::{Error, ErrorCode, Result};
use std::path::PathBuf;
use uuid::Uuid;
use wws_mbn::{Manager, Modem, RecordStream, Transport, transport::linux::OpenOptions, wire::service};

/// Opens the data session that a `mbn` URL names, and a session of message framing over it, within `CONNECT_TIMEOUT`.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound` if there is no such modem or service; `EndpointAccessDenied` with advice; those of
/// [`initiate`].
pub async fn connect(
    url: &str,
    mode: Mode,
    content_type: &str,
    options: &Options,
    modem: &OpenOptions,
    abort: &Abort,
) -> Result<Session> {
    let target = Target::new(mode, url, content_type);
    let connect = async { initiate(Connection::new(open(url, modem).await?), target, options, abort).await };
    let done = options.timeouts.limit(Step::Connect).run(abort, connect).await;
    done.map_err(|e| e.context(format!("while a session with {url} was opened")))
}

/// Opens the data session that a `mbn` URL names, and waits until the other end opens a session of message framing. One modem service has
/// one data session: to accept again, call again.
///
/// # Errors
/// As [`connect`], and those of [`framed::receive`].
pub async fn accept(
    url: &str,
    options: &Options,
    modem: &OpenOptions,
    admit: &Admit,
    abort: &Abort,
) -> Result<Option<Session>> {
    let stream = abort.run(open(url, modem)).await?;
    framed::receive(Connection::new(stream), options, admit, abort).await
}

/// Opens the data session that a `mbn` URL names, as a stream.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound` if there is no such modem or service; `EndpointAccessDenied` with advice.
pub async fn open(url: &str, modem: &OpenOptions) -> Result<RecordStream> {
    let (path, id) = parse(url)?;
    let describe = |error: wws_mbn::Error| connect_error(error.into(), url);
    let transport = Transport::open(path, modem).await.map_err(describe)?;
    let modem = Modem::connect(transport).await.map_err(describe)?;
    let session = modem.device_service(id).map_err(describe)?.data_session().await.map_err(describe)?;
    Ok(RecordStream::new(session))
}

/// The device node or socket, and the service.
fn parse(url: &str) -> Result<(PathBuf, Uuid)> {
    let invalid = |why: &str| Error::new(ErrorCode::InvalidEndpointUrl, format!("{url}: {why}"));
    let rest = url.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("mbn://")).and_then(|_| url.get(6..));
    let rest = rest.ok_or_else(|| invalid("the URL of a modem's service begins with mbn://"))?;
    let (interface, id) = rest.split_once('/').ok_or_else(|| invalid("write mbn://INTERFACE/SERVICE"))?;
    let interface =
        unescape(interface).ok_or_else(|| invalid("an escape in the name of the modem is wrong"))?;
    let id = service::parse(id).ok_or_else(|| invalid("the service is neither a UUID nor a known name"))?;
    if interface.contains('/') {
        return Ok((interface.into(), id));
    }
    let found = Manager::new().interfaces().into_iter().find(|found| found.id == interface);
    let found = found.ok_or_else(|| {
        let text = format!("there is no modem {interface}; wws mbn list shows which there are");
        Error::new(ErrorCode::EndpointNotFound, text)
    })?;
    Ok((found.path, id))
}

/// The text with `%XX` undone.
fn unescape(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'%' {
            octets.push(first);
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2)?;
        octets.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = tail;
    }
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let id = "7d1c1a54-0c3e-4b8e-9d5a-52a1f3c06e01";
        let (path, service) = parse(&format!("MBN://%2Ftmp%2Fa%20modem/{id}")).unwrap();
        assert_eq!((path.to_str(), service.to_string().as_str()), (Some("/tmp/a modem"), id));
        assert_eq!(parse("mbn://%2Fx/qmi").unwrap().1, service::QMI);
        for (url, expected) in [
            ("http://x/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://x", ErrorCode::InvalidEndpointUrl),
            ("mbn://%2/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://%zz/qmi", ErrorCode::InvalidEndpointUrl),
            ("mbn://%2Fx/nonsense", ErrorCode::InvalidEndpointUrl),
            ("mbn://no-such-modem/qmi", ErrorCode::EndpointNotFound),
        ] {
            assert_eq!(parse(url).unwrap_err().code(), expected, "{url}");
        }
    }
}
