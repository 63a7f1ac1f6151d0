//! Messages from channel to channel, where the two sides differ.

use super::{
    Args, printers,
    translate::{self, Received, has_session},
};
use crate::{
    soap::{Side, encoding_name},
    wire::{End, Observer},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::task::JoinSet;
use wws::{
    Error, Result,
    channel::{Binding, Channel, ChannelType, Listener},
    soap::{AddressingVersion, FaultDisclosure, Message},
};

/// Where HTTP does not say whether it wants a reply, how long a session is kept open for one before the server is told that
/// nothing more comes.
const UNASKED: Duration = Duration::from_secs(3);
/// Channels to the server that wait for the next exchange, for each URL.
const MAX_IDLE: usize = 16;

struct Relay {
    /// The URL of the listener.
    own: String,
    /// The URL of the server.
    to: String,
    back: Binding,
    observer: Observer,
    idle: Mutex<HashMap<String, Vec<Channel>>>,
}

/// Accepts channels, and sends what comes on to the server.
pub(super) async fn run(args: &Args) -> Result<()> {
    let observer = Observer::new(printers(args)?);
    let back = args.soap.binding(&args.to, Side::Client, None, true)?;
    let needs_tls = args.to.starts_with("https:");
    let back = match args.server.client(needs_tls)? {
        Some(tls) => back.with_tls(tls),
        None => back,
    };
    let front = args.tls.apply(args.soap.in_kind(&args.listen)?, &args.listen)?;
    let listener = Listener::open(&observer.watch(front, End::Server, &args.listen), &args.listen).await?;
    let own = listener.url();
    observer.note(&format!(
        "listening at {own}, translating for {} ({}, {})",
        args.to,
        encoding_name(back.encoding),
        back.version.envelope
    ));
    let back = observer.watch(back, End::Client, &args.to);
    let to = args.to.clone();
    let relay = Arc::new(Relay { own, to, back, observer, idle: Mutex::default() });
    let mut tasks = JoinSet::new();
    let mut number = 0;
    while args.connections.is_none_or(|most| number < most) {
        let front = listener.accept().await?;
        number += 1;
        let relay = relay.clone();
        tasks.spawn(async move {
            if let Err(error) = relay.serve(&front).await {
                relay.observer.note(&format!("not passed on: {error}"));
            }
            // The client may be gone.
            let _ = front.close().await;
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    listener.close().await
}

impl Relay {
    /// Serves one channel of the listener.
    async fn serve(&self, front: &Channel) -> Result<()> {
        let url = self.target(front);
        if has_session(front.kind()) && has_session(self.back.client_type()) {
            return self.both_ways(front, &url).await;
        }
        let mut back = None;
        while let Some(request) = Received::next(front).await? {
            back = self.exchange(front, request, &url, back.take()).await?;
        }
        if let Some(back) = back {
            self.keep(&url, back).await;
        }
        Ok(())
    }

    /// One request and its reply, if there is one; gives the channel back if it can be used again. A failure is told to the
    /// client, if it can be.
    async fn exchange(
        &self,
        front: &Channel,
        request: Received<'_>,
        url: &str,
        back: Option<Channel>,
    ) -> Result<Option<Channel>> {
        let back = match back {
            Some(back) => Ok(back),
            None => self.connect(url).await,
        };
        let back = match back {
            Ok(back) => back,
            Err(error) => return Err(refuse(front, &request.give_up(), error).await),
        };
        let asked = match Asked::of(&request.message) {
            Ok(asked) => asked,
            Err(error) => return Err(refuse(front, &request.give_up(), error).await),
        };
        let headers = translate::request(&request.message, &back, |url| self.is_own(url));
        let request = match request.send_on(headers, &back).await {
            Ok(request) => request,
            Err(failed) => return Err(refuse(front, &failed.message, failed.error).await),
        };
        let mut can_go_on = true;
        let replied = match receive_reply(&back, asked, &mut can_go_on).await {
            Ok(None) => Ok(()),
            Ok(Some(reply)) => {
                let headers = translate::reply(&reply.message, &request);
                reply.send_on(headers, front).await.map(drop).map_err(|failed| failed.error)
            }
            Err(error) => Err(error),
        };
        match replied {
            Ok(()) if can_go_on => Ok(Some(back)),
            Ok(()) => back.close().await.map(|()| None),
            Err(error) => Err(refuse(front, &request, error).await),
        }
    }

    /// Two sessions: each side may speak when it wants.
    async fn both_ways(&self, front: &Channel, url: &str) -> Result<()> {
        let back = match self.connect(url).await {
            Ok(back) => back,
            Err(error) => {
                return Err(match Received::next(front).await? {
                    Some(request) => refuse(front, &request.give_up(), error).await,
                    None => error,
                });
            }
        };
        // The version that the client writes.
        let version = Mutex::new(front.binding().version);
        let there = async {
            while let Some(request) = Received::next(front).await? {
                *version.lock().unwrap_or_else(PoisonError::into_inner) = request.message.version();
                let headers = translate::request(&request.message, &back, |url| self.is_own(url));
                request.send_on(headers, &back).await.map_err(|failed| failed.error)?;
            }
            back.shut_down_session().await
        };
        let here = async {
            while let Some(reply) = Received::next(&back).await? {
                let version = *version.lock().unwrap_or_else(PoisonError::into_inner);
                let headers = translate::message(&reply.message, version);
                reply.send_on(headers, front).await.map_err(|failed| failed.error)?;
            }
            front.shut_down_session().await
        };
        let done = tokio::try_join!(there, here).map(drop);
        if done.is_err() {
            back.abort();
            front.abort();
        }
        let closed = back.close().await;
        done.and(closed)
    }

    /// The URL of the server for what a client asked for at ours: what ours has behind the path of the listener is added.
    fn target(&self, front: &Channel) -> String {
        let asked = front.info().transport_url.unwrap_or_default();
        let more = after_host(&asked).strip_prefix(after_host(&self.own).trim_end_matches('/'));
        match more.map(|more| more.trim_start_matches('/')).filter(|more| !more.is_empty()) {
            Some(more) if self.to.contains("://") => format!("{}/{more}", self.to.trim_end_matches('/')),
            _ => self.to.clone(),
        }
    }

    /// Whether a client that names this URL means us.
    fn is_own(&self, url: &str) -> bool {
        let place = |url: &str| {
            let (scheme, rest) = url.split_once("://")?;
            let authority = rest.split('/').next().unwrap_or_default();
            let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
            Some((scheme.to_ascii_lowercase(), port.to_owned()))
        };
        place(url).is_some_and(|theirs| Some(theirs) == place(&self.own))
    }

    /// A channel to the server: one that waits, or a new one.
    async fn connect(&self, url: &str) -> Result<Channel> {
        let waiting = self.idle().get_mut(url).and_then(Vec::pop);
        match waiting {
            Some(channel) => Ok(channel),
            None => Channel::connect(&self.back, url).await,
        }
    }

    /// Keeps a channel for the next exchange, if its exchanges have nothing to do with each other.
    async fn keep(&self, url: &str, channel: Channel) {
        if channel.kind().has(ChannelType::REQUEST) {
            let mut idle = self.idle();
            let waiting = idle.entry(url.to_owned()).or_default();
            if waiting.len() < MAX_IDLE {
                return waiting.push(channel);
            }
        }
        // There is nothing more to be told.
        let _ = channel.close().await;
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<Channel>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows the host in a URL.
fn after_host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
}

/// Whether a request wants a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Yes,
    No,
    /// It has no headers that would say it.
    Unknown,
}

impl Asked {
    fn of(request: &Message) -> Result<Self> {
        Ok(match (request.version().addressing, request.message_id()?) {
            (AddressingVersion::Transport, _) => Asked::Unknown,
            (_, Some(_)) => Asked::Yes,
            (_, None) => Asked::No,
        })
    }
}

/// Waits for the reply of the server.
async fn receive_reply<'c>(
    back: &'c Channel,
    asked: Asked,
    can_go_on: &mut bool,
) -> Result<Option<Received<'c>>> {
    if back.kind().has(ChannelType::REQUEST) {
        return Received::next(back).await;
    }
    if !has_session(back.kind()) {
        return match asked {
            Asked::No => Ok(None),
            _ => Received::next(back).await,
        };
    }
    match asked {
        Asked::Yes => Received::next(back).await,
        Asked::No => Ok(None),
        Asked::Unknown => {
            // Waiting loses nothing when it is given up.
            if let Ok(received) = tokio::time::timeout(UNASKED, Received::next(back)).await {
                return received;
            }
            // A server that is told that nothing more comes answers what it has to answer, and ends its side.
            *can_go_on = false;
            back.shut_down_session().await?;
            Received::next(back).await
        }
    }
}

/// Tells the client what went wrong, if it waits for a reply; gives the error back.
fn refuse<'a>(front: &'a Channel, request: &Message, error: Error) -> impl Future<Output = Error> + use<'a> {
    let waits = front.kind().has(ChannelType::REPLY) || matches!(request.message_id(), Ok(Some(_)));
    let told = error.clone().context("the proxy could not pass the message on");
    let telling = waits.then(|| front.reply_error(request, &told, FaultDisclosure::Full));
    async move {
        if let Some(telling) = telling {
            // The client may be gone; the first error is the one to report.
            let _ = telling.await;
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_host() {
        assert_eq!(after_host("http://h:1/a/b"), "/a/b");
        assert_eq!(after_host("net.tcp://h"), "");
        assert_eq!(after_host("x"), "");
    }
}
