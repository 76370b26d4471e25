// The grid asks for pages and keeps few; a document can be opened and followed; an export can be stopped.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { referenceOf } from "@/features/data/grid-columns";
import { gate, renderApp } from "./render-app";

const grid = () => screen.findByRole("grid");

test("a million rows are asked for in pages of at most 200, and only where the view rests", async () => {
  const { door } = await renderApp("huge", "/profiles/northern/data/AFE");
  const ask = vi.spyOn(door, "gridRows");
  expect(await screen.findByText("1,000,000 rows")).toBeVisible();
  const view = await grid();
  expect(view).toHaveAttribute("aria-rowcount", "1000001");
  expect(await within(view).findByText("a0000000")).toBeVisible();
  expect(ask).toHaveBeenCalledTimes(1);

  vi.useFakeTimers();
  for (const top of [1_000_000, 3_000_000, 5_000_000, 7_999_400]) {
    act(() => void fireEvent.scroll(view, { target: { scrollTop: top } }));
    await act(async () => void (await vi.advanceTimersByTimeAsync(20)));
  }
  expect(ask).toHaveBeenCalledTimes(1);
  // The rest, the request, its answer: each is a turn of its own.
  for (let turn = 0; turn < 3; turn += 1) await act(async () => void (await vi.advanceTimersByTimeAsync(100)));
  expect(within(view).getByText("a0999999")).toBeInTheDocument();
  const asked = ask.mock.calls.slice(1).map(([, , offset, limit]) => ({ offset, limit }));
  expect(asked.every(({ offset, limit }) => limit <= 200 && offset > 900_000)).toBe(true);
});

test("rows that are not there yet have placeholders", async () => {
  const held = gate();
  const { door } = await renderApp("sample", "/profiles/sample/data/AFE");
  await within(await grid()).findByText("a0000000");
  door.options.delay = held.delay;
  const user = screen.getByRole("grid");
  act(() => void fireEvent.scroll(user, { target: { scrollTop: 30 * 1000 } }));
  expect(within(user).queryByText("a0001000")).toBeNull();
  await waitFor(() => expect(user.querySelectorAll("[role=row]").length).toBeGreaterThan(10));
  await act(async () => held.open());
});

test("the keyboard sorts, moves and opens", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/data/AFE");
  const view = await grid();
  await within(view).findByText("a0000000");
  const open = vi.spyOn(door, "gridRows");
  view.focus();
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}{Enter}");
  expect(await screen.findByRole("complementary", { name: "Document" })).toHaveTextContent("AFE · a0000002");

  screen.getByRole("grid").focus();
  await user.keyboard("{Control>}{ArrowUp}{/Control}{ArrowUp}{ArrowRight}{Enter}");
  await waitFor(() =>
    expect(open).toHaveBeenLastCalledWith(
      "sample",
      expect.objectContaining({ sort: [{ column: "NAME", descending: false }] }),
      0,
      200,
    ),
  );
  expect(screen.getByRole("grid")).toHaveFocus();
});

test("copied cells carry headers", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE");
  const view = await grid();
  await within(view).findByText("a0000000");
  view.focus();
  await user.keyboard("{Shift>}{ArrowDown}{ArrowRight}{/Shift}{Control>}c{/Control}");
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe(
      "DOCUMENT_ID\tAFE_NUMBER\na0000000\tAFE-2019-00000\na0000001\tAFE-2020-00001",
    ),
  );
});

test("with Caps Lock on, the grid's letters do what they do without", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE");
  const view = await grid();
  await within(view).findByText("a0000000");
  act(() => view.focus());
  await user.keyboard("{Control>}C{/Control}");
  await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("DOCUMENT_ID\na0000000"));
  await user.keyboard("{Control>}A{/Control}");
  expect(view.querySelectorAll("[data-selected]").length).toBeGreaterThan(100);
  await user.keyboard("{Control>}{Home}{/Control}{ArrowRight}{ArrowRight}P");
  expect(within(view).getAllByRole("columnheader")[1]).toHaveTextContent("NAME");
  await user.keyboard("F");
  expect(await screen.findByLabelText("Value")).toBeVisible();
});

