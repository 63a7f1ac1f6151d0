//! The properties that a channel is made with (WWSAPI P.5).

use super::codec;
use crate::{
    abi::*,
    address, fault,
    property::{self, Property},
    ptr::Ptr,
    text,
};
use std::time::Duration;
use wws::{
    Error, Result,
    channel::{Binding, ChannelType, HeaderMapping, HttpMapping, Separator, TransferMode},
    soap::{AddressingVersion, Encoding, EnvelopeVersion},
    transport::{
        Timeouts,
        http::{CookieMode, CustomProxy, Proxy, Redirects},
        tcp::{IpVersion, KeepAlive},
    },
};

/// `INFINITE`, in milliseconds.
const INFINITE: u32 = u32::MAX;

/// The properties of a channel.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Those that the Rust interface has.
    pub binding: Binding,
    /// `ASYNC_CALLBACK_MODEL`.
    pub model: WS_CALLBACK_MODEL,
    /// `FAULTS_AS_ERRORS`.
    pub faults_as_errors: bool,
    /// `ENABLE_TIMEOUTS`.
    pub enable_timeouts: bool,
    /// Whether TLS protects what goes over the channel.
    pub is_secured: bool,
    /// What was said so far that depends on something else.
    given: Given,
}

#[derive(Clone, Debug, Default)]
struct Given {
    encoding: Option<Encoding>,
    envelope: Option<EnvelopeVersion>,
    addressing: Option<AddressingVersion>,
    /// In the order of the properties 11 to 16.
    timeouts: [Option<u32>; 6],
    keep_alive: bool,
    keep_alive_time: Option<u32>,
    keep_alive_interval: Option<u32>,
    proxy_mode: WS_HTTP_PROXY_SETTING_MODE,
    proxy: Option<CustomProxy>,
}

/// The binding with its defaults. Request and reply over net.tcp and net.pipe are streamed, without a session.
///
/// # Errors
/// `E_INVALIDARG` for a number that is no binding of a transport.
pub fn binding(of: WS_CHANNEL_BINDING, kind: ChannelType) -> Result<Binding> {
    let framed = |binding: Binding| match kind {
        ChannelType::REQUEST | ChannelType::REPLY => {
            binding.with_encoding(Encoding::Binary).with_transfer_mode(TransferMode::STREAMED)
        }
        _ => binding,
    };
    let mut binding = match of {
        WS_HTTP_CHANNEL_BINDING => Binding::http(),
        WS_TCP_CHANNEL_BINDING => framed(Binding::tcp()),
        WS_UDP_CHANNEL_BINDING => Binding::udp(),
        #[cfg(unix)]
        WS_NAMEDPIPE_CHANNEL_BINDING => framed(Binding::named_pipe()),
        WS_CHANNEL_BINDING(other) => {
            return Err(Error::argument(format!("{other} is no WS_CHANNEL_BINDING")));
        }
    };
    // WWSAPI P.5 #35: more than a writer of its own keeps.
    binding.writer.buffer_trim_size = 65_536;
    Ok(binding)
}

/// The type of a channel.
///
/// # Errors
/// `E_INVALIDARG` for a number that is none.
pub fn kind(of: WS_CHANNEL_TYPE) -> Result<ChannelType> {
    u32::try_from(of.0)
        .map(ChannelType)
        .map_err(|_| Error::argument(format!("{} is no WS_CHANNEL_TYPE", of.0)))
}

impl Settings {
    /// The defaults, changed by a list.
    ///
    /// # Errors
    /// `E_INVALIDARG` for a property that cannot be set, has another size, or contradicts another.
    pub fn new(binding: Binding, properties: Ptr<WS_CHANNEL_PROPERTY>, count: u32) -> Result<Self> {
        let mut settings = Settings {
            binding,
            model: WS_LONG_CALLBACK,
            faults_as_errors: true,
            enable_timeouts: true,
            is_secured: false,
            given: Given { proxy_mode: WS_HTTP_PROXY_SETTING_MODE_AUTO, ..Given::default() },
        };
        for p in property::list(properties, count)? {
            settings.apply(p)?;
        }
        settings.finish()?;
        Ok(settings)
    }

