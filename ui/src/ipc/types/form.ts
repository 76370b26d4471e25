// Made from src-tauri/src/contract/form.rs; never edited by hand.
import type { IpcError } from "./error";

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
 * What the profile was like when this form of it began, so that a change from elsewhere is not undone unseen. None for
 * a new one; of one that is there none = however it is by now.
 */
stamp: string | null, 
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
