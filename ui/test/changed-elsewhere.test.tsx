// A profile's settings while somebody else changes that profile, and while they are being saved: nothing is undone or lost.
import { act, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { FakeDoor } from "@/ipc/fake/fake-door";
import { gate, renderApp } from "./render-app";

const PAGE = "/profiles/northern/settings";
const nameField = () => screen.findByLabelText("Name of this profile");
const pageField = () => screen.findByLabelText("Documents a page");
const saveButton = () => screen.getByRole("button", { name: "Save" });
const ELSEWHERE = /This profile was changed elsewhere/;

const byHand = { name: "By hand", options: { MAX_DOCUMENTS: "2000" } };
const edit = (door: FakeDoor, what: Parameters<FakeDoor["editByHand"]>[1] = byHand) =>
  act(async () => door.editByHand("northern", what));

test("settings in which nothing was typed follow a change from elsewhere, and are saved on top of it", async () => {
  const { door, user } = await renderApp("needs-you", PAGE);
  const save = vi.spyOn(door, "saveProfile");
  await nameField();
  await edit(door);
  await waitFor(async () => expect(await nameField()).toHaveValue("By hand"));
  expect(await pageField()).toHaveValue("2,000");
  await user.type(await nameField(), " 2");
  expect(screen.queryByText(ELSEWHERE)).toBeNull();
  await user.click(saveButton());
  expect(await screen.findByText("Saved.")).toBeVisible();
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ ...byHand, name: "By hand 2" }), null);
});

test("what was typed before a change from elsewhere cannot undo it: it is said, and loaded when asked", async () => {
  const { door, user } = await renderApp("needs-you", PAGE);
  const save = vi.spyOn(door, "saveProfile");
  await user.type(await nameField(), " 2");
  await edit(door);
  expect(await screen.findByText(ELSEWHERE)).toBeVisible();
  expect(await nameField()).toHaveValue("Northern AFEs 2");
  expect(saveButton()).toBeDisabled();
  await user.type(await nameField(), "{Enter}");
  expect(save).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Load it again" }));
  expect(await nameField()).toHaveValue("By hand");
  expect(screen.queryByText(ELSEWHERE)).toBeNull();
  expect(screen.queryByText(/Not saved yet/)).toBeNull();
});

test("a change from elsewhere that only the core knows of is refused by it, and then loaded when asked", async () => {
  const { door, user } = await renderApp("needs-you", PAGE);
  await user.type(await nameField(), " 2");
  // Not told yet: the file was written a moment ago.
  const tells = vi.spyOn(door, "emit").mockImplementation(() => {});
  door.editByHand("northern", byHand);
  await user.click(saveButton());
  expect(await screen.findByText(ELSEWHERE)).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Load it again" }));
  expect(await nameField()).toHaveValue("By hand");
  tells.mockRestore();
});

test("what is typed while the settings are saved stays, and is saved the next time", async () => {
  const { delay, open } = gate();
  const { door, user } = await renderApp("needs-you", PAGE, delay);
  const save = vi.spyOn(door, "saveProfile");
  await user.clear(await nameField());
  await user.type(await nameField(), "First");
  await user.click(saveButton());
  await user.type(await nameField(), " and second");
  await user.click(screen.getByRole("button", { name: /^Replace/ }));
  await user.type(await screen.findByLabelText("Secret"), "new");
  open();
  expect(await screen.findByText("Saved.")).toBeVisible();
  expect(await nameField()).toHaveValue("First and second");
  expect(screen.getByLabelText("Secret")).toHaveValue("new");
  expect(screen.getByText("Not saved yet")).toBeVisible();
  expect(screen.queryByText(ELSEWHERE)).toBeNull();
  await user.click(saveButton());
  open();
  await waitFor(() => expect(screen.queryByText("Not saved yet")).toBeNull());
  expect(save.mock.calls.map(([draft, secret]) => [draft.name, secret])).toEqual([
    ["First", null],
    ["First and second", "new"],
  ]);
  expect(await nameField()).toHaveValue("First and second");
});
