//! What an error has to say to the peer, and has heard from it (WWSAPI B.2, B.4).

use crate::{
    abi::*,
    address,
    failure::{State, WS_ERROR},
    fault,
    heap::WS_HEAP,
    hresult::HRESULT,
    message::{object::reader_settings, value::missing},
    param::Out,
    property::Property,
    ptr::{Ptr, Void},
    reader::object::WS_XML_READER,
    schema, text,
    writer::object::{Target, WS_XML_WRITER},
};
use std::sync::Arc;
use wws::{
    Error, ErrorCode, Result,
    soap::{Fault, FaultDisclosure, FaultError},
    xml::{WriterOptions, buffer::SharedBuffer},
};

exports! {
    fn WsCreateFaultFromError(error: &WS_ERROR, faultErrorCode: i32, faultDisclosure: WS_FAULT_DISCLOSURE,
        heap: &WS_HEAP, fault: Out<WS_FAULT>) => create;
    fn WsGetFaultErrorProperty(error: &WS_ERROR, id: WS_FAULT_ERROR_PROPERTY_ID, buffer: Void, bufferSize: u32)
        => property;
    fn WsSetFaultErrorProperty(error: &WS_ERROR, id: WS_FAULT_ERROR_PROPERTY_ID, value: Void, valueSize: u32)
        => set_property;
    fn WsGetFaultErrorDetail(error: &WS_ERROR, faultDetailDescription: &WS_FAULT_DETAIL_DESCRIPTION,
        readOption: WS_READ_OPTION, heap: Option<&WS_HEAP>, value: Void, valueSize: u32) => detail;
    fn WsSetFaultErrorDetail(error: &WS_ERROR, faultDetailDescription: &WS_FAULT_DETAIL_DESCRIPTION,
        writeOption: WS_WRITE_OPTION, value: Void, valueSize: u32) => set_detail;
}

/// What C holds of the fault data, until the error is reset.
struct View {
    /// Everything stands here.
    _heap: WS_HEAP,
    fault: Ptr<WS_FAULT>,
    action: WS_XML_STRING,
    header: Ptr<crate::buffer::object::WS_XML_BUFFER>,
}

impl View {
    fn new(state: &State) -> Result<Self> {
        let heap = WS_HEAP::new(usize::MAX, 0);
        let fault = match &state.fault {
            Some(fault) => heap.store(fault::to_c(fault, &heap)?)?,
            None => Ptr::NULL,
        };
        let bytes = heap.copy(state.fault_action.as_bytes())?;
        let action = WS_XML_STRING { bytes, ..text::to_xml(&state.fault_action) };
        let header = address::buffer_to_c(state.fault_header.as_deref(), &heap)?;
        Ok(View { _heap: heap, fault, action, header })
    }
}

/// The fault data for a peer, as the core makes a message of it.
pub fn carried(state: &State) -> FaultError {
    FaultError {
        fault: state.fault.clone().unwrap_or_default(),
        action: state.fault_action.clone(),
        headers: state.fault_header.clone(),
    }
}

fn create(
    error: &WS_ERROR,
    code: HRESULT,
    disclosure: WS_FAULT_DISCLOSURE,
    heap: &WS_HEAP,
    fault: Out<WS_FAULT>,
) -> Result<()> {
    fault.set(fault::to_c(&complete(error, code, disclosure)?.fault, heap)?);
    Ok(())
}

/// The fault that stands for an error (WWSAPI B.4), also for channels.
///
/// # Errors
/// `E_INVALIDARG` for a code that is no failure, or no disclosure.
pub fn complete(error: &WS_ERROR, code: HRESULT, disclosure: WS_FAULT_DISCLOSURE) -> Result<FaultError> {
    if code >= 0 {
        return Err(Error::argument(format!("{code:#010x} is no failure: a fault is made of one")));
    }
    let disclosure = match disclosure {
        WS_MINIMAL_FAULT_DISCLOSURE => FaultDisclosure::Minimal,
        WS_FULL_FAULT_DISCLOSURE => FaultDisclosure::Full,
        WS_FAULT_DISCLOSURE(other) => {
            return Err(Error::argument(format!("{other} is no WS_FAULT_DISCLOSURE")));
        }
    };
    let mut state = error.state.borrow_mut();
    let strings: Vec<String> =
        (0..state.count()).filter_map(|i| state.text(i).map(String::from_utf16_lossy)).collect();
    let text = match ErrorCode::from_hresult(code as u32) {
        Some(known) => known.text().to_owned(),
        None => format!("error {code:#010x}"),
    };
    Ok(carried(&state).completed(strings.iter().map(String::as_str), &text, disclosure))
}

fn property(error: &WS_ERROR, id: WS_FAULT_ERROR_PROPERTY_ID, buffer: Void, size: u32) -> Result<()> {
    let p = Property { id: id.0, value: buffer, size };
    let mut state = error.state.borrow_mut();
    let view = match state.view::<View>() {
        Some(view) => view,
        None => {
            let view = View::new(&state)?;
            state.keep_view(view)
        }
    };
    match id {
        WS_FAULT_ERROR_PROPERTY_FAULT => p.store(view.fault),
        WS_FAULT_ERROR_PROPERTY_ACTION => p.store(view.action),
        WS_FAULT_ERROR_PROPERTY_HEADER => p.store(view.header),
        _ => Err(p.unknown()),
    }
}

