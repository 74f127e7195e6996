//! How far long work is, for people who wait: on standard error, and only at a terminal.

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::ledger::Progress;

/// Often enough to show that something moves.
const TICK: Duration = Duration::from_millis(120);

/// A line that is gone when the work is done.
pub struct Long {
    bar: ProgressBar,
}

impl Long {
    /// Work that says how far it is.
    pub fn new(what: &'static str) -> Self {
        let long = Self::of_unknown_length(what);
        let style = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent} % {eta}");
        if let Ok(style) = style {
            long.bar.set_style(style);
        }
        long
    }

    pub fn of_unknown_length(what: &'static str) -> Self {
        let bar = ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    pub fn at(&self, progress: Progress) -> ControlFlow<()> {
        self.bar.set_length(progress.of);
        self.bar.set_position(progress.done);
        ControlFlow::Continue(())
    }

    /// The line goes, as it does where the work fails.
    pub fn done(self) {
        drop(self);
    }
}

impl Drop for Long {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
