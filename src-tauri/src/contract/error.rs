//! What a failed command gives.

use serde::Serialize;
use ts_rs::TS;

/// A failed command. Nobody matches on text: `code` is the kind's code (`configuration`, `secret`, …).
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IpcError {
    /// Code of the kind.
    pub(crate) code: String,
    /// One sentence that names the object.
    pub(crate) message: String,
    /// The remedy.
    pub(crate) hint: Option<String>,
    /// The setting at fault, such as `EXECUTE_URL`.
    pub(crate) field: Option<String>,
    /// The value that would do for that setting, if one is known.
    pub(crate) suggestion: Option<String>,
    /// What the window may offer as one click.
    #[ts(optional = nullable)]
    pub(crate) offer: Option<Offer>,
    /// The words of the driver underneath.
    pub(crate) details: Option<String>,
}

/// What the window may offer as one click, where the remedy is an order to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Offer {
    /// A full refresh that may remove any number of documents.
    RefreshWithRemovals,
}
