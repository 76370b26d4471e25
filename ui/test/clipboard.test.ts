// The clipboard is asked while the click is fresh, whenever the text comes.
import { afterEach, expect, test, vi } from "vitest";
import { copyText } from "@/shared/clipboard";

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
