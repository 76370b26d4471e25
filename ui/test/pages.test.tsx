// History, quarantine, activity, settings and the palette.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ipcError } from "@/ipc/fake/fake-door";
import { queryKeys } from "@/ipc/keys";
import { renderApp } from "./render-app";

test("quarantined documents are tried again, and what stays is told with its reason", async () => {
  const { door, user } = await renderApp("quarantine", "/profiles/northern/history?show=quarantine");
  const retry = vi.spyOn(door, "quarantineRetry");
  await user.click(await screen.findByRole("button", { name: "Try all again" }));
  expect(
    await screen.findByText(
      /1 document stored; 1 closed, as the same version came since; 1 cannot be stored: \$VERSION/,
    ),
  ).toBeVisible();
  expect(retry).toHaveBeenCalledWith("northern", [1, 2, 3]);
  await waitFor(() => expect(screen.getAllByRole("checkbox")).toHaveLength(2));
});

test("only ticked entries are closed, after asking", async () => {
  const { door, user } = await renderApp("quarantine", "/profiles/northern/history?show=quarantine");
  const close = vi.spyOn(door, "quarantineClose");
  await user.click(await screen.findByRole("checkbox", { name: "AFE a0001" }));
  await user.click(screen.getByRole("button", { name: "Close…" }));
  await user.click(await screen.findByRole("button", { name: "Close 1 entry" }));
  await waitFor(() => expect(close).toHaveBeenCalledWith("northern", [1]));
});

test("a run opens to its figures and its log", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/history");
  const rows = await screen.findAllByRole("row");
  await user.click(within(rows[1] as HTMLElement).getByRole("link"));
  const panel = await screen.findByRole("region", { name: "Run" });
  expect((await within(panel).findAllByText(/Page 1: 412 documents/))[0]).toBeVisible();
});

test("a run far down the history opens, and one that is not in it any more says so", async () => {
  const { door } = await renderApp("sample", "/keys");
  const [run] = await door.runs("sample", 1);
  if (!run) throw new Error("no run");
  const runs = Array.from({ length: 4000 }, (_, i) => ({ ...run, runId: `r${4000 - i}`, documents: 4000 - i }));
  vi.spyOn(door, "runs").mockImplementation(async (_, limit) => runs.slice(0, limit));
  door.emit("navigate", { path: "/profiles/sample/history/r7" });
  const panel = await screen.findByRole("region", { name: "Run" });
  expect((await within(panel).findByText("Documents")).nextSibling).toHaveTextContent(/^7$/);
  expect(screen.queryByText("This run is not in the history any more")).toBeNull();
  door.emit("navigate", { path: "/profiles/sample/history/r4001" });
  expect(await screen.findByText("This run is not in the history any more")).toBeVisible();
});

test("new lines of the log appear as they come, and filters hold for them", async () => {
  const { door, user } = await renderApp("sample", "/activity");
  expect(await screen.findByText(/^343 lines$/)).toBeVisible();
  const line = { at: "2026-11-23T10:00:00Z", profile: "sample", runId: "r9", text: "A new line" };
  act(() => door.emit("log", [{ ...line, seq: 1000, level: "info" }]));
  expect(await screen.findByText(/^344 lines$/)).toBeVisible();
  await user.click(screen.getByLabelText("Errors"));
  expect(await screen.findByText(/^57 lines$/)).toBeVisible();
});

test("diagnostics go to the clipboard", async () => {
  const { user } = await renderApp("sample", "/activity");
  await user.click(await screen.findByRole("button", { name: "Copy diagnostics" }));
  expect(await screen.findByText(/Diagnostics copied/)).toBeVisible();
  expect(await navigator.clipboard.readText()).toContain("Execute Sync 1.4.0");
});

test("a setting takes effect at once", async () => {
  const { door, user } = await renderApp("sample", "/settings");
  await user.click(await screen.findByLabelText("Dark"));
  await waitFor(() => expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark"));
  expect(door.state.settings.theme).toBe("dark");
});

test("the palette offers to sync all profiles only where one of them is not paused", async () => {
  const { door, user } = await renderApp("full", "/settings");
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByLabelText("Search pages and actions"), "Sync all profiles");
  expect(await screen.findByRole("button", { name: "Sync all profiles" })).toBeVisible();
  await act(() => door.pause(null, "hour"));
  expect(await screen.findByText("Nothing is called that")).toBeVisible();
});

