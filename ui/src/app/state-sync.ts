// Writes what the core tells into the query cache, and marks a profile's data as old when a sync has ended.
import type { QueryClient } from "@tanstack/react-query";
import type { Door } from "@/ipc/door";
import { queryKeys } from "@/ipc/keys";
import type { AppState, LogLine } from "@/ipc/types";
import { newest } from "@/shared/app-state";
import { markOld, withNothing } from "@/shared/mark-old";
import { tellFailure } from "@/shared/notify";
import { forgetChanges } from "@/shared/profile-form/saved-changes";

/** As many lines as the core keeps; the oldest go first. */
const MOST_LINES = 5000;

export function followCore(door: Door, client: QueryClient, navigate: (path: string) => void): () => void {
  const stops = [
    door.on("state", (state) => takeState(client, state)),
    door.on("log", (lines) => {
      void takeLines(client, lines);
    }),
    door.on("navigate", ({ path }) => navigate(path)),
  ];
  // What changed between the first answer and now was told to nobody.
  void door.appState().then((state) => takeState(client, state), tellFailure);
  return () => {
    for (const stop of stops) stop();
  };
}

function takeState(client: QueryClient, state: AppState): void {
  const before = client.getQueryData<AppState>(queryKeys.state);
  if (newest(before, state) !== state) return;
  client.setQueryData(queryKeys.state, state);
  for (const profile of state.profiles) {
    const old = before?.profiles.find((p) => p.id === profile.id);
    const ended = old?.progress !== undefined && old?.progress !== null && profile.progress === null;
    const changed = old?.lastSyncedAt !== profile.lastSyncedAt || old?.openQuarantine !== profile.openQuarantine;
    if (old && (ended || changed)) void markOld(client, queryKeys.profile(profile.id));
    // A run began, or the database has gone or is back: the rows that are looked at stay as they are, failures do not.
    else if (old && old.state !== profile.state) {
      void markOld(client, queryKeys.overview(profile.id));
      void markOld(client, queryKeys.allRuns(profile.id));
      void markOld(client, queryKeys.profile(profile.id), withNothing);
    }
  }
  for (const old of before?.profiles ?? []) {
    if (state.profiles.some((p) => p.id === old.id)) continue;
    client.removeQueries({ queryKey: queryKeys.profile(old.id) });
    client.removeQueries({ queryKey: queryKeys.detail(old.id) });
    forgetChanges(old.id);
  }
}

/** What is told while the log is being asked for may be missing from the answer, so it waits for that. */
async function takeLines(client: QueryClient, lines: LogLine[]): Promise<void> {
  await client
    .getQueryCache()
    .find({ queryKey: queryKeys.activity, fetchStatus: "fetching" })
    ?.promise?.catch(() => {});
  client.setQueryData<LogLine[]>(queryKeys.activity, (known) => known && addLines(known, lines));
}

export function addLines(known: LogLine[], lines: LogLine[]): LogLine[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = lines.filter((line) => line.seq > last);
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-MOST_LINES);
}
