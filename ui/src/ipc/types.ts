// Made from src-tauri/src/contract.rs and src-tauri/commands.txt; never edited by hand. Counts stay below 2^53.

/**
 * A failed command. Nobody matches on text: `code` is the kind's code (`configuration`, `secret`, …).
 */
export type IpcError = { 
/**
 * Code of the kind.
 */
code: string, 
/**
 * One sentence that names the object.
 */
message: string, 
/**
 * The remedy.
 */
hint: string | null, 
/**
 * The setting at fault, such as `EXECUTE_URL`.
 */
field: string | null, 
/**
 * The value that would do for that setting, if one is known.
 */
suggestion: string | null, 
/**
 * The words of the driver underneath.
 */
details: string | null, };

/**
 * Everything the frame of the window shows.
 */
export type AppState = { 
/**
 * Counts up: a state never takes the place of one with a higher number.
 */
number: number, 
/**
 * Version of the app.
 */
version: string, 
/**
 * In the order in which people see them.
 */
profiles: Array<ProfileSummary>, 
/**
 * Why the profiles could not be read; `profiles` are then those that were known before, if any.
 */
profilesTrouble: ProfilesTrouble | null, 
/**
 * The app's own settings.
 */
settings: AppSettings, 
/**
 * Is there a tray that shows our icon?
 */
tray: boolean, 
/**
 * Things to be told once, such as a profile file that was set aside.
 */
notices: Array<Notice>, };

/**
 * The file of profiles cannot be read. It is looked at again by itself.
 */
export type ProfilesTrouble = { 
/**
 * One sentence that names the file.
 */
message: string, 
/**
 * The remedy.
 */
hint: string | null, 
/**
 * The words of the system underneath.
 */
details: string | null, 
/**
 * The broken file was given another name, so that a new profile writes over nothing.
 */
setAside: boolean, };

/**
 * Something to be told once.
 */
export type Notice = { 
/**
 * For dismissing it.
 */
id: string, 
/**
 * One sentence.
 */
text: string, 
/**
 * The remedy.
 */
hint: string | null, };

/**
 * A profile at a glance.
 */
export type ProfileSummary = { 
/**
 * Names the profile in every command.
 */
id: string, 
/**
 * What people call it.
 */
name: string, 
/**
 * Its sentence's kind.
 */
state: ProfileState, 
/**
 * The one sentence, the same in window, tray, command line and notification.
 */
sentence: string, 
/**
 * Reads the built-in sample server.
 */
sample: boolean, 
/**
 * `SQLite · Northern AFEs.sqlite`.
 */
destination: string, 
/**
 * While it syncs.
 */
progress: SyncProgress | null, 
/**
 * End of the last good run.
 */
lastSyncedAt: string | null, 
/**
 * When the worker will run it again.
 */
nextRunAt: string | null, 
/**
 * Set while it is paused; `until` none = until resumed.
 */
paused: Pause | null, 
/**
 * Open entries of the quarantine.
 */
openQuarantine: number, 
/**
 * Why it needs somebody, or failed.
 */
error: IpcError | null, };

/**
 * What a profile is like now; each has a shape and a colour.
 */
export type ProfileState = "never" | "up_to_date" | "syncing" | "paused" | "stopped" | "offline" | "needs_you" | "failed";

/**
 * A pause.
 */
export type Pause = { 
/**
 * Until when; none = until resumed.
 */
until: string | null, };

/**
 * How long a pause lasts.
 */
export type PauseFor = "hour" | "tomorrow" | "resumed";

/**
 * A run under way.
 */
export type SyncProgress = { 
/**
 * Pages stored.
 */
pages: number, 
/**
 * Documents read.
 */
documents: number, 
/**
 * Bytes read, unpacked.
 */
bytes: number, 
/**
 * Documents a second, over the last seconds.
 */
documentsPerSecond: number | null, 
/**
 * Type of the last document read.
 */
docType: string | null, 
/**
 * About so many documents will come in all; none where nobody knows.
 */
expected: number | null, 
/**
 * `about 3 min left`, where that can be told.
 */
timeLeft: string | null, 
/**
 * It waits for a locked file or a server: the sentence.
 */
waiting: string | null, 
/**
 * It was told to stop and finishes its page.
 */
stopping: boolean, 
/**
 * Another program runs it: it cannot be stopped from here.
 */
elsewhere: boolean, };

