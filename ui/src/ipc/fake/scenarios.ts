// The situations the fake core can be in, each a whole application state.
import type { AppState, DayOfRuns, IpcError, ProfileState, ProfileSummary, ProfilesTrouble, RunView } from "../types";

export const SCENARIOS = [
  "empty",
  "sample",
  "full",
  "syncing",
  "paused",
  "never",
  "offline",
  "needs-you",
  "failed",
  "quarantine",
  "huge",
  "broken",
  "notice",
  "unreadable",
  "set-aside",
  "many",
  "lost",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

const MINUTE = 60_000;
const ago = (now: number, minutes: number) => new Date(now - minutes * MINUTE).toISOString().replace(/\.\d+Z/, "Z");

const ERRORS: Partial<Record<ProfileState, IpcError>> = {
  needs_you: {
    code: "refused_by_source",
    message: "northern.example.com refused the API key “reporting”: it expired on 20 November.",
    hint: "Ask your Execute administrator for a new key, then replace it in Settings.",
    field: "EXECUTE_APIKEY_SECRET",
    suggestion: null,
    details: "HTTP 401: key expired",
  },
  offline: {
    code: "source_unreachable",
    message: "northern.example.com cannot be found.",
    hint: "Are you on the company network? It is tried again every few minutes.",
    field: null,
    suggestion: null,
    details: "failed to lookup address information: Temporary failure in name resolution",
  },
  failed: {
    code: "rejected",
    message: "The full refresh would remove 1,204 AFE documents, more than 5 % of them.",
    hint: "If that is right, run a full refresh and allow removals.",
    field: null,
    suggestion: null,
    details: null,
  },
};

const SENTENCES: Record<ProfileState, string> = {
  never: "Never synced",
  up_to_date: "Up to date · synced 3 min ago · next in 7 min",
  syncing: "Syncing · 41,200 documents so far",
  paused: "Paused until tomorrow 07:00 · synced 2 h ago",
  stopped: "Stopped 3 min ago before it was done · last synced 2 h ago · next in 7 min",
  offline: "Offline · synced 2 h ago · next try in 4 min",
  retrying: "Failed once · the disk is full · next try in 5 min",
  needs_you: "Needs you · the API key has expired",
  failed: "Failed · the full refresh would remove 1,204 documents",
};

/** That of a profile which nobody has changed. */
export const FIRST_STAMP = "as-it-began";

export function summary(id: string, name: string, state: ProfileState, now: number): ProfileSummary {
  const synced = state === "never" ? null : ago(now, state === "up_to_date" ? 3 : 124);
  return {
    id,
    name,
    stamp: FIRST_STAMP,
    state,
    sentence: SENTENCES[state],
    sample: id === "sample",
    destination: `SQLite · ${name}.sqlite`,
    progress:
      state === "syncing"
        ? {
            pages: 5,
            documents: 41_200,
            bytes: 96_400_000,
            documentsPerSecond: 3120,
            docType: "AFE",
            expected: 128_400,
            timeLeft: "about 1 min left",
            waiting: null,
            stopping: false,
            elsewhere: false,
          }
        : null,
    lastSyncedAt: synced,
    nextRunAt: state === "up_to_date" ? ago(now, -7) : state === "offline" ? ago(now, -4) : null,
    paused: state === "paused" ? { until: ago(now, -600) } : null,
    openQuarantine: 0,
    error: ERRORS[state] ?? null,
  };
}

const TROUBLES: Partial<Record<Scenario, ProfilesTrouble>> = {
  unreadable: {
    message: "/home/ana/.config/execute-sync/profiles.json cannot be read",
    hint: "Give this user the right to read it.",
    details: "Permission denied (os error 13)",
    setAside: false,
  },
  "set-aside": {
    message: "/home/ana/.config/execute-sync/profiles.json is not JSON; it was set aside, and there is no earlier one",
    hint: "Correct profiles.broken-20261122T093000Z.json and name it profiles.json again.",
    details: null,
    setAside: true,
  },
};

export function stateFor(scenario: Scenario, now: number): AppState {
  return {
    number: 1,
    version: "1.4.0",
    profiles: profilesFor(scenario, now),
    profilesTrouble: TROUBLES[scenario] ?? null,
    settings: {
      startAtLogin: true,
      startHidden: true,
      closeToTray: true,
      theme: "system",
      notifications: true,
      staleAfterHours: 24,
      parallelRuns: 2,
    },
    tray: true,
    notices:
      scenario === "notice"
        ? [
            {
              id: "n1",
              text: "The file of the profile “Capital 2027” could not be read and was set aside.",
              hint: "It lies beside the others, its name ends in .broken.",
            },
          ]
        : [],
  };
}

function profilesFor(scenario: Scenario, now: number): ProfileSummary[] {
  const northern = (state: ProfileState) => [summary("northern", "Northern AFEs", state, now)];
  switch (scenario) {
    case "empty":
    case "unreadable":
    case "set-aside":
      return [];
    case "sample":
      return [summary("sample", "Sample data", "up_to_date", now)];
    case "syncing":
    case "paused":
    case "never":
    case "offline":
    case "failed":
      return northern(scenario);
    case "needs-you":
      return northern("needs_you");
    case "huge":
    case "broken":
    case "notice":
    case "lost":
      return northern("up_to_date");
    case "quarantine":
      return northern("up_to_date").map((p) => ({
        ...p,
        openQuarantine: 3,
        sentence: "Up to date · 3 documents in quarantine",
      }));
    case "many":
      // As long as the core lets a name be, and more than a window shows.
      return Array.from({ length: 30 }, (_, i) =>
        summary(
          `p${i + 1}`,
          `${i + 1} Northern Alberta capital projects and abandonment, all partners together`,
          "up_to_date",
          now,
        ),
      );
    case "full":
      return [
        ...northern("up_to_date"),
        summary("land", "Land and leases", "syncing", now),
        summary("montney", "Montney partners", "needs_you", now),
        summary("capital", "Capital 2027", "failed", now),
        summary("archive", "Archive 2015–2018", "paused", now),
        summary("field", "Field office", "offline", now),
        summary("coast", "Coastal partners", "retrying", now),
        summary("trial", "Trial", "never", now),
      ];
  }
}

const FAILED_FROM = 61;
const FAILED_UNTIL = 65;

function outcomeOf(i: number, state: ProfileState): RunView["outcome"] {
  if (i >= FAILED_FROM && i <= FAILED_UNTIL) return "failed";
  if (i === 0 && (state === "failed" || state === "needs_you")) return "failed";
  if (i === 12 || i === 13) return "quarantined";
  return i === 40 ? "cancelled" : "succeeded";
}

/** A month of runs, newest first: every ten minutes would be too many to look at, so one every three hours. */
export function fakeRuns(now: number, state: ProfileState): RunView[] {
  if (state === "never") return [];
  const error = ERRORS[state] ?? ERRORS.offline ?? null;
  return Array.from({ length: 240 }, (_, i): RunView => {
    const outcome = outcomeOf(i, state);
    const failed = outcome === "failed";
    const documents = failed ? 0 : (i * 7919) % 431;
    return {
      runId: `r${240 - i}`,
      started: ago(now, 3 + i * 180),
      finished: ago(now, 3 + i * 180),
      outcome,
      documents,
      pages: failed ? 0 : 1,
      bytes: documents * 2340,
      quarantined: outcome === "quarantined" ? 2 : 0,
      removed: i % 8 === 5 ? 3 : 0,
      fullRefresh: i % 8 === 5 && i !== 239,
      readsEverything: i === 239 || i % 8 === 5,
      durationMs: 700 + ((i * 6151) % 2600),
      error: failed ? error : null,
    };
  });
}

/** As the core counts them. */
export function fakeDays(runs: RunView[], now: number): DayOfRuns[] {
  const days = new Map<string, DayOfRuns>();
  for (let back = 29; back >= 0; back -= 1) {
    const at = new Date(now);
    at.setDate(at.getDate() - back);
    days.set(dayOf(at), { day: dayOf(at), good: 0, quarantined: 0, failed: 0 });
  }
  for (const { started, outcome } of runs) {
    const day = days.get(dayOf(new Date(started)));
    if (!day) continue;
    if (outcome === "failed") day.failed += 1;
    else if (outcome === "quarantined") day.quarantined += 1;
    else if (outcome === "succeeded") day.good += 1;
  }
  return [...days.values()];
}

/** `2026-11-23`, here. */
function dayOf(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
