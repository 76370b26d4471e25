// A window that was closed and opened again is where it was.
import { beforeEach, expect, test } from "vitest";
import { goToLastPlace, rememberPlace } from "@/app/last-place";

beforeEach(() => {
  localStorage.clear();
  window.location.hash = "";
});

test("the next window goes to where the last one was", () => {
  rememberPlace("/profiles/1/data/AFE?doc=7");
  goToLastPlace([{ id: "1" }]);
  expect(window.location.hash).toBe("#/profiles/1/data/AFE?doc=7");
});

test("a place that the core asks for comes first, and what is no place of ours counts for nothing", () => {
  window.location.hash = "#/settings";
  rememberPlace("/keys");
  goToLastPlace([{ id: "1" }]);
  expect(window.location.hash).toBe("#/settings");
  window.location.hash = "";
  localStorage.setItem("last-place", "https://example.com");
  goToLastPlace([{ id: "1" }]);
  expect(window.location.hash).toBe("");
});

test("without a profile it is the welcome page, and a profile that is gone is not looked for", () => {
  rememberPlace("/activity");
  goToLastPlace([]);
  expect(window.location.hash).toBe("");
  rememberPlace("/profiles/1/overview");
  goToLastPlace([{ id: "2" }]);
  expect(window.location.hash).toBe("");
});
