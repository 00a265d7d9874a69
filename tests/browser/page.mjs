// Chromium, and what the tests of both pages do with one: open, upload, read.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const kPatience = { timeout: 60_000 };

// A browser context. Ends the test with code 77, and the reason, where there is no browser.
export async function launch(modules, profile) {
  const skip = (reason) => {
    console.log(`skipped: ${reason}`);
    process.exit(77);
  };
  if (!existsSync(browserPath)) skip(`no browser at ${browserPath}: run tools/setup.sh`);
  if (!existsSync(join(modules, "playwright-core"))) skip("no playwright-core: run tools/setup.sh");
  const { chromium } = createRequire(resolve(modules, "x.js"))("playwright-core");
  return chromium.launchPersistentContext(profile, {
    executablePath: browserPath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    viewport: { width: 1280, height: 800 },
  });
}

// `folder`: where the photos are.
export class Pane {
  constructor(page, folder) {
    Object.assign(this, { page, folder });
  }

  visible = (selector) => this.page.locator(selector).isVisible();
  text = async (selector) => (await this.page.locator(selector).innerText()).replaceAll("\u00a0", " ");

  async open(url) {
    await this.page.goto(url);
    await this.page.waitForFunction(
      () => !document.getElementById("model-line").textContent.startsWith("Loading"), null, kPatience);
  }

  // Until the page has said something about the photo.
  async settled() {
    await this.page.waitForFunction(
      () => document.getElementById("result-card").getAttribute("aria-busy") === "false" &&
        (!document.getElementById("result").hidden || !document.getElementById("error").hidden),
      null, kPatience);
  }

  async upload(name) {
    await this.page.setInputFiles("#file", join(this.folder, name));
    await this.settled();
  }

  async drop(name, type) {
    const bytes = readFileSync(join(this.folder, name)).toString("base64");
    await this.page.evaluate(({ bytes, name, type }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
      const target = document.getElementById("drop");
      for (const kind of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, { bytes, name, type });
    await this.settled();
  }

  // DERM_SCREENSHOTS names a folder for pictures of the page.
  async picture(name) {
    if (!process.env.DERM_SCREENSHOTS) return;
    await this.page.waitForTimeout(500); // the bars grow
    await this.page.screenshot({ path: join(process.env.DERM_SCREENSHOTS, `${name}.png`), fullPage: true });
  }

  inView = (selector) =>
    this.page.locator(selector).evaluate((element) => {
      const box = element.getBoundingClientRect();
      return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
    });

  fitsTheWidth = () =>
    this.page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth);

  // What the page must never do, whatever is tested: collected here.
  watch() {
    this.problems = [];
    this.page.on("pageerror", (error) => this.problems.push(`page error: ${error}`));
    this.page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.problems.push(message.text());
    });
    this.page.on("request", (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url()))
        this.problems.push(`asked elsewhere: ${request.url()}`);
    });
    return this;
  }
}

export async function runTests(tests, ...args) {
  for (const [name, test] of Object.entries(tests)) {
    await test(...args);
    console.log(`ok: ${name}`);
  }
  assert.ok(Object.keys(tests).length > 0);
}
