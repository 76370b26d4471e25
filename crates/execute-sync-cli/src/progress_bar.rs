//! Progress for people: a line at a terminal, log lines elsewhere.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use execute_sync::progress::{Event, Observer, left, time_left};
use execute_sync::secret::printable;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::grouped;

/// Between two log lines of a long run.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The line at the terminal; invisible elsewhere.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    visible: bool,
}

impl Progress {
    /// A line if a person is looking.
    pub(crate) fn new(visible: bool) -> Self {
        let bar = if visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} · {wide_msg}") {
            bar.set_style(style);
        }
        Progress { bar, visible }
    }

    /// Prints a log line above the progress line.
    pub(crate) fn print_above(&self, line: &str) {
        self.bar.suspend(|| crate::printer::talk(line));
    }

    /// Hears a run's events.
    pub(crate) fn observer(&self) -> Observer {
        let (bar, visible) = (self.bar.clone(), self.visible);
        let started = Instant::now();
        let logged = Mutex::new(started);
        // 0 = not known how many will come.
        let expected = AtomicU64::new(0);
        if visible {
            bar.reset();
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Arc::new(move |event| match event {
            Event::Expecting { documents } => expected.store(*documents, Ordering::Relaxed),
            Event::Reading { page, documents, bytes, doc_type } if visible => {
                let took = started.elapsed();
                // What matters most comes first: a narrow terminal shows no more than its width.
                let mut parts = vec![format!("page {page}"), format!("{} documents", grouped(*documents))];
                parts.extend(time_left(*documents, expected.load(Ordering::Relaxed), took).map(left));
                parts.push(format!("{:.1} MB", megabytes(*bytes)));
                parts.push(format!("{:.0} documents/s", precise(*documents) / took.as_secs_f64().max(0.001)));
                parts.extend(doc_type.map(|name| printable(name).into_owned()));
                bar.set_message(parts.join(" · "));
            }
            Event::Waiting(text) if visible => bar.set_message((*text).to_owned()),
            Event::Retrying { wait_ms, .. } if visible => {
                bar.set_message(format!("trying again in {:.0} s", precise(*wait_ms) / 1000.0))
            }
            Event::Reading { page, documents, bytes, .. } => {
                let mut logged = logged.lock().unwrap_or_else(PoisonError::into_inner);
                if logged.elapsed() >= LOG_EVERY {
                    *logged = Instant::now();
                    log::info!("Page {page}: {documents} documents, {:.1} MB so far", megabytes(*bytes));
                }
            }
            _ => {}
        })
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn megabytes(bytes: u64) -> f64 {
    precise(bytes) / 1_000_000.0
}

/// Exact up to 2^53, which no count here reaches.
#[allow(clippy::cast_precision_loss, reason = "for display only")]
fn precise(number: u64) -> f64 {
    number as f64
}
