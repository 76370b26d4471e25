//! The state row: the checkpoint and everything that must be true together with it. One row of EXECUTE_SYNC_STATE.

use super::BatchDate;
use crate::source::Mark;

/// The one row of EXECUTE_SYNC_STATE. It commits in the same transaction as the rows it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Identity of the source: host, port, path; never a secret.
    pub source: String,
    /// Fingerprint of the API key's id: another key may see other documents.
    pub key: String,
    /// Whether calculated values are wanted.
    pub include_calcs: bool,
    /// Everything up to here is stored; `None` before the first page.
    pub mark: Option<Mark>,
    /// The newest batch date of ours.
    pub batch_date: Option<BatchDate>,
    /// A full refresh that is under way.
    pub refresh: Option<Refresh>,
    /// The very first reading of everything is under way: when it began. Never with a full refresh, which has its own date.
    pub first_reading: Option<BatchDate>,
    /// The run that wrote last.
    pub run_id: String,
    /// The program and machine that wrote last.
    pub writer: String,
    /// Counts the commits; a commit succeeds only against the number its run has read.
    pub fence: i64,
    /// For a database of the older tool: fingerprint of the schema its views are left alone for. `None`: the views are ours.
    pub views_left_for: Option<String>,
}

/// A full refresh under way: its own batch date, and its own mark so that a killed one goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refresh {
    /// Batch date of all its pages; `None` before its first page.
    pub batch_date: Option<BatchDate>,
    /// How far it has come; `None` before its first page.
    pub mark: Option<Mark>,
    /// A person said yes to any number of removals; kept, so that a killed refresh that goes on still knows.
    pub allow_removals: bool,
}
