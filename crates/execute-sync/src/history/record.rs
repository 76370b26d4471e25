//! One run, as the history keeps it.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Offer};
use crate::secret::{printable, redact};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything that the source had is in the database.
    Succeeded,
    /// As before, but some documents of this run are in quarantine.
    Quarantined,
    /// It ended with an error.
    Failed,
    /// A person or the system asked it to stop.
    Cancelled,
    /// It was killed or the machine went down. Never written: this is what a run without an end is shown as.
    Interrupted,
}

/// What went wrong, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The code of the error's kind.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// The remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The setting at fault, as [`Error::at_field`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What a shell may offer as one click; none for what a newer version offers.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "known_offer")]
    pub offer: Option<Offer>,
}

impl From<&Error> for RunError {
    fn from(error: &Error) -> Self {
        let shown = |text: &str| redact(&printable(&redact(text))).into_owned();
        RunError {
            code: error.kind().code().to_owned(),
            message: shown(error.message()),
            hint: error.remedy().map(shown),
            field: error.at_field().map(str::to_owned),
            offer: error.offered(),
        }
    }
}

fn known_offer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Offer>, D::Error> {
    Ok(serde_json::from_value(serde_json::Value::deserialize(from)?).ok())
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Tells runs apart.
    pub run_id: String,
    /// Names the destination, without secrets.
    pub target: String,
    /// When it began, UTC, `2025-01-31T09:30:00Z`.
    pub started: String,
    /// When it ended, UTC; none for a run that goes on, or never ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Documents stored.
    #[serde(default)]
    pub documents: u64,
    /// Pages committed.
    #[serde(default)]
    pub pages: u64,
    /// Bytes received, decompressed.
    #[serde(default)]
    pub bytes: u64,
    /// Documents of this run put into quarantine.
    #[serde(default)]
    pub quarantined: u64,
    /// Documents removed because the source has them no more.
    #[serde(default)]
    pub removed: u64,
    /// Was it a full refresh?
    #[serde(default)]
    pub full_refresh: bool,
    /// It set out to read everything, or to go on with that, however it ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reads_everything: bool,
    /// It ended a reading of everything (a full refresh, or the very first), which began then, maybe in an earlier run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_everything_since: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
    /// The fence number that the destination had after the last commit of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fence: Option<i64>,
    /// It left the mark file in its folder as it is: the word of another program about another database.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_mark_file: bool,
    /// Entries of the quarantine that were open when the run ended, of earlier runs too.
    #[serde(default)]
    pub open_quarantine: u64,
    /// How long it took.
    #[serde(default)]
    pub duration_ms: u64,
}

impl RunRecord {
    /// Everything the source had is in the database.
    pub fn is_good(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Succeeded | Outcome::Quarantined))
    }

    /// It wrote to the database, and knows how many entries of the quarantine were open then.
    pub fn has_counted(&self) -> bool {
        self.is_good() || self.pages > 0
    }

    /// Everything was to be read, in this run or in several: what it brought need not have changed.
    pub fn is_of_everything(&self) -> bool {
        // Records of before this was kept tell it of those that came to an end.
        self.reads_everything || self.full_refresh || self.read_everything().is_some()
    }

    /// When the reading of everything that this run ended began; none for a run that did not end one.
    pub fn read_everything(&self) -> Option<&str> {
        // Records of before this was kept have but the run itself.
        let of_older = || (self.full_refresh && self.is_good()).then_some(&self.started);
        self.read_everything_since.as_ref().or_else(of_older).map(String::as_str)
    }
}

/// How many quarantine entries are open after a person looked at them; it counts for a run that had counted before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recount {
    pub(super) run_id: String,
    pub(super) open_quarantine: u64,
}

/// A moment as the history writes it: `2025-01-31T09:30:00Z`.
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
