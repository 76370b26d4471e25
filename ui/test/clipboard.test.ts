// The clipboard is asked while the click is fresh, whenever the text comes.
import { afterEach, expect, test, vi } from "vitest";
import { copyRange } from "@/features/data/copy-range";
import type { Door } from "@/ipc/door";
import type { Column } from "@/ipc/types";
import { copyText } from "@/shared/clipboard";
import * as notify from "@/shared/notify";

afterEach(() => vi.unstubAllGlobals());

type Items = Record<string, Promise<Blob>>;

/** A web view's clipboard: takes what is promised, and no text by itself once the click is old. */
function webView() {
  const writes: Items[] = [];
  vi.stubGlobal(
    "ClipboardItem",
    class {
      constructor(readonly items: Items) {}
    },
  );
  const write = vi.fn(async ([item]: { items: Items }[]) => {
    if (item) writes.push(item.items);
    await item?.items["text/plain"];
  });
  const writeText = vi.fn(async () => Promise.reject(new Error("the click is no longer fresh")));
  vi.stubGlobal("navigator", { clipboard: { write, writeText } });
  return { write, writes, writeText };
}

test("it is asked before the text is there, and gets the text later", async () => {
  const { write, writes, writeText } = webView();
  let come = (_: string) => {};
  const copied = copyText(
    new Promise((done) => {
      come = done;
    }),
  );
  expect(write).toHaveBeenCalledTimes(1);
  come("A\tB");
  await copied;
  const blob = await writes[0]?.["text/plain"];
  expect(blob?.type).toBe("text/plain");
  expect(blob?.size).toBe(3);
  expect(writeText).not.toHaveBeenCalled();
});

test("why there is no text is told, not that the clipboard got none", async () => {
  webView();
  await expect(copyText(Promise.reject(new Error("the database is gone")))).rejects.toThrow("the database is gone");
});

test("where nothing can be promised to it, it gets the text when it is there", async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  await copyText(Promise.resolve("A"));
  expect(writeText).toHaveBeenCalledWith("A");
});

test("beginnings of long texts are told as what they are", async () => {
  webView();
  const tell = vi.spyOn(notify, "tell").mockImplementation(() => {});
  const rows = [[{ text: "{", cut: true }, { text: "A" }]];
  const door = { gridRows: async () => ({ offset: 0, rows }) } as unknown as Door;
  const columns = ["DATA", "NAME"].map((name) => ({ name, kind: "text", refersTo: null }) as Column);
  const query = { view: "AFE", columns: [], sort: [], filters: [] };
  await copyRange(door, "p", query, { top: 0, bottom: 0, left: 0, right: 1 }, columns);
  expect(tell).toHaveBeenCalledWith(
    "1 row copied, with headers. Of 1 long text only the beginning; an export has all of it.",
  );
  rows[0]?.shift();
  await copyRange(door, "p", query, { top: 0, bottom: 0, left: 0, right: 0 }, columns.slice(1));
  expect(tell).toHaveBeenLastCalledWith("1 row copied, with headers.");
});
