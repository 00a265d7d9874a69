// The page of `dermdistill report` in a real browser: everything drawn, nothing asked for, on a
// screen, on a phone and on paper.
//
//   node report_test.mjs SAMPLES_PROGRAM NODE_MODULES
//
// CHROMIUM names another browser than Debian's; DERM_SCREENSHOTS a folder for pictures of the page.
// Exit code 77, with the reason, where there is no browser or no playwright-core.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { kPatience, launch, Pane, runTests } from "./page.mjs";

const [makeReport, modules] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "derm-report."));
const url = pathToFileURL(join(folder, "report.html")).href;
const kSections = ["results", "data", "discrimination", "classes", "calibration", "decisions", "subgroups",
  "gallery", "training", "costs", "reproducibility", "checklists"];
const problems = [];
let pane, page;

async function open(size) {
  await page.setViewportSize(size);
  await page.goto(url);
  await page.waitForFunction(
    () => [...document.querySelectorAll(".chart")].every((place) => place.querySelector("svg")), null, kPatience);
}

const tests = {
  async "every chart has marks"() {
    await open({ width: 1280, height: 900 });
    const marks = await page.locator(".chart").evaluateAll((places) =>
      places.map((place) => place.querySelectorAll("svg .mark-group path, svg .mark-rect path, svg .mark-symbol path, " +
        "svg .mark-line path, svg .mark-area path, svg .mark-rule line").length));
    assert.ok(marks.length > 15, `${marks.length} charts`);
    assert.ok(marks.every((count) => count > 0), `${marks}`);
    await pane.picture("report");
  },

  async "every section is there, and in the contents"() {
    const ids = await page.locator("main > section[id]").evaluateAll((all) => all.map((section) => section.id));
    assert.deepEqual(ids.filter((id) => id !== "missing"), kSections);
    const links = await page.locator("nav a, td a").evaluateAll((all) => all.map((link) => link.getAttribute("href").slice(1)));
    for (const id of kSections) assert.ok(links.includes(id), id);
    for (const id of links) assert.ok(ids.includes(id), `a link to ${id}, which is not there`);
  },

  async "a phone needs no sideways scrolling"() {
    await open({ width: 360, height: 740 });
    assert.equal(await pane.fitsTheWidth(), true);
    await pane.picture("report_phone");
  },

  async "it prints on a sane number of pages"() {
    await open({ width: 1280, height: 900 });
    const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g).length;
    assert.ok(pages >= 4 && pages <= 25, `${pages} pages`);
  },
};

try {
  execFileSync(makeReport, [folder]);
  const context = await launch(modules, join(folder, "profile"));
  try {
    page = await context.newPage();
    pane = new Pane(page, folder);
    page.on("pageerror", (error) => problems.push(`page error: ${error}`));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== url && !/^(data|blob):/.test(request.url()))
        problems.push(`asked for ${request.url()}`);
    });
    await runTests(tests);
  } finally {
    await context.close();
  }
  assert.deepEqual(problems, []);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
