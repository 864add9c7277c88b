// What was typed and not sent, by person and conversation. It survives a reload, and every tab sees it.
const prefix = `draft:${document.body.dataset.person}:`;
const listeners = [];

/** Called whenever a conversation gets a draft or loses it. */
export function onDrafts(listener) {
  listeners.push(listener);
}

export function draft(place) {
  try {
    return localStorage.getItem(prefix + place) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(place, text) {
  const had = Boolean(draft(place));
  try {
    if (text.trim()) localStorage.setItem(prefix + place, text);
    else localStorage.removeItem(prefix + place);
  } catch {
    // Not kept across a reload, then.
  }
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
