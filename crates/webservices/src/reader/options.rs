//! The properties of a reader (WWSAPI P.1).

use super::object::{Settings, WS_XML_READER};
use crate::{
    abi::*,
    handle::Handle,
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
};
use wws::{
    Error, Place, Result,
    xml::{Charset, ReaderOptions},
};

exports! {
    fn WsCreateReader(properties: Ptr<WS_XML_READER_PROPERTY>, propertyCount: u32, reader: Out<Ptr<WS_XML_READER>>;
        error) => create;
    void WsFreeReader(reader: Ptr<WS_XML_READER>) => free;
    fn WsGetReaderProperty(reader: &WS_XML_READER, id: WS_XML_READER_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property;
}

fn create(
    properties: Ptr<WS_XML_READER_PROPERTY>,
    count: u32,
    reader: Out<Ptr<WS_XML_READER>>,
) -> Result<()> {
    let mut settings = Settings { core: ReaderOptions::default(), utf8_trim_size: 4096 };
    apply(&mut settings, properties, count)?;
    reader.set(Ptr::give(Box::new(WS_XML_READER::new(settings))));
    Ok(())
}

fn free(reader: Ptr<WS_XML_READER>) {
    // A reader that is being used, by a callback that frees it, must not go away under the call.
    if WS_XML_READER::find(reader, "").is_ok_and(|r| r.lock().is_ok()) {
        Handle::free(reader);
    }
}

/// Sets the properties of a list.
///
/// # Errors
/// `E_INVALIDARG` for one that is unknown, cannot be set, or has another size.
pub fn apply(settings: &mut Settings, properties: Ptr<WS_XML_READER_PROPERTY>, count: u32) -> Result<()> {
    let options = &mut settings.core;
    for p in property::list(properties, count)? {
        match WS_XML_READER_PROPERTY_ID(p.id) {
            WS_XML_READER_PROPERTY_MAX_DEPTH => options.max_depth = p.read()?,
            WS_XML_READER_PROPERTY_ALLOW_FRAGMENT => options.allow_fragment = p.flag()?,
            WS_XML_READER_PROPERTY_MAX_ATTRIBUTES => options.max_attributes = p.read()?,
            WS_XML_READER_PROPERTY_READ_DECLARATION => options.read_declaration = p.flag()?,
            WS_XML_READER_PROPERTY_UTF8_TRIM_SIZE => settings.utf8_trim_size = p.read()?,
            WS_XML_READER_PROPERTY_STREAM_BUFFER_SIZE => options.stream_buffer_size = p.read()?,
            WS_XML_READER_PROPERTY_STREAM_MAX_ROOT_MIME_PART_SIZE => {
                options.stream_max_root_mime_part_size = p.read()?;
            }
            WS_XML_READER_PROPERTY_STREAM_MAX_MIME_HEADERS_SIZE => {
                options.stream_max_mime_headers_size = p.read()?
            }
            WS_XML_READER_PROPERTY_MAX_MIME_PARTS => options.max_mime_parts = p.read()?,
            WS_XML_READER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES => {
                options.allow_invalid_character_references = p.flag()?;
            }
            WS_XML_READER_PROPERTY_MAX_NAMESPACES => options.max_namespaces = p.read()?,
            WS_XML_READER_PROPERTY_CHARSET
            | WS_XML_READER_PROPERTY_ROW
            | WS_XML_READER_PROPERTY_COLUMN
            | WS_XML_READER_PROPERTY_IN_ATTRIBUTE => return Err(p.refuse("it can only be read")),
            _ => return Err(p.unknown()),
        }
    }
    Ok(())
}

fn property(reader: &WS_XML_READER, id: WS_XML_READER_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let state = reader.lock()?;
    let options = &state.settings.core;
    let p = Property { id: id.0, value, size };
    match id {
        WS_XML_READER_PROPERTY_MAX_DEPTH => p.store(options.max_depth),
        WS_XML_READER_PROPERTY_ALLOW_FRAGMENT => p.store(BOOL::from(options.allow_fragment)),
        WS_XML_READER_PROPERTY_MAX_ATTRIBUTES => p.store(options.max_attributes),
        WS_XML_READER_PROPERTY_READ_DECLARATION => p.store(BOOL::from(options.read_declaration)),
        WS_XML_READER_PROPERTY_CHARSET => p.store(match state.core.charset() {
            Some(Charset::Utf8) => WS_CHARSET_UTF8,
            Some(Charset::Utf16Le) => WS_CHARSET_UTF16LE,
            Some(Charset::Utf16Be) => WS_CHARSET_UTF16BE,
            None => return Err(no_charset()),
        }),
        WS_XML_READER_PROPERTY_ROW => p.store(line(state.core.place())?.row),
        WS_XML_READER_PROPERTY_COLUMN => p.store(line(state.core.place())?.column),
        WS_XML_READER_PROPERTY_UTF8_TRIM_SIZE => p.store(state.settings.utf8_trim_size),
        WS_XML_READER_PROPERTY_STREAM_BUFFER_SIZE => p.store(options.stream_buffer_size),
        WS_XML_READER_PROPERTY_IN_ATTRIBUTE => p.store(BOOL::from(state.core.in_attribute())),
        WS_XML_READER_PROPERTY_STREAM_MAX_ROOT_MIME_PART_SIZE => {
            p.store(options.stream_max_root_mime_part_size)
        }
        WS_XML_READER_PROPERTY_STREAM_MAX_MIME_HEADERS_SIZE => p.store(options.stream_max_mime_headers_size),
        WS_XML_READER_PROPERTY_MAX_MIME_PARTS => p.store(options.max_mime_parts),
        WS_XML_READER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES => {
            p.store(BOOL::from(options.allow_invalid_character_references))
        }
        WS_XML_READER_PROPERTY_MAX_NAMESPACES => p.store(options.max_namespaces),
        _ => Err(p.unknown()),
    }
}

/// A place that has lines.
fn line(place: Place) -> Result<Place> {
    if place.has_lines {
        return Ok(place);
    }
    Err(Error::operation("only a text document has rows and columns"))
}

#[cold]
fn no_charset() -> Error {
    Error::operation(
        "only a text document has a character set, and of a stream the first bytes must be filled",
    )
}
