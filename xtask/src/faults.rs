//! The page of faults (`docs/faults.md`) names tests; each of them has to exist.

use std::{collections::BTreeSet, fs, path::Path};

const PAGE: &str = "docs/faults.md";

/// Names on the page that are no test, no fuzz target and no program in C.
pub(crate) fn complaints(root: &Path, files: &[std::path::PathBuf]) -> Result<Vec<String>, String> {
    let page = fs::read_to_string(root.join(PAGE)).map_err(|e| format!("{PAGE}: {e}"))?;
    let mut known = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        known.extend(tests(&text));
    }
    for (folder, suffix) in [("fuzz/fuzz_targets", ".rs"), ("crates/webservices/tests-c", "")] {
        let entries = fs::read_dir(root.join(folder)).map_err(|e| format!("{folder}: {e}"))?;
        for name in entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
            known.insert(name.strip_suffix(suffix).unwrap_or(&name).to_owned());
        }
    }
    let unknown = named(&page).filter(|(_, name)| !known.contains(*name));
    Ok(unknown.map(|(line, name)| format!("{PAGE}:{line}: there is no test {name}")).collect())
}

/// The names of the tests in a file.
fn tests(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
            all.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            is_test = false;
        }
    }
    all
}

/// What the page names in code, with its line: in tables everything but what has a slash, in text what looks like a test.
fn named(page: &str) -> impl Iterator<Item = (usize, &str)> {
    page.lines().enumerate().flat_map(|(at, line)| {
        let is_table = line.starts_with('|');
        let code = line.split('`').skip(1).step_by(2);
        code.filter(move |name| match is_table {
            true => !name.contains(['/', ' ']),
            false => name.matches('_').count() > 2,
        })
        .map(move |name| (at + 1, name))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_found_and_missing_ones_told() {
        let text = "#[test]\nfn one() {}\n#[tokio::test(start_paused = true)]\n#[ignore]\nasync fn two() {}\nfn no() {}";
        assert_eq!(super::tests(text), ["one", "two"]);
        let page = "| a | `one`, `two.c` | `tests/x.rs` |\nsays `a_b_c_d` and `Word`";
        let named: Vec<_> = super::named(page).collect();
        assert_eq!(named, [(1, "one"), (1, "two.c"), (2, "a_b_c_d")]);
    }
}
