// The page of `dermscope serve` in a real browser: upload, result, heat map, warnings, bad files,
// token, and a server that goes away.
//
//   node serve_test.mjs DERMSCOPE SAMPLES_PROGRAM NODE_MODULES
//
// CHROMIUM names another browser than Debian's; DERM_SCREENSHOTS a folder for pictures of the page.
// Exit code 77, with the reason, where there is no browser or no playwright-core.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { kPatience, launch, Pane, runTests } from "./page.mjs";

const [dermscope, makeSamples, modules] = process.argv.slice(2);
const kToken = "a token of some length";

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

let pane, page;

const tests = {
  async "an upload shows classes in words, the set and the heat map"({ url }) {
    await pane.open(url);
    assert.equal(await pane.visible("#nothing"), true);
    assert.match(await pane.text("#model-line"), /^tiny, fp32, 8 classes$/);
    await pane.upload("lesion.jpg");
    assert.equal(await pane.visible("#error"), false);
    const answer = await (await fetch(`${url}v1/explain`, {
      method: "POST",
      headers: { "Content-Type": "image/jpeg" },
      body: readFileSync(sample("lesion.jpg")),
    })).json();
    const words = { MEL: "melanoma", NV: "melanocytic naevus", BCC: "basal cell carcinoma",
      AK: "actinic keratosis", BKL: "benign keratosis", DF: "dermatofibroma",
      VASC: "vascular lesion", SCC: "squamous cell carcinoma" };
    assert.equal((await pane.text("#top-name")).toLowerCase(), words[answer.class]);
    assert.equal(await pane.text("#top-probability"), `${(100 * answer.probability).toFixed(1)} %`);
    const names = await page.locator("#bars .name").allInnerTexts();
    assert.deepEqual([...names].sort(), Object.values(words).sort());
    assert.equal(names[0], words[answer.class]);
    for (const name of answer.prediction_set.classes)
      assert.ok((await pane.text("#set-text")).includes(words[name]), name);
    const widths = await page.locator("#bars .fill").evaluateAll((all) =>
      all.map((fill) => parseFloat(fill.style.width)));
    assert.ok(Math.abs(widths.reduce((a, b) => a + b) - 100) < 0.1, "the bars add up");
    const called = await page.locator("#calls li strong").allInnerTexts();
    assert.deepEqual(called.map((name) => name.toLowerCase()), answer.calls.map((name) => words[name]));
    assert.ok(answer.calls.length > 0, "the sample reaches a threshold");
    await pane.picture("result");
  },

  async "the heat map lies over the photo, fades, and follows the class"() {
    const overlay = page.locator("#overlay");
    assert.equal(await overlay.evaluate((image) => image.complete && image.naturalWidth), 128);
    const boxes = [await overlay.boundingBox(), await page.locator("#seen").boundingBox()];
    assert.deepEqual(boxes[0], boxes[1]);
    await page.locator("#strength").fill("0");
    assert.equal(await overlay.evaluate((image) => getComputedStyle(image).opacity), "0");
    assert.equal(await pane.text("#strength-value"), "0 %");
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
    const classes = async () => (await pane.text("#set-text")).split(":")[1].split(",").length;
    await page.locator("#coverage").selectOption("0.8");
    await pane.settled();
    const fewer = await classes();
    await page.locator("#coverage").selectOption("0.99");
    await page.waitForFunction(
      (fewer) => document.getElementById("set-text").textContent.split(",").length > fewer, fewer, kPatience);
    assert.ok((await classes()) > fewer);
  },

  async "a dropped photo unlike the others is warned of"() {
    await pane.drop("black.png", "image/png");
    assert.equal(await pane.visible("#warnings"), true);
    assert.ok((await page.locator("#warning-list li").count()) >= 1);
    assert.match(await pane.text("#warning-list"), /dark|bright|contrast|sharp|energy/i);
    await pane.picture("warning");
  },

  async "a bad file is an error in words, and the next photo works"() {
    await pane.upload("broken.jpg");
    assert.equal(await pane.visible("#result"), false);
    assert.equal(await page.locator("#error").getAttribute("role"), "alert");
    assert.match(await pane.text("#error"), /JPEG/);
    await page.locator("#invitation").waitFor(kPatience); // no broken picture
    await pane.picture("error");
    await pane.upload("lesion.jpg");
    assert.equal(await pane.visible("#error"), false);
    assert.equal(await pane.visible("#result"), true);
  },

  async "that it is no medical device stays in view"() {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    assert.match(await pane.text("#caution"), /Research use only.*Not a medical device/);
    assert.equal(await pane.inView("#caution"), true);
  },

  async "the model card opens"() {
    await page.locator("#model-card summary").click();
    assert.match(await pane.text("#card-text"), /not a medical device/);
    assert.ok((await page.locator("#card-text h3").count()) > 2);
    assert.ok((await page.locator("#card-text table").count()) > 0);
    await pane.picture("card");
  },

  async "everything works from the keyboard"({ url }) {
    await pane.open(url);
    await pane.upload("lesion.jpg");
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
      await pane.open(url);
      assert.equal(await pane.fitsTheWidth(), true);
      await pane.upload("lesion.jpg");
      await page.locator("#model-card summary").click();
      assert.equal(await pane.fitsTheWidth(), true);
      await pane.picture(`phone_${colorScheme}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  },

  async "a bundle without maps shows its probabilities"() {
    const plain = await serve("plain.bundle");
    await pane.open(plain.url);
    await pane.upload("lesion.jpg");
    assert.equal(await pane.visible("#result"), true);
    assert.equal(await pane.visible("#overlay"), false);
    assert.equal(await page.locator("#bars button").count(), 0);
    assert.equal(await page.locator("#bars .bar").count(), 8);
  },

  async "a photo over the limit is refused before it is sent"() {
    const small = await serve("tiny.bundle", ["--max-body-mib", "1"]);
    await pane.open(small.url);
    await pane.upload("large.jpg");
    assert.match(await pane.text("#error"), /too large/);
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
    await pane.upload("lesion.jpg");
    assert.equal(await pane.visible("#result"), true);
    await pane.open(guarded.url);
    assert.equal(await pane.visible("#token-dialog"), false);
    assert.match(await pane.text("#model-line"), /^tiny/);
  },

  async "a server that is gone is said in words"({ url, program }) {
    await pane.open(url);
    const ended = new Promise((resolve) => program.once("exit", resolve));
    program.kill("SIGTERM");
    assert.equal(await ended, 0);
    await pane.upload("lesion.jpg");
    assert.match(await pane.text("#error"), /cannot be reached/);
  },
};

async function runAll() {
  execFileSync(makeSamples, [folder]);
  const context = await launch(modules, join(folder, "profile"));
  try {
    page = await context.newPage();
    pane = new Pane(page, folder).watch();
    await runTests(tests, await serve("tiny.bundle"));
  } finally {
    await context.close();
  }
  assert.deepEqual(pane.problems, []);
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
