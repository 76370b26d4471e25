//! Key pairs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A key pair.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyView {
    /// Names it in commands.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// Bits.
    pub(crate) size: u32,
    /// `SHA256:…`.
    pub(crate) fingerprint: String,
    /// When it was made.
    pub(crate) created: String,
    /// `keychain`, or the path of the file.
    pub(crate) place: String,
    /// Has it a passphrase?
    pub(crate) passphrase: bool,
    /// PEM of the public key.
    pub(crate) public_key: String,
    /// The SQL that registers it.
    pub(crate) sql: String,
    /// Names of profiles that use it.
    pub(crate) used_by: Vec<String>,
}

/// A key pair to be made.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyOrder {
    /// What people will call it.
    pub(crate) name: String,
    /// 2048, 3072 or 4096.
    pub(crate) size: u32,
    /// `keychain` or `file` (then the core asks where).
    pub(crate) place: String,
    /// User for the SQL.
    pub(crate) user: Option<String>,
}
