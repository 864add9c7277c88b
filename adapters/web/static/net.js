// Talking to the server: every trouble becomes one kind sentence.
const person = document.body.dataset.person ?? "";
const headers = { "X-Person": encodeURIComponent(person) };

export class Trouble extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }

  /** Whether the same thing may be sent again: the server may never have seen it. */
  get unsure() {
    return this.status === 0 || this.status >= 500;
  }
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { ...headers, ...options.headers } });
  } catch {
    throw new Trouble("No connection just now. What you typed is still here; please try again in a moment.");
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  // Another tab changed who we are: this page must not act in their name.
  if (response.status === 409) setTimeout(() => location.reload(), 1500);
  throw new Trouble(error ?? "Something went wrong on our side. Please try again.", response.status);
}

export async function part(path) {
  const response = await call(path);
  return { html: await response.text(), more: response.headers.get("X-More") === "1" };
}

export async function ask(path) {
  return (await call(path)).json();
}

export async function post(path, body) {
  const response = await call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

export async function upload(file) {
  const type = file.type || "application/octet-stream";
  const name = encodeURIComponent(file.name || "pasted");
  const response = await call(`/files?name=${name}`, { method: "POST", headers: { "Content-Type": type }, body: file });
  return response.json();
}

export function channelPath(channel, thread) {
  const base = `/c/${encodeURIComponent(channel).replaceAll("%3A", ":")}`;
  return thread ? `${base}/t/${thread}` : base;
}

export function newId() {
  // randomUUID is missing where the page is served over plain HTTP from another machine.
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Each act keeps its id until the server has answered it, so that trying again acts once. */
const unanswered = new Map();

export async function once(key, send) {
  const id = unanswered.get(key) ?? newId();
  unanswered.set(key, id);
  try {
    const answer = await send(id);
    unanswered.delete(key);
    return answer;
  } catch (trouble) {
    if (!trouble.unsure) unanswered.delete(key);
    throw trouble;
  }
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
