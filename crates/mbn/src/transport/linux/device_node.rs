//! `/dev/cdc-wdm*`, `/dev/wwan*mbim*`, and terminals that a simulator made.
//!
//! Each write must be one whole piece: the kernel does not fragment, it cuts at `wMaxControlMessage`. A read gives at most one response, and
//! perhaps a part of it. Two programs that open the same node share one queue and read each other's answers, so the node is locked.

use std::{
    collections::VecDeque,
    fs::{File, TryLockError},
    io::{self, IsTerminal, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use nix::{fcntl::OFlag, sys::termios};
use tokio::io::unix::AsyncFd;

use crate::wire::framing::Framer;

/// How much one read asks for: more than any response, as the kernel keeps what does not fit for the next read.
const READ: usize = 64 << 10;

/// An open node.
pub(crate) struct DeviceNode {
    file: AsyncFd<File>,
    buffer: Box<[u8]>,
    /// A terminal takes a part of a write, as any stream does.
    is_terminal: bool,
}

impl DeviceNode {
    /// Opens and locks a node. `WouldBlock` if another program of this library has locked it; `force` ignores that.
    pub(crate) fn open(path: &Path, force: bool) -> io::Result<Self> {
        let flags = OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        let file = File::options().read(true).write(true).custom_flags(flags.bits()).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if !force => return Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) if !force => return Err(error),
            _ => {}
        }
        let is_terminal = file.is_terminal();
        if is_terminal {
            let mut settings = termios::tcgetattr(&file)?;
            termios::cfmakeraw(&mut settings);
            termios::tcsetattr(&file, termios::SetArg::TCSANOW, &settings)?;
        }
        Ok(Self { file: super::watch(file)?, buffer: vec![0; READ].into(), is_terminal })
    }

    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        queue: &mut VecDeque<Bytes>,
    ) -> Poll<io::Result<()>> {
        while let Some(piece) = queue.front_mut() {
            let mut ready = ready!(self.file.poll_write_ready(cx))?;
            match ready.try_io(|file| file.get_ref().write(piece)) {
                Ok(Ok(written)) if written < piece.len() && self.is_terminal => piece.advance(written),
                Ok(Ok(written)) if written < piece.len() => {
                    let text = format!(
                        "the device took {written} of {} bytes: its maximum is smaller than it said",
                        piece.len()
                    );
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::WriteZero, text)));
                }
                Ok(Ok(_)) => drop(queue.pop_front()),
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
        Poll::Ready(Ok(()))
    }

    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, framer: &mut Framer) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.file.poll_read_ready(cx))?;
            match ready.try_io(|file| file.get_ref().read(&mut self.buffer)) {
                Ok(Ok(count)) => {
                    framer.feed(self.buffer.get(..count).unwrap_or_default());
                    return Poll::Ready(Ok(count));
                }
                // The kernel's buffer overflowed and a part is lost: what was held of it is worth nothing.
                Ok(Err(error)) if error.raw_os_error() == Some(nix::libc::ENOBUFS) => {
                    framer.reset();
                    return Poll::Ready(Ok(1));
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }
}
