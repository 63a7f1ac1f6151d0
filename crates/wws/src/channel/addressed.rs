//! Whether a message that arrived was meant for the listener (WWSAPI P.6 #11, #12).

use super::{ListenerProperties, codec::lock};
use crate::{
    Result,
    soap::Message,
    transport::this_host::this_host,
    url::{Flags, Matching, ThisHost, Url},
};
use std::sync::Mutex;

/// The URL of a listener, and what of it the URLs of messages must have.
pub(super) struct Addressed {
    /// With the wildcards that were given, and the port that was found.
    url: Url,
    to_header: Compared,
    transport_url: Compared,
    this: ThisHost,
}

/// What is compared of a URL, and the last one that was found to be right: most messages have the same.
struct Compared {
    matching: Matching,
    last: Mutex<Option<String>>,
}

impl Compared {
    fn new(matching: Matching) -> Self {
        Compared { matching, last: Mutex::default() }
    }

    fn check(&self, listened: &Url, received: &str, this: &ThisHost) -> Result<()> {
        if self.matching == Matching::ANY || lock(&self.last).as_deref() == Some(received) {
            return Ok(());
        }
        self.matching.check(listened, received, this)?;
        *lock(&self.last) = Some(received.to_owned());
        Ok(())
    }
}

impl Addressed {
    /// For a listener at `listened`, which clients reach at `found`; `None` if there is nothing to compare.
    pub(super) fn new(options: &ListenerProperties, listened: &str, found: &str) -> Option<Self> {
        let (to_header, transport_url) = (options.to_header_matching, options.transport_url_matching);
        if to_header.with(transport_url) == Matching::ANY {
            return None;
        }
        let wildcards = Flags { allow_host_wildcards: true, ..Flags::default() };
        let mut url = Url::decode(listened, wildcards).ok()?;
        if let Ok(found) = Url::decode(found, Flags::default()) {
            (url.port, url.port_text) = (found.port, found.port_text);
        }
        let (to_header, transport_url) = (Compared::new(to_header), Compared::new(transport_url));
        Some(Addressed { url, to_header, transport_url, this: this_host() })
    }

    /// Compares the URLs of a message whose headers were read. A message without the header is for whoever gets it: WS-Addressing
    /// 1.0 3.2.
    ///
    /// # Errors
    /// `EndpointNotFound`.
    pub(super) fn check(&self, message: &Message, transport_url: Option<&str>) -> Result<()> {
        if let Some(url) = transport_url {
            self.transport_url.check(&self.url, url, &self.this)?;
        }
        match message.to()? {
            Some(to) => self.to_header.check(&self.url, &to, &self.this),
            None => Ok(()),
        }
    }
}
