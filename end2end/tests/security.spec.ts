// Hostile data in a browser, and the policy: nothing of the data runs, all of it is seen, and no page of ours breaks
// what the policy says.

import { createServer, type Server } from "node:http";
import { createHash } from "node:crypto";
import type { AddressInfo, Socket } from "node:net";
import { expect, test, type Browser, type Page } from "@playwright/test";
import config from "../playwright.config";
import { startExample, startServers, type Places, type Servers } from "./servers";

// Playwright turns the cache for the way back off, which visitors do not.
const launchOptions = config.use!.launchOptions!;
test.use({ launchOptions: { ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

let hostile: Places;
let strings: string[];

test.beforeAll(async () => {
  hostile = await startExample("hostile");
  strings = await (await fetch(`${hostile.address}/strings`)).json();
});

test.afterAll(() => hostile?.stop());

/** A page that notes what the policy has kept from running, and what went wrong. */
interface Watched {
  page: Page;
  violations(): Promise<string[]>;
  errors: string[];
}

async function watch(browser: Browser, options = {}): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  const noted: string[] = [];
  page.on("dialog", (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.exposeFunction("noteViolation", (violation: string) => noted.push(violation));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
      void (window as any).noteViolation(`${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`);
    });
  });
  return { page, errors, violations: async () => (await page.evaluate(() => 0), noted) };
}

const pwned = (page: Page) => page.evaluate(() => (window as any).pwned);
const texts = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((elements) => elements.map((element) => element.textContent));

/** A title has no line breaks and no spaces beside each other. */
const asTitle = (text: string) => text.replace(/[\t\n\f\r ]+/g, " ").trim();

for (const way of ["", "/in-order", "/off"]) {
  test(`hostile data is text in every place: /everywhere${way}`, async ({ browser }) => {
    const { page, errors, violations } = await watch(browser);
    // The address is a visitor's own, or that of a link which somebody has sent.
    const query = `?a="><script>window.pwned=1</script>'&b=</script>`;
    const answer = await page.goto(`${hostile.address}/everywhere${way}${query}`);
    await expect(page.locator("#end")).toHaveText("end");
    await page.waitForLoadState("load");

    for (const list of ["#early", "#late", "#suspended"]) {
      expect(await texts(page, `${list} > li`), list).toEqual(strings);
      const items = page.locator(`${list} > li`);
      for (const name of ["title", "data-text"]) {
        const values = await items.evaluateAll((items, name) => items.map((item) => item.getAttribute(name)), name);
        expect(values, `${list} ${name}`).toEqual(strings);
      }
      const inputs = await items.locator("input").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).placeholder));
      expect(inputs, list).toEqual(strings);
      const links = await items.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      expect(links, list).toEqual(strings.map((text) => `/?${text}`));
    }
    expect(await texts(page, "#rows td")).toEqual(strings);
    expect(await texts(page, "#options option")).toEqual(strings);
    expect(await page.title()).toBe(asTitle(`late ${strings.join(" ")}`));
    expect(await page.locator("meta[name=description]").getAttribute("content")).toBe(strings.join(" "));
    const all = `the upstream said ${strings.join(" ")}`;
    expect(await page.locator("#error").textContent()).toContain(all);
    expect(await page.locator("#default-error").textContent()).toContain(all);
    expect(await page.locator("#record").textContent()).toContain(`/everywhere${way}`);
    expect(await page.locator("#address").textContent()).toContain("window.pwned=1");

    // Of the elements in the data there is none.
    expect(await page.locator("img, svg, body[onload], main script:not([nonce])").count()).toBe(0);
    expect(await pwned(page)).toBeUndefined();
    expect(await violations()).toEqual([]);
    expect(errors).toEqual([]);
    expect(answer!.headers()["content-security-policy"]).toMatch(
      // Nothing in the whole document is a script.
      way === "/off" ? /^script-src 'none'; / : /^script-src 'nonce-[\w-]{22}' 'strict-dynamic'; /,
    );
    await page.context().close();
  });

  test(`the policy keeps what nobody escapes from running: /raw${way}`, async ({ browser }) => {
    const { page, errors, violations } = await watch(browser);
    await page.goto(`${hostile.address}/raw${way}`);
    await page.waitForLoadState("load");
    await page.evaluate(() => document.querySelector<HTMLElement>("#link")!.click());
    await page.mouse.move(5, 5);
    await page.waitForTimeout(200);
    expect(await pwned(page)).toBeUndefined();
    expect((await violations()).length).toBeGreaterThan(3);
    // Of the pictures in the data there is none.
    expect(errors.filter((error) => !/Content Security Policy|status of 404/.test(error))).toEqual([]);
    await page.context().close();
  });
}

