//! The app's own settings, and how each profile reaches Execute.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The app's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AppSettings {
    /// Start when the person logs in.
    pub(crate) start_at_login: bool,
    /// Start without a window.
    pub(crate) start_hidden: bool,
    /// Closing the window leaves the worker running.
    pub(crate) close_to_tray: bool,
    /// Light, dark or the system's.
    pub(crate) theme: Theme,
    /// Tell failures that last, and their recovery.
    pub(crate) notifications: bool,
    /// Tell when nothing was synced for so many hours; 0 = never.
    pub(crate) stale_after_hours: u32,
    /// Profiles that may sync at the same time.
    pub(crate) parallel_runs: u32,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a profile reaches Execute.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Route {
    /// The profile.
    pub(crate) id: String,
    /// Its proxy, without a login; none = directly.
    pub(crate) proxy: Option<String>,
    /// The proxy is the system's, not one that the profile names.
    pub(crate) proxy_of_system: bool,
    /// A file of certificates that count besides the system's.
    pub(crate) certificates: Option<String>,
}
