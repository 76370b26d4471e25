// Numbers that are typed: what stands in the field is what is kept, and an empty field keeps nothing of its own.
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { renderApp } from "./render-app";

const HOURS = "Tell me when nothing was synced for so many hours";
const MINUTES = "Minutes between two syncs";

async function schedule() {
  const shown = await renderApp("full", "/profiles/northern/settings");
  const field = await screen.findByLabelText(MINUTES);
  return { ...shown, field, save: vi.spyOn(shown.door, "saveProfile") };
}

test("a setting is saved once it is typed to its end, not with every key", async () => {
  const { door, user } = await renderApp("sample", "/settings");
  const save = vi.spyOn(door, "saveSettings");
  const field = await screen.findByLabelText(HOURS);
  await user.tripleClick(field);
  await user.keyboard("48");
  expect(save).not.toHaveBeenCalled();
  await user.tab();
  await waitFor(() => expect(door.state.settings.staleAfterHours).toBe(48));
  await user.tripleClick(field);
  await user.keyboard("12{Enter}");
  await waitFor(() => expect(door.state.settings.staleAfterHours).toBe(12));
  await user.keyboard("{Backspace}{Backspace}");
  await user.tab();
  await waitFor(() => expect(field).toHaveValue("12"));
  expect(save).toHaveBeenCalledTimes(2);
});

test("a setting that was emptied is said to need a number, and is what it was", async () => {
  const { door, user } = await renderApp("sample", "/settings");
  const save = vi.spyOn(door, "saveSettings");
  const field = await screen.findByLabelText(HOURS);
  await user.click(field);
  await user.keyboard("{Backspace}{Backspace}{Enter}");
  expect(await screen.findByText("Enter a number from 0 to 8,760.")).toBeVisible();
  await user.tab();
  expect(field).toHaveValue("24");
  expect(screen.queryByText("Enter a number from 0 to 8,760.")).toBeNull();
  expect(save).not.toHaveBeenCalled();
});

test("minutes that were emptied are those from before, and the form is not handed in with them unseen", async () => {
  const { user, field, save } = await schedule();
  expect(field).toHaveValue("10");
  await user.click(screen.getByLabelText("When the app starts"));
  await user.click(field);
  await user.keyboard("{End}{Backspace}{Backspace}{Enter}");
  expect(field).toHaveValue("");
  expect(screen.getByText("Enter a number from 1 to 10,080.")).toBeVisible();
  expect(save).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(field).toHaveValue("10");
  await waitFor(() => expect(save).toHaveBeenCalled());
  expect(save.mock.lastCall?.[0].schedule.everyMinutes).toBe(10);
});

test("minutes count as they are typed, within their bounds", async () => {
  const { user, field, save } = await schedule();
  await user.tripleClick(field);
  await user.keyboard("45{Enter}");
  await waitFor(() => expect(save).toHaveBeenCalled());
  expect(save.mock.lastCall?.[0].schedule.everyMinutes).toBe(45);
  await screen.findByText("Saved.");
  const anew = await screen.findByLabelText(MINUTES);
  await user.tripleClick(anew);
  await user.keyboard("99999");
  expect(await screen.findByText("Enter a number from 1 to 10,080.")).toBeVisible();
  await user.tab();
  await waitFor(() => expect(anew).toHaveValue("10080"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save.mock.lastCall?.[0].schedule.everyMinutes).toBe(10080));
});
