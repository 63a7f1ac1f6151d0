//! Listeners created, and their properties (WWSAPI P.6).

use super::{
    built_in::BuiltIn,
    custom::Custom,
    object::{Driver, WS_LISTENER},
};
use crate::{
    abi::*,
    channel::settings,
    failure::WS_ERROR,
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
    security::description,
    text,
};
use std::time::Duration;
use wws::{Error, Result, channel::Binding, url::Matching};

exports! {
    fn WsCreateListener(channelType: WS_CHANNEL_TYPE, channelBinding: WS_CHANNEL_BINDING,
        properties: Ptr<WS_LISTENER_PROPERTY>, propertyCount: u32, securityDescription: Option<&WS_SECURITY_DESCRIPTION>,
        listener: Out<Ptr<WS_LISTENER>>; error) => create, error;
    fn WsGetListenerProperty(listener: &WS_LISTENER, id: WS_LISTENER_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property, error;
    fn WsSetListenerProperty(listener: &WS_LISTENER, id: WS_LISTENER_PROPERTY_ID, value: Void, valueSize: u32; error)
        => set_property, error;
}

fn create(
    kind: WS_CHANNEL_TYPE,
    of: WS_CHANNEL_BINDING,
    properties: Ptr<WS_LISTENER_PROPERTY>,
    count: u32,
    security: Option<&WS_SECURITY_DESCRIPTION>,
    listener: Out<Ptr<WS_LISTENER>>,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let kind = settings::kind(kind)?;
    let driver = if of == WS_CUSTOM_CHANNEL_BINDING {
        if security.is_some() {
            return Err(Error::argument(
                "a custom listener has no security description: give it to the listener below",
            ));
        }
        Driver::Custom(Custom::new(kind, properties, count, error)?)
    } else {
        let mut binding = settings::binding(of, kind)?;
        // WWSAPI P.6 #11, #12.
        binding.listener.to_header_matching = Matching::DEFAULT;
        binding.listener.transport_url_matching = Matching::DEFAULT;
        let mut model = WS_LONG_CALLBACK;
        for p in property::list(properties, count)? {
            apply(&mut binding, &mut model, p)?;
        }
        Driver::BuiltIn(Box::new(BuiltIn::new(
            kind,
            binding,
            model,
            description::secure_listener(of, security, error)?,
        )?))
    };
    listener.set(Ptr::give(Box::new(WS_LISTENER::new(kind, of, driver))));
    Ok(())
}

fn apply(b: &mut Binding, model: &mut WS_CALLBACK_MODEL, p: Property) -> Result<()> {
    match WS_LISTENER_PROPERTY_ID(p.id) {
        WS_LISTENER_PROPERTY_LISTEN_BACKLOG => b.tcp.backlog = p.read()?,
        WS_LISTENER_PROPERTY_IP_VERSION => {
            let version = settings::ip_version(p)?;
            (b.tcp.ip_version, b.udp.ip_version) = (version, version);
        }
        WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL => *model = settings::model(p)?,
        WS_LISTENER_PROPERTY_CONNECT_TIMEOUT => b.listener.connect_timeout = settings::limit(p.read()?),
        WS_LISTENER_PROPERTY_IS_MULTICAST => b.udp.is_multicast = p.flag()?,
        WS_LISTENER_PROPERTY_MULTICAST_INTERFACES => {
            b.udp.multicast_interfaces = interfaces(p)?;
        }
        WS_LISTENER_PROPERTY_MULTICAST_LOOPBACK => b.udp.multicast_loopback = p.flag()?,
        WS_LISTENER_PROPERTY_CLOSE_TIMEOUT => {
            b.listener.close_timeout = Duration::from_millis(p.read::<u32>()?.into());
        }
        WS_LISTENER_PROPERTY_DISALLOWED_USER_AGENT => {
            let list: WS_DISALLOWED_USER_AGENT_SUBSTRINGS = p.read()?;
            let strings = list.subStrings.slice(list.subStringCount as usize, "subStrings")?.iter();
            let strings = strings.map(|s| text::string(s.need("subString")?, "subString"));
            b.listener.disallowed_user_agents = strings.collect::<Result<_>>()?;
        }
        WS_LISTENER_PROPERTY_TO_HEADER_MATCHING_OPTIONS => b.listener.to_header_matching = matching(p)?,
        WS_LISTENER_PROPERTY_TRANSPORT_URL_MATCHING_OPTIONS => {
            b.listener.transport_url_matching = matching(p)?;
        }
        WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS | WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS => {
            return Err(p.refuse("it is for WS_CUSTOM_CHANNEL_BINDING"));
        }
        WS_LISTENER_PROPERTY_ID(0..=16) => return Err(p.refuse("it can only be read")),
        _ => return Err(p.unknown()),
    }
    Ok(())
}

fn interfaces(p: Property) -> Result<Vec<u32>> {
    let count = p.size as usize / size_of::<u32>();
    if !(p.size as usize).is_multiple_of(size_of::<u32>()) {
        return Err(p.refuse("it is an array of ULONG"));
    }
    Ok(p.value.cast::<u32>().slice(count, "value")?.to_vec())
}

fn matching(p: Property) -> Result<Matching> {
    Matching::from_bits(p.read()?).map_err(|error| p.refuse(&error.to_string()))
}

fn property(
    listener: &WS_LISTENER,
    id: WS_LISTENER_PROPERTY_ID,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let p = Property { id: id.0, value, size };
    match (id, &listener.driver) {
        (WS_LISTENER_PROPERTY_STATE, _) => p.store(listener.state() as i32),
        (WS_LISTENER_PROPERTY_CHANNEL_TYPE, _) => p.store(listener.kind.0),
        (WS_LISTENER_PROPERTY_CHANNEL_BINDING, _) => p.store(listener.binding.0),
        (WS_LISTENER_PROPERTY_CUSTOM_LISTENER_INSTANCE, Driver::Custom(driver)) => p.store(driver.instance()),
        (
            WS_LISTENER_PROPERTY_CUSTOM_LISTENER_CALLBACKS | WS_LISTENER_PROPERTY_CUSTOM_LISTENER_PARAMETERS,
            _,
        ) => Err(p.refuse("it cannot be read")),
        (_, Driver::Custom(driver)) => driver.get(p, error),
        (_, Driver::BuiltIn(driver)) => built_in_property(driver, p),
    }
}

fn built_in_property(driver: &BuiltIn, p: Property) -> Result<()> {
    let state = driver.lock();
    let b = &state.binding;
    let ms = |d: Duration| u32::try_from(d.as_millis()).unwrap_or(u32::MAX);
    match WS_LISTENER_PROPERTY_ID(p.id) {
        WS_LISTENER_PROPERTY_LISTEN_BACKLOG => p.store(b.tcp.backlog),
        WS_LISTENER_PROPERTY_IP_VERSION => p.store(settings::ip_number(b.tcp.ip_version)),
        WS_LISTENER_PROPERTY_ASYNC_CALLBACK_MODEL => p.store(state.model.0),
        WS_LISTENER_PROPERTY_CONNECT_TIMEOUT => p.store(b.listener.connect_timeout.map_or(u32::MAX, ms)),
        WS_LISTENER_PROPERTY_IS_MULTICAST => p.store(BOOL::from(b.udp.is_multicast)),
        WS_LISTENER_PROPERTY_MULTICAST_LOOPBACK => p.store(BOOL::from(b.udp.multicast_loopback)),
        WS_LISTENER_PROPERTY_CLOSE_TIMEOUT => p.store(ms(b.listener.close_timeout)),
        WS_LISTENER_PROPERTY_ID(0..=16) => Err(p.refuse("it cannot be read")),
        _ => Err(p.unknown()),
    }
}

fn set_property(
    listener: &WS_LISTENER,
    id: WS_LISTENER_PROPERTY_ID,
    value: Void,
    size: u32,
    error: Ptr<WS_ERROR>,
) -> Result<()> {
    let p = Property { id: id.0, value, size };
    match (id, &listener.driver) {
        (WS_LISTENER_PROPERTY_ID(13..=15), Driver::Custom(_)) => {
            Err(p.refuse("it can be set when the listener is created only"))
        }
        (_, Driver::Custom(driver)) => driver.set(p, error),
        // WWSAPI P.6 #8.
        (WS_LISTENER_PROPERTY_MULTICAST_INTERFACES, Driver::BuiltIn(driver)) => {
            driver.set_interfaces(interfaces(p)?)
        }
        (WS_LISTENER_PROPERTY_ID(0..=16), _) => {
            Err(p.refuse("it can be set when the listener is created only"))
        }
        _ => Err(p.unknown()),
    }
}
