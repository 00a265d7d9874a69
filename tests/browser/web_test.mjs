// The page of `dermdistill export --format web` in a real browser: the same answers as dermscope, the
// contract's golden vectors, nothing sent anywhere, and all of it without a network.
//
//   node web_test.mjs DERMSCOPE SAMPLES_PROGRAM GOLDEN_FOLDER WEB_FOLDER
//
// CHROMIUM names another browser than Debian's; DERM_SCREENSHOTS a folder for pictures of the page.
// Exit code 77, with the reason, where there is no browser or no playwright-core.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";

import { kPatience, launch, Pane, runTests } from "./page.mjs";
import { bundledVectors, goldenVectors } from "./vectors_bundle.mjs";

const [dermscope, makeSamples, goldenFolder, web] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "derm-web."));
const sample = (name) => join(folder, name);

const kTypes = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
  ".wasm": "application/wasm", ".png": "image/png", ".webmanifest": "application/manifest+json" };

// Any static host: `folder` on a port of its own. `changed(path, bytes)` may damage what it sends.
async function host(changed = (_, bytes) => bytes) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    asked.push(`${request.method} ${path}`);
    try {
      const bytes = readFileSync(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "Content-Type": kTypes[extname(path)] ?? (path.endsWith("/") ? "text/html" : "text/plain") });
      response.end(changed(path, bytes));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close };
}

let pane, page;

const predicted = (bundle, photo, options = []) =>
  JSON.parse(execFileSync(dermscope, ["predict", sample(bundle), sample(photo), "--format", "json",
    "--top", "8", ...options]));

// [name, probability] of every bar, as the page has them.
const shown = () =>
  page.locator("#bars li").evaluateAll((items) =>
    Object.fromEntries(items.map((item) => [item.dataset.name, parseFloat(item.querySelector(".fill").style.width) / 100])));

// RGBA values of a picture, decoded by the browser.
const pixelsOf = (url) =>
  page.evaluate(async (url) => {
    const picture = Object.assign(new Image(), { src: url });
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height), context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(0, 0, picture.width, picture.height).data];
  }, url);

const checked = () =>
  page.waitForFunction(() => document.getElementById("footnote").textContent !== "", null, kPatience);

async function agrees(bundle, photo) {
  await pane.upload(photo);
  assert.equal(await pane.visible("#error"), false);
  const expected = predicted(bundle, photo), bars = await shown();
  for (const [name, probability] of Object.entries(expected.probabilities))
    assert.ok(Math.abs(bars[name] - probability) < 1e-4, `${photo}, ${name}: ${bars[name]}, ${probability}`);
  return expected;
}

