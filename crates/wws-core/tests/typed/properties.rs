//! Random values of types that use every feature survive every encoding.

use bytes::Bytes;
use proptest::{collection::vec, option, prelude::*};
use wws_core::{
    FromXml, ToXml,
    typed::{self, AnyAttribute, Attachment, FromElement, ToElement},
    value::{DateTime, DateTimeFormat, Decimal, Duration, Guid, TimeSpan, UniqueId},
    xml::{
        Charset, Reader, ReaderEncoding, ReaderOptions, Writer, WriterEncoding, WriterOptions,
        binary::BinaryEncoding,
        buffer::XmlBuffer,
        canonical::{Algorithm, Canonicalization},
        mtom::{MtomInput, MtomOutput, mime::Related},
        reader::QName,
    },
};

const NS: &str = "urn:p";
const OTHER: &str = "urn:other";

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "all", ns = NS, rename_all = "camelCase", xmlns(o = OTHER))]
struct All {
    #[xml(attribute)]
    flag: bool,
    #[xml(attribute, ns = OTHER)]
    text_there: Option<String>,
    #[xml(attribute, name = "xml:lang")]
    language: String,
    #[xml(attribute)]
    blob: Bytes,
    #[xml(attribute, omit_default, default = 5)]
    usual: i64,
    #[xml(flatten)]
    base: Base,
    numbers: Numbers,
    texts: Texts,
    #[xml(flatten)]
    choice: Choice,
    #[xml(flatten)]
    maybe: Option<Second>,
    separator: (),
    #[xml(flatten)]
    choices: Vec<Choice>,
    lists: Lists,
    kind: Kind,
    open: Option<Open>,
    size: Size,
    shapes: Vec<Shape>,
    tree: Option<Box<Tree>>,
    binary: Binary,
    #[xml(skip)]
    skipped: u8,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = OTHER)]
struct Base {
    #[xml(attribute)]
    base_id: u32,
    #[xml(ns = "")]
    base_name: String,
    #[xml(omit_default)]
    base_count: u16,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS, any_order)]
struct Numbers {
    a: i8,
    b: i16,
    c: i32,
    d: i64,
    e: u8,
    f: u16,
    g: u32,
    h: u64,
    i: f32,
    j: f64,
    k: Decimal,
    l: bool,
    m: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS)]
struct Texts {
    time: DateTime,
    span: TimeSpan,
    duration: Duration,
    guid: Guid,
    id: UniqueId,
    name: QName,
    #[xml(nillable)]
    note: Option<String>,
    marked: Vec<Marked>,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
struct Marked {
    #[xml(attribute)]
    of: Kind,
    #[xml(text)]
    text: String,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS)]
enum Choice {
    Number(i32),
    Nothing,
    #[xml(ns = OTHER)]
    Both {
        #[xml(attribute)]
        left: Option<i32>,
        #[xml(name = "item")]
        right: Vec<String>,
    },
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS)]
enum Second {
    Left(u32),
    Right(String),
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS)]
struct Lists {
    plain: Vec<i32>,
    #[xml(wrapper = "wrapped", name = "item", wrapper_ns = OTHER)]
    wrapped: Vec<String>,
    #[xml(wrapper = "maybe", name = "item")]
    maybe: Option<Vec<f64>>,
    #[xml(wrapper = "nil", name = "item", nillable)]
    nil: Option<Vec<bool>>,
    holes: Vec<Option<u32>>,
    blobs: Vec<Bytes>,
}

#[derive(Clone, Copy, Debug, PartialEq, ToXml, FromXml)]
#[xml(rename_all = "SCREAMING-KEBAB-CASE")]
enum Kind {
    DarkRed,
    #[xml(name = "a & b")]
    Spaced,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
enum Open {
    Known,
    #[xml(other)]
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, ToXml, FromXml)]
#[xml(value)]
struct Size(u64);

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(xsi_type, ns = OTHER)]
enum Shape {
    #[xml(base)]
    Plain(Base),
    Round(Round),
    #[xml(name = "flat", ns = "urn:third")]
    Flat(Base),
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = OTHER)]
struct Round {
    #[xml(flatten)]
    base: Base,
    radius: f64,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS, ignore_unknown)]
struct Tree {
    value: u8,
    child: Vec<Tree>,
}

#[derive(Clone, Debug, PartialEq, ToXml, FromXml)]
#[xml(ns = NS)]
struct Binary {
    vec: Vec<u8>,
    shared: Bytes,
    array: [u8; 4],
    maybe: Option<Vec<u8>>,
    #[xml(nillable)]
    nil: Option<Bytes>,
}

/// What has no equality: buffers and attachments.
#[derive(Debug, ToXml, FromXml)]
#[xml(name = "raw", ns = NS)]
struct Raw {
    #[xml(any_attributes)]
    attributes: Vec<AnyAttribute>,
    attachment: Attachment,
    content: Content,
    named: Option<XmlBuffer>,
    #[xml(flatten)]
    others: Vec<XmlBuffer>,
}

