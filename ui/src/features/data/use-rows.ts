// The rows in view, page by page through the door. Pages flown past are never asked for, and few are kept.
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { Cell, GridQuery, GridRows } from "@/ipc/types";
import { PAGE_ROWS, pagesFor, RecentlyUsed } from "./pages";

/** How long the view has to rest on a page before it is asked for. */
const REST_MS = 80;

export function useRows(id: string, query: GridQuery, first: number, last: number) {
  const door = useDoor();
  const client = useQueryClient();
  const [recent] = useState(() => new RecentlyUsed<readonly unknown[]>());
  const wanted = useRested(pagesFor(first, last).join(), REST_MS);
  const pages = wanted === "" ? [] : wanted.split(",").map(Number);

  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: queryKeys.rows(id, query, page),
      queryFn: () => door.gridRows(id, query, page * PAGE_ROWS, PAGE_ROWS),
    })),
  });

  useEffect(() => {
    for (const page of wanted === "" ? [] : wanted.split(",").map(Number)) {
      const key = queryKeys.rows(id, query, page);
      recent.use(JSON.stringify(key), key);
    }
    for (const queryKey of recent.takeOldest()) client.removeQueries({ queryKey, exact: true });
  }, [client, id, query, recent, wanted]);

  // Reading `data` is also what makes the grid draw again when it comes.
  const loaded = new Map(pages.map((page, i) => [page, results[i]?.data]));
  const rowAt = (row: number): Cell[] | undefined => {
    const page = Math.floor(row / PAGE_ROWS);
    const known = loaded.get(page) ?? client.getQueryData<GridRows>(queryKeys.rows(id, query, page));
    return known?.rows[row - page * PAGE_ROWS];
  };

  const failed = results.find((result) => result.error);
  return { rowAt, error: failed?.error ?? null, retry: () => void failed?.refetch() };
}

/** The value once it has not changed for a while; the first one at once. */
function useRested(value: string, restMs: number): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    if (value === rested) return undefined;
    if (rested === "") {
      setRested(value);
      return undefined;
    }
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, rested, restMs]);
  return rested;
}
