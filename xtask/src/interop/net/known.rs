//! What a peer is known to do wrong, and what a case came to.

use super::row::Role;

/// A fault of the peer that is known: it explains a difference, and has to show.
pub(super) struct Known {
    pub(super) role: Role,
    pub(super) case: &'static str,
    /// What the difference contains.
    pub(super) says: &'static str,
    /// What the peer does.
    pub(super) why: &'static str,
}

/// What a case came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Same,
    /// It differs because of the peer, for these reasons.
    Peer(Vec<&'static str>),
    Failed(Vec<String>),
}

impl Outcome {
    /// Finds the line of a case, and judges it.
    pub(super) fn of(case: &str, lines: &[String], role: Role, known: &[Known]) -> Self {
        let line = lines.iter().find_map(|line| line.strip_prefix(case)?.strip_prefix('\t'));
        let differences: Vec<&str> = match line {
            None => vec!["the client said nothing about it"],
            Some("ok") => vec![],
            Some(differences) => differences.split('\t').collect(),
        };
        let known: Vec<&Known> =
            known.iter().filter(|known| known.role == role && known.case == case).collect();
        let new = differences.iter().filter(|text| !known.iter().any(|known| text.contains(known.says)));
        let mut failed: Vec<String> = new.map(ToString::to_string).collect();
        for known in &known {
            if !differences.iter().any(|text| text.contains(known.says)) {
                failed.push(format!("the list of known faults is too long: {:?} does not happen", known.why));
            }
        }
        match (failed.is_empty(), differences.is_empty()) {
            (false, _) => Outcome::Failed(failed),
            (true, true) => Outcome::Same,
            (true, false) => {
                let mut reasons: Vec<&str> = known.iter().map(|known| known.why).collect();
                reasons.dedup();
                Outcome::Peer(reasons)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Known] =
        &[Known { role: Role::WeCall, case: "record", says: "time:", why: "cuts the milliseconds off" }];

    fn of(case: &str, line: &str, role: Role) -> Outcome {
        Outcome::of(case, &[line.replace(' ', "\t")], role, KNOWN)
    }

    #[test]
    fn only_differences_that_are_known_are_the_peers() {
        assert_eq!(of("add", "add ok", Role::WeCall), Outcome::Same);
        assert!(matches!(of("add", "add result:", Role::WeCall), Outcome::Failed(_)));
        assert!(matches!(of("add", "added ok", Role::WeCall), Outcome::Failed(_)), "another case");
        assert_eq!(
            of("record", "record time:", Role::WeCall),
            Outcome::Peer(vec!["cuts the milliseconds off"])
        );
        assert!(matches!(of("record", "record time: text:", Role::WeCall), Outcome::Failed(_)));
        assert!(matches!(of("record", "record time:", Role::TheyCall), Outcome::Failed(_)));
        assert!(matches!(of("record", "record ok", Role::WeCall), Outcome::Failed(_)), "known, but gone");
    }
}
