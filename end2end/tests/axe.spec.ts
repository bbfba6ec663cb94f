// What axe finds on every page of the sample: while its parts are being loaded, and when it is complete.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { startServers, type Servers } from "./servers";

/** Nothing worse than this may be found. */
const worse = ["serious", "critical"];

async function check(page: Page, state: string) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations
    .filter(({ impact }) => worse.includes(impact!))
    .map(({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  expect(found, `${page.url()}, ${state}`).toEqual([]);
}

/** Every page that the navigation leads to. */
async function paths(page: Page, site: string): Promise<string[]> {
  await page.goto(site);
  const links = page.locator("#pages a");
  return links.evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
}

async function signIn(page: Page, site: string) {
  await page.goto(`${site}/sign-in`);
  await page.getByLabel("Password").fill("sprocket");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/stock/);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test.describe("with a catalog that answers", () => {
      let servers: Servers;

      test.beforeAll(async () => {
        servers = await startServers({});
      });

      test.afterAll(() => servers?.stop());

      test("every page is accessible when it is complete", async ({ page }) => {
        test.slow();
        const found = await paths(page, servers.site);
        expect(found.length).toBeGreaterThan(12);
        await signIn(page, servers.site);
        for (const path of [...found, "/stock/gizmos/2"]) {
          await page.goto(servers.site + path);
          await check(page, "complete");
          // What runs in the browser has begun to.
          for (const filter of await page.locator(".filter").all()) await expect(filter.getByLabel(/^Find/)).toBeVisible();
          const input = page.getByLabel(/^Find/).first();
          if (await input.isVisible()) {
            await input.fill("nothing has this");
            await check(page, "with a filter that hides all rows");
          }
        }
      });

      test("so is what is shown in place of a page", async ({ page }) => {
        for (const path of ["/nothing", "/products/1?fail=500", "/pwg-async?fail=500", "/pwg-async?delay=abc", "/sign-in"]) {
          await page.goto(servers.site + path);
          await check(page, "failed");
        }
        await page.getByLabel("Password").fill("wrong");
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page.getByRole("alert")).toBeVisible();
        await check(page, "with a wrong password");
      });

      test("so is the navigation of a phone, open", async ({ page }) => {
        await page.setViewportSize({ width: 390, height: 844 });
        await page.goto(servers.site);
        await page.getByRole("button", { name: "Pages" }).click();
        await expect(page.locator("#pages")).toBeVisible();
        await check(page, "with its menu");
      });
    });

    test.describe("with a catalog that hangs", () => {
      let servers: Servers;

      test.beforeAll(async () => {
        const delays: Record<string, string> = {};
        for (const path of ["products", "widgets", "gizmos", "products/1/related", "products/9"]) delays[`/api/${path}`] = "hang";
        servers = await startServers(delays);
      });

      test.afterAll(() => servers?.stop());

      test("every page is accessible while parts of it are missing, and when they are late", async ({ page }) => {
        test.slow();
        await signIn(page, servers.site);
        const found = await paths(page, servers.site);
        const seen: string[] = [];
        for (const path of found) {
          await page.goto(servers.site + path, { waitUntil: "commit" });
          await expect(page.locator("h1")).toBeVisible();
          const waits = page.locator("main [aria-busy=true], main progress");
          if ((await waits.count()) > 0) {
            await check(page, "while parts are missing");
            seen.push(path);
          }
          await page.waitForLoadState("load");
          await check(page, "when parts are late");
        }
        // Some have the state while it is looked at, on a slow machine, too.
        for (const path of ["/pwg-async", "/pwg-sequential", "/products/1", "/progress", "/stock"]) expect(seen).toContain(path);
      });

      test("so is a page with a job that is stopped", async ({ page }) => {
        await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
        const button = page.getByRole("button", { name: "Stop the stock-taking" });
        await expect(button).toBeVisible();
        await check(page, "with the button");
        await page.route("**/stop/*", () => {});
        await button.click();
        await expect(page.locator(".stop [aria-live=polite]")).toHaveText("Stopping ...");
        await check(page, "while it is stopped");
      });
    });
  });
}