test("the palette finds every profile's actions by name", async () => {
  const { door, user } = await renderApp("full", "/settings");
  const sync = vi.spyOn(door, "syncNow");
  await screen.findByRole("heading", { name: "Settings" });
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByLabelText("Search pages and actions"), "capital 2027: sync");
  await user.keyboard("{Enter}");
  await waitFor(() => expect(sync).toHaveBeenCalledWith("capital", false, false));
});

test("activity shows less at first, and everything when asked", async () => {
  const { user } = await renderApp("sample", "/activity");
  expect(await screen.findByText("343 lines")).toBeVisible();
  await user.click(screen.getByLabelText("Everything"));
  expect(await screen.findByText("400 lines")).toBeVisible();
});

test("the overview has a bar a day, as the core counted them, and how long the last good sync took", async () => {
  const { door } = await renderApp("sample", "/keys");
  const overview = await door.overview("sample");
  const day = (number: number) => ({ day: `2026-11-0${number}`, good: number, quarantined: 0, failed: 2 });
  vi.spyOn(door, "overview").mockResolvedValue({ ...overview, lastTookMs: 61_000, days: [day(1), day(2)] });
  door.emit("navigate", { path: "/profiles/sample/overview" });
  const table = await screen.findByRole("table", { name: "Syncs by day" });
  const rows = within(table).getAllByRole("row").slice(1);
  const label = new Date(2026, 10, 2).toLocaleDateString(undefined, { day: "numeric", month: "short" });
  expect(rows.map((row) => row.textContent)[1]).toBe(`${label}202`);
  expect(rows).toHaveLength(2);
  expect(screen.getByText("1 min 1 s")).toBeVisible();
});

test("an overview whose documents cannot be counted says why, and still tells what the runs did", async () => {
  const { door } = await renderApp("sample", "/keys");
  const overview = await door.overview("sample");
  const uncounted = ipcError("bad_data", "“Northern.sqlite” is no database");
  vi.spyOn(door, "overview").mockResolvedValue({ ...overview, types: [], documents: null, uncounted });
  door.emit("navigate", { path: "/profiles/sample/overview" });
  expect(await screen.findByText("“Northern.sqlite” is no database")).toBeVisible();
  expect(screen.getByText("Documents", { selector: "dt" }).nextSibling).toHaveTextContent("–");
  expect(await screen.findByRole("table", { name: "Syncs by day" })).toBeInTheDocument();
});

test("deleting a profile promises no more than goes", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  door.emit("navigate", { path: "/profiles/sample/overview?ask=delete" });
  expect(await screen.findByText(/a folder that it was imported from stays.*a secret in a variable/i)).toBeVisible();
});

test("an overview of yesterday is asked for again, since the core counts the days", async () => {
  const { door, client } = await renderApp("sample", "/keys");
  const yesterday = Date.now() - 86_400_000;
  client.setQueryData(queryKeys.overview("sample"), await door.overview("sample"), { updatedAt: yesterday });
  const ask = vi.spyOn(door, "overview");
  door.emit("navigate", { path: "/profiles/sample/overview" });
  await waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  await screen.findByText("Documents by type");
  expect(ask).toHaveBeenCalledTimes(1);
});

