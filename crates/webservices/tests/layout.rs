//! The structs and constants of this crate against the reference and the published metadata.

#[path = "header/names.rs"]
mod names;

use std::collections::BTreeMap;
use webservices::abi;

#[test]
fn structs_equal_the_reference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/wwsapi-layout.tsv");
    let table = std::fs::read_to_string(path).expect("data/wwsapi-layout.tsv");
    let mut sizes = BTreeMap::new();
    let mut fields: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| columns[i].parse::<usize>().expect("a number");
        match columns[0] {
            "struct" => drop(sizes.insert(columns[1], (number(2), number(3)))),
            _ => fields.entry(columns[1]).or_default().push((columns[2], number(3))),
        }
    }
    let layouts: Vec<&abi::Layout> = abi::LAYOUTS.iter().copied().flatten().collect();
    assert!(layouts.len() >= 18, "{} structs", layouts.len());
    for layout in layouts {
        assert_eq!(sizes.get(layout.name), Some(&(layout.size, layout.align)), "{}", layout.name);
        let own: Vec<(&str, usize)> =
            layout.fields.iter().map(|(name, offset)| (name.trim_start_matches("r#"), *offset)).collect();
        assert_eq!(fields.get(layout.name), Some(&own), "{}", layout.name);
    }
}

#[test]
fn constants_equal_the_metadata() {
    let metadata: BTreeMap<&str, i32> = names::CONSTANTS.iter().chain(names::HRESULTS).copied().collect();
    let members: Vec<_> = abi::MEMBERS.iter().copied().flatten().collect();
    assert!(members.len() >= 40, "{} constants", members.len());
    for (name, value) in members {
        assert_eq!(metadata.get(name), Some(value), "{name}");
    }
    for code in wws::ErrorCode::ALL {
        assert_eq!(metadata.get(code.symbol()), Some(&(code.hresult() as i32)), "{}", code.symbol());
    }
}
