// What answers the page of `dermscope serve`: the server that the page came from.

const kTokenKey = "dermscope-token";

export const privacy = "JPEG or PNG. It is sent to this server only, and not kept.";
export const silence = "the server cannot be reached";

let maxBodyBytes = Infinity;

function element(tag, options = {}, children = []) {
  const made = Object.assign(document.createElement(tag), options);
  made.append(...children);
  return made;
}

// {what, where, expected, got}, in the page's own words or the server's.
class Refusal extends Error {
  constructor(error) {
    super(error.what);
    this.details = error;
  }
}

async function refusalOf(response) {
  try {
    return new Refusal((await response.json()).error);
  } catch {
    return new Refusal({ what: `the server answered ${response.status}` });
  }
}

function tokenDialog() {
  const input = element("input", { type: "password", id: "token", autocomplete: "off", required: true });
  const form = element("form", { method: "dialog", id: "token-form" }, [
    element("h2", { textContent: "This server asks for a token" }),
    element("label", { htmlFor: "token", textContent: "Token" }),
    input,
    element("p", { className: "soft small", textContent: "It is kept until this tab is closed." }),
    element("button", { className: "button", value: "use", textContent: "Use it" }),
  ]);
  const dialog = element("dialog", { id: "token-dialog", ariaLabel: "Token" }, [form]);
  document.body.append(dialog);
  return { dialog, input };
}

function askForToken() {
  const { dialog, input } = tokenDialog();
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(input.value.trim());
    }, { once: true });
  });
}

// Asks for the token once a request is refused for want of it.
async function request(path, options = {}) {
  const token = sessionStorage.getItem(kTokenKey);
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(path, { ...options, headers });
  if (response.ok) return response.json();
  if (response.status !== 401) throw await refusalOf(response);
  sessionStorage.removeItem(kTokenKey);
  const given = await askForToken();
  if (!given) throw await refusalOf(response);
  sessionStorage.setItem(kTokenKey, given);
  return request(path, options);
}

export function prepare() {
  const link = element("a", { href: "openapi.json", textContent: "API" });
  document.getElementById("footnote").replaceChildren(link);
}

// {metadata, card}, once the server has loaded its model.
export async function open() {
  for (;;) {
    try {
      const model = await request("v1/model");
      maxBodyBytes = model.limits.max_body_bytes;
      return model;
    } catch (error) {
      if (!(error instanceof Refusal) || error.details.where !== "the server") throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

// The answer of /v1/explain, or of /v1/predict where the model has no maps.
export async function look(photo, { coverage, label, cam, signal }) {
  if (photo.size > maxBodyBytes)
    throw new Refusal({
      what: "the photo is too large",
      expected: `at most ${maxBodyBytes} bytes`,
      got: `${photo.size} bytes`,
    });
  const query = new URLSearchParams({ coverage });
  if (label) query.set("class", label);
  return request(`${cam ? "v1/explain" : "v1/predict"}?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: photo,
    signal,
  });
}
