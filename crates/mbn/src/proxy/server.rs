//! The proxy at its socket.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    io,
    os::{linux::net::SocketAddrExt, unix::net::SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use tokio::{
    io::AsyncReadExt,
    net::{UnixListener, UnixStream},
    sync::Mutex,
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::core::{ClientId, ProxyCore};
use crate::{
    Code, Error, Result, Transport,
    sim::Handle,
    transport::{
        self, Core, Shared, Stream,
        linux::{LocalSocket, OpenOptions},
        now,
    },
    wire::{
        CommandDone, InformationBuffer, Message, Request, Status, cid::proxy_control::Configuration,
        data_message::DataPlaneQuery, framing::Framer,
    },
};

/// How long a client may take to say which device it wants.
const CONFIGURATION_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest message that a client may send.
const MAX_MESSAGE: usize = 256 << 10;

/// What a proxy gives its clients.
#[derive(Clone, Debug)]
pub enum Target {
    /// The device that the client names, opened when the first client wants it.
    Devices(OpenOptions),
    /// One device, whatever the client names. It need not name any.
    Device(PathBuf, OpenOptions),
    /// A simulated modem, whatever the client names. It need not name any.
    Simulator(Handle),
}

/// A proxy: clients on a socket, modems behind it.
#[derive(Debug)]
pub struct Server {
    target: Target,
    modems: Mutex<HashMap<PathBuf, Modem>>,
}

#[derive(Debug)]
struct Modem {
    shared: Arc<Shared<ProxyCore>>,
    driver: JoinHandle<()>,
}

/// Listens on a path, or, if it begins with `@`, on a name in the abstract namespace. A socket that nobody serves any more is replaced.
///
/// # Errors
/// `ERROR_SHARING_VIOLATION` if somebody serves it.
pub fn bind(path: &str) -> Result<UnixListener> {
    let context = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            Error::new(Code::SharingViolation, format!("another program serves {path}"))
        }
        _ => Error::from(error).context(format!("cannot listen on {path}")),
    };
    if let Some(name) = path.strip_prefix('@') {
        let address = SocketAddr::from_abstract_name(name).map_err(context)?;
        let listener = std::os::unix::net::UnixListener::bind_addr(&address).map_err(context)?;
        listener.set_nonblocking(true).map_err(context)?;
        return UnixListener::from_std(listener).map_err(context);
    }
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            if std::os::unix::net::UnixStream::connect(path).is_err() {
                std::fs::remove_file(path).map_err(context)?;
                return UnixListener::bind(path).map_err(context);
            }
            Err(context(error))
        }
        other => other.map_err(context),
    }
}

impl Server {
    /// A proxy for `target`.
    pub fn new(target: Target) -> Arc<Self> {
        Arc::new(Self { target, modems: Mutex::new(HashMap::new()) })
    }

