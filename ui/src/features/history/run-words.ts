// What a run says of itself, in words.
import type { RunView } from "@/ipc/types";

/** What it was to read. */
export function kindOf(run: RunView): string {
  if (run.fullRefresh) return "Full refresh";
  if (run.readsEverything) return "Everything";
  // The history learns with a run's first page what there was to read.
  return run.outcome === "running" && run.pages === 0 ? "–" : "What changed";
}

/** The history learns a run's figures when it ends; until then there are none, not 0. */
export function figureOf(run: RunView | undefined): (shown: string) => string {
  return (shown) => (run?.outcome === "running" ? "–" : shown);
}
