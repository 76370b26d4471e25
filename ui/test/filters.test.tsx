// Filters: a number is read as people write it, and a filter that fails takes nothing of the view away.
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { readNumber } from "@/features/data/filters";
import { ipcError } from "@/ipc/fake/fake-door";
import { renderApp } from "./render-app";

test("a number is read as this app writes it, and a comma elsewhere is not guessed at", () => {
  const read = ["1,000,000", " 1250.75", "-12,500.5", "+3", ".5", "1e6"].map(readNumber);
  expect(read).toEqual(["1000000", "1250.75", "-12500.5", "+3", ".5", "1e6"]);
  for (const wrong of ["", "abc", "1,00", "1,0000", "12,5", "1000,000", ",100", "1.000.000", "1e999", "0x10", "NaN"]) {
    expect(readNumber(wrong), wrong).toBeNull();
  }
});

test("what is no number is said in the filter's form, before anything is asked", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/data/AFE_CUSTOM");
  await screen.findByRole("grid");
  const ask = vi.spyOn(door, "openGrid");
  await user.click(screen.getByRole("button", { name: "Filter" }));
  await user.click(await screen.findByRole("combobox", { name: "Column" }));
  await user.click(await screen.findByRole("option", { name: "BUDGET_YEAR" }));
  await user.type(screen.getByLabelText("Value"), "two thousand");
  await user.click(screen.getByRole("button", { name: "Add filter" }));
  expect(await screen.findByText(/This is not a number/)).toBeVisible();
  expect(ask).not.toHaveBeenCalled();

  await user.clear(screen.getByLabelText("Value"));
  expect(screen.queryByText(/This is not a number/)).toBeNull();
  await user.type(screen.getByLabelText("Value"), "2,020");
  await user.click(screen.getByRole("button", { name: "Add filter" }));
  expect(await screen.findByText("BUDGET_YEAR is 2020")).toBeVisible();
  expect(await screen.findByText("263 rows")).toBeVisible();
});

test("a filter that the core refuses can be taken away: filters, tools and the way out stay", async () => {
  const { door, user } = await renderApp("sample", "/profiles/sample/data/COMPANY");
  const { openGrid } = door;
  vi.spyOn(door, "openGrid").mockImplementation(async (id, query) => {
    if (query.filters.some(({ value }) => value === "bad")) throw ipcError("configuration", "That cannot be compared.");
    return openGrid.call(door, id, query);
  });
  const filter = async (value: string) => {
    await user.click(await screen.findByRole("button", { name: "Filter" }));
    await user.type(await screen.findByLabelText("Value"), value);
    await user.click(screen.getByRole("button", { name: "Add filter" }));
  };
  await filter("c000000");
  await filter("bad");
  expect(await screen.findByRole("alert")).toHaveTextContent("That cannot be compared.");
  expect(screen.getByRole("button", { name: "Export…" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Remove the filter DOCUMENT_ID contains bad" }));
  expect(await screen.findByText("5 rows")).toBeVisible();
  expect(screen.getByText("DOCUMENT_ID contains c000000")).toBeVisible();

  await filter("bad");
  await user.click(await screen.findByRole("button", { name: "Clear the filters" }));
  expect(await screen.findByText("5 rows")).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("button", { name: /Remove the filter/ })).toBeNull());
});
