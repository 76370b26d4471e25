// Changes to a profile's settings outlive the window that closes over them; leaving the page gives them up. Never a secret.
import { cleanup, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { northernDraft } from "@/ipc/fake/fake-form";
import { forgetChanges, keepChanges, loadChanges } from "@/shared/profile-form/saved-changes";
import { renderApp } from "./render-app";

const PAGE = "/profiles/northern/settings";
const FROM_BEFORE = "Not saved yet, from before the window was closed";

/** Closing the window ends its page without unmounting anything. */
function closeWindow() {
  const kept = { ...localStorage };
  cleanup();
  for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value as string);
}

const nameField = () => screen.findByLabelText("Name of this profile");

test("what was changed is there again in the next window, without the secret, and can be saved", async () => {
  const first = await renderApp("needs-you", PAGE);
  await first.user.type(await nameField(), " 2");
  await first.user.click(screen.getByRole("button", { name: /^Replace/ }));
  await first.user.type(await screen.findByLabelText("Secret"), "typed-secret");
  closeWindow();
  expect(JSON.stringify({ ...localStorage })).not.toContain("typed-secret");

  const { door, user } = await renderApp("needs-you", PAGE);
  const save = vi.spyOn(door, "saveProfile");
  expect(await nameField()).toHaveValue("Northern AFEs 2");
  expect(screen.getByText(FROM_BEFORE)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ name: "Northern AFEs 2" }), null));
  await waitFor(() => expect(screen.queryByText(FROM_BEFORE)).toBeNull());
  closeWindow();
  await renderApp("needs-you", PAGE);
  expect(await nameField()).toHaveValue("Northern AFEs");
});

test("the secret of the address before is not taken for that of one typed before the window was closed", async () => {
  const first = await renderApp("needs-you", PAGE);
  const address = await screen.findByLabelText("Address of Execute");
  await first.user.clear(address);
  await first.user.type(address, "https://other.example.com");
  closeWindow();
  const { door, user } = await renderApp("needs-you", PAGE);
  const save = vi.spyOn(door, "saveProfile");
  expect(await screen.findByLabelText("Address of Execute")).toHaveValue("https://other.example.com");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Enter the API key's secret.")).toBeVisible();
  expect(save).not.toHaveBeenCalled();
});

test("whoever leaves without saving, or takes it back, finds nothing again", async () => {
  const { door, user } = await renderApp("needs-you", PAGE);
  await user.type(await nameField(), "!");
  door.emit("navigate", { path: "/keys" });
  await user.click(await screen.findByRole("button", { name: "Leave without saving" }));
  await screen.findByRole("heading", { name: "Keys" });
  expect(loadChanges(northernDraft)).toBeNull();
  door.emit("navigate", { path: PAGE });
  expect(await nameField()).toHaveValue("Northern AFEs");
  await user.type(await nameField(), "!{Backspace}");
  closeWindow();
  expect(loadChanges(northernDraft)).toBeNull();
});

test("no login is kept, and the profile's own is not lost; changes to what it no longer is are not used", () => {
  const stored = {
    ...northernDraft,
    options: { PROXY: "http://ana:hunter2@proxy.example.com:3128/", INCLUDE_CALCS: "true" },
  };
  keepChanges(stored, { ...stored, name: "Other" });
  expect(JSON.stringify({ ...localStorage })).not.toContain("hunter2");
  expect(JSON.stringify(loadChanges(stored))).toBe(JSON.stringify({ ...stored, name: "Other" }));
  expect(loadChanges({ ...stored, keyId: "another" })).toBeNull();
  const moved = { ...stored, options: { ...stored.options, PROXY: "http://bo:hunter3@other.example.com:1/" } };
  keepChanges(stored, moved);
  expect(loadChanges(stored)?.options.PROXY).toBe("http://other.example.com:1/");
  localStorage.setItem("execute-sync.changes.northern", "{");
  expect(loadChanges(stored)).toBeNull();
  forgetChanges("northern");
});
