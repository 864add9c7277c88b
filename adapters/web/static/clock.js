// Desk time in the page. In the demo it is simulated, so the browser's own clock is never asked what time it is.
const { now, speed } = document.body.dataset;
let base = Date.parse(now);
let since = performance.now();

export function deskNow() {
  return base + (performance.now() - since) * Number(speed);
}

export function sync(iso) {
  if (!iso) return;
  base = Date.parse(iso);
  since = performance.now();
  tick();
}

// The same words as times.py.
function length(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ""}`;
  }
  const days = Math.round(minutes / (24 * 60));
  return days === 1 ? "1 day" : `${days} days`;
}

export function relative(at) {
  const seconds = (at - deskNow()) / 1000;
  if (Math.abs(seconds) < 30) return "now";
  return seconds > 0 ? `in ${length(seconds)}` : `${length(-seconds)} ago`;
}

function strip(clock) {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", timeZone: clock.dataset.zone,
  });
  const parts = Object.fromEntries(format.formatToParts(deskNow()).map((p) => [p.type, p.value]));
  return `${parts.weekday} ${parts.day} ${parts.month.slice(0, 3)} ${parts.hour}:${parts.minute}`;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    write(time, relative(Date.parse(time.dateTime)));
  }
  const clock = document.getElementById("clock");
  if (clock) write(clock, strip(clock));
}

export function start() {
  tick();
  setInterval(tick, 1000);
}
