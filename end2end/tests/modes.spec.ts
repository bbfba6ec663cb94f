// Every page of the sample in each of its ways: with JavaScript, without, and as crawlers get it.

import { expect, test, type Browser, type Page } from "@playwright/test";
import { startServers, type Servers } from "./servers";

const pages = [
  "/",
  "/pwg",
  "/pwg-async",
  "/pwg-sequential",
  "/gizmos",
  "/gizmos-async",
  "/gizmos-cancel",
  "/products",
  "/products/1",
  "/widgets",
  "/fan-out",
  "/progress",
];

/** Pages that no script puts together, whoever asks. */
const scriptless = ["/", "/pwg", "/gizmos", "/gizmos-async", "/products", "/widgets"];

/** What stands in the page, but for the measured timeline and what is there for scripts only. */
async function content(page: Page): Promise<string> {
  return page.locator("main").evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    copy.querySelectorAll("figure.timeline, script, template, .find, .stop").forEach((element) => element.remove());
    // Each visitor's loads have numbers of their own.
    copy.querySelectorAll("leptos-island").forEach((island) => island.removeAttribute("data-props"));
    // What is no text counts as well: the elements, in their order, without the marks between texts.
    return copy.innerHTML.replace(/<!--.*?-->/g, "").replace(/\s+/g, " ");
  });
}

interface Seen {
  content: string;
  /** Whether scripts have put late parts into their places. */
  scripts: number;
  url: string;
  /** How long the last document took, from its request to its last byte, in milliseconds. */
  took: number;
  /** The same from the first request, which may be for another document. */
  total: number;
  /** How often the browser has said that it runs no scripts. */
  ends: number;
}

async function see(browser: Browser, address: string, options: { javaScriptEnabled?: boolean; userAgent?: string }): Promise<Seen> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  let took = 0;
  let ends = 0;
  page.on("request", (request) => {
    if (request.url().includes("__stream=end-")) ends += 1;
  });
  page.on("requestfinished", (request) => {
    if (request.isNavigationRequest()) took = request.timing().responseEnd;
  });
  const start = Date.now();
  await page.goto(address);
  if (options.javaScriptEnabled === false) {
    // The first document ends when the site knows, and then the refresh in its head is followed.
    await page.waitForLoadState("networkidle");
  }
  await page.waitForLoadState("load");
  const total = Date.now() - start;
  await expect(page.locator("footer")).toBeVisible();
  const seen = {
    content: await content(page),
    // They leave nothing behind but their function.
    scripts: await page.evaluate(() => (typeof (window as any).$p == "function" ? 1 : 0)),
    url: page.url(),
    took,
    total,
    ends,
  };
  await context.close();
  return seen;
}

test.describe("with a catalog that answers", () => {
  let servers: Servers;

  test.beforeAll(async () => {
    servers = await startServers({
      "/api/products": "150ms",
      "/api/products/1": "50ms",
      "/api/products/1/related": "100ms",
      "/api/widgets": "250ms",
      "/api/gizmos": "200ms",
      "/api/products/100": "100ms",
    });
  });

  test.afterAll(() => servers?.stop());

  for (const path of pages) {
    test(`${path} is the same for everybody`, async ({ browser }) => {
      const address = servers.site + path;
      const scripted = await see(browser, address, {});
      const plain = await see(browser, address, { javaScriptEnabled: false });
      const crawler = await see(browser, address, { userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1)" });

      expect(scripted.content.length).toBeGreaterThan(200);
      expect(plain.content).toBe(scripted.content);
      expect(crawler.content).toBe(scripted.content);

      expect(plain.scripts).toBe(0);
      expect(crawler.scripts).toBe(0);
      const needsScript = !scriptless.includes(path);
      expect(scripted.scripts > 0).toBe(needsScript);
      expect(plain.url.includes("__stream=in-order")).toBe(needsScript);
      expect(scripted.url).toBe(address);
      // Only a browser without scripts ends the first document.
      expect(scripted.ends).toBe(0);
      expect(plain.ends).toBe(needsScript ? 1 : 0);
    });
  }

  test("the synchronous page has the same main element as the asynchronous one, but for the timeline", async ({ browser }) => {
    const [synchronous, asynchronous] = [
      await see(browser, `${servers.site}/gizmos`, {}),
      await see(browser, `${servers.site}/gizmos-async`, {}),
    ];
    expect(synchronous.content).toContain("Gizmo 1");
    expect(asynchronous.content).toBe(synchronous.content);
  });

  test("the style sheet is there without a build", async ({ page }) => {
    const sheets: string[] = [];
    page.on("response", (response) => {
      const type = response.headers()["content-type"] ?? "";
      if (type.startsWith("text/css")) sheets.push(`${response.status()} ${type}`);
    });
    await page.goto(servers.site);
    expect(sheets).toEqual(["200 text/css; charset=utf-8"]);
    const family = await page.locator("body").evaluate((body) => getComputedStyle(body).fontFamily);
    expect(family).not.toContain("Times");
  });
});

test.describe("with a catalog that hangs", () => {
  let servers: Servers;

  test.beforeAll(async () => {
    servers = await startServers({ "/api/widgets": "hang", "/api/gizmos": "hang" });
  });

  test.afterAll(() => servers?.stop());

  for (const [path, deadline] of [
    ["/pwg-async", 2000],
    ["/gizmos-cancel", 1000],
    ["/widgets", 2000],
  ] as const) {
    test(`${path} ends by its deadline without JavaScript, too`, async ({ browser }) => {
      const address = servers.site + path;
      const scripted = await see(browser, address, {});
      const plain = await see(browser, address, { javaScriptEnabled: false });
      expect(plain.content).toBe(scripted.content);
      // The network is quiet half a second after the last document.
      expect(plain.total).toBeLessThan(deadline + 2300);
      for (const { took } of [scripted, plain]) {
        expect(took).toBeGreaterThanOrEqual(deadline - 100);
        // 50 ms are promised; the rest is for a loaded machine.
        expect(took).toBeLessThan(deadline + 500);
      }
    });
  }
});
