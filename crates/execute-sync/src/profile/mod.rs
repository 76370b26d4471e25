//! Profiles: where documents come from, which database they go to, and how. Checked once, here; the rest of the engine
//! trusts the types.
//!
//! `read` makes a profile from layers: flags, `EXECUTESYNC_*` variables, `.env`; or flags over a profile that is written
//! down. `stored` is such a profile, `store` the file of all of them, `form` what a person can fill in. Nothing is
//! connected to here; only `store` writes, and `folders` makes folders.

pub mod settings;

mod config;
pub mod dsn;
mod env_file;
mod environment;
mod files;
pub mod folders;
pub mod form;
pub mod import;
mod mark_file;
mod older_tool;
pub mod place;
mod read;
mod sources;
pub mod store;
pub mod stored;
mod taken;
mod text;
mod url;
mod values;

pub use config::{ConfigLine, describe, masked_url, older_tool_refusal};
pub use env_file::{EnvFile, FILE_NAMES};
pub use environment::Environment;
pub use files::refuse_shared;
pub use mark_file::{MarkFileOf, mark_file_of};
#[cfg(test)]
pub(crate) use read::PROXY_SCHEMES;
pub(crate) use read::proxy_url;
pub use read::{destination_from, force_from, log_from, options_from, source_from, state_dir_from, wait_from};
pub use sources::{Origin, ProfileLayer, Sources};
pub use store::ProfileStore;
pub use stored::StoredProfile;
pub use taken::{refuse_taken, refuse_taken_database};
pub use url::BaseUrl;
pub(crate) use url::is_on_this_machine;

use crate::logging::Level;
use crate::secret::Secret;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Seconds within which a connection must stand.
pub const CONNECT_TIMEOUT_S: u64 = 10;

/// A source, a destination and how to get from one to the other.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Where documents come from.
    pub source: SourceSettings,
    /// The database written to.
    pub destination: DestinationSettings,
    /// How documents are fetched and stored.
    pub options: SyncOptions,
    /// The directory for `last_sync_date.txt`, history and locks; it need not exist yet.
    pub state_dir: PathBuf,
    /// Seconds between two syncs; 0 = sync once.
    pub wait_s: u64,
    /// What is logged, and where.
    pub log: LogSettings,
    /// Sentences to tell once a run, such as a connection that is not encrypted. No secrets in them.
    pub warnings: Vec<String>,
}

/// Where documents come from: the address, the login, the limits.
#[derive(Clone)]
pub struct SourceSettings {
    /// The base of the address.
    pub url: BaseUrl,
    /// The id of the API key.
    pub key_id: String,
    /// The secret of the API key; sent to this address and to no other.
    pub key_secret: Arc<Secret>,
    /// The proxy to use instead of the system's, with scheme; it may hold a login.
    pub proxy: Option<String>,
    /// A PEM file with certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Seconds within which a connection must stand.
    pub connect_timeout_s: u64,
    /// Seconds within which the first byte of an answer must come.
    pub first_byte_timeout_s: u64,
    /// Seconds an answer may stand still.
    pub idle_timeout_s: u64,
    /// The largest document that is stored, in bytes.
    pub max_document_bytes: u64,
    /// Whether an answer may end by closing the connection alone.
    pub allow_close_delimited: bool,
}

impl SourceSettings {
    /// This source with the default limits, no proxy of its own and no further certificates.
    pub fn new(url: BaseUrl, key_id: impl Into<String>, key_secret: Arc<Secret>) -> Self {
        SourceSettings {
            url,
            key_id: key_id.into(),
            key_secret,
            proxy: None,
            ca_file: None,
            connect_timeout_s: CONNECT_TIMEOUT_S,
            first_byte_timeout_s: 600,
            idle_timeout_s: 60,
            max_document_bytes: 256 << 20,
            allow_close_delimited: false,
        }
    }

    /// The least time that passes before the server counts as silent.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.first_byte_timeout_s.min(self.idle_timeout_s))
    }

    /// What a person must be told on each run: that the login travels in clear. An address of this machine stays on it,
    /// unless a proxy was named for it.
    pub fn warning(&self) -> Option<String> {
        let leaves =
            self.proxy.is_some() && self.url.as_url().scheme() == "http" && is_on_this_machine(self.url.as_url());
        if !leaves {
            return self.url.warning();
        }
        Some(format!(
            "{} is not encrypted, and goes through a proxy: API key and documents can be read on the way; leave the proxy out",
            self.url
        ))
    }
}

/// The proxy's login is not shown.
impl fmt::Debug for SourceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceSettings")
            .field("url", &self.url)
            .field("key_id", &self.key_id)
            .field("proxy", &self.proxy.as_deref().map(config::masked_url))
            .field("ca_file", &self.ca_file)
            .field("connect_timeout_s", &self.connect_timeout_s)
            .field("first_byte_timeout_s", &self.first_byte_timeout_s)
            .field("idle_timeout_s", &self.idle_timeout_s)
            .field("max_document_bytes", &self.max_document_bytes)
            .field("allow_close_delimited", &self.allow_close_delimited)
            .finish_non_exhaustive()
    }
}

/// The database written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationSettings {
    /// A SQLite file.
    Sqlite {
        /// The file; it need not exist yet.
        path: PathBuf,
    },
}

/// How documents are fetched and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncOptions {
    /// Documents a page; at least 1.
    pub max_documents: u64,
    /// Items of a record list kept in one row; at least 1.
    pub chunk_size: usize,
    /// Whether calculated fields are asked for.
    pub include_calcs: bool,
    /// Whether retired fields leave the helper views.
    pub hide_inactive_fields: bool,
    /// Whether superseded rows stay.
    pub keep_superseded: bool,
    /// What happens to a document that cannot be stored.
    pub on_bad_document: OnBadDocument,
}

impl Default for SyncOptions {
    fn default() -> Self {
        SyncOptions {
            max_documents: 10_000,
            chunk_size: 10_000,
            include_calcs: false,
            hide_inactive_fields: false,
            keep_superseded: false,
            on_bad_document: OnBadDocument::Quarantine,
        }
    }
}

/// What happens to a document that cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBadDocument {
    /// It is kept aside, counted and told; the run goes on.
    Quarantine,
    /// The run ends with an error; nothing of the page is stored.
    Stop,
}

/// What is logged, and where besides standard error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogSettings {
    /// How much is said.
    pub level: Level,
    /// A file that gets the same lines.
    pub file: Option<PathBuf>,
}
