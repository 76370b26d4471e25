//! What crosses between window and core: every argument and every answer of a command, and every event.
//!
//! TypeScript's types are made from these (`ui/src/ipc/types.ts`). No type here can hold a secret on its way out: a
//! secret is an argument only. Times are UTC, `2025-01-31T09:30:00Z`; sizes are bytes; counts stay below 2^53.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
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

/// The Overview of a profile.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overview {
    /// Current documents by type, most first.
    pub(crate) types: Vec<TypeCount>,
    /// Of all types.
    #[ts(type = "number")]
    pub(crate) documents: u64,
    /// Documents that the runs since midnight (local time) brought.
    #[ts(type = "number")]
    pub(crate) changed_today: u64,
    /// The last 30 days, newest first.
    pub(crate) runs: Vec<RunView>,
    /// Where calculated fields are on: the last full refresh.
    pub(crate) calculated_values_as_of: Option<String>,
    /// Size of the database.
    #[ts(type = "number | null")]
    pub(crate) database_bytes: Option<u64>,
    /// Where it lies.
    pub(crate) database_path: String,
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

/// A node of the tree of data.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataNode {
    /// The view.
    pub(crate) view: String,
    /// What people read.
    pub(crate) title: String,
    /// Type of the documents it shows; none where it shows all of them.
    pub(crate) doc_type: Option<String>,
    /// The records and lists inside.
    pub(crate) children: Vec<DataNode>,
}

/// What a grid shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GridQuery {
    /// The view.
    pub(crate) view: String,
    /// Columns in order; empty = all.
    pub(crate) columns: Vec<String>,
    /// The strongest first.
    pub(crate) sort: Vec<SortKey>,
    /// All must hold.
    pub(crate) filters: Vec<Filter>,
}

/// One key of a sort.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SortKey {
    /// The column.
    pub(crate) column: String,
    /// Largest first.
    pub(crate) descending: bool,
}

/// One filter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Filter {
    /// The column.
    pub(crate) column: String,
    /// How it is compared.
    pub(crate) test: FilterTest,
    /// With what; not for `empty` and `not_empty`.
    pub(crate) value: String,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FilterTest {
    /// Holds the text, in any case.
    Contains,
    /// Is it.
    Equals,
    /// Is something else.
    NotEquals,
    /// Begins with it.
    StartsWith,
    /// Is at least it.
    AtLeast,
    /// Is at most it.
    AtMost,
    /// Has no value.
    Empty,
    /// Has one.
    NotEmpty,
}

/// A grid that was opened.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GridInfo {
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// How many rows; none while they are still being counted.
    #[ts(type = "number | null")]
    pub(crate) rows: Option<u64>,
}

/// A column.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) kind: ColumnKind,
    /// For `reference`, the type it points at, if it is always the same.
    pub(crate) refers_to: Option<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnKind {
    /// Text.
    Text,
    /// Numbers: right-aligned, tabular.
    Number,
    /// Dates and times.
    Date,
    /// True and false.
    Boolean,
    /// The id of another document.
    Reference,
}

/// Rows of a grid.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GridRows {
    /// Number of the first row.
    #[ts(type = "number")]
    pub(crate) offset: u64,
    /// A cell a column.
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell: its text exactly as stored, and for a reference the name of what it points at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cell {
    /// None for NULL.
    pub(crate) text: Option<String>,
    /// The name behind a reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub(crate) label: Option<String>,
}

/// A document for the inspector.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentView {
    /// Its type.
    pub(crate) doc_type: String,
    /// Its id.
    pub(crate) id: String,
    /// The version shown, the newest; as text.
    pub(crate) version: String,
    /// Its name, if it has one.
    pub(crate) name: Option<String>,
    /// Who wrote it.
    pub(crate) author: Option<Reference>,
    /// When.
    pub(crate) date: String,
    /// Deleted at the source?
    pub(crate) deleted: bool,
    /// Its fields, in order.
    pub(crate) fields: Vec<FieldValue>,
    /// The bytes as they came; cut after a megabyte.
    pub(crate) raw: String,
    /// Whether `raw` was cut.
    pub(crate) raw_cut: bool,
}

/// A field of a document.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldValue {
    /// Path from the top, `CUSTOM.REGION`.
    pub(crate) path: String,
    /// The value as text; none for null.
    pub(crate) value: Option<String>,
    /// Where it points.
    pub(crate) reference: Option<Reference>,
    /// For a list: how many items.
    #[ts(type = "number | null")]
    pub(crate) items: Option<u64>,
}

/// A document that another one points at.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    /// Its type; none if it is not here and nothing says it: then it cannot be followed.
    pub(crate) doc_type: Option<String>,
    /// Its id.
    pub(crate) id: String,
    /// Its name; else the id.
    pub(crate) name: String,
}

/// How far an export is.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportProgress {
    /// Rows written.
    #[ts(type = "number")]
    pub(crate) rows: u64,
    /// Of how many.
    #[ts(type = "number | null")]
    pub(crate) of: Option<u64>,
}

/// An export that is done.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportDone {
    /// Where it lies.
    pub(crate) path: String,
    /// Rows written.
    #[ts(type = "number")]
    pub(crate) rows: u64,
}

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

/// Where the tray sends the window.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Navigate {
    /// A route, such as `/profiles/3f2a/data`.
    pub(crate) path: String,
}