#[derive(Debug, ToXml, FromXml)]
struct Content {
    #[xml(any_content)]
    content: XmlBuffer,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-c<>&\"'\t\n\r é𝄞\\]]{0,12}", "[01]", "[ -~]{0,80}"]
}

fn float() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("NaN is not equal to itself", |f| !f.is_nan())
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..10), (0_usize..3000, any::<u8>()).prop_map(|(n, b)| vec![b; n])]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..=28_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn time() -> impl Strategy<Value = DateTime> {
    let format = prop::sample::select(vec![DateTimeFormat::Utc, DateTimeFormat::None]);
    (0..=DateTime::MAX_TICKS, format).prop_map(|(ticks, format)| DateTime { ticks, format })
}

fn duration() -> impl Strategy<Value = Duration> {
    (any::<[u16; 6]>(), 0..1000_u32, 0..10_000_u32, any::<bool>()).prop_map(
        |(n, milliseconds, ticks, negative)| {
            let [years, months, days, hours, minutes, seconds] = n.map(u32::from);
            Duration { negative, years, months, days, hours, minutes, seconds, milliseconds, ticks }
        },
    )
}

fn id() -> impl Strategy<Value = UniqueId> {
    prop_oneof![
        any::<u128>().prop_map(|n| UniqueId::Guid(Guid::from_u128(n))),
        "[a-z:]{1,9}".prop_map(|u| UniqueId::Uri(u.into()))
    ]
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let float32 = any::<f32>().prop_filter("NaN is not equal to itself", |f| !f.is_nan());
    let whole = (any::<(i8, i16, i32, i64)>(), any::<(u8, u16, u32, u64)>());
    (whole, float32, float(), decimal(), any::<bool>(), any::<Option<i32>>()).prop_map(
        |(((a, b, c, d), (e, f, g, h)), i, j, k, l, m)| Numbers { a, b, c, d, e, f, g, h, i, j, k, l, m },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::DarkRed, Kind::Spaced])
}

fn texts() -> impl Strategy<Value = Texts> {
    let name = ("[a-z]{1,4}", prop::sample::select(vec![NS, OTHER, "urn:new"]));
    let marked = (kind(), text()).prop_map(|(of, text)| Marked { of, text });
    (time(), any::<i64>(), duration(), any::<u128>(), id(), name, option::of(text()), vec(marked, 0..3))
        .prop_map(|(time, span, duration, guid, id, (local, ns), note, marked)| Texts {
            time,
            span: TimeSpan(span),
            duration,
            guid: Guid::from_u128(guid),
            id,
            name: QName::new(local, ns),
            note,
            marked,
        })
}

fn choice() -> impl Strategy<Value = Choice> {
    let both = (any::<Option<i32>>(), vec(text(), 0..3));
    prop_oneof![
        any::<i32>().prop_map(Choice::Number),
        Just(Choice::Nothing),
        both.prop_map(|(left, right)| Choice::Both { left, right }),
    ]
}

fn lists() -> impl Strategy<Value = Lists> {
    (
        vec(any::<i32>(), 0..4),
        vec(text(), 0..4),
        option::of(vec(float(), 0..4)),
        option::of(vec(any::<bool>(), 0..4)),
        vec(any::<Option<u32>>(), 0..4),
        vec(bytes().prop_map(Bytes::from), 0..3),
    )
        .prop_map(|(plain, wrapped, maybe, nil, holes, blobs)| Lists {
            plain,
            wrapped,
            maybe,
            nil,
            holes,
            blobs,
        })
}