/**
 * The Overview of a profile.
 */
export type Overview = { 
/**
 * Current documents by type, most first.
 */
types: Array<TypeCount>, 
/**
 * Of all types.
 */
documents: number, 
/**
 * Documents that the runs since midnight (local time) brought.
 */
changedToday: number, 
/**
 * The last 30 days, newest first.
 */
runs: Array<RunView>, 
/**
 * Where calculated fields are on: the last full refresh.
 */
calculatedValuesAsOf: string | null, 
/**
 * Size of the database.
 */
databaseBytes: number | null, 
/**
 * Where it lies.
 */
databasePath: string, };

/**
 * Documents of one type.
 */
export type TypeCount = { 
/**
 * The type.
 */
name: string, 
/**
 * How many.
 */
documents: number, };

/**
 * How a run ended.
 */
export type RunOutcome = "running" | "succeeded" | "quarantined" | "failed" | "cancelled" | "interrupted";

/**
 * One run of the history.
 */
export type RunView = { 
/**
 * Tells runs apart.
 */
runId: string, 
/**
 * When it began.
 */
started: string, 
/**
 * When it ended.
 */
finished: string | null, 
/**
 * How it ended.
 */
outcome: RunOutcome, 
/**
 * Documents stored.
 */
documents: number, 
/**
 * Pages stored.
 */
pages: number, 
/**
 * Bytes read, unpacked.
 */
bytes: number, 
/**
 * Lines put into the quarantine.
 */
quarantined: number, 
/**
 * Documents removed.
 */
removed: number, 
/**
 * Everything anew?
 */
fullRefresh: boolean, 
/**
 * How long it took.
 */
durationMs: number, 
/**
 * Why it failed.
 */
error: IpcError | null, };

/**
 * An entry of the quarantine.
 */
export type QuarantineView = { 
/**
 * Its number.
 */
entry: number, 
/**
 * Type, if known.
 */
docType: string | null, 
/**
 * Id, if known.
 */
id: string | null, 
/**
 * Version, if known; as text, since it may have 19 digits.
 */
version: string | null, 
/**
 * Why it cannot be stored.
 */
reason: string, 
/**
 * Batch date of the run that saw it last.
 */
seen: string, 
/**
 * Page and line.
 */
place: [number, number], 
/**
 * Size of the line.
 */
size: number, 
/**
 * The first kilobytes of it, as text.
 */
text: string, };

/**
 * What a retry of quarantined documents did.
 */
export type QuarantineRetried = { 
/**
 * Entries that are stored now.
 */
stored: number, 
/**
 * Entries that stay, each with the reason.
 */
stay: [number, string][], };

/**
 * A line of the log.
 */
export type LogLine = { 
/**
 * Counts up; for a list's keys.
 */
seq: number, 
/**
 * When.
 */
at: string, 
/**
 * `error`, `warn`, `info` or `debug`.
 */
level: string, 
/**
 * The profile it belongs to.
 */
profile: string | null, 
/**
 * The run it belongs to.
 */
runId: string | null, 
/**
 * What happened.
 */
text: string, };

/**
 * The form: one description for wizard and settings.
 */
export type ProfileForm = { 
/**
 * Kinds of destination.
 */
destinations: Array<DestinationForm>, 
/**
 * How documents are fetched and stored.
 */
options: Array<FieldForm>, 
/**
 * Where secrets can be kept on this machine.
 */
secretPlaces: Array<SecretPlaceForm>, };

/**
 * A kind of destination.
 */
