// What only a real browser can prove: the main flow by keyboard alone, and a million rows that scroll.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axe, Stage } from "./support";

/** Tabs until the thing with this name has the focus; fails if it cannot be reached. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const found = await page.evaluate(() => {
      const element = document.activeElement as (HTMLElement & { labels?: NodeListOf<HTMLElement> }) | null;
      const label = element?.labels?.[0]?.textContent;
      return element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "";
    });
    if (typeof name === "string" ? found.trim() === name : name.test(found)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} cannot be reached with Tab`);
}

describe.skipIf(process.env.SCREENSHOTS !== undefined)("in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  test("the main flow goes by keyboard alone: connect, test, sync, look at data, open a document, export", async () => {
    const { page, problems, close } = await stage.show("empty", "/", { theme: "light" });
    await page.getByText("Connect to Execute").waitFor();
    await tabTo(page, /^Connect to Execute/);
    await page.keyboard.press("Enter");
    await page.getByLabel("Address of Execute").waitFor();
    await tabTo(page, "Address of Execute");
    await page.keyboard.type("https://northern.example.com");
    await tabTo(page, "API key id");
    await page.keyboard.type("reporting");
    await tabTo(page, "Secret");
    await page.keyboard.type("wrong");
    await tabTo(page, "Test");
    await page.keyboard.press("Enter");
    await page.getByText("refused the API key").waitFor();
    // The cursor went back to the field at fault by itself.
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-field") === "EXECUTE_APIKEY_SECRET");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("right");
    await tabTo(page, "Test");
    await page.keyboard.press("Enter");
    await page.getByText("All steps passed").waitFor({ state: "attached" });
    for (const next of ["Kind of database", "Every few minutes", "The first sync reads everything"]) {
      await tabTo(page, "Continue");
      await page.keyboard.press("Enter");
      await page.getByText(next).waitFor();
    }
    await tabTo(page, "Save and sync");
    await page.keyboard.press("Enter");
    await page.getByText("Documents by type").waitFor();

    await tabTo(page, "Data");
    await page.keyboard.press("Enter");
    await page.getByRole("grid").waitFor();
    await page.getByText("a0000000").waitFor();
    await tabTo(page, "AFE");
    await page.getByRole("grid").press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("AFE · a0000001").waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByLabel("Search pages and actions").waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByLabel("Search pages and actions").waitFor({ state: "detached" });
    await tabTo(page, "Export…");
    await page.keyboard.press("Enter");
    await page.getByText("UTF-8 with BOM").waitFor();
    await tabTo(page, "Choose where, and export");
    await page.keyboard.press("Enter");
    await page.getByText("/home/ana/Documents/AFE.csv").waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  test("the palette leaves settings that are not saved only after asking, and Stay brings the keyboard back", async () => {
    const { page, problems, close } = await stage.show("sample", "/profiles/sample/settings", { theme: "light" });
    const name = page.getByLabel("Name of this profile");
    await name.fill("Renamed");
    await page.getByRole("button", { name: "Save", exact: true }).focus();
    const toKeys = async () => {
      await page.keyboard.press("ControlOrMeta+k");
      await page.getByLabel("Search pages and actions").fill("Keys");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Leave without saving?" }).waitFor();
      await page.waitForFunction(() => document.activeElement?.textContent === "Stay");
    };
    await toKeys();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.textContent === "Save");
    expect(await name.inputValue()).toBe("Renamed");
    await toKeys();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  test("what a test of changed settings found leaves the form in view, in the smallest window too", async () => {
    const look = { theme: "light", width: 860, height: 560 } as const;
    const { page, close } = await stage.show("full", "/profiles/northern/settings", look);
    await page.getByRole("button", { name: "Replace" }).click();
    await page.getByLabel("Secret", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("can write").waitFor();
    const foot = await page.evaluate(() => document.querySelector("[class*=_foot]")?.getBoundingClientRect().height);
    expect(foot).toBeLessThan(80);
    // The failure stands above the foot, and leads to its field.
    const way = page.getByRole("button", { name: "Go to Execute" });
    const bottom = async () => way.boundingBox().then((box) => (box ? box.y + box.height : Number.NaN));
    await expect.poll(bottom).toBeLessThanOrEqual(560 - (foot ?? 0));
    await way.click();
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-field") === "EXECUTE_APIKEY_SECRET");
    await close();
  });

  test("a million rows scroll from the first to the last, by wheel, bar and keyboard", async () => {
    const { page, problems, close } = await stage.show("huge", "/profiles/northern/data/AFE", { theme: "light" });
    const grid = page.getByRole("grid");
    await page.getByText("a0000000").waitFor();
    await grid.focus();
    await page.keyboard.press("Control+End");
    await page.getByText("a0999999", { exact: true }).waitFor();
    await page.keyboard.press("Control+Home");
    await page.getByText("a0000000", { exact: true }).waitFor();

    // A notch of the wheel moves by what it says, although the bar is scaled: ten rows of 30 pixels.
    await grid.hover();
    await page.mouse.wheel(0, 300);
    const firstInView = () =>
      grid.evaluate((element) => {
        const top = element.getBoundingClientRect().top + 36;
        const rows = [...element.querySelectorAll("[role=rowgroup] > [role=row]")];
        const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1);
        return Number(first?.getAttribute("aria-rowindex"));
      });
    await expect.poll(firstInView).toBe(12);

    await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await expect.poll(firstInView).toBeGreaterThan(490_000);
    await expect.poll(() => grid.textContent()).toMatch(/a0(49|50)\d{4}/);
    expect(problems).toEqual([]);
    await close();
  });

  test("a click gives the grid the keyboard: cells, then the header, and an open document follows", async () => {
    const { page, problems, close } = await stage.show("sample", "/profiles/sample/data/AFE", { theme: "light" });
    await page.getByText("a0000002", { exact: true }).click();
    await page.getByText("AFE · a0000002").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.getByText("AFE · a0000003").waitFor();
    await page.getByRole("button", { name: "AFE_NUMBER", exact: true }).click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("ControlOrMeta+c");
    await page.getByText("2 rows copied, with headers.").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^DOCUMENT_ID\na\d+\na\d+$/);
    await page.keyboard.press("Escape");
    await page.getByText("AFE · a0000003").waitFor({ state: "detached" });
    expect(problems).toEqual([]);
    await close();
  });

  test("flying over a million rows, no frame has more rows to draw than the window shows", async () => {
    const { page, close } = await stage.show("huge", "/profiles/northern/data/AFE", { theme: "light" });
    await page.getByText("a0000000").waitFor();
    const most = await page.getByRole("grid").evaluate(async (element) => {
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const drawn: number[] = [];
      for (let step = 1; step <= 60; step += 1) {
        element.scrollTop = (element.scrollHeight * step) / 61;
        await frame();
        drawn.push(element.querySelectorAll('[role="row"]').length);
      }
      return Math.max(...drawn);
    });
    // How long a frame takes hangs on the machine; how much there is to draw in it does not.
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThan(80);
    await close();
  });

  test("an open document covers no tool of the grid, in the smallest window too", async () => {
    for (const [width, height] of [
      [860, 560],
      [1060, 560],
    ] as const) {
      const route = "/profiles/sample/data/AFE?type=AFE&doc=a0000003";
      const { page, close } = await stage.show("sample", route, { theme: "light", width, height });
      await page.getByText("LINE_ITEMS").waitFor();
      const covered = await page.getByRole("region", { name: "AFE", exact: true }).evaluate((panel) =>
        [...panel.querySelectorAll("button, [role=status]")]
          .filter((each) => each.closest("[role=grid]") === null)
          .filter((each) => {
            const { right, top, height } = each.getBoundingClientRect();
            return !each.contains(document.elementFromPoint(right - 4, top + height / 2));
          })
          .map((each) => each.textContent),
      );
      expect(covered, `${width}`).toEqual([]);
      await page.getByRole("button", { name: "Columns" }).click();
      await page.getByText("Hide all but the first").waitFor();
      await close();
    }
  });

  test("the profile that is shown is in view in the list, however it was come to", async () => {
    const look = { theme: "light", width: 860, height: 560 } as const;
    const { page, close } = await stage.show("many", "/profiles/p28/overview", look);
    const list = page.getByRole("navigation", { name: "Profiles and places" });
    const link = (number: number) => list.getByRole("link", { name: new RegExp(`^${number} Northern`) });
    /** Above the places at the foot of the list. */
    const isInView = (number: number) =>
      link(number).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        const around = element.closest("ul")?.parentElement?.getBoundingClientRect();
        return around !== undefined && top > around.top - 2 && bottom < around.bottom + 2;
      });
    await expect.poll(() => isInView(28)).toBe(true);
    expect(await isInView(1)).toBe(false);
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByLabel("Search pages and actions").fill("2 Northern");
    await page.getByRole("button", { name: /^2 Northern.*: Overview/ }).click();
    await expect.poll(() => isInView(2)).toBe(true);
    await close();
  });

  test("the small window has nothing that sticks out", async () => {
    for (const route of [
      "/profiles/sample/overview",
      "/profiles/sample/data/AFE",
      "/profiles/sample/settings",
      "/activity",
    ]) {
      const { page, close } = await stage.show("sample", route, { theme: "dark", width: 860, height: 560 });
      await page.getByRole("heading", { level: 1 }).waitFor();
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(tooWide, route).toBe(false);
      await close();
    }
  });
});
