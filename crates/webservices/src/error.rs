//! The functions of `WS_ERROR` (WWSAPI B.1, P.4).

use crate::{
    abi::{
        WS_ERROR_PROPERTY, WS_ERROR_PROPERTY_ID, WS_ERROR_PROPERTY_LANGID,
        WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE, WS_ERROR_PROPERTY_STRING_COUNT, WS_STRING,
    },
    failure::{LANGID, State, WS_ERROR},
    handle::Handle,
    hresult::HRESULT,
    param::Out,
    property::{self, Property},
    ptr::{Ptr, Void},
    text,
};
use wws::{Error, Result};

exports! {
    fn WsCreateError(properties: Ptr<WS_ERROR_PROPERTY>, propertyCount: u32, error: Out<Ptr<WS_ERROR>>) => create;
    void WsFreeError(error: Ptr<WS_ERROR>) => Handle::free;
    fn WsResetError(error: &WS_ERROR) => reset;
    fn WsAddErrorString(error: &WS_ERROR, string: &WS_STRING) => add_string;
    fn WsGetErrorString(error: &WS_ERROR, index: u32, string: Out<WS_STRING>) => string_at;
    fn WsCopyError(source: &WS_ERROR, destination: &WS_ERROR) => copy;
    fn WsGetErrorProperty(error: &WS_ERROR, id: WS_ERROR_PROPERTY_ID, buffer: Void, bufferSize: u32) => property;
    fn WsSetErrorProperty(error: &WS_ERROR, id: WS_ERROR_PROPERTY_ID, value: Void, valueSize: u32) => set_property;
}

/// English (United States), the language of the texts of this library.
const ENGLISH: LANGID = 0x0409;

fn create(properties: Ptr<WS_ERROR_PROPERTY>, count: u32, error: Out<Ptr<WS_ERROR>>) -> Result<()> {
    let mut language = ENGLISH;
    for p in property::list(properties, count)? {
        if WS_ERROR_PROPERTY_ID(p.id) != WS_ERROR_PROPERTY_LANGID {
            return Err(p.refuse("only the language can be set when an error is created"));
        }
        language = read_language(p)?;
    }
    error.set(Ptr::give(Box::new(WS_ERROR::new(language))));
    Ok(())
}

fn reset(error: &WS_ERROR) -> Result<()> {
    let mut state = error.state.borrow_mut();
    *state = State::new(state.created_with);
    Ok(())
}

fn add_string(error: &WS_ERROR, string: &WS_STRING) -> Result<()> {
    let units = text::units(string, "string")?;
    error.state.borrow_mut().strings.push(units.into());
    Ok(())
}

fn string_at(error: &WS_ERROR, index: u32, string: Out<WS_STRING>) -> Result<()> {
    let mut state = error.state.borrow_mut();
    let count = state.count();
    let units = state
        .text(index as usize)
        .ok_or_else(|| Error::argument(format!("there is no string {index}: the error has {count}")))?;
    string.set(WS_STRING { length: units.len() as u32, chars: Ptr::first(units) });
    Ok(())
}

fn copy(source: &WS_ERROR, destination: &WS_ERROR) -> Result<()> {
    if !std::ptr::eq(source, destination) {
        let state = source.state.borrow().clone();
        *destination.state.borrow_mut() = state;
    }
    Ok(())
}

fn property(error: &WS_ERROR, id: WS_ERROR_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let state = error.state.borrow();
    let property = Property { id: id.0, value, size };
    match id {
        WS_ERROR_PROPERTY_STRING_COUNT => property.store::<u32>(state.count() as u32),
        WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE => property.store::<HRESULT>(state.original),
        WS_ERROR_PROPERTY_LANGID => property.store::<LANGID>(state.language),
        _ => Err(property.unknown()),
    }
}

fn set_property(error: &WS_ERROR, id: WS_ERROR_PROPERTY_ID, value: Void, size: u32) -> Result<()> {
    let mut state = error.state.borrow_mut();
    let property = Property { id: id.0, value, size };
    match id {
        WS_ERROR_PROPERTY_ORIGINAL_ERROR_CODE => state.set_original(property.read::<HRESULT>()?),
        WS_ERROR_PROPERTY_LANGID => {
            let language = read_language(property)?;
            // WWSAPI P.4 #2: right after creation or reset only.
            if state.count() != 0 {
                return Err(Error::operation(
                    "the language can only be set while there are no strings: reset the error first",
                ));
            }
            state.language = language;
        }
        WS_ERROR_PROPERTY_STRING_COUNT => {
            return Err(property.refuse("the number of strings can only be read"));
        }
        _ => return Err(property.unknown()),
    }
    Ok(())
}

fn read_language(property: Property) -> Result<LANGID> {
    match property.read::<LANGID>()? {
        0 => Err(property.refuse("0 is no language; English is 0x0409")),
        language => Ok(language),
    }
}
