//! MIME headers: any bytes give fields or an error, and what was read reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wws_core::xml::mtom::mime::{ContentType, Headers, Related, TransferDecoder, cid_of_href, href_of_cid};

fuzz_target!(|input: (u8, &[u8])| {
    let (cut, bytes) = input;
    if let Ok(headers) = Headers::parse(bytes, 0) {
        for (_, value) in headers.fields() {
            if let Ok(kind) = ContentType::parse(value) {
                assert_eq!(ContentType::parse(&kind.to_string()).expect("what was written"), kind);
                if let Ok(frame) = Related::from_content_type(&kind)
                    && Related::new(frame.boundary(), frame.start(), frame.start_info()).is_ok()
                {
                    assert_eq!(Related::parse(&frame.content_type()).expect("what was written"), frame);
                }
            }
            if let Ok(id) = cid_of_href(value) {
                assert_eq!(cid_of_href(&href_of_cid(&id)).expect("what was written"), id);
            }
        }
        if let Ok(encoding) = headers.transfer_encoding() {
            let decode = |pieces: [&[u8]; 2]| {
                let (mut decoder, mut out) = (TransferDecoder::new(encoding), Vec::new());
                pieces.iter().try_for_each(|piece| decoder.decode(piece, 0, &mut out))?;
                decoder.finish(0).map(|()| out)
            };
            let (a, b) = bytes.split_at(usize::from(cut).min(bytes.len()));
            assert_eq!(decode([a, b]).ok(), decode([bytes, b""]).ok());
        }
        let _ = (headers.content_id(), headers.content_type());
    }
});
