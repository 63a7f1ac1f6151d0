//! Any split of the input gives the same events and the same error at the same place (DESIGN 3, invariant 10).

use super::events::{binary, records, split, text, whole};
use proptest::prelude::*;
use wws_core::xml::ReaderEncoding;

/// A long document with every kind of token, in pieces of every length.
#[test]
fn pieces_of_every_length() {
    let long = "lorem ipsum &amp; dolor\r\n ]] é ".repeat(20);
    let text = format!(
        "\u{FEFF}<?xml version='1.0' encoding='utf-8'?><!-- a\r\n --><p:r xmlns:p='urn:p' q=\"1&#10;2\">{long}<![CDATA[{long}]]>\
         <?pi {long}?><e/>{long}<f xml:lang='en' g='{long}'></f ></p:r>\n"
    );
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = String::from_utf16_lossy(&text.replace("utf-8", "utf-16").encode_utf16().collect::<Vec<_>>())
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect::<Vec<_>>()
        .into_iter()
        .chain(utf16.into_iter().take(0))
        .collect::<Vec<u8>>();
    for document in [text.as_bytes(), &utf16] {
        let expected = whole(&ReaderEncoding::text(), document);
        assert_eq!(expected.error, None);
        for length in (1..40).chain([100, 1000, 4096]) {
            let cuts: Vec<usize> = (length..document.len()).step_by(length).collect();
            for piece in [0, 1, 7, 64, 4096] {
                assert_eq!(
                    split(&ReaderEncoding::text(), document, &cuts, piece),
                    expected,
                    "{length} {piece}"
                );
            }
        }
    }
}

/// A cut at every byte of documents that end in the middle of everything.
#[test]
fn one_cut_everywhere() {
    for document in [
        "<a>&#x20AC;</a>",
        "<a b='&lt;\r\n'/>",
        "<a>x\r\ny]]z</a>",
        "<a><![CDATA[]]]]></a>",
        "<a><!--x--></a>",
        "<a>é😀</a>",
        "<a><?p x?></a>",
        "<a>]]></a>",
        "<a>&nope;</a>",
        "<a></b>",
        "<a><!-- -- --></a>",
        "<a b='1' b='2'/>",
        "<a>\u{1}</a>",
        "<a",
        "<a b='",
        "<a>text",
        "<a><![CDATA[x",
        "<a><!--",
        "<a>&am",
        "<?xml version='1.0'?><a/>",
        "<?xml version='2.0'?><a/>",
    ] {
        let expected = whole(&ReaderEncoding::text(), document.as_bytes());
        for cut in 0..=document.len() {
            assert_eq!(
                split(&ReaderEncoding::text(), document.as_bytes(), &[cut], 1),
                expected,
                "{document} at {cut}"
            );
        }
    }
}

fn cuts(document: &[u8], raw: &[prop::sample::Index]) -> Vec<usize> {
    let mut cuts: Vec<usize> = raw.iter().map(|i| i.index(document.len() + 1)).collect();
    cuts.sort_unstable();
    cuts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn splits_of_text(text in text(), raw in prop::collection::vec(any::<prop::sample::Index>(), 0..8), piece in 0u32..40) {
        let cuts = cuts(text.as_bytes(), &raw);
        prop_assert_eq!(split(&ReaderEncoding::text(), text.as_bytes(), &cuts, piece), whole(&ReaderEncoding::text(), text.as_bytes()));
    }

    /// One byte of a document is another one: often an error, always the same.
    #[test]
    fn splits_of_broken_text(text in text(), at in any::<prop::sample::Index>(), byte: u8,
                             raw in prop::collection::vec(any::<prop::sample::Index>(), 0..8), piece in 0u32..40) {
        let mut document = text.into_bytes();
        let at = at.index(document.len());
        document[at] = byte;
        let cuts = cuts(&document, &raw);
        prop_assert_eq!(split(&ReaderEncoding::text(), &document, &cuts, piece), whole(&ReaderEncoding::text(), &document));
    }

    #[test]
    fn splits_of_utf16(text in text(), big: bool, odd: bool,
                       raw in prop::collection::vec(any::<prop::sample::Index>(), 0..8), piece in 0u32..40) {
        let order = if big { u16::to_be_bytes } else { u16::to_le_bytes };
        let mut document: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect();
        if odd {
            document.pop();
        }
        let cuts = cuts(&document, &raw);
        prop_assert_eq!(split(&ReaderEncoding::text(), &document, &cuts, piece), whole(&ReaderEncoding::text(), &document));
    }

    #[test]
    fn splits_of_binary(document in records(), raw in prop::collection::vec(any::<prop::sample::Index>(), 0..8), piece in 0u32..40) {
        let cuts = cuts(&document, &raw);
        prop_assert_eq!(split(&binary(), &document, &cuts, piece), whole(&binary(), &document));
    }

    #[test]
    fn splits_of_broken_binary(document in records(), at in any::<prop::sample::Index>(), byte: u8,
                               raw in prop::collection::vec(any::<prop::sample::Index>(), 0..8), piece in 0u32..40) {
        let mut document = document;
        let at = at.index(document.len());
        document[at] = byte;
        let cuts = cuts(&document, &raw);
        prop_assert_eq!(split(&binary(), &document, &cuts, piece), whole(&binary(), &document));
    }

    /// Bytes that are nothing at all never make the reader panic or hang.
    #[test]
    fn noise(document in prop::collection::vec(any::<u8>(), 0..200)) {
        for encoding in [ReaderEncoding::text(), binary(), ReaderEncoding::binary_session(), ReaderEncoding::Raw] {
            prop_assert_eq!(split(&encoding, &document, &[document.len() / 2], 16), whole(&encoding, &document));
        }
    }
}