export type DestinationForm = { 
/**
 * `sqlite`, `snowflake`, `sql_server`.
 */
kind: string, 
/**
 * What people call it.
 */
title: string, 
/**
 * One line on when to take it.
 */
help: string, 
/**
 * In this version?
 */
available: boolean, 
/**
 * Its fields.
 */
fields: Array<FieldForm>, };

/**
 * One field.
 */
export type FieldForm = { 
/**
 * Its name; also what an error's `field` carries.
 */
name: string, 
/**
 * Its label.
 */
title: string, 
/**
 * What a value looks like.
 */
kind: FieldKind, 
/**
 * For `choice`.
 */
choices: Array<string>, 
/**
 * The value when none is given.
 */
default: string | null, 
/**
 * One line.
 */
help: string, 
/**
 * An example.
 */
example: string | null, 
/**
 * Must it be given?
 */
required: boolean, 
/**
 * For `number`.
 */
min: number | null, 
/**
 * For `number`.
 */
max: number | null, };

/**
 * What a field's value looks like.
 */
export type FieldKind = "text" | "url" | "number" | "switch" | "choice" | "file" | "database_file" | "secret";

/**
 * A place for secrets.
 */
export type SecretPlaceForm = { 
/**
 * `keychain`, `environment` or `file`.
 */
place: string, 
/**
 * What people call it on this system.
 */
title: string, 
/**
 * What it means.
 */
help: string, 
/**
 * Does it work now? If not, why.
 */
problem: string | null, };

/**
 * A profile as it is written down, without its secret.
 */
export type ProfileDraft = { 
/**
 * None for a new one.
 */
id: string | null, 
/**
 * What people call it.
 */
name: string, 
/**
 * Address of Execute.
 */
url: string, 
/**
 * Id of the API key.
 */
keyId: string, 
/**
 * `keychain`, `environment` or `file`.
 */
secretPlace: string, 
/**
 * For `environment` the variable; for `file` the path of one that a person placed, none for one of our own.
 */
secretName: string | null, 
/**
 * The person agreed that the key travels unencrypted.
 */
allowHttp: boolean, 
/**
 * `sqlite`.
 */
destination: string, 
/**
 * The destination's fields by name.
 */
fields: { [key in string]: string }, 
/**
 * The options by name; what is left out has its default.
 */
options: { [key in string]: string }, 
/**
 * When to run.
 */
schedule: ScheduleDraft, };

/**
 * When to run.
 */
export type ScheduleDraft = { 
/**
 * Every so many minutes; none with `daily_at` or for only by hand.
 */
everyMinutes: number | null, 
/**
 * Once a day at this local time, `06:30`.
 */
dailyAt: string | null, 
/**
 * Only from this local time on, `07:00`; together with `until`.
 */
withinFrom: string | null, 
/**
 * Only before this local time.
 */
withinUntil: string | null, 
/**
 * When the app starts.
 */
onStart: boolean, 
/**
 * When the machine wakes.
 */
onWake: boolean, 
/**
 * A full refresh once a day at this local time.
 */
fullRefreshAt: string | null, };

/**
 * A profile for its Settings page.
 */
export type ProfileDetail = { 
/**
 * What is written down.
 */
draft: ProfileDraft, 
/**
 * Reads the built-in sample: it has neither address nor key.
 */
sample: boolean, 
/**
 * Was a secret entered for this very host?
 */
secretSet: boolean, 
/**
 * The host the secret was entered for.
 */
secretHost: string | null, 
/**
 * Why that secret cannot be had now, such as a locked keychain.
 */
secretProblem: IpcError | null, };

/**
 * A database file that was chosen.
 */
export type ChosenDatabase = { 
/**
 * The file, with all folders above it.
 */
path: string, 
/**
 * Is it there already? Then it is gone on with, never replaced.
 */
exists: boolean, };

/**
 * A step of the connection test.
 */
export type TestStep = { 
/**
 * `name resolves`, `TLS`, …
 */
name: string, 
/**
 * What was found.
 */
found: string | null, 
/**
 * Or why it failed.
 */
error: IpcError | null, 
/**
 * Something worth knowing though it went well, such as a database in a synced folder.
 */
advice: string | null, };

