//! Channels created, and their properties (WWSAPI P.5).

use super::{
    object::WS_CHANNEL,
    settings::{self, Settings},
};
use crate::{
    abi::*,
    heap::WS_HEAP,
    message::{object::WS_MESSAGE, properties},
    param::Out,
    property::Property,
    ptr::{Ptr, Void},
};
use std::net::SocketAddr;
use wws::{
    Error, Result,
    channel::{ChannelState, ChannelType},
};

exports! {
    fn WsCreateChannel(channelType: WS_CHANNEL_TYPE, channelBinding: WS_CHANNEL_BINDING,
        properties: Ptr<WS_CHANNEL_PROPERTY>, propertyCount: u32, securityDescription: Void,
        channel: Out<Ptr<WS_CHANNEL>>; error) => create;
    fn WsGetChannelProperty(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property;
    fn WsSetChannelProperty(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, valueSize: u32; error)
        => set_property;
    fn WsCreateMessageForChannel(channel: &WS_CHANNEL, properties: Ptr<WS_MESSAGE_PROPERTY>, propertyCount: u32,
        message: Out<Ptr<WS_MESSAGE>>; error) => create_message;
}

fn create(
    kind: WS_CHANNEL_TYPE,
    binding: WS_CHANNEL_BINDING,
    properties: Ptr<WS_CHANNEL_PROPERTY>,
    count: u32,
    security: Void,
    channel: Out<Ptr<WS_CHANNEL>>,
) -> Result<()> {
    no_security(security)?;
    let kind = settings::kind(kind)?;
    if kind.has(ChannelType::REPLY) {
        return Err(Error::argument("a reply channel is made for a listener: WsCreateChannelForListener"));
    }
    let settings = Settings::new(settings::binding(binding)?, properties, count)?;
    channel.set(Ptr::give(Box::new(WS_CHANNEL::new(kind, settings, Ptr::NULL)?)));
    Ok(())
}

/// Refuses what would be ignored otherwise.
///
/// # Errors
/// `E_NOTIMPL` for any security description.
pub fn no_security(description: Void) -> Result<()> {
    if description.is_null() {
        return Ok(());
    }
    Err(Error::new(
        wws::ErrorCode::NotImplemented,
        "this library does not have security descriptions in C yet; Rust has TLS",
    ))
}

fn create_message(
    channel: &WS_CHANNEL,
    properties: Ptr<WS_MESSAGE_PROPERTY>,
    count: u32,
    message: Out<Ptr<WS_MESSAGE>>,
) -> Result<()> {
    let version = channel.settings().binding.version;
    message.set(Ptr::give(Box::new(properties::make(version, properties, count)?)));
    Ok(())
}

fn property(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let p = Property { id: id.0, value, size };
    let has_peer = || match channel.state() {
        ChannelState::Open | ChannelState::Faulted | ChannelState::Closing => Ok(channel.core().info()),
        state => Err(Error::operation(format!("the channel is in the state {state:?}: it has no peer"))),
    };
    match id {
        WS_CHANNEL_PROPERTY_STATE => p.store(channel.state() as i32),
        WS_CHANNEL_PROPERTY_CHANNEL_TYPE => p.store(channel.kind.0),
        WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN => p.store(BOOL::from(has_peer()?.is_session_shut_down)),
        WS_CHANNEL_PROPERTY_PROTECTION_LEVEL => p.store(WS_PROTECTION_LEVEL_NONE.0),
        WS_CHANNEL_PROPERTY_TRANSPORT_URL => match has_peer()?.transport_url {
            Some(url) => p.store(kept(channel, &url)?),
            None => Err(p.refuse("only channels of a listener over HTTP and net.tcp have it")),
        },
        WS_CHANNEL_PROPERTY_HTTP_CONNECTION_ID => match has_peer()?.http_connection_id {
            Some(id) => p.store(id),
            None => Err(p.refuse("only reply channels over HTTP have it")),
        },
        WS_CHANNEL_PROPERTY_REMOTE_IP_ADDRESS => match has_peer()?.remote {
            Some(remote) => p.store(socket_address(remote)),
            None => Err(p.refuse("the address of the peer is not known")),
        },
        WS_CHANNEL_PROPERTY_REMOTE_ADDRESS => match (has_peer()?.remote, channel.core().address()) {
            (_, Some(address)) => p.store(endpoint(kept(channel, &address.url)?)),
            (Some(remote), None) => p.store(endpoint(kept(channel, &format!("soap.udp://{remote}"))?)),
            (None, None) => Err(p.refuse("the address of the peer is not known")),
        },
        _ => channel.settings().store(p),
    }
}

fn endpoint(url: WS_STRING) -> WS_ENDPOINT_ADDRESS {
    WS_ENDPOINT_ADDRESS { url, headers: Ptr::NULL, extensions: Ptr::NULL, identity: Ptr::NULL }
}

/// A text that C may hold until the channel is reset.
fn kept(channel: &WS_CHANNEL, text: &str) -> Result<WS_STRING> {
    let heap: &WS_HEAP = &channel.results;
    heap.text(text, false)
}

/// A `SOCKADDR_STORAGE`: 128 bytes that begin with those of this system's `sockaddr_in` or `sockaddr_in6`.
type SocketAddress = [u8; 128];

fn socket_address(address: SocketAddr) -> SocketAddress {
    let mut storage = [0; 128];
    let (family, rest): (u16, Vec<u8>) = match address {
        SocketAddr::V4(v4) => (2, [&v4.port().to_be_bytes()[..], &v4.ip().octets()].concat()),
        SocketAddr::V6(v6) => {
            let parts: [&[u8]; 4] = [
                &v6.port().to_be_bytes(),
                &v6.flowinfo().to_ne_bytes(),
                &v6.ip().octets(),
                &v6.scope_id().to_ne_bytes(),
            ];
            (10, parts.concat())
        }
    };
    let bytes = family.to_ne_bytes().into_iter().chain(rest);
    storage.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    storage
}

fn set_property(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let mut settings = channel.settings().clone();
    match settings.change(Property { id: id.0, value, size })? {
        true => channel.change(settings),
        false => {
            *channel.settings() = settings;
            Ok(())
        }
    }
}
