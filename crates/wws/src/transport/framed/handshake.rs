//! From a connection to a session, on either side.

use super::{
    Connection, Receiver, Sender, Session,
    session::{Info, Options, Shared},
};
use crate::{
    Error, Result,
    encoder::{Content, EncoderChain},
    transport::{Abort, StreamUpgrade, timeouts::Step},
};
use std::sync::Arc;
use wws_core::framing::{
    self, Fault, Inbound, Initiator, InitiatorEvent, Mode, Outbound, Preamble, ReceiverEvent,
};

/// What an initiator wants.
#[derive(Clone, Debug)]
pub struct Target {
    /// How many messages, and which way.
    pub mode: Mode,
    /// The URL of the service, said in the preamble.
    pub via: String,
    /// The content type of the messages, before encoders change it.
    pub content_type: String,
    /// The host name that TLS checks; that of a URL by default.
    pub host: String,
}

impl Target {
    /// A target whose host is that of the URL `via`.
    pub fn new(mode: Mode, via: impl Into<String>, content_type: impl Into<String>) -> Self {
        let via = via.into();
        let host =
            via.parse::<wws_core::url::Url>().map(|url| url.host_name().to_owned()).unwrap_or_default();
        Target { mode, via, content_type: content_type.into(), host }
    }
}

/// Decides whether a receiver takes a session, by its preamble: path, mode, encoding.
pub type Admit = dyn Fn(&Preamble) -> Result<(), Fault> + Send + Sync;

/// Opens a session over a connection that carries none. `CONNECT_TIMEOUT` is the caller's, who knows when the
/// connection was begun.
///
/// # Errors
/// The error of the fault with which the receiver refuses; `EndpointDisconnected`, `InvalidFormat`; those of the
/// upgrade; `InvalidArgument` if the encoders use a content coding, which the framing cannot carry.
pub async fn initiate(
    mut connection: Connection,
    target: Target,
    options: &Options,
    abort: &Abort,
) -> Result<Session> {
    let mut encoders = options.codecs.encoders()?;
    let wire_content_type = wire_content_type(&mut encoders, &target.content_type)?;
    let preamble = Preamble::new(target.mode, &*target.via, &wire_content_type);
    let upgrade = options.upgrade.as_deref();
    let protocol = upgrade.map(StreamUpgrade::protocol);
    let (mut initiator, hello) = Initiator::new(preamble, protocol, options.limits.clone())?;
    abort.run(connection.write(&hello)).await?;
    while !initiator.is_established() {
        match initiator.receive(&mut connection.input)? {
            Some(InitiatorEvent::Upgrade) => {
                let Some(upgrade) = upgrade else { continue };
                let stream = connection.take_stream()?;
                connection.wrapped(abort.run(upgrade.initiate(stream, &target.host)).await?);
                let end = initiator.upgraded()?;
                abort.run(connection.write(&end)).await?;
            }
            Some(InitiatorEvent::Established) => {}
            None if abort.run(connection.fill()).await? => {}
            None => return Err(initiator.end_of_input()),
        }
    }
    let info = Info {
        mode: target.mode,
        via: target.via,
        content_type: target.content_type,
        peer: connection.peer,
        peer_certificates: std::mem::take(&mut connection.peer_certificates),
        wire_content_type,
    };
    open(connection, initiator.into_session()?, encoders, info, options, abort)
}

/// Accepts a session on a connection that carries none; `None` if the peer closes it before it says anything.
///
/// What cannot be accepted is answered with a fault.
///
/// # Errors
/// `InvalidFormat`, `QuotaExceeded`, `EndpointDisconnected`; what `admit` refuses, as the error of its fault; those of
/// the upgrade; `OperationTimedOut` after the `connect` time-out.
pub async fn receive(
    connection: Connection,
    options: &Options,
    admit: &Admit,
    abort: &Abort,
) -> Result<Option<Session>> {
    let limit = options.timeouts.limit(Step::Connect);
    limit.run(abort, accept(connection, options, admit, abort)).await
}

