// Every screen in a real browser under the app's policy, light and dark: nothing refused, nothing thrown, axe content.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCREENS } from "./screens";
import { axe, Stage } from "./support";

const wanted = process.env.SCREEN;

describe.skipIf(process.env.SCREENSHOTS !== undefined)("every screen", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  for (const screen of SCREENS.filter((each) => !wanted || each.name.includes(wanted))) {
    for (const theme of ["light", "dark"] as const) {
      test(`${screen.name}, ${theme}`, async () => {
        const { page, problems, close } = await stage.show(screen.scenario, screen.route, { theme });
        await screen.ready(page);
        expect([...(await axe(page)), ...problems]).toEqual([]);
        await close();
      });
    }
  }
});
