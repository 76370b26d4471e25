// Why a profile needs somebody, and each way out that the core names.
import { act, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ipcError } from "@/ipc/fake/fake-door";
import type { IpcError } from "@/ipc/types";
import { renderApp } from "./render-app";

async function failed(error: Partial<IpcError>) {
  const { door, user } = await renderApp("sample", "/profiles/sample/overview");
  await screen.findByText("Documents by type");
  const [profile] = door.state.profiles;
  if (!profile) throw new Error("the sample has a profile");
  const whole = { code: "rejected", message: "it failed", hint: null, field: null, suggestion: null, details: null };
  const state = { ...door.state, number: door.state.number + 1 };
  door.emit("state", { ...state, profiles: [{ ...profile, state: "failed", error: { ...whole, ...error } }] });
  await screen.findByText("It failed");
  return { door, user };
}

test("where the remedy is a full refresh with removals, it is one click and a question away", async () => {
  const { door, user } = await failed({ offer: "refresh_with_removals" });
  const sync = vi.spyOn(door, "syncNow");
  expect(screen.queryByRole("button", { name: "Mend it in Settings" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Full refresh with removals…" }));
  expect(await screen.findByLabelText("Allow any number of removals")).toBeChecked();
  expect(sync).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Start the full refresh" }));
  expect(sync).toHaveBeenCalledWith("sample", true, true);
});

test("where a setting is at fault, Settings is one click away, and so is another try", async () => {
  const { door, user } = await failed({ field: "MAX_DOCUMENTS" });
  const sync = vi.spyOn(door, "syncNow").mockResolvedValue();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(sync).toHaveBeenCalledWith("sample", false, false);
  await user.click(screen.getByRole("button", { name: "Mend it in Settings" }));
  await waitFor(() => expect(window.location.hash).toBe("#/profiles/sample/settings?field=MAX_DOCUMENTS"));
});

test("a database that was lost is told once, and the figures from before are said to be old", async () => {
  await renderApp("lost", "/profiles/northern/overview");
  expect(await screen.findByText(/^These figures are from/)).toHaveTextContent(
    "These figures are from just now. Newer ones cannot be read now.",
  );
  expect(screen.getByText("Documents by type")).toBeVisible();
  expect(screen.getAllByRole("alert")).toHaveLength(1);
});

test("figures that cannot be read, and never were, are not there; another reason than above is told", async () => {
  const { door } = await renderApp("broken", "/profiles/northern/overview");
  expect(await screen.findByRole("alert")).toBeVisible();
  expect(screen.queryByText("No figures")).toBeNull();
  const error = ipcError("disk", "“Northern AFEs.sqlite” cannot be read.");
  act(() => door.changeProfile("northern", { state: "failed", error }));
  expect(await screen.findByText("No figures")).toBeVisible();
  expect(screen.getAllByRole("alert")).toHaveLength(1);
  act(() => door.changeProfile("northern", { error: { ...error, message: "The disk is full." } }));
  await screen.findByText("The disk is full.");
  expect(screen.getAllByRole("alert")).toHaveLength(2);
});