    /// Takes one property over.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    fn apply(&mut self, p: Property) -> Result<()> {
        let (b, given) = (&mut self.binding, &mut self.given);
        match WS_CHANNEL_PROPERTY_ID(p.id) {
            WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE => {
                b.max_buffered_message_size = p.read::<u32>()?.into();
            }
            WS_CHANNEL_PROPERTY_MAX_STREAMED_MESSAGE_SIZE => b.max_streamed_message_size = p.read::<u64>()?,
            WS_CHANNEL_PROPERTY_MAX_STREAMED_START_SIZE => {
                b.max_streamed_start_size = p.read::<u32>()? as usize;
            }
            WS_CHANNEL_PROPERTY_MAX_STREAMED_FLUSH_SIZE => {
                b.max_streamed_flush_size = p.read::<u32>()? as usize;
            }
            WS_CHANNEL_PROPERTY_ENCODING => {
                let number = p.read::<i32>()?;
                let encoding = Encoding::from_number(number)
                    .ok_or_else(|| p.refuse(&format!("{number} is no WS_ENCODING")))?;
                given.encoding = Some(encoding);
            }
            WS_CHANNEL_PROPERTY_ENVELOPE_VERSION => {
                given.envelope = Some(fault::version(WS_ENVELOPE_VERSION(p.read()?))?);
            }
            WS_CHANNEL_PROPERTY_ADDRESSING_VERSION => {
                given.addressing = Some(address::version(WS_ADDRESSING_VERSION(p.read()?))?);
            }
            WS_CHANNEL_PROPERTY_MAX_SESSION_DICTIONARY_SIZE => b.max_session_dictionary_size = p.read()?,
            WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL => self.model = model(p)?,
            WS_CHANNEL_PROPERTY_IP_VERSION => {
                let version = ip_version(p)?;
                (b.tcp.ip_version, b.udp.ip_version) = (version, version);
            }
            WS_CHANNEL_PROPERTY_ID(id @ 11..=16) => {
                let place = given.timeouts.get_mut(id as usize - 11);
                *place.ok_or_else(|| p.unknown())? = Some(p.read()?);
            }
            WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS => self.enable_timeouts = p.flag()?,
            WS_CHANNEL_PROPERTY_TRANSFER_MODE => {
                let bits = p.read::<i32>()?;
                if bits & !WS_STREAMED_TRANSFER_MODE.0 != 0 {
                    return Err(p.refuse(&format!("{bits} is no WS_TRANSFER_MODE")));
                }
                b.transfer_mode = TransferMode {
                    streamed_input: bits & WS_STREAMED_INPUT_TRANSFER_MODE.0 != 0,
                    streamed_output: bits & WS_STREAMED_OUTPUT_TRANSFER_MODE.0 != 0,
                };
            }
            WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE => b.udp.multicast_interface = p.read()?,
            WS_CHANNEL_PROPERTY_MULTICAST_HOPS => b.udp.multicast_hops = p.read()?,
            WS_CHANNEL_PROPERTY_NO_DELAY => b.tcp.no_delay = p.flag()?,
            WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES => given.keep_alive = p.flag()?,
            WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME => given.keep_alive_time = Some(p.read()?),
            WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL => given.keep_alive_interval = Some(p.read()?),
            WS_CHANNEL_PROPERTY_MAX_HTTP_SERVER_CONNECTIONS => {
                let most = p.read::<u32>()?;
                b.http.max_server_connections = (most != INFINITE).then_some(most as usize);
            }
            WS_CHANNEL_PROPERTY_TRIM_BUFFERED_MESSAGE_SIZE => b.writer.buffer_trim_size = p.read()?,
            WS_CHANNEL_PROPERTY_ENCODER => {
                let encoder: WS_CHANNEL_ENCODER = p.read()?;
                b.codecs = std::mem::take(&mut b.codecs).with_encoder(codec::encoder(encoder));
            }
            WS_CHANNEL_PROPERTY_DECODER => {
                let decoder: WS_CHANNEL_DECODER = p.read()?;
                b.codecs = codec::with_decoder(std::mem::take(&mut b.codecs), decoder);
            }
            WS_CHANNEL_PROPERTY_COOKIE_MODE => {
                b.http.cookies = match WS_COOKIE_MODE(p.read()?) {
                    WS_MANUAL_COOKIE_MODE => CookieMode::Manual,
                    WS_AUTO_COOKIE_MODE => CookieMode::Auto,
                    WS_COOKIE_MODE(other) => {
                        return Err(p.refuse(&format!("{other} is no WS_COOKIE_MODE")));
                    }
                }
            }
            WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE => {
                given.proxy_mode = WS_HTTP_PROXY_SETTING_MODE(p.read()?);
            }
            WS_CHANNEL_PROPERTY_CUSTOM_HTTP_PROXY => {
                let proxy: WS_CUSTOM_HTTP_PROXY = p.read()?;
                let bypass = text::string(&proxy.bypass, "bypass")?;
                let bypass = bypass.split([';', ' ']).filter(|host| !host.is_empty());
                given.proxy = Some(CustomProxy {
                    server: text::string(&proxy.servers, "servers")?,
                    bypass: bypass.map(str::to_owned).collect(),
                });
            }
            WS_CHANNEL_PROPERTY_HTTP_MESSAGE_MAPPING => b.http.mapping = mapping(p)?,
            WS_CHANNEL_PROPERTY_ENABLE_HTTP_REDIRECT => {
                let follow = p.flag()?;
                if !matches!(b.http.redirects, Redirects::Ask(_)) {
                    b.http.redirects = if follow { Redirects::Follow } else { Redirects::Refuse };
                }
            }
            WS_CHANNEL_PROPERTY_HTTP_REDIRECT_CALLBACK_CONTEXT => {
                let context: WS_HTTP_REDIRECT_CALLBACK_CONTEXT = p.read()?;
                b.http.redirects = codec::redirects(context);
            }
            WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS => self.faults_as_errors = p.flag()?,
            WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS => {
                if p.flag()? {
                    return Err(p.refuse("this library has no message security yet that a fault could lack"));
                }
            }
            WS_CHANNEL_PROPERTY_MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE => {
                b.http.max_request_headers_size = p.read::<u32>()? as usize;
            }
            WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_CALLBACKS | WS_CHANNEL_PROPERTY_CUSTOM_CHANNEL_PARAMETERS => {
                return Err(p.refuse("it is for WS_CUSTOM_CHANNEL_BINDING"));
            }
            WS_CHANNEL_PROPERTY_ID(0..=49) => return Err(p.refuse("it can only be read")),
            _ => return Err(p.unknown()),
        }
        Ok(())
    }

    /// Works out what depends on more than one property.
    fn finish(&mut self) -> Result<()> {
        let (b, given) = (&mut self.binding, &self.given);
        if let Some(encoding) = given.encoding {
            *b = b.clone().with_encoding(encoding);
        }
        b.version.envelope = given.envelope.unwrap_or(b.version.envelope);
        b.version.addressing = given.addressing.unwrap_or(b.version.addressing);
        // WWSAPI P.5 #17: what was said explicitly counts all the same.
        let mut limits = if self.enable_timeouts { Timeouts::default() } else { Timeouts::NONE };
        let places = [
            &mut limits.resolve,
            &mut limits.connect,
            &mut limits.send,
            &mut limits.receive_response,
            &mut limits.receive,
            &mut limits.close,
        ];
        for (place, given) in places.into_iter().zip(given.timeouts) {
            if let Some(given) = given {
                *place = limit(given);
            }
        }
        b.timeouts = limits;
        let mut keep_alive = KeepAlive::default();
        let duration = |ms: u32| Duration::from_millis(ms.into());
        keep_alive.time = given.keep_alive_time.map_or(keep_alive.time, duration);
        keep_alive.interval = given.keep_alive_interval.map_or(keep_alive.interval, duration);
        b.tcp.keep_alive = given.keep_alive.then_some(keep_alive);
        b.http.proxy = match (given.proxy_mode, &given.proxy) {
            (WS_HTTP_PROXY_SETTING_MODE_AUTO, _) => Proxy::Auto,
            (WS_HTTP_PROXY_SETTING_MODE_NONE, _) => Proxy::None,
            (WS_HTTP_PROXY_SETTING_MODE_CUSTOM, Some(proxy)) => Proxy::Custom(proxy.clone()),
            (WS_HTTP_PROXY_SETTING_MODE_CUSTOM, None) => {
                return Err(Error::argument(
                    "the proxy setting mode is CUSTOM, but there is no custom proxy",
                ));
            }
            (WS_HTTP_PROXY_SETTING_MODE(other), _) => {
                return Err(Error::argument(format!("{other} is no WS_HTTP_PROXY_SETTING_MODE")));
            }
        };
        Ok(())
    }

    /// `PROTECTION_LEVEL`.
    pub fn protection(&self) -> WS_PROTECTION_LEVEL {
        if self.is_secured { WS_PROTECTION_LEVEL_SIGN_AND_ENCRYPT } else { WS_PROTECTION_LEVEL_NONE }
    }

    /// Changes one property of a channel that exists. Says whether the channel has to be made again for that.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn change(&mut self, p: Property) -> Result<bool> {
        let id = WS_CHANNEL_PROPERTY_ID(p.id);
        match id {
            WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS => self.apply(p).map(|()| false),
            WS_CHANNEL_PROPERTY_RESOLVE_TIMEOUT | WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE => {
                self.apply(p)?;
                self.finish()?;
                Ok(true)
            }
            WS_CHANNEL_PROPERTY_ID(0..=49) => Err(p.refuse("it can be set when the channel is created only")),
            _ => Err(p.unknown()),
        }
    }

    /// Stores a property that is set.
    ///
    /// # Errors
    /// `E_INVALIDARG` for one that cannot be read, or another size.
    pub fn store(&self, p: Property) -> Result<()> {
        let (b, given) = (&self.binding, &self.given);
        let keep_alive = b.tcp.keep_alive.unwrap_or_default();
        let small = |size: u64| u32::try_from(size).unwrap_or(u32::MAX);
        let ms = |limit: Option<Duration>| limit.map_or(INFINITE, |d| small(d.as_millis() as u64));
        match WS_CHANNEL_PROPERTY_ID(p.id) {
            WS_CHANNEL_PROPERTY_MAX_BUFFERED_MESSAGE_SIZE => p.store(small(b.max_buffered_message_size)),
            WS_CHANNEL_PROPERTY_MAX_STREAMED_MESSAGE_SIZE => p.store(b.max_streamed_message_size),
            WS_CHANNEL_PROPERTY_MAX_STREAMED_START_SIZE => p.store(small(b.max_streamed_start_size as u64)),
            WS_CHANNEL_PROPERTY_MAX_STREAMED_FLUSH_SIZE => p.store(small(b.max_streamed_flush_size as u64)),
            WS_CHANNEL_PROPERTY_ENCODING => {
                let number = Encoding::ALL.iter().position(|encoding| *encoding == b.encoding);
                p.store(number.unwrap_or_default() as i32)
            }
            WS_CHANNEL_PROPERTY_ENVELOPE_VERSION => p.store(b.version.envelope as i32),
            WS_CHANNEL_PROPERTY_ADDRESSING_VERSION => p.store(b.version.addressing as i32),
            WS_CHANNEL_PROPERTY_MAX_SESSION_DICTIONARY_SIZE => p.store(b.max_session_dictionary_size),
            WS_CHANNEL_PROPERTY_ASYNC_CALLBACK_MODEL => p.store(self.model.0),
            WS_CHANNEL_PROPERTY_IP_VERSION => p.store(ip_number(b.tcp.ip_version)),
            WS_CHANNEL_PROPERTY_RESOLVE_TIMEOUT => p.store(ms(b.timeouts.resolve)),
            WS_CHANNEL_PROPERTY_CONNECT_TIMEOUT => p.store(ms(b.timeouts.connect)),
            WS_CHANNEL_PROPERTY_SEND_TIMEOUT => p.store(ms(b.timeouts.send)),
            WS_CHANNEL_PROPERTY_RECEIVE_RESPONSE_TIMEOUT => p.store(ms(b.timeouts.receive_response)),
            WS_CHANNEL_PROPERTY_RECEIVE_TIMEOUT => p.store(ms(b.timeouts.receive)),
            WS_CHANNEL_PROPERTY_CLOSE_TIMEOUT => p.store(ms(b.timeouts.close)),
            WS_CHANNEL_PROPERTY_ENABLE_TIMEOUTS => p.store(BOOL::from(self.enable_timeouts)),
            WS_CHANNEL_PROPERTY_TRANSFER_MODE => p.store(
                i32::from(b.transfer_mode.streamed_input) | i32::from(b.transfer_mode.streamed_output) << 1,
            ),
            WS_CHANNEL_PROPERTY_MULTICAST_INTERFACE => p.store(b.udp.multicast_interface),
            WS_CHANNEL_PROPERTY_MULTICAST_HOPS => p.store(b.udp.multicast_hops),
            WS_CHANNEL_PROPERTY_NO_DELAY => p.store(BOOL::from(b.tcp.no_delay)),
            WS_CHANNEL_PROPERTY_SEND_KEEP_ALIVES => p.store(BOOL::from(given.keep_alive)),
            WS_CHANNEL_PROPERTY_KEEP_ALIVE_TIME => p.store(ms(Some(keep_alive.time))),
            WS_CHANNEL_PROPERTY_KEEP_ALIVE_INTERVAL => p.store(ms(Some(keep_alive.interval))),
            WS_CHANNEL_PROPERTY_MAX_HTTP_SERVER_CONNECTIONS => {
                p.store(b.http.max_server_connections.map_or(INFINITE, |most| small(most as u64)))
            }
            WS_CHANNEL_PROPERTY_TRIM_BUFFERED_MESSAGE_SIZE => p.store(b.writer.buffer_trim_size),
            WS_CHANNEL_PROPERTY_COOKIE_MODE => p.store(match b.http.cookies {
                CookieMode::Manual => WS_MANUAL_COOKIE_MODE.0,
                CookieMode::Auto => WS_AUTO_COOKIE_MODE.0,
            }),
            WS_CHANNEL_PROPERTY_HTTP_PROXY_SETTING_MODE => p.store(given.proxy_mode.0),
            WS_CHANNEL_PROPERTY_ENABLE_HTTP_REDIRECT => {
                p.store(BOOL::from(matches!(b.http.redirects, Redirects::Follow)))
            }
            WS_CHANNEL_PROPERTY_FAULTS_AS_ERRORS => p.store(BOOL::from(self.faults_as_errors)),
            WS_CHANNEL_PROPERTY_ALLOW_UNSECURED_FAULTS => p.store(BOOL::from(false)),
            WS_CHANNEL_PROPERTY_MAX_HTTP_REQUEST_HEADERS_BUFFER_SIZE => {
                p.store(small(b.http.max_request_headers_size as u64))
            }
            WS_CHANNEL_PROPERTY_ID(0..=49) => Err(p.refuse("it cannot be read")),
            _ => Err(p.unknown()),
        }
    }
}

