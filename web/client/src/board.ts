import { announce } from "./announce";

// Picking a slot on the board: drag, tap-tap or keys. The page's own form holds the slot; the board only fills it in,
// so whoever has no script follows the same links and whoever types changes the same fields.

interface Pick { day: string; from: number; to: number }

const form = () => document.querySelector<HTMLFormElement>("form#booking");
const field = (name: string) => form()?.elements.namedItem(name) as HTMLInputElement | null;
const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const clock = (minute: number) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const board = () => document.getElementById("board");
const number = (name: string, otherwise: number) => Number(board()?.dataset[name] ?? otherwise);
const steps = () => [...document.querySelectorAll<HTMLAnchorElement>("#board .step a")].filter(a => a.offsetParent !== null);
const stepOf = (target: EventTarget | null) => (target as Element | null)?.closest?.<HTMLAnchorElement>("#board .step a") ?? null;

let anchor: Pick | null = null;   // a start was tapped; the next tap on the same day may be its end
let dragging: { pick: Pick; lane: HTMLElement; moved: boolean } | null = null;
let swallowClick = false;

const cell = (a: HTMLAnchorElement): Pick => ({ day: a.dataset.day ?? "", from: Number(a.dataset.from), to: Number(a.dataset.to) });
const laneOf = (day: string) => document.querySelector<HTMLElement>(`#board .lane[data-day="${day}"]`);

/** How far a slot from this minute may go before something stands in its way. */
function freeUntil(day: string, from: number): number {
  let end = from;
  for (const a of steps()) {
    const c = cell(a);
    if (c.day === day && c.from <= end && c.to > end) end = c.to;
  }
  return end;
}

