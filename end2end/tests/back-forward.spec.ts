// Going back: the browser shows the page that it has kept, and the islands of it still work.

import { expect, test, type Page } from "@playwright/test";
import config from "../playwright.config";
import { startServers, type Servers } from "./servers";

// Playwright turns the cache off, which visitors do not.
const launchOptions = config.use!.launchOptions!;
test.use({ launchOptions: { ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

let servers: Servers;

test.beforeAll(async () => {
  servers = await startServers({
    "/api/gizmos": "200ms",
    "/api/widgets": "100ms",
    "/api/products": "50ms",
    "/api/products/9": "2s",
  });
});

test.afterAll(() => servers?.stop());

/** Goes on to another page, and back. Says why the browser had not kept the page, if it had not. */
async function leaveAndReturn(page: Page): Promise<string> {
  const address = page.url();
  await page.evaluate(() => {
    addEventListener("pageshow", (event) => ((window as any).persisted = event.persisted));
    (window as any).left = true;
  });
  await page.locator(".brand").click();
  await page.waitForURL(`${servers.site}/`);
  await page.waitForLoadState("load");
  await page.evaluate(() => history.back());
  // A document that is left meanwhile has nothing to say.
  const shown = () => page.evaluate(() => document.readyState === "complete" && location.href).catch(() => "");
  await expect.poll(shown).toBe(address);
  return page.evaluate(() => {
    const { left, persisted } = window as any;
    if (left && persisted) return "kept";
    const [entry] = performance.getEntriesByType("navigation") as any[];
    return JSON.stringify(entry.notRestoredReasons ?? "the browser does not say why");
  });
}

for (const path of ["/pwg-async", "/products", "/gizmos-cancel", "/progress"]) {
  test(`${path} is kept as it was left`, async ({ page }) => {
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    await page.goto(servers.site + path);
    const input = page.getByLabel(/^Find/).first();
    const filters = (await page.locator(".filter").count()) > 0;
    if (filters) {
      await input.fill("nothing has this");
      await expect(page.getByText(/^None of/)).toBeVisible();
    }
    expect(await leaveAndReturn(page)).toBe("kept");

    if (filters) {
      await expect(input).toHaveValue("nothing has this");
      await input.press("Escape");
      await expect(page.getByText(/^All \d+ .* are shown/).first()).toBeVisible();
      const rows = page.locator(".filter").first().locator("tbody > tr:visible");
      // A price or a quantity, which no other row has.
      const cell = await rows.last().locator("td").last().innerText();
      await input.fill(cell);
      await expect(page.getByText(/^1 of \d+ .* are shown/)).toBeVisible();
      await expect(rows).toContainText([cell]);
    }
    await expect(page.getByRole("button", { name: /Stop/ })).toHaveCount(0);
    expect(wrong).toEqual([]);
  });
}

test("what was loading when the visitor left is loaded anew", async ({ page, request }) => {
  await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
  await expect(page.getByRole("button", { name: "Stop the stock-taking" })).toBeVisible();
  await page.evaluate(() => location.assign("/products"));
  await page.waitForURL(`${servers.site}/products`);
  const stats = async () => (await request.get(`${servers.catalog}/api/stats`)).json();
  await expect.poll(async () => (await stats()).in_flight, { timeout: 1500 }).toBe(0);
  await page.evaluate(() => history.back());
  await expect(page.getByRole("button", { name: "Stop the stock-taking" })).toBeVisible();
  await page.getByRole("button", { name: "Stop the stock-taking" }).click();
  await expect(page.getByText("You have stopped the stock-taking.")).toBeVisible();
});
