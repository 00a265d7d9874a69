// The page: a photo goes in, probabilities, warnings and a heat map come out. What answers is
// backend.js: dermscope's server (web/serve), or this very device (web/device). Every text from it is
// put in as text, never as markup.
import * as backend from "./backend.js";

const kWords = {
  MEL: "melanoma",
  NV: "melanocytic naevus",
  BCC: "basal cell carcinoma",
  AK: "actinic keratosis",
  AKIEC: "actinic keratosis or Bowen's disease",
  BKL: "benign keratosis",
  DF: "dermatofibroma",
  VASC: "vascular lesion",
  SCC: "squamous cell carcinoma",
};

const at = (id) => document.getElementById(id);
const words = (name) => kWords[name.toUpperCase()] ?? name;
const percent = (p) => (p > 0 && p < 0.001 ? "<\u00a00.1\u00a0%" : `${(100 * p).toFixed(1)}\u00a0%`);

const whole = (p) => `${Math.round(100 * p)}\u00a0%`;

let model = null; // {metadata, card}
let photo = null; // the file that is shown
let shown = null; // the class whose map was asked for; null: the most probable
let pending = null; // the AbortController of the request on its way

function element(tag, options = {}, children = []) {
  const made = Object.assign(document.createElement(tag), options);
  made.append(...children);
  return made;
}

// ---- showing

function showError(error) {
  const details = error.details ?? { what: backend.silence, got: error.message };
  const lines = [element("strong", { textContent: sentence(details.what) })];
  if (details.where) lines.push(` (${details.where})`);
  for (const key of ["expected", "got"])
    if (details[key]) lines.push(element("p", { textContent: `${sentence(key)}: ${details[key]}` }));
  at("error").replaceChildren(...lines);
  at("error").hidden = false;
  at("status").textContent = "";
  at("nothing").hidden = true;
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function setBusy(busy) {
  at("result-card").setAttribute("aria-busy", String(busy));
  for (const image of [at("seen"), at("overlay")]) image.classList.toggle("waiting", busy);
  if (busy) {
    at("error").hidden = true;
    at("status").textContent = "Looking …";
  }
}

function showPhoto(file) {
  const image = at("seen");
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
  image.alt = "The chosen photo";
  at("overlay").hidden = true;
  at("overlay").removeAttribute("src");
  at("map-controls").hidden = true;
  at("caption").textContent = file.name;
  at("invitation").hidden = true;
  at("nothing").hidden = true;
  at("file-label").textContent = "Choose another photo";
  at("viewer").hidden = false;
  at("drop").classList.add("filled");
}

function setStrength() {
  const strength = at("strength").value;
  at("strength-value").textContent = `${strength} %`;
  at("overlay").style.opacity = strength / 100;
}

function showMap(explanation) {
  const image = at("seen");
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.src = explanation.image;
  image.alt = "The photo as the model sees it";
  at("overlay").src = explanation.overlay;
  at("overlay").alt = `Heat map of what speaks for ${words(explanation.class)}`;
  at("overlay").hidden = false;
  at("map-controls").hidden = false;
  at("caption").textContent = `As the model sees it. Red: speaks for ${words(explanation.class)}.`;
  setStrength();
}

function bar(name, probability, answer, mapped) {
  const fill = element("span", { className: "fill", ariaHidden: "true" });
  fill.style.width = `${100 * probability}%`;
  const parts = [fill, element("span", { className: "name", textContent: words(name), title: name })];
  if (answer.calls.includes(name))
    parts.push(element("span", { className: "tag", textContent: "over threshold" }));
  parts.push(element("span", { className: "figure", textContent: percent(probability) }));
  const inSet = answer.prediction_set.classes.includes(name) ? " in-set" : "";
  if (!model.metadata.cam) return element("div", { className: `bar${inSet}` }, parts);
  const button = element("button", { type: "button", className: `bar${inSet}` }, parts);
  button.setAttribute("aria-pressed", String(name === mapped));
  button.addEventListener("click", () => {
    shown = name;
    look();
  });
  return button;
}

function showBars(answer) {
  const focused = document.activeElement?.closest?.("#bars li")?.dataset.name;
  const ranking = Object.entries(answer.probabilities).sort((a, b) => b[1] - a[1]);
  const items = ranking.map(([name, probability]) => {
    const item = element("li", {}, [bar(name, probability, answer, answer.explanation?.class)]);
    item.dataset.name = name;
    return item;
  });
  at("bars").replaceChildren(...items);
  items.find((item) => item.dataset.name === focused)?.firstChild.focus();
  at("hint").hidden = !model.metadata.cam;
}

function showSet(set) {
  const names = set.classes.map(words).join(", ");
  at("set-text").replaceChildren(
    set.classes.length === 1 ? "One class alone holds " : `${set.classes.length} classes together hold `,
    element("strong", { textContent: percent(set.probability) }),
    `: ${names}.`,
  );
}

// What reaches its threshold is said beside the headline: the most probable class alone would hide
// a melanoma that should be looked at.
function showCalls(calls) {
  const items = calls.map((name) => {
    const point = model.metadata.thresholds.find((threshold) => threshold.class === name);
    return element("li", {}, [
      element("strong", { textContent: sentence(words(name)) }),
      ` reaches its threshold of ${percent(point.threshold)}. On ${point.images} images of ${point.split} ` +
        `it caught ${whole(point.sensitivity)} of this class, and ${whole(1 - point.specificity)} of the others.`,
    ]);
  });
  at("calls").replaceChildren(...items);
  at("calls").hidden = items.length === 0;
}

function showWarnings(warnings) {
  at("warning-list").replaceChildren(...warnings.map((text) => element("li", { textContent: text })));
  at("warnings").hidden = warnings.length === 0;
}

function showAnswer(answer) {
  at("top-name").textContent = words(answer.class);
  at("top-probability").textContent = percent(answer.probability);
  showSet(answer.prediction_set);
  showBars(answer);
  showCalls(answer.calls);
  showWarnings(answer.warnings);
  if (answer.explanation) showMap(answer.explanation);
  const times = answer.timings_ms;
  at("timing").textContent =
    `${times.run.toFixed(1)} ms in the network, ${times.total.toFixed(0)} ms in all.`;
  at("status").textContent = "";
  at("result").hidden = false;
}

// ---- the model card: headings, lists, tables and paragraphs of Markdown

function inline(text) {
  return text.split(/(`[^`]*`|\*\*[^*]*\*\*)/).map((part) => {
    if (part.startsWith("`")) return element("code", { textContent: part.slice(1, -1) });
    if (part.startsWith("**")) return element("strong", { textContent: part.slice(2, -2) });
    return part;
  });
}