    /// Serves clients for ever. Only programs of root and of our own user are served.
    ///
    /// # Errors
    /// The socket fails.
    pub async fn run(self: Arc<Self>, listener: UnixListener) -> Result<()> {
        let ours = nix::unistd::geteuid().as_raw();
        loop {
            let (stream, _) = match listener.accept().await {
                Ok(accepted) => accepted,
                // Too many open files passes; the clients wait meanwhile.
                Err(error) if matches!(error.raw_os_error(), Some(nix::libc::EMFILE | nix::libc::ENFILE)) => {
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let peer = stream.peer_cred()?.uid();
            if peer == 0 || peer == ours {
                let server = self.clone();
                tokio::spawn(async move { server.serve_client(stream).await });
            }
        }
    }

    /// Closes every modem.
    pub async fn close(&self) {
        let modems: Vec<Modem> = self.modems.lock().await.drain().map(|(_, modem)| modem).collect();
        for modem in modems {
            modem.shared.with(|core| core.close(now()));
            let _ended = timeout(Duration::from_secs(5), modem.driver).await;
        }
    }

    /// How many clients there are.
    pub async fn clients(&self) -> usize {
        self.modems.lock().await.values().map(|modem| modem.shared.look(ProxyCore::clients)).sum()
    }

    /// Serves one client, whoever it is, until it goes: for those that were not accepted by [`run`](Self::run).
    pub async fn serve_client(&self, mut stream: UnixStream) {
        let mut framer = Framer::new(MAX_MESSAGE);
        let begun = timeout(CONFIGURATION_TIMEOUT, self.begin(&mut stream, &mut framer)).await;
        // As mbim-proxy does: a client whose device cannot be opened is dropped.
        let Ok(Ok((shared, answer))) = begun else { return };
        let Ok(stream) = LocalSocket::new(stream) else { return };
        let id = shared.with(ProxyCore::add_client);
        serve(&shared, id, Stream::new(stream), framer, answer).await;
        shared.with(|core| core.remove_client(id, now()));
    }

    /// Reads up to the message that says which device is wanted, and finds it. Returns the answer to it, if it wants one.
    async fn begin(
        &self,
        stream: &mut UnixStream,
        framer: &mut Framer,
    ) -> Result<(Arc<Shared<ProxyCore>>, Option<bytes::Bytes>)> {
        loop {
            if let Some(piece) = framer.peek_piece()? {
                let Ok((transaction, message)) = Message::decode(&piece) else {
                    return Err(Error::new(Code::InvalidData, "the first message of a client is not one"));
                };
                let Message::Command(command) = message else {
                    return Ok((self.modem(None).await?, None)); // OPEN: whoever serves one modem needs no name
                };
                if (command.service, command.cid) == (DataPlaneQuery::SERVICE, DataPlaneQuery::CID) {
                    return Ok((self.modem(None).await?, None));
                }
                if (command.service, command.cid) != (Configuration::SERVICE, Configuration::CID) {
                    return Err(Error::new(Code::NotReady, "a client must say which device it wants"));
                }
                framer.next_piece()?;
                let configuration = Configuration::decode(&command.buffer)?;
                let modem = self.modem(Some(Path::new(&configuration.device_path))).await?;
                let done = CommandDone {
                    service: command.service,
                    cid: command.cid,
                    status: Status::SUCCESS,
                    buffer: bytes::Bytes::new(),
                };
                return Ok((modem, Some(Message::CommandDone(done).encode(transaction))));
            }
            if stream.read_buf(framer.buffer()).await? == 0 {
                return Err(Error::new(Code::DeviceRemoved, "the client left"));
            }
        }
    }

    /// The modem with this node, opened if it is not.
    async fn modem(&self, wanted: Option<&Path>) -> Result<Arc<Shared<ProxyCore>>> {
        let path = match (&self.target, wanted) {
            (Target::Device(path, _), _) => path.clone(),
            (Target::Simulator(_), _) => PathBuf::new(),
            (Target::Devices(_), Some(path)) => path.to_owned(),
            (Target::Devices(_), None) => {
                return Err(Error::new(Code::NotReady, "a client must say which device it wants"));
            }
        };
        let mut modems = self.modems.lock().await; // held while opening: two clients must not open a device twice
        if let Some(modem) = modems.get(&path).filter(|modem| !modem.shared.look(Core::is_finished)) {
            return Ok(modem.shared.clone());
        }
        let transport = match &self.target {
            Target::Devices(options) | Target::Device(_, options) => Transport::open(&path, options).await?,
            Target::Simulator(handle) => handle.plug_in(),
        };
        let core = ProxyCore::new(transport.config().clone(), now());
        let (shared, driver) = transport::spawn(core, transport);
        modems.insert(path, Modem { shared: shared.clone(), driver });
        Ok(shared)
    }
}

/// Moves bytes between a client and the core until either ends.
async fn serve(
    shared: &Arc<Shared<ProxyCore>>,
    id: ClientId,
    mut stream: Stream,
    mut framer: Framer,
    answer: Option<bytes::Bytes>,
) {
    let mut queue: VecDeque<bytes::Bytes> = answer.into_iter().collect();
    poll_fn(|cx| {
        loop {
            let mut moved = false;
            loop {
                match framer.next_piece() {
                    Ok(Some(piece)) => shared.with(|core| core.handle_client(id, &piece, now())),
                    Ok(None) => break,
                    Err(_) => return Poll::Ready(()),
                }
            }
            let stays = shared.with_quietly(|core| core.take_output(id, &mut queue, cx));
            if !queue.is_empty() {
                match stream.poll_write(cx, &mut queue) {
                    Poll::Ready(Ok(())) => moved = true,
                    Poll::Ready(Err(_)) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
            }
            if !stays {
                return Poll::Ready(());
            }
            if queue.is_empty() && shared.look(|core| core.client_may_send(id)) {
                match stream.poll_read(cx, &mut framer) {
                    Poll::Ready(Ok(count)) if count > 0 => moved = true,
                    Poll::Ready(_) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
            }
            if !moved {
                return Poll::Pending;
            }
        }
    })
    .await;
}
