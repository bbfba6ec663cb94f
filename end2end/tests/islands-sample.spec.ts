// The islands of the sample: a button that stops a load on the server, and a filter for the rows of tables.

import { expect, test, type APIRequestContext, type Page } from "@playwright/test";
import { startServers, type Servers } from "./servers";

let servers: Servers;

test.beforeAll(async () => {
  servers = await startServers({
    "/api/products": "150ms",
    "/api/widgets": "300ms",
    "/api/gizmos": "600ms",
    "/api/products/3": "hang",
  });
});

test.afterAll(() => servers?.stop());

interface Stats {
  requests: number;
  in_flight: number;
  cancelled: number;
}

async function stats(request: APIRequestContext): Promise<Stats> {
  return (await request.get(`${servers.catalog}/api/stats`)).json();
}

/** What goes wrong in a page: errors, panics and warnings. */
function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  return wrong;
}

test.describe("the button", () => {
  test("stops the job of /progress, and the page ends and says so", async ({ page, request }) => {
    const wrong = watch(page);
    const before = await stats(request);
    const start = Date.now();
    await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
    // It has come to the call that never ends.
    await expect(page.getByText("Counting product 3 of 9.")).toBeVisible();
    const button = page.getByRole("button", { name: "Stop the stock-taking" });
    await expect(button).toBeVisible();
    expect(await page.evaluate(() => document.readyState)).toBe("loading");
    expect((await stats(request)).in_flight).toBe(1);

    const answer = page.waitForResponse((response) => response.url().includes("/stop/"));
    await button.click();
    expect((await answer).status()).toBe(204);
    await expect(page.getByRole("status")).toContainText("You have stopped the stock-taking.");
    await page.waitForLoadState("load");
    expect(Date.now() - start).toBeLessThan(7_000);
    await expect.poll(async () => (await stats(request)).in_flight).toBe(0);
    const after = await stats(request);
    expect(after.cancelled).toBe(before.cancelled + 1);

    // The document is whole, and nothing of what ran is left in it.
    await expect(page.locator("footer")).toBeVisible();
    await expect(page.locator("figure.timeline [data-outcome=failed]")).toHaveCount(1);
    await expect(page.locator("progress, template, .running")).toHaveCount(0);
    await expect(page.getByRole("button", { name: /Stop/ })).toHaveCount(0);
    // Nobody calls again.
    await page.waitForTimeout(300);
    expect((await stats(request)).requests).toBe(after.requests);
    expect(wrong).toEqual([]);
  });

  test("is used by the keyboard, and leads on to what came of it", async ({ page }) => {
    await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
    const button = page.getByRole("button", { name: "Stop the stock-taking" });
    await expect(button).toBeVisible();
    // From the last thing before it.
    await page.getByText("Other values").focus();
    await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByText("You have stopped the stock-taking.")).toBeVisible();
    await expect(button).toBeHidden();
    const focused = page.locator(":focus");
    await expect(focused).toContainText("You have stopped the stock-taking.");
    // On from there, and not from the top of the page.
    await page.keyboard.press("Tab");
    await expect(page.locator("pre:focus")).toHaveCount(1);
  });

  test("says that it stops, and that it could not", async ({ page }) => {
    await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
    const button = page.locator(".stop button");
    await expect(button).toBeVisible();
    let answer = () => {};
    await page.route("**/stop/*", async (route) => {
      await new Promise<void>((resolve) => (answer = resolve));
      await route.fulfill({ status: 404 });
    });
    await button.focus();
    await page.keyboard.press("Space");
    await expect(button).toHaveText("Stopping ...");
    await expect(button).toBeDisabled();
    await expect(button).toBeFocused();
    const said = page.locator(".stop [aria-live=polite]");
    await expect(said).toHaveText("Stopping ...");
    // Pressing it again asks for nothing.
    await page.keyboard.press("Space");
    answer();
    await expect(said).toHaveText("It could not be stopped.");
    await expect(button).toHaveText("Stop the stock-taking");
    await expect(button).toBeEnabled();
    await page.unroute("**/stop/*");
    await page.keyboard.press("Space");
    await expect(page.getByText("You have stopped the stock-taking.")).toBeVisible();
  });

  test("stops the gizmos of /gizmos-cancel within their second", async ({ page, request }) => {
    const wrong = watch(page);
    const stopped = page.getByText("You have stopped the gizmos.");
    // There is a second for it. A machine that is busy meanwhile proves nothing, and is asked again.
    await expect(async () => {
      const before = await stats(request);
      await page.goto(`${servers.site}/gizmos-cancel`, { waitUntil: "commit" });
      await page.getByRole("button", { name: "Stop" }).click({ timeout: 900 });
      await expect(stopped).toBeVisible({ timeout: 500 });
      await page.waitForLoadState("load");
      const { in_flight, cancelled } = await stats(request);
      expect([in_flight, cancelled]).toEqual([0, before.cancelled + 1]);
    }).toPass({ timeout: 20_000 });
    await expect(page.locator("table")).toHaveCount(0);
    await expect(page.locator("figure.timeline [data-outcome=failed]")).toHaveCount(1);
    await expect(page.getByRole("button", { name: /Stop/ })).toHaveCount(0);
    expect(wrong).toEqual([]);

    await page.getByRole("link", { name: "Try again" }).click();
    await expect(page.getByRole("cell", { name: "1,250" })).toBeVisible();
    await page.waitForLoadState("load");
    await expect(page.getByRole("button", { name: /Stop/ })).toHaveCount(0);
  });
});

