// The wizard: four steps that can be left and found again, a test that can be stopped, a secret that goes in and never out.
import { act, screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { ipcError } from "@/ipc/fake/fake-door";
import { northernDraft } from "@/ipc/fake/fake-form";
import { keepDraft, loadDraft } from "@/shared/profile-form/saved-draft";
import { gate, renderApp } from "./render-app";

const secretField = () => screen.getByLabelText("Secret");

async function fillExecute(user: UserEvent, secret: string, url = "https://northern.example.com") {
  await user.type(await screen.findByLabelText("Address of Execute"), url);
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

test("an address pasted whole from the browser is tested, and the part that answers is offered with one click", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "right", "https://northern.example.com/app/x?tab=2#/detail");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(screen.getByText(/^Use https:\/\/northern.example.com\/app\/x, or Test/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Test" }));
  await user.click(await screen.findByRole("button", { name: "Use https://northern.example.com" }));
  expect(screen.getByLabelText("Address of Execute")).toHaveValue("https://northern.example.com");
  expect(secretField()).toHaveValue("right");
  expect(screen.getByText("The form was changed since. Test it again.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("All steps passed")).toBeInTheDocument();
  expect(screen.queryByText(/changed since/)).toBeNull();
});

test("a test can be stopped: what it found stays, and the rest is said not to be tested", async () => {
  const held = gate();
  const { door, user } = await renderApp("empty", "/connect/execute", held.delay);
  const stop = vi.spyOn(door, "stopTest");
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Test" }));
  await act(async () => held.open());
  await screen.findByText("name resolves");
  await user.click(screen.getByRole("button", { name: "Stop" }));
  expect(stop).toHaveBeenCalledTimes(1);
  await act(async () => held.open());
  expect(await screen.findByText("Stopped here; the rest was not tested.")).toBeVisible();
  expect(screen.getByText("name resolves")).toBeVisible();
  expect(screen.queryByText("All steps passed")).toBeNull();
  expect(screen.getByRole("button", { name: "Test" })).toBeVisible();
});

test("leaving the page stops its test", async () => {
  const held = gate();
  const { door, user } = await renderApp("empty", "/connect/execute", held.delay);
  const stop = vi.spyOn(door, "stopTest");
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Test" }));
  await screen.findByRole("button", { name: "Stop" });
  await user.click(screen.getByRole("link", { name: "Keys" }));
  await screen.findByText("No keys yet");
  expect(stop).toHaveBeenCalledTimes(1);
});

test("a new database gets a folder and a name, and one that is there is said to be gone on with", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  const file = await screen.findByLabelText("Database file");
  await waitFor(() => expect(file).toHaveValue("/home/ana/.local/share/execute-sync/Northern.sqlite"));
  await user.click(screen.getByRole("button", { name: "New file…" }));
  await waitFor(() => expect(file).toHaveValue("/home/ana/Documents/Northern.sqlite"));
  const name = screen.getByLabelText("Name of the new file");
  await user.clear(name);
  await user.type(name, "afes.sqlite");
  expect(file).toHaveValue("/home/ana/Documents/afes.sqlite");
  await user.click(screen.getByRole("button", { name: "Use an existing file…" }));
  expect(await screen.findByText(/It is not replaced: syncs go on in it/)).toBeVisible();
  expect(screen.queryByLabelText("Name of the new file")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Back to the usual place" }));
  await waitFor(() => expect(file).toHaveValue("/home/ana/.local/share/execute-sync/Northern.sqlite"));
});

test("a typed secret is dropped when the host changes", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "typed");
  await user.type(screen.getByLabelText("Address of Execute"), ".elsewhere.example");
  expect(secretField()).toHaveValue("");
});

test("taking the offered address of the same host keeps the typed secret", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "typed");
  const url = screen.getByLabelText("Address of Execute");
  await user.clear(url);
  await user.type(url, "northern.example.com");
  await user.type(secretField(), "typed again");
  await user.click(screen.getByRole("button", { name: "Use https://northern.example.com" }));
  expect(url).toHaveValue("https://northern.example.com");
  expect(secretField()).toHaveValue("typed again");
});

