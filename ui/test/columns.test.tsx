// Columns are pinned, hidden and found again; a row of any view opens its own document; the database opens outside.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { keepColumns, loadColumns } from "@/features/data/column-memory";
import { renderApp } from "./render-app";

const AFES = "/profiles/sample/data/AFE";

async function loadedGrid(text: string) {
  const grid = await screen.findByRole("grid");
  await within(grid).findAllByText(text);
  return grid;
}

const names = (grid: HTMLElement) =>
  within(grid)
    .getAllByRole("columnheader")
    .map((header) => header.querySelector("button")?.textContent);

/** The cells of the first row, by the place that they say they have. */
const firstRow = (grid: HTMLElement) =>
  [...grid.querySelectorAll("[aria-rowindex='2'] [role=gridcell]")].map((cell) => cell.textContent);

test("a column is pinned and let go by key; its cells come along and nothing is asked again", async () => {
  const { door, user } = await renderApp("sample", AFES);
  const grid = await loadedGrid("a0000000");
  const asked = vi.spyOn(door, "gridRows");
  const before = firstRow(grid);
  expect(names(grid).slice(0, 4)).toEqual(["DOCUMENT_ID", "AFE_NUMBER", "NAME", "STATUS"]);
  grid.focus();
  await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}p");
  expect(names(grid).slice(0, 4)).toEqual(["DOCUMENT_ID", "STATUS", "AFE_NUMBER", "NAME"]);
  expect(firstRow(grid).slice(0, 4)).toEqual([before[0], before[3], before[1], before[2]]);
  // The active cell went along, so the same key lets it go.
  await user.keyboard("p");
  expect(names(grid).slice(0, 4)).toEqual(["DOCUMENT_ID", "AFE_NUMBER", "NAME", "STATUS"]);
  await user.keyboard("{Home}p");
  expect(names(grid)[0]).toBe("DOCUMENT_ID");
  expect(asked).not.toHaveBeenCalled();
});

test("what is copied from pinned columns is what is seen", async () => {
  const { user } = await renderApp("sample", AFES);
  const grid = await loadedGrid("a0000000");
  await user.click(within(grid).getByRole("button", { name: "Pin NAME" }));
  const row = firstRow(grid);
  act(() => grid.focus());
  await user.keyboard("{Control>}{Home}{/Control}{Shift>}{ArrowRight}{ArrowRight}{/Shift}{Control>}c{/Control}");
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe(`DOCUMENT_ID\tNAME\tAFE_NUMBER\n${row.slice(0, 3).join("\t")}`),
  );
});

test("pinned and hidden columns are found again, each view's own", async () => {
  const first = await renderApp("sample", AFES);
  await loadedGrid("a0000000");
  await first.user.click(screen.getByRole("button", { name: "Columns" }));
  const chooser = await screen.findByRole("dialog", { name: "Columns" });
  const pin = within(chooser).getByRole("button", { name: "Pin WELL" });
  await first.user.click(pin);
  expect(pin).toHaveAttribute("aria-pressed", "true");
  await first.user.click(within(chooser).getByRole("checkbox", { name: "AFE_NUMBER" }));
  await first.user.keyboard("{Escape}");
  const shown = ["DOCUMENT_ID", "WELL", "NAME"];
  await waitFor(() => expect(names(screen.getByRole("grid")).slice(0, 3)).toEqual(shown));

  await first.user.click(screen.getByRole("link", { name: "COMPANY" }));
  expect(names(await loadedGrid("c0000000"))).toEqual(["DOCUMENT_ID", "NAME"]);
  await first.user.click(screen.getByRole("link", { name: "AFE" }));
  expect(names(await loadedGrid("a0000000")).slice(0, 3)).toEqual(shown);
  await first.user.click(screen.getByRole("button", { name: /^Columns \(/ }));
  await first.user.click(await screen.findByRole("button", { name: "Show all" }));
  expect(loadColumns("sample", "AFE", ["WELL", "AFE_NUMBER"])).toEqual({ hidden: [], pinned: ["WELL"] });
});

test("what is remembered of columns is bounded, follows the schema and survives rubbish", () => {
  keepColumns("p", "__proto__", { hidden: ["A", "B"], pinned: ["C"] });
  expect(loadColumns("p", "__proto__", ["B", "C"])).toEqual({ hidden: ["B"], pinned: ["C"] });
  expect(loadColumns("q", "__proto__", ["B", "C"])).toEqual({ hidden: [], pinned: [] });
  for (let view = 0; view < 150; view += 1) keepColumns("p", `v${view}`, { hidden: ["A"], pinned: [] });
  expect(loadColumns("p", "v149", ["A"]).hidden).toEqual(["A"]);
  expect(loadColumns("p", "v0", ["A"]).hidden).toEqual([]);
  for (const rubbish of ["{", "7", '[["x"]]', '[["x",{"hidden":1}]]']) {
    localStorage.setItem("execute-sync.columns", rubbish);
    expect(loadColumns("p", "v149", ["A"])).toEqual({ hidden: [], pinned: [] });
  }
});

test("a hidden column does not sort, also once it is shown again", async () => {
  const { door, user } = await renderApp("sample", AFES);
  const grid = await loadedGrid("a0000000");
  const asked = vi.spyOn(door, "gridRows");
  await user.click(within(grid).getByRole("button", { name: "AFE_NUMBER" }));
  await waitFor(() => expect(asked.mock.lastCall?.[1].sort).toEqual([{ column: "AFE_NUMBER", descending: false }]));
  asked.mockClear();
  await user.click(screen.getByRole("button", { name: "Columns" }));
  const box = within(await screen.findByRole("dialog", { name: "Columns" })).getByRole("checkbox", {
    name: "AFE_NUMBER",
  });
  await user.click(box);
  await waitFor(() => expect(asked).toHaveBeenCalled());
  await user.click(box);
  await waitFor(() => expect(within(grid).getByRole("columnheader", { name: /^AFE_NUMBER/ })).toBeVisible());
  expect(asked.mock.calls.map(([, query]) => query.sort)).toEqual(asked.mock.calls.map(() => []));
  expect(grid.querySelector("[aria-sort=ascending]")).toBeNull();
});

test("among all documents each row opens its own", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/EXECUTE_DOCUMENTS_LATEST");
  const grid = await loadedGrid("a0000002");
  expect(names(grid).slice(0, 3)).toEqual(["TYPE", "ID", "BATCH_DATE"]);
  await user.click(within(grid).getByText("a0000002"));
  expect(await screen.findByRole("complementary", { name: "Document" })).toHaveTextContent("AFE · a0000002");
  expect(grid.querySelectorAll("[data-open]")).toHaveLength(1);
});

test("the database opens outside: in its program, in its folder, as a path", async () => {
  const { door, user } = await renderApp("sample", AFES);
  await loadedGrid("a0000000");
  const choose = async (name: string) => {
    await user.click(screen.getByRole("button", { name: "Open in…" }));
    const item = await screen.findByRole("menuitem", { name });
    await waitFor(() => expect(item).toBeEnabled());
    await user.click(item);
  };
  await choose("The program for SQLite files");
  expect(await screen.findByText(/If nothing opens/)).toBeVisible();
  await choose("Its folder");
  expect(door.opened).toEqual(["database sample", "folder sample"]);
  await choose("Copy its path");
  const { databasePath } = await door.overview("sample");
  expect(databasePath).not.toBe("");
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe(databasePath));
});
