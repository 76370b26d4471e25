//! The form of a profile: what it asks, what was filled in, its test; and what an older tool's folder would make of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::IpcError;

/// The form: one description for wizard and settings.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileForm {
    /// Kinds of destination.
    pub(crate) destinations: Vec<DestinationForm>,
    /// How documents are fetched and stored.
    pub(crate) options: Vec<FieldForm>,
    /// Where secrets can be kept on this machine.
    pub(crate) secret_places: Vec<SecretPlaceForm>,
}

/// A kind of destination.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DestinationForm {
    /// `sqlite`, `snowflake`, `sql_server`.
    pub(crate) kind: String,
    /// What people call it.
    pub(crate) title: String,
    /// One line on when to take it.
    pub(crate) help: String,
    /// In this version?
    pub(crate) available: bool,
    /// Its fields.
    pub(crate) fields: Vec<FieldForm>,
}

/// One field.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldForm {
    /// Its name; also what an error's `field` carries.
    pub(crate) name: String,
    /// Its label.
    pub(crate) title: String,
    /// What a value looks like.
    pub(crate) kind: FieldKind,
    /// For `choice`.
    pub(crate) choices: Vec<String>,
    /// The value when none is given.
    pub(crate) default: Option<String>,
    /// One line.
    pub(crate) help: String,
    /// An example.
    pub(crate) example: Option<String>,
    /// Must it be given?
    pub(crate) required: bool,
    /// For `number`.
    #[ts(type = "number | null")]
    pub(crate) min: Option<u64>,
    /// For `number`.
    #[ts(type = "number | null")]
    pub(crate) max: Option<u64>,
}

/// What a field's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldKind {
    /// Any text.
    Text,
    /// A URL.
    Url,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// One of `choices`.
    Choice,
    /// A file that is there: chosen in a dialog of the core.
    File,
    /// A database file: chosen in a dialog of the core.
    DatabaseFile,
    /// A secret: can be set, never read.
    Secret,
}

/// A place for secrets.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretPlaceForm {
    /// `keychain`, `environment` or `file`.
    pub(crate) place: String,
    /// What people call it on this system.
    pub(crate) title: String,
    /// What it means.
    pub(crate) help: String,
    /// Does it work now? If not, why.
    pub(crate) problem: Option<String>,
}

/// A profile as it is written down, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProfileDraft {
    /// None for a new one.
    pub(crate) id: Option<String>,
    /// What the profile was like when this form of it began, so that a change from elsewhere is not undone unseen. None for
    /// a new one; of one that is there none = however it is by now.
    pub(crate) stamp: Option<String>,
    /// What people call it.
    pub(crate) name: String,
    /// Address of Execute.
    pub(crate) url: String,
    /// Id of the API key.
    pub(crate) key_id: String,
    /// `keychain`, `environment` or `file`.
    pub(crate) secret_place: String,
    /// For `environment` the variable; for `file` the path of one that a person placed, none for one of our own.
    pub(crate) secret_name: Option<String>,
    /// The person agreed that the key travels unencrypted.
    pub(crate) allow_http: bool,
    /// `sqlite`.
    pub(crate) destination: String,
    /// The destination's fields by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// The options by name; what is left out has its default.
    pub(crate) options: BTreeMap<String, String>,
    /// When to run.
    pub(crate) schedule: ScheduleDraft,
}

/// When to run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScheduleDraft {
    /// Every so many minutes; none with `daily_at` or for only by hand.
    pub(crate) every_minutes: Option<u32>,
    /// Once a day at this local time, `06:30`.
    pub(crate) daily_at: Option<String>,
    /// Only from this local time on, `07:00`; together with `until`.
    pub(crate) within_from: Option<String>,
    /// Only before this local time.
    pub(crate) within_until: Option<String>,
    /// When the app starts.
    pub(crate) on_start: bool,
    /// When the machine wakes.
    pub(crate) on_wake: bool,
    /// A full refresh once a day at this local time.
    pub(crate) full_refresh_at: Option<String>,
}

/// A profile for its Settings page.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileDetail {
    /// What is written down.
    pub(crate) draft: ProfileDraft,
    /// Reads the built-in sample: it has neither address nor key.
    pub(crate) sample: bool,
    /// Was a secret entered for this very host?
    pub(crate) secret_set: bool,
    /// The host the secret was entered for.
    pub(crate) secret_host: Option<String>,
    /// Why that secret cannot be had now, such as a locked keychain.
    pub(crate) secret_problem: Option<IpcError>,
}

/// A database file that was chosen.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChosenDatabase {
    /// The file, with all folders above it.
    pub(crate) path: String,
    /// Is it there already? Then it is gone on with, never replaced.
    pub(crate) exists: bool,
}

/// A step of the connection test.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestStep {
    /// `name resolves`, `TLS`, …
    pub(crate) name: String,
    /// What was found.
    pub(crate) found: Option<String>,
    /// Or why it failed.
    pub(crate) error: Option<IpcError>,
    /// Something worth knowing though it went well, such as a database in a synced folder.
    pub(crate) advice: Option<String>,
}

/// What an older tool's folder holds.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportPreview {
    /// Hand it back to `import_finish`.
    pub(crate) token: String,
    /// The folder.
    pub(crate) folder: String,
    /// The file that was read, `.env` or `config.env`.
    pub(crate) file: String,
    /// The profile it becomes.
    pub(crate) draft: ProfileDraft,
    /// Is the API key's secret in it?
    pub(crate) has_secret: bool,
    /// The mark from which it reads on; none = everything.
    pub(crate) mark: Option<String>,
    /// What to know: settings that were left behind, and why.
    pub(crate) notes: Vec<String>,
}
