//! Aligned tables and sizes that people can read.

use anstyle::{AnsiColor, Style};

/// Bold, for headings.
pub(crate) const HEAD: Style = Style::new().bold();
/// Faint, for what is beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Green, for what is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Red, for what is not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Prints rows in columns as wide as their widest cell; the first column is flush left, the others flush right.
pub(crate) fn print(head: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = head.iter().map(|h| h.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let mut text = String::new();
        for (i, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            if i == 0 {
                text += &format!("{cell}{pad}");
            } else {
                text += &format!("   {pad}{cell}");
            }
        }
        text
    };
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    anstream::println!("{HEAD}{}{HEAD:#}", line(&head));
    for row in rows {
        anstream::println!("{}", line(row));
    }
}

/// A number of bytes: `312 B`, `4.0 KiB`, `1.5 GiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(4096), "4.0 KiB");
        assert_eq!(size(3 << 30), "3.0 GiB");
    }
}
