//! Messages of every version, literally; states; what is hostile.

use super::*;
use crate::{
    ErrorCode,
    soap::{EnvelopeVersion, Fault, HeaderAttributes},
    typed::Name,
    value::UniqueId,
    xml::{Charset, Reader, ReaderEncoding, Writer, WriterOptions},
};
use AddressingVersion::{Addressing09, Addressing10, Transport};
use EnvelopeVersion::{Soap11, Soap12};

const ID: Guid = Guid::from_u128(0x00112233_4455_6677_8899_aabbccddeeff);
const ID_TEXT: &str = "urn:uuid:00112233-4455-6677-8899-aabbccddeeff";

fn text(message: &mut Message) -> String {
    let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    message.write_start(&mut w).unwrap();
    w.element("go", "urn:b", 1).unwrap();
    message.write_end(&mut w).unwrap();
    assert_eq!(message.state(), MessageState::Done);
    String::from_utf8(w.into_bytes().unwrap()).unwrap()
}

fn read(text: &str, version: Version) -> Result<Message> {
    let mut message = Message::new(version);
    let mut reader = Reader::text(text.as_bytes());
    message.read_start(&mut reader)?;
    if version.envelope == EnvelopeVersion::None {
        reader.read_to_any_start_element()?; // the document is the body
    }
    reader.skip_node()?;
    message.read_end(&mut reader)?;
    // So that headers can be checked as if the body were still to come.
    message.state = MessageState::Reading;
    Ok(message)
}

/// With every way to write: straight, and through the tree.
fn both(message: &Message) -> String {
    let mut straight = Message::new(message.version);
    straight.initialize(Initialization::Duplicate(message)).unwrap();
    let mut through = Message::new(message.version);
    through.initialize(Initialization::Duplicate(message)).unwrap();
    through.header_buffer().unwrap();
    let (straight, through) = (text(&mut straight), text(&mut through));
    assert_eq!(straight, through);
    straight
}

