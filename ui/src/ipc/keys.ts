// The names of everything in the query cache. What belongs to a profile's database begins with `profile`, so that a
// finished sync can mark all of it as old at once.
import type { GridQuery } from "./types";

export const queryKeys = {
  state: ["state"] as const,
  form: ["form"] as const,
  defaultDatabase: (name: string) => ["default-database", name] as const,
  keys: ["keys"] as const,
  activity: ["activity"] as const,
  bundle: ["bundle"] as const,
  routes: ["routes"] as const,
  details: ["detail"] as const,
  detail: (id: string) => ["detail", id] as const,
  profile: (id: string) => ["profile", id] as const,
  overview: (id: string) => ["profile", id, "overview"] as const,
  allRuns: (id: string) => ["profile", id, "runs"] as const,
  runs: (id: string, limit: number) => ["profile", id, "runs", limit] as const,
  runLog: (id: string, runId: string) => ["profile", id, "run-log", runId] as const,
  quarantine: (id: string) => ["profile", id, "quarantine"] as const,
  tree: (id: string) => ["profile", id, "tree"] as const,
  grid: (id: string, query: GridQuery) => ["profile", id, "grid", query] as const,
  count: (id: string, query: GridQuery) => ["profile", id, "count", query] as const,
  rows: (id: string, query: GridQuery, page: number) => ["profile", id, "rows", query, page] as const,
  document: (id: string, docType: string, documentId: string) =>
    ["profile", id, "document", docType, documentId] as const,
};