async fn accept(
    mut connection: Connection,
    options: &Options,
    admit: &Admit,
    abort: &Abort,
) -> Result<Option<Session>> {
    let mut receiver = framing::Receiver::at_offset(options.limits.clone(), connection.offset);
    let mut preamble = None;
    let mut upgraded = false;
    while !receiver.is_established() {
        let event = match receiver.receive(&mut connection.input) {
            Ok(event) => event,
            Err(error) => {
                connection.dismiss(receiver.fault_to_send()).await;
                return Err(error);
            }
        };
        let refusal = match event {
            Some(ReceiverEvent::Preamble(said)) => admit(&said).map(|()| preamble = Some(said)),
            Some(ReceiverEvent::Upgrade(protocol)) => match &options.upgrade {
                // Octets behind the request would be taken for octets from inside the wrapping.
                Some(upgrade)
                    if upgrade.protocol() == protocol && connection.input.is_empty() && !upgraded =>
                {
                    let answer = receiver.accept_upgrade()?;
                    connection.write(&answer).await?;
                    let stream = connection.take_stream()?;
                    connection.wrapped(upgrade.accept(stream).await?);
                    upgraded = true;
                    Ok(())
                }
                _ => Err(Fault::UpgradeInvalid),
            },
            Some(ReceiverEvent::Complete) if options.upgrade.is_some() && !upgraded => {
                Err(Fault::UpgradeInvalid)
            }
            Some(ReceiverEvent::Complete) => {
                let answer = receiver.acknowledge()?;
                connection.write(&answer).await?;
                Ok(())
            }
            None if connection.fill().await? => Ok(()),
            None => {
                receiver.end_of_input()?;
                return Ok(None);
            }
        };
        if let Err(fault) = refusal {
            connection.dismiss(receiver.refuse(fault)).await;
            return Err(Error::new(fault.code(), format!("a session was refused: {fault:?}")));
        }
    }
    let Some(preamble) = preamble else { return Err(Error::operation("a session without a preamble")) };
    accepted(connection, preamble, receiver.into_session()?, options, abort).map(Some)
}

fn accepted(
    mut connection: Connection,
    preamble: Preamble,
    halves: (Outbound, Inbound),
    options: &Options,
    abort: &Abort,
) -> Result<Session> {
    let wire_content_type = preamble.encoding.content_type().to_owned();
    let mut decoders = options.codecs.decoders(options.limits.max_envelope_size)?;
    let content_type = decoders.begin(&Content::new(&*wire_content_type))?;
    let info = Info {
        mode: preamble.mode,
        via: preamble.via,
        content_type,
        peer: connection.peer,
        peer_certificates: std::mem::take(&mut connection.peer_certificates),
        wire_content_type,
    };
    open(connection, halves, options.codecs.encoders()?, info, options, abort)
}

fn open(
    connection: Connection,
    (outbound, inbound): (Outbound, Inbound),
    encoders: EncoderChain,
    info: Info,
    options: &Options,
    abort: &Abort,
) -> Result<Session> {
    let max_envelope_size = options.limits.max_envelope_size;
    let shared = Arc::new(Shared {
        info,
        abort: abort.clone(),
        timeouts: options.timeouts,
        max_envelope_size,
        _permit: connection.permit,
    });
    let (read, write) = tokio::io::split(connection.stream);
    let decoders = options.codecs.decoders(max_envelope_size)?;
    Ok(Session {
        sender: Sender::new(write, outbound, encoders, shared.clone()),
        receiver: Receiver::new(read, connection.input, inbound, decoders, shared),
    })
}

/// What the encoders make of the content type, which is all that the framing can say of them.
fn wire_content_type(encoders: &mut EncoderChain, content_type: &str) -> Result<String> {
    let content = encoders.content_type(content_type)?;
    encoders.abandon();
    match content.content_encoding {
        None => Ok(content.content_type),
        Some(coding) => Err(Error::argument(format!(
            "an encoder uses the content coding {coding:?}, which only HTTP can carry; name it in the content type"
        ))),
    }
}