function pick(next: Pick, andLook = true): void {
  const set = (name: string, value: string) => { const input = field(name); if (input) input.value = value; };
  set("day", next.day);
  set("from", clock(next.from));
  set("to", clock(next.to));
  draw();
  if (andLook) field("to")?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Draws what the fields say, whoever filled them in. */
function draw(): void {
  document.querySelectorAll("#board .picked").forEach(e => e.remove());
  const [day, from, to] = ["day", "from", "to"].map(name => field(name)?.value ?? "");
  const lane = day ? laneOf(day) : null;
  tell(day && from && to ? `${from}–${to}` : "", lane);
  if (!lane || !from || !to) return;
  const start = minutes(from), end = minutes(to) || 1440, first = number("first", 0);
  if (end <= start) return;
  const item = document.createElement("li");
  item.className = "picked";
  item.style.setProperty("--at", String(start - first));
  item.style.setProperty("--for", String(end - start));
  item.innerHTML = "<span></span>";
  (item.firstChild as HTMLElement).textContent = `${from}–${to}`;
  lane.append(item);
}

/** Says the slot on the button and, on a phone, in the bar at the bottom edge, with the first thing the server says of it. */
function tell(span: string, lane: HTMLElement | null): void {
  const words = document.getElementById("picked-words");
  if (words) words.textContent = span;
  const bar = document.querySelector<HTMLElement>(".pickbar");
  if (!bar) return;
  bar.hidden = span === "";
  const refused = document.querySelector("#preview .note-bad") !== null;
  bar.querySelector("button")?.toggleAttribute("hidden", refused);
  bar.querySelector("[data-help]")?.toggleAttribute("hidden", !refused);
  const set = (selector: string, text: string) => { const place = bar.querySelector(selector); if (place) place.textContent = text; };
  set("[data-picked]", [lane?.dataset.name, span].filter(Boolean).join(", "));
  set("[data-verdict]", document.querySelector("#preview .note li, #preview .note p")?.textContent ?? "");
}

function tap(a: HTMLAnchorElement): void {
  const c = cell(a);
  if (anchor && anchor.day === c.day && c.from >= anchor.to && c.to <= freeUntil(c.day, anchor.from)) {
    pick({ ...anchor, to: c.to });
    anchor = null;
  } else {
    const to = Math.min(c.from + number("length", 60), freeUntil(c.day, c.from));
    anchor = { ...c, to };
    pick(anchor);
  }
  say();
}

const say = () => announce(`${field("day")?.value ?? ""}, ${field("from")?.value ?? ""}–${field("to")?.value ?? ""}`);

document.addEventListener("click", event => {
  const a = stepOf(event.target);
  if (!a || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (swallowClick) { swallowClick = false; return; }
  tap(a);
});

// Drag with a mouse or a pen. A finger scrolls, and taps.
document.addEventListener("pointerdown", event => {
  const a = stepOf(event.target);
  swallowClick = false;
  if (!a || event.pointerType === "touch" || event.button !== 0) return;
  const lane = a.closest<HTMLElement>(".lane");
  if (lane) dragging = { pick: { ...cell(a) }, lane, moved: false };
});
document.addEventListener("pointermove", event => {
  if (!dragging) return;
  const box = dragging.lane.getBoundingClientRect();
  const grid = number("grid", 5);
  const at = number("first", 0) + ((event.clientY - box.top) / box.height) * number("minutes", 1440);
  const end = Math.min(Math.ceil(at / grid) * grid, freeUntil(dragging.pick.day, dragging.pick.from));
  if (!dragging.moved && Math.abs(end - dragging.pick.to) < grid) return;
  dragging.moved = true;
  if (end > dragging.pick.from) { dragging.pick.to = end; pick(dragging.pick, false); }
});
document.addEventListener("pointerup", () => {
  if (dragging?.moved) { swallowClick = true; anchor = null; pick(dragging.pick); say(); }
  dragging = null;
});
document.addEventListener("dragstart", event => { if (stepOf(event.target)) event.preventDefault(); });

document.addEventListener("keydown", event => {
  const a = stepOf(event.target);
  if (!a || event.ctrlKey || event.metaKey || event.altKey) return;
  const c = cell(a);
  const go = (found: HTMLAnchorElement | undefined) => { event.preventDefault(); if (found) focusStep(found); };
  const near = (day: string | undefined) => steps().filter(s => s.dataset.day === day)
    .sort((x, y) => Math.abs(cell(x).from - c.from) - Math.abs(cell(y).from - c.from))[0];
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp": {
      const down = event.key === "ArrowDown";
      if (event.shiftKey) { event.preventDefault(); stretch(down); return; }
      const day = steps().filter(s => s.dataset.day === c.day);
      return go(day[day.indexOf(a) + (down ? 1 : -1)]);
    }
    case "ArrowRight":
    case "ArrowLeft": {
      const days = [...new Set(steps().map(s => s.dataset.day))];
      return go(near(days[days.indexOf(c.day) + (event.key === "ArrowRight" ? 1 : -1)]));
    }
    case "Enter":
    case " ": {
      event.preventDefault();
      if (event.key === "Enter" && anchor && anchor.day === c.day && anchor.from === c.from) {
        anchor = null;
        document.querySelector<HTMLElement>("#book")?.focus();
      } else tap(a);
      return;
    }
    case "Escape":
      anchor = null;
      for (const name of ["from", "to"]) { const input = field(name); if (input) input.value = ""; }
      draw();
  }
});

/** Shift with an arrow makes the picked slot longer or shorter by a step of the grid. */
function stretch(longer: boolean): void {
  const [day, from, to] = ["day", "from", "to"].map(name => field(name)?.value ?? "");
  if (!day || !from || !to) return;
  const by = Math.max(number("grid", 5), 15) * (longer ? 1 : -1);
  const end = Math.min((minutes(to) || 1440) + by, freeUntil(day, minutes(from)));
  if (end > minutes(from)) { pick({ day, from: minutes(from), to: end }); say(); }
}

/** One stop for the Tab key on the whole board; arrows do the rest. */
function focusStep(to?: HTMLAnchorElement): void {
  const all = steps();
  const stop = to ?? all.find(a => a.tabIndex === 0 && a.dataset.stop) ?? all[0];
  for (const a of all) { a.tabIndex = a === stop ? 0 : -1; delete a.dataset.stop; }
  if (stop) stop.dataset.stop = "yes";
  to?.focus();
}

document.addEventListener("input", event => { if ((event.target as Element).closest("form#booking")) draw(); });
document.addEventListener("htmx:after:swap", () => { draw(); focusStep(); });
addEventListener("resize", () => focusStep());
draw();
focusStep();
