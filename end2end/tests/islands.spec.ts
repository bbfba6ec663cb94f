// Islands in every place that a page has, with data and without.
import { expect, test, type Page } from "@playwright/test";
import { startIslands, type Places } from "./servers";

let site: Places;
test.beforeAll(async () => {
  site = await startIslands();
});
test.afterAll(() => site.stop());

/** What goes wrong in a page: errors, panics and warnings. */
function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  return wrong;
}

const button = (page: Page, name: string) => page.locator(`[data-test="${name}"] button, button[data-test="${name}"]`).first();

/** Presses the button of an island until it counts: it does nothing before the island has started. */
async function counts(page: Page, name: string, from: number) {
  const it = button(page, name);
  await expect(it).toHaveText(String(from));
  await expect(async () => {
    await it.click();
    await expect(it).not.toHaveText(String(from), { timeout: 100 });
  }).toPass({ timeout: 10_000 });
}

for (const mode of ["", "/in-order", "/off"]) {
  test(`islands run everywhere${mode}`, async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${site.address}/everywhere${mode}`);
    for (const [name, from] of [
      ["header", 0],
      ["header-data", 0],
      ["critical", 10],
      ["ready", 1],
      ["soon", 50],
      ["soon-data", 0],
      ["panel", 0],
      ["inner", 0],
      ["in-panel", 0],
      ["inner-soon", 0],
      ["panel-soon", 0],
      ["inner-deep", 0],
      ["inner-later", 0],
      ["later", 200],
    ] as const)
      await counts(page, name, from);
    // An island in another one's children sees its contexts: the panel was pressed.
    const clicks = await button(page, "panel").textContent();
    for (const name of ["inner", "inner-soon", "inner-later"])
      await expect(page.locator(`[data-test="${name}"] > i`)).toHaveText(clicks!);
    for (const name of ["inner", "inner-soon", "inner-deep", "inner-later"])
      await expect(page.locator(`[data-test="${name}"] > b`)).toHaveText(`inner ${name} from the server`);
    await expect(page.locator('[data-test="soon-data"] > p')).toHaveText("soon-data from the server");
    await expect(page.locator('[data-test="panel"] > h3')).toHaveText("panel panel from the server");
    expect(wrong).toEqual([]);
  });
}

test("islands of the shell run before slow parts arrive, and those in parts as they arrive", async ({ page }) => {
  await page.goto(`${site.address}/everywhere`, { waitUntil: "commit" });
  const started = (name: string) =>
    page.waitForFunction(
      (name) => {
        const found = document.querySelector(`[data-test="${name}"]`)?.closest("leptos-island") as any;
        return found?.$$started && { later: document.querySelector('[data-test="later"]') != null, at: performance.now(), soon: document.querySelector('[data-test="soon"]') != null };
      },
      name,
      { polling: 10 },
    );
  const header = await (await started("header")).jsonValue();
  const panel = await (await started("inner")).jsonValue();
  const soon = await (await started("soon")).jsonValue();
  console.log(`header after ${header.at.toFixed()} ms, soon after ${soon.at.toFixed()} ms`);
  expect(header.later || panel.later || soon.later).toBe(false);
  await counts(page, "header", 0);
  await expect(page.locator('[data-test="later"]')).toHaveCount(0);
  await counts(page, "later", 200);
});

const from = (page: Page, name: string, selector: string) => page.locator(`[data-test="${name}"] ${selector}`);

for (const mode of ["", "/in-order", "/off", "/late"]) {
  test(`each island has its own data${mode}`, async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${site.address}/data${mode}`);
    for (const name of ["above", "below", "slow"]) {
      await counts(page, name, 0);
      await expect(from(page, name, "p")).toHaveText(`${name} from the server`);
    }
    for (const name of ["in-closure", "in-suspense"]) {
      await counts(page, name, 0);
      await expect(from(page, name, "p")).toHaveText(`${name} from the server`);
    }
    await expect(from(page, "many", "p")).toHaveText("many first 0 from the server");
    await expect(from(page, "many", "u")).toHaveText("many once from the server");
    await expect(from(page, "many", "s")).toHaveText("many shared from the server");
    await counts(page, "many", 0);
    await expect(from(page, "many", "p")).toHaveText(/many first \d from the browser/);
    await expect(from(page, "many", "u")).toHaveText("many once from the server");
    // What failed on the server is shown as it failed; another try is made in the browser.
    await expect(from(page, "failing", ".error")).toContainText("no \"'></p></script><script>window.pwned=1</script>");
    await counts(page, "failing", 0);
    await expect(from(page, "failing", ".fine")).toHaveText(/try \d from the browser/);
    for (const name of ["local", "local-too"]) {
      await counts(page, name, 0);
      await expect(from(page, name, "p")).toHaveText(`${name} from the browser`);
    }
    await counts(page, "then-local", 0);
    await expect(from(page, "then-local", "p")).toHaveText("first from the server, local from the browser");
    await counts(page, "of-leptos", 0);
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(wrong).toEqual([]);
  });
}

