//! Which version of HTTP is spoken, and the quotas of HTTP/2.

use std::time::Duration;

/// Which versions of HTTP an end speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/1.1 only.
    Http11,
    /// HTTP/2 only: over https by ALPN, over plain http because both ends know it beforehand (RFC 9113 3.3).
    Http2,
    /// What both ends can: the default. Over https a client offers both versions and takes the one that the server
    /// chooses; over plain http it speaks HTTP/1.1, and a listener takes whichever a connection begins with.
    #[default]
    Negotiate,
}

/// ALPN names (RFC 9113 3.2, RFC 7301 6).
const H2: &[u8] = b"h2";
const HTTP11: &[u8] = b"http/1.1";

impl HttpVersion {
    /// What is offered in the TLS handshake, the best first. Whoever speaks HTTP/1.1 only offers nothing, which every
    /// peer understands.
    pub(super) fn protocols(self) -> &'static [&'static [u8]] {
        match self {
            HttpVersion::Http11 => &[],
            HttpVersion::Http2 => &[H2],
            HttpVersion::Negotiate => &[H2, HTTP11],
        }
    }
}

/// Whether HTTP/2 was chosen in a TLS handshake.
pub(super) fn is_http2(chosen: Option<&[u8]>) -> bool {
    chosen == Some(H2)
}

/// Quotas of a connection of HTTP/2. Those of headers, messages and times are the same as with HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http2Options {
    /// Requests on one connection at the same time (`SETTINGS_MAX_CONCURRENT_STREAMS`, RFC 9113 5.1.2); 100. A server
    /// refuses further streams; a client makes another connection for further requests, or waits if it may not.
    pub max_concurrent_streams: u32,
    /// Octets of each body that may arrive before they are asked for (`SETTINGS_INITIAL_WINDOW_SIZE`, RFC 9113 6.9.2),
    /// up to 2³¹ − 1; 131,072. A connection as a whole has room for a window of each stream, so that a body that
    /// nobody reads holds up no other: with the defaults 12.5 MiB at most.
    pub stream_window: u32,
    /// Octets of each body that may wait to be sent; 409,600.
    pub max_send_buffer_size: usize,
    /// Streams that a peer has reset before they were looked at (CVE-2023-44487); 20, which is the default of the
    /// library below. One more ends the connection with `ENHANCE_YOUR_CALM` (RFC 9113 10.5).
    pub max_pending_resets: usize,
    /// Streams that we had to reset because of what a peer did wrong on them (CVE-2025-8671); 1,024, which is the default
    /// of the library below. One more ends the connection with `ENHANCE_YOUR_CALM`.
    pub max_local_resets: usize,
    /// A client that has heard nothing for this time, while it waits for answers, asks for a sign of life (PING, RFC 9113
    /// 6.7), and gives the connection up when none comes within the same time: else requests would go on to share a
    /// connection that is dead. 30 s; `None` never asks.
    pub keep_alive: Option<Duration>,
}

impl Default for Http2Options {
    fn default() -> Self {
        Http2Options {
            max_concurrent_streams: 100,
            stream_window: 131_072,
            max_send_buffer_size: 409_600,
            max_pending_resets: 20,
            max_local_resets: 1024,
            keep_alive: Some(Duration::from_secs(30)),
        }
    }
}

/// The largest window (RFC 9113 6.9.1).
const MAX_WINDOW: u32 = (1 << 31) - 1;

impl Http2Options {
    /// The window of a stream.
    pub(super) fn stream_window(&self) -> u32 {
        self.stream_window.min(MAX_WINDOW)
    }

    /// The window of the connection: one that all streams together cannot exhaust.
    pub(super) fn connection_window(&self) -> u32 {
        self.stream_window().saturating_mul(self.max_concurrent_streams.max(1)).min(MAX_WINDOW)
    }

    /// The limit for the headers of a message, as hyper wants it.
    pub(super) fn headers(size: usize) -> u32 {
        u32::try_from(size).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_in_their_bounds() {
        let options = Http2Options::default();
        assert_eq!(options.connection_window(), 13_107_200);
        let huge = Http2Options { stream_window: u32::MAX, ..options };
        assert_eq!((huge.stream_window(), huge.connection_window()), (MAX_WINDOW, MAX_WINDOW));
        let none = Http2Options { max_concurrent_streams: 0, ..options };
        assert_eq!(none.connection_window(), none.stream_window());
    }
}
