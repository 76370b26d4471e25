// However a million rows are flown over: nothing larger than a page is asked for, and few pages are kept.
import { QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { newQueryClient } from "@/app/query-client";
import { MOST_PAGES, PAGE_ROWS } from "@/features/data/pages";
import { useRows } from "@/features/data/use-rows";
import { DoorProvider } from "@/ipc/door-context";
import { FakeDoor } from "@/ipc/fake/fake-door";
import type { GridQuery } from "@/ipc/types";

const QUERY: GridQuery = { view: "AFE", columns: [], sort: [], filters: [] };
const IN_VIEW = 28;

test("scrolling and jumping through a million rows asks for single pages and keeps twenty", async () => {
  vi.useFakeTimers();
  const door = new FakeDoor({ scenario: "huge", now: 0, delay: async () => {} });
  const ask = vi.spyOn(door, "gridRows");
  const client = newQueryClient();
  const view = renderHook(({ first }) => useRows("northern", QUERY, first, first + IN_VIEW), {
    initialProps: { first: 0 },
    wrapper: ({ children }) => (
      <QueryClientProvider client={client}>
        <DoorProvider door={door}>{children}</DoorProvider>
      </QueryClientProvider>
    ),
  });
  const pages = () => client.getQueryCache().findAll({ predicate: ({ queryKey }) => queryKey[2] === "rows" });
  const jumps = Array.from({ length: 60 }, (_, i) => (i * 137_777) % (1_000_000 - IN_VIEW));
  const wheel = Array.from({ length: 200 }, (_, i) => 500_000 + i * 27);
  let kept = 0;
  for (const first of [...jumps, ...wheel, 1_000_000 - IN_VIEW - 1]) {
    view.rerender({ first });
    // Long enough at rest to be asked for, and for the answer.
    await act(async () => void (await vi.advanceTimersByTimeAsync(100)));
    expect(view.result.current.rowAt(first)?.[0]?.text).toBe(`a${String(first).padStart(7, "0")}`);
    kept = Math.max(kept, pages().length);
  }
  const asked = ask.mock.calls.map(([, , offset, limit]) => ({ offset, limit }));
  expect(asked.length).toBeGreaterThan(80);
  expect(asked.filter(({ offset, limit }) => limit > 200 || limit !== PAGE_ROWS || offset % PAGE_ROWS !== 0)).toEqual(
    [],
  );
  expect(MOST_PAGES).toBe(20);
  expect(kept).toBe(MOST_PAGES);
});
