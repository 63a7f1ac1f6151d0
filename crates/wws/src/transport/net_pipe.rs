//! net.pipe: sessions of message framing over Unix domain sockets (`WS_NAMEDPIPE_CHANNEL_BINDING`).
//!
//! # From a URL to a file
//! Windows hides the name of a pipe behind shared memory; there is nothing to be compatible with off Windows. Here
//! `net.pipe://HOST/PATH` is the socket [`socket_path`] says: `DIR/NAME.sock`, where
//!
//! - DIR is `$XDG_RUNTIME_DIR/wws-pipe`, or `/tmp/wws-pipe-UID` where that variable is not set. It belongs to the user
//!   and has mode 0700, or is refused: nobody else can connect, or listen in its place.
//!   [`PipeOptions::directory`] names another one, for services that other users may call.
//! - NAME is the path of the URL in lower case without its first `/`, with every octet escaped as `%XX` that is no
//!   letter, digit, `-`, `_` or `.`; if it is longer than 60 octets, its first 40 and a hash of all of it.
//! - HOST has to be `localhost`, or `+` or `*` for a listener: pipes do not leave the machine.
//!
//! A socket has mode 0600; [`PipeOptions::mode`] sets another. A file that nobody listens at any more is replaced.

use super::{
    Abort,
    error::{connect_error, listen_error},
    framed::{Connection, Listener, ListenerOptions, Mode, Options, Session, Target, initiate},
    listener_url::{ListenerUrl, Route, endpoint},
    net_tcp::admit_path,
    quiet::Quiet,
    tcp::StreamLayer,
    timeouts::Step,
};
use crate::{
    Error, ErrorCode, Result,
    url::{Scheme, Url},
};
use std::{
    fmt::Write as _,
    fs, io,
    ops::Deref,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};
use tokio::net::{UnixListener, UnixStream};

/// Where pipes are and who may use them.
#[derive(Clone, Debug)]
pub struct PipeOptions {
    /// The directory of the sockets; see the [module](self) for the default. One that is named here is used as it is.
    pub directory: Option<PathBuf>,
    /// The permissions of a listener's socket; 0600.
    pub mode: u32,
    /// What stands between the socket and the protocol: an observer, for instance.
    pub layer: Option<StreamLayer>,
}

impl Default for PipeOptions {
    fn default() -> Self {
        PipeOptions { directory: None, mode: 0o600, layer: None }
    }
}

/// Connects to a `net.pipe` URL and opens a session, within `CONNECT_TIMEOUT`.
///
/// # Errors
/// `InvalidEndpointUrl`; `EndpointNotFound` if nobody listens; `EndpointAccessDenied`; those of
/// [`initiate`].
pub async fn connect(
    url: &str,
    mode: Mode,
    content_type: &str,
    options: &Options,
    pipe: &PipeOptions,
    abort: &Abort,
) -> Result<Session> {
    let path = socket_path(&endpoint(url, &[Scheme::NetPipe])?, pipe)?;
    let target = Target::new(mode, url, content_type);
    let connect = async {
        let stream =
            UnixStream::connect(&path).await.map_err(|e| connect_error(e, &path.display().to_string()))?;
        let stream = StreamLayer::around(pipe.layer.as_ref(), Box::new(Quiet(stream)));
        initiate(Connection::new(stream), target, options, abort).await
    };
    let done = options.timeouts.limit(Step::Connect).run(abort, connect).await;
    done.map_err(|e| e.context(format!("while a session with {url} was opened")))
}

/// Listens at a `net.pipe` URL.
///
/// # Errors
/// `InvalidEndpointUrl`; `AddressInUse` if somebody listens there; `EndpointAccessDenied` if the directory is not ours.
pub fn listen(url: &str, options: ListenerOptions, pipe: &PipeOptions) -> Result<NetPipeListener> {
    Ok(bind(url, pipe)?.listen(options))
}

/// Binds to a `net.pipe` URL, as [`listen`] does; who connects waits until sessions are accepted.
///
/// # Errors
/// As [`listen`].
pub fn bind(url: &str, pipe: &PipeOptions) -> Result<BoundNetPipe> {
    let route = ListenerUrl::parse(url, &[Scheme::NetPipe])?;
    let path = socket_path(&route.url, pipe)?;
    let listener = bind_socket(&path, pipe.mode).map_err(|e| listen_error(e, &path.display().to_string()))?;
    let source = Source { listener, layer: pipe.layer.clone() };
    Ok(BoundNetPipe { source, route: route.route(), file: SocketFile(path) })
}

/// A socket that connections wait at. Dropping it removes the socket.
pub struct BoundNetPipe {
    source: Source,
    route: Route,
    file: SocketFile,
}

