//! URLs (WWSAPI Q).

use crate::{
    abi::{
        WS_HTTP_URL, WS_STRING, WS_URL, WS_URL_FLAGS_ALLOW_HOST_WILDCARDS, WS_URL_FLAGS_NO_PATH_COLLAPSE,
        WS_URL_FLAGS_ZERO_TERMINATE, WS_URL_SCHEME_TYPE,
    },
    heap::WS_HEAP,
    param::Out,
    ptr::Ptr,
    text,
};
use wws::{
    Error, Result,
    url::{Flags, Scheme, Url, combine},
};

exports! {
    fn WsDecodeUrl(url: &WS_STRING, flags: u32, heap: &WS_HEAP, outUrl: Out<Ptr<WS_URL>>; error) => decode;
    fn WsEncodeUrl(url: &WS_URL, flags: u32, heap: &WS_HEAP, outUrl: Out<WS_STRING>; error) => encode;
    fn WsCombineUrl(baseUrl: &WS_STRING, referenceUrl: &WS_STRING, flags: u32, heap: &WS_HEAP,
        resultUrl: Out<WS_STRING>; error) => combine_urls;
}

/// All schemes have structs of one shape; this is it.
type AnyUrl = WS_HTTP_URL;

/// The port of a URL that has none.
const NO_PORT: u16 = 0xFFFF;

fn decode(url: &WS_STRING, flags: u32, heap: &WS_HEAP, out: Out<Ptr<WS_URL>>) -> Result<()> {
    let (flags, zero) = split_flags(flags)?;
    let url = Url::decode(&text::string(url, "url")?, flags)?;
    let part = |part: &str| heap.text(part, zero);
    let decoded = AnyUrl {
        url: WS_URL { scheme: WS_URL_SCHEME_TYPE(url.scheme as i32) },
        host: part(&url.host)?,
        port: url.port.unwrap_or(NO_PORT),
        portAsString: part(&url.port_text)?,
        path: part(&url.path)?,
        query: part(&url.query)?,
        fragment: part(&url.fragment)?,
    };
    out.set(heap.store(decoded)?.cast());
    Ok(())
}

fn encode(url: &WS_URL, flags: u32, heap: &WS_HEAP, out: Out<WS_STRING>) -> Result<()> {
    let (_, zero) = split_flags(flags)?;
    let scheme = Scheme::ALL.into_iter().find(|s| *s as i32 == url.scheme.0);
    let scheme =
        scheme.ok_or_else(|| Error::argument(format!("{} is no WS_URL_SCHEME_TYPE", url.scheme.0)))?;
    let parts = Ptr::to(url).cast::<AnyUrl>().need("url")?;
    let no_port = parts.port == NO_PORT && scheme.default_port().is_none();
    let url = Url {
        scheme,
        host: text::string(&parts.host, "host")?,
        port: (!no_port).then_some(parts.port),
        port_text: text::string(&parts.portAsString, "portAsString")?,
        path: text::string(&parts.path, "path")?,
        query: text::string(&parts.query, "query")?,
        fragment: text::string(&parts.fragment, "fragment")?,
    };
    out.set(heap.text(&url.encode()?, zero)?);
    Ok(())
}

fn combine_urls(
    base: &WS_STRING,
    reference: &WS_STRING,
    flags: u32,
    heap: &WS_HEAP,
    out: Out<WS_STRING>,
) -> Result<()> {
    let (flags, zero) = split_flags(flags)?;
    let url = combine(&text::string(base, "baseUrl")?, &text::string(reference, "referenceUrl")?, flags)?;
    out.set(heap.text(&url, zero)?);
    Ok(())
}

/// The flags of the Rust API, and whether strings end with a zero.
fn split_flags(flags: u32) -> Result<(Flags, bool)> {
    let known =
        WS_URL_FLAGS_ALLOW_HOST_WILDCARDS | WS_URL_FLAGS_NO_PATH_COLLAPSE | WS_URL_FLAGS_ZERO_TERMINATE;
    if flags & !known != 0 {
        return Err(Error::argument(format!("{flags:#x} has bits that are no WS_URL_FLAGS")));
    }
    let has = |flag| flags & flag != 0;
    let allow_host_wildcards = has(WS_URL_FLAGS_ALLOW_HOST_WILDCARDS);
    let no_path_collapse = has(WS_URL_FLAGS_NO_PATH_COLLAPSE);
    Ok((Flags { allow_host_wildcards, no_path_collapse }, has(WS_URL_FLAGS_ZERO_TERMINATE)))
}
