//! The simulated modem at the end of a stream, data sessions included.

use std::{
    collections::BTreeMap,
    future::pending,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::Notify,
};

use super::{Modem, Profile};
use crate::{
    Result, Transport,
    host::{HostConfig, LinkConfig},
    transport::now,
    wire::{
        Command, CommandDone, InformationBuffer, Message, Request, Status,
        data_message::{DataMessage, DataPlane, DataPlaneQuery},
        framing::Framer,
    },
};

/// How much one round writes at most before the modem is looked at again.
const WRITE: usize = 64 << 10;

/// A simulated modem that a task serves while others look at it and change it.
#[derive(Clone, Debug)]
pub struct Handle {
    modem: Arc<Mutex<Modem>>,
    changed: Arc<Notify>,
}

impl Handle {
    /// A handle to `modem`.
    pub fn new(modem: Modem) -> Self {
        Self { modem: Arc::new(Mutex::new(modem)), changed: Arc::new(Notify::new()) }
    }

    /// Works on the modem, and wakes whoever serves it.
    pub fn with<T>(&self, work: impl FnOnce(&mut Modem) -> T) -> T {
        let value = work(&mut self.lock());
        self.changed.notify_one();
        value
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Modem> {
        self.modem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever serves the modem; takes no lock.
    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

/// Plugs in a simulated modem of this process and opens it. Must be called in a tokio runtime.
///
/// # Errors
/// As [`Modem::connect`](crate::Modem::connect).
pub async fn open(profile: Profile) -> Result<crate::Modem> {
    let handle = Handle::new(Modem::new(profile));
    crate::Modem::connect(handle.plug_in()).await
}

impl Handle {
    /// A way to this modem within the process.
    pub fn plug_in(&self) -> Transport {
        let (host, device) = tokio::io::duplex(256 << 10);
        tokio::spawn(serve(self.clone(), device));
        let modem = self.lock();
        let max_control_transfer = modem.profile().max_control_message;
        let config = HostConfig {
            link: LinkConfig { max_control_transfer, ..LinkConfig::default() },
            max_command_size: max_control_transfer,
            max_data_size: Some(modem.profile().max_data_size),
            ..HostConfig::default()
        };
        Transport::stream(host, config).described("the simulated modem")
    }
}

/// Serves a simulated modem on a stream, with the extension [`data_message`](crate::wire::data_message), until the peer goes or the modem
/// is unplugged.
///
/// # Errors
/// The stream fails, or the peer sends a length that cannot be.
pub async fn serve(handle: Handle, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut framer = Framer::new(256 << 10);
    let mut output: Vec<u8> = Vec::new();
    let mut credit: BTreeMap<u8, u32> = BTreeMap::new();
    loop {
        let next = {
            let mut modem = handle.lock();
            modem.handle_timeout(now());
            while let Some(piece) = framer.next_piece().map_err(io::Error::other)? {
                take(&mut modem, &piece, &mut credit, &mut output);
            }
            fill(&mut modem, &mut credit, &mut output);
            if modem.is_unplugged() {
                return Ok(());
            }
            modem.next_timeout()
        };
        if !output.is_empty() {
            stream.write_all(&output).await?;
            output.clear();
            continue; // there may be more, and the peer may have said something meanwhile
        }
        let timeout = async {
            match next {
                Some(next) => tokio::time::sleep_until(next.into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            read = stream.read_buf(framer.buffer()) => {
                if read? == 0 {
                    return Ok(());
                }
            }
            () = timeout => {}
            () = handle.changed() => {}
        }
    }
}

/// One piece from the host.
fn take(modem: &mut Modem, piece: &Bytes, credit: &mut BTreeMap<u8, u32>, output: &mut Vec<u8>) {
    match DataMessage::decode(piece) {
        Some(Ok(DataMessage::Write { number, session, data })) => {
            let fits = data.len() <= modem.profile().max_data_size;
            let status = if fits { Status::SUCCESS } else { Status::PARAMETER_TOO_LONG };
            if fits {
                modem.handle_data(session, data, now());
            }
            output.extend_from_slice(&DataMessage::Done { number, status }.encode().0);
        }
        Some(Ok(DataMessage::Credit { session, datagrams })) => {
            let credit = credit.entry(session).or_default();
            *credit = credit.saturating_add(datagrams);
        }
        Some(_) => {}
        None => match data_plane_query(piece, modem.profile().max_data_size) {
            Some(answer) => output.extend_from_slice(&answer),
            None => {
                modem.handle_piece(piece, now());
                // Credit ends with its session: the next one with the same id begins without.
                credit.retain(|session, _| modem.sessions().any(|(open, _)| open == *session));
            }
        },
    }
}

/// What the modem has to say, as far as the host gave credit.
fn fill(modem: &mut Modem, credit: &mut BTreeMap<u8, u32>, output: &mut Vec<u8>) {
    while output.len() < WRITE
        && let Some(piece) = modem.poll_control()
    {
        output.extend_from_slice(&piece);
    }
    while output.len() < WRITE
        && let Some((session, data)) =
            modem.poll_data(|session| credit.get(&session).is_some_and(|left| *left > 0))
    {
        if let Some(left) = credit.get_mut(&session) {
            *left = left.saturating_sub(1);
        }
        let (head, data) = DataMessage::Read { session, data }.encode();
        output.extend_from_slice(&head);
        output.extend_from_slice(&data);
    }
}

/// The answer to the question whether data sessions go through the stream, if `piece` is that question.
pub(crate) fn data_plane_query(piece: &Bytes, max_data_size: usize) -> Option<Bytes> {
    match Message::decode(piece) {
        Ok((transaction, Message::Command(command))) if is_data_plane_query(&command) => {
            let max_data_size = u32::try_from(max_data_size).unwrap_or(u32::MAX);
            let buffer = DataPlane { version: 1, max_data_size }.encode();
            let done =
                CommandDone { service: command.service, cid: command.cid, status: Status::SUCCESS, buffer };
            Some(Message::CommandDone(done).encode(transaction))
        }
        _ => None,
    }
}

pub(crate) fn is_data_plane_query(command: &Command) -> bool {
    (command.service, command.cid, command.kind)
        == (DataPlaneQuery::SERVICE, DataPlaneQuery::CID, DataPlaneQuery::KIND)
}