test("a login that was pasted in an address is kept nowhere", () => {
  for (const [url, kept] of [
    ["https://me:pass@word@host.example.com/x", "https://host.example.com/x"],
    ["https://pass@host.example.com/x", "https://host.example.com/x"],
    ["me:pass@host.example.com", ""],
    ["https://me:pass/word@host.example.com", ""],
    ["https://host.example.com:8443/x?user=me@example.com", "https://host.example.com:8443/x?user=me@example.com"],
    ["host.example.com", "host.example.com"],
  ] as const) {
    keepDraft({ ...northernDraft, url, options: { PROXY: url, CHUNK_SIZE: "5" } });
    expect(loadDraft()).toMatchObject({ url: kept, options: { PROXY: kept, CHUNK_SIZE: "5" } });
    expect(JSON.stringify(localStorage)).not.toContain("pass");
  }
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

test("the wizard goes on where it was left until it is begun over", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  expect(await screen.findByLabelText("API key id")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Start over" })).toBeNull();
  await fillExecute(user, "typed");
  await user.click(screen.getByRole("button", { name: "Start over" }));
  const question = await screen.findByRole("dialog", { name: "Start over?" });
  expect(question).toHaveTextContent("What you entered for Northern goes.");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.getByRole("button", { name: "Start over" })).toHaveFocus());
  expect(screen.getByLabelText("API key id")).toHaveValue("reporting");
  await user.click(screen.getByRole("button", { name: "Start over" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Start over" }));
  await waitFor(() => expect(screen.getByLabelText("API key id")).toHaveValue(""));
  expect(screen.getByRole("heading", { name: "Connect to Execute" })).toHaveFocus();
  expect(screen.getByLabelText("Address of Execute")).toHaveValue("");
  expect(secretField()).toHaveValue("");
});

test("what is missing for a test is asked for on its own step", async () => {
  const { user } = await renderApp("empty", "/connect/destination");
  await user.click(await screen.findByRole("button", { name: "Test" }));
  expect(await screen.findByText("Enter the address of Execute.")).toBeVisible();
});

test("a failure that another step mends leads there, and a file of certificates is chosen in a dialog", async () => {
  const { door, user } = await renderApp("empty", "/connect/execute");
  vi.spyOn(door, "testProfile").mockImplementation(async (_draft, _secret, onStep) => {
    const error = { code: "source_unreachable", message: "the certificate is not trusted", field: "CA_FILE" };
    onStep({
      name: "TLS",
      found: null,
      error: { ...error, hint: null, suggestion: null, details: null },
      advice: "Worth knowing all the same.",
    });
  });
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("Worth knowing all the same.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Go to Schedule and options" }));
  expect(await screen.findByLabelText("Certificate authority file")).toHaveAttribute("readonly");
  await user.click(screen.getByRole("button", { name: "Choose Certificate authority file" }));
  await waitFor(() =>
    expect(screen.getByLabelText("Certificate authority file")).toHaveValue("/home/ana/company-ca.pem"),
  );
  await user.click(screen.getByRole("button", { name: "Clear Certificate authority file" }));
  expect(screen.getByLabelText("Certificate authority file")).toHaveValue("");
});

test("what is wrong with the schedule leads to its step and stands at its field", async () => {
  const schedule = { ...northernDraft.schedule, withinFrom: "07:00", withinUntil: "07:00" };
  keepDraft({ ...northernDraft, id: null, schedule });
  const { door, user } = await renderApp("empty", "/connect/execute");
  const message = "the hours begin and end at the same time";
  const refuse = (field: string) =>
    vi.spyOn(door, "saveProfile").mockRejectedValueOnce(ipcError("configuration", message, { field }));
  refuse("WITHIN_FROM");
  await user.type(await screen.findByLabelText("Secret"), "right");
  await user.click(screen.getByRole("link", { name: /Review/ }));
  await user.click(await screen.findByRole("button", { name: "Save and sync" }));
  await user.click(await screen.findByRole("button", { name: "Go to Schedule and options" }));
  const from = await screen.findByLabelText("From");
  expect(from).toBeInvalid();
  expect(from).toHaveAccessibleDescription("The hours begin and end at the same time");
  expect(screen.getByLabelText("Until")).toBeValid();
  const fields = [...document.querySelectorAll<HTMLElement>("[data-field]")].map((each) => each.dataset.field);
  expect(fields).toEqual(expect.arrayContaining(["EVERY_MINUTES", "WITHIN_FROM", "WITHIN_UNTIL", "FULL_REFRESH_AT"]));
});

test("a new file without a name is asked for at once, and its field is found again on coming back", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await user.click(await screen.findByRole("button", { name: "New file…" }));
  await user.clear(await screen.findByLabelText("Name of the new file"));
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(screen.getByText("Give the new file a name.")).toBeVisible();
  await user.type(screen.getByLabelText("Name of the new file"), "afes.sqlite");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByText("Every few minutes");
  await user.click(screen.getByRole("button", { name: "Back" }));
  expect(await screen.findByLabelText("Name of the new file")).toHaveValue("afes.sqlite");
});

