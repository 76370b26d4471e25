// Runs counted by day, for the chart. Pure.
import type { RunView } from "@/ipc/types";

export type Day = { day: string; good: number; quarantined: number; failed: number };

const DAYS = 30;

/** The last 30 days up to `now` in local time, oldest first; days without a run are there with zeros. */
export function byDay(runs: RunView[], now: number): Day[] {
  const days = new Map<string, Day>();
  for (let back = DAYS - 1; back >= 0; back -= 1) {
    const at = new Date(now);
    at.setDate(at.getDate() - back);
    days.set(keyOf(at), { day: label(at), good: 0, quarantined: 0, failed: 0 });
  }
  for (const run of runs) {
    const day = days.get(keyOf(new Date(run.started)));
    if (!day) continue;
    if (run.outcome === "failed" || run.outcome === "interrupted") day.failed += 1;
    else if (run.outcome === "quarantined") day.quarantined += 1;
    else if (run.outcome === "succeeded") day.good += 1;
  }
  return [...days.values()];
}

const keyOf = (at: Date) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
const label = (at: Date) => at.toLocaleDateString(undefined, { day: "numeric", month: "short" });
