// Every screen there is: the scenario it is shown in, its address, and what has to be there before it is looked at.
import type { Page } from "playwright-core";

export type Screen = { name: string; scenario: string; route: string; ready: (page: Page) => Promise<unknown> };

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();
/** The chart comes a moment after the figures. */
const charted = async (page: Page) => {
  await text("Documents by type")(page);
  await page.locator(".recharts-surface").first().waitFor();
};
const press = (name: string | RegExp, words: string | RegExp) => async (page: Page) => {
  await page.getByRole("button", { name }).first().click();
  await text(words)(page);
};

export const SCREENS: Screen[] = [
  { name: "welcome", scenario: "empty", route: "/", ready: text("Explore with sample data") },
  { name: "connect-1", scenario: "empty", route: "/connect/execute", ready: text("Address of Execute") },
  {
    name: "connect-1-failed",
    scenario: "empty",
    route: "/connect/execute",
    ready: async (page) => {
      await page.getByLabel("Address of Execute").fill("https://northern.example.com");
      await page.getByLabel("API key id").fill("reporting");
      await page.getByLabel("Secret", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("refused the API key").waitFor();
      await page.getByText("Can write").or(page.getByText("can write")).waitFor();
    },
  },
  {
    name: "connect-1-address",
    scenario: "empty",
    route: "/connect/execute",
    ready: async (page) => {
      await page.getByLabel("Address of Execute").fill("https://northern.example.com/app/list?tab=2#/detail");
      await page.getByLabel("API key id").fill("reporting");
      await page.getByLabel("Secret", { exact: true }).fill("right");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("but at https://northern.example.com").waitFor();
      await page.getByText("can write").waitFor();
    },
  },
  {
    name: "connect-2-existing",
    scenario: "empty",
    route: "/connect/destination",
    ready: press("Use an existing file", "It is not replaced"),
  },
  {
    name: "connect-2-new",
    scenario: "empty",
    route: "/connect/destination",
    ready: press("New file", "Name of the new file"),
  },
  { name: "connect-2", scenario: "empty", route: "/connect/destination", ready: text("Not in this version") },
  { name: "connect-3", scenario: "empty", route: "/connect/schedule", ready: text("Every few minutes") },
  { name: "connect-4", scenario: "empty", route: "/connect/review", ready: text("Save and sync") },
  {
    name: "import",
    scenario: "empty",
    route: "/welcome",
    ready: press(/Import from the command line tool/, "Goes on from"),
  },
  { name: "overview", scenario: "full", route: "/profiles/northern/overview", ready: charted },
  {
    name: "overview-never",
    scenario: "never",
    route: "/profiles/northern/overview",
    ready: text("Nothing synced yet"),
  },
  {
    name: "overview-syncing",
    scenario: "syncing",
    route: "/profiles/northern/overview",
    ready: charted,
  },
  {
    name: "overview-paused",
    scenario: "paused",
    route: "/profiles/northern/overview",
    ready: charted,
  },
  {
    name: "overview-offline",
    scenario: "offline",
    route: "/profiles/northern/overview",
    ready: charted,
  },
  {
    name: "overview-needs-you",
    scenario: "needs-you",
    route: "/profiles/northern/overview",
    ready: charted,
  },
  {
    name: "overview-failed",
    scenario: "failed",
    route: "/profiles/northern/overview",
    ready: charted,
  },
  {
    name: "dialog-refresh",
    scenario: "sample",
    route: "/profiles/sample/overview?ask=refresh",
    ready: text("Allow any number"),
  },
  {
    name: "dialog-delete",
    scenario: "sample",
    route: "/profiles/sample/overview?ask=delete",
    ready: text("Delete the database"),
  },
  {
    name: "dialog-delete-long",
    scenario: "many",
    route: "/profiles/p28/overview?ask=delete",
    ready: text("Delete the database"),
  },
  {
    name: "overview-lost",
    scenario: "lost",
    route: "/profiles/northern/overview",
    ready: async (page) => {
      await text("Newer ones cannot be read now")(page);
      await charted(page);
    },
  },
  { name: "overview-many", scenario: "many", route: "/profiles/p28/overview", ready: charted },
  { name: "history", scenario: "sample", route: "/profiles/sample/history", ready: text("Began") },
  { name: "history-never", scenario: "never", route: "/profiles/northern/history", ready: text("No runs yet") },
  { name: "history-run", scenario: "sample", route: "/profiles/sample/history/r179", ready: text("Page 1: 412") },
  {
    name: "quarantine",
    scenario: "quarantine",
    route: "/profiles/northern/history?show=quarantine",
    ready: text("Try all again"),
  },
  {
    name: "quarantine-empty",
    scenario: "sample",
    route: "/profiles/sample/history?show=quarantine",
    ready: text("Nothing in quarantine"),
  },
  { name: "profile-settings", scenario: "full", route: "/profiles/northern/settings", ready: text("Set for") },
  {
    name: "profile-settings-tested",
    scenario: "full",
    route: "/profiles/northern/settings",
    ready: async (page) => {
      await page.getByRole("button", { name: "Replace" }).click();
      await page.getByLabel("Secret", { exact: true }).fill("wrong");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("refused the API key").waitFor();
      await page.getByText("can write").waitFor();
    },
  },
  {
    name: "profile-settings-sample",
    scenario: "sample",
    route: "/profiles/sample/settings",
    ready: text("This profile reads the built-in sample"),
  },
  { name: "keys", scenario: "full", route: "/keys", ready: text("Fingerprint") },
  { name: "keys-empty", scenario: "empty", route: "/keys", ready: text("No keys yet") },
  { name: "keys-generate", scenario: "full", route: "/keys?ask=generate", ready: text("Database user") },
  { name: "activity", scenario: "full", route: "/activity", ready: text("Run ended") },
  { name: "activity-empty", scenario: "empty", route: "/activity", ready: text("Nothing happened yet") },
  { name: "activity-bundle", scenario: "full", route: "/activity?ask=bundle", ready: text("END OF THE LOG") },
  { name: "profiles-unreadable", scenario: "unreadable", route: "/", ready: text("cannot be read") },
  { name: "profiles-set-aside", scenario: "set-aside", route: "/", ready: text("Go on without them") },
  { name: "settings", scenario: "full", route: "/settings", ready: text("In the background") },
  {
    name: "palette",
    scenario: "sample",
    route: "/profiles/sample/overview",
    ready: press("Open the command palette", "Sync all profiles"),
  },
  {
    name: "palette-chosen",
    scenario: "sample",
    route: "/profiles/sample/overview",
    ready: async (page) => {
      await press("Open the command palette", "Sync all profiles")(page);
      await page.keyboard.press("ArrowDown");
      await page.locator(".mantine-Spotlight-action[data-selected]").waitFor();
    },
  },
  { name: "notice", scenario: "notice", route: "/profiles/northern/overview", ready: charted },
  { name: "broken-overview", scenario: "broken", route: "/profiles/northern/overview", ready: text("cannot be read") },
  { name: "broken-data", scenario: "broken", route: "/profiles/northern/data", ready: text("cannot be read") },
  { name: "broken-history", scenario: "broken", route: "/profiles/northern/history", ready: text("cannot be read") },
  { name: "broken-activity", scenario: "broken", route: "/activity", ready: text("cannot be read") },
  { name: "broken-keys", scenario: "broken", route: "/keys", ready: text("cannot be read") },
  { name: "data", scenario: "sample", route: "/profiles/sample/data/AFE", ready: text("a0000000") },
  { name: "data-list", scenario: "sample", route: "/profiles/sample/data/AFE_LINE_ITEMS", ready: text("LIST_INDEX") },
  { name: "data-huge", scenario: "huge", route: "/profiles/northern/data/AFE", ready: text("1,000,000 rows") },
  { name: "data-empty-view", scenario: "sample", route: "/profiles/sample/data/RFE", ready: text("No rows") },
  { name: "data-never", scenario: "never", route: "/profiles/northern/data", ready: text("No data yet") },
  {
    name: "data-filter",
    scenario: "sample",
    route: "/profiles/sample/data/AFE",
    ready: press("Filter", "Comparison"),
  },
  {
    name: "data-columns",
    scenario: "sample",
    route: "/profiles/sample/data/AFE",
    ready: press("Columns", "Hide all but the first"),
  },
  {
    name: "data-nothing-matches",
    scenario: "sample",
    route: "/profiles/sample/data/AFE",
    ready: async (page) => {
      await press("Filter", "Comparison")(page);
      await page.getByLabel("Value").fill("no such number");
      await page.getByRole("button", { name: "Add filter" }).click();
      await text("No row matches")(page);
    },
  },
  {
    name: "inspector",
    scenario: "sample",
    route: "/profiles/sample/data/AFE?type=AFE&doc=a0000003",
    ready: text("LINE_ITEMS"),
  },
  {
    name: "inspector-raw",
    scenario: "sample",
    route: "/profiles/sample/data/AFE?type=AFE&doc=a0000003",
    ready: async (page) => {
      await page.getByText("As it came").click();
      await text("text, not markup")(page);
    },
  },
  {
    name: "inspector-missing",
    scenario: "sample",
    route: "/profiles/sample/data/AFE?type=AFE&doc=a9999999",
    ready: text("There is no AFE a9999999"),
  },
  { name: "export", scenario: "sample", route: "/profiles/sample/data/AFE?ask=export", ready: text("UTF-8 with BOM") },
];
