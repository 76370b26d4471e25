// Pictures of every screen, light, dark and adapted, to be looked at by a person. Run by `npm run screenshots` only.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, test } from "vitest";
import { SCREENS } from "./screens";
import { ADAPTED, Stage } from "./support";

const FOLDER = fileURLToPath(new URL("../.screenshots/", import.meta.url));
const wanted = process.env.SCREEN;

describe.runIf(process.env.SCREENSHOTS !== undefined)("pictures", () => {
  let stage: Stage;
  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  for (const screen of SCREENS.filter((each) => !wanted || each.name.includes(wanted))) {
    test(`of ${screen.name}`, async () => {
      for (const theme of ["light", "dark"] as const) {
        const { page, close } = await stage.show(screen.scenario, screen.route, { theme });
        await screen.ready(page);
        await page.screenshot({ path: `${FOLDER}${screen.name}-${theme}.png`, animations: "disabled" });
        if (theme === "light") {
          await page.setViewportSize({ width: 860, height: 560 });
          await page.screenshot({ path: `${FOLDER}${screen.name}-small.png`, animations: "disabled" });
        }
        await close();
      }
      const { page, close } = await stage.show(screen.scenario, screen.route, ADAPTED);
      await screen.ready(page);
      await page.screenshot({ path: `${FOLDER}${screen.name}-adapted.png`, animations: "disabled" });
      await close();
    });
  }
});
