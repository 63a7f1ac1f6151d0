//! The page with the results: a section for each peer.

use super::{
    known::Outcome,
    peer::Peer,
    row::{Results, Role, Row},
};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

const HEAD: &str = "# Interoperability over the wire

`cargo xtask interop net` wrote this page. A service and a client of the same contract (`interop/net/interop.wsdl`) exist \
for every stack; ours is `interop/src/net`, on top of `wws::channel`. Each row is a service of one side on loopback and a \
client of the other; every value that comes back is compared.

`bytes-large` and `stream` carry 64 MiB to the server and the same 64 MiB back as an attachment (`mtom`), and 4 MiB where \
there are no attachments. In rows with `gzip` every message with a body has `Content-Encoding: gzip` in both directions, or \
with `requests` in one: our side refuses what has not.

*same*: every value arrived. *peer*, with the number of a note: the other stack does something wrong, which the note says. \
**FAILED**: anything else. –: the row does not have this case.
";

/// The tables of one peer.
pub(super) struct Section<'p> {
    peer: &'p Peer,
    title: String,
    rows: Vec<(Role, String, Results)>,
}

impl<'p> Section<'p> {
    pub(super) fn new(peer: &'p Peer, title: &str) -> Self {
        Section { peer, title: title.to_owned(), rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: &Row, role: Role, results: Results) {
        self.rows.push((role, format!("{}, {}", row.name, row.scheme), results));
    }

    /// What failed, a line each.
    pub(super) fn failures(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (role, row, results) in &self.rows {
            for (case, outcome) in results {
                if let Outcome::Failed(reasons) = outcome {
                    all.push(format!("{} {row} {role:?} {case}: {}", self.peer.name, reasons.join("; ")));
                }
            }
        }
        all
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("## {}\n\n{}\n", self.title, self.peer.about);
        let mut notes = Vec::new();
        for (role, title) in [
            (Role::TheyCall, format!("{} calls, we serve", self.peer.name)),
            (Role::WeCall, format!("We call, {} serves", self.peer.name)),
        ] {
            let rows: Vec<_> = self.rows.iter().filter(|(of, ..)| *of == role).collect();
            if !rows.is_empty() {
                let _ = write!(text, "\n### {title}\n\n");
                table(&mut text, &rows, &mut notes);
            }
        }
        if !notes.is_empty() {
            text.push('\n');
        }
        for (number, note) in notes.iter().enumerate() {
            let _ = writeln!(text, "{}. {note}", number + 1);
        }
        text
    }
}

/// Settings down, cases across.
fn table(text: &mut String, rows: &[&(Role, String, Results)], notes: &mut Vec<String>) {
    let mut cases: Vec<&str> = Vec::new();
    for (.., results) in rows {
        for (case, _) in results {
            if !cases.contains(&case.as_str()) {
                cases.push(case);
            }
        }
    }
    let _ = writeln!(text, "| | {} |", cases.join(" | "));
    let _ = writeln!(text, "|---{}|", "|---".repeat(cases.len()));
    for (_, name, results) in rows {
        let results: BTreeMap<&str, &Outcome> =
            results.iter().map(|(case, outcome)| (&**case, outcome)).collect();
        let cells = cases.iter().map(|case| match results.get(case) {
            None => "–".to_owned(),
            Some(Outcome::Same) => "same".to_owned(),
            Some(Outcome::Peer(reasons)) => format!("peer {}", numbers(reasons, notes)),
            Some(Outcome::Failed(reasons)) => format!("**FAILED** {}", numbers(reasons, notes)),
        });
        let _ = writeln!(text, "| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

fn numbers(reasons: &[impl AsRef<str>], notes: &mut Vec<String>) -> String {
    let numbers = reasons.iter().map(|reason| {
        let reason = reason.as_ref();
        let at = notes.iter().position(|note| note == reason).unwrap_or_else(|| {
            notes.push(reason.to_owned());
            notes.len() - 1
        });
        (at + 1).to_string()
    });
    numbers.collect::<Vec<_>>().join(", ")
}

/// Writes the page with another section of the peer that this text begins with; the others stay as they are.
pub(super) fn replace(page: &Path, section: &str, peers: &[&Peer]) -> Result<(), String> {
    let old = fs::read_to_string(page).unwrap_or_default();
    fs::write(page, replaced(&old, section, peers)).map_err(|e| format!("{}: {e}", page.display()))
}

fn replaced(old: &str, section: &str, peers: &[&Peer]) -> String {
    let is_of = |text: &str, peer: &Peer| text.trim_start_matches("## ").starts_with(peer.name);
    let sections: Vec<&str> = old.split("\n## ").skip(1).collect();
    let mut text = HEAD.to_owned();
    for peer in peers {
        let kept = sections.iter().find(|old| is_of(old, peer)).map(|old| format!("## {}\n", old.trim_end()));
        let new = is_of(section, peer).then(|| section.to_owned());
        if let Some(section) = new.or(kept) {
            text.push('\n');
            text.push_str(&section);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &'static str) -> Peer {
        Peer { name, about: "", prepare: |_| Err(String::new()), rows: &[] }
    }

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let (a, b) = (peer("A"), peer("B"));
        let peers = [&a, &b];
        let page = replaced("", "## B 1\n\nold\n", &peers);
        let page = replaced(&page, "## A 1\n\n### x\n\nfirst\n", &peers);
        assert_eq!(page, format!("{HEAD}\n## A 1\n\n### x\n\nfirst\n\n## B 1\n\nold\n"));
        let page = replaced(&page, "## B 2\n\nnew\n", &peers);
        assert_eq!(page, format!("{HEAD}\n## A 1\n\n### x\n\nfirst\n\n## B 2\n\nnew\n"));
    }
}
