//! Whether what was read is what was meant; and if not, whose fault it is, by evidence: what else the two read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The dumps of a folder, by the names of their files.
pub(super) struct Folder {
    files: BTreeMap<String, File>,
}

struct File {
    /// Path to value.
    lines: BTreeMap<String, String>,
    /// Why the file could not be read to its end.
    error: Option<String>,
}

/// A line that is not as it was meant.
pub(super) struct Line {
    pub(super) path: String,
    pub(super) meant: Option<String>,
    pub(super) seen: Option<String>,
}

/// What became of a file.
pub(super) enum Outcome {
    Same,
    /// The other stack's fault: what it does wrong.
    Peer(Vec<String>),
    /// Ours, as far as is known.
    Failed(Vec<String>),
}

impl Folder {
    pub(super) fn new(folder: &Path, extension: &str) -> Result<Self, String> {
        let shown = |e: std::io::Error| format!("{}: {e}", folder.display());
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(shown)? {
            let path = entry.map_err(shown)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some((name, found)) = name.rsplit_once('.') else { continue };
            if found != extension && found != "error" {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(shown)?;
            let file = files.entry(name.to_owned()).or_insert(File { lines: BTreeMap::new(), error: None });
            if found == "error" {
                file.error = Some(text);
            } else {
                let line = |line: &str| {
                    line.split_once('=').map(|(path, value)| (path.to_owned(), value.to_owned()))
                };
                file.lines = text.lines().filter_map(line).collect();
            }
        }
        Ok(Folder { files })
    }

    pub(super) fn value(&self, name: &str, path: &str) -> Option<&str> {
        self.files.get(name)?.lines.get(path).map(String::as_str)
    }

    /// Whether this folder has another value than was meant.
    pub(super) fn misses(&self, meant: &Folder, name: &str, path: &str) -> bool {
        let meant = meant.value(name, path);
        meant.is_some() && self.value(name, path) != meant
    }
}

/// What became of each file. `is_peers` says whether a line is the other stack's fault.
pub(super) fn judge(
    meant: &Folder,
    seen: &Folder,
    is_peers: impl Fn(&str, &Line) -> bool,
) -> Vec<(String, Outcome)> {
    let outcome = |(name, meant): (&String, &File)| {
        let outcome = match (&meant.error, seen.files.get(name)) {
            // It was never written.
            (Some(error), _) => Outcome::Peer(vec![format!("cannot write it: {error}")]),
            (None, None) => Outcome::Failed(vec!["it was not read".to_owned()]),
            (None, Some(seen)) => compare(name, meant, seen, &is_peers),
        };
        (name.clone(), outcome)
    };
    meant.files.iter().map(outcome).collect()
}

fn compare(name: &str, meant: &File, seen: &File, is_peers: impl Fn(&str, &Line) -> bool) -> Outcome {
    let paths: BTreeSet<&String> = meant.lines.keys().chain(seen.lines.keys()).collect();
    let line = |path: &String| Line {
        path: path.clone(),
        meant: meant.lines.get(path).cloned(),
        seen: seen.lines.get(path).cloned(),
    };
    let wrong = paths.into_iter().map(line).filter(|line| line.meant != line.seen);
    let (peers, ours): (Vec<Line>, Vec<Line>) = wrong.partition(|line| is_peers(name, line));
    let texts = |lines: &[Line]| {
        // What follows an error was not read at all: the error says it.
        let read = lines.iter().filter(|line| seen.error.is_none() || line.seen.is_some());
        read.map(Line::text).chain(seen.error.clone()).collect()
    };
    match (peers.is_empty(), ours.is_empty()) {
        (true, true) if seen.error.is_none() => Outcome::Same,
        (false, true) => Outcome::Peer(texts(&peers)),
        _ => Outcome::Failed(texts(&ours)),
    }
}

impl Line {
    fn text(&self) -> String {
        let shown = |value: &Option<String>| {
            value.as_ref().map_or("nothing".to_owned(), |value| format!("`{value}`"))
        };
        format!("`{}`: {} is read as {}", self.path, shown(&self.meant), shown(&self.seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, lines: &[(&str, &str)], error: Option<&str>) -> Folder {
        let lines = lines.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
        let file = File { lines, error: error.map(str::to_owned) };
        Folder { files: BTreeMap::from([(name.to_owned(), file)]) }
    }

    fn outcome(seen: &Folder, is_peers: impl Fn(&str, &Line) -> bool) -> Outcome {
        let meant = folder("a", &[("x", "1"), ("y", "2")], None);
        judge(&meant, seen, is_peers).pop().map_or(Outcome::Same, |(_, outcome)| outcome)
    }

    #[test]
    fn a_value_that_is_lost_or_changed_is_ours_unless_the_peer_is_shown_to_do_it() {
        let same = folder("a", &[("x", "1"), ("y", "2")], None);
        assert!(matches!(outcome(&same, |_, _| true), Outcome::Same));
        for lines in [&[("x", "1"), ("y", "3")][..], &[("x", "1")], &[("x", "1"), ("y", "2"), ("z", "4")]] {
            let changed = folder("a", lines, None);
            assert!(matches!(outcome(&changed, |_, _| false), Outcome::Failed(_)));
            assert!(matches!(outcome(&changed, |_, _| true), Outcome::Peer(_)));
        }
        let both = folder("a", &[("x", "0"), ("y", "0")], None);
        assert!(matches!(outcome(&both, |_, line| line.path == "x"), Outcome::Failed(_)));
    }

    #[test]
    fn an_error_is_never_the_same() {
        let late = folder("a", &[("x", "1"), ("y", "2")], Some("behind everything"));
        assert!(matches!(outcome(&late, |_, _| true), Outcome::Failed(_)));
        let early = folder("a", &[("x", "1")], Some("no y"));
        assert!(matches!(outcome(&early, |_, _| false), Outcome::Failed(_)));
        assert!(matches!(outcome(&early, |_, _| true), Outcome::Peer(texts) if texts == ["no y"]));
        assert!(matches!(outcome(&folder("b", &[], None), |_, _| true), Outcome::Failed(_)));
    }
}
