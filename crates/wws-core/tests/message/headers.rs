//! Random headers survive every encoding, at once and in pieces.

use proptest::prelude::*;
use wws_core::{
    soap::{
        Encoding, EndpointAddress, HeaderAttributes, HeaderPick, Initialization, Message, MessageContent,
        Version,
    },
    typed::Name,
    value::{Guid, UniqueId},
    xml::{Charset, Reader, Writer, WriterOptions},
};

#[derive(Clone, Debug)]
enum Header {
    Action(String),
    To(String),
    Id(UniqueId),
    ReplyTo(String),
    Own { number: usize, value: String, attributes: HeaderAttributes },
}

const NAMES: [Name<'static>; 3] = [Name::new("a", "urn:h"), Name::new("b", "urn:h"), Name::new("b", "")];

fn header() -> impl Strategy<Value = Header> {
    let uri = || "[a-z]{1,8}(:[a-z&<é]{1,8}){1,3}";
    prop_oneof![
        uri().prop_map(Header::Action),
        uri().prop_map(Header::To),
        any::<u128>().prop_map(|n| Header::Id(Guid::from_u128(n).into())),
        uri().prop_map(|uri| Header::Id(UniqueId::Uri(uri.into()))),
        uri().prop_map(Header::ReplyTo),
        (0..NAMES.len(), "[ -~é\u{10000}]{0,20}", any::<bool>(), any::<bool>(), "(urn:[a-z]{1,5})?")
            .prop_map(|(number, value, must_understand, relay, role)| Header::Own {
                number,
                value,
                attributes: HeaderAttributes { must_understand, relay, role },
            }),
    ]
}

fn build(headers: &[Header]) -> Message {
    let mut message = Message::blank(Version::SOAP12_ADDRESSING10);
    for header in headers {
        match header {
            Header::Action(action) => message.set_action(action),
            Header::To(to) => message.set_to(to),
            Header::Id(id) => message.set_message_id(id),
            Header::ReplyTo(url) => message.set_reply_to(&EndpointAddress::new(url)),
            Header::Own { number, value, attributes } => {
                message.add_header(NAMES[*number], value, attributes)
            }
        }
        .unwrap();
    }
    message
}

/// All that a program sees of the headers.
fn see(message: &mut Message) -> String {
    let mut seen = format!(
        "{:?} {:?} {:?} {:?}",
        message.action().unwrap(),
        message.to().unwrap(),
        message.message_id().unwrap(),
        message.reply_to().unwrap().map(|address| address.url),
    );
    for name in NAMES {
        for index in 0.. {
            let Some(value) = message.header::<String>(name, HeaderPick::Repeated(index)).unwrap() else {
                break;
            };
            let at = message.find_custom(name, HeaderPick::Repeated(index)).unwrap().unwrap();
            seen += &format!(" {value:?} {:?}", message.header_attributes(at).unwrap());
        }
    }
    seen
}

proptest! {
    #[test]
    fn headers_survive(headers in proptest::collection::vec(header(), 0..12), pieces in 1_usize..50) {
        let mut original = build(&headers);
        let expected = see(&mut original);
        for encoding in [
            Encoding::Text(Charset::Utf8),
            Encoding::Text(Charset::Utf16Le),
            Encoding::Text(Charset::Utf16Be),
            Encoding::Binary,
            Encoding::BinarySession,
            Encoding::Mtom(Charset::Utf8),
        ] {
            for fresh in [true, false] {
                // Straight from what was set, and through the buffer.
                let mut message = build(&headers);
                if !fresh {
                    message.header_buffer().unwrap();
                }
                let envelope = message.version().envelope;
                let frame = encoding.frame(envelope, "b").unwrap();
                let content = encoding.content_type(envelope, None, Some(&frame)).unwrap();
                let content = MessageContent::parse(&content).unwrap();
                let mut writer =
                    Writer::new(encoding.writer_encoding(Some(&frame)).unwrap(), WriterOptions::default());
                message.write_start(&mut writer).unwrap();
                writer.element("go", "urn:b", 1).unwrap();
                message.write_end(&mut writer).unwrap();
                let bytes = writer.into_bytes().unwrap();

                let mut received = Message::new(message.version());
                let mut reader = Reader::stream(content.reader_encoding());
                reader.options_mut().stream_max_mime_headers_size = 1000;
                let mut rest = bytes.chunks(pieces);
                let mut step = |reader: &mut Reader<'_>, result: wws_core::Result<()>| match result {
                    Ok(()) => true,
                    Err(error) if error.needs_input() => {
                        match rest.next() {
                            Some(piece) => reader.feed(piece),
                            None => reader.end_of_input(),
                        }
                        false
                    }
                    Err(error) => panic!("{error}"),
                };
                loop { let result = received.read_start(&mut reader); if step(&mut reader, result) { break } }
                loop { let result = reader.skip_node(); if step(&mut reader, result) { break } }
                // Headers are there while the body is read, and when it was.
                prop_assert_eq!(&see(&mut received), &expected);
                loop { let result = received.read_end(&mut reader); if step(&mut reader, result) { break } }
                prop_assert_eq!(&see(&mut received), &expected);
                let mut copy = Message::new(received.version());
                copy.initialize(Initialization::Duplicate(&received)).unwrap();
                prop_assert_eq!(&see(&mut copy), &expected);
            }
        }
    }
}
