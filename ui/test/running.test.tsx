// What the window shows while something goes on or is amiss: progress, profiles that cannot be read, a report.
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { newest } from "@/shared/app-state";
import { absolute } from "@/shared/format";
import { cssVariables } from "@/shared/theme";
import { gate, renderApp } from "./render-app";

vi.mock("@/shared/theme", async (importOriginal) => {
  const real = await importOriginal<typeof import("@/shared/theme")>();
  return { ...real, cssVariables: vi.fn(real.cssVariables) };
});

test("a run tells its type, its share and the time left only where they are known", async () => {
  const { door } = await renderApp("syncing", "/profiles/northern/overview");
  const line = await screen.findByRole("region", { name: "Sync in progress" });
  expect(line).toHaveTextContent("41,200 documents of about 128,400");
  expect(line).toHaveTextContent("AFE");
  expect(line).toHaveTextContent("about 1 min left");
  expect(within(line).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "32");
  expect(screen.getByText("Syncing · 32 %")).toBeVisible();
  const progress = door.state.profiles[0]?.progress;
  if (!progress) throw new Error("nothing is syncing");
  act(() => door.changeProfile("northern", { progress: { ...progress, expected: null, timeLeft: null } }));
  await waitFor(() => expect(line).not.toHaveTextContent("left"));
  expect(line).not.toHaveTextContent("of about");
  expect(screen.getByText("Syncing · 41,200")).toBeVisible();
});

test("what a run tells twice a second does not draw the whole window anew", async () => {
  const { door } = await renderApp("syncing", "/profiles/northern/overview");
  await screen.findByRole("region", { name: "Sync in progress" });
  const resolved = vi.mocked(cssVariables).mock.calls.length;
  act(() => door.changeProfile("northern", { sentence: "Syncing · 41,300 documents" }));
  expect(await screen.findByText("Syncing · 41,300 documents")).toBeVisible();
  expect(vi.mocked(cssVariables).mock.calls.length).toBe(resolved);
  act(() => door.change((state) => ({ ...state, settings: { ...state.settings, theme: "dark" } })));
  await waitFor(() => expect(vi.mocked(cssVariables).mock.calls.length).toBeGreaterThan(resolved));
});

test("profiles that cannot be read are no welcome, at any address, and the page goes when they can be", async () => {
  for (const path of ["/", "/welcome", "/connect/execute", "/import"]) {
    const { door } = await renderApp("unreadable", path);
    expect(await screen.findByRole("heading", { name: "Your profiles cannot be read" })).toBeVisible();
    expect(screen.getByText(/Give this user the right/)).toBeVisible();
    expect(screen.queryByText("Connect to Execute")).toBeNull();
    expect(screen.queryByRole("button", { name: "Go on without them" })).toBeNull();
    act(() => door.change((state) => ({ ...state, profilesTrouble: null })));
    await waitFor(() => expect(screen.queryByText("Your profiles cannot be read")).toBeNull());
    cleanup();
  }
});

test("a broken file that was set aside can be gone on without", async () => {
  const { user } = await renderApp("set-aside", "/");
  await user.click(await screen.findByRole("button", { name: "Go on without them" }));
  expect(await screen.findByText("Connect to Execute")).toBeVisible();
});

test("profiles that were known stay in use when their file cannot be read any more", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  const trouble = {
    message: "profiles.json cannot be read",
    hint: "Look at its rights.",
    details: null,
    setAside: false,
  };
  act(() => door.change((state) => ({ ...state, profilesTrouble: trouble })));
  expect(await screen.findByText(/What was known before is used/)).toBeVisible();
  expect(screen.getByRole("heading", { name: "Sample data" })).toBeVisible();
});

test("an older state never takes the place of a newer one", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  const older = structuredClone(door.state);
  act(() => door.changeProfile("sample", { sentence: "Up to date · synced just now" }));
  expect(await screen.findByText("Up to date · synced just now")).toBeVisible();
  act(() => door.emit("state", older));
  expect(screen.getByText("Up to date · synced just now")).toBeVisible();
  expect(newest(door.state, older)).toBe(door.state);
  expect(newest(undefined, older)).toBe(older);
});

test("a bundle is shown whole before it is saved", async () => {
  const { door, user } = await renderApp("sample", "/activity");
  await user.click(await screen.findByRole("button", { name: "Save bundle…" }));
  const text = await screen.findByRole("region", { name: "The bundle" });
  expect(text.textContent).toBe(await door.makeBundle());
  door.dialogAnswers = false;
  await user.click(screen.getByRole("button", { name: "Save…" }));
  expect(screen.getByRole("region", { name: "The bundle" })).toBeVisible();
  door.dialogAnswers = true;
  await user.click(screen.getByRole("button", { name: "Save…" }));
  expect(await screen.findByText(/Saved as .*report.txt/)).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("region", { name: "The bundle" })).toBeNull());
});

