// The page of `dermscope serve` in a real browser: upload, result, heat map, warnings, bad files,
// token, and a server that goes away.
//
//   node serve_test.mjs DERMSCOPE SAMPLES_PROGRAM NODE_MODULES
//
// CHROMIUM names another browser than Debian's; DERM_SCREENSHOTS a folder for pictures of the page.
// Exit code 77, with the reason, where there is no browser or no playwright-core.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [dermscope, makeSamples, modules] = process.argv.slice(2);
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const kToken = "a token of some length";
const kPatience = { timeout: 60_000 };

function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}
if (!existsSync(browserPath)) skip(`no browser at ${browserPath}: run tools/setup.sh`);
if (!existsSync(join(modules, "playwright-core"))) skip("no playwright-core: run tools/setup.sh");
const { chromium } = createRequire(join(modules, "x.js"))("playwright-core");

const folder = mkdtempSync(join(tmpdir(), "derm-browser."));
const sample = (name) => join(folder, name);
const started = [];

// The program on a free port, ready.
async function serve(bundle, options = [], environment = {}) {
  const program = spawn(dermscope, ["serve", sample(bundle), "--port", "0", ...options], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(program);
  let said = "";
  program.stderr.on("data", (text) => (said += text));
  const url = await new Promise((resolve, reject) => {
    program.stdout.once("data", (text) => resolve(/http:\S+/.exec(text)[0] + "/"));
    program.once("exit", () => reject(new Error(said)));
  });
  for (;;) {
    if ((await fetch(`${url}readyz`)).ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, program };
}

let page;
const visible = (selector) => page.locator(selector).isVisible();
const text = async (selector) => (await page.locator(selector).innerText()).replaceAll("\u00a0", " ");

async function open(url) {
  await page.goto(url);
  await page.waitForFunction(
    () => !document.getElementById("model-line").textContent.startsWith("Loading"), null, kPatience);
}

// Until the page has said something about the photo.
async function settled() {
  await page.waitForFunction(
    () => document.getElementById("result-card").getAttribute("aria-busy") === "false" &&
      (!document.getElementById("result").hidden || !document.getElementById("error").hidden),
    null, kPatience);
}

async function upload(name) {
  await page.setInputFiles("#file", sample(name));
  await settled();
}

async function drop(name, type) {
  const bytes = readFileSync(sample(name)).toString("base64");
  await page.evaluate(({ bytes, name, type }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
    const target = document.getElementById("drop");
    for (const kind of ["dragenter", "dragover", "drop"])
      target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, { bytes, name, type });
  await settled();
}

async function picture(name) {
  if (!process.env.DERM_SCREENSHOTS) return;
  await page.waitForTimeout(500); // the bars grow
  await page.screenshot({ path: join(process.env.DERM_SCREENSHOTS, `${name}.png`), fullPage: true });
}

const inView = (selector) =>
  page.locator(selector).evaluate((element) => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
  });

const fitsTheWidth = () =>
  page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth);

const tests = {
  async "an upload shows classes in words, the set and the heat map"({ url }) {
    await open(url);
    assert.equal(await visible("#nothing"), true);
    assert.match(await text("#model-line"), /^tiny, fp32, 8 classes$/);
    await upload("lesion.jpg");
    assert.equal(await visible("#error"), false);
    const answer = await (await fetch(`${url}v1/explain`, {
      method: "POST",
      headers: { "Content-Type": "image/jpeg" },
      body: readFileSync(sample("lesion.jpg")),
    })).json();
    const words = { MEL: "melanoma", NV: "melanocytic naevus", BCC: "basal cell carcinoma",
      AK: "actinic keratosis", BKL: "benign keratosis", DF: "dermatofibroma",
      VASC: "vascular lesion", SCC: "squamous cell carcinoma" };
    assert.equal((await text("#top-name")).toLowerCase(), words[answer.class]);
    assert.equal(await text("#top-probability"), `${(100 * answer.probability).toFixed(1)} %`);
    const names = await page.locator("#bars .name").allInnerTexts();
    assert.deepEqual([...names].sort(), Object.values(words).sort());
    assert.equal(names[0], words[answer.class]);
    for (const name of answer.prediction_set.classes)
      assert.ok((await text("#set-text")).includes(words[name]), name);
    const widths = await page.locator("#bars .fill").evaluateAll((all) =>
      all.map((fill) => parseFloat(fill.style.width)));
    assert.ok(Math.abs(widths.reduce((a, b) => a + b) - 100) < 0.1, "the bars add up");
    const called = await page.locator("#calls li strong").allInnerTexts();
    assert.deepEqual(called.map((name) => name.toLowerCase()), answer.calls.map((name) => words[name]));
    assert.ok(answer.calls.length > 0, "the sample reaches a threshold");
    await picture("result");
  },

  async "the heat map lies over the photo, fades, and follows the class"() {
    const overlay = page.locator("#overlay");
    assert.equal(await overlay.evaluate((image) => image.complete && image.naturalWidth), 128);
    const boxes = [await overlay.boundingBox(), await page.locator("#seen").boundingBox()];
    assert.deepEqual(boxes[0], boxes[1]);
    await page.locator("#strength").fill("0");
    assert.equal(await overlay.evaluate((image) => getComputedStyle(image).opacity), "0");
    assert.equal(await text("#strength-value"), "0 %");
    const before = await overlay.getAttribute("src");
    const last = page.locator("#bars button").last();
    const name = await last.locator(".name").innerText();
    assert.equal(await last.getAttribute("aria-pressed"), "false");
    await last.click();
    await page.waitForFunction(
      (name) => document.getElementById("caption").textContent.includes(name), name, kPatience);
    assert.ok((await overlay.getAttribute("src")) !== before, "another map");
    assert.equal(await page.locator("#bars button").last().getAttribute("aria-pressed"), "true");
  },

  async "more coverage needs at least as many classes"() {
    const classes = async () => (await text("#set-text")).split(":")[1].split(",").length;
    await page.locator("#coverage").selectOption("0.8");
    await settled();
    const fewer = await classes();
    await page.locator("#coverage").selectOption("0.99");
    await page.waitForFunction(
      (fewer) => document.getElementById("set-text").textContent.split(",").length > fewer, fewer, kPatience);
    assert.ok((await classes()) > fewer);
  },

  async "a dropped photo unlike the others is warned of"() {
    await drop("black.png", "image/png");
    assert.equal(await visible("#warnings"), true);
    assert.ok((await page.locator("#warning-list li").count()) >= 1);
    assert.match(await text("#warning-list"), /dark|bright|contrast|sharp|energy/i);
    await picture("warning");
  },

  async "a bad file is an error in words, and the next photo works"() {
    await upload("broken.jpg");
    assert.equal(await visible("#result"), false);
    assert.equal(await page.locator("#error").getAttribute("role"), "alert");
    assert.match(await text("#error"), /JPEG/);
    await page.locator("#invitation").waitFor(kPatience); // no broken picture
    await picture("error");
    await upload("lesion.jpg");
    assert.equal(await visible("#error"), false);
    assert.equal(await visible("#result"), true);
  },

  async "that it is no medical device stays in view"() {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    assert.match(await text("#caution"), /Research use only.*Not a medical device/);
    assert.equal(await inView("#caution"), true);
  },

  async "the model card opens"() {
    await page.locator("#model-card summary").click();
    assert.match(await text("#card-text"), /not a medical device/);
    assert.ok((await page.locator("#card-text h3").count()) > 2);
    assert.ok((await page.locator("#card-text table").count()) > 0);
    await picture("card");
  },

  async "everything works from the keyboard"({ url }) {
    await open(url);
    await upload("lesion.jpg");
    await page.locator("#coverage").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement.querySelector(".name").textContent);
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (name) => document.getElementById("caption").textContent.includes(name), name, kPatience);
    const focused = await page.evaluate(() => document.activeElement.querySelector(".name")?.textContent);
    assert.equal(focused, name, "the focus stays where it was");
  },

  async "a phone needs no sideways scrolling, light or dark"({ url }) {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await open(url);
      assert.equal(await fitsTheWidth(), true);
      await upload("lesion.jpg");
      await page.locator("#model-card summary").click();
      assert.equal(await fitsTheWidth(), true);
      await picture(`phone_${colorScheme}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  },

  async "a bundle without maps shows its probabilities"() {
    const plain = await serve("plain.bundle");
    await open(plain.url);
    await upload("lesion.jpg");
    assert.equal(await visible("#result"), true);
    assert.equal(await visible("#overlay"), false);
    assert.equal(await page.locator("#bars button").count(), 0);
    assert.equal(await page.locator("#bars .bar").count(), 8);
  },

  async "a photo over the limit is refused before it is sent"() {
    const small = await serve("tiny.bundle", ["--max-body-mib", "1"]);
    await open(small.url);
    await upload("large.jpg");
    assert.match(await text("#error"), /too large/);
  },

  async "a token is asked for until it is right, and kept for the tab"() {
    const guarded = await serve("tiny.bundle", [], { DERMSCOPE_TOKEN: kToken });
    await page.goto(guarded.url);
    for (const given of ["a wrong one", kToken]) {
      await page.locator("#token-dialog[open]").waitFor(kPatience);
      await page.locator("#token").fill(given);
      const answered = page.waitForResponse(/v1\/model/, kPatience);
      await page.locator("#token-form button").click();
      assert.equal((await answered).ok(), given === kToken);
    }
    await upload("lesion.jpg");
    assert.equal(await visible("#result"), true);
    await open(guarded.url);
    assert.equal(await visible("#token-dialog"), false);
    assert.match(await text("#model-line"), /^tiny/);
  },

  async "a server that is gone is said in words"({ url, program }) {
    await open(url);
    const ended = new Promise((resolve) => program.once("exit", resolve));
    program.kill("SIGTERM");
    assert.equal(await ended, 0);
    await upload("lesion.jpg");
    assert.match(await text("#error"), /cannot be reached/);
  },
};

// What the page must never do, whatever is tested.
function watch(problems) {
  page.on("pageerror", (error) => problems.push(`page error: ${error}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url()))
      problems.push(`asked elsewhere: ${request.url()}`);
  });
}

async function runAll() {
  execFileSync(makeSamples, [folder]);
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: browserPath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    viewport: { width: 1280, height: 800 },
  });
  const problems = [];
  try {
    page = await context.newPage();
    watch(problems);
    const main = await serve("tiny.bundle");
    for (const [name, test] of Object.entries(tests)) {
      await test(main);
      console.log(`ok: ${name}`);
    }
  } finally {
    await context.close();
  }
  assert.deepEqual(problems, []);
}

try {
  await runAll();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const program of started) program.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
