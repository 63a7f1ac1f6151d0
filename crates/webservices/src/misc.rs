//! Small helpers: strings, names, dates, the static dictionary.

use crate::{
    abi::{
        FILETIME, GUID, TRUE, WS_DATETIME, WS_ENCODING, WS_ENCODING_XML_BINARY_1,
        WS_ENCODING_XML_BINARY_SESSION_1, WS_XML_DICTIONARY, WS_XML_STRING,
    },
    hresult::Status,
    param::Out,
    ptr::{Forever, Ptr},
    text,
    value::FromC,
};
use std::{mem::offset_of, sync::OnceLock};
use wws::{
    Error, Result,
    value::DateTime,
    xml::{Dictionary, XmlStr, name::is_ncname},
};

exports! {
    fn WsXmlStringEquals(string1: &WS_XML_STRING, string2: &WS_XML_STRING; error) => equals;
    fn WsTrimXmlWhitespace(chars: Ptr<u16>, charCount: u32, trimmedChars: Out<Ptr<u16>>, trimmedCount: Out<u32>;
        error) => trim;
    fn WsVerifyXmlNCName(ncNameChars: Ptr<u16>, ncNameCharCount: u32; error) => verify_name;
    fn WsDateTimeToFileTime(dateTime: &WS_DATETIME, fileTime: Out<FILETIME>; error) => to_file_time;
    fn WsFileTimeToDateTime(fileTime: &FILETIME, dateTime: Out<WS_DATETIME>; error) => from_file_time;
    fn WsGetDictionary(encoding: WS_ENCODING, dictionary: Out<Ptr<WS_XML_DICTIONARY>>; error) => static_dictionary;
}

fn equals(a: &WS_XML_STRING, b: &WS_XML_STRING) -> Result<Status> {
    // WWSAPI H: the dictionary is only a short cut, and only in one direction.
    let same_entry = !a.dictionary.is_null() && a.dictionary == b.dictionary && a.id == b.id;
    let same = same_entry || text::bytes(a, "string1")? == text::bytes(b, "string2")?;
    Ok(if same { Status::Done } else { Status::No })
}

fn trim(chars: Ptr<u16>, count: u32, trimmed: Out<Ptr<u16>>, trimmed_count: Out<u32>) -> Result<()> {
    let units = chars.slice(count as usize, "chars")?;
    let is_space = |unit: &u16| matches!(unit, 9 | 10 | 13 | 32); // XML 1.0 2.3
    let start = units.iter().take_while(|u| is_space(u)).count();
    let end = units.len() - units.iter().skip(start).rev().take_while(|u| is_space(u)).count();
    trimmed.set(chars.byte_add(2 * start));
    trimmed_count.set((end - start) as u32);
    Ok(())
}

fn verify_name(chars: Ptr<u16>, count: u32) -> Result<()> {
    let name = text::from_utf16(chars.slice(count as usize, "ncNameChars")?, "ncNameChars")?;
    if is_ncname(&name) {
        return Ok(());
    }
    Err(Error::format(format!("\"{}\" is no name without a colon (NCName)", name.escape_debug())))
}

fn to_file_time(date: &WS_DATETIME, file_time: Out<FILETIME>) -> Result<()> {
    let ticks = date.to_rust()?.to_file_time()?;
    file_time.set(FILETIME { dwLowDateTime: ticks as u32, dwHighDateTime: (ticks >> 32) as u32 });
    Ok(())
}

fn from_file_time(file_time: &FILETIME, date: Out<WS_DATETIME>) -> Result<()> {
    let ticks = u64::from(file_time.dwHighDateTime) << 32 | u64::from(file_time.dwLowDateTime);
    date.set(WS_DATETIME::from_rust(DateTime::from_file_time(ticks)?));
    Ok(())
}

fn static_dictionary(encoding: WS_ENCODING, dictionary: Out<Ptr<WS_XML_DICTIONARY>>) -> Result<()> {
    match encoding {
        WS_ENCODING_XML_BINARY_1 | WS_ENCODING_XML_BINARY_SESSION_1 => dictionary.set(nbfs()),
        WS_ENCODING(0..=8) => {
            return Err(Error::argument(
                "only the binary encodings have a dictionary: pass WS_ENCODING_XML_BINARY_1",
            ));
        }
        WS_ENCODING(other) => return Err(Error::argument(format!("{other} is no WS_ENCODING"))),
    }
    Ok(())
}

/// The static dictionary of MC-NBFS, built once and never freed.
pub fn nbfs() -> Ptr<WS_XML_DICTIONARY> {
    static ONCE: OnceLock<Forever<WS_XML_DICTIONARY>> = OnceLock::new();
    let build = || {
        let table = Dictionary::nbfs();
        let strings: Box<[_]> = (0..table.len() as u32).filter_map(|id| table.get(id)).collect();
        let place = Forever::leak(Box::new(WS_XML_DICTIONARY {
            // Names the dictionary in this process only: any number that is ours will do.
            guid: GUID { Data1: 0x7777_7301, Data2: 0x6e62, Data3: 0x4673, Data4: *b"\x80\0mc-nbf" },
            strings: Ptr::NULL,
            stringCount: table.len() as u32,
            isConst: TRUE,
        }));
        let entry = |s: &XmlStr<'static>| WS_XML_STRING {
            dictionary: place.ptr(),
            id: s.id(),
            ..text::to_xml(s.as_str())
        };
        let strings: Box<[WS_XML_STRING]> = strings.iter().map(entry).collect();
        place.ptr().field(offset_of!(WS_XML_DICTIONARY, strings)).set(Ptr::first(Box::leak(strings)));
        place
    };
    ONCE.get_or_init(build).ptr()
}