impl BoundNetPipe {
    /// Begins to accept sessions. To be called inside a tokio runtime.
    pub fn listen(self, mut options: ListenerOptions) -> NetPipeListener {
        options.admit = admit_path(self.route, options.admit);
        NetPipeListener { listener: Listener::new(self.source, options), _file: self.file }
    }
}

impl std::fmt::Debug for BoundNetPipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundNetPipe").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The socket of a `net.pipe` URL; creates the default directory if it is not there.
///
/// # Errors
/// `InvalidEndpointUrl` for another host than this; `EndpointAccessDenied` for a directory that is not ours alone.
pub fn socket_path(url: &Url, options: &PipeOptions) -> Result<PathBuf> {
    if !matches!(&*url.host.to_ascii_lowercase(), "localhost" | "+" | "*") {
        let text = format!("a pipe is on this machine, so the host is to be localhost, not {:?}", url.host);
        return Err(Error::new(ErrorCode::InvalidEndpointUrl, text));
    }
    let directory = options.directory.clone().map_or_else(own_directory, Ok)?;
    Ok(directory.join(format!("{}.sock", file_name(&url.path))))
}

/// Accepts net.pipe sessions; see [`Listener`]. Dropping it removes the socket.
#[derive(Debug)]
pub struct NetPipeListener {
    listener: Listener,
    _file: SocketFile,
}

impl NetPipeListener {
    /// Ends the listener, waits until its socket is closed, and removes it.
    pub async fn close(self) {
        self.listener.close().await;
    }
}

impl Deref for NetPipeListener {
    type Target = Listener;

    fn deref(&self) -> &Listener {
        &self.listener
    }
}

#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have removed it already.
        let _ = fs::remove_file(&self.0);
    }
}

struct Source {
    listener: UnixListener,
    layer: Option<StreamLayer>,
}

impl super::framed::Source for Source {
    async fn accept(&mut self) -> io::Result<Connection> {
        let (stream, _) = self.listener.accept().await?;
        Ok(Connection::new(StreamLayer::around(self.layer.as_ref(), Box::new(Quiet(stream)))))
    }
}

fn bind_socket(path: &Path, mode: u32) -> io::Result<UnixListener> {
    let listener = match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            // A socket that refuses is left over from a process that ended without clean-up.
            match std::os::unix::net::UnixStream::connect(path) {
                Err(refused) if refused.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path)?,
                _ => return Err(error),
            }
            UnixListener::bind(path)?
        }
        other => other?,
    };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    Ok(listener)
}

/// The directory of this user's pipes, made if it is not there, refused if others could write to it.
fn own_directory() -> Result<PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    let directory = match std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty()) {
        Some(runtime) => Path::new(&runtime).join("wws-pipe"),
        None => PathBuf::from(format!("/tmp/wws-pipe-{user}")),
    };
    let made = fs::DirBuilder::new().mode(0o700).create(&directory);
    let denied = |why: String| {
        Error::new(
            ErrorCode::EndpointAccessDenied,
            format!("the directory of pipes {}: {why}", directory.display()),
        )
    };
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(denied(error.to_string())),
        _ => {}
    }
    let found = fs::symlink_metadata(&directory).map_err(|e| denied(e.to_string()))?;
    if !found.is_dir() || found.uid() != user || found.mode() & 0o077 != 0 {
        return Err(denied("it is not a directory of this user with mode 0700".to_owned()));
    }
    Ok(directory)
}

/// A path as a file name; see the [module](self).
fn file_name(path: &str) -> String {
    /// What fits into the address of a Unix socket (108 octets) behind a usual directory.
    const MAX: usize = 60;
    let path = path.trim_matches('/').to_lowercase();
    let mut name = String::with_capacity(path.len());
    for octet in path.bytes() {
        match octet {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => name.push(char::from(octet)),
            // Writing to a string does not fail.
            _ => drop(write!(name, "%{octet:02X}")),
        }
    }
    if name.len() > MAX {
        name.truncate(40);
        // FNV-1a, 64 bits: the same in every process and every version.
        let hash = path.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, octet| {
            (hash ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        let _ = write!(name, "~{hash:016x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_names() {
        assert_eq!(file_name("/Orders/2024"), "orders%2F2024");
        assert_eq!(file_name(""), "");
        assert_eq!(file_name("/../é"), "..%2F%C3%A9");
        let long = file_name(&"x".repeat(100));
        assert_eq!(long.len(), 57);
        assert_ne!(long, file_name(&"x".repeat(101)));
    }

    #[test]
    fn pipes_stay_on_the_machine() {
        let options = PipeOptions { directory: Some("/d".into()), ..PipeOptions::default() };
        let path = |url: &str| socket_path(&url.parse().unwrap(), &options);
        assert_eq!(path("net.pipe://localhost/a").unwrap(), Path::new("/d/a.sock"));
        assert_eq!(path("net.pipe://elsewhere/a").unwrap_err().code(), ErrorCode::InvalidEndpointUrl);
    }
}
