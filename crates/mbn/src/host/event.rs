//! What a [`Host`](super::Host) tells: one completion per accepted request, and what the modem sends by itself.

use std::fmt;

use bytes::Bytes;
use uuid::Uuid;

use crate::{Error, Result, wire::CommandDone};

/// The id of a request, as the methods of `IMbnDeviceService` return it. Never 0, and unique among the requests that are not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(
    /// The number.
    pub u32,
);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `QuerySupportedCommands`.
    QuerySupportedCommands,
    /// `OpenCommandSession`.
    OpenCommandSession,
    /// `CloseCommandSession`.
    CloseCommandSession,
    /// `QueryCommand` with this command id.
    QueryCommand(u32),
    /// `SetCommand` with this command id.
    SetCommand(u32),
    /// `OpenDataSession`.
    OpenDataSession,
    /// `CloseDataSession`.
    CloseDataSession,
    /// `WriteData`.
    WriteData,
    /// A command outside any session: what the operating system itself sends.
    Command(u32),
}

impl Operation {
    /// The method of `IMbnDeviceServicesEvents` that reports the completion.
    pub const fn event_name(self) -> &'static str {
        match self {
            Self::QuerySupportedCommands => "OnQuerySupportedCommandsComplete",
            Self::OpenCommandSession => "OnOpenCommandSessionComplete",
            Self::CloseCommandSession => "OnCloseCommandSessionComplete",
            Self::QueryCommand(_) => "OnQueryCommandComplete",
            Self::SetCommand(_) => "OnSetCommandComplete",
            Self::OpenDataSession => "OnOpenDataSessionComplete",
            Self::CloseDataSession => "OnCloseDataSessionComplete",
            Self::WriteData => "OnWriteDataComplete",
            Self::Command(_) => "OnCommandComplete",
        }
    }
}

/// What a request brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: it is done.
    Done,
    /// The commands that the service supports.
    Commands(Vec<u32>),
    /// The response to a query or set.
    Response {
        /// The identifier of the response: the command id.
        id: u32,
        /// The response.
        data: Bytes,
    },
    /// The whole answer to a command outside any session, whatever its status.
    Whole(CommandDone),
}

/// The end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The request.
    pub request: RequestId,
    /// The service that it was for.
    pub service: Uuid,
    /// What it asked for.
    pub operation: Operation,
    /// How it ended.
    pub result: Result<Answer>,
}

/// What a host tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The modem is open and its services are known: `CAPABLE_INTERFACE_ARRIVAL`.
    Arrival,
    /// The modem did not open, was closed, or is gone: `CAPABLE_INTERFACE_REMOVAL`. Nothing follows.
    Removal(Error),
    /// The modem was reset: every session is closed. It is being opened again.
    Reset,
    /// A request is complete.
    Completed(Completion),
    /// `OnEventNotification`: a service reports an event.
    Notification {
        /// The service.
        service: Uuid,
        /// The event: the command whose state changed.
        id: u32,
        /// Its data.
        data: Bytes,
    },
    /// `OnReadData`: a datagram came over a data session.
    ReadData {
        /// The service.
        service: Uuid,
        /// The datagram.
        data: Bytes,
    },
}
