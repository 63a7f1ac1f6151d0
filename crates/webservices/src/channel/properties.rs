//! Channels created, and their properties (WWSAPI P.5).

use super::{
    built_in::BuiltIn,
    custom,
    object::{Driver, WS_CHANNEL},
    settings::{self, Settings},
};
use crate::{
    abi::*,
    failure::WS_ERROR,
    heap::WS_HEAP,
    message::{object::WS_MESSAGE, properties},
    param::Out,
    property::Property,
    ptr::{Ptr, Void},
    security::description,
};
use std::net::SocketAddr;
use wws::{
    Error, Result,
    channel::{ChannelState, ChannelType},
};

exports! {
    fn WsCreateChannel(channelType: WS_CHANNEL_TYPE, channelBinding: WS_CHANNEL_BINDING,
        properties: Ptr<WS_CHANNEL_PROPERTY>, propertyCount: u32, securityDescription: Option<&WS_SECURITY_DESCRIPTION>,
        channel: Out<Ptr<WS_CHANNEL>>; error) => create, error;
    fn WsGetChannelProperty(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property, error;
    fn WsSetChannelProperty(channel: &WS_CHANNEL, id: WS_CHANNEL_PROPERTY_ID, value: Void, valueSize: u32; error)
        => set_property, error;
    fn WsCreateMessageForChannel(channel: &WS_CHANNEL, properties: Ptr<WS_MESSAGE_PROPERTY>, propertyCount: u32,
        message: Out<Ptr<WS_MESSAGE>>; error) => create_message, error;
}

fn create(
    kind: WS_CHANNEL_TYPE,
    binding: WS_CHANNEL_BINDING,
    properties: Ptr<WS_CHANNEL_PROPERTY>,
    count: u32,
    security: Option<&WS_SECURITY_DESCRIPTION>,
    channel: Out<Ptr<WS_CHANNEL>>,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let kind = settings::kind(kind)?;
    let driver = if binding == WS_CUSTOM_CHANNEL_BINDING {
        if security.is_some() {
            return Err(Error::argument(
                "a custom channel has no security description: give it to the channel below",
            ));
        }
        Driver::Custom(Box::new(custom::Settings::new(properties, count)?.create(kind, error)?))
    } else {
        if kind.has(ChannelType::REPLY) {
            return Err(Error::argument(
                "a reply channel is made for a listener: WsCreateChannelForListener",
            ));
        }
        let mut secured = settings::binding(binding, kind)?;
        let is_secured = description::secure_client(&mut secured, binding, security, error)?;
        let mut settings = Settings::new(secured, properties, count)?;
        settings.is_secured = is_secured;
        Driver::BuiltIn(Box::new(BuiltIn::new(kind, settings)?))
    };
    channel.set(Ptr::give(Box::new(WS_CHANNEL::new(kind, driver, Ptr::NULL))));
    Ok(())
}

fn create_message(
    channel: &WS_CHANNEL,
    properties: Ptr<WS_MESSAGE_PROPERTY>,
    count: u32,
    message: Out<Ptr<WS_MESSAGE>>,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let version = match &channel.driver {
        Driver::BuiltIn(driver) => driver.settings().binding.version,
        Driver::Custom(driver) => driver.version(error)?,
    };
    message.set(Ptr::give(Box::new(properties::make(version, properties, count)?)));
    Ok(())
}

fn property(
    channel: &WS_CHANNEL,
    id: WS_CHANNEL_PROPERTY_ID,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let p = Property { id: id.0, value, size };
    match (id, &channel.driver) {
        (WS_CHANNEL_PROPERTY_STATE, _) => p.store(channel.state() as i32),
        (WS_CHANNEL_PROPERTY_CHANNEL_TYPE, _) => p.store(channel.kind.0),
        (WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_INSTANCE, Driver::Custom(driver)) => p.store(driver.instance()),
        (WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS | WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS, _) => {
            Err(p.refuse("it cannot be read"))
        }
        (_, Driver::Custom(driver)) => driver.get(p, error),
        (_, Driver::BuiltIn(driver)) => built_in_property(channel, driver, p),
    }
}

fn built_in_property(channel: &WS_CHANNEL, driver: &BuiltIn, p: Property) -> Result<()> {
    let has_peer = || match driver.state() {
        ChannelState::Open | ChannelState::Faulted | ChannelState::Closing => Ok(driver.core().info()),
        state => Err(Error::operation(format!("the channel is in the state {state:?}: it has no peer"))),
    };
    match WS_CHANNEL_PROPERTY_ID(p.id) {
        WS_CHANNEL_PROPERTY_IS_SESSION_SHUT_DOWN => p.store(BOOL::from(has_peer()?.is_session_shut_down)),
        WS_CHANNEL_PROPERTY_PROTECTION_LEVEL => p.store(driver.settings().protection().0),
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
        WS_CHANNEL_PROPERTY_REMOTE_ADDRESS => match (has_peer()?.remote, driver.core().address()) {
            (_, Some(address)) => p.store(endpoint(kept(channel, &address.url)?)),
            (Some(remote), None) => p.store(endpoint(kept(channel, &format!("soap.udp://{remote}"))?)),
            (None, None) => Err(p.refuse("the address of the peer is not known")),
        },
        _ => driver.settings().store(p),
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

fn set_property(
    channel: &WS_CHANNEL,
    id: WS_CHANNEL_PROPERTY_ID,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let p = Property { id: id.0, value, size };
    let driver = match &channel.driver {
        Driver::BuiltIn(driver) => driver,
        Driver::Custom(_) if matches!(id.0, 24..=26) => {
            return Err(p.refuse("it can be set when the channel is created only"));
        }
        Driver::Custom(driver) => return driver.set(p, error),
    };
    let mut settings = driver.settings().clone();
    match settings.change(p)? {
        true => driver.change(settings),
        false => {
            *driver.settings() = settings;
            Ok(())
        }
    }
}
