//! The page with the results: a table for each direction, and what the other stack does wrong.

use super::judge::Outcome;
use std::{collections::BTreeMap, fmt::Write};

pub(super) type Outcomes = Vec<(String, Outcome)>;

/// One side writes, the other reads.
pub(super) struct Direction<'d> {
    pub(super) title: &'d str,
    /// What a note begins with when it is the other stack's fault.
    pub(super) fault: &'d str,
    pub(super) outcomes: &'d Outcomes,
}

/// The page `docs/interop.md`.
pub(super) fn text(peer: &str, directions: &[Direction<'_>]) -> String {
    let mut text = format!(
        "# Interoperability\n\n\
         `cargo xtask interop messages` wrote this page; the other stack is {peer}. Both sides write typed documents, \
         messages and faults in every encoding to files (`interop/`), read all files, and their values are compared one \
         by one.\n\n\
         *same*: every value arrived. *peer*, with the number of a note: a value did not, and it is the other stack that \
         writes or reads it wrong, because it does the same with its own files. **FAILED**: anything else.\n"
    );
    let mut notes = Notes::default();
    for direction in directions {
        let _ = write!(text, "\n## {}\n\n", direction.title);
        table(&mut text, direction, &mut notes);
    }
    if !notes.0.is_empty() {
        text.push_str("\n## Notes: what goes wrong\n\n");
        let mut sorted: Vec<_> = notes.0.iter().collect();
        sorted.sort_by_key(|(_, number)| **number);
        for (note, number) in sorted {
            let _ = writeln!(text, "{number}. {note}");
        }
    }
    text
}

/// Notes by their text.
#[derive(Default)]
struct Notes(BTreeMap<String, usize>);

impl Notes {
    fn number(&mut self, text: &str) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(general(text)).or_insert(next)
    }
}

/// Without the place in the file, so that the same error is the same note.
fn general(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = text.split(' ').peekable();
    while let Some(word) = rest.next() {
        let is_place = matches!(word, "Line" | "position");
        if is_place && rest.peek().is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit())) {
            rest.next();
        } else {
            words.push(word);
        }
    }
    words.join(" ")
}

/// Kinds and versions down, encodings across.
fn table(text: &mut String, direction: &Direction<'_>, notes: &mut Notes) {
    let mut columns: Vec<&str> = Vec::new();
    let mut rows: BTreeMap<String, BTreeMap<&str, &Outcome>> = BTreeMap::new();
    for (name, outcome) in direction.outcomes {
        let Some((row, encoding)) = name.rsplit_once('.') else { continue };
        if !columns.contains(&encoding) {
            columns.push(encoding);
        }
        rows.entry(row.replace('.', " ")).or_default().insert(encoding, outcome);
    }
    columns.sort_unstable();
    let _ = writeln!(text, "| | {} |", columns.join(" | "));
    let _ = writeln!(text, "|---{}|", "|---".repeat(columns.len()));
    for (row, cells) in rows {
        let cells = columns.iter().map(|column| match cells.get(column) {
            None => String::from("–"),
            Some(Outcome::Same) => String::from("same"),
            Some(Outcome::Peer(reasons)) => format!("peer {}", numbers(direction.fault, reasons, notes)),
            Some(Outcome::Failed(reasons)) => format!("**FAILED** {}", numbers("FAILED: ", reasons, notes)),
        });
        let _ = writeln!(text, "| {row} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

fn numbers(about: &str, reasons: &[String], notes: &mut Notes) -> String {
    let number = |reason: &String| notes.number(&format!("{about}{reason}")).to_string();
    let numbers: Vec<String> = reasons.iter().map(number).collect();
    numbers.join(", ")
}
