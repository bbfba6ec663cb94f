// Places in all kinds of surroundings, in every mode, with JavaScript and without.

import { expect, test, type Browser, type Page } from "@playwright/test";
import { startPlaces, type Places } from "./servers";

let places: Places;

test.beforeAll(async () => {
  places = await startPlaces();
});

test.afterAll(() => places?.stop());

interface Way {
  name: string;
  suffix: string;
  javaScriptEnabled: boolean;
}

const ways: Way[] = [
  { name: "out of order", suffix: "", javaScriptEnabled: true },
  { name: "in order", suffix: "/in-order", javaScriptEnabled: true },
  { name: "as one document", suffix: "/off", javaScriptEnabled: true },
  { name: "out of order without JavaScript", suffix: "", javaScriptEnabled: false },
  { name: "in order without JavaScript", suffix: "/in-order", javaScriptEnabled: false },
  { name: "as one document without JavaScript", suffix: "/off", javaScriptEnabled: false },
];

/** Opens a page and waits for its end. Errors of scripts fail the test. */
async function open(browser: Browser, way: Way, path: string): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: way.javaScriptEnabled });
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${places.address}${path}${way.suffix}`);
  if (!way.javaScriptEnabled && way.suffix === "") await page.waitForURL(/__stream=in-order/);
  await expect(page.locator("#end")).toHaveText("end");
  await page.waitForLoadState("load");
  return page;
}

let errors: string[] = [];

test.beforeEach(() => {
  errors = [];
});

for (const way of ways) {
  test(`500 places three deep in a table stand where they belong: ${way.name}`, async ({ browser }) => {
    const page = await open(browser, way, "/table");
    const rows = page.locator("main > table > tbody > tr");
    await expect(rows).toHaveCount(100);
    // Each row as its children, each cell as its HTML, without Leptos' marks.
    const found = await rows.evaluateAll((rows) =>
      rows.map((row) =>
        Array.from(row.children, (cell) => `${cell.localName}: ${cell.innerHTML.replace(/<!--.*?-->/g, "")}`),
      ),
    );
    const expected = found.map((_, row) => [
      `th: row ${row}`,
      `td: cell ${row}/1, <b>deep ${row}/1</b>`,
      `td: cell ${row}/2, <b>deep ${row}/2</b>`,
    ]);
    expect(found).toEqual(expected);
    await expect(page.locator("main > *")).toHaveCount(3);
    await expect(page.locator(".wait")).toHaveCount(0);
    await expect(page.locator("template[id^='p:']")).toHaveCount(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test(`places stand in elements and views of all kinds: ${way.name}`, async ({ browser }) => {
    const page = await open(browser, way, "/surroundings");
    const html = (id: string) =>
      page.locator(`#${id}`).evaluate((element) => element.innerHTML.replace(/<!--.*?-->/g, "").replace(/<!>/g, ""));

    expect(await html("paragraph")).toBe("in a paragraph <b>bold</b>, and on");
    expect(await html("inline")).toBe('<span><a href="#end"><b>link</b></a></span>');
    expect(await html("list")).toBe("<li>item 0</li><li>item 1</li><li>item 2</li>");
    expect(await html("terms")).toBe("<dt>term</dt><dd>meaning</dd>");
    expect(await html("sections")).toBe(
      '<caption>caption</caption><colgroup><col class="column"></colgroup>' +
        "<thead><tr><th>head</th></tr></thead><tbody><tr><td>body</td></tr></tbody>",
    );
    expect(await html("details")).toBe("<summary><b>summary</b></summary><b>details</b>");
    expect(await html("button")).toBe("<b>press</b>");
    expect(await html("pre")).toBe("<b>pre</b>");
    expect(await html("heading")).toBe("<b>heading</b>");
    expect(await html("spread")).toBe('<b class="spread">spread</b>');
    await expect(page.locator("#select > option")).toHaveText(["one", "two"]);
    await expect(page.locator("#select > optgroup > option")).toHaveText(["in a group"]);
    await expect(page.locator("#select")).toHaveValue("2");

    // A fallback may be gone before its own places are filled.
    expect(await html("suspense")).toBe("<u>waited </u><b>in a suspend</b><b>beside</b>");
    expect(await html("inside")).toBe("outer <u>waited </u><b>in a suspend</b>");
    expect(await html("boundary")).toBe("<b>in a boundary</b><b>in its fallback</b>");
    expect(await html("for")).toBe("<b>for</b><b>for</b><b>for</b>");
    for (const [id, text] of [["any", "any"], ["either", "left"], ["closure", "closure"], ["show", "show"], ["option", "option"]]) {
      expect(await html(id)).toBe(`<b>${text}</b>`);
    }
    await expect(page.locator("#island > leptos-island > section")).toHaveText("in an island");
    await expect(page.locator("#beside > leptos-island > section")).toHaveText("quiet");
    await expect(page.locator("#beside > b")).toHaveText("beside an island");
    await expect(page.locator("#late-island > leptos-island > section")).toHaveText("late inner");

    // Where no template can stand.
    await expect(page.locator("#svg > circle")).toHaveAttribute("r", "7");
    expect(await page.locator("#svg > circle").evaluate((circle) => circle.namespaceURI)).toBe("http://www.w3.org/2000/svg");
    await expect(page.locator("#textarea")).toHaveValue("words");
    expect(await page.locator("#shadow").evaluate((host) => host.shadowRoot!.innerHTML)).toBe("<b>shadow</b>");

    await expect(page.locator(".wait")).toHaveCount(0);
    await expect(page.locator("template[id^='p:']")).toHaveCount(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });
}
