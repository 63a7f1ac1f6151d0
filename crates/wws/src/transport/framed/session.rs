//! A session: its two halves, what is known about it, and how it ends.

use super::{Connection, Receiver, Sender};
use crate::{
    Error, ErrorCode, Result,
    encoder::Codecs,
    transport::{Abort, StreamUpgrade, Timeouts, timeouts::Step},
};
use std::{fmt, net::SocketAddr, sync::Arc};
use tokio::{io::AsyncWriteExt, sync::OwnedSemaphorePermit};
use wws_core::framing::{Limits, Mode};

/// What both ends of a session can be told.
#[derive(Clone, Default)]
pub struct Options {
    /// The quotas of the framing. `max_envelope_size` holds both ways, and for decoded messages too.
    pub limits: Limits,
    /// How long each step may take.
    pub timeouts: Timeouts,
    /// Message encoders and decoders.
    pub codecs: Codecs,
    /// What wraps the stream. A listener that has one takes no session without it.
    pub upgrade: Option<Arc<dyn StreamUpgrade>>,
}

impl Options {
    /// The same with another limit for envelopes.
    pub fn with_max_envelope_size(mut self, octets: u64) -> Self {
        self.limits = self.limits.with_max_envelope_size(octets);
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limits", &self.limits)
            .field("timeouts", &self.timeouts)
            .field("codecs", &self.codecs)
            .field("upgrade", &self.upgrade.as_ref().map(|u| u.protocol().to_owned()))
            .finish()
    }
}

/// What is known about a session.
#[derive(Debug)]
#[non_exhaustive]
pub struct Info {
    /// How many messages, and which way.
    pub mode: Mode,
    /// The URL the initiator named: `WS_CHANNEL_PROPERTY_TRANSPORT_URL` on the receiving side (WWSAPI P.5 #27).
    pub via: String,
    /// The content type of the messages before encoders change it.
    pub content_type: String,
    /// The address of the peer, over IP: `WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS`.
    pub peer: Option<SocketAddr>,
    /// The certificates that the peer showed, its own first, in DER.
    pub peer_certificates: Vec<Vec<u8>>,
    /// The content type of the envelopes as they stand on the wire.
    pub(super) wire_content_type: String,
}

/// What both halves share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) info: Info,
    pub(super) abort: Abort,
    pub(super) timeouts: Timeouts,
    pub(super) max_envelope_size: u64,
    pub(super) _permit: Option<OwnedSemaphorePermit>,
}

/// An open session. Take the halves out to send and receive at the same time.
#[derive(Debug)]
pub struct Session {
    /// Sends messages.
    pub sender: Sender,
    /// Receives messages.
    pub receiver: Receiver,
}

impl Session {
    /// What is known about the session.
    pub fn info(&self) -> &Info {
        self.sender.info()
    }

    /// A handle that ends whatever waits on the session.
    pub fn abort_handle(&self) -> Abort {
        self.sender.shared.abort.clone()
    }

    /// Ends the session in order (WWSAPI K.4): says End unless that is done, and reads until the peer has said it too.
    /// Messages that still arrive are dropped.
    ///
    /// A Singleton Unsized session that ends in order gives its connection back, for the next session.
    ///
    /// # Errors
    /// `OperationTimedOut` after `CLOSE_TIMEOUT`, `InvalidOperation` in the middle of an outgoing message; the
    /// connection is closed in any case.
    pub async fn close(mut self) -> Result<Option<Connection>> {
        let shared = self.sender.shared.clone();
        let limit = shared.timeouts.limit(Step::Close);
        limit
            .run(&shared.abort, self.closing_handshake())
            .await
            .map_err(|e| e.context("while the session was closed"))?;
        if shared.info.mode == Mode::SINGLETON_UNSIZED {
            drop(shared);
            return self.into_connection().map(Some);
        }
        let io = &mut self.sender.io;
        // The peer may be gone already; the session has ended all the same.
        let _ = limit.run(&shared.abort, async { io.shutdown().await.map_err(Error::from) }).await;
        Ok(None)
    }

    /// Breaks the session off: tells the peer why, if it still can be told, and closes so that the peer can read it. A
    /// socket that is closed with unread input would be reset.
    pub async fn fail(mut self, error: &Error) {
        /// What a peer may still send before it reads the fault, and how long that may take.
        const DRAIN: usize = 1 << 20;
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);
        if matches!(error.code(), ErrorCode::EndpointDisconnected | ErrorCode::OperationAborted) {
            return;
        }
        let farewell = async {
            self.send_fault(error).await;
            if self.sender.io.shutdown().await.is_ok() {
                self.receiver.drain(DRAIN).await;
            }
        };
        // Whoever does not listen learns nothing.
        let _ = tokio::time::timeout(PATIENCE, farewell).await;
    }

    /// The fault that tells the peer why the session fails, sent if it still can be.
    pub async fn send_fault(&mut self, error: &Error) {
        let fault = self.receiver.fault().unwrap_or_else(|| wws_core::framing::Fault::for_error(error));
        self.sender.fault(fault).await;
    }

    async fn closing_handshake(&mut self) -> Result<()> {
        if !self.sender.is_shut_down() {
            self.sender.shut_down().await?;
        }
        if !self.receiver.expects_nothing() {
            while self.receiver.skip_message().await? {}
        }
        Ok(())
    }

    fn into_connection(self) -> Result<Connection> {
        let (sender, receiver) = (self.sender, self.receiver);
        let (read, input, offset) = receiver.into_parts();
        let stream = read.unsplit(sender.io);
        let shared =
            Arc::try_unwrap(sender.shared).map_err(|_| Error::operation("the session is still in use"))?;
        Ok(Connection {
            stream,
            input,
            offset,
            peer: shared.info.peer,
            peer_certificates: shared.info.peer_certificates,
            permit: shared._permit,
        })
    }
}
