// Key pairs: made with the passphrase that was typed, or not at all; deleted after asking.
import { act, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ipcError } from "@/ipc/fake/fake-door";
import { gate, renderApp } from "./render-app";

test("a key is generated with its passphrase, which is forgotten", async () => {
  const { door, client, user } = await renderApp("sample", "/keys?ask=generate");
  const generate = vi.spyOn(door, "generateKey");
  await user.type(await screen.findByLabelText("Name"), "Loader 2");
  await user.type(screen.getByLabelText("Passphrase"), "long words");
  await user.type(screen.getByLabelText("Passphrase again"), "long wo");
  await user.click(screen.getByRole("button", { name: "Generate" }));
  expect(screen.getByText("The two are not the same.")).toBeVisible();
  expect(generate).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Passphrase again"), "rds");
  await user.click(screen.getByRole("button", { name: "Generate" }));
  expect(await screen.findByRole("heading", { name: "Loader 2" })).toBeVisible();
  const order = { name: "Loader 2", size: 3072, place: "keychain", user: null };
  expect(generate).toHaveBeenCalledWith(order, "long words");
  expect(
    JSON.stringify(
      client
        .getMutationCache()
        .getAll()
        .map((each) => each.state),
    ),
  ).not.toContain("long words");
});

test("a key in use cannot be deleted, another one after asking", async () => {
  const { door, user } = await renderApp("sample", "/keys");
  const remove = vi.spyOn(door, "deleteKey");
  const buttons = await screen.findAllByRole("button", { name: "Delete…" });
  expect(buttons[0]).toBeDisabled();
  await user.click(buttons[1] as HTMLElement);
  await user.click(await screen.findByRole("button", { name: "Delete Spare" }));
  await waitFor(() => expect(remove).toHaveBeenCalledWith("k2"));
});

test("a key that was not made keeps its passphrase for the next try", async () => {
  const { door, user } = await renderApp("sample", "/keys?ask=generate");
  const generate = vi.spyOn(door, "generateKey");
  const button = await screen.findByRole("button", { name: "Generate" });
  await user.type(screen.getByLabelText("Name"), "Laptop");
  await user.click(screen.getByLabelText("A file"));
  await user.type(screen.getByLabelText("Passphrase"), "long words");
  await user.type(screen.getByLabelText("Passphrase again"), "long words");
  // The dialog that asks where the file goes is closed.
  door.dialogAnswers = false;
  await user.click(button);
  await waitFor(() => expect(generate).toHaveBeenCalledTimes(1));
  expect(screen.getByLabelText("Passphrase again")).toHaveValue("long words");

  generate.mockRejectedValueOnce(ipcError("configuration", "a key named Laptop is there already"));
  await user.click(button);
  expect(await screen.findByText(/A key named Laptop is there already/)).toBeVisible();
  expect(screen.getByLabelText("Passphrase again")).toHaveValue("long words");

  door.dialogAnswers = true;
  await user.click(button);
  expect(await screen.findByRole("heading", { name: "Laptop" })).toBeVisible();
  expect(generate.mock.calls.map(([, passphrase]) => passphrase)).toEqual(Array(3).fill("long words"));
});

test("deleting a key that lies in a file says that the file stays", async () => {
  const { door, user } = await renderApp("sample", "/keys");
  const keys = await door.keys();
  const file = "/home/ana/loader.p8";
  vi.spyOn(door, "keys").mockResolvedValue(keys.map((key) => ({ ...key, usedBy: [], place: file })));
  await user.click((await screen.findAllByRole("button", { name: "Delete…" })).at(-1) as HTMLElement);
  expect(await screen.findByText(`It goes from this list; its file stays: ${file}`)).toBeVisible();
});

for (const [how, leave] of [
  ["Cancel", () => screen.getByRole("button", { name: "Cancel" })],
  ["the cross", () => screen.getByRole("button", { name: "Close" })],
] as const) {
  test(`a key that is being made is stopped by ${how}, and nobody is told that it was made`, async () => {
    const { door, user, open } = await making();
    const stop = vi.spyOn(door, "stopKey");
    await user.click(leave());
    expect(stop).toHaveBeenCalledTimes(1);
    open();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await act(async () => {});
    expect((await door.keys()).map((key) => key.name)).not.toContain("Laptop");
    expect(screen.queryByText(/Laptop/)).toBeNull();
  });
}

test("a key that was there before it could be stopped is said to be, and closes no dialog opened since", async () => {
  const { door, user, open } = await making();
  vi.spyOn(door, "stopKey").mockResolvedValue();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "Generate a key" }));
  open();
  expect(await screen.findByText("Laptop was made before it could be stopped.")).toBeVisible();
  expect(screen.getByRole("dialog", { name: "Generate a key" })).toBeVisible();
});

/** A dialog in which a key is being made. */
async function making() {
  const { delay, open } = gate();
  const shown = await renderApp("sample", "/keys?ask=generate", delay);
  await shown.user.type(await screen.findByLabelText("Name"), "Laptop");
  await shown.user.click(screen.getByRole("button", { name: "Generate" }));
  return { ...shown, open };
}
