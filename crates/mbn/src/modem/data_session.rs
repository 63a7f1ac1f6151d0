//! A data session as an object.

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
};

use bytes::Bytes;

use super::{DeviceService, Events, Request};
use crate::{Code, Error, Result, host::Event};

/// An open data session of a service: bulk data as datagrams, both ways.
///
/// Dropping it does not close the session, which is shared: call [`close`](Self::close), or drop every handle to the modem.
#[derive(Debug)]
pub struct DataSession {
    service: DeviceService,
    events: Events,
}

impl DataSession {
    pub(super) fn new(service: DeviceService, events: Events) -> Self {
        Self { service, events }
    }

    /// The service.
    pub fn service(&self) -> &DeviceService {
        &self.service
    }

    /// The largest datagram, in bytes.
    pub fn max_data_size(&self) -> usize {
        self.service.modem().max_data_size()
    }

    /// Writes a datagram; waits while too much is under way, so that memory stays bounded. The [`Request`] completes when the data plane has
    /// taken the datagram.
    ///
    /// # Errors
    /// As [`DeviceService::write_data`], without `ERROR_BUSY`.
    pub async fn write_data(&self, data: impl Into<Bytes>) -> Result<Request> {
        let data = data.into();
        loop {
            let changed = self.service.modem().changed().notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.service.write_data(data.clone()) {
                Err(error) if error.code() == Code::Busy => changed.await,
                done => return done,
            }
        }
    }

    /// The next datagram from the modem; `None` once the session is closed.
    ///
    /// # Errors
    /// Why the modem is gone.
    pub async fn read_data(&mut self) -> Result<Option<Bytes>> {
        poll_fn(|cx| self.poll_read_data(cx)).await
    }

    /// [`read_data`](Self::read_data) for those who poll.
    ///
    /// # Errors
    /// As there.
    pub fn poll_read_data(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            return Poll::Ready(match ready!(self.events.poll_next(cx)) {
                Some(Event::ReadData { data, .. }) => Ok(Some(data)),
                Some(Event::Removal(error)) => Err(error),
                Some(Event::Reset) => Err(Error::new(Code::NotReady, "the device was reset")),
                Some(_) => continue,
                None => Ok(None),
            });
        }
    }

    /// Closes the session, after what was written is complete.
    ///
    /// # Errors
    /// How closing completed.
    pub async fn close(self) -> Result<()> {
        self.flush().await;
        self.service.close_data_session()?.await?;
        Ok(())
    }

    /// Waits until nothing that was written is under way.
    pub async fn flush(&self) {
        loop {
            let changed = self.service.modem().changed().notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.service.modem().look(|core| core.host.write_bytes_pending()) == 0 {
                return;
            }
            changed.await;
        }
    }
}