test("a hostile title, and hostile errors and addresses on error pages, are text", async ({ browser }) => {
  const { page, errors, violations } = await watch(browser);
  await page.goto(`${hostile.address}/title`);
  expect(await page.title()).toBe(asTitle(strings.join(" ")));

  await page.goto(`${hostile.address}/failing`);
  await expect(page.locator("h1")).toContainText("500");
  expect(await page.locator("li").allTextContents()).toContain(`the upstream said ${strings.join(" ")}`);

  await page.goto(`${hostile.address}/nowhere/%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E?"><script>window.pwned=1</script>`);
  await expect(page.locator("h1")).toContainText("404");

  expect(await pwned(page)).toBeUndefined();
  expect(await violations()).toEqual([]);
  // A browser notes the statuses themselves.
  expect(errors.filter((error) => !/status of (404|500)/.test(error))).toEqual([]);
  await page.context().close();
});

test("visitors without JavaScript see the same texts", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${hostile.address}/everywhere?a="><script>'&b=</noscript><p id=broken>`);
  await page.waitForURL(/__stream=in-order/);
  await expect(page.locator("#end")).toHaveText("end");
  for (const list of ["#early", "#late"]) expect(await page.locator(`${list} > li`).allTextContents()).toEqual(strings);
  expect(await page.locator("#broken").count()).toBe(0);
  await context.close();
});

// Islands: what hostile props and data do is tested where the islands are (`islands.spec.ts`).

