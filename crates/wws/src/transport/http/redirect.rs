//! Whether a client goes where a response points (WWSAPI P.5 #43, #44).

use crate::{
    Error, ErrorCode, Result,
    url::{Flags, combine},
};
use http::{HeaderMap, StatusCode, header};
use std::{fmt, sync::Arc};

/// Says of the URL of a request and the one it is to go to instead whether it may.
pub type AgreeToRedirect = dyn Fn(&str, &str) -> bool + Send + Sync;

/// What a client does with a redirect. The request goes there again as it was, method and body included, so its
/// body must be whole.
#[derive(Clone, Default)]
pub enum Redirects {
    /// It is an error: the default (`ENABLE_HTTP_REDIRECT` false).
    #[default]
    Refuse,
    /// It is followed, but not from https to http.
    Follow,
    /// It is followed if the function agrees to the original URL and the new one
    /// (`WS_HTTP_REDIRECT_CALLBACK`); even from https to http.
    Ask(Arc<AgreeToRedirect>),
}

/// Redirects in a row that are followed.
pub(super) const MOST: usize = 10;

impl Redirects {
    /// Where to go, if the response is a redirect and is to be followed.
    ///
    /// # Errors
    /// `EndpointAccessDenied` if the function refuses or TLS would be lost.
    pub(super) fn target(
        &self,
        url: &str,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Option<String>> {
        // 303 asks for a GET of something else, which is no reply to a message.
        let moved = matches!(status.as_u16(), 301 | 302 | 307 | 308);
        let location = headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        let (true, Some(location)) = (moved, location) else { return Ok(None) };
        let target = combine(url, location, Flags::default())
            .map_err(|e| e.context(format!("the server redirects to {location:?}")))?;
        let refused = |why: &str| {
            let text = format!("a redirect from {url} to {target} is not followed: {why}");
            Error::new(ErrorCode::EndpointAccessDenied, text)
        };
        match self {
            Redirects::Refuse => Ok(None),
            Redirects::Follow if url.starts_with("https:") && !target.starts_with("https:") => {
                Err(refused("it leads away from https"))
            }
            Redirects::Follow => Ok(Some(target)),
            Redirects::Ask(agree) if agree(url, &target) => Ok(Some(target)),
            Redirects::Ask(_) => Err(refused("the redirect callback does not agree")),
        }
    }
}

impl fmt::Debug for Redirects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Redirects::Refuse => "Refuse",
            Redirects::Follow => "Follow",
            Redirects::Ask(_) => "Ask",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(redirects: &Redirects, url: &str, status: u16, location: &str) -> Result<Option<String>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, location.parse().unwrap());
        redirects.target(url, StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn only_where_it_is_allowed() {
        let follow = Redirects::Follow;
        assert_eq!(target(&Redirects::Refuse, "http://h/a", 307, "/b").unwrap(), None);
        assert_eq!(target(&follow, "http://h/a", 307, "/b").unwrap().as_deref(), Some("http://h/b"));
        assert_eq!(target(&follow, "http://h/a", 308, "https://i/").unwrap().as_deref(), Some("https://i/"));
        assert_eq!(target(&follow, "http://h/a", 303, "/b").unwrap(), None);
        assert_eq!(target(&follow, "http://h/a", 200, "/b").unwrap(), None);
        assert_eq!(
            target(&follow, "https://h/a", 307, "http://h/b").unwrap_err().code(),
            ErrorCode::EndpointAccessDenied
        );
        let ask = Redirects::Ask(Arc::new(|_, to| to.ends_with("yes")));
        assert!(target(&ask, "https://h/a", 307, "http://h/yes").unwrap().is_some());
        assert!(target(&ask, "https://h/a", 307, "/no").is_err());
    }
}
