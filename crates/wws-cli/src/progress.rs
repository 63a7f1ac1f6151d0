//! A progress bar for work that takes a while; only on a terminal, and only when it does take a while.

use crate::input::Source;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Read};

/// Counts the bytes that are read.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For an input of `size` bytes, if that is known.
    pub(crate) fn new(size: Option<u64>) -> Self {
        /// Less than this is read before a bar is drawn.
        const WORTH_A_BAR: u64 = 64 << 20;
        if !io::stderr().is_terminal() || size.is_some_and(|size| size < WORTH_A_BAR) {
            return Progress(ProgressBar::hidden());
        }
        let (bar, style) = match size {
            Some(size) => (ProgressBar::new(size), "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
            None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// A source that is counted.
    pub(crate) fn watch(&self, source: Source) -> Source {
        if self.0.is_hidden() { source } else { Box::new(Watched { source, bar: self.0.clone() }) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

struct Watched {
    source: Source,
    bar: ProgressBar,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}
