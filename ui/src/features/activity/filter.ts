// Which lines of the log are shown. Pure.
import type { LogLine } from "@/ipc/types";

export type LogFilter = { level: Level; profile: string | null; runId: string | null; text: string };
export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** A level shows itself and everything worse; a level nobody knows is shown rather than hidden. */
export function shown(line: LogLine, filter: LogFilter): boolean {
  const level = (LEVELS as readonly string[]).indexOf(line.level);
  if (level >= 0 && level < LEVELS.indexOf(filter.level)) return false;
  if (filter.profile !== null && line.profile !== filter.profile) return false;
  if (filter.runId !== null && line.runId !== filter.runId) return false;
  return line.text.toLowerCase().includes(filter.text.toLowerCase());
}

export type RunInLog = { runId: string; at: string; profile: string | null };

/** The runs that the lines speak of, newest first, each with its first line's time and profile. */
export function runsIn(lines: LogLine[], profile: string | null): RunInLog[] {
  const runs = new Map<string, RunInLog>();
  for (const line of lines) {
    if (line.runId === null || runs.has(line.runId) || (profile !== null && line.profile !== profile)) continue;
    runs.set(line.runId, { runId: line.runId, at: line.at, profile: line.profile });
  }
  return [...runs.values()].reverse();
}