function tableOf(lines) {
  const cells = (line) => line.split("|").slice(1, -1).map((cell) => inline(cell.trim()));
  const row = (line, tag) => element("tr", {}, cells(line).map((cell) => element(tag, {}, cell)));
  const [head, , ...body] = lines;
  const table = element("table", {}, [
    element("thead", {}, [row(head, "th")]),
    element("tbody", {}, body.map((line) => row(line, "td"))),
  ]);
  return element("div", { className: "scroll", tabIndex: 0 }, [table]);
}

function blockOf(block) {
  const lines = block.split("\n");
  if (lines[0].startsWith("#"))
    return element("h3", {}, inline(lines[0].replace(/^#+ */, "")));
  if (lines[0].startsWith("|")) return tableOf(lines);
  if (lines[0].startsWith("- "))
    return element("ul", {}, lines.map((line) => element("li", {}, inline(line.replace(/^- /, "")))));
  return element("p", {}, inline(lines.join(" ")));
}

function showModel() {
  const { model: network, classes } = model.metadata;
  at("model-line").textContent =
    `${network.arch}, ${network.precision}, ${classes.length} classes`;
  const text = model.card.replace(/^---\n[\s\S]*?\n---\n/, "");
  const blocks = text.split(/\n{2,}/).map((block) => block.trim()).filter(Boolean);
  at("card-text").replaceChildren(...blocks.map(blockOf));
}

// ---- the flow

async function look() {
  if (!photo) return;
  pending?.abort();
  const mine = new AbortController();
  pending = mine;
  setBusy(true);
  try {
    if (!model) model = await backend.open();
    const answer = await backend.look(photo, {
      coverage: Number(at("coverage").value),
      label: model.metadata.cam ? shown : null,
      cam: Boolean(model.metadata.cam),
      signal: mine.signal,
    });
    if (pending === mine) showAnswer(answer);
  } catch (error) {
    if (pending !== mine || error.name === "AbortError") return;
    at("result").hidden = true;
    showError(error);
  } finally {
    if (pending === mine) setBusy(false);
  }
}

function take(file) {
  if (!file) return;
  photo = file;
  shown = null;
  at("result").hidden = true;
  showPhoto(file);
  look();
}

for (const id of ["file", "camera"])
  at(id).addEventListener("change", (event) => {
    take(event.target.files[0]);
    event.target.value = ""; // the same file can be chosen again
  });
at("seen").addEventListener("error", () => {
  at("viewer").hidden = true; // what the browser cannot show either
  at("invitation").hidden = false;
});
at("coverage").addEventListener("change", look);
at("strength").addEventListener("input", setStrength);
for (const name of ["dragenter", "dragover"])
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.add("over");
  });
for (const name of ["dragleave", "drop"])
  document.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.remove("over");
  });
document.addEventListener("drop", (event) => take(event.dataTransfer.files[0]));

at("privacy").textContent = backend.privacy;
backend.prepare?.();
try {
  model = await backend.open();
  showModel();
  await backend.prove?.();
} catch (error) {
  at("model-line").textContent = "No model";
  showError(error);
}