/// A number of milliseconds; `INFINITE` is no limit.
pub fn limit(ms: u32) -> Option<Duration> {
    (ms != INFINITE).then(|| Duration::from_millis(ms.into()))
}

/// A callback model.
///
/// # Errors
/// `E_INVALIDARG` if it is none.
pub fn model(p: Property) -> Result<WS_CALLBACK_MODEL> {
    match WS_CALLBACK_MODEL(p.read()?) {
        model @ (WS_SHORT_CALLBACK | WS_LONG_CALLBACK) => Ok(model),
        WS_CALLBACK_MODEL(other) => Err(p.refuse(&format!("{other} is no WS_CALLBACK_MODEL"))),
    }
}

/// A version of IP.
///
/// # Errors
/// `E_INVALIDARG` if it is none.
pub fn ip_version(p: Property) -> Result<IpVersion> {
    Ok(match WS_IP_VERSION(p.read()?) {
        WS_IP_VERSION_4 => IpVersion::V4,
        WS_IP_VERSION_6 => IpVersion::V6,
        WS_IP_VERSION_AUTO => IpVersion::Auto,
        WS_IP_VERSION(other) => return Err(p.refuse(&format!("{other} is no WS_IP_VERSION"))),
    })
}

/// The number of a version of IP.
pub fn ip_number(version: IpVersion) -> i32 {
    match version {
        IpVersion::V4 => WS_IP_VERSION_4.0,
        IpVersion::V6 => WS_IP_VERSION_6.0,
        IpVersion::Auto => WS_IP_VERSION_AUTO.0,
    }
}