#[test]
fn every_version_is_written_and_read() {
    for (version, expected) in [
        (
            Version::SOAP12_ADDRESSING10,
            concat!(
                r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">"#,
                r#"<s:Header><a:Action s:mustUnderstand="1">urn:a</a:Action>"#,
                r#"<a:MessageID>urn:uuid:00112233-4455-6677-8899-aabbccddeeff</a:MessageID>"#,
                r#"<a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>"#,
                r#"<a:To s:mustUnderstand="1">http://x/</a:To></s:Header>"#,
                r#"<s:Body><go xmlns="urn:b">1</go></s:Body></s:Envelope>"#,
            ),
        ),
        (
            Version::new(Soap11, Addressing09),
            concat!(
                r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">"#,
                r#"<s:Header><a:Action s:mustUnderstand="1">urn:a</a:Action>"#,
                r#"<a:MessageID>urn:uuid:00112233-4455-6677-8899-aabbccddeeff</a:MessageID>"#,
                r#"<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"#,
                r#"<a:To s:mustUnderstand="1">http://x/</a:To></s:Header>"#,
                r#"<s:Body><go xmlns="urn:b">1</go></s:Body></s:Envelope>"#,
            ),
        ),
        (
            Version::SOAP11,
            r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><go xmlns="urn:b">1</go></s:Body></s:Envelope>"#,
        ),
        (
            Version::SOAP12,
            r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><go xmlns="urn:b">1</go></s:Body></s:Envelope>"#,
        ),
        (Version::NONE, r#"<go xmlns="urn:b">1</go>"#),
    ] {
        let mut message = Message::blank(version);
        message.set_action("urn:wrong").unwrap();
        message.set_action("urn:a").unwrap();
        if version.addressing == Transport {
            assert_eq!(message.set_message_id(&ID.into()).unwrap_err().code(), ErrorCode::InvalidOperation);
        } else {
            message.set_message_id(&ID.into()).unwrap();
            message.set_reply_to(&EndpointAddress::new("")).unwrap();
        }
        message.set_to("http://x/").unwrap();
        assert_eq!(message.action().unwrap().as_deref(), Some("urn:a"));
        assert_eq!(message.to().unwrap().as_deref(), Some("http://x/"));
        assert_eq!(both(&message), expected);

        let back = read(expected, version).unwrap();
        assert!(back.is_addressed());
        if version.addressing != Transport {
            assert_eq!(back.action().unwrap().as_deref(), Some("urn:a"));
            assert_eq!(back.message_id().unwrap(), Some(UniqueId::Guid(ID)));
            assert_eq!(back.text_header(HeaderType::MessageId).unwrap().as_deref(), Some(ID_TEXT));
            assert_eq!(back.reply_to().unwrap().unwrap().url, "");
            assert!(back.relates_to().unwrap().is_none());
            assert_eq!(both(&back), expected);
        }
    }
}

#[test]
fn states_allow_what_the_table_says() {
    let misuse = |result: Result<()>| assert_eq!(result.unwrap_err().code(), ErrorCode::InvalidOperation);
    let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    let mut message = Message::new(Version::SOAP12);
    misuse(message.set_action("urn:a"));
    misuse(message.write_start(&mut w));
    misuse(message.address(None));
    misuse(message.action().map(drop));
    misuse(message.initialize(Initialization::Reply(&Message::new(Version::SOAP12))));
    assert_eq!(message.state(), MessageState::Empty);

    message.initialize(Initialization::Blank).unwrap();
    misuse(message.initialize(Initialization::Blank));
    misuse(message.read_start(&mut Reader::text(b"<a/>")));
    misuse(message.write_end(&mut w));
    misuse(message.abandon());
    message.address(None).unwrap();
    misuse(message.address(None));
    message.write_start(&mut w).unwrap();
    misuse(message.write_start(&mut w));
    w.start_element("open", "").unwrap();
    misuse(message.write_end(&mut w));
    assert_eq!(message.state(), MessageState::Done); // a failing end is an end
    message.reset();
    assert_eq!((message.state(), message.is_addressed()), (MessageState::Empty, false));

    // A failing start leaves the message as it was.
    misuse(message.write_end(&mut w));
    assert!(message.read_start(&mut Reader::text(b"<a/>")).is_err());
    assert_eq!(message.state(), MessageState::Empty);
    message.initialize(Initialization::Blank).unwrap();
    let mut full = Writer::new(Charset::Utf8, WriterOptions { max_depth: 0, ..WriterOptions::default() });
    assert!(message.write_start(&mut full).is_err());
    assert_eq!(message.state(), MessageState::Initialized);
}

#[test]
fn answers_go_back_where_the_request_says() {
    let request = concat!(
        r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>"#,
        r#"<a:MessageID>urn:mine</a:MessageID><a:ReplyTo><a:Address>http://me/</a:Address><a:ReferenceParameters>"#,
        r#"<c:cookie xmlns:c="urn:c">9</c:cookie></a:ReferenceParameters></a:ReplyTo>"#,
        r#"<a:FaultTo><a:Address>http://faults/</a:Address></a:FaultTo></s:Header><s:Body><go/></s:Body></s:Envelope>"#,
    );
    let request = read(request, Version::SOAP12_ADDRESSING10).unwrap();
    let mut reply = Message::reply(&request).unwrap();
    assert!(reply.is_addressed() && !reply.is_fault());
    let written = text(&mut reply);
    assert_eq!(
        written,
        concat!(
            r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">"#,
            r#"<s:Header><a:To s:mustUnderstand="1">http://me/</a:To>"#,
            r#"<c:cookie a:IsReferenceParameter="true" xmlns:c="urn:c">9</c:cookie>"#,
            r#"<a:RelatesTo>urn:mine</a:RelatesTo></s:Header><s:Body><go xmlns="urn:b">1</go></s:Body></s:Envelope>"#,
        )
    );
    let fault = Message::fault_reply(&request).unwrap();
    assert!(fault.is_fault());
    assert_eq!(fault.to().unwrap().as_deref(), Some("http://faults/"));
    assert_eq!(fault.relates_to().unwrap(), Some(UniqueId::Uri("urn:mine".into())));

    let message = Message::request(Version::SOAP11, ID);
    assert!(message.message_id().unwrap().is_none());
    let mut plain = Message::reply(&Message::request(Version::SOAP12_ADDRESSING10, ID)).unwrap();
    assert!(plain.to().unwrap().is_none());
    assert!(text(&mut plain).contains(&format!("<a:RelatesTo>{ID_TEXT}</a:RelatesTo>")));
}

#[test]
fn headers_are_replaced_and_removed_where_they_stand() {
    let mut message = Message::blank(Version::SOAP12_ADDRESSING10);
    message.set_action("urn:a").unwrap();
    message.add_header(Name::new("one", "urn:h"), "1", &HeaderAttributes::default()).unwrap();
    message.set_to("urn:to").unwrap();
    message.set_action("urn:b").unwrap();
    let written = both(&message);
    let order: Vec<_> =
        ["urn:b</a:Action>", "<one", "<a:To"].iter().map(|t| written.find(t).unwrap()).collect();
    assert!(order.is_sorted(), "{written}");
    assert!(!written.contains("urn:a<"));
    message.remove_header(HeaderType::Action).unwrap();
    message.remove_header(HeaderType::To).unwrap();
    message.remove_header(HeaderType::From).unwrap();
    assert!(message.action().unwrap().is_none() && message.to().unwrap().is_none());
}

#[test]
fn headers_of_ones_own() {
    const NAME: Name<'static> = Name::new("item", "urn:h");
    let mut message = Message::blank(Version::SOAP12);
    let relay =
        HeaderAttributes { relay: true, role: Soap12.next_role().into(), ..HeaderAttributes::default() };
    message.add_header(NAME, "1", &HeaderAttributes::must_understand()).unwrap();
    message.add_header(NAME, "2", &HeaderAttributes::default()).unwrap();
    message.add_header(NAME, "other", &relay).unwrap();
    assert_eq!(
        message.header::<String>(NAME, HeaderPick::Only).unwrap_err().code(),
        ErrorCode::InvalidFormat
    );
    for (index, value) in [Some("1"), Some("2"), None].iter().enumerate() {
        let found = message.header::<String>(NAME, HeaderPick::Repeated(index)).unwrap();
        assert_eq!(found.as_deref(), *value); // the one for the next node is not for the ultimate receiver
    }
    let at = message.find_custom(NAME, HeaderPick::Repeated(0)).unwrap().unwrap();
    assert_eq!(message.header_attributes(at).unwrap(), HeaderAttributes::must_understand());
    let all: Vec<_> = std::iter::successors(message.next_header(None).unwrap(), |&at| {
        message.next_header(Some(at)).unwrap()
    })
    .collect();
    assert_eq!(message.header_attributes(all[2]).unwrap(), relay);
    message.remove_headers(NAME).unwrap();
    assert!(message.find_custom(NAME, HeaderPick::Only).unwrap().is_none());
    assert!(both(&message).contains("other"));

    // A value that cannot be written leaves no trace.
    let before = both(&message);
    let failed = message.add_header_with(NAME, &HeaderAttributes::default(), |w| {
        w.element("part", "", 1)?;
        Err(Error::format("stop"))
    });
    assert!(failed.is_err());
    assert!(
        message.add_header_with(NAME, &HeaderAttributes::default(), |w| w.start_element("x", "")).is_err()
    );
    assert_eq!(both(&message), before);
}

#[test]
fn mapped_headers() {
    let mut message = Message::blank(Version::SOAP12);
    message.add_mapped_header("Verb", " PUT ").unwrap();
    message.add_mapped_header("X", "1").unwrap();
    message.add_mapped_header("X", "2").unwrap();
    assert_eq!(message.mapped_header("Verb", HeaderPick::Only).unwrap().as_deref(), Some("PUT"));
    assert_eq!(message.mapped_header("X", HeaderPick::Repeated(1)).unwrap().as_deref(), Some("2"));
    message.remove_headers(Name::new("X", "")).unwrap();
    assert!(both(&message).contains("<s:Header><Verb> PUT </Verb></s:Header>"));
}

#[test]
fn mandatory_headers_must_be_understood() {
    for (envelope, next) in [(Soap11, "s:actor"), (Soap12, "s:role")] {
        let ns = envelope.namespace();
        let text = format!(
            "<s:Envelope xmlns:s='{}'><s:Header xmlns:a='http://www.w3.org/2005/08/addressing'>\
             <a:Action s:mustUnderstand='1'>urn:a</a:Action><a s:mustUnderstand='1'/><b s:mustUnderstand='0'/>\
             <c s:mustUnderstand='true' {next}='urn:else'/><d xmlns='urn:d' s:mustUnderstand='true' {next}='{}'/>\
             </s:Header><s:Body><go/></s:Body></s:Envelope>",
            ns.as_str(),
            envelope.next_role(),
        );
        let mut message = read(&text, Version::new(envelope, Addressing10)).unwrap();
        let names = |message: &mut Message| {
            let names = message.not_understood().unwrap().into_iter();
            names.map(|name| format!("{{{}}}{}", name.ns, name.local)).collect::<Vec<_>>()
        };
        assert_eq!(names(&mut message), ["{}a", "{urn:d}d"]);
        let at = message.find_custom(Name::new("a", ""), HeaderPick::Only).unwrap().unwrap();
        message.mark_understood(at).unwrap();
        assert_eq!(names(&mut message), ["{urn:d}d"]);
        // Addressing is not understood by those who have none.
        let mut message = read(&text, Version::new(envelope, Transport)).unwrap();
        assert_eq!(names(&mut message).len(), 3);
    }
}

#[test]
fn what_is_forwarded_stays_what_it_was() {
    let text_in = concat!(
        r#"<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:x="urn:x" xmlns:u="urn:u"><e:Header u:Id='h'>"#,
        r#"<x:first x:type="x:t" e:mustUnderstand="true"> <x:in/>&#13;</x:first>"#,
        r#"<wsa:Action u:Id="_1" xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:a</wsa:Action>"#,
        r#"<last xmlns="urn:l"></last></e:Header><e:Body u:Id="_2"><go xmlns="urn:b">1</go></e:Body></e:Envelope>"#,
    );
    let message = read(text_in, Version::SOAP12_ADDRESSING10).unwrap();
    assert_eq!(both(&message), text_in.replace("&#13;", "&#xD;"));
}

#[test]
fn between_versions_the_meaning_is_kept() {
    let text_in = concat!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>"#,
        r#"<a:Action xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">urn:a</a:Action>"#,
        r#"<a:To xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"#,
        r#"<h xmlns="urn:h" s:actor="http://schemas.xmlsoap.org/soap/actor/next" s:mustUnderstand="1" k="v">1</h></s:Header>"#,
        r#"<s:Body><go/></s:Body></s:Envelope>"#,
    );
    let source = read(text_in, Version::new(Soap11, Addressing09)).unwrap();
    let mut copy = Message::new(Version::SOAP12_ADDRESSING10);
    copy.initialize(Initialization::Duplicate(&source)).unwrap();
    assert_eq!(copy.to().unwrap().as_deref(), Some("http://www.w3.org/2005/08/addressing/anonymous"));
    let written = text(&mut copy);
    assert!(!written.contains("xmlsoap"), "{written}");
    let header = r#"k="v" s:role="http://www.w3.org/2003/05/soap-envelope/role/next" s:mustUnderstand="1" xmlns="urn:h">1</h>"#;
    assert!(written.contains(header), "{written}");
}

