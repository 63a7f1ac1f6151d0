//! `WsReadEndpointAddressExtension`: where the metadata of an endpoint is (WWSAPI Q).

use super::value::{missing, read_check, store};
use crate::{
    abi::*,
    address,
    buffer::{object::WS_XML_BUFFER, position},
    handle::Handle,
    heap::WS_HEAP,
    ptr::{Ptr, Void},
    reader::object::WS_XML_READER,
};
use wws::{
    Error, Result,
    soap::{AddressingVersion, EndpointAddress},
    xml::{NodeType, Reader},
};

exports! {
    fn WsReadEndpointAddressExtension(reader: &WS_XML_READER, endpointAddress: &WS_ENDPOINT_ADDRESS,
        extensionType: WS_ENDPOINT_ADDRESS_EXTENSION_TYPE, readOption: WS_READ_OPTION, heap: &WS_HEAP, value: Void,
        valueSize: u32; error) => read;
}

/// WS-MetadataExchange 4: an endpoint reference to metadata stands in this element.
const REFERENCE: (&str, &str) = ("MetadataReference", "http://schemas.xmlsoap.org/ws/2004/09/mex");

fn read(
    reader: &WS_XML_READER,
    from: &WS_ENDPOINT_ADDRESS,
    extension: WS_ENDPOINT_ADDRESS_EXTENSION_TYPE,
    option: WS_READ_OPTION,
    heap: &WS_HEAP,
    value: Void,
    size: u32,
) -> Result<()> {
    if extension != WS_ENDPOINT_ADDRESS_EXTENSION_METADATA_ADDRESS {
        return Err(Error::argument(format!("{} is no WS_ENDPOINT_ADDRESS_EXTENSION_TYPE", extension.0)));
    }
    read_check(option, value, size, size_of::<WS_ENDPOINT_ADDRESS>(), false)?;
    if from.extensions.is_null() {
        return missing(option, value, size);
    }
    let extensions = WS_XML_BUFFER::find(from.extensions, "extensions")?;
    position::set_input(reader, extensions, Ptr::NULL, 0)?;
    match reader.with(|r| find(r))? {
        Some(found) => store(option, address::to_c(&found, heap)?, heap, value, size),
        None => missing(option, value, size),
    }
}

/// The first one counts.
fn find(reader: &mut Reader<'_>) -> Result<Option<EndpointAddress>> {
    while reader.read_node()? != NodeType::Eof {
        if !reader.element().is_some_and(|e| e.is(REFERENCE.0, REFERENCE.1)) {
            continue;
        }
        // Its parts say which addressing it is written in.
        let start = reader.position()?;
        reader.read_start_element()?;
        reader.read_to_any_start_element()?;
        let version =
            reader.element().and_then(|e| AddressingVersion::from_namespace(e.namespace().as_str()));
        let Some(version) = version else { return Err(reader.expected("the address of the metadata")) };
        reader.set_position(start)?;
        return EndpointAddress::read(reader, version).map(Some);
    }
    Ok(None)
}