/**
 * What an older tool's folder holds.
 */
export type ImportPreview = { 
/**
 * Hand it back to `import_finish`.
 */
token: string, 
/**
 * The folder.
 */
folder: string, 
/**
 * The file that was read, `.env` or `config.env`.
 */
file: string, 
/**
 * The profile it becomes.
 */
draft: ProfileDraft, 
/**
 * Is the API key's secret in it?
 */
hasSecret: boolean, 
/**
 * The mark from which it reads on; none = everything.
 */
mark: string | null, 
/**
 * What to know: settings that were left behind, and why.
 */
notes: Array<string>, };

/**
 * A node of the tree of data.
 */
export type DataNode = { 
/**
 * The view.
 */
view: string, 
/**
 * What people read.
 */
title: string, 
/**
 * Type of the documents it shows; none where it shows all of them.
 */
docType: string | null, 
/**
 * The records and lists inside.
 */
children: Array<DataNode>, };

/**
 * What a grid shows.
 */
export type GridQuery = { 
/**
 * The view.
 */
view: string, 
/**
 * Columns in order; empty = all.
 */
columns: Array<string>, 
/**
 * The strongest first.
 */
sort: Array<SortKey>, 
/**
 * All must hold.
 */
filters: Array<Filter>, };

/**
 * One key of a sort.
 */
export type SortKey = { 
/**
 * The column.
 */
column: string, 
/**
 * Largest first.
 */
descending: boolean, };

/**
 * One filter.
 */
export type Filter = { 
/**
 * The column.
 */
column: string, 
/**
 * How it is compared.
 */
test: FilterTest, 
/**
 * With what; not for `empty` and `not_empty`.
 */
value: string, };

/**
 * How a value is compared.
 */
export type FilterTest = "contains" | "equals" | "not_equals" | "starts_with" | "at_least" | "at_most" | "empty" | "not_empty";

/**
 * A grid that was opened.
 */
export type GridInfo = { 
/**
 * Its columns.
 */
columns: Array<Column>, 
/**
 * How many rows; none while they are still being counted.
 */
rows: number | null, };

/**
 * A column.
 */
export type Column = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it holds.
 */
kind: ColumnKind, 
/**
 * For `reference`, the type it points at, if it is always the same.
 */
refersTo: string | null, };

/**
 * What a column holds.
 */
export type ColumnKind = "text" | "number" | "date" | "boolean" | "reference";

/**
 * Rows of a grid.
 */
export type GridRows = { 
/**
 * Number of the first row.
 */
offset: number, 
/**
 * A cell a column.
 */
rows: Array<Array<Cell>>, };

/**
 * A cell: its text exactly as stored, and for a reference the name of what it points at.
 */
export type Cell = { 
/**
 * None for NULL.
 */
text: string | null, 
/**
 * The name behind a reference.
 */
label?: string, };

/**
 * A document for the inspector.
 */
export type DocumentView = { 
/**
 * Its type.
 */
docType: string, 
/**
 * Its id.
 */
id: string, 
/**
 * The version shown, the newest; as text.
 */
version: string, 
/**
 * Its name, if it has one.
 */
name: string | null, 
/**
 * Who wrote it.
 */
author: Reference | null, 
/**
 * When.
 */
date: string, 
/**
 * Deleted at the source?
 */
deleted: boolean, 
/**
 * Its fields, in order.
 */
fields: Array<FieldValue>, 
/**
 * The bytes as they came; cut after a megabyte.
 */
raw: string, 
/**
 * Whether `raw` was cut.
 */
rawCut: boolean, };

/**
 * A field of a document.
 */
export type FieldValue = { 
/**
 * Path from the top, `CUSTOM.REGION`.
 */
path: string, 
/**
 * The value as text; none for null.
 */
value: string | null, 
/**
 * Where it points.
 */
reference: Reference | null, 
/**
 * For a list: how many items.
 */
items: number | null, };

