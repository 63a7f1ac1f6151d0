//! The property setters and getters of the C interface: any id, size and value gives a result or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webservices::{
    abi::*,
    error::{WsCreateError, WsFreeError, WsGetErrorProperty, WsSetErrorProperty},
    heap::{WsCreateHeap, WsFreeHeap, WsGetHeapProperty},
    ptr::{Ptr, Void},
    reader::options::{WsCreateReader, WsFreeReader, WsGetReaderProperty},
    writer::options::{WsCreateWriter, WsFreeWriter, WsGetWriterProperty},
};

/// A property as the fuzzer makes it up: an id, how many bytes are claimed, the bytes.
type Made = (u8, u8, [u8; 16]);

/// `WS_XML_WRITER_PROPERTY_INITIAL_BUFFER` holds a pointer, which the caller must get right.
const HOLDS_A_POINTER: u8 = 12;

fuzz_target!(|input: (Vec<Made>, Vec<(u8, u8)>)| {
    let (made, asked) = input;
    let made: Vec<Made> = made.into_iter().filter(|p| p.0 != HOLDS_A_POINTER).collect();
    let size = |p: &Made| u32::from(p.1 % 17);
    let value = |p: &Made| -> Void { Ptr::first(&p.2).cast() };
    let mut room = [0_u64; 8];
    let answer: Void = Ptr::new(&mut room).cast();

    // SAFETY: every pointer is to a local that outlives the call, with as many bytes as are claimed.
    unsafe {
        let list: Vec<_> = made
            .iter()
            .map(|p| WS_XML_READER_PROPERTY { id: WS_XML_READER_PROPERTY_ID(p.0.into()), value: value(p), valueSize: size(p) })
            .collect();
        let mut reader = Ptr::NULL;
        if WsCreateReader(Ptr::first(&list), list.len() as u32, Ptr::new(&mut reader), Ptr::NULL) == 0 {
            for (id, size) in &asked {
                WsGetReaderProperty(reader, WS_XML_READER_PROPERTY_ID((*id).into()), answer, u32::from(size % 65), Ptr::NULL);
            }
            WsFreeReader(reader);
        }
        let list: Vec<_> = made
            .iter()
            .map(|p| WS_XML_WRITER_PROPERTY { id: WS_XML_WRITER_PROPERTY_ID(p.0.into()), value: value(p), valueSize: size(p) })
            .collect();
        let mut writer = Ptr::NULL;
        if WsCreateWriter(Ptr::first(&list), list.len() as u32, Ptr::new(&mut writer), Ptr::NULL) == 0 {
            for (id, size) in &asked {
                WsGetWriterProperty(writer, WS_XML_WRITER_PROPERTY_ID((*id).into()), answer, u32::from(size % 65), Ptr::NULL);
            }
            WsFreeWriter(writer);
        }
        let mut error = Ptr::NULL;
        if WsCreateError(Ptr::NULL, 0, Ptr::new(&mut error)) == 0 {
            for p in &made {
                WsSetErrorProperty(error, WS_ERROR_PROPERTY_ID(p.0.into()), value(p), size(p));
            }
            for (id, size) in &asked {
                WsGetErrorProperty(error, WS_ERROR_PROPERTY_ID((*id).into()), answer, u32::from(size % 65));
            }
            WsFreeError(error);
        }
        let mut heap = Ptr::NULL;
        if WsCreateHeap(1 << 16, 1 << 10, Ptr::NULL, 0, Ptr::new(&mut heap), Ptr::NULL) == 0 {
            for (id, size) in &asked {
                WsGetHeapProperty(heap, WS_HEAP_PROPERTY_ID((*id).into()), answer, u32::from(size % 65), Ptr::NULL);
            }
            WsFreeHeap(heap);
        }
    }
    std::hint::black_box(&mut room);
});
