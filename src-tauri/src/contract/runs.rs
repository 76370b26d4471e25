//! What a profile's runs did: Overview, History, the quarantine, the log.

use serde::Serialize;
use ts_rs::TS;

use super::IpcError;

/// The Overview of a profile.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overview {
    /// Current documents by type, most first.
    pub(crate) types: Vec<TypeCount>,
    /// Of all types; none where they could not be counted.
    #[ts(type = "number | null")]
    pub(crate) documents: Option<u64>,
    /// Why they could not be counted. What the history tells is there all the same.
    pub(crate) uncounted: Option<IpcError>,
    /// Documents that the runs since midnight (local time) brought, but for those that read everything.
    #[ts(type = "number")]
    pub(crate) changed_today: u64,
    /// How long the last good run took.
    #[ts(type = "number | null")]
    pub(crate) last_took_ms: Option<u64>,
    /// The runs of the last 30 days, today the last, each day with its number even if it had none.
    pub(crate) days: Vec<DayOfRuns>,
    /// Where calculated fields are on: the last full refresh.
    pub(crate) calculated_values_as_of: Option<String>,
    /// Size of the database.
    #[ts(type = "number | null")]
    pub(crate) database_bytes: Option<u64>,
    /// Where it lies.
    pub(crate) database_path: String,
}

/// The runs that began on one day, as the time zone of this machine has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DayOfRuns {
    /// The day, `2025-01-31`.
    pub(crate) day: String,
    /// Good ones.
    #[ts(type = "number")]
    pub(crate) good: u64,
    /// Good ones that put documents into the quarantine.
    #[ts(type = "number")]
    pub(crate) quarantined: u64,
    /// Failed ones, and those whose process ended before they did.
    #[ts(type = "number")]
    pub(crate) failed: u64,
}

/// Documents of one type.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeCount {
    /// The type.
    pub(crate) name: String,
    /// How many.
    #[ts(type = "number")]
    pub(crate) documents: u64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunOutcome {
    /// Goes on.
    Running,
    /// Good.
    Succeeded,
    /// Good, but documents went into the quarantine.
    Quarantined,
    /// Failed.
    Failed,
    /// Stopped as asked.
    Cancelled,
    /// Its process ended before it did.
    Interrupted,
}

/// One run of the history.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunView {
    /// Tells runs apart.
    pub(crate) run_id: String,
    /// When it began.
    pub(crate) started: String,
    /// When it ended.
    pub(crate) finished: Option<String>,
    /// How it ended.
    pub(crate) outcome: RunOutcome,
    /// Documents stored.
    #[ts(type = "number")]
    pub(crate) documents: u64,
    /// Pages stored.
    #[ts(type = "number")]
    pub(crate) pages: u64,
    /// Bytes read, unpacked.
    #[ts(type = "number")]
    pub(crate) bytes: u64,
    /// Lines put into the quarantine.
    #[ts(type = "number")]
    pub(crate) quarantined: u64,
    /// Documents removed.
    #[ts(type = "number")]
    pub(crate) removed: u64,
    /// Everything anew?
    pub(crate) full_refresh: bool,
    /// Was everything to be read, in this run or in several: anew, or because nothing was there?
    pub(crate) reads_everything: bool,
    /// How long it took.
    #[ts(type = "number")]
    pub(crate) duration_ms: u64,
    /// Why it failed.
    pub(crate) error: Option<IpcError>,
}

/// An entry of the quarantine.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuarantineView {
    /// Its number.
    #[ts(type = "number")]
    pub(crate) entry: i64,
    /// Type, if known.
    pub(crate) doc_type: Option<String>,
    /// Id, if known.
    pub(crate) id: Option<String>,
    /// Version, if known; as text, since it may have 19 digits.
    pub(crate) version: Option<String>,
    /// Why it cannot be stored.
    pub(crate) reason: String,
    /// Batch date of the run that saw it last.
    pub(crate) seen: String,
    /// Page and line.
    #[ts(type = "[number, number]")]
    pub(crate) place: (u64, u64),
    /// Size of the line.
    #[ts(type = "number")]
    pub(crate) size: u64,
    /// The first kilobytes of it, as text.
    pub(crate) text: String,
}

/// What a retry of quarantined documents did.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QuarantineRetried {
    /// Entries that are stored now.
    #[ts(type = "number")]
    pub(crate) stored: u64,
    /// Entries that are closed as they are: the same version came since, and is stored.
    #[ts(type = "number")]
    pub(crate) outdated: u64,
    /// Entries that stay, each with the reason.
    #[ts(type = "[number, string][]")]
    pub(crate) stay: Vec<(i64, String)>,
}

/// A line of the log.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogLine {
    /// Counts up; for a list's keys.
    #[ts(type = "number")]
    pub(crate) seq: u64,
    /// When.
    pub(crate) at: String,
    /// `error`, `warn`, `info` or `debug`.
    pub(crate) level: String,
    /// The profile it belongs to.
    pub(crate) profile: Option<String>,
    /// The run it belongs to.
    pub(crate) run_id: Option<String>,
    /// What happened.
    pub(crate) text: String,
}
