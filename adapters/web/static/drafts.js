// What was typed and not sent, by person and place. It survives a reload, and every tab sees it.
const { person } = document.body.dataset;
const prefix = `draft:${person}:`;
const listeners = [];

/** Called whenever a conversation gets a draft or loses it. */
export function onDrafts(listener) {
  listeners.push(listener);
}

function read(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key, text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // Not kept across a reload, then.
  }
}

export const draft = (place) => read(prefix + place);

export function keepDraft(place, text) {
  const had = Boolean(draft(place));
  write(prefix + place, text.trim() ? text : "");
  if (had !== Boolean(text.trim())) listeners.forEach((listener) => listener());
}

/** Whether the channel, or a thread of it, has words that wait. */
export function hasDraft(channel) {
  try {
    const own = prefix + channel;
    return Object.keys(localStorage).some((key) => key === own || key.startsWith(`${own}/`));
  } catch {
    return false;
  }
}

const editKey = (message) => `edit:${person}:${message}`;

/** Other words for a message that were not saved. */
export const editDraft = (message) => read(editKey(message));
export const keepEdit = (message, text) => write(editKey(message), text);

const WEEK = 7 * 24 * 3600 * 1000;
const formKey = (name) => `form:${person}:${name}`;

/** What was filled into a form that was not sent, by field; empty where there is none, or it is older than a week. */
export function formDraft(name) {
  try {
    const { at, values } = JSON.parse(read(formKey(name)) || "{}");
    return Date.now() - at < WEEK ? values : {};
  } catch {
    return {};
  }
}

export function keepForm(name, values) {
  write(formKey(name), Object.keys(values).length ? JSON.stringify({ at: Date.now(), values }) : "");
}
