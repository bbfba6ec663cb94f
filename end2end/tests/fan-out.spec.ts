// A hundred calls, of which some run at once, and their cells.

import { expect, test, type Page } from "@playwright/test";
import { startServers, type Servers } from "./servers";

let servers: Servers;

test.beforeAll(async () => {
  const delays: Record<string, string> = {};
  for (let id = 1; id <= 100; id++) delays[`/api/products/${id}`] = "60ms";
  // The last of them never answers.
  delays["/api/products/100"] = "hang";
  servers = await startServers(delays);
});

test.afterAll(() => servers?.stop());

/** The numbers of the products in their cells, and what became of each. */
async function cells(page: Page): Promise<string[]> {
  const cells = page.locator("ol.cells > li");
  await expect(cells).toHaveCount(100);
  return cells.evaluateAll((cells) =>
    cells.map((cell) => `${cell.querySelector("span")?.textContent} ${(cell as HTMLElement).dataset.outcome}`),
  );
}

const expected = Array.from({ length: 100 }, (_, index) => `${index + 1} ${index < 99 ? "complete" : "late"}`);

test("it counts while it runs, and ends with a hundred cells in their order", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));

  await page.goto(`${servers.site}/fan-out`, { waitUntil: "commit" });
  const bar = page.getByRole("progressbar", { name: "Products that have been asked for" });
  await expect(bar).toBeVisible();
  await expect(page.locator("main [aria-busy=true]")).toHaveCount(1);
  const value = () => bar.evaluate((bar) => (bar as HTMLProgressElement).value);
  await expect.poll(value).toBeGreaterThan(8);
  await expect.poll(value).toBe(99);
  await expect(page.getByText("99 of 100")).toBeVisible();
  expect(await page.evaluate(() => document.readyState)).toBe("loading");

  await page.waitForLoadState("load");
  await expect(page.getByText("99 of 100 are there.")).toBeVisible();
  expect(await cells(page)).toEqual(expected);
  await expect(page.locator("progress, template, main [aria-busy=true]")).toHaveCount(0);
  expect(errors).toEqual([]);

  // A cell leads to its product.
  await page.getByRole("link", { name: "Product 42: 54 in stock" }).click();
  await expect(page).toHaveURL(`${servers.site}/products/42`);
});

test("without JavaScript there are the same cells, and nothing else", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${servers.site}/fan-out`);
  await page.waitForURL(/__stream=in-order/);
  await expect(page.getByText("99 of 100 are there.")).toBeVisible();
  expect(await cells(page)).toEqual(expected);
  await expect(page.locator("progress, template")).toHaveCount(0);
  await context.close();
});
