// The wizard and a profile's settings: one form, whose secret goes in and never comes out.
import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { renderApp } from "./render-app";

const secretField = () => screen.getByLabelText("Secret");

async function fillExecute(user: UserEvent, secret: string) {
  await user.type(await screen.findByLabelText("Address of Execute"), "https://northern.example.com");
  await user.type(screen.getByLabelText("API key id"), "reporting");
  await user.type(secretField(), secret);
}

test("a wrong key is named with cause and remedy, and the cursor goes to it; the right one leads to a first sync", async () => {
  const { door, user } = await renderApp("empty", "/connect/execute");
  const save = vi.spyOn(door, "saveProfile");
  const sync = vi.spyOn(door, "syncNow");
  await fillExecute(user, "wrong");
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("northern.example.com refused the API key “reporting”.")).toBeVisible();
  expect(screen.getByText(/Check the key's id and secret/)).toBeVisible();
  await waitFor(() => expect(secretField()).toHaveFocus());

  await user.clear(secretField());
  await user.type(secretField(), "right");
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("All steps passed")).toBeInTheDocument();

  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(await screen.findByRole("radio", { name: "Snowflake" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByText("Every few minutes");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await user.click(await screen.findByRole("button", { name: "Save and sync" }));
  expect(await screen.findByRole("heading", { name: "Northern" })).toBeVisible();
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ name: "Northern", keyId: "reporting" }), "right");
  expect(sync).toHaveBeenCalledWith("p1", false, false);
});

test("the test ticks off steps as they come, also those after a failure", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "wrong");
  await user.click(screen.getByRole("button", { name: "Test" }));
  const list = await screen.findByRole("region", { name: "Connection test" });
  await waitFor(() => expect(within(list).getByText("can write")).toBeVisible());
  expect(within(list).getByText("key accepted")).toHaveTextContent("key accepted: failed");
});

test("what is missing is said at its field, which gets the focus", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await user.click(await screen.findByRole("button", { name: "Continue" }));
  expect(screen.getByText("Enter the address of Execute.")).toBeVisible();
  expect(screen.getByLabelText("Address of Execute")).toHaveFocus();
});

test("an address pasted whole from the browser is offered trimmed", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await user.type(await screen.findByLabelText("Address of Execute"), "https://northern.example.com/app/x?tab=2");
  await user.click(screen.getByRole("button", { name: "Use https://northern.example.com" }));
  expect(screen.getByLabelText("Address of Execute")).toHaveValue("https://northern.example.com");
});

test("a typed secret is dropped when the host changes", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "typed");
  await user.type(screen.getByLabelText("Address of Execute"), ".elsewhere.example");
  expect(secretField()).toHaveValue("");
});

test("the wizard can be left and found again, without the secret", async () => {
  const { door, user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "typed");
  expect(JSON.stringify(localStorage)).not.toContain("typed");
  await user.click(screen.getByRole("link", { name: "Keys" }));
  await screen.findByText("No keys yet");
  door.emit("navigate", { path: "/connect/execute" });
  expect(await screen.findByLabelText("API key id")).toHaveValue("reporting");
  expect(secretField()).toHaveValue("");
});

test("a stored secret is only said to be set; replacing sends the new one once and forgets it", async () => {
  const { door, client, user } = await renderApp("sample", "/profiles/sample/settings");
  const save = vi.spyOn(door, "saveProfile");
  expect(await screen.findByText(/^Set for 127.0.0.1:7070$/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Replace" }));
  expect(secretField()).toHaveFocus();
  await user.type(secretField(), "brand-new");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/^Set for 127.0.0.1:7070$/)).toBeVisible();
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ id: "sample" }), "brand-new");
  const kept = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()].map((each) => each.state);
  expect(JSON.stringify(kept)).not.toContain("brand-new");
  expect(document.body.innerHTML).not.toContain("brand-new");
});

test("another host shows the secret as not set", async () => {
  const { user } = await renderApp("sample", "/profiles/sample/settings");
  await screen.findByText(/^Set for/);
  const url = screen.getByLabelText("Address of Execute");
  await user.clear(url);
  await user.type(url, "https://other.example.com");
  expect(screen.getByText(/Not set for other.example.com/)).toBeVisible();
});

test("an error with a field puts its words and the cursor there", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/settings");
  vi.spyOn(door, "saveProfile").mockRejectedValue({
    code: "configuration",
    message: "This database belongs to another profile.",
    field: "DATABASE_DSN",
  });
  await user.type(await screen.findByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByLabelText("Database file")).toHaveFocus());
  expect(screen.getByLabelText("Database file")).toHaveAccessibleDescription(/belongs to another profile/);
});
