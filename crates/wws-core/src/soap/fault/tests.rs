//! Faults of both versions, literally.

use super::*;
use crate::{ErrorCode, xml::Charset};
use EnvelopeVersion::{Soap11, Soap12};

fn write(fault: &Fault, version: EnvelopeVersion) -> String {
    let mut w = Writer::new(Charset::Utf8, WriterOptions::default());
    fault.write(&mut w, version).unwrap();
    String::from_utf8(w.into_bytes().unwrap()).unwrap()
}

fn read(text: &str, version: EnvelopeVersion) -> Result<Fault> {
    let mut reader = Reader::text(text.as_bytes());
    reader.read_to_any_start_element()?;
    let fault = Fault::read(&mut reader, version)?;
    assert_eq!(reader.node_type(), NodeType::Eof);
    Ok(fault)
}

fn full() -> Fault {
    let detail = Reader::text(
        b"<anything xmlns='urn:gone' a='1' p:b='2' xmlns:p='urn:p'><x xmlns=''>7</x> y</anything>",
    )
    .read_buffer(1 << 20)
    .unwrap();
    Fault {
        codes: vec![
            QName::new("Sender", ""),
            QName { prefix: "e".into(), local: "Late".into(), ns: "urn:e".into() },
            QName::new("VeryLate", "urn:f"),
        ],
        reasons: vec![
            FaultReason { text: "too late".into(), lang: "en".into() },
            FaultReason { text: "zu spät".into(), lang: "de-AT".into() },
        ],
        actor: "urn:role".into(),
        node: "urn:node".into(),
        detail: Some(Arc::new(detail)),
    }
}

#[test]
fn soap_1_2_has_everything() {
    let text = concat!(
        r#"<s:Fault xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Code><s:Value>s:Sender</s:Value>"#,
        r#"<s:Subcode><s:Value xmlns:d4p1="urn:e">d4p1:Late</s:Value><s:Subcode>"#,
        r#"<s:Value xmlns:d5p1="urn:f">d5p1:VeryLate</s:Value></s:Subcode></s:Subcode></s:Code>"#,
        r#"<s:Reason><s:Text xml:lang="en">too late</s:Text><s:Text xml:lang="de-AT">zu spät</s:Text></s:Reason>"#,
        r#"<s:Node>urn:node</s:Node><s:Role>urn:role</s:Role>"#,
        r#"<s:Detail a='1' p:b='2' xmlns:p='urn:p'><x>7</x> y</s:Detail></s:Fault>"#,
    );
    assert_eq!(write(&full(), Soap12), text);
    let back = read(text, Soap12).unwrap();
    assert!(back.is_code("Sender"));
    assert_eq!((back.codes[1].local.as_str(), back.codes[1].ns.as_str()), ("Late", "urn:e"));
    assert_eq!((back.codes[2].local.as_str(), back.codes[2].ns.as_str()), ("VeryLate", "urn:f"));
    assert_eq!(
        (back.reason("de"), back.reason("EN"), back.reason("fr")),
        ("zu spät", "too late", "too late")
    );
    assert_eq!(write(&back, Soap12), text);
}

#[test]
fn soap_1_1_has_the_first_of_everything() {
    let text = concat!(
        r#"<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Client</faultcode>"#,
        r#"<faultstring xml:lang="en">too late</faultstring><faultactor>urn:role</faultactor>"#,
        r#"<detail a='1' p:b='2' xmlns:p='urn:p'><x>7</x> y</detail></s:Fault>"#,
    );
    assert_eq!(write(&full(), Soap11), text);
    let back = read(text, Soap11).unwrap();
    assert!(back.is_code("Sender") && !back.is_code("Receiver"));
    // A fault can go from one version to the other.
    assert!(write(&back, Soap12).contains("s:Sender"));
}

#[test]
fn what_wcf_and_others_send_is_read() {
    let wcf = concat!(
        r#"<s:Fault xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Code><s:Value>s:Receiver</s:Value><s:Subcode>"#,
        r#"<s:Value xmlns:a="http://interop.test/codes">a:Sub</s:Value></s:Subcode></s:Code><s:Reason>"#,
        r#"<s:Text xml:lang="">coded reason</s:Text></s:Reason></s:Fault>"#,
    );
    let fault = read(wcf, Soap12).unwrap();
    assert_eq!(fault.codes[1], QName::new("Sub", "http://interop.test/codes"));
    let axis = concat!(
        r#"<S:Fault xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="urn:x"><faultstring>no</faultstring>"#,
        r#"<faultcode>S:Server</faultcode><x:more/><detail/></S:Fault>"#,
    );
    let fault = read(axis, Soap11).unwrap();
    assert!(fault.is_code("Receiver") && fault.detail.is_some());
    assert_eq!(fault.reason(""), "no");
}

#[test]
fn what_is_wrong_is_refused() {
    let s = "http://www.w3.org/2003/05/soap-envelope";
    for inner in [
        "",
        "<s:Code/>",
        "<s:Code><s:Value>x:Sender</s:Value></s:Code><s:Reason/>",
        "<s:Code><s:Value>s:Sender</s:Value></s:Code>",
        "<s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason/><s:Role/><s:Node/>",
        "<s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason/><s:Code/>",
    ] {
        let error = read(&format!("<s:Fault xmlns:s='{s}'>{inner}</s:Fault>"), Soap12).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidFormat, "{inner}");
    }
    for inner in ["<faultstring/>", "<faultcode>a</faultcode><faultcode>b</faultcode>", "<other/>"] {
        let text = format!("<s:Fault xmlns:s='{}'>{inner}</s:Fault>", names::SOAP_1_1.as_str());
        assert_eq!(read(&text, Soap11).unwrap_err().code(), ErrorCode::InvalidFormat, "{inner}");
    }
    assert_eq!(
        Fault::default()
            .write_content(&mut Writer::new(Charset::Utf8, WriterOptions::default()), Soap12)
            .unwrap_err()
            .code(),
        ErrorCode::InvalidArgument
    );
}

#[test]
fn a_detail_may_use_our_prefix() {
    let detail = Reader::text(b"<d xmlns:s='urn:app'><s:x t='s:y'/></d>").read_buffer(1 << 20).unwrap();
    let fault = Fault { detail: Some(Arc::new(detail)), ..Fault::receiver("no") };
    let written = write(&fault, Soap12);
    assert!(
        written
            .contains("<s0:Detail xmlns:s0=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:s='urn:app'>"),
        "{written}"
    );
    assert!(written.contains("<s:x t='s:y'/></s0:Detail>"), "{written}");
    assert!(write(&fault, Soap11).contains("<detail xmlns:s='urn:app'>"));
}

#[test]
fn details_are_values() {
    let mut fault = Fault::receiver("no");
    let detail = Reader::text(b"<why xmlns='urn:w'>rain</why>").read_buffer(1000).unwrap();
    fault.set_detail(&detail).unwrap();
    let back: XmlBuffer = fault.detail().unwrap();
    assert_eq!(back.to_text().unwrap(), r#"<why xmlns="urn:w">rain</why>"#);
    assert!(Fault::default().detail::<XmlBuffer>().is_err());
}
