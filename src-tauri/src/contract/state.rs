//! The app as its frame shows it: every profile at a glance, and where the tray sends the window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AppSettings, IpcError};

/// Everything the frame of the window shows.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppState {
    /// Counts up: a state never takes the place of one with a higher number.
    #[ts(type = "number")]
    pub(crate) number: u64,
    /// Version of the app.
    pub(crate) version: String,
    /// In the order in which people see them.
    pub(crate) profiles: Vec<ProfileSummary>,
    /// Why the profiles could not be read; `profiles` are then those that were known before, if any.
    pub(crate) profiles_trouble: Option<ProfilesTrouble>,
    /// The app's own settings.
    pub(crate) settings: AppSettings,
    /// Is there a tray that shows our icon?
    pub(crate) tray: bool,
    /// Things to be told once, such as a profile file that was set aside.
    pub(crate) notices: Vec<Notice>,
}

/// The file of profiles cannot be read. It is looked at again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfilesTrouble {
    /// One sentence that names the file.
    pub(crate) message: String,
    /// The remedy.
    pub(crate) hint: Option<String>,
    /// The words of the system underneath.
    pub(crate) details: Option<String>,
    /// The broken file was given another name, so that a new profile writes over nothing.
    pub(crate) set_aside: bool,
}

/// Something to be told once.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notice {
    /// For dismissing it.
    pub(crate) id: String,
    /// One sentence.
    pub(crate) text: String,
    /// The remedy.
    pub(crate) hint: Option<String>,
}

/// A profile at a glance.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileSummary {
    /// Names the profile in every command.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// Another one once the profile is another than it was, a pause left out.
    pub(crate) stamp: String,
    /// Its sentence's kind.
    pub(crate) state: ProfileState,
    /// The one sentence, the same in window, tray, command line and notification.
    pub(crate) sentence: String,
    /// Reads the built-in sample server.
    pub(crate) sample: bool,
    /// `SQLite · Northern AFEs.sqlite`.
    pub(crate) destination: String,
    /// While it syncs.
    pub(crate) progress: Option<SyncProgress>,
    /// End of the last good run.
    pub(crate) last_synced_at: Option<String>,
    /// When the worker will run it again.
    pub(crate) next_run_at: Option<String>,
    /// Set while it is paused; `until` none = until resumed.
    pub(crate) paused: Option<Pause>,
    /// Open entries of the quarantine.
    #[ts(type = "number")]
    pub(crate) open_quarantine: u64,
    /// Why it needs somebody, or failed.
    pub(crate) error: Option<IpcError>,
}

/// What a profile is like now; each has a shape and a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProfileState {
    /// Never synced completely.
    Never,
    /// The last run was good and is not late.
    UpToDate,
    /// A run is under way, here or in another program.
    Syncing,
    /// Paused by a person.
    Paused,
    /// Stopped by a person before everything was there.
    Stopped,
    /// The source or the destination cannot be reached; it will be tried again.
    Offline,
    /// Failed for a reason of its own; it will be tried again, and only then is it called failed.
    Retrying,
    /// Only a person can mend it: the configuration, a secret, rights.
    NeedsYou,
    /// Failed, and a retry did not cure it.
    Failed,
}

/// A pause.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pause {
    /// Until when; none = until resumed.
    pub(crate) until: Option<String>,
}

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PauseFor {
    /// One hour.
    Hour,
    /// Until tomorrow morning, local time.
    Tomorrow,
    /// Until it is resumed.
    Resumed,
}

/// A run under way.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncProgress {
    /// Pages stored.
    #[ts(type = "number")]
    pub(crate) pages: u64,
    /// Documents read.
    #[ts(type = "number")]
    pub(crate) documents: u64,
    /// Bytes read, unpacked.
    #[ts(type = "number")]
    pub(crate) bytes: u64,
    /// Documents a second, over the last seconds.
    pub(crate) documents_per_second: Option<f64>,
    /// Type of the last document read.
    pub(crate) doc_type: Option<String>,
    /// About so many documents will come in all; none where nobody knows.
    #[ts(type = "number | null")]
    pub(crate) expected: Option<u64>,
    /// `about 3 min left`, where that can be told.
    pub(crate) time_left: Option<String>,
    /// It waits for a locked file or a server: the sentence.
    pub(crate) waiting: Option<String>,
    /// It was told to stop and finishes its page.
    pub(crate) stopping: bool,
    /// Another program runs it: it cannot be stopped from here.
    pub(crate) elsewhere: bool,
}

/// Where the tray sends the window.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Navigate {
    /// A route, such as `/profiles/3f2a/data`.
    pub(crate) path: String,
}