fn base() -> impl Strategy<Value = Base> {
    (any::<u32>(), text(), 0_u16..2).prop_map(|(base_id, base_name, base_count)| Base {
        base_id,
        base_name,
        base_count,
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        base().prop_map(Shape::Plain),
        (base(), float()).prop_map(|(base, radius)| Shape::Round(Round { base, radius })),
        base().prop_map(Shape::Flat),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = any::<u8>().prop_map(|value| Tree { value, child: Vec::new() });
    leaf.prop_recursive(4, 12, 3, |tree| {
        (any::<u8>(), vec(tree, 0..3)).prop_map(|(value, child)| Tree { value, child })
    })
}

fn binary() -> impl Strategy<Value = Binary> {
    (bytes(), bytes(), any::<[u8; 4]>(), option::of(bytes()), option::of(bytes())).prop_map(
        |(vec, shared, array, maybe, nil)| Binary {
            vec,
            shared: shared.into(),
            array,
            maybe,
            nil: nil.map(Bytes::from),
        },
    )
}

fn all() -> impl Strategy<Value = All> {
    let second = prop_oneof![any::<u32>().prop_map(Second::Left), text().prop_map(Second::Right)];
    let open = prop_oneof![Just(Open::Known), "[a-z&]{1,5}".prop_map(Open::Other)];
    let attributes = (any::<bool>(), option::of(text()), text(), bytes(), 4_i64..6);
    let groups = (base(), numbers(), texts(), choice(), option::of(second), vec(choice(), 0..4), lists());
    let rest = (kind(), option::of(open), any::<u64>(), vec(shape(), 0..3), option::of(tree()), binary());
    (attributes, groups, rest).prop_map(|(attributes, groups, rest)| {
        let (flag, text_there, language, blob, usual) = attributes;
        let (base, numbers, texts, choice, maybe, choices, lists) = groups;
        let (kind, open, size, shapes, tree, binary) = rest;
        All {
            flag,
            text_there,
            language,
            blob: blob.into(),
            usual,
            base,
            numbers,
            texts,
            choice,
            maybe,
            separator: (),
            choices,
            lists,
            kind,
            open,
            size: Size(size),
            shapes,
            tree: tree.map(Box::new),
            binary,
            skipped: 0,
        }
    })
}

/// An element as text, in one of several namespaces.
fn element() -> impl Strategy<Value = String> {
    let attribute = prop::sample::select(vec!["", " x='1'", " p:y='&lt;'"]);
    let leaf =
        prop_oneof![Just(""), Just("text"), Just("<![CDATA[<]]>"), Just("a<!--b-->c")].prop_map(String::from);
    let content = leaf.prop_recursive(3, 8, 3, move |inner| {
        (vec(inner, 0..3), attribute.clone()).prop_map(|(inner, attribute)| {
            format!("<p:e xmlns:p='urn:e'{attribute}>{}</p:e>", inner.concat())
        })
    });
    (content, prop::sample::select(vec!["urn:f", "urn:g"]))
        .prop_map(|(content, ns)| format!("<f xmlns='{ns}'>{content}</f>"))
}

fn raw() -> impl Strategy<Value = Raw> {
    let attribute =
        |(i, ns, value): (usize, &str, String)| AnyAttribute { local: format!("a{i}"), ns: ns.into(), value };
    let attribute = move |i| (Just(i), prop::sample::select(vec!["", OTHER]), text()).prop_map(attribute);
    let attributes = (attribute(0), attribute(1)).prop_map(|(a, b)| vec![a, b]);
    let buffer = || element().prop_map(|text| typed::from_str::<XmlBuffer>(&text).unwrap());
    let source =
        bytes().prop_map(|bytes| Attachment::from_read(move || Ok(std::io::Cursor::new(bytes.clone()))));
    let attachment = prop_oneof![bytes().prop_map(Attachment::from), source];
    let content = element().prop_map(|inner| {
        typed::from_str::<Content>(&format!("<Content>a{inner}<!-- -->{inner}</Content>")).unwrap()
    });
    (attributes, attachment, content, option::of(buffer()), vec(buffer(), 0..3)).prop_map(
        |(attributes, attachment, content, named, others)| Raw {
            attributes,
            attachment,
            content,
            named,
            others,
        },
    )
}

/// The encodings with how they are read: text in three charsets, binary without and with a session, MTOM.
fn encodings() -> Vec<(WriterEncoding, ReaderEncoding)> {
    let text =
        [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be].map(|c| (c.into(), ReaderEncoding::text()));
    let frame = Related::new("uuid:1", "http://example.org/0", "text/xml").unwrap();
    let mtom = [0, 767].map(|inline| {
        let output = MtomOutput::new(frame.clone()).max_inline_byte_count(inline);
        (output.into(), ReaderEncoding::Mtom(MtomInput::with_header()))
    });
    let binary = [
        (BinaryEncoding::soap().into(), ReaderEncoding::binary()),
        (BinaryEncoding::soap_session().into(), ReaderEncoding::binary_session()),
    ];
    text.into_iter().chain(binary).chain(mtom).collect()
}

fn survives<T: ToElement + for<'a> FromElement<'a>>(
    value: &T,
    same: impl Fn(&T, &T) -> bool,
) -> Result<(), TestCaseError> {
    for (number, (to, from)) in encodings().into_iter().enumerate() {
        // UTF-16 says so in the declaration, or it has to be told.
        let options = WriterOptions { write_declaration: true, ..WriterOptions::default() };
        let mut writer = Writer::new(to, options);
        writer
            .write(value)
            .map_err(|e| TestCaseError::fail(format!("encoding {number} is not written: {e}")))?;
        let document = writer.into_bytes().unwrap();
        let limits = ReaderOptions { max_attributes: 1000, ..ReaderOptions::default() };
        let mut reader = Reader::with_input(from, document.as_slice().into()).with_options(limits);
        let back: T =
            reader.read().map_err(|e| TestCaseError::fail(format!("encoding {number} is not read: {e}")))?;
        prop_assert!(same(value, &back), "encoding {number}: {:?}", String::from_utf8_lossy(&document));
    }
    Ok(())
}

/// The canonical form, which does not know how quotes, empty elements and CDATA sections are written.
fn canonical(value: &Raw) -> Vec<u8> {
    let document: XmlBuffer = typed::from_str(&typed::to_string(value).unwrap()).unwrap();
    document.canonicalize(document.bof(), &Canonicalization::new(Algorithm::ExclusiveWithComments)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_survive_every_encoding(value in all()) {
        survives(&value, |a, b| a == b)?;
    }

    #[test]
    fn raw_content_survives_every_encoding(value in raw()) {
        survives(&value, |a, b| canonical(a) == canonical(b))?;
    }
}
