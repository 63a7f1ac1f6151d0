//! The examples of the two recommendations, read as text and canonicalized on the way.
//!
//! C14N 1.0 3.1, 3.4 to 3.5 use document type declarations, which are refused, and processing instructions,
//! which the node model does not have; what those examples show besides is in the cases below.

use wws_core::xml::{
    NodeType, Reader,
    canonical::{Algorithm, Canonicalization},
};

fn canonical(text: &str, settings: &Canonicalization) -> String {
    let mut reader = Reader::text(text.as_bytes());
    reader.start_canonicalization(settings).expect("it starts");
    while reader.read_node().expect("well formed") != NodeType::Eof {}
    reader.end_canonicalization().expect("the same depth");
    String::from_utf8(reader.take_canonical_output().unwrap_or_default()).expect("UTF-8")
}

/// The canonical form of the first element of this name with all that is in it.
fn of_element(text: &str, local: &str, settings: &Canonicalization) -> String {
    let mut reader = Reader::text(text.as_bytes());
    while reader.element().is_none_or(|e| e.local_name().as_str() != local) {
        reader.read_node().expect("well formed");
    }
    let mut out = Vec::new();
    reader.canonicalize_to(settings, &mut out).expect("well formed");
    String::from_utf8(out).expect("UTF-8")
}

fn inclusive(text: &str) -> String {
    canonical(text, &Canonicalization::new(Algorithm::Inclusive))
}

fn with_comments(text: &str) -> String {
    canonical(text, &Canonicalization::new(Algorithm::InclusiveWithComments))
}

/// C14N 1.0 3.1, without the processing instruction.
#[test]
fn comments_and_what_is_outside_of_the_document_element() {
    let text = "<?xml version=\"1.0\"?>\n\n<!-- Before -->\n\n<doc>Hello, world!<!-- Comment 1 --></doc>\n\n\n\n\
                <!-- Comment 2 -->\n\n<!-- Comment 3 -->\n";
    assert_eq!(inclusive(text), "<doc>Hello, world!</doc>");
    assert_eq!(
        with_comments(text),
        "<!-- Before -->\n<doc>Hello, world!<!-- Comment 1 --></doc>\n<!-- Comment 2 -->\n<!-- Comment 3 -->"
    );
}

/// C14N 1.0 3.2.
#[test]
fn white_space_in_content_stays() {
    let text = "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n      \
                <clean>   </clean>\n      B\n      <dirty>   A   B   </dirty>\n      C\n   </mixed>\n</doc>";
    assert_eq!(inclusive(text), text);
}

/// C14N 1.0 3.3, without the default attribute that its document type declares.
#[test]
fn start_and_end_tags() {
    let text = "<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = \"elem3\"   id=\"elem3\"   />\n   \
                <e4   name=\"elem4\"   id=\"elem4\"   ></e4>\n   \
                <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n      \
                xmlns:b=\"http://www.ietf.org\"\n      xmlns:a=\"http://www.w3.org\"\n      \
                xmlns=\"http://example.org\"/>\n   \
                <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n         \
                <e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n            \
                <e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\"/>\n         </e8>\n      </e7>\n   </e6>\n</doc>";
    let expected = "<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id=\"elem3\" name=\"elem3\"></e3>\n   \
                    <e4 id=\"elem4\" name=\"elem4\"></e4>\n   \
                    <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" \
                    attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n   \
                    <e6 xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n         \
                    <e8 xmlns=\"\">\n            <e9 xmlns:a=\"http://www.ietf.org\"></e9>\n         \
                    </e8>\n      </e7>\n   </e6>\n</doc>";
    assert_eq!(inclusive(text), expected);
}

/// C14N 1.0 3.4, without the attributes whose types its document type declares.
#[test]
fn character_modifications_and_references() {
    let text = "<doc>\r\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n   \
                <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\n   \
                <compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute>\n   \
                <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>\n</doc>";
    let expected = "<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n   \
                    <compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n   \
                    <compute expr=\"value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; \
                    ?&quot;valid&quot;:&quot;error&quot;\">valid</compute>\n   \
                    <norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm>\n</doc>";
    assert_eq!(inclusive(text), expected);
}

/// C14N 1.0 3.6: the output is UTF-8, whatever the input.
#[test]
fn other_character_sets() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><doc>&#169;</doc>";
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut reader = Reader::text(&utf16);
    reader.start_canonicalization(&Canonicalization::new(Algorithm::Inclusive)).unwrap();
    while reader.read_node().unwrap() != NodeType::Eof {}
    reader.end_canonicalization().unwrap();
    assert_eq!(reader.take_canonical_output().unwrap(), "<doc>©</doc>".as_bytes());
}

/// Exclusive C14N 1.0 2.1 and 2.2: the element is the same wherever it stands.
#[test]
fn an_element_is_signed_without_its_surroundings() {
    let alone = "<n1:elem1 xmlns:n1=\"http://b.example\">\n     content\n  </n1:elem1>";
    let enclosed = "<n0:pdu xmlns:n0=\"http://a.example\">\n  <n1:elem1 xmlns:n1=\"http://b.example\">\n     \
                    content\n  </n1:elem1>\n</n0:pdu>";
    let settings = Canonicalization::default();
    assert_eq!(canonical(alone, &settings), alone);
    assert_eq!(of_element(enclosed, "elem1", &settings), alone);

    let first = "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\">\n  \
                 <n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n     \
                 <n3:stuff xmlns:n3=\"ftp://example.org\"/>\n  </n1:elem2>\n</n0:local>";
    let second = "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\" \
                  xml:space=\"retain\">\n  <n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n     \
                  <n3:stuff xmlns:n3=\"ftp://example.org\"/>\n  </n1:elem2>\n</n2:pdu>";
    let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n     \
                    <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff>\n  </n1:elem2>";
    assert_eq!(of_element(first, "elem2", &settings), expected);
    assert_eq!(of_element(second, "elem2", &settings), expected);
}

/// Exclusive C14N 1.0 3: a prefix of the list is rendered as in the inclusive form, from the surroundings too.
#[test]
fn listed_prefixes_come_from_the_surroundings() {
    let text = "<a xmlns='urn:d' xmlns:x='urn:outer'><b xmlns:x='urn:x'><c><x:d/></c></b></a>";
    let settings = |prefixes: &[&str]| Canonicalization {
        inclusive_prefixes: prefixes.iter().map(|&p| p.into()).collect(),
        ..Canonicalization::default()
    };
    let of_c = |prefixes| of_element(text, "c", &settings(prefixes));
    assert_eq!(of_c(&[]), "<c xmlns=\"urn:d\"><x:d xmlns:x=\"urn:x\"></x:d></c>");
    assert_eq!(of_c(&["x"]), "<c xmlns=\"urn:d\" xmlns:x=\"urn:x\"><x:d></x:d></c>");
    // The declaration of `b` itself does not hold outside of it.
    let of_b = of_element(text, "b", &settings(&["x"]));
    assert_eq!(of_b, "<b xmlns=\"urn:d\" xmlns:x=\"urn:x\"><c><x:d></x:d></c></b>");
    let of_d = |prefixes| of_element(text, "d", &settings(prefixes));
    assert_eq!(of_d(&["#default"]), "<x:d xmlns=\"urn:d\" xmlns:x=\"urn:x\"></x:d>");
}