test("yes and no are read as a filter asks for them, and copied as they are stored", async () => {
  const { door, user } = await renderApp("sample", "/settings");
  const { gridRows } = door;
  const stored: Record<string, string> = { true: "1", false: "0" };
  vi.spyOn(door, "gridRows").mockImplementation(async (...asked) => {
    const page = await gridRows.apply(door, asked);
    return { ...page, rows: page.rows.map((row) => row.map(({ text }) => ({ text: stored[text ?? ""] ?? text }))) };
  });
  window.location.hash = "#/profiles/sample/data/AFE";
  const view = await grid();
  await within(view).findByText("a0000000");
  act(() => view.focus());
  await user.keyboard("{ArrowRight>8/}{Shift>}{ArrowDown>20/}{/Shift}{Control>}c{/Control}");
  const shown = [...view.querySelectorAll("[data-kind=boolean]")].map((cell) => cell.textContent);
  expect(new Set(shown)).toEqual(new Set(["true", "false"]));
  await waitFor(async () => expect(await navigator.clipboard.readText()).toMatch(/^IS_SUPPLEMENT(\n[01]){21}$/));
});

test("while rows are counted, no key takes those that are shown for all of them", async () => {
  const { door, user } = await renderApp("huge", "/settings");
  const { openGrid } = door;
  vi.spyOn(door, "openGrid").mockImplementation(async (...asked) => ({
    ...(await openGrid.apply(door, asked)),
    rows: null,
  }));
  const { delay, open } = gate();
  vi.spyOn(door, "gridCount").mockImplementation(async () => {
    await delay();
    return 1_000_000;
  });
  window.location.hash = "#/profiles/northern/data/AFE";
  const view = await grid();
  await within(view).findByText("a0000000");
  expect(view).toHaveAttribute("aria-rowcount", "-1");
  act(() => view.focus());
  await user.keyboard("{Control>}a{End}{ArrowDown}{/Control}{Shift>}{Control>}{End}{/Control}{/Shift}");
  expect((await screen.findAllByText(/The rows are still being counted/))[0]).toBeVisible();
  expect(view.querySelectorAll("[data-selected]")).toHaveLength(1);
  expect(within(view).getByText("a0000000").closest("[data-active]")).not.toBeNull();

  await act(async () => open());
  expect(await screen.findByText("1,000,000 rows")).toBeVisible();
  await user.keyboard("{Control>}{End}{/Control}");
  expect(await within(view).findByText("a0999999")).toBeInTheDocument();
});

test("a filter narrows the rows, and can be taken away", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/COMPANY");
  expect(await screen.findByText("5 rows")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Filter" }));
  await user.type(await screen.findByLabelText("Value"), "c0000003");
  await user.click(screen.getByRole("button", { name: "Add filter" }));
  expect(await screen.findByText("1 row")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /Remove the filter/ }));
  expect(await screen.findByText("5 rows")).toBeVisible();
});

test("a document's references can be followed and come back from", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE?type=AFE&doc=a0000003");
  const panel = await screen.findByRole("complementary", { name: "Document" });
  await user.click(await within(panel).findByRole("button", { name: /Viking/ }));
  await waitFor(() => expect(panel).toHaveTextContent("WELL · w"));
  await user.click(within(panel).getByRole("button", { name: "Back to AFE a0000003" }));
  await waitFor(() => expect(panel).toHaveTextContent("AFE · a0000003"));
});

