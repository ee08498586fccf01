import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import {
  type Browser,
  type BrowserContextOptions,
  type BrowserType,
  chromium,
  type Page,
} from "playwright-core";
import { createApi } from "../../client/api.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { createSystemClock } from "../../gateway/clock.ts";
import type { Role } from "../../gateway/types.ts";
import { loadCommunity } from "../../simulators/community.ts";
import { type Fleet, startFleet } from "../../simulators/fleet.ts";
import { registerDevices } from "../../simulators/register.ts";
import { registerPlans } from "../../simulators/register-plans.ts";
import { simulatorSettings } from "../../simulators/settings.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

/** A gateway with a living community, and a browser in front of it. */
export interface Stage {
  readonly gateway: TestGateway;
  readonly fleet: Fleet;
  /** Opens a page as a person of this role who has logged in; without a role as nobody. */
  open(options?: { role?: Role } & BrowserContextOptions): Promise<Visitor>;
  close(): Promise<void>;
}

/** A page and what went wrong on it. */
export interface Visitor {
  readonly page: Page;
  /** Errors of scripts and of the policy, in words; tests expect none. */
  readonly faults: string[];
  /** Shows a path of the gateway, or of a proxy before it, and waits until the stream is live. */
  show(path: string, base?: string): Promise<void>;
  /** Things to be hit that are shown and lower than so many px, as HTML. */
  lowerThan(selector: string, px: number): Promise<string[]>;
  /** What axe calls serious or critical, in words. */
  barriers(): Promise<string[]>;
  /** Keeps a picture of what is shown. */
  shot(name: string): Promise<void>;
}

/** A phone in a hand. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
/** A screen on a desk. */
export const desk: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

const password = "a short sentence";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts everything; `chromiumPath` is what `findChromium` found. */
export async function openStage(chromiumPath: string): Promise<Stage> {
  const gateway = await openTestGateway();
  const fleet = await startCommunity(gateway);
  const browser = await launch(chromium, chromiumPath);
  return {
    gateway,
    fleet,
    async open({ role, ...options } = {}) {
      const visitor = await openVisitor(browser, gateway.url, options);
      if (role !== undefined) {
        const invite = async (person: object) =>
          (await gateway.call<Invited>("POST", "/people", person)).body.link.url;
        await logIn(visitor.page, gateway.url, role, invite);
      }
      return visitor;
    },
    async close() {
      await browser.close();
      await fleet.stop("vanish");
      await gateway.stop();
    },
  };
}

/** Starts the browser without a window. */
export function launch(type: BrowserType, executablePath: string): Promise<Browser> {
  // Inside containers tests run as root, where Chromium's own sandbox does not start.
  return type.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

async function startCommunity(gateway: TestGateway): Promise<Fleet> {
  const settings = simulatorSettings.parse({});
  const catalogue = await loadCatalogue();
  const community = await loadCommunity();
  const api = createApi({ url: gateway.url, token: gateway.token, timeoutMs: settings.connectTimeoutMs });
  const devices = await registerDevices({
    ...{ api, ...community, credentialsFile: join(gateway.dataDir, "credentials.json") },
  });
  await registerPlans(api, community.site.id, community.plans);
  const fleet = startFleet({
    ...{ url: gateway.mqttUrl, devices, catalogue, seed: "stage", clock: createSystemClock(), settings },
    // Everybody has said something within seconds.
    speed: 60,
  });
  await fleet.ready;
  return fleet;
}

/** Opens a page in a context of its own; `home` is where its paths belong to. */
export async function openVisitor(
  browser: Browser,
  home: string,
  options: BrowserContextOptions,
): Promise<Visitor> {
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  return {
    page,
    faults,
    async show(path, base = home) {
      await page.goto(base + path);
      await page.locator("[role=status].live").waitFor();
    },
    async lowerThan(selector, px) {
      return page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < ${px}).map((one) => one.outerHTML)`,
      );
    },
    async barriers() {
      // A script tag would be refused by the policy of the page.
      await page.evaluate(axe);
      const { violations } = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] })",
      )) as AxeResults;
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
        );
    },
    async shot(name) {
      await page.screenshot({ path: join(shotFolder(), `${name}.png`) });
    },
  };
}

/** What the API answers to an invitation. */
export interface Invited {
  readonly link: { readonly url: string };
}

/** The way of a person: an invitation, a password, the log-in page. `invite` makes the invitation and tells its link. */
export async function logIn(
  page: Page,
  home: string,
  role: Role,
  invite: (person: object) => Promise<string>,
): Promise<void> {
  const login = `${role}-${Math.random().toString(36).slice(2, 8)}`;
  const link = await invite({ login, name: `${login} 王`, grants: [{ role }] });
  await page.goto(home + new URL(link).pathname);
  await page.locator("input[name=password]").fill(password);
  await page.locator("form button").click();
  await page.waitForURL(`${home}/`);
}

let folder: string | undefined;

/** `npm run screens` keeps the pictures in docs/screens; any other run throws them into a temporary folder. */
function shotFolder(): string {
  folder ??= process.env.LINLI_SHOTS ?? mkdtempSync(join(tmpdir(), "linli-shots-"));
  mkdirSync(folder, { recursive: true });
  return folder;
}
