//! The exported functions against the reference, and the list of those that are not built yet.

use std::{collections::BTreeMap, fs, path::Path};
use webservices::{TABLES, export::Export, param::Kind};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn exports() -> BTreeMap<&'static str, &'static Export> {
    let all: Vec<_> = TABLES.iter().copied().flatten().map(|e| (e.name, e)).collect();
    let count = all.len();
    let map: BTreeMap<_, _> = all.into_iter().collect();
    assert_eq!(map.len(), count, "a function is exported twice");
    map
}

/// The class of a type of the table.
fn kind(of: &str) -> Kind {
    match of {
        "u16" => Kind::U16,
        "usize" => Kind::USize,
        "PWSTR" | "PCWSTR" => Kind::Pointer,
        other if other.starts_with('*') || other.ends_with("_CALLBACK") || other.ends_with("_FUNCTION") => {
            Kind::Pointer
        }
        _ => Kind::U32,
    }
}

#[test]
fn every_function_has_the_parameters_of_the_reference() {
    let exports = exports();
    let table = file("../../data/wwsapi-surface.tsv");
    let mut count = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let inner =
            columns[3].split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).expect("parameters").0;
        let expected: Vec<(String, Kind)> = inner
            .split(", ")
            .map(|p| p.split_once(" : ").expect("name : type"))
            .map(|(name, of)| (name.replace("r#", ""), kind(of.trim())))
            .collect();
        let export = exports.get(columns[0]).unwrap_or_else(|| panic!("{} is not exported", columns[0]));
        let got: Vec<(String, Kind)> = export
            .parameters
            .iter()
            .map(|(name, kind)| (name.replace("r#", "").to_lowercase(), *kind))
            .collect();
        assert_eq!(got, expected, "{}", export.name);
        count += 1;
    }
    assert_eq!((count, exports.len()), (193, 193));
}

#[test]
fn the_list_of_missing_functions_is_exact() {
    let missing: Vec<&str> = exports().values().filter(|e| !e.implemented).map(|e| e.name).collect();
    let listed = file("unimplemented.txt");
    let listed: Vec<&str> = listed.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect();
    assert_eq!(listed, missing, "unimplemented.txt has one name a line, sorted");
}
