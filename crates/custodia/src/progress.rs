//! Progress on the terminal: bytes, items, rate and time left; nothing when standard error is no terminal.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use custodia_intake::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar over bytes, with a count of items.
pub struct Bar {
    bar: ProgressBar,
    items: AtomicU64,
}

impl Bar {
    /// Starts a bar with what is being done. `total` bytes, 0 when not known.
    pub fn new(doing: &str, total: u64) -> Bar {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(total) } else { ProgressBar::hidden() };
        let template = if total > 0 {
            "{msg} {bar:24} {bytes}/{total_bytes} {binary_bytes_per_sec} {prefix} {eta} left"
        } else {
            "{msg} {spinner} {bytes} {binary_bytes_per_sec} {prefix} {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(doing.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar { bar, items: AtomicU64::new(0) }
    }

    /// Prints a line above the bar.
    pub fn line(&self, line: &str) {
        if self.bar.is_hidden() {
            eprintln!("{line}");
        } else {
            self.bar.println(line);
        }
    }

    /// Removes the bar.
    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn add(&self, items: u64, bytes: u64) {
        let items = self.items.fetch_add(items, Ordering::Relaxed) + items;
        self.bar.inc(bytes);
        if items.is_multiple_of(64)
            || self.bar.length().is_some_and(|length| length > 0 && self.bar.position() >= length)
        {
            self.bar.set_prefix(format!("{items} items"));
        }
    }

    fn total(&self, _items: u64, bytes: u64) {
        self.bar.inc_length(bytes);
    }
}