#[test]
fn faults_are_seen() {
    for version in [Version::SOAP11, Version::SOAP12] {
        let mut message = Message::blank(version);
        let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
        message.write_start(&mut w).unwrap();
        message.write_fault(&mut w, &Fault::receiver("busy")).unwrap();
        message.write_end(&mut w).unwrap();
        let bytes = w.into_bytes().unwrap();
        let mut message = Message::new(version);
        let mut reader = Reader::text(&bytes);
        message.read_start(&mut reader).unwrap();
        assert!(message.is_fault());
        assert_eq!(message.read_fault(&mut reader).unwrap().reason(""), "busy");
        message.read_end(&mut reader).unwrap();
    }
}

#[test]
fn input_in_pieces_gives_the_same() {
    let text_in = concat!(
        r#"<?xml version="1.0"?> <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"> <!-- c --><s:Header> <x:h xmlns:x="urn:x">a<y/>b</x:h>"#,
        r#" </s:Header> <s:Body> <go/> </s:Body> </s:Envelope> "#,
    );
    for size in 1..20 {
        let mut message = Message::new(Version::SOAP12);
        let mut reader = Reader::stream(ReaderEncoding::text());
        let mut pieces = text_in.as_bytes().chunks(size);
        let mut feed = |reader: &mut Reader<'_>, error: Error| {
            assert!(error.needs_input(), "{error}");
            match pieces.next() {
                Some(piece) => reader.feed(piece),
                None => reader.end_of_input(),
            }
        };
        while let Err(error) = message.read_start(&mut reader) {
            feed(&mut reader, error);
        }
        while let Err(error) = reader.skip_node() {
            feed(&mut reader, error);
        }
        while let Err(error) = message.read_end(&mut reader) {
            feed(&mut reader, error);
        }
        assert_eq!(message.state(), MessageState::Done);
        assert_eq!(
            message.header::<crate::xml::reader::QName>(Name::new("none", ""), HeaderPick::Only).unwrap(),
            None
        );
        assert!(message.find_custom(Name::new("h", "urn:x"), HeaderPick::Only).unwrap().is_some());
    }
}