test("settings tell through which proxy each profile goes", async () => {
  await renderApp("full", "/settings");
  expect(await screen.findByText("Through http://proxy.example.com:3128, the system's proxy")).toBeVisible();
  expect(screen.getByText(/its own proxy · certificates of \/etc\/company\/ca.pem/)).toBeVisible();
  expect(screen.getAllByText("Directly").length).toBeGreaterThan(0);
});

test("a run is chosen in the log by its time and profile", async () => {
  const { door, user } = await renderApp("full", "/activity");
  const lines = await door.activity(0);
  const run = lines.find((line) => line.runId === "r56");
  if (!run) throw new Error("no such run");
  await user.click(await screen.findByRole("combobox", { name: "Run" }));
  const name = door.state.profiles.find((profile) => profile.id === run.profile)?.name;
  await user.click(await screen.findByRole("option", { name: `${absolute(run.at)} · ${name}` }));
  const kept = lines.filter((line) => line.runId === "r56" && line.level !== "debug").length;
  expect(await screen.findByText(`${kept} lines`)).toBeVisible();
});

test("a profile whose turn is still to come waits, and can be stopped", async () => {
  const { door } = await renderApp("syncing", "/profiles/northern/overview");
  const progress = door.state.profiles[0]?.progress;
  if (!progress) throw new Error("it syncs");
  const waiting = "Syncing soon · waits until another profile is done";
  act(() => door.changeProfile("northern", { progress: { ...progress, documents: 0, expected: null, waiting } }));
  expect(await screen.findByText("Waiting")).toBeVisible();
  expect(screen.getByRole("button", { name: "Stop" })).toBeEnabled();
  expect(screen.queryByText("Syncing elsewhere")).toBeNull();
});

test("another program's run is said to go on elsewhere, and Stop is offered nowhere", async () => {
  const { door, user } = await renderApp("syncing", "/profiles/northern/overview");
  const progress = door.state.profiles[0]?.progress;
  if (!progress) throw new Error("nothing is syncing");
  act(() => door.changeProfile("northern", { progress: { ...progress, documents: 0, elsewhere: true } }));
  expect(await screen.findByText("Syncing elsewhere")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByLabelText("Search pages and actions"), "stop syncing");
  expect(await screen.findByText("Nothing is called that")).toBeVisible();
});

test("the overview is asked for again when a profile's state changes, and says that a database has gone", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  await screen.findByText("Documents by type");
  const overview = await door.overview("sample");
  const gone = { ...overview, types: [], documents: 0, databaseBytes: null };
  vi.spyOn(door, "overview").mockResolvedValue(gone);
  act(() => door.changeProfile("sample", { state: "needs_you", sentence: "Not up to date" }));
  expect(await screen.findByText("The database is not there")).toBeVisible();
  expect(screen.getByText(new RegExp(overview.databasePath))).toBeVisible();
  expect(screen.queryByText("Documents by type")).toBeNull();
});

test("an overview that was asked for before a sync ended is asked for again once it is there", async () => {
  const { door } = await renderApp("sample", "/settings");
  const full = await door.overview("sample");
  const empty = { ...full, types: [], documents: 0, days: [] };
  const { delay, open } = gate();
  const ask = vi.spyOn(door, "overview").mockImplementationOnce(async () => {
    await delay();
    return empty;
  });
  window.location.hash = "#/profiles/sample/overview";
  await waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  act(() => door.changeProfile("sample", { lastSyncedAt: new Date().toISOString() }));
  expect(ask).toHaveBeenCalledTimes(1);
  act(open);
  expect(await screen.findByText("Documents by type")).toBeVisible();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("a line told while the log is being asked for is shown after what was asked for", async () => {
  const { door } = await renderApp("full", "/settings");
  const known = await door.activity(0);
  const last = known.at(-1);
  if (!last) throw new Error("nothing was logged");
  const { delay, open } = gate();
  const ask = vi.spyOn(door, "activity").mockImplementationOnce(async () => {
    await delay();
    return known;
  });
  window.location.hash = "#/activity";
  await waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  act(() => door.emit("log", [{ ...last, seq: last.seq + 1, level: "warn", text: "told meanwhile" }]));
  act(open);
  const shown = known.filter((line) => line.level !== "debug").length + 1;
  expect(await screen.findByText(`${shown} lines`)).toBeVisible();
});

for (const [scenario, seconds] of [
  ["syncing", 10],
  ["paused", 30],
] as const) {
  test(`the overview of a profile that is ${scenario} is looked at again every ${seconds} seconds`, async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { door } = await renderApp(scenario, "/profiles/northern/overview");
    await screen.findByText("Documents by type");
    const ask = vi.spyOn(door, "overview");
    await act(async () => vi.advanceTimersByTimeAsync(seconds * 1000));
    expect(ask).toHaveBeenCalledTimes(1);
  });
}
