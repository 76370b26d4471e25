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
    /// The words of the driver underneath.
    pub(crate) details: Option<String>,
}
