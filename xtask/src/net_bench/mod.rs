//! `cargo xtask net-bench [FILTER]`: channels against peers, each end in a process of its own, in turn.

mod peers;
mod process;
mod small;
mod stream;

use peers::Peers;

/// Runs the rows whose name has `filter` in it. Fails if a target is missed.
pub(crate) fn run(filter: &str) -> Result<(), String> {
    let peers = Peers::new()?;
    let mut table = Table { filter, missed: Vec::new() };
    println!("| case | peer | ours | peer's | ratio (min–max) | target |");
    println!("|---|---|--:|--:|--:|--:|");
    small::run(&peers, &mut table)?;
    stream::files(&peers, &mut table)?;
    stream::idle(&peers, &mut table)?;
    stream::open(&peers, &mut table)?;
    match table.missed.as_slice() {
        [] => Ok(()),
        missed => Err(format!("missed: {}", missed.join("; "))),
    }
}

/// What is printed, row by row.
struct Table<'f> {
    filter: &'f str,
    missed: Vec<String>,
}

impl Table<'_> {
    fn wants(&self, case: &str) -> bool {
        case.contains(self.filter)
    }

    /// A row with ratios, ours divided by the peer's, of which more is better.
    fn ratios(&mut self, case: &str, peer: &str, values: [&str; 2], ratios: &mut [f64], target: f64) {
        ratios.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (ratios.first(), ratios.last()) else { return };
        let median = ratios[ratios.len() / 2];
        let is_met = median >= target;
        let goal = if target > 0.0 { format!("≥ {target}") } else { "–".into() };
        let mark = if is_met { "" } else { " ✗" };
        let [ours, theirs] = values;
        println!(
            "| {case} | {peer} | {ours} | {theirs} | **{median:.2}** ({least:.2}–{most:.2}) | {goal}{mark} |"
        );
        self.note(case, is_met);
    }

    /// A row with a value of which less is better.
    fn value(&mut self, case: &str, peer: &str, values: [&str; 2], is_met: bool, target: &str) {
        let mark = if is_met { "" } else { " ✗" };
        let [ours, theirs] = values;
        println!("| {case} | {peer} | **{ours}** | {theirs} | – | {target}{mark} |");
        self.note(case, is_met);
    }

    fn note(&mut self, case: &str, is_met: bool) {
        if !is_met {
            self.missed.push(case.to_owned());
        }
    }
}

/// The middle one.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
