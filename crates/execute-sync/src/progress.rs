//! What a run tells while it goes on and when it is done. Both shells and the history read the same values.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::destination::{TypeRemovals, ViewReport};
use crate::error::Error;

/// The first seconds of a run, with its first page, say little about its speed.
const JUDGED_AFTER: Duration = Duration::from_secs(3);

/// Something happened in a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// A sentence worth telling.
    Notice(&'a str),
    /// A sentence somebody should look at; the run goes on.
    Warning(&'a str),
    /// A full refresh begins anew in a database that holds so many documents: about so many will come.
    Expecting {
        /// The documents that are there.
        documents: u64,
    },
    /// Bytes are coming in; not yet stored.
    Reading {
        /// The page, from 1.
        page: u64,
        /// Documents of the run so far, this page's included.
        documents: u64,
        /// Bytes of the run so far, unpacked.
        bytes: u64,
        /// Type of the last document read, if that one could be read.
        doc_type: Option<&'a str>,
    },
    /// A page is stored, with its mark.
    Stored {
        /// What the run has stored by now, this page included.
        so_far: &'a RunSummary,
        /// The source has no further page.
        is_last: bool,
    },
    /// The run stands still because of somebody else: a locked database.
    Waiting(&'a str),
    /// A request failed and will be tried again.
    Retrying {
        /// Milliseconds until then.
        wait_ms: u64,
        /// Why.
        error: &'a Error,
    },
}

/// `1 document`, `2 documents`.
pub fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// `1,234,567`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What a run does and how many documents it has: `Syncing everything anew · 13,015 documents`.
pub(crate) fn doing(is_full_refresh: bool, documents: u64) -> String {
    let doing = if is_full_refresh { "Syncing everything anew" } else { "Syncing" };
    format!("{doing}{}", so_many(documents))
}

/// ` · 13,015 documents`, where there are any.
pub(crate) fn so_many(documents: u64) -> String {
    match documents {
        0 => String::new(),
        1 => " · 1 document".to_owned(),
        documents => format!(" · {} documents", grouped(documents)),
    }
}

/// How long a run still takes, when what comes is known to be about `expected` documents: as fast as it has been since it
/// began. None while too little has come to judge by, and once more has come than was expected.
pub fn time_left(documents: u64, expected: u64, took: Duration) -> Option<Duration> {
    if took < JUDGED_AFTER || documents < expected / 100 || documents == 0 || documents >= expected {
        return None;
    }
    let left_ms = took.as_millis() * u128::from(expected - documents) / u128::from(documents);
    Some(Duration::from_millis(u64::try_from(left_ms).unwrap_or(u64::MAX)))
}

/// `about 3 min left`
pub fn left(time: Duration) -> String {
    match time.as_secs() {
        s if s < 60 => "less than a minute left".to_owned(),
        s if s < 2 * 3600 => format!("about {} min left", s.div_ceil(60)),
        s => format!("about {} h left", s.div_ceil(3600)),
    }
}

/// Receives the events of a run; called from several threads, must return at once.
pub type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// What a run did. Also for a run that failed: what it had stored by then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    /// Documents stored.
    pub documents: u64,
    /// Pages stored.
    pub pages: u64,
    /// Bytes read, unpacked.
    pub bytes: u64,
    /// Lines put into quarantine in this run.
    pub quarantined: u64,
    /// Quarantine entries that good documents closed.
    pub released: u64,
    /// Entries that are open now.
    pub open_quarantine: u64,
    /// The run was a full refresh, or was asked to be one and did not get so far.
    pub full_refresh: bool,
    /// The run set out to read everything, or to go on with that.
    #[serde(skip)]
    pub reads_everything: bool,
    /// The run ended a reading of everything, which began then: its own, or the one of an earlier run that was broken off.
    #[serde(skip)]
    pub read_everything_since: Option<String>,
    /// Documents the source no longer has, by type: removed, or held back if `removals_held_back`.
    pub removed: Vec<TypeRemovals>,
    /// Nothing was removed although the refresh did not see everything.
    pub removals_held_back: bool,
    /// What became of the helper views.
    pub views: ViewReport,
    /// Number of the last commit in the destination.
    pub fence: Option<i64>,
    /// The mark file was left as it is.
    #[serde(skip)]
    pub left_mark_file: bool,
    /// Every warning of the run.
    pub warnings: Vec<String>,
}

impl RunSummary {
    /// Of a run that has done nothing yet.
    pub fn of(full_refresh: bool) -> Self {
        RunSummary { full_refresh, ..RunSummary::default() }
    }
}

/// Tells one run's events to the observer, and its sentences to the log as well.
pub(crate) struct Reporter {
    observer: Observer,
    warnings: Vec<String>,
}

impl Reporter {
    pub(crate) fn new(observer: Observer) -> Self {
        Reporter { observer, warnings: Vec::new() }
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        (self.observer)(event);
    }

    pub(crate) fn notice(&self, text: &str) {
        log::info!("{text}");
        self.tell(&Event::Notice(text));
    }

    pub(crate) fn warn(&mut self, text: &str) {
        log::warn!("{text}");
        self.tell(&Event::Warning(text));
        self.warnings.push(text.to_owned());
    }

    pub(crate) fn observer(&self) -> &Observer {
        &self.observer
    }

    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_only_when_it_can_be_known() {
        let after = |documents, s| time_left(documents, 1000, Duration::from_secs(s)).map(left);
        assert_eq!(after(100, 20).as_deref(), Some("about 3 min left"));
        assert_eq!(after(990, 20).as_deref(), Some("less than a minute left"));
        assert_eq!(after(10, 360).as_deref(), Some("about 10 h left"));
        for (documents, s) in [(0, 20), (9, 20), (500, 2), (1000, 20), (1001, 20)] {
            assert_eq!(after(documents, s), None, "{documents} documents in {s} s");
        }
    }
}
