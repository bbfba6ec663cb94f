// The stock room: signing in, the way through the section, signing out.

import { expect, test } from "@playwright/test";
import { startServers, type Servers } from "./servers";

let servers: Servers;

test.beforeAll(async () => {
  servers = await startServers({ "/api/gizmos": "200ms", "/api/products": "100ms" });
});

test.afterAll(() => servers?.stop());

for (const javaScriptEnabled of [true, false]) {
  test(`the staff signs in, looks around and signs out, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    browser,
    request,
  }) => {
    const requests = async () => (await (await request.get(`${servers.catalog}/api/stats`)).json()).requests;
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const before = await requests();

    await page.goto(`${servers.site}/stock/gizmos/2`);
    await expect(page).toHaveURL(`${servers.site}/sign-in?from=%2Fstock%2Fgizmos%2F2`);
    expect(await requests()).toBe(before);

    await page.getByLabel("Password").fill("open");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("This is not the password.");
    await page.getByLabel("Password").fill("sprocket");
    await page.getByRole("button", { name: "Sign in" }).click();

    // What was asked for, in both of its layouts.
    await expect(page).toHaveURL(/\/stock\/gizmos\/2/);
    await expect(page.getByRole("heading", { name: "Gizmo 2" })).toBeVisible();
    await expect(page.getByText("49 pieces of 2 products, 1,460 pieces of 3 gizmos")).toBeVisible();
    const section = page.getByRole("navigation", { name: "Stock room" });
    await expect(section.getByRole("link", { name: "Gizmos" })).toHaveAttribute("aria-current", "true");
    const shelf = page.getByRole("navigation", { name: "Gizmos" });
    await expect(shelf.getByRole("link")).toHaveCount(3);
    await expect(shelf.locator("[aria-current=page]")).toContainText("Gizmo 2");

    await shelf.getByRole("link", { name: "Gizmo 3" }).click();
    await expect(page.getByRole("heading", { name: "Gizmo 3" })).toBeVisible();
    await section.getByRole("link", { name: "Overview" }).click();
    await expect(page).toHaveURL(/\/stock(\?|$)/);
    await expect(page.getByRole("table").getByText("Product 2")).toBeVisible();
    await expect(page.locator("main [aria-busy=true]")).toHaveCount(0);

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(`${servers.site}/`);
    await page.goto(`${servers.site}/stock`);
    await expect(page).toHaveURL(`${servers.site}/sign-in?from=%2Fstock`);
    // What a signed-in visitor has seen is not shown again.
    await page.goBack();
    await page.goBack();
    await expect(page).toHaveURL(/\/sign-in/);
    await context.close();
  });
}

test("a form of another site signs nobody in", async ({ page }) => {
  await page.route("http://elsewhere.test/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${servers.site}/sign-in"><input name="password" value="sprocket"><button>Go</button></form>`,
    }),
  );
  await page.goto("http://elsewhere.test/");
  const answer = page.waitForResponse(`${servers.site}/sign-in`);
  await page.getByRole("button").click();
  expect((await answer).status()).toBe(403);
  expect(await page.context().cookies()).toEqual([]);
});