const tests = {
  async "the golden images of the bundle come out the same here"({ url }) {
    for (const [site, precision] of [["tiny", "fp32"], ["int8", "int8"], ["plain", "fp32"]]) {
      await pane.open(`${url}${site}_site/`);
      assert.match(await pane.text("#model-line"), new RegExp(`^tiny, ${precision}, 8 classes$`));
      await checked();
      assert.match(await pane.text("#footnote"), /4 reference images give the same pixels/);
    }
  },

  async "the contract's golden vectors hold in this browser"({ url }) {
    await bundledVectors(web, sample("vectors.mjs"));
    const wasm = [...readFileSync(join(web, "node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"))];
    writeFileSync(sample("blank.html"), "<!doctype html>");
    await page.goto(`${url}blank.html`);
    const { checked, problems } = await page.evaluate(async ({ module, wasm, golden }) => {
      const { checkVectors } = await import(module);
      return checkVectors(golden, await WebAssembly.compile(Uint8Array.from(wasm)));
    }, { module: `${url}vectors.mjs`, wasm, golden: goldenVectors(goldenFolder) });
    assert.deepEqual(problems, []);
    assert.ok(checked > 1000, `${checked} checks`);
  },

  async "the answers are dermscope's"({ url }) {
    for (const site of ["tiny", "int8"]) {
      await pane.open(`${url}${site}_site/`);
      for (const photo of ["lesion.jpg", "second.jpg", "black.png"]) {
        const expected = await agrees(`${site}.bundle`, photo);
        const called = await page.locator("#calls li").count();
        assert.equal(called, expected.calls.length);
        const warnings = await page.locator("#warning-list li").allInnerTexts();
        assert.deepEqual(warnings, expected.warnings);
      }
    }
  },

  async "the heat map is dermscope's"({ url }) {
    await pane.open(`${url}tiny_site/`);
    await pane.upload("lesion.jpg");
    predicted("tiny.bundle", "lesion.jpg", ["--cam", sample("maps")]);
    const written = execFileSync("find", [sample("maps"), "-name", "*.png"]).toString().trim().split("\n");
    assert.equal(written.length, 1);
    const expected = await pixelsOf(`data:image/png;base64,${readFileSync(written[0]).toString("base64")}`);
    const found = await pixelsOf(await page.locator("#overlay").getAttribute("src"));
    assert.equal(found.length, expected.length);
    const largest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    assert.ok(largest <= 1, `${largest} levels apart`);
  },

  async "a bad file is an error in words, and the next photo works"({ url }) {
    await pane.open(`${url}tiny_site/`);
    await pane.upload("broken.jpg");
    assert.equal(await pane.visible("#result"), false);
    assert.match(await pane.text("#error"), /^Not an image.*broken\.jpg/s);
    const whole = readFileSync(sample("lesion.jpg"));
    writeFileSync(sample("cut.jpg"), whole.subarray(0, whole.length >> 1));
    await pane.upload("cut.jpg");
    assert.match(await pane.text("#error"), /^Cannot decode this JPEG.*cut\.jpg.*Premature end/s);
    await pane.upload("lesion.jpg");
    assert.equal(await pane.visible("#error"), false);
    assert.equal(await pane.visible("#result"), true);
    await pane.picture("web_result");
  },

  async "a photo causes no request at all"({ url, asked }) {
    await pane.open(`${url}tiny_site/`);
    await checked();
    await page.evaluate(() => navigator.serviceWorker.ready);
    const before = asked.length;
    await pane.upload("lesion.jpg");
    await page.locator("#bars button").last().click();
    await pane.settled();
    const since = asked.slice(before).filter((line) => line !== "GET /tiny_site/sw.js"); // a newer page?
    assert.deepEqual(since, []);
    assert.deepEqual(asked.filter((line) => !line.startsWith("GET ")), []);
  },

  async "a phone needs no sideways scrolling"({ url }) {
    await page.setViewportSize({ width: 360, height: 740 });
    await pane.open(`${url}tiny_site/`);
    await pane.upload("lesion.jpg");
    assert.equal(await pane.fitsTheWidth(), true);
    await pane.picture("web_phone");
    await page.setViewportSize({ width: 1280, height: 800 });
  },

  async "it can be installed"({ url }) {
    await pane.open(`${url}tiny_site/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // A test's profile counts as private browsing, in which nothing is installed.
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
    const { errors } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
  },

  async "a damaged model is refused by name"() {
    const damaging = await host((path, bytes) => {
      if (path.endsWith("model.onnx")) bytes[bytes.length >> 1] ^= 1;
      return bytes;
    });
    await pane.open(`${damaging.url}tiny_site/`);
    assert.match(await pane.text("#error"), /damaged.*model\.onnx/s);
    await damaging.close();
  },

  async "without a network it works as before"({ url, close }) {
    await pane.open(`${url}tiny_site/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await close();
    await assert.rejects(fetch(url));
    await pane.open(`${url}tiny_site/`);
    assert.match(await pane.text("#model-line"), /^tiny/);
    await agrees("tiny.bundle", "lesion.jpg");
    await checked();
  },
};

async function runAll() {
  execFileSync(makeSamples, [folder]);
  const context = await launch(join(web, "node_modules"), sample("profile"));
  try {
    page = await context.newPage();
    pane = new Pane(page, folder).watch();
    await runTests(tests, await host());
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
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
