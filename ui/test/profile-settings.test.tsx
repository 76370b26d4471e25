// A profile's settings: the wizard's form on one page, whatever place its secret has.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { FakeDoor } from "@/ipc/fake/fake-door";
import { northernDraft } from "@/ipc/fake/fake-form";
import type { ProfileDetail } from "@/ipc/types";
import { renderApp } from "./render-app";

const PAGE = "/profiles/northern/settings";
const HOST = "northern.example.com";

const LOCKED = {
  code: "secret",
  message: "the keychain is locked",
  hint: "Unlock it",
  field: null,
  suggestion: null,
  details: null,
} as const;

/** The core has this profile. */
function has(door: FakeDoor, draft: Partial<ProfileDetail["draft"]>, more: Partial<ProfileDetail> = {}) {
  const detail: ProfileDetail = {
    draft: { ...northernDraft, ...draft },
    sample: false,
    secretSet: true,
    secretHost: HOST,
    secretProblem: null,
    ...more,
  };
  vi.spyOn(door, "profileDetail").mockImplementation(async () => structuredClone(detail));
  return vi.spyOn(door, "saveProfile").mockImplementation(async () => "northern");
}

async function open(draft: Partial<ProfileDetail["draft"]>, more: Partial<ProfileDetail> = {}) {
  const shown = await renderApp("never", "/keys");
  const save = has(shown.door, draft, more);
  shown.door.emit("navigate", { path: PAGE });
  await screen.findByLabelText("Name of this profile");
  return { ...shown, save };
}

test("the sample has neither address nor key, and is renamed and tested all the same", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/settings");
  const save = vi.spyOn(door, "saveProfile");
  expect(await screen.findByText(/This profile reads the built-in sample/)).toBeVisible();
  for (const field of ["Address of Execute", "API key id", "Secret"]) expect(screen.queryByLabelText(field)).toBeNull();
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("All steps passed")).toBeInTheDocument();
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved.")).toBeVisible();
  expect(save).toHaveBeenCalledWith(expect.objectContaining({ id: "sample", name: "Sample data 2" }), null);
});

for (const [place, secretPlace] of [
  ["the keychain", "keychain"],
  ["a file of our own", "file"],
] as const) {
  test(`a secret in ${place} is only said to be set; replacing sends the new one once and forgets it`, async () => {
    const { client, user, save } = await open({ secretPlace });
    expect(screen.getByText(`Set for ${HOST}`)).toBeVisible();
    await user.type(screen.getByLabelText("Name of this profile"), " 2");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ secretName: null }), null));
    await user.click(await screen.findByRole("button", { name: "Replace" }));
    expect(screen.getByLabelText("Secret")).toHaveFocus();
    await user.type(screen.getByLabelText("Secret"), "brand-new");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(`Set for ${HOST}`)).toBeVisible();
    expect(save).toHaveBeenLastCalledWith(expect.objectContaining({ secretPlace }), "brand-new");
    const kept = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()].map((each) => each.state);
    expect(JSON.stringify(kept)).not.toContain("brand-new");
    expect(document.body.innerHTML).not.toContain("brand-new");
  });
}

test("another host asks for the secret again, whatever we keep it in; so does another scheme", async () => {
  const { user, save } = await open({ secretPlace: "file" });
  const url = screen.getByLabelText("Address of Execute");
  for (const [address, host] of [
    ["https://other.example.com", "other.example.com"],
    ["http://northern.example.com", HOST],
  ]) {
    await user.clear(url);
    await user.type(url, address as string);
    expect(screen.getByText(new RegExp(`Not set for ${host}`))).toBeVisible();
  }
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(screen.getByText("Enter the API key's secret.")).toBeVisible();
  expect(save).not.toHaveBeenCalled();
});

test("a variable is kept as it is; whether it is for another host too, the core asks", async () => {
  const { user, save } = await open({ secretPlace: "environment", secretName: "EXECUTE_KEY" });
  expect(screen.getByLabelText("Name of the variable")).toHaveValue("EXECUTE_KEY");
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(1));

  const url = await screen.findByLabelText("Address of Execute");
  await user.clear(url);
  await user.type(url, "https://other.example.com");
  expect(screen.getByText(/Before its value is sent to a host for the first time, you are asked/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(2));
  expect(save).toHaveBeenLastCalledWith(expect.objectContaining({ url: "https://other.example.com" }), null);
});

