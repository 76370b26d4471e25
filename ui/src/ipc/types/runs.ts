// Made from src-tauri/src/contract/runs.rs; never edited by hand.
import type { IpcError } from "./error";

/**
 * The Overview of a profile.
 */
export type Overview = { 
/**
 * Current documents by type, most first.
 */
types: Array<TypeCount>, 
/**
 * Of all types; none where they could not be counted.
 */
documents: number | null, 
/**
 * Why they could not be counted. What the history tells is there all the same.
 */
uncounted: IpcError | null, 
/**
 * Documents that the runs since midnight (local time) brought, but for those that read everything.
 */
changedToday: number, 
/**
 * How long the last good run took.
 */
lastTookMs: number | null, 
/**
 * The runs of the last 30 days, today the last, each day with its number even if it had none.
 */
days: Array<DayOfRuns>, 
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
 * The runs that began on one day, as the time zone of this machine has it.
 */
export type DayOfRuns = { 
/**
 * The day, `2025-01-31`.
 */
day: string, 
/**
 * Good ones.
 */
good: number, 
/**
 * Good ones that put documents into the quarantine.
 */
quarantined: number, 
/**
 * Failed ones, and those whose process ended before they did.
 */
failed: number, };

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
 * Was everything to be read, in this run or in several: anew, or because nothing was there?
 */
readsEverything: boolean, 
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
 * Entries that are closed as they are: the same version came since, and is stored.
 */
outdated: number, 
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