test.describe("the filter", () => {
  /** The rows that can be seen. */
  const rows = (page: Page, table: string) => page.getByRole("region", { name: table }).locator("tbody > tr:visible");

  test("shows the rows in which all words stand, on a page that is ready", async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${servers.site}/products`);
    const input = page.getByLabel("Find products");
    const count = page.locator(".find").getByRole("status");
    await expect(count).toHaveText("All 2 products are shown.");
    await expect(rows(page, "Products")).toHaveCount(2);

    await input.pressSequentially("PRODUCT 2.99");
    await expect(rows(page, "Products")).toHaveText([/Product 2/]);
    await expect(count).toHaveText("1 of 2 products are shown.");
    await input.press("Backspace");
    await input.press("Backspace");
    await input.pressSequentially("5");
    await expect(rows(page, "Products")).toHaveCount(0);
    await expect(count).toHaveText("None of 2 products has this.");

    await input.press("Escape");
    await expect(input).toHaveValue("");
    await expect(input).toBeFocused();
    await expect(rows(page, "Products")).toHaveCount(2);
    await expect(count).toHaveText("All 2 products are shown.");
    // On from there with the keyboard: the table, and the links in it.
    await input.fill("product 2.99");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("region", { name: "Products" })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Product 2" })).toBeFocused();
    expect(wrong).toEqual([]);
  });

  test("works for each table as soon as it is there", async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${servers.site}/pwg-async`, { waitUntil: "commit" });
    await page.getByLabel("Find products").fill("1.99");
    await expect(rows(page, "Products")).toHaveCount(1);
    expect(await page.evaluate(() => document.readyState)).toBe("loading");
    await page.getByLabel("Find widgets").fill("widget 2.88");
    await page.getByLabel("Find gizmos").fill("gizmo 180");
    await page.waitForLoadState("load");
    await expect(rows(page, "Products")).toHaveText([/Product 1/]);
    await expect(rows(page, "Widgets")).toHaveText([/Widget 2/]);
    await expect(rows(page, "Gizmos")).toHaveText([/Gizmo 2/]);
    expect(wrong).toEqual([]);
  });

  test("works in a table that stands in another island", async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${servers.site}/gizmos-cancel`);
    await page.getByLabel("Find gizmos").fill("1,250");
    await expect(rows(page, "Gizmos")).toHaveText([/Gizmo 3/]);
    expect(wrong).toEqual([]);
  });
});

test.describe("what does not run is not shown", () => {
  const controls = ".find, .stop";

  test("without JavaScript", async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    for (const path of ["/products", "/pwg-async", "/gizmos-cancel"]) {
      await page.goto(servers.site + path);
      await expect(page.locator("footer")).toBeVisible();
      await expect(page.locator("table").first()).toBeVisible();
      expect(await page.locator(controls).count()).toBeGreaterThan(0);
      await expect(page.locator(controls).filter({ visible: true })).toHaveCount(0);
    }
    await context.close();
  });

  test("without the WebAssembly", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    for (const path of ["/products", "/pwg-async", "/gizmos-cancel"]) {
      await page.goto(servers.site + path);
      await expect(page.locator("table").first()).toBeVisible();
      expect(await page.locator(controls).count()).toBeGreaterThan(0);
      await expect(page.locator(controls).filter({ visible: true })).toHaveCount(0);
    }
  });
});