fn set_property(error: &WS_ERROR, id: WS_FAULT_ERROR_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let p = Property { id: id.0, value, size };
    match id {
        WS_FAULT_ERROR_PROPERTY_FAULT => {
            let new = fault::from_c(&p.read::<WS_FAULT>()?)?;
            let mut state = error.state.borrow_mut();
            // The reason becomes a string of the error if it is in its language.
            let language = state.language_tag();
            let is_ours = |tag: &str| tag.split('-').next().is_some_and(|t| t.eq_ignore_ascii_case(language));
            if let Some(reason) = new.reasons.iter().find(|reason| is_ours(&reason.lang)) {
                let units = reason.text.encode_utf16().collect();
                state.strings.push(units);
            }
            state.set_fault(Some(new));
        }
        WS_FAULT_ERROR_PROPERTY_ACTION => {
            let action = text::xml(&p.read::<WS_XML_STRING>()?, "action")?.to_owned();
            error.state.borrow_mut().set_fault_action(action);
        }
        WS_FAULT_ERROR_PROPERTY_HEADER => {
            let header = address::buffer_from_c(p.read()?, "header")?;
            error.state.borrow_mut().set_fault_header(header);
        }
        _ => return Err(p.unknown()),
    }
    Ok(())
}

fn detail(
    error: &WS_ERROR,
    description: &WS_FAULT_DETAIL_DESCRIPTION,
    option: WS_READ_OPTION,
    heap: Option<&WS_HEAP>,
    value: Void,
    size: u32,
) -> Result<()> {
    let element = description.detailElementDescription.need("detailElementDescription")?;
    let wanted = match description.action.optional("action")? {
        Some(action) => text::xml(action, "action")?,
        None => "",
    };
    let buffer = {
        let state = error.state.borrow();
        let is_other = !wanted.is_empty() && !state.fault_action.is_empty() && wanted != state.fault_action;
        match &state.fault {
            Some(Fault { detail: Some(detail), .. }) if !is_other => Some(detail.clone()),
            _ => None,
        }
    };
    let Some(buffer) = buffer else { return missing(option, value, size) };
    let copy = SharedBuffer::new(copy_of(&buffer)?);
    let reader = WS_XML_READER::new(reader_settings());
    reader.lock()?.core.set_input_to_buffer(copy);
    let has_element = reader.with(|r| {
        r.read_to_any_start_element()?;
        r.read_start_element()?;
        r.read_to_any_start_element()
    })?;
    if element.elementLocalName.is_null() {
        let (kind, of) = (element.r#type, element.typeDescription);
        let mapping = WS_ELEMENT_CONTENT_TYPE_MAPPING;
        return schema::read::read_type(&reader, mapping, kind, of, option, heap, value, size, Ptr::NULL);
    }
    let local = text::xml(element.elementLocalName.need("elementLocalName")?, "elementLocalName")?;
    let ns = match element.elementNs.optional("elementNs")? {
        Some(ns) => text::xml(ns, "elementNs")?,
        None => "",
    };
    let is_named = has_element && reader.lock()?.core.element().is_some_and(|e| e.is(local, ns));
    if !is_named {
        return missing(option, value, size);
    }
    schema::read::read_element(&reader, element, option, heap, value, size, Ptr::NULL)
}

fn copy_of(buffer: &wws::xml::buffer::XmlBuffer) -> Result<wws::xml::buffer::XmlBuffer> {
    let mut copy = wws::xml::buffer::XmlBuffer::new();
    copy.copy_from(copy.eof(), buffer, buffer.bof())?;
    Ok(copy)
}

fn set_detail(
    error: &WS_ERROR,
    description: &WS_FAULT_DETAIL_DESCRIPTION,
    option: WS_WRITE_OPTION,
    value: Void,
    size: u32,
) -> Result<()> {
    let element = description.detailElementDescription.need("detailElementDescription")?;
    let action = match description.action.optional("action")? {
        Some(action) => Some(text::xml(action, "action")?.to_owned()),
        None => None,
    };
    let (buffer, writer) = (SharedBuffer::default(), WS_XML_WRITER::new(WriterOptions::default()));
    writer.lock()?.begin(buffer.clone().into(), WriterOptions::default(), Target::Memory);
    writer.with(|w| w.start_element("detail", ""))?;
    if element.elementLocalName.is_null() {
        let (kind, of) = (element.r#type, element.typeDescription);
        let mapping = WS_ELEMENT_CONTENT_TYPE_MAPPING;
        schema::write::write_type(&writer, mapping, kind, of, option, value, size, Ptr::NULL)?;
    } else {
        schema::write::write_element(&writer, element, option, value, size, Ptr::NULL)?;
    }
    writer.with(|w| w.end_element())?;
    drop(writer);
    let detail = Arc::new(buffer.into_inner()?);
    let mut state = error.state.borrow_mut();
    let fault = Fault { detail: Some(detail), ..state.fault.clone().unwrap_or_default() };
    state.set_fault(Some(fault));
    if let Some(action) = action {
        state.set_fault_action(action);
    }
    Ok(())
}
