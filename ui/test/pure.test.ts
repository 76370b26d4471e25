// The rules without a screen: scroll positions, pages, selection, copied text, times, and how the code is divided.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addLines } from "@/app/state-sync";
import { toTsv } from "@/features/data/copy-cells";
import { MOST_PAGES, pagesFor, RecentlyUsed } from "@/features/data/pages";
import { ROW_PX, scrollMap, visibleRows } from "@/features/data/scroll-map";
import { at, move } from "@/features/data/selection";
import { bytes, counted, duration, ended, relative, sentence } from "@/shared/format";
import { isInClear, trimmedUrl } from "@/shared/profile-form/draft";

describe("scrolling", () => {
  test("few rows are not scaled", () => {
    const map = scrollMap(1000, 600);
    expect(map.scaled).toBe(false);
    expect(map.toVirtual(1234)).toBe(1234);
  });

  test("a million rows stay below what web views allow, and the last one is reached", () => {
    const map = scrollMap(1_000_000, 600);
    expect(map.realHeight).toBeLessThanOrEqual(8_000_000);
    expect(map.toVirtual(map.realHeight - 600)).toBe(1_000_000 * ROW_PX - 600);
    expect(visibleRows(map.lastTop, 600, 1_000_000).last).toBe(999_999);
    expect(map.toVirtual(map.toReal(12_345_678))).toBeCloseTo(12_345_678, 3);
  });

  test("pages around a border are both needed", () => {
    expect(pagesFor(190, 210)).toEqual([0, 1]);
    expect(pagesFor(0, -1)).toEqual([]);
  });

  test("the pages used longest ago go first", () => {
    const recent = new RecentlyUsed<number>();
    for (let page = 0; page < MOST_PAGES; page += 1) recent.use(String(page), page);
    recent.use("0", 0);
    recent.use("new", 99);
    expect(recent.takeOldest()).toEqual([1]);
  });
});

describe("selection", () => {
  const size = { rows: 10, columns: 4, page: 5 };
  const press = (key: string, shift = false, jump = false) => ({ key, shift, jump });

  test("stays inside the grid; up from the first row is the header", () => {
    expect(move(at(9, 3), size, press("PageDown"))?.active).toEqual({ row: 9, column: 3 });
    expect(move(at(0, 0), size, press("ArrowUp"))?.active).toEqual({ row: -1, column: 0 });
    expect(move(at(0, 0), size, press("ArrowUp", true))?.active).toEqual({ row: 0, column: 0 });
    expect(move(at(3, 1), size, press("End", false, true))?.active).toEqual({ row: 9, column: 3 });
    expect(move(at(3, 1), size, press("x"))).toBeNull();
  });

  test("shift extends from where it began", () => {
    const next = move(at(3, 1), size, press("ArrowDown", true));
    expect(next).toEqual({ anchor: { row: 3, column: 1 }, active: { row: 4, column: 1 } });
  });
});

describe("copied cells", () => {
  const text = { name: "A", kind: "text", refersTo: null } as const;
  const number = { name: "N", kind: "number", refersTo: null } as const;

  test("text that looks like a formula is made harmless, a negative number stays", () => {
    expect(toTsv([text, number], [[{ text: "=1+1" }, { text: "-12.50" }]])).toBe("A\tN\n'=1+1\t-12.50");
    // What a source sends where a number or a date belongs is no number and no date.
    const date = { name: "=D", kind: "date", refersTo: null } as const;
    expect(
      toTsv(
        [number, date],
        [
          [{ text: "=cmd" }, { text: "-1+2" }],
          [{ text: "-1.5e-7" }, { text: "＝1" }],
          [{ text: "\0=1" }, { text: "\0" }],
        ],
      ),
    ).toBe("N\t'=D\n'=cmd\t'-1+2\n-1.5e-7\t'＝1\n'\0=1\t'\0");
  });

  test("tabs, quotes and line ends stay inside their cell", () => {
    expect(toTsv([text], [[{ text: 'a\t"b"\nc' }], [{ text: null }]])).toBe('A\n"a\t""b""\nc"\n');
  });
});

