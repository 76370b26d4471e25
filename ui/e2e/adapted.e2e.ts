// For people who have the system adapt things: its own few colours, no motion, everything twice as large.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCREENS } from "./screens";
import { ADAPTED, axe, Stage } from "./support";

const wanted = process.env.SCREEN;

/** What nobody can get to: outside the window, and nothing around it scrolls there. */
function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element, axis: "x" | "y") => {
      const style = getComputedStyle(element);
      const [how, more] =
        axis === "x"
          ? [style.overflowX, element.scrollWidth > element.clientWidth]
          : [style.overflowY, element.scrollHeight > element.clientHeight];
      return (how === "auto" || how === "scroll") && more;
    };
    const around = (element: Element): Element[] =>
      element.parentElement ? [element.parentElement, ...around(element.parentElement)] : [];
    const lost: string[] = [];
    for (const element of document.querySelectorAll(
      "a, button, input, textarea, h1, h2, h3, p, dt, dd, td, th, label",
    )) {
      const box = element.getBoundingClientRect();
      const hidden = element.closest(".visually-hidden, .skip-link, [aria-hidden=true]") !== null;
      if (hidden || box.width < 2 || box.height < 2 || getComputedStyle(element).visibility === "hidden") continue;
      const beyondX = box.left < -1 || box.right > window.innerWidth + 1;
      const beyondY = box.top < -1 || box.bottom > window.innerHeight + 1;
      const ancestors = around(element);
      // A page that is read by scrolling to and fro is not read; what is a table or a grid may be wider.
      if (beyondX && !ancestors.some((each) => each.matches("[role=grid]") && scrolls(each, "x")))
        lost.push(`across: ${element.outerHTML.slice(0, 120)}`);
      if (beyondY && !ancestors.some((each) => scrolls(each, "y")))
        lost.push(`down: ${element.outerHTML.slice(0, 120)}`);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) lost.push("the page itself is too wide");
    return lost.slice(0, 5);
  });
}

const running = (page: Page) =>
  page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === "running").length);

describe.skipIf(process.env.SCREENSHOTS !== undefined)("forced colours, no motion, 200 %", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  for (const screen of SCREENS.filter((each) => !wanted || each.name.includes(wanted))) {
    test(screen.name, async () => {
      const { page, problems, close } = await stage.show(screen.scenario, screen.route, ADAPTED);
      await screen.ready(page);
      expect([...(await axe(page)), ...problems]).toEqual([]);
      expect(await outOfReach(page)).toEqual([]);
      await expect.poll(() => running(page)).toBe(0);
      await close();
    });
  }

  test("what only a background says is also said by an outline or a line", async () => {
    const { page, close } = await stage.show("sample", "/profiles/sample/data/AFE", { theme: "light", forced: true });
    const grid = page.getByRole("grid");
    await page.getByText("a0000000").waitFor();
    const style = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { outlineStyle, outlineWidth, borderRightWidth, borderBottomColor, borderBottomWidth } =
            getComputedStyle(element);
          return { outlineStyle, outlineWidth, borderRightWidth, borderBottomColor, borderBottomWidth };
        });
    await grid.focus();
    await page.keyboard.press("Shift+ArrowDown");
    expect(await style("[role=grid]")).toMatchObject({ outlineStyle: "solid", outlineWidth: "2px" });
    expect(await style("[role=gridcell][data-active]")).toMatchObject({ outlineStyle: "solid", outlineWidth: "2px" });
    expect(await style("[role=gridcell][aria-selected=true]")).toMatchObject({ outlineStyle: "solid" });
    expect(await style("[role=gridcell][data-edge]")).toMatchObject({ borderRightWidth: "2px" });
    expect(await style("[role=columnheader][data-edge]")).toMatchObject({ borderRightWidth: "2px" });
    await page.keyboard.press("Enter");
    await page.getByText("LINE_ITEMS").waitFor();
    expect(await style("[role=row][data-open] [role=gridcell]")).toMatchObject({ outlineStyle: "solid" });
    expect(await style("nav[aria-label='Types and lists'] a[aria-current]")).toMatchObject({ outlineStyle: "solid" });
    expect(await style("nav[aria-label='Profiles and places'] a[aria-current]")).toMatchObject({
      outlineStyle: "solid",
    });
    const [here, other] = await page
      .locator("nav[aria-label^='Pages of'] a")
      .evaluateAll((tabs) =>
        [tabs.find((tab) => tab.ariaCurrent), tabs.find((tab) => !tab.ariaCurrent)].map(
          (tab) => tab && getComputedStyle(tab).borderBottomWidth,
        ),
      );
    expect([here, other]).toEqual(["3px", "0px"]);
    await page.getByRole("button", { name: "Columns" }).click();
    const mark = page.locator(".mantine-Checkbox-input:checked:enabled + svg").first();
    const [colour, behind] = await mark.evaluate((icon) => [
      getComputedStyle(icon).color,
      getComputedStyle(icon.previousElementSibling as Element).backgroundColor,
    ]);
    expect(colour).not.toBe(behind);
    await close();

    const settings = await stage.show("full", "/settings", { theme: "light", forced: true });
    await settings.page.getByRole("switch", { name: "Start when I log in" }).press("Space");
    const backgrounds = (selector: string) =>
      settings.page
        .locator(selector)
        .evaluateAll((all) => new Set(all.map((each) => getComputedStyle(each).backgroundColor)).size);
    await expect.poll(() => backgrounds(".mantine-Switch-track"), { message: "on and off" }).toBe(2);
    expect(await backgrounds(".mantine-SegmentedControl-label"), "chosen and not").toBe(2);
    await settings.close();
  });

  test("bars of the chart and the shapes of states keep their difference", async () => {
    const { page, close } = await stage.show("failed", "/profiles/northern/overview", { theme: "light", forced: true });
    await page.locator(".recharts-bar-rectangle path").first().waitFor();
    const fills = await page
      .locator(".recharts-bar-rectangle path")
      .evaluateAll((bars) => [...new Set(bars.map((bar) => getComputedStyle(bar).fill))]);
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(fills.length).toBeGreaterThan(1);
    expect(fills).not.toContain(background);
    const legend = await page
      .locator("i")
      .evaluateAll((marks) => marks.map((mark) => getComputedStyle(mark).backgroundColor));
    expect(new Set(legend).size).toBe(3);
    await close();
  });
});
