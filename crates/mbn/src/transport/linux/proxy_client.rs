//! The client's side of mbim-proxy's protocol, for mbim-proxy itself, this crate's proxy, and the simulator's socket.
//!
//! The whole command goes as one message: mbim-proxy mixes up the fragments of two clients, but splits large messages itself. Its data
//! sessions, if it has none in the stream, go over the modem's network interface, which needs no proxy.

use std::{
    hash::{BuildHasher, RandomState},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixStream as StdUnixStream},
    },
    path::Path,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::timeout,
};

use super::{super::Transport, LocalSocket, OpenOptions, packet_plane, sysfs};
use crate::{
    Code, Error, Result,
    host::{HostConfig, LinkConfig},
    transport::{Control, DataPlane, InBand, Stream},
    wire::{
        Command, CommandDone, InformationBuffer, Message,
        cid::proxy_control::Configuration,
        data_message::{self, DataPlaneQuery},
        framing::Framer,
    },
};

/// How long the proxy may take to open the device.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a proxy may take to say that it carries data sessions.
const QUERY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects to a proxy in the abstract namespace.
pub(super) async fn connect_abstract(name: &str, device: &Path, options: &OpenOptions) -> Result<Transport> {
    let describe = |error| Error::from(error).context(format!("cannot connect to the proxy @{name}"));
    let address = SocketAddr::from_abstract_name(name).map_err(describe)?;
    let stream = StdUnixStream::connect_addr(&address).map_err(describe)?;
    stream.set_nonblocking(true).map_err(describe)?;
    let stream = UnixStream::from_std(stream).map_err(describe)?;
    handshake(stream, Some((device, options)), format!("@{name}")).await
}

/// Connects to a proxy or simulator that listens on a path. Without a device, the peer has only one.
pub(super) async fn connect_path(socket: &Path, device: Option<(&Path, &OpenOptions)>) -> Result<Transport> {
    let name = socket.display().to_string();
    let stream = UnixStream::connect(socket).await;
    let stream = stream.map_err(|error| Error::from(error).context(format!("cannot connect to {name}")))?;
    handshake(stream, device, name).await
}

async fn handshake(
    mut stream: UnixStream,
    device: Option<(&Path, &OpenOptions)>,
    name: String,
) -> Result<Transport> {
    let mut framer = Framer::new(64 << 10);
    if let Some((path, _)) = device {
        let device_path = path
            .to_str()
            .ok_or_else(|| Error::new(Code::InvalidArgument, "the path of the device is not Unicode"))?;
        let configuration =
            Configuration { device_path: device_path.into(), timeout: OPEN_TIMEOUT.as_secs() as u32 };
        let done = ask(&mut stream, &mut framer, 1, &configuration, OPEN_TIMEOUT).await.map_err(|error| {
            error.context(format!(
                "the proxy {name} did not open {device_path}: does it exist, and may the proxy open it?"
            ))
        })?;
        done.status
            .into_result()
            .map_err(|error| error.context(format!("the proxy {name} refused {device_path}")))?;
    }
    let answer = ask(&mut stream, &mut framer, 2, &DataPlaneQuery {}, QUERY_TIMEOUT).await;
    let in_band = match answer {
        Ok(done) if done.status.is_success() => data_message::DataPlane::decode(&done.buffer).ok(),
        Err(error) if error.code() != Code::Timeout => return Err(error),
        _ => None, // mbim-proxy passes the question on to the modem, which does not know the service
    };

    let link = LinkConfig { whole_messages: true, open_attempts: 1, ..LinkConfig::default() };
    // Two programs that begin with different ids seldom meet.
    let first_session = RandomState::new().hash_one(std::process::id()) as u8;
    let mut config = HostConfig { link, shared: true, first_session, ..HostConfig::default() };
    let (data, how) = match (in_band, device) {
        (Some(plane), _) => {
            let size = plane.max_data_size as usize;
            config.max_data_size = Some(size);
            (DataPlane::InBand(InBand::new(size)), "data sessions in the stream".to_owned())
        }
        (None, Some((path, options))) => packet_plane(sysfs::describe(path).as_ref(), options, &mut config)?,
        (None, None) => (DataPlane::None, "without data sessions".to_owned()),
    };
    let stream = Stream::new(LocalSocket::new(stream)?).after(framer.buffer().split().freeze());
    let description = format!("{name} ({how})");
    Ok(Transport { control: Control::Stream(stream), data, config, description })
}

/// Sends a command before the link is up, and awaits its answer.
async fn ask(
    stream: &mut UnixStream,
    framer: &mut Framer,
    transaction: u32,
    request: &impl crate::wire::Request,
    patience: Duration,
) -> Result<CommandDone> {
    let conversation = async {
        stream.write_all(&Message::Command(Command::from(request)).encode(transaction)).await?;
        loop {
            while let Some(piece) = framer.next_piece()? {
                match Message::decode(&piece) {
                    Ok((id, Message::CommandDone(done))) if id == transaction => return Ok(done),
                    Ok((id, Message::FunctionError(error))) if id == transaction => return Err(error.into()),
                    _ => {} // events may come at any time
                }
            }
            if stream.read_buf(framer.buffer()).await? == 0 {
                return Err(Error::new(Code::DeviceRemoved, "the proxy closed the connection"));
            }
        }
    };
    timeout(patience, conversation)
        .await
        .unwrap_or_else(|_| Err(Error::new(Code::Timeout, "the proxy did not answer")))
}
