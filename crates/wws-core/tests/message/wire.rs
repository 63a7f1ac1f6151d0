//! What WCF's client and CoreWCF sent each other is read, forwarded, and means the same then.

use crate::{
    framing::{as_initiator, as_receiver, recorded, unlimited},
    wire_support::http_messages,
};
use wws_core::{
    ErrorCode,
    framing::Mode,
    soap::{
        AddressingVersion, Encoding, EnvelopeVersion, FaultError, HeaderType, Initialization, Message,
        MessageContent, Version, parse_soap_action,
    },
    xml::{
        NodeType, Reader, ReaderEncoding, Writer, WriterOptions,
        canonical::{Algorithm, Canonicalization},
    },
};

/// The document in its exclusive canonical form.
fn canonical(reader: &mut Reader<'_>) -> String {
    let mut out = Vec::new();
    reader.canonicalize_to(&Canonicalization::new(Algorithm::Exclusive), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Forwards the message at a reader: headers copied, body copied, in the same encoding.
fn forward(message: &Message, reader: &mut Reader<'_>, encoding: Encoding) -> (Vec<u8>, MessageContent) {
    let mut out = Message::new(message.version());
    out.initialize(Initialization::Duplicate(message)).unwrap();
    let envelope = message.version().envelope;
    let frame = encoding.frame(envelope, "uuid:1+id=1").unwrap();
    let frame = matches!(encoding, Encoding::Mtom(_)).then_some(frame);
    let content_type = encoding.content_type(envelope, None, frame.as_ref()).unwrap();
    let options = WriterOptions { max_mime_parts_buffer_size: 1 << 20, ..WriterOptions::default() };
    let mut writer = Writer::new(encoding.writer_encoding(frame.as_ref()).unwrap(), options);
    out.write_start(&mut writer).unwrap();
    while reader.node_type() != NodeType::EndElement {
        writer.copy_node(reader).unwrap();
    }
    out.write_end(&mut writer).unwrap();
    (writer.into_bytes().unwrap(), MessageContent::parse(&content_type).unwrap())
}

fn version_of(content: &MessageContent) -> Version {
    match content.envelope {
        Some(EnvelopeVersion::Soap11) => Version::SOAP11,
        _ => Version::SOAP12_ADDRESSING10,
    }
}

#[test]
fn messages_over_http() {
    for (name, count, faults) in [
        ("basic_mtom-c2s", 13, 0),
        ("basic_mtom-s2c", 12, 3),
        ("stream_mtom-c2s", 3, 0),
        ("stream_mtom-s2c", 3, 0),
        ("http_binary-c2s", 13, 0),
        ("http_binary-s2c", 12, 3),
        ("soap12_wsa10-c2s", 13, 0),
        ("soap12_wsa10-s2c", 12, 3),
    ] {
        let messages = http_messages(name);
        let mut seen = 0;
        for http in &messages {
            let content = MessageContent::parse(&http.content_type).unwrap();
            let version = version_of(&content);
            let is_request = name.ends_with("c2s");
            let open = |bytes| Reader::with_input(content.reader_encoding(), bytes);
            let mut reader = open(http.body.as_slice().into());
            let mut message = Message::new(version);
            message.read_start(&mut reader).unwrap();
            seen += usize::from(message.is_fault());

            // WCF says what it wants in the headers or in those of HTTP.
            let action = match version.addressing {
                AddressingVersion::Transport => {
                    http.soap_action.as_deref().and_then(parse_soap_action).map(str::to_owned)
                }
                _ => message.action().unwrap(),
            };
            assert_eq!(action.is_some(), is_request || version != Version::SOAP11, "{name}");
            if version != Version::SOAP11 && is_request {
                assert!(message.to().unwrap().unwrap().starts_with("http://127.0.0.1:"), "{name}");
                assert_eq!(message.reply_to().unwrap().map_or(String::new(), |a| a.url), "");
            }
            message.check_must_understand().unwrap();
            if message.is_fault() {
                let mut again = open(http.body.as_slice().into());
                let mut message = Message::new(version);
                message.read_start(&mut again).unwrap();
                let error = message.read_fault_error(&mut again).unwrap();
                message.read_end(&mut again).unwrap();
                assert_eq!(error.code(), ErrorCode::EndpointFaultReceived, "{error}");
                let fault = &FaultError::of(&error).unwrap().fault;
                // With SOAP 1.1, WCF writes the subcode in place of the code.
                assert!(fault.is_code("Sender") || fault.codes[0].local == "Sub", "{fault:?}");
                assert!(fault.reason("").ends_with("reason"), "{fault:?}");
            }

            let (bytes, content) = forward(&message, &mut reader, content.encoding);
            message.read_end(&mut reader).unwrap();
            let mut before = open(http.body.as_slice().into());
            let mut after = Reader::with_input(content.reader_encoding(), bytes.as_slice().into());
            assert_eq!(canonical(&mut after), canonical(&mut before), "{name}");
        }
        assert_eq!((messages.len(), seen), (count, faults), "{name}");
    }
}

#[test]
fn messages_of_sessions() {
    for name in ["tcp", "tcp_duplex", "tcp_stream"] {
        let mode = if name == "tcp_stream" { Mode::SINGLETON_UNSIZED } else { Mode::DUPLEX };
        let client = as_receiver(recorded(&format!("{name}-c2s")), &[usize::MAX], &unlimited()).unwrap();
        let server = recorded(&format!("{name}-s2c"));
        let server = as_initiator(server, &[usize::MAX], mode, None, client.len()).unwrap();
        for (is_client, session) in client.iter().map(|s| (true, s)).chain(server.iter().map(|s| (false, s)))
        {
            let is_session = mode == Mode::DUPLEX;
            let encoding = || match is_session {
                true => ReaderEncoding::binary_session(),
                false => ReaderEncoding::binary(),
            };
            let envelopes: Vec<_> = session.envelopes.iter().map(|envelope| envelope.octets()).collect();
            // The strings of a session go on from one message to the next, in reading and in writing.
            let empty: &[u8] = &[];
            let mut reader = Reader::with_input(encoding(), empty.into());
            let mut plain = Reader::with_input(encoding(), empty.into());
            let mut back = Reader::with_input(encoding(), empty.into());
            let ours = if is_session { Encoding::BinarySession } else { Encoding::Binary };
            let mut writer = Writer::new(ours.writer_encoding(None).unwrap(), WriterOptions::default());
            let mut written = Vec::new();
            for octets in &envelopes {
                reader.set_input(encoding(), octets.as_slice().into());
                let mut message = Message::new(Version::SOAP12_ADDRESSING10);
                message.read_start(&mut reader).unwrap();
                assert!(message.action().unwrap().is_some(), "{name}");
                if is_client && message.message_id().unwrap().is_some() {
                    assert!(message.relates_to().unwrap().is_none(), "{name}");
                }
                message.check_must_understand().unwrap();
                let mut out = Message::new(message.version());
                out.initialize(Initialization::Duplicate(&message)).unwrap();
                writer.set_output(ours.writer_encoding(None).unwrap(), WriterOptions::default());
                out.write_start(&mut writer).unwrap();
                while reader.node_type() != NodeType::EndElement {
                    writer.copy_node(&mut reader).unwrap();
                }
                out.write_end(&mut writer).unwrap();
                message.read_end(&mut reader).unwrap();
                written.push(writer.output_bytes().unwrap().to_vec());
            }
            for (before, after) in envelopes.iter().zip(&written) {
                plain.set_input(encoding(), before.as_slice().into());
                back.set_input(encoding(), after.as_slice().into());
                assert_eq!(canonical(&mut back), canonical(&mut plain), "{name}");
            }
        }
    }
}

#[test]
fn wcf_and_we_write_the_same_message() {
    // The request of soap12_wsa10, with headers set in WCF's order.
    let http = http_messages("soap12_wsa10-c2s");
    let mut reader = Reader::text(&http[0].body);
    let mut theirs = Message::new(Version::SOAP12_ADDRESSING10);
    theirs.read_start(&mut reader).unwrap();
    let mut ours = Message::blank(Version::SOAP12_ADDRESSING10);
    ours.set_action(&theirs.action().unwrap().unwrap()).unwrap();
    ours.set_message_id(&theirs.message_id().unwrap().unwrap()).unwrap();
    ours.set_reply_to(&theirs.reply_to().unwrap().unwrap()).unwrap();
    ours.set_text_header(HeaderType::To, &theirs.to().unwrap().unwrap()).unwrap();
    let mut writer = Writer::new(
        Encoding::Text(Default::default()).writer_encoding(None).unwrap(),
        WriterOptions::default(),
    );
    ours.write_start(&mut writer).unwrap();
    while reader.node_type() != NodeType::EndElement {
        writer.copy_node(&mut reader).unwrap();
    }
    ours.write_end(&mut writer).unwrap();
    assert_eq!(
        canonical(&mut Reader::text(&writer.into_bytes().unwrap())),
        canonical(&mut Reader::text(&http[0].body))
    );
}
