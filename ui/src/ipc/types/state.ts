// Made from src-tauri/src/contract/state.rs; never edited by hand.
import type { IpcError } from "./error";
import type { AppSettings } from "./settings";

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
 * Another one once the profile is another than it was, a pause left out.
 */
stamp: string, 
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
export type ProfileState = "never" | "up_to_date" | "syncing" | "paused" | "stopped" | "offline" | "retrying" | "needs_you" | "failed";

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
 * Where the tray sends the window.
 */
export type Navigate = { 
/**
 * A route, such as `/profiles/3f2a/data`.
 */
path: string, };