fn mapping(p: Property) -> Result<HttpMapping> {
    let mapping: WS_HTTP_MESSAGE_MAPPING = p.read()?;
    let headers = |list: Ptr<Ptr<WS_HTTP_HEADER_MAPPING>>, count: u32| {
        let names = list.slice(count as usize, "header mappings")?.iter().map(|header| {
            let header = header.need("header mapping")?;
            let mapping = HeaderMapping::new(text::xml(&header.headerName, "headerName")?);
            let options = header.headerMappingOptions;
            let mapping = match options & !WS_HTTP_HEADER_MAPPING_QUOTED_VALUE {
                0 => mapping,
                WS_HTTP_HEADER_MAPPING_COMMA_SEPARATOR => mapping.separated(Separator::Comma),
                WS_HTTP_HEADER_MAPPING_SEMICOLON_SEPARATOR => mapping.separated(Separator::Semicolon),
                _ => return Err(p.refuse(&format!("{options} are no WS_HTTP_HEADER_MAPPING_OPTIONS"))),
            };
            Ok(match options & WS_HTTP_HEADER_MAPPING_QUOTED_VALUE {
                0 => mapping,
                _ => mapping.quoted(),
            })
        });
        names.collect::<Result<Vec<_>>>()
    };
    let (request, response) = (mapping.requestMappingOptions, mapping.responseMappingOptions);
    let known = WS_HTTP_RESPONSE_MAPPING_STATUS_CODE | WS_HTTP_RESPONSE_MAPPING_STATUS_TEXT;
    if request & !WS_HTTP_REQUEST_MAPPING_VERB != 0 || response & !known != 0 {
        return Err(p.refuse("there are no such mapping options"));
    }
    Ok(HttpMapping {
        request_headers: headers(mapping.requestHeaderMappings, mapping.requestHeaderMappingCount)?,
        response_headers: headers(mapping.responseHeaderMappings, mapping.responseHeaderMappingCount)?,
        verb: request != 0,
        status_code: response & WS_HTTP_RESPONSE_MAPPING_STATUS_CODE != 0,
        status_text: response & WS_HTTP_RESPONSE_MAPPING_STATUS_TEXT != 0,
    })
}