#[test]
fn what_is_malformed_is_refused() {
    let s = "xmlns:s='http://www.w3.org/2003/05/soap-envelope'";
    let long: String = (0..65).map(|i| format!("<h{i}/>")).collect();
    for (text, expected) in [
        ("", "has no element"),
        ("<Envelope/>", "the envelope of SOAP 1.2"),
        (
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'/>",
            "the envelope of SOAP 1.1; SOAP 1.2 was expected",
        ),
        (&format!("<s:Envelope {s}/>"), "expected the body"),
        (&format!("<s:Envelope {s}><s:Header/></s:Envelope>"), "expected the body"),
        (&format!("<s:Envelope {s}><s:Header/><s:Header/><s:Body/></s:Envelope>"), "expected the body"),
        (
            &format!("<s:Envelope {s}><s:Header>text</s:Header><s:Body/></s:Envelope>"),
            "expected a header element",
        ),
        (&format!("<s:Envelope {s}><Body/></s:Envelope>"), "expected the body"),
        (&format!("<s:Envelope {s}><s:Body><a/></s:Body><s:Header/></s:Envelope>"), "expected an end tag"),
        (&format!("<s:Envelope {s}><s:Body><a/><b/></s:Body></s:Envelope>"), "expected an end tag"),
        (&format!("<s:Envelope {s}><s:Body><a/></s:Body></s:Envelope><b/>"), ""),
        (&format!("<s:Envelope {s}><s:Body><a/></s:Body>"), ""),
    ] {
        let error = read(text, Version::SOAP12).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{text}");
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
    let twice = format!(
        "<s:Envelope {s} xmlns:a='http://www.w3.org/2005/08/addressing'><s:Header><a:Action>1</a:Action>\
         <a:To><x/></a:To><a:Action>2</a:Action><a:ReplyTo/><a:MessageID> </a:MessageID></s:Header><s:Body/></s:Envelope>"
    );
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    message.read_start(&mut Reader::text(twice.as_bytes())).unwrap();
    let code = |result: Result<()>| result.unwrap_err().code();
    assert_eq!(code(message.action().map(drop)), ErrorCode::InvalidFormat);
    assert_eq!(code(message.to().map(drop)), ErrorCode::InvalidFormat);
    assert_eq!(code(message.reply_to().map(drop)), ErrorCode::InvalidFormat);
    assert_eq!(code(message.message_id().map(drop)), ErrorCode::InvalidFormat);
    assert_eq!(
        code(Message::new(Version::SOAP12_ADDRESSING10).initialize(Initialization::Reply(&message))),
        ErrorCode::InvalidFormat
    );

    let many = format!("<s:Envelope {s}><s:Header>{long}</s:Header><s:Body/></s:Envelope>");
    let mut message = Message::new(Version::SOAP12);
    message.read_start(&mut Reader::text(many.as_bytes())).unwrap();
    let error = message.action().unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
    assert!(error.to_string().contains("max_processed_headers"));

    let options = MessageOptions { max_headers_size: 2000, ..MessageOptions::default() };
    let mut message = Message::with_options(Version::SOAP12, options);
    let error = message.read_start(&mut Reader::text(many.as_bytes())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}

/// What was learnt of one message is no part of the next in the same memory.
#[test]
fn a_message_that_is_read_again_has_nothing_of_the_one_before() {
    let s =
        "xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing'";
    let first =
        format!("<s:Envelope {s}><s:Header><a:Action>urn:a</a:Action><x/></s:Header><s:Body/></s:Envelope>");
    let second = format!("<s:Envelope {s}><s:Header><a:To>urn:t</a:To></s:Header><s:Body/></s:Envelope>");
    let mut message = Message::new(Version::SOAP12_ADDRESSING10);
    let mut header = None;
    for round in 0..3 {
        for (text, action, to) in [(&first, Some("urn:a"), None), (&second, None, Some("urn:t"))] {
            message.reset();
            message.read_start(&mut Reader::text(text.as_bytes())).unwrap();
            assert_eq!(message.action().unwrap().as_deref(), action, "{round}");
            assert_eq!(message.to().unwrap().as_deref(), to, "{round}");
            let at = message.find_header(if action.is_some() { HeaderType::Action } else { HeaderType::To });
            let at = at.unwrap().unwrap();
            // A position in the tree of the message before names nothing in this one.
            if let Some(before) = header.replace(at) {
                let tree = message.tree().unwrap();
                assert!(tree.buffer.lock().node(before).is_err(), "{round}");
            }
        }
    }
}