describe("words", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");

  test("times are relative", () => {
    expect(relative("2026-11-23T11:57:00Z", now)).toBe("3 min ago");
    expect(relative("2026-11-23T11:59:50Z", now)).toBe("just now");
    expect(relative("2026-11-20T12:00:00Z", now)).toBe("3 days ago");
  });

  test("times count whole hours and days, as the core's sentences do, and long ago is a date", () => {
    const back = (minutes: number) => relative(new Date(now - minutes * 60_000).toISOString(), now);
    expect([back(59.9), back(100), back(1430), back(26 * 60)]).toEqual([
      "59 min ago",
      "1 h ago",
      "23 h ago",
      "1 day ago",
    ]);
    expect(relative("2020-09-24T12:00:00Z", now)).toMatch(/2020/);
  });

  test("what has just happened is now, even if the clock on the wall has not ticked yet", () => {
    expect(relative("2026-11-23T12:00:29Z", now)).toBe("just now");
  });

  test("a sentence begins with a capital, but a name keeps its own", () => {
    expect(sentence("the keychain is locked")).toBe("The keychain is locked");
    for (const kept of ["profiles.json is not JSON", "northern.example.com refused", "/a/b cannot be read", "iCloud"]) {
      expect(sentence(kept)).toBe(kept);
    }
  });

  test("a sentence that another follows has one end, whoever wrote it", () => {
    expect(ended("the keychain is locked")).toBe("The keychain is locked.");
    for (const kept of ["It was set aside.", "Is it there?", "He said “no.”", "Wait…"]) expect(ended(kept)).toBe(kept);
  });

  test("sizes, durations and counts are short", () => {
    expect([bytes(512), bytes(96_400_000), bytes(1_500)]).toEqual(["512 bytes", "96.4 MB", "1.5 kB"]);
    expect([duration(80), duration(1200), duration(75_000), duration(7_260_000)]).toEqual([
      "80 ms",
      "1.2 s",
      "1 min 15 s",
      "2 h 1 min",
    ]);
    expect([counted(1, "row"), counted(1_000_000, "row")]).toEqual(["1 row", "1,000,000 rows"]);
  });

  test("only an address with more than its base is offered trimmed; a path may belong to the base", () => {
    for (const base of [
      "https://a.example.com/",
      "https://a.example.com/x/",
      "http://localhost:8080",
      "nonsense",
      "",
    ]) {
      expect(trimmedUrl(base), base).toBeNull();
    }
    expect(trimmedUrl("https://a.example.com/x?tab=2#/y")).toBe("https://a.example.com/x");
    expect(trimmedUrl("https://a.example.com/x/fetch/document/")).toBe("https://a.example.com/x");
    expect(trimmedUrl("a.example.com/x")).toBe("https://a.example.com/x");
    expect(trimmedUrl("ftp://a.example.com")).toBeNull();
  });
});

test("a key that does not leave this machine is not said to travel in clear", () => {
  const here = [
    "localhost",
    "LOCALHOST.",
    "a.localhost:8080",
    "127.0.0.1:34889",
    "127.9.8.7",
    "[::1]",
    "[::ffff:127.0.0.1]",
  ];
  for (const host of here) expect(isInClear(`http://${host}/x`), host).toBe(false);
  const away = ["a.example.com", "localhost.example.com", "notlocalhost", "127.0.0.1.example.com", "[::2]", "10.0.0.1"];
  for (const host of away) expect(isInClear(` HTTP://${host}`), host).toBe(true);
  for (const other of ["https://a.example.com", "http:", "http://", "nonsense", ""]) {
    expect(isInClear(other), other).toBe(false);
  }
});

test("a line of the log that came twice is shown once", () => {
  const line = { seq: 1, at: "", level: "info", profile: null, runId: null, text: "" };
  expect(addLines([line], [line, { ...line, seq: 2 }])).toHaveLength(2);
});

describe("the code", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const text = (name: string) => readFileSync(join("src", name), "utf8");

  test("has no feature that imports another, and nothing shared imports a feature", () => {
    const wrong = files.flatMap((name) => {
      const own = /^features\/([^/]+)/.exec(name)?.[1];
      if (name.startsWith("app/")) return [];
      const imported = [...text(name).matchAll(/@\/(features|app)\/([^/"]+)/g)];
      return imported
        .filter(([, kind, feature]) => kind === "app" || feature !== own)
        .map(([path]) => `${name}: ${path}`);
    });
    expect(wrong).toEqual([]);
  });

  test("opens each file with what it is for, in at most 250 lines, the fake core aside", () => {
    const own = files.filter((name) => !name.endsWith(".d.ts") && !/^ipc\/(fake|types)\//.test(name));
    expect(own.filter((name) => !text(name).startsWith("// "))).toEqual([]);
    expect(own.filter((name) => text(name).split("\n").length > 250)).toEqual([]);
  });
});
