//! The properties of a writer (WWSAPI P.2).

use super::object::{State, Target, WS_XML_WRITER};
use crate::{
    abi::*,
    handle::Handle,
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
};
use wws::{
    Error, Result,
    xml::{Charset, WriterOptions},
};

exports! {
    fn WsCreateWriter(properties: Ptr<WS_XML_WRITER_PROPERTY>, propertyCount: u32, writer: Out<Ptr<WS_XML_WRITER>>;
        error) => create;
    void WsFreeWriter(writer: Ptr<WS_XML_WRITER>) => free;
    fn WsGetWriterProperty(writer: &WS_XML_WRITER, id: WS_XML_WRITER_PROPERTY_ID, value: Void, valueSize: u32; error)
        => property;
}

fn create(
    properties: Ptr<WS_XML_WRITER_PROPERTY>,
    count: u32,
    writer: Out<Ptr<WS_XML_WRITER>>,
) -> Result<()> {
    let mut options = WriterOptions { buffer_max_size: u32::MAX.into(), ..WriterOptions::default() };
    apply(&mut options, properties, count)?;
    writer.set(Ptr::give(Box::new(WS_XML_WRITER::new(options))));
    Ok(())
}

fn free(writer: Ptr<WS_XML_WRITER>) {
    // A writer that is being used, by a callback that frees it, must not go away under the call.
    if WS_XML_WRITER::find(writer, "").is_ok_and(|w| w.lock().is_ok()) {
        Handle::free(writer);
    }
}

/// Sets the properties of a list.
///
/// # Errors
/// `E_INVALIDARG` for one that is unknown, cannot be set, or has another size.
pub fn apply(options: &mut WriterOptions, properties: Ptr<WS_XML_WRITER_PROPERTY>, count: u32) -> Result<()> {
    for p in property::list(properties, count)? {
        match WS_XML_WRITER_PROPERTY_ID(p.id) {
            WS_XML_WRITER_PROPERTY_MAX_DEPTH => options.max_depth = p.read()?,
            WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT => options.allow_fragment = p.flag()?,
            WS_XML_WRITER_PROPERTY_MAX_ATTRIBUTES => options.max_attributes = p.read()?,
            WS_XML_WRITER_PROPERTY_WRITE_DECLARATION => options.write_declaration = p.flag()?,
            WS_XML_WRITER_PROPERTY_INDENT => options.indent = p.read()?,
            WS_XML_WRITER_PROPERTY_BUFFER_TRIM_SIZE => options.buffer_trim_size = p.read()?,
            WS_XML_WRITER_PROPERTY_BUFFER_MAX_SIZE => options.buffer_max_size = p.read::<u32>()?.into(),
            WS_XML_WRITER_PROPERTY_MAX_MIME_PARTS_BUFFER_SIZE => {
                options.max_mime_parts_buffer_size = p.read::<u32>()?.into();
            }
            // A hint: the memory is checked and not used, since the writer's own buffer is enough.
            WS_XML_WRITER_PROPERTY_INITIAL_BUFFER => {
                let memory: WS_BYTES = p.read()?;
                memory.bytes.slice(memory.length as usize, "bytes")?;
            }
            WS_XML_WRITER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES => {
                options.allow_invalid_character_references = p.flag()?;
            }
            WS_XML_WRITER_PROPERTY_MAX_NAMESPACES => options.max_namespaces = p.read()?,
            WS_XML_WRITER_PROPERTY_COMPRESS_EMPTY_ELEMENTS => options.compress_empty_elements = p.flag()?,
            WS_XML_WRITER_PROPERTY_EMIT_UNCOMPRESSED_EMPTY_ELEMENTS => {
                options.emit_uncompressed_empty_elements = p.flag()?;
            }
            WS_XML_WRITER_PROPERTY_CHARSET
            | WS_XML_WRITER_PROPERTY_BUFFERS
            | WS_XML_WRITER_PROPERTY_BYTES
            | WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE
            | WS_XML_WRITER_PROPERTY_BYTES_WRITTEN
            | WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE => return Err(p.refuse("it can only be read")),
            _ => return Err(p.unknown()),
        }
    }
    Ok(())
}

