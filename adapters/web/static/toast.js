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
  while (box.children.length > 2) box.firstChild.remove();
  box.append(item);
  setTimeout(() => item.remove(), Math.max(5000, sentence.length * 70));
}

export function trouble(error) {
  if (!error.status && !(error.name === "Error")) console.error(error);
  toast(error.message, { bad: true });
}
