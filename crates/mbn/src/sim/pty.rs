//! A simulated modem at a terminal: a path that programs open as they open a device node.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::fs::symlink},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
};

use nix::{
    fcntl::OFlag,
    pty::{grantpt, posix_openpt, ptsname_r, unlockpt},
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, unix::AsyncFd};

use crate::{Code, Error, Result, transport::linux};

/// The modem's end of a terminal. Serve it with [`serve`](super::serve).
///
/// The other end is a path, where it stays while this is alive, whoever opens and closes it, as a modem stays while programs come and go.
#[derive(Debug)]
pub struct Pty {
    master: AsyncFd<File>,
    /// Kept open, so that the terminal does not hang up between two programs.
    _slave: File,
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
        let slave = File::options().read(true).write(true).open(&path)?;
        let mut settings = tcgetattr(&slave).map_err(io::Error::from)?;
        cfmakeraw(&mut settings);
        tcsetattr(&slave, SetArg::TCSANOW, &settings).map_err(io::Error::from)?;
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
        Ok(Self { master, _slave: slave, path, link: link.map(Path::to_owned) })
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

impl AsyncRead for Pty {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.master.poll_read_ready(cx))?;
            if let Ok(result) = ready.try_io(|master| master.get_ref().read(buffer.initialize_unfilled())) {
                buffer.advance(result?);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Pty {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.master.poll_write_ready(cx))?;
            if let Ok(result) = ready.try_io(|master| master.get_ref().write(bytes)) {
                return Poll::Ready(result);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
