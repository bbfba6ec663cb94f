import { expect, test } from "@playwright/test";
import { startServers, type Servers } from "./servers";

let servers: Servers;

test.beforeAll(async () => {
  servers = await startServers({
    "/api/products": "600ms",
    "/api/widgets": "1200ms",
    "/api/gizmos": "hang",
  });
});

test.afterAll(() => servers?.stop());

test("the tables appear one by one while the response is open, and the late one shows its text", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));

  // What the visitor sees, at each change of the document, as the browser notes it.
  await page.addInitScript(() => {
    const seen: string[] = ((window as any).seen = []);
    const look = () => {
      const shown = ["Product 1", "Widget 1", "Gizmo 1"].filter((name) => document.querySelector("main")?.innerText.includes(name));
      const state = `${shown.length} ${document.readyState}`;
      if (seen.at(-1) !== state) seen.push(state);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    addEventListener("load", look);
  });

  const start = Date.now();
  await page.goto(`${servers.site}/pwg-async`, { waitUntil: "commit" });
  const main = page.locator("main");

  // The page is there, all three places wait.
  await expect(main.getByRole("heading", { name: "Products" })).toBeVisible();
  await expect(main.locator("[aria-busy=true]")).toHaveCount(3);
  await expect(main.getByText("Product 1")).toBeVisible();
  await expect(main.locator("[aria-busy=true]")).toHaveCount(2);
  expect(await page.evaluate(() => document.readyState)).toBe("loading");
  await expect(main.getByText("Widget 1")).toBeVisible();
  await expect(main.locator("[aria-busy=true]")).toHaveCount(1);
  expect(await page.evaluate(() => document.readyState)).toBe("loading");

  // At the deadline the document ends, with a text where the gizmos would be.
  await page.waitForLoadState("load");
  const took = Date.now() - start;
  await expect(main.locator("[aria-busy=true]")).toHaveCount(0);
  await expect(main.locator(".late")).toHaveCount(1);
  await expect(main.getByText("Gizmo 1")).toHaveCount(0);
  expect(took).toBeGreaterThanOrEqual(1900);
  expect(took).toBeLessThan(10_000);

  const seen: string[] = await page.evaluate(() => (window as any).seen);
  const order = ["0 loading", "1 loading", "2 loading", "2 complete"].map((state) => seen.indexOf(state));
  expect(order, seen.join(", ")).not.toContain(-1);
  expect(order).toEqual([...order].sort((a, b) => a - b));

  // Nothing of the machinery is left in the document, and no script has complained.
  expect(await page.locator("template").count()).toBe(0);
  expect(await page.locator("table").count()).toBe(2);
  expect(errors).toEqual([]);
});

test("the timeline shows every load, the late one too", async ({ page }) => {
  await page.goto(`${servers.site}/pwg-async`);
  const outcomes = page.locator("figure.timeline [data-outcome]");
  await expect(outcomes).toHaveCount(3);
  expect(await outcomes.evaluateAll((bars) => bars.map((bar) => bar.getAttribute("data-outcome")).sort())).toEqual([
    "complete",
    "complete",
    "late",
  ]);
});

test("a late part does not keep the visitor from leaving", async ({ page, request }) => {
  const before = await (await request.get(`${servers.catalog}/api/stats`)).json();
  await page.goto(`${servers.site}/pwg-async`, { waitUntil: "commit" });
  await expect(page.getByText("Product 1")).toBeVisible();
  await page.goto("about:blank");
  await expect
    .poll(async () => (await (await request.get(`${servers.catalog}/api/stats`)).json()).in_flight, { timeout: 1500 })
    .toBe(0);
  const after = await (await request.get(`${servers.catalog}/api/stats`)).json();
  expect(after.cancelled).toBeGreaterThan(before.cancelled);
});