test("a file that was named on the command line stays, and can give its secret to one of the app's own", async () => {
  const { user, save } = await open({ secretPlace: "file", secretName: "/run/secrets/execute" });
  expect(screen.getByLabelText("Path of the file")).toHaveAttribute("readonly");
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenLastCalledWith(expect.objectContaining({ secretPlace: "file" }), null));
  await user.click(await screen.findByRole("button", { name: /file of the app's own/ }));
  expect(screen.getByText(`Set for ${HOST}`)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenLastCalledWith(expect.objectContaining({ secretName: null }), null));
});

test("a locked keychain is said where the secret stands, and the rest can be saved", async () => {
  const { user, save } = await open({}, { secretProblem: LOCKED });
  expect(screen.getByText("The keychain is locked. Unlock it")).toBeVisible();
  expect(screen.getByRole("button", { name: "Replace" })).toBeVisible();
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(save).toHaveBeenCalledTimes(1));
});

test("once the keychain is unlocked, looking again says so and keeps what is being typed", async () => {
  const { door, user } = await renderApp("never", "/keys");
  const form = await door.profileForm();
  const problem = { ...form, secretPlaces: form.secretPlaces.map((each) => ({ ...each, problem: "It is locked" })) };
  const places = vi.spyOn(door, "profileForm").mockImplementation(async () => structuredClone(problem));
  has(door, {}, { secretProblem: LOCKED });
  door.emit("navigate", { path: PAGE });
  expect(await screen.findByText("The keychain is locked. Unlock it")).toBeVisible();
  const name = screen.getByLabelText("Name of this profile");
  await user.type(name, " 2");
  places.mockImplementation(async () => structuredClone(form));
  // Changed elsewhere meanwhile: what is typed stands on what the form began with.
  has(door, { name: "Renamed elsewhere" });
  await user.click(screen.getAllByRole("button", { name: "Look again" })[0] as HTMLElement);
  await waitFor(() => expect(screen.queryByText("The keychain is locked. Unlock it")).toBeNull());
  expect(screen.getByText(`Set for ${HOST}`)).toBeVisible();
  expect(screen.getByLabelText("Name of this profile")).toBe(name);
  expect(name).toHaveValue(`${northernDraft.name} 2`);
});

test("a profile that was changed elsewhere is read anew when its settings are opened again", async () => {
  const { door, user, save } = await open({ name: "Before" });
  door.emit("navigate", { path: "/keys" });
  await waitFor(() => expect(screen.queryByLabelText("Name of this profile")).toBeNull());
  has(door, { name: "Renamed elsewhere" });
  door.emit("navigate", { path: PAGE });
  expect(await screen.findByLabelText("Name of this profile")).toHaveValue("Renamed elsewhere");
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(save).toHaveBeenCalledWith(expect.objectContaining({ name: "Renamed elsewhere 2" }), null),
  );
});

test("a profile's database is kept until another one is chosen", async () => {
  const { user, save } = await open({});
  expect(screen.queryByRole("button", { name: "Back to the usual place" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Use an existing file…" }));
  expect(await screen.findByText(/It is not replaced/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  const fields = { path: "/home/ana/Documents/afes.sqlite" };
  await waitFor(() => expect(save).toHaveBeenCalledWith(expect.objectContaining({ fields }), null));
});

test("an error with a field puts its words and the cursor there", async () => {
  const { user, save } = await open({});
  save.mockRejectedValue({
    code: "configuration",
    message: "This database belongs to another profile.",
    field: "path",
  });
  await user.type(screen.getByLabelText("Name of this profile"), " 2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByLabelText("Database file")).toHaveFocus());
  expect(screen.getByLabelText("Database file")).toHaveAccessibleDescription(/belongs to another profile/);
});

test("a test's list has its place in the form, not over it, and leads to the part that mends a failure", async () => {
  const { user } = await open({});
  await user.click(await screen.findByRole("button", { name: "Replace" }));
  await user.type(screen.getByLabelText("Secret"), "wrong");
  await user.click(screen.getByRole("button", { name: "Test" }));
  const list = await screen.findByRole("region", { name: "Connection test" });
  expect(list).not.toContainElement(screen.getByRole("button", { name: "Save" }));
  expect(screen.getByRole("button", { name: "Save" }).closest("[class*=foot]")).not.toContainElement(list);
  await user.click(await within(list).findByRole("button", { name: "Go to Execute" }));
  expect(screen.getByLabelText("Secret")).toHaveFocus();
});
