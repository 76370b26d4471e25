// What was changed and not saved goes only after asking, however its page is left.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { renderApp } from "./render-app";

const PAGE = "/profiles/sample/settings";

/** Settings in which the name was changed. */
async function changed() {
  const shown = await renderApp("sample", PAGE);
  const name = await screen.findByLabelText("Name of this profile");
  await shown.user.type(name, " 2");
  return { ...shown, name };
}

const question = () => screen.findByRole("dialog", { name: "Leave without saving?" });
const noQuestion = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

test("a link asks first; Escape stays with everything typed and the keyboard where it was; leaving leaves", async () => {
  const { user, name } = await changed();
  await user.click(screen.getByRole("link", { name: "Keys" }));
  expect(await question()).toHaveTextContent("What you changed in the settings of Sample data is not saved.");
  await waitFor(() => expect(screen.getByRole("button", { name: "Stay" })).toHaveFocus());
  await user.keyboard("{Escape}");
  await noQuestion();
  expect(screen.getByRole("link", { name: "Keys" })).toHaveFocus();
  expect(name).toHaveValue("Sample data 2");

  await user.keyboard("{Enter}");
  await user.click(within(await question()).getByRole("button", { name: "Leave without saving" }));
  expect(await screen.findByRole("heading", { name: "Keys" })).toHaveFocus();
});

test("the palette opens from a field too, asks first, and Stay brings the keyboard back to that field", async () => {
  const { user, name } = await changed();
  expect(name).toHaveFocus();
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByLabelText("Search pages and actions"), "Keys{Enter}");
  await user.click(within(await question()).getByRole("button", { name: "Stay" }));
  await noQuestion();
  expect(name).toHaveFocus();
});

test("asked again before the answer was drawn, the question has the keyboard again", async () => {
  const { door, name } = await changed();
  door.emit("navigate", { path: "/keys" });
  const stays = () => waitFor(() => expect(screen.getByRole("button", { name: "Stay" })).toHaveFocus());
  await question();
  await stays();
  act(() => {
    fireEvent.keyDown(document.body, { key: "Escape" });
    door.emit("navigate", { path: "/settings" });
  });
  await question();
  await stays();
  fireEvent.keyDown(document.body, { key: "Escape" });
  await noQuestion();
  expect(name).toHaveFocus();
});

test("so does the tray; what stays on the page asks nothing", async () => {
  const { door } = await changed();
  door.emit("navigate", { path: `${PAGE}?field=NAME` });
  await waitFor(() => expect(window.location.hash).toContain("field=NAME"));
  expect(screen.queryByRole("dialog")).toBeNull();
  door.emit("navigate", { path: "/settings" });
  expect(await question()).toBeVisible();
});

test("nothing is asked once it is saved, or taken back", async () => {
  const { door, user, name } = await changed();
  await user.type(name, "{Backspace}{Backspace}");
  door.emit("navigate", { path: "/keys" });
  await screen.findByRole("heading", { name: "Keys" });

  door.emit("navigate", { path: PAGE });
  await user.type(await screen.findByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByText("Not saved yet")).toBeNull());
  door.emit("navigate", { path: "/keys" });
  await screen.findByRole("heading", { name: "Keys" });
});

test("a profile that is deleted takes its changes along: nothing more is asked", async () => {
  const { door, user } = await changed();
  // The window may hear that it is done before it hears that the profile is gone.
  vi.spyOn(door, "deleteProfile").mockResolvedValue();
  door.emit("navigate", { path: `${PAGE}?ask=delete` });
  await user.click(await screen.findByRole("button", { name: "Delete profile" }));
  expect(await screen.findByText("Documents by type")).toBeVisible();
});
