// A long job whose progress changes in place, until the result takes that place.

import { expect, test } from "@playwright/test";
import { startServers, type Servers } from "./servers";

let servers: Servers;

test.beforeAll(async () => {
  const delays: Record<string, string> = { "/api/products": "150ms", "/api/widgets": "150ms", "/api/gizmos": "150ms" };
  for (let id = 1; id <= 9; id++) delays[`/api/products/${id}`] = "150ms";
  servers = await startServers(delays);
});

test.afterAll(() => servers?.stop());

test("the text and the bar change in place, and the result leaves nothing of them", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));

  // What the visitor sees, at each change of the document, as the browser notes it.
  await page.addInitScript(() => {
    const noted = ((window as any).noted = { seen: [] as [string, number][], places: new Set<Element>() });
    const look = () => {
      const place = document.querySelector("[role=status]");
      const bar = place?.querySelector("progress");
      const text = place?.querySelector("p")?.innerText;
      if (!place || !bar || !text) return;
      noted.places.add(place);
      const last = noted.seen.at(-1);
      if (last?.[0] !== text || last[1] !== bar.value) noted.seen.push([text, bar.value]);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });

  await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
  const status = page.getByRole("status");
  await expect(status.getByText("Counting product")).toBeVisible();
  await expect(status.locator("progress")).toHaveCount(1);
  expect(await page.evaluate(() => document.readyState)).toBe("loading");

  await expect(status.getByText("The stock-taking is done.")).toBeVisible();
  await expect(status.locator("dd").nth(1)).toHaveText("9 products, 324 pieces");
  await page.waitForLoadState("load");

  const { seen, places }: { seen: [string, number][]; places: number } = await page.evaluate(() => {
    const { seen, places } = (window as any).noted;
    return { seen, places: places.size };
  });
  const values = seen.map(([, value]) => value);
  expect(values.length, JSON.stringify(seen)).toBeGreaterThan(4);
  expect(values).toEqual([...values].sort((a, b) => a - b));
  expect(seen.filter(([text]) => text.startsWith("Counting product")).length).toBeGreaterThan(2);
  // It is one place all the time, so that what reads the page aloud notices the changes.
  expect(places).toBe(1);

  await expect(page.locator("progress, .running")).toHaveCount(0);
  await expect(page.locator("template")).toHaveCount(0);
  expect(await status.innerText()).not.toContain("Counting");
  expect(errors).toEqual([]);
});

test("without JavaScript there is only the result", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${servers.site}/progress`);
  await page.waitForURL(/__stream=in-order/);
  await expect(page.getByText("The stock-taking is done.")).toBeVisible();
  await expect(page.locator("progress, .running, template")).toHaveCount(0);
  await expect(page.locator("figure.timeline [data-outcome=complete]")).toHaveCount(1);
  await context.close();
});

test("the job ends when the visitor leaves", async ({ page, request }) => {
  const stats = async () => (await request.get(`${servers.catalog}/api/stats`)).json();
  await page.goto(`${servers.site}/progress`, { waitUntil: "commit" });
  await expect(page.getByText("Counting product")).toBeVisible();
  await page.goto("about:blank");
  await expect.poll(async () => (await stats()).in_flight, { timeout: 1500 }).toBe(0);
  const { requests } = await stats();
  await page.waitForTimeout(500);
  expect((await stats()).requests).toBe(requests);
});
