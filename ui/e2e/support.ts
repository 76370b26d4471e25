// What every browser test needs: the built files under the app's very policy, a Chromium, and an ear for anything wrong.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const CONFIGURATION = new URL("../../src-tauri/tauri.conf.json", import.meta.url);
const POLICY: string = JSON.parse(readFileSync(CONFIGURATION, "utf8")).app.security.csp;

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
const BUILT = fileURLToPath(new URL("../dist-e2e", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export type Look = { theme: "light" | "dark"; width?: number; height?: number; forced?: boolean };
/** The window at 200 %, with the system's forced colours. */
export const ADAPTED: Look = { theme: "light", width: 640, height: 480, forced: true };
export type Opened = { page: Page; problems: string[]; close: () => Promise<void> };

export class Stage {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  static async open(): Promise<Stage> {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
      try {
        const body = readFileSync(join(BUILT, path === "/" ? "index.html" : path));
        response.writeHead(200, {
          "content-type": TYPES[path === "/" ? ".html" : extname(path)] ?? "application/octet-stream",
          "content-security-policy": POLICY,
        });
        response.end(body);
      } catch {
        response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
      }
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--font-render-hinting=none"],
    });
    return new Stage(server, browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }

  /** Opens an address of the window in a scenario of the fake core. */
  async show(scenario: string, route: string, look: Look, slow = false): Promise<Opened> {
    const context = await this.browser.newContext({
      viewport: { width: look.width ?? 1180, height: look.height ?? 760 },
      colorScheme: look.theme,
      reducedMotion: "reduce",
      forcedColors: look.forced ? "active" : "none",
      locale: "en-US",
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    await page.exposeFunction("tellViolation", (text: string) => problems.push(`policy: ${text}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        (window as unknown as { tellViolation: (text: string) => void }).tellViolation(
          `${event.violatedDirective} ${event.blockedURI}`,
        );
      });
    });
    await page.goto(`${this.address}/?scenario=${scenario}${slow ? "" : "&instant"}#${route}`);
    await page.getByRole("main").waitFor();
    return { page, problems, close: () => context.close() };
  }
}

/** What axe finds wrong, in words. It is put in through the debugger, which the page's policy does not govern. */
export async function axe(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  await session.detach();
  return page.evaluate(async () => {
    type Found = { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] };
    const { axe } = window as unknown as { axe: { run: (where: Document) => Promise<{ violations: Found[] }> } };
    const { violations } = await axe.run(document);
    return violations.flatMap((found) =>
      found.nodes
        .slice(0, 3)
        .map((node) => `axe ${found.id}: ${found.help} at ${node.target.join(" ")}: ${node.failureSummary}`),
    );
  });
}
