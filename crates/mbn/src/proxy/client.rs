//! What the proxy knows of one client.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    task::{Context, Waker},
};

use bytes::Bytes;

use crate::{
    transport::push,
    wire::{
        Command, CommandDone, Message, ProtocolErrorCode, Status,
        cid::SubscribeList,
        data_message::DataMessage,
        fragment::{Limits, Reassembler},
    },
};

/// How many bytes may wait for a client that does not read before it is dropped.
const MAX_OUTPUT: usize = 4 << 20;
/// How many bytes of its datagrams may wait for the modem before it is not read any more.
const MAX_WRITES: usize = 1 << 20;
/// How many of its commands may wait.
const MAX_COMMANDS: usize = 256;

/// One client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) reassembler: Reassembler,
    /// The events it wants; `None` until it says so.
    pub(super) list: Option<SubscribeList>,
    /// It sent OPEN, and no CLOSE.
    pub(super) open: bool,
    /// Its commands under way: its transaction id, our token.
    pub(super) commands: HashMap<u32, u64>,
    /// How many datagrams it takes, per data session.
    pub(super) credit: BTreeMap<u8, u32>,
    /// Bytes of its datagrams under way.
    pub(super) write_bytes: usize,
    output: VecDeque<Bytes>,
    output_bytes: usize,
    waker: Option<Waker>,
    dropped: bool,
}

impl Client {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            reassembler: Reassembler::new(limits),
            list: None,
            open: false,
            commands: HashMap::new(),
            credit: BTreeMap::new(),
            write_bytes: 0,
            output: VecDeque::new(),
            output_bytes: 0,
            waker: None,
            dropped: false,
        }
    }

    /// Sends a message in one piece, as mbim-proxy does.
    pub(super) fn send(&mut self, transaction: u32, message: &Message) {
        self.queue([message.encode(transaction)].into());
    }

    /// Answers a command.
    pub(super) fn answer(&mut self, transaction: u32, command: &Command, status: Status, buffer: Bytes) {
        let done = CommandDone { service: command.service, cid: command.cid, status, buffer };
        self.send(transaction, &Message::CommandDone(done));
    }

    pub(super) fn refuse(&mut self, transaction: u32, error: ProtocolErrorCode) {
        self.send(transaction, &Message::FunctionError(error));
    }

    pub(super) fn send_data(&mut self, message: &DataMessage) {
        let mut chunks = VecDeque::new();
        push(&mut chunks, message);
        self.queue(chunks);
    }

    /// Ends the connection.
    pub(super) fn drop_it(&mut self) {
        self.dropped = true;
        self.wake();
    }

    /// True if more of its requests are to be read.
    pub(super) fn may_send(&self) -> bool {
        self.write_bytes < MAX_WRITES && self.commands.len() < MAX_COMMANDS
    }

    /// Moves what waits for the client to `queue`; `false` if the connection is to end. Wakes `cx` when there is more.
    pub(super) fn take_output(&mut self, queue: &mut VecDeque<Bytes>, cx: &mut Context<'_>) -> bool {
        queue.append(&mut self.output);
        self.output_bytes = 0;
        self.waker = Some(cx.waker().clone());
        !self.dropped
    }

    /// What it could not send before may be possible now.
    pub(super) fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn queue(&mut self, mut chunks: VecDeque<Bytes>) {
        if self.dropped {
            return;
        }
        self.output_bytes += chunks.iter().map(Bytes::len).sum::<usize>();
        self.output.append(&mut chunks);
        if self.output_bytes > MAX_OUTPUT {
            self.output.clear();
            self.dropped = true;
        }
        self.wake();
    }
}