test("the pages of the sample break nothing that the policy says", async ({ browser }) => {
  const servers: Servers = await startServers({ "/api/products": "50ms", "/api/widgets": "100ms", "/api/gizmos": "150ms" });
  try {
    const { page, errors, violations } = await watch(browser);
    await page.goto(servers.site);
    const links = await page.locator("nav#pages a").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
    expect(links.length).toBeGreaterThan(10);
    const trials = ["", "?delay=300ms", "?delay=10s", "?status=500"];
    const others = ["/sign-in", "/nowhere", "/products/999", "/products/x", "/stock/nowhere"];
    for (const path of [...links.flatMap((link) => trials.map((trial) => `${link}${trial}`)), ...others]) {
      if (path.includes("10s") && !/gizmos-cancel|pwg-async|products\/1/.test(path)) continue;
      const answer = await page.goto(`${servers.site}${path}`);
      await page.waitForLoadState("load");
      const policy = answer!.headers()["content-security-policy"];
      expect(policy, path).toMatch(/^script-src ('nonce-|'none')/);
      expect(answer!.headers()["x-content-type-options"], path).toBe("nosniff");
      expect(await violations(), path).toEqual([]);
      const nonces = await page.evaluate(() => [...document.scripts].map((script) => script.nonce));
      for (const nonce of nonces) expect(policy, path).toContain(`'nonce-${nonce}'`);
    }
    expect(errors.filter((error) => !/status of [45]\d\d/.test(error))).toEqual([]);
    await page.context().close();
  } finally {
    servers.stop();
  }
});

test("the pages full of places break nothing that the policy says", async ({ browser }) => {
  const places = await startExample("places");
  try {
    const { page, errors, violations } = await watch(browser);
    for (const path of ["/", "/table", "/table/in-order", "/table/off", "/surroundings", "/surroundings/in-order", "/surroundings/off"]) {
      await page.goto(`${places.address}${path}`);
      await page.waitForLoadState("load");
      expect(await violations(), path).toEqual([]);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  } finally {
    places.stop();
  }
});

/** What `cargo leptos watch` is for a browser: a server that browsers connect to. */
class Watcher {
  private sockets: Socket[] = [];
  private constructor(
    private server: Server,
    readonly port: number,
  ) {}

  static start(port = 0): Promise<Watcher> {
    const server = createServer();
    return new Promise((resolve) =>
      server.listen(port, "127.0.0.1", () => {
        const watcher = new Watcher(server, (server.address() as AddressInfo).port);
        server.on("upgrade", (request, socket) => {
          const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
          const accept = createHash("sha1").update(key).digest("base64");
          socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
          );
          socket.on("error", () => {});
          if (request.url === "/live_reload") watcher.sockets.push(socket as Socket);
        });
        resolve(watcher);
      }),
    );
  }

  get connections(): number {
    return this.sockets.length;
  }

  send(message: unknown): void {
    const text = Buffer.from(JSON.stringify(message));
    for (const socket of this.sockets) if (socket.writable) socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

test("in development a page loads itself anew, and a style sheet without it", async ({ browser }) => {
  let watcher = await Watcher.start();
  const { port } = watcher;
  const site = await startExample("hostile", { LEPTOS_WATCH: "true", LEPTOS_RELOAD_PORT: `${port}` });
  try {
    const { page, violations } = await watch(browser);
    for (const path of ["/title", "/everywhere", "/everywhere/off", "/failing"]) {
      const before = watcher.connections;
      await page.goto(`${site.address}${path}`);
      await page.waitForLoadState("load");
      await expect.poll(() => watcher.connections, { message: path }).toBe(before + 1);
      const mark = () => page.evaluate(() => (window as any).mark).catch(() => "between two documents");
      const style = () => page.locator("link[rel=stylesheet]").evaluateAll((links) => links.map((link) => link.getAttribute("href")));

      // The style sheet alone.
      await page.evaluate(() => ((window as any).mark = 1));
      const [href] = await style();
      watcher.send({ css: href!.replace(/^\//, ""), view: null, all: false });
      await expect.poll(style, { message: path }).toEqual([expect.stringMatching(/hostile\.css\?reload=\d+$/)]);
      expect(await mark(), path).toBe(1);

      // The whole page.
      watcher.send({ css: null, view: null, all: true });
      await expect.poll(mark, { message: path }).toBeUndefined();
      await page.waitForLoadState("load");
      await expect.poll(() => watcher.connections, { message: path }).toBe(before + 2);
    }

    // A page that is kept for the way back is connected again.
    await page.goto(`${site.address}/title`);
    await page.waitForLoadState("load");
    await page.evaluate(() => addEventListener("pageshow", (event) => ((window as any).persisted = event.persisted)));
    await page.goto(site.address);
    await page.waitForLoadState("load");
    await page.waitForTimeout(300);
    const connections = watcher.connections;
    await page.evaluate(() => history.back());
    await expect.poll(() => page.evaluate(() => (window as any).persisted).catch(() => "between two documents")).toBe(true);
    await expect.poll(() => watcher.connections).toBe(connections + 1);

    // When the watcher is gone and comes back.
    await page.evaluate(() => ((window as any).mark = 1));
    watcher.stop();
    await page.waitForTimeout(500);
    watcher = await Watcher.start(port);
    const gone = () => page.evaluate(() => (window as any).mark).catch(() => "between two documents");
    await expect.poll(gone, { timeout: 10_000 }).toBeUndefined();
    await page.waitForLoadState("load");
    expect(await violations()).toEqual([]);
    await page.context().close();
  } finally {
    site.stop();
    watcher.stop();
  }
});