fn property(writer: &WS_XML_WRITER, id: WS_XML_WRITER_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let mut state = writer.lock()?;
    let p = Property { id: id.0, value, size };
    let options = match state.target {
        Target::Nothing => &state.defaults,
        _ => state.core.options(),
    };
    match id {
        WS_XML_WRITER_PROPERTY_MAX_DEPTH => p.store(options.max_depth),
        WS_XML_WRITER_PROPERTY_ALLOW_FRAGMENT => p.store(BOOL::from(options.allow_fragment)),
        WS_XML_WRITER_PROPERTY_MAX_ATTRIBUTES => p.store(options.max_attributes),
        WS_XML_WRITER_PROPERTY_WRITE_DECLARATION => p.store(BOOL::from(options.write_declaration)),
        WS_XML_WRITER_PROPERTY_INDENT => p.store(options.indent),
        WS_XML_WRITER_PROPERTY_BUFFER_TRIM_SIZE => p.store(options.buffer_trim_size),
        WS_XML_WRITER_PROPERTY_BUFFER_MAX_SIZE => p.store(saturated(options.buffer_max_size)),
        WS_XML_WRITER_PROPERTY_MAX_MIME_PARTS_BUFFER_SIZE => {
            p.store(saturated(options.max_mime_parts_buffer_size))
        }
        WS_XML_WRITER_PROPERTY_ALLOW_INVALID_CHARACTER_REFERENCES => {
            p.store(BOOL::from(options.allow_invalid_character_references))
        }
        WS_XML_WRITER_PROPERTY_MAX_NAMESPACES => p.store(options.max_namespaces),
        WS_XML_WRITER_PROPERTY_COMPRESS_EMPTY_ELEMENTS => {
            p.store(BOOL::from(options.compress_empty_elements))
        }
        WS_XML_WRITER_PROPERTY_EMIT_UNCOMPRESSED_EMPTY_ELEMENTS => {
            p.store(BOOL::from(options.emit_uncompressed_empty_elements))
        }
        WS_XML_WRITER_PROPERTY_INITIAL_BUFFER => Err(p.refuse("it can only be set")),
        WS_XML_WRITER_PROPERTY_IN_ATTRIBUTE => p.store(BOOL::from(state.core.in_attribute())),
        WS_XML_WRITER_PROPERTY_CHARSET
        | WS_XML_WRITER_PROPERTY_BUFFERS
        | WS_XML_WRITER_PROPERTY_BYTES
        | WS_XML_WRITER_PROPERTY_BYTES_WRITTEN
        | WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE => of_output(&mut state, p),
        _ => Err(p.unknown()),
    }
}

/// The properties of the present document.
fn of_output(state: &mut State, p: Property) -> Result<()> {
    match state.target {
        Target::Nothing => return Err(Error::operation("the writer has no output: call WsSetOutput first")),
        Target::Buffer(_) => return Err(Error::operation("the output is an XML buffer, which has no bytes")),
        Target::Channel if WS_XML_WRITER_PROPERTY_ID(p.id) != WS_XML_WRITER_PROPERTY_CHARSET => {
            return Err(Error::operation("the output is a channel: what was written is there"));
        }
        Target::Memory | Target::Stream(_) | Target::Channel => {}
    }
    match WS_XML_WRITER_PROPERTY_ID(p.id) {
        WS_XML_WRITER_PROPERTY_CHARSET => p.store(charset(state.core.charset()?)),
        WS_XML_WRITER_PROPERTY_BYTES_WRITTEN => p.store(saturated(state.core.bytes_written())),
        WS_XML_WRITER_PROPERTY_BYTES_TO_CLOSE => p.store(saturated(state.core.bytes_to_close())),
        WS_XML_WRITER_PROPERTY_BYTES => {
            let bytes = state.core.output_bytes()?;
            let length = u32::try_from(bytes.len())
                .map_err(|_| Error::quota("the document has more than 4 GiB: ask for BUFFERS"))?;
            p.store(WS_BYTES { length, bytes: Ptr::first(bytes) })
        }
        _ => {
            let State { core, results, .. } = state;
            let pieces = core.output_buffers()?;
            let chunks = pieces.iter().flat_map(|piece| piece.chunks(u32::MAX as usize));
            let list: Vec<WS_BYTES> =
                chunks.map(|c| WS_BYTES { length: c.len() as u32, bytes: Ptr::first(c) }).collect();
            results.reset();
            let place = results.alloc(size_of_val::<[WS_BYTES]>(&list))?.cast::<WS_BYTES>();
            for (i, bytes) in list.iter().enumerate() {
                place.byte_add(i * size_of::<WS_BYTES>()).set(*bytes);
            }
            p.store(WS_BUFFERS { bufferCount: list.len() as u32, buffers: place })
        }
    }
}

/// A character set as C numbers it.
pub fn charset(charset: Charset) -> WS_CHARSET {
    match charset {
        Charset::Utf8 => WS_CHARSET_UTF8,
        Charset::Utf16Le => WS_CHARSET_UTF16LE,
        Charset::Utf16Be => WS_CHARSET_UTF16BE,
    }
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
