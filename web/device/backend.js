// What answers the page that `dermdistill export --format web` writes: this device. The photo goes to
// a worker of the page and nowhere else.

export const privacy = "JPEG or PNG. It is classified on this device and never leaves it.";
export const silence = "the classifier did not start";

const worker = new Worker("worker.js", { type: "module" });
const waiting = new Map();
let asked = 0;

class Refusal extends Error {
  constructor(details) {
    super(details.what);
    this.details = details;
  }
}

worker.addEventListener("message", ({ data: { id, value, error } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Refusal(error));
  else resolve(value);
});
worker.addEventListener("error", (event) => {
  for (const { reject } of waiting.values()) reject(new Error(event.message || "worker.js was not loaded"));
  waiting.clear();
});

function call(name, ...args) {
  return new Promise((resolve, reject) => {
    waiting.set(++asked, { resolve, reject });
    worker.postMessage({ id: asked, call: name, args });
  });
}

// Keeps every file of this page on the device, for the next time without a network.
export function prepare() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js");
}

export const open = () => call("open"); // {metadata, card}

function pngUrl(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}

export async function look(photo, { coverage, label }) {
  const answer = await call("look", photo, { coverage, label });
  const map = answer.explanation;
  if (map) answer.explanation = { ...map, image: pngUrl(map.image), overlay: pngUrl(map.overlay) };
  return answer;
}

// Runs the bundle's golden images here, and says how that went.
export async function prove() {
  const note = document.getElementById("footnote");
  const { images, largest, tolerance } = await call("check");
  note.textContent = `Checked on this device: ${images} reference images give the same pixels, and logits ` +
    `within ${largest.toExponential(1)} (allowed: ${tolerance}).`;
}