test("parts that are rendered at once do not take each other's data", async ({ page }) => {
  const wrong = watch(page);
  await page.goto(`${site.address}/parallel`);
  for (let number = 0; number < 20; number++) {
    await counts(page, `part-${number}`, 0);
    await expect(from(page, `part-${number}`, "p")).toHaveText(`part-${number} from the server`);
    await expect(from(page, `many-${number}`, "p")).toHaveText(`many-${number} first 0 from the server`);
    await expect(from(page, `many-${number}`, "u")).toHaveText(`many-${number} once from the server`);
    await expect(from(page, `many-${number}`, "s")).toHaveText(`many-${number} shared from the server`);
    await counts(page, `many-${number}`, 0);
  }
  expect(wrong).toEqual([]);
});

test("hostile props and data do nothing", async ({ page }) => {
  const wrong = watch(page);
  await page.goto(`${site.address}/hostile`);
  const hostile = "\"'></p></script><script>window.pwned=1</script><!--<script>\u2028\\\"&amp;\\u003c";
  for (const name of ["early", "late"]) {
    const it = page.locator(`[data-test="${name}"]`);
    await expect(it.locator("p")).toHaveText(hostile);
    await expect(it).toHaveAttribute("title", hostile);
    await expect(async () => {
      await it.locator("button").click();
      await expect(it.locator("output")).toHaveText(hostile, { timeout: 100 });
    }).toPass();
  }
  await counts(page, "failing", 0);
  expect(await page.evaluate("window.pwned")).toBeUndefined();
  expect(await page.evaluate(() => document.querySelector("title")!.textContent)).toBe(hostile);
  expect(wrong).toEqual([]);
});

test("an island whose data do not come stays as it is, and the others run", async ({ page }) => {
  const wrong = watch(page);
  await page.goto(`${site.address}/never`);
  await counts(page, "beside", 0);
  await expect(from(page, "never", "p")).toHaveText("wait");
  await button(page, "never").click();
  await expect(button(page, "never")).toHaveText("0");
  expect(wrong).toEqual([]);
});

test("without JavaScript everything is shown", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.address}/everywhere/off`);
  await expect(button(page, "later")).toHaveText("200");
  await context.close();
});

test.describe("in a document without islands around the page", () => {
  let plain: Places;
  test.beforeAll(async () => {
    plain = await startIslands({ PLAIN_SHELL: "1" });
  });
  test.afterAll(() => plain.stop());

  test("a page without islands has nothing of them", async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const html = await (await page.goto(`${plain.address}/none`))!.text();
    await expect(page.locator("main")).toContainText("5");
    expect(html).not.toContain("wasm");
    expect(html).not.toContain("leptos-island");
    expect(await page.evaluate("typeof $i")).toBe("undefined");
    expect(asked.filter((path) => path.includes("pkg"))).toEqual([]);
  });

  test("an island with nothing behind it runs before the document is at its end", async ({ page }) => {
    await page.goto(`${plain.address}/last`, { waitUntil: "commit" });
    await counts(page, "last", 0);
    expect(await page.evaluate("document.readyState")).toBe("loading");
    await expect(page.locator("main")).toContainText("later");
    await expect(page.locator("script")).toHaveCount(0);
  });

  test("marks that somebody has written into the page are none", async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${plain.address}/forged`);
    await expect(page.locator(".place")).toHaveText("came after 5");
    await expect(page.locator("h2")).toHaveText("Heading");
    await expect(page.locator("b")).toHaveText("precious");
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(wrong).toEqual([]);
  });

  test("the first island may come with a late part", async ({ page }) => {
    const wrong = watch(page);
    await page.goto(`${plain.address}/only-late`);
    await counts(page, "late", 7);
    expect(wrong).toEqual([]);
  });
});
