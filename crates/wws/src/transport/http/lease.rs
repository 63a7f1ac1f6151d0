//! How a request gets its connection, or its stream of one.

use super::{
    client::{Client, Head},
    connect::{Connected, connect},
    pool::Lease,
    version::HttpVersion,
};
use crate::{Error, ErrorCode, Result, transport::timeouts::Step};
use std::pin::pin;
use tokio::sync::OwnedSemaphorePermit;

impl Client {
    /// A connection to the server, kept or new, within `CONNECT_TIMEOUT`.
    pub(super) async fn lease(&self, head: &Head) -> Result<Lease> {
        let abort = &head.request.abort;
        let lease = async {
            let place = &head.target.place;
            if self.0.may_share(&head.target) {
                if let Some(lease) = Lease::of_stream(place) {
                    return Ok(lease);
                }
                // Boxed, because it is large, and rare.
                return Box::pin(self.share(head)).await;
            }
            let permit = place.permit().await?;
            self.own_lease(head, permit).await
        };
        let limit = self.0.options.timeouts.limit(Step::Connect);
        limit.run(abort, lease).await.map_err(|e| e.context(head.context()))
    }

    /// A connection of HTTP/1.1, kept or new.
    async fn own_lease(&self, head: &Head, permit: OwnedSemaphorePermit) -> Result<Lease> {
        let place = head.target.place.clone();
        if let Some(sender) = place.idle().await {
            return Ok(Lease { sender, reused: true, place, permit: Some(permit) });
        }
        // Boxed, because it is large, and rare.
        let (url, abort) = (&head.target.url, &head.request.abort);
        match Box::pin(connect(&self.0, url, HttpVersion::Http11, abort)).await? {
            Connected::Http1(sender) => Ok(Lease { sender, reused: false, place, permit: Some(permit) }),
            Connected::Http2(_) => Err(Error::operation("HTTP/2 is spoken that was not asked for")),
        }
    }

    /// A stream of a connection of HTTP/2: of one that is there, or else of one that is made now, by one request for all
    /// that wait. If the server turns out to speak HTTP/1.1, a connection of that.
    async fn share(&self, head: &Head) -> Result<Lease> {
        let place = &head.target.place;
        let mut turn = None;
        let permit = loop {
            let mut freed = pin!(place.when_freed());
            // Counts from here on, so that none after the look is missed.
            freed.as_mut().enable();
            if let Some(lease) = Lease::of_stream(place) {
                return Ok(lease);
            }
            if turn.is_none() {
                tokio::select! {
                    () = freed => {}
                    mine = place.turn() => turn = Some(mine),
                }
            } else if place.has_new() {
                freed.await;
            } else {
                tokio::select! {
                    () = freed => {}
                    permit = place.permit() => break permit?,
                }
            }
        };
        if !self.0.may_share(&head.target) {
            return self.own_lease(head, permit).await;
        }
        let (url, abort) = (&head.target.url, &head.request.abort);
        match connect(&self.0, url, self.0.options.version, abort).await? {
            Connected::Http1(sender) => {
                place.set_http1();
                Ok(Lease { sender, reused: false, place: place.clone(), permit: Some(permit) })
            }
            Connected::Http2(connection) => {
                let shared = connection.share(place, permit);
                let stream = shared.stream(place);
                place.share(shared);
                let gone = || Error::new(ErrorCode::EndpointDisconnected, "the connection has no streams");
                let sender = stream.ok_or_else(gone)?;
                Ok(Lease { sender, reused: false, place: place.clone(), permit: None })
            }
        }
    }
}