/**
 * A document that another one points at.
 */
export type Reference = { 
/**
 * Its type; none if it is not here and nothing says it: then it cannot be followed.
 */
docType: string | null, 
/**
 * Its id.
 */
id: string, 
/**
 * Its name; else the id.
 */
name: string, };

/**
 * How far an export is.
 */
export type ExportProgress = { 
/**
 * Rows written.
 */
rows: number, 
/**
 * Of how many.
 */
of: number | null, };

/**
 * An export that is done.
 */
export type ExportDone = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * Rows written.
 */
rows: number, };

/**
 * A key pair.
 */
export type KeyView = { 
/**
 * Names it in commands.
 */
id: string, 
/**
 * What people call it.
 */
name: string, 
/**
 * Bits.
 */
size: number, 
/**
 * `SHA256:…`.
 */
fingerprint: string, 
/**
 * When it was made.
 */
created: string, 
/**
 * `keychain`, or the path of the file.
 */
place: string, 
/**
 * Has it a passphrase?
 */
passphrase: boolean, 
/**
 * PEM of the public key.
 */
publicKey: string, 
/**
 * The SQL that registers it.
 */
sql: string, 
/**
 * Names of profiles that use it.
 */
usedBy: Array<string>, };

/**
 * A key pair to be made.
 */
export type KeyOrder = { 
/**
 * What people will call it.
 */
name: string, 
/**
 * 2048, 3072 or 4096.
 */
size: number, 
/**
 * `keychain` or `file` (then the core asks where).
 */
place: string, 
/**
 * User for the SQL.
 */
user: string | null, };

/**
 * How a profile reaches Execute.
 */
export type Route = { 
/**
 * The profile.
 */
id: string, 
/**
 * Its proxy, without a login; none = directly.
 */
proxy: string | null, 
/**
 * The proxy is the system's, not one that the profile names.
 */
proxyOfSystem: boolean, 
/**
 * A file of certificates that count besides the system's.
 */
certificates: string | null, };

/**
 * The app's own settings.
 */
export type AppSettings = { 
/**
 * Start when the person logs in.
 */
startAtLogin: boolean, 
/**
 * Start without a window.
 */
startHidden: boolean, 
/**
 * Closing the window leaves the worker running.
 */
closeToTray: boolean, 
/**
 * Light, dark or the system's.
 */
theme: Theme, 
/**
 * Tell failures that last, and their recovery.
 */
notifications: boolean, 
/**
 * Tell when nothing was synced for so many hours; 0 = never.
 */
staleAfterHours: number, 
/**
 * Profiles that may sync at the same time.
 */
parallelRuns: number, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Where the tray sends the window.
 */
export type Navigate = { 
/**
 * A route, such as `/profiles/3f2a/data`.
 */
path: string, };

/** Every command of the core. */
export type CommandName =
  | "app_state"
  | "dismiss_notice"
  | "ui_ready"
  | "create_sample_profile"
  | "profile_form"
  | "profile_detail"
  | "save_profile"
  | "delete_profile"
  | "default_database"
  | "choose_database_file"
  | "choose_database_folder"
  | "choose_file"
  | "test_profile"
  | "stop_test"
  | "import_choose"
  | "import_finish"
  | "sync_now"
  | "stop_sync"
  | "sync_all"
  | "pause"
  | "resume"
  | "overview"
  | "runs"
  | "run_log"
  | "quarantine"
  | "quarantine_retry"
  | "quarantine_close"
  | "activity"
  | "copy_diagnostics"
  | "make_bundle"
  | "save_bundle"
  | "routes"
  | "save_settings"
  | "open_database_folder"
  | "open_database"
  | "open_link"
  | "keys"
  | "generate_key"
  | "delete_key"
  | "data_tree"
  | "open_grid"
  | "grid_rows"
  | "grid_count"
  | "document"
  | "export_csv"
  | "cancel_export";
