//! From a URL to a connection that takes requests: TCP, proxy, TLS.

use super::{
    body::Outgoing,
    client::Shared,
    connection::Limited,
    failure::{End, hyper_error},
    proxy::Server,
    sender::{Http2Connection, SendRequest, Sender},
    status,
    version::{self, HttpVersion},
};
use crate::{
    Error, ErrorCode, Result,
    transport::{Abort, BoxStream, quiet::Quiet, tcp},
    url::{Scheme, Url},
};
use http::{Method, Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

/// A connection that is ready for requests.
pub(super) enum Connected {
    /// For one request after the other.
    Http1(SendRequest),
    /// For all at once.
    Http2(Http2Connection),
}

/// Connects to the server of `url`, through the proxy if there is one for it. What is spoken is for `version` to say,
/// and for the server.
pub(super) async fn connect(
    shared: &Shared,
    url: &Url,
    version: HttpVersion,
    abort: &Abort,
) -> Result<Connected> {
    let proxy = shared.proxies.for_url(url);
    let is_https = url.scheme == Scheme::Https;
    if proxy.is_some() && !is_https && version == HttpVersion::Http2 {
        let text = "a proxy of plain HTTP speaks HTTP/1.1; use https, HTTP/1.1 or no proxy";
        return Err(Error::new(ErrorCode::NotSupported, text));
    }
    let mut stream = match proxy {
        Some(server) => connect_tcp(shared, &server.host, server.port, abort).await.map_err(|e| {
            Error::new(ErrorCode::ProxyFailure, format!("the proxy cannot be reached: {e}")).caused_by(e)
        })?,
        None => connect_tcp(shared, url.host_name(), port(url), abort).await?,
    };
    let mut is_http2 = version == HttpVersion::Http2;
    if is_https {
        if let Some(proxy) = proxy {
            stream = tunnel(shared, proxy, stream, url).await?;
        }
        let (upgraded, chosen) = shared.connect_tls(stream, url.host_name(), version).await?;
        stream = upgraded.stream;
        let speaks_http2 = version::is_http2(chosen.as_deref());
        if is_http2 && !speaks_http2 {
            let text = "the server does not speak HTTP/2 over TLS; allow HTTP/1.1";
            return Err(Error::new(ErrorCode::NotSupported, text));
        }
        is_http2 = speaks_http2;
    }
    let (failed, failure) = watch::channel(None);
    let stream = Limited::new(shared.options.tcp.wrap(stream), shared.options.timeouts.send);
    let end = End::new(failure, is_http2);
    if is_http2 {
        let options = &shared.options;
        let connection = Http2Connection::new(stream, options, end, failed).await?;
        return Ok(Connected::Http2(connection));
    }
    let (sender, connection) = handshake(shared, stream).await?;
    tokio::spawn(async move {
        // Told to the request that is under way, if it has not heard of it otherwise.
        if let Err(error) = connection.await {
            failed.send_replace(Some(hyper_error(error)));
        }
    });
    Ok(Connected::Http1(SendRequest { sender: Sender::Http1(sender), end }))
}

/// The request target on this connection: a proxy of plain HTTP wants the whole URL.
pub(super) fn target(proxy: Option<&Server>, url: &Url) -> Result<String> {
    let mut url = Url { fragment: String::new(), ..url.clone() };
    if url.path.is_empty() {
        url.path.push('/');
    }
    let text = url.encode()?;
    if proxy.is_some() && url.scheme == Scheme::Http {
        return Ok(text);
    }
    let after_scheme = text.find("://").map_or(0, |at| at + 3);
    let path = text.get(after_scheme..).and_then(|rest| rest.find('/').and_then(|at| rest.get(at..)));
    Ok(path.unwrap_or("/").to_owned())
}

/// Host and port, as the Host header has them: without the port that the scheme implies.
pub(super) fn authority(url: &Url) -> String {
    match url.port {
        port if port == url.scheme.default_port() => url.host.clone(),
        Some(port) => format!("{}:{port}", url.host),
        None => url.host.clone(),
    }
}

fn port(url: &Url) -> u16 {
    url.port.unwrap_or(80)
}

async fn connect_tcp(shared: &Shared, host: &str, port: u16, abort: &Abort) -> Result<BoxStream> {
    let (stream, _) = tcp::connect(host, port, &shared.options.tcp, &shared.options.timeouts, abort).await?;
    Ok(Box::new(Quiet(stream)))
}

type Connection = http1::Connection<TokioIo<Limited>, Outgoing>;

async fn handshake(shared: &Shared, stream: Limited) -> Result<(http1::SendRequest<Outgoing>, Connection)> {
    http1::Builder::new()
        .max_header_size(shared.options.max_response_headers_size)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(hyper_error)
}

/// Asks the proxy for a tunnel to the server (RFC 9110 9.3.6).
async fn tunnel(shared: &Shared, proxy: &Server, stream: BoxStream, url: &Url) -> Result<BoxStream> {
    let to = format!("{}:{}", url.host, port(url));
    let (mut sender, connection) =
        handshake(shared, Limited::new(stream, shared.options.timeouts.send)).await?;
    tokio::spawn(async move {
        let _ = connection.with_upgrades().await;
    });
    let mut request = Request::builder().method(Method::CONNECT).uri(&to).header(header::HOST, &to);
    if let Some(authorization) = &proxy.authorization {
        request = request.header(header::PROXY_AUTHORIZATION, authorization);
    }
    let request = request.body(Outgoing::empty());
    let request =
        request.map_err(|e| Error::argument(format!("{to:?} is no server to ask a proxy for: {e}")))?;
    let response = sender.send_request(request).await.map_err(hyper_error)?;
    if !response.status().is_success() {
        let failed = status::check(response.status(), response.headers(), None).err();
        let failed =
            failed.unwrap_or_else(|| Error::new(ErrorCode::ProxyFailure, "the proxy made no tunnel"));
        return Err(failed.context(format!("while the proxy was asked for a tunnel to {to}")));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(hyper_error)?;
    Ok(Box::new(TokioIo::new(upgraded)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_authorities() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        let proxy = Server::default();
        for (text, direct, proxied, host) in [
            ("http://h/a%20b?c#d", "/a%20b?c", "http://h/a%20b?c", "h"),
            ("http://h:81", "/", "http://h:81/", "h:81"),
            ("https://[::1]/x", "/x", "/x", "[::1]"),
            ("https://h:443/x", "/x", "/x", "h"),
        ] {
            assert_eq!(target(None, &url(text)).unwrap(), direct);
            assert_eq!(target(Some(&proxy), &url(text)).unwrap(), proxied);
            assert_eq!(authority(&url(text)), host);
        }
    }
}