test("the review says when it syncs, when everything is read again, and yes instead of true", async () => {
  keepDraft({
    ...northernDraft,
    id: null,
    options: { INCLUDE_CALCS: "true", MAX_DOCUMENTS: "20000" },
    schedule: { ...northernDraft.schedule, onWake: false },
  });
  await renderApp("empty", "/connect/review");
  const said = async (name: string) => (await screen.findByText(name, { selector: "dt" })).nextElementSibling;
  expect(await said("Syncs")).toHaveTextContent(/^Every 10 min, when the app starts$/);
  expect(await said("Full refresh")).toHaveTextContent("Every day at 02:30");
  expect(await said("Calculated fields")).toHaveTextContent("Yes");
  expect(await said("Documents a page")).toHaveTextContent("20,000");
});

test("with calculated fields comes a nightly full refresh, which can be taken away again", async () => {
  keepDraft({ ...northernDraft, id: null, options: {}, schedule: { ...northernDraft.schedule, fullRefreshAt: null } });
  const { user } = await renderApp("empty", "/connect/schedule");
  const nightly = await screen.findByLabelText(/Read everything again/);
  expect(nightly).not.toBeChecked();
  await user.click(await screen.findByRole("switch", { name: /Calculated fields/ }));
  expect(nightly).toBeChecked();
  await user.click(nightly);
  await user.click(screen.getByRole("button", { name: "Continue" }));
  const said = async (name: string) => (await screen.findByText(name, { selector: "dt" })).nextElementSibling;
  expect(await said("Calculated fields")).toHaveTextContent("Yes");
  expect(await said("Full refresh")).toHaveTextContent("Only by hand");
});

test("what a test found is scrolled to as it comes, and no step opens scrolled down to it", async () => {
  const { user } = await renderApp("empty", "/connect/execute");
  const scrolled = vi.spyOn(HTMLElement.prototype, "scrollIntoView");
  const targets = () =>
    scrolled.mock.contexts.map((element) => (element as HTMLElement).closest<HTMLElement>("[aria-label]")?.ariaLabel);
  await fillExecute(user, "right");
  await user.click(screen.getByRole("button", { name: "Test" }));
  await screen.findByText("All steps passed");
  expect(targets()).toContain("Connection test");
  await user.click(screen.getByRole("link", { name: /Schedule and options/ }));
  await screen.findByText("Every few minutes");
  scrolled.mockClear();
  await user.click(screen.getByRole("link", { name: /Review/ }));
  await screen.findByText("All steps passed");
  expect(targets()).toEqual(["Steps"]);
  scrolled.mockRestore();
});
