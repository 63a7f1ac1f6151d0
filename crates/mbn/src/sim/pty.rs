//! A simulated modem at a terminal: a path that programs open as they open a device node.

use std::{
    fs::{self, File},
    future::Future,
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::fs::symlink},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use nix::{
    fcntl::OFlag,
    pty::{grantpt, posix_openpt, ptsname_r, unlockpt},
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, unix::AsyncFd},
    time::{Sleep, sleep},
};

use crate::{Code, Error, Result, transport::linux};

/// The modem's end of a terminal. Serve it with [`serve`](super::serve).
///
/// The other end is a path, where it stays while this is alive, whoever opens and closes it, as a modem stays while programs come and go.
#[derive(Debug)]
pub struct Pty {
    master: AsyncFd<File>,
    /// While no program has the terminal open: when to look again. The kernel tells nobody when it is opened.
    hung_up: Option<Pin<Box<Sleep>>>,
    path: PathBuf,
    link: Option<PathBuf>,
}

impl Pty {
    /// Makes a terminal, and a link to it at `link`, replacing a link that is there.
    ///
    /// # Errors
    /// `ERROR_SHARING_VIOLATION` if something that is not a link is there.
    pub fn new(link: Option<&Path>) -> Result<Self> {
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let master = posix_openpt(flags).map_err(io::Error::from)?;
        grantpt(&master).and_then(|()| unlockpt(&master)).map_err(io::Error::from)?;
        let path = PathBuf::from(ptsname_r(&master).map_err(io::Error::from)?);
        let mut settings = tcgetattr(&master).map_err(io::Error::from)?;
        cfmakeraw(&mut settings);
        tcsetattr(&master, SetArg::TCSANOW, &settings).map_err(io::Error::from)?;
        if let Some(link) = link {
            if fs::symlink_metadata(link).is_ok_and(|existing| !existing.is_symlink()) {
                return Err(Error::new(
                    Code::SharingViolation,
                    format!("{} exists and is not a link", link.display()),
                ));
            }
            let _replaced = fs::remove_file(link);
            symlink(&path, link).map_err(|error| {
                Error::from(error).context(format!("cannot make the link {}", link.display()))
            })?;
        }
        let master = linux::watch(File::from(OwnedFd::from(master)))?;
        Ok(Self { master, hung_up: None, path, link: link.map(Path::to_owned) })
    }

    /// The path of the terminal itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Some(link) = &self.link
            && fs::read_link(link).is_ok_and(|target| target == self.path)
        {
            let _gone = fs::remove_file(link);
        }
    }
}

/// How often to look whether a program has opened the terminal.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

impl Pty {
    /// Tries `transfer` until it does not block. A terminal that no program has open is as one that says nothing.
    fn poll_transfer<T>(
        &mut self,
        cx: &mut Context<'_>,
        writes: bool,
        mut transfer: impl FnMut(&File) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            if let Some(hung_up) = &mut self.hung_up {
                ready!(hung_up.as_mut().poll(cx));
                self.hung_up = None;
            }
            let ready =
                if writes { self.master.poll_write_ready(cx) } else { self.master.poll_read_ready(cx) };
            match ready!(ready)?.try_io(|master| transfer(master.get_ref())) {
                Ok(Err(error)) if error.raw_os_error() == Some(nix::libc::EIO) => {
                    self.hung_up = Some(Box::pin(sleep(LOOK_AGAIN)));
                }
                Ok(result) => return Poll::Ready(result),
                Err(_would_block) => {}
            }
        }
    }
}

impl AsyncRead for Pty {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count =
            ready!(self.poll_transfer(cx, false, |mut master| master.read(buffer.initialize_unfilled())))?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pty {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_transfer(cx, true, |mut master| master.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
