// What Data shows before there is a database, while the first page is on its way, and when a failure has passed.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { BEGUN, ipcError } from "@/ipc/fake/fake-door";
import { renderApp } from "./render-app";

const missing = () =>
  ipcError("configuration", "There is no database Northern AFEs.sqlite yet.", { hint: "Sync once." });
test("before and in the first sync nothing is called a failure, and the first page is found while it runs", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { door } = await renderApp("sample", "/settings");
  const tree = await door.dataTree("sample");
  const ask = vi.spyOn(door, "dataTree").mockRejectedValue(missing());
  act(() => door.changeProfile("sample", { state: "never", lastSyncedAt: null }));
  window.location.hash = "#/profiles/sample/data";
  expect(await screen.findByText("No data yet")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();

  act(() => door.changeProfile("sample", { state: "syncing", progress: BEGUN }));
  expect(await screen.findByText("The first documents are on their way")).toBeVisible();
  await act(async () => vi.advanceTimersByTimeAsync(3_000));
  expect(screen.getByText("The first documents are on their way")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();

  ask.mockResolvedValue([]);
  await act(async () => vi.advanceTimersByTimeAsync(3_000));
  expect(screen.getByText("The first documents are on their way")).toBeVisible();
  ask.mockResolvedValue(tree);
  await act(async () => vi.advanceTimersByTimeAsync(3_000));
  expect(await screen.findByRole("grid")).toBeVisible();
  const asked = ask.mock.calls.length;
  await act(async () => vi.advanceTimersByTimeAsync(9_000));
  expect(ask).toHaveBeenCalledTimes(asked);
});

test("another failure is told, even if the profile never synced whole", async () => {
  const { door } = await renderApp("never", "/settings");
  vi.spyOn(door, "dataTree").mockRejectedValue(ipcError("disk", "The disk cannot be read."));
  window.location.hash = "#/profiles/northern/data";
  expect(await screen.findByRole("alert")).toHaveTextContent("The disk cannot be read.");
});

test("a tree that failed, or found no database, is asked for again when the profile's state changes", async () => {
  const { door } = await renderApp("sample", "/settings");
  const tree = await door.dataTree("sample");
  const ask = vi.spyOn(door, "dataTree").mockRejectedValue(missing());
  window.location.hash = "#/profiles/sample/data";
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no database");
  ask.mockResolvedValue([]);
  act(() => door.changeProfile("sample", { state: "needs_you" }));
  expect(await screen.findByText("The database is not there")).toBeVisible();
  ask.mockResolvedValue(tree);
  act(() => door.changeProfile("sample", { state: "up_to_date" }));
  expect(await screen.findByRole("grid")).toBeVisible();
});

test("rows that failed are asked for again when the profile's state changes, others stay as they are", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/data/AFE");
  const grid = await screen.findByRole("grid");
  await within(grid).findByText("a0000000");
  const ask = vi.spyOn(door, "gridRows");
  act(() => door.changeProfile("sample", { state: "needs_you" }));
  await waitFor(() => expect(screen.getByRole("grid")).toBeVisible());
  expect(ask).not.toHaveBeenCalled();

  ask.mockRejectedValue(missing());
  window.location.hash = "#/profiles/sample/data/WELL";
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no database");
  ask.mockRestore();
  act(() => door.changeProfile("sample", { state: "up_to_date" }));
  expect(await screen.findByText("w0000000")).toBeVisible();
});