test("a document opened in the grid was reached from nowhere: there is no way back from it", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE?type=AFE&doc=a0000003");
  const panel = await screen.findByRole("complementary", { name: "Document" });
  await user.click(await within(panel).findByRole("button", { name: /Viking/ }));
  const well = (await within(panel).findByText(/^WELL · w/)).textContent?.slice("WELL · ".length) ?? "";
  expect(within(panel).getByRole("button", { name: "Back to AFE a0000003" })).toBeVisible();
  await user.click(within(await grid()).getByText("a0000001"));
  await waitFor(() => expect(panel).toHaveTextContent("AFE · a0000001"));
  expect(within(panel).queryByRole("button", { name: /^Back to/ })).toBeNull();

  // Nor is there one to the document that was once followed to, once it is opened by itself.
  window.location.hash = `#/profiles/sample/data/AFE?type=WELL&doc=${well}`;
  await waitFor(() => expect(panel).toHaveTextContent(`WELL · ${well}`));
  expect(within(panel).queryByRole("button", { name: /^Back to/ })).toBeNull();
});

test("a list's link in a document filters that list, even where it is the view that is shown", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE_LINE_ITEMS");
  expect(await screen.findByText("7,360 rows")).toBeVisible();
  await user.click((await within(await grid()).findAllByText("a0000001"))[0] as HTMLElement);
  await user.click(await screen.findByRole("link", { name: "4 items" }));
  expect(await screen.findByText("DOCUMENT_ID is a0000001")).toBeVisible();
  expect(await screen.findByText("4 rows")).toBeVisible();

  // What is opened in the filtered view leaves its filter alone.
  await user.click((await within(await grid()).findAllByText("a0000001"))[0] as HTMLElement);
  expect(await screen.findByRole("complementary", { name: "Document" })).toBeVisible();
  expect(screen.getByText("4 rows")).toBeVisible();
});

test("a reference in a list's item leads to its document, by click and by keyboard", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE_PARTNERS");
  const view = await grid();
  const [link] = await within(view).findAllByRole("link");
  await user.click(link as HTMLElement);
  const panel = await screen.findByRole("complementary", { name: "Document" });
  expect(panel).toHaveTextContent(/COMPANY · c\d+/);
  expect(await within(panel).findByRole("heading", { name: (link as HTMLElement).textContent ?? "" })).toBeVisible();
  await user.click(within(view).getAllByText("a0000000")[0] as HTMLElement);
  await waitFor(() => expect(panel).toHaveTextContent("AFE · a0000000"));

  view.focus();
  await user.keyboard("{ArrowRight}{Control>}{Enter}{/Control}");
  await waitFor(() => expect(panel).toHaveTextContent(/COMPANY · c\d+/));
});

test("a reference leads nowhere only where nothing says its type", () => {
  const column = { name: "TO", kind: "reference", refersTo: null } as const;
  expect(referenceOf({ text: "a1" }, column)).toBeNull();
  expect(referenceOf({ text: null }, { ...column, refersTo: "AFE" })).toBeNull();
  expect(referenceOf({ text: "a1", docType: "WELL" }, column)).toEqual({ docType: "WELL", documentId: "a1" });
  expect(referenceOf({ text: "a1" }, { ...column, refersTo: "AFE" })).toEqual({ docType: "AFE", documentId: "a1" });
  expect(referenceOf({ text: "a1", docType: "WELL" }, { ...column, kind: "text" })).toBeNull();
});

test("what a document holds is text, never markup", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/data/AFE?type=AFE&doc=a0000003");
  await user.click(await screen.findByLabelText("As it came"));
  expect(await screen.findByText(/<b>text, not markup<\/b>/)).toBeVisible();
});

test("an export says what it writes, shows progress and can be stopped", async () => {
  const held = gate();
  const { door, user } = await renderApp("sample", "/profiles/sample/data/AFE?ask=export");
  const cancel = vi.spyOn(door, "cancelExport");
  expect(await screen.findByText(/Excel itself rounds beyond 15 digits/)).toBeVisible();
  door.options.delay = held.delay;
  await user.click(screen.getByRole("button", { name: "Choose where, and export" }));
  await act(async () => held.open());
  expect(await screen.findByText("92 of 1,840 rows")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Stop" }));
  expect(cancel).toHaveBeenCalled();
  await act(async () => held.open());
  expect(await screen.findByRole("button", { name: "Choose where, and export" })).toBeVisible();
});
