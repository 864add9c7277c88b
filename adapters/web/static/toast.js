// Short news at the bottom of the page, read out by screen readers.
const box = document.getElementById("toasts");

export function toast(sentence, { bad = false } = {}) {
  const item = document.createElement("div");
  item.className = bad ? "toast bad" : "toast";
  const words = document.createElement("span");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => item.remove());
  item.append(words, close);
  // One at a time: they stand above what somebody works with.
  box.replaceChildren(item);
  setTimeout(() => item.remove(), bad ? Math.max(5000, sentence.length * 70) : 5000);
}

export function trouble(error) {
  if (!error.status && !(error.name === "Error")) console.error(error);
  toast(error.message, { bad: true });
}
