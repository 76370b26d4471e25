// The first minute: from nothing to data, and what the core's events change on screen.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fakeForm, northernDraft } from "@/ipc/fake/fake-form";
import { gate, renderApp } from "./render-app";

test("without a profile the welcome page offers three doors", async () => {
  await renderApp("empty");
  expect(await screen.findByRole("button", { name: /Explore with sample data/ })).toBeVisible();
  expect(screen.getByRole("button", { name: /Connect to Execute/ })).toBeVisible();
  expect(screen.getByRole("button", { name: /Import from the command line tool/ })).toBeVisible();
});

test("sample data leads to a synced profile with figures", async () => {
  const { user } = await renderApp("empty");
  await user.click(await screen.findByRole("button", { name: /Explore with sample data/ }));
  expect(await screen.findByRole("heading", { name: "Sample data" })).toBeVisible();
  expect(await screen.findByText("Documents by type")).toBeVisible();
  expect(screen.getByRole("link", { name: "AFE" })).toBeVisible();
});

test("the second time, sample data opens the profile that is there", async () => {
  const { door, user } = await renderApp("sample", "/welcome");
  const create = vi.spyOn(door, "createSampleProfile");
  await user.click(await screen.findByRole("button", { name: /Explore with sample data/ }));
  expect(await screen.findByRole("heading", { name: "Sample data" })).toBeVisible();
  expect(create).not.toHaveBeenCalled();
});

test("while a sync runs its figures are shown and it can be stopped", async () => {
  const held = gate();
  const { door, user } = await renderApp("sample", "/profiles/sample/overview", held.delay);
  await user.click(await screen.findByRole("button", { name: "Sync now" }));
  const progress = await screen.findByRole("region", { name: "Sync in progress" });
  expect(within(progress).getByText("0 documents")).toBeVisible();
  expect(screen.getByRole("button", { name: "Sync now" })).toBeDisabled();
  const stop = vi.spyOn(door, "stopSync");
  await user.click(within(progress).getByRole("button", { name: "Stop" }));
  expect(stop).toHaveBeenCalledWith("sample");
  expect(await screen.findByRole("button", { name: "Finishing this page" })).toBeDisabled();
  await act(async () => held.open());
  await waitFor(() => expect(screen.queryByRole("region", { name: "Sync in progress" })).toBeNull());
});

test("a state event changes the sentence in the header and the list", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  await screen.findByRole("heading", { name: "Sample data" });
  act(() => door.changeProfile("sample", { state: "offline", sentence: "Offline · next try in 4 min" }));
  expect(await screen.findByText("Offline · next try in 4 min")).toBeVisible();
  expect(within(screen.getByRole("navigation", { name: "Profiles and places" })).getByText("Offline")).toBeVisible();
});

test("when a sync has ended the overview is asked for again", async () => {
  const { door } = await renderApp("sample", "/profiles/sample/overview");
  await screen.findByText("Documents by type");
  const overview = vi.spyOn(door, "overview");
  act(() => door.changeProfile("sample", { lastSyncedAt: "2026-11-23T10:00:00Z" }));
  await waitFor(() => expect(overview).toHaveBeenCalledTimes(1));
  act(() => door.changeProfile("sample", { sentence: "Up to date" }));
  expect(overview).toHaveBeenCalledTimes(1);
});

test("the tray can send the window to any page", async () => {
  const { door } = await renderApp("sample");
  await screen.findByRole("heading", { name: "Sample data" });
  act(() => door.emit("navigate", { path: "/keys" }));
  expect(await screen.findByRole("heading", { name: "Keys" })).toBeVisible();
});

test("an import shows what the folder becomes before it is taken", async () => {
  const { door, user } = await renderApp("empty");
  const finish = vi.spyOn(door, "importFinish");
  await user.click(await screen.findByRole("button", { name: /Import from the command line tool/ }));
  expect(await screen.findByText("Found; it is copied to: Keychain")).toBeVisible();
  expect(screen.getByText("2026-11-22T09:30:00Z")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Import and sync" }));
  expect(await screen.findByRole("heading", { name: "Imported AFEs" })).toBeVisible();
  expect(finish).toHaveBeenCalledWith("t1", expect.anything(), null);
});

test("an import under a keychain that is locked says so, looks again, and offers the other places", async () => {
  const { door, user } = await renderApp("empty");
  const locked = structuredClone(fakeForm);
  for (const place of locked.secretPlaces) if (place.place === "keychain") place.problem = "the keychain is locked";
  const form = vi.spyOn(door, "profileForm").mockResolvedValue(locked);
  const finish = vi.spyOn(door, "importFinish");
  await user.click(await screen.findByRole("button", { name: /Import from the command line tool/ }));
  expect(await screen.findByText(/Keychain: the keychain is locked/)).toBeVisible();
  expect(screen.getByLabelText("Name of the variable")).toBeVisible();
  await user.click(screen.getByRole("combobox", { name: "The secret is kept in" }));
  await user.click(await screen.findByRole("option", { name: "File" }));
  expect(screen.getByText("Found; it is copied to: File")).toBeVisible();
  form.mockResolvedValue(fakeForm);
  await user.click(screen.getByRole("button", { name: "Look again" }));
  await waitFor(() => expect(screen.queryByText(/keychain is locked/)).toBeNull());
  await user.click(screen.getByRole("button", { name: "Import and sync" }));
  expect(await screen.findByRole("heading", { name: "Imported AFEs" })).toBeVisible();
  expect(finish).toHaveBeenCalledWith("t1", expect.objectContaining({ secretPlace: "file", secretName: null }), null);
});

test("a connection that was left is offered by its name", async () => {
  localStorage.setItem("execute-sync.connect-draft", JSON.stringify({ ...northernDraft, id: null }));
  const { user } = await renderApp("empty");
  await user.click(await screen.findByRole("button", { name: /Go on with Northern AFEs/ }));
  expect(await screen.findByLabelText("API key id")).toHaveValue("reporting");
});

test("a failed action is told with its remedy and stays until it is closed", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/overview");
  vi.spyOn(door, "syncNow").mockRejectedValue({ code: "disk", message: "The disk is full.", hint: "Make room." });
  await user.click(await screen.findByRole("button", { name: "Sync now" }));
  expect(await screen.findByText("The disk is full.")).toBeVisible();
  expect(screen.getByText("Make room.")).toBeVisible();
});

test("deleting asks, and names the profile", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/overview?ask=delete");
  const remove = vi.spyOn(door, "deleteProfile");
  await user.click(await screen.findByLabelText("Delete the database as well"));
  await user.click(screen.getByRole("button", { name: "Delete profile and database" }));
  expect(await screen.findByRole("heading", { name: "Welcome to Execute Sync" })).toBeVisible();
  expect(remove).toHaveBeenCalledWith("sample", true);
});