test("trouble says what happened and what to do, and leads to the field that mends it", async () => {
  const { user } = await renderApp("needs-you", "/profiles/northern/overview");
  expect(await screen.findByText(/refused the API key “reporting”/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Mend it in Settings" }));
  await waitFor(() => expect(screen.getByRole("button", { name: "Replace" })).toHaveFocus());
});

test("a pause is offered for an hour, until tomorrow, or until resumed", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/overview");
  const pause = vi.spyOn(door, "pause");
  await user.click(await screen.findByRole("button", { name: "Pause" }));
  await user.click(await screen.findByRole("menuitem", { name: "Until tomorrow" }));
  expect(pause).toHaveBeenCalledWith("sample", "tomorrow");
  await user.click(await screen.findByRole("button", { name: "Resume" }));
  expect(await screen.findByRole("button", { name: "Pause" })).toBeVisible();
});

test("what the core has to tell once stands above every page until it is dismissed", async () => {
  const { door, user } = await renderApp("notice", "/keys");
  const dismiss = vi.spyOn(door, "dismissNotice");
  expect(await screen.findByText(/was set aside/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Dismiss" }));
  await waitFor(() => expect(screen.queryByText(/was set aside/)).toBeNull());
  expect(dismiss).toHaveBeenCalledWith("n1");
});

test("what to do about a notice begins a sentence of its own", async () => {
  const { door } = await renderApp("sample", "/keys");
  const notice = { id: "n", text: "the last good one is used", hint: "Correct profiles.broken.json." };
  act(() =>
    door.change((state) => ({ ...state, notices: [notice, { ...notice, id: "o", text: "It was set aside." }] })),
  );
  const told = () => screen.getAllByRole("status").map((each) => each.textContent);
  await waitFor(() => expect(told()).toContain("The last good one is used. Correct profiles.broken.json."));
  expect(told()).toContain("It was set aside. Correct profiles.broken.json.");
});

test("a profile's name that does not fit into the list is told whole", async () => {
  const { door } = await renderApp("many", "/profiles/p2/overview");
  const name = door.state.profiles[1]?.name ?? "";
  expect(name.length).toBeGreaterThan(70);
  expect((await screen.findAllByTitle(name))[0]).toHaveTextContent(name);
});

test("a database that cannot be read is said on the page that wanted it, and can be tried again", async () => {
  const { door, user } = await renderApp("broken", "/profiles/northern/data");
  expect(await screen.findByText("“Northern AFEs.sqlite” cannot be read.")).toBeVisible();
  expect(screen.getByText("Is the disk it lies on still connected?")).toBeVisible();
  vi.spyOn(door, "dataTree").mockResolvedValue([{ view: "WELL", title: "WELL", docType: "WELL", children: [] }]);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("grid", { name: "WELL" })).toBeVisible();
});

test("the tab counts what the quarantine's page shows, as soon as entries are closed", async () => {
  const { door, user } = await renderApp("quarantine", "/profiles/northern/history?show=quarantine");
  let entries = await door.quarantine();
  vi.spyOn(door, "quarantine").mockImplementation(async () => entries);
  // The core tells its state a moment later.
  vi.spyOn(door, "quarantineClose").mockImplementation(async () => {
    entries = [];
  });
  await user.click(await screen.findByRole("checkbox", { name: "All entries" }));
  expect(screen.getByText("Quarantine (3)")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Close…" }));
  await user.click(await screen.findByRole("button", { name: "Close 3 entries" }));
  expect(await screen.findByText("Nothing in quarantine")).toBeVisible();
  expect(screen.queryByText("Quarantine (3)")).toBeNull();
});

test("a run is said to read everything, however it ended, and one that goes on has no figures yet", async () => {
  const { door } = await renderApp("sample", "/keys");
  const [run] = await door.runs("sample", 1);
  if (!run) throw new Error("no run");
  const first = { ...run, runId: "first", documents: 9415, readsEverything: true, fullRefresh: false };
  const cut = { ...first, runId: "cut", outcome: "cancelled" as const, documents: 430 };
  const running = { ...run, runId: "running", outcome: "running" as const, documents: 0, bytes: 0, durationMs: 0 };
  const begins = { ...running, fullRefresh: false, readsEverything: false, pages: 0 };
  vi.spyOn(door, "runs").mockResolvedValue([begins, first, cut]);
  door.emit("navigate", { path: "/profiles/sample/history/running" });
  const rows = (await screen.findAllByRole("row")).slice(1).map((row) => row.textContent);
  expect(rows[0]).toMatch(/Running––––$/);
  expect(rows[1]).toMatch(/9,415.*Everything$/);
  expect(rows[2]).toMatch(/430.*Everything$/);
  const panel = screen.getByRole("region", { name: "Run" });
  expect(within(panel).getAllByText("–")).toHaveLength(7);
});
