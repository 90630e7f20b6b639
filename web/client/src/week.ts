import { announce } from "./announce";

// Somebody's weekly hours as a grid to paint on. It is drawn from the fields and writes into them: the fields are what is sent, so whoever has no script, or types, changes the same.

type Span = [from: number, to: number];   // minutes of the day; past midnight it goes on beyond 1440

const Day = 1440;
const Step = 30;

function begin(grid: HTMLElement): void {
  const fields = [...document.querySelectorAll<HTMLInputElement>("input[data-hours]")];
  const table = grid.querySelector("table");
  if (fields.length !== 7 || !table) return;
  const words = grid.dataset;
  let week = fields.map(f => parse(f.value) ?? []);
  let [first, last] = reach(week);
  let shown = Math.max(0, week.findIndex(spans => spans.length > 0));
  let dragging: { day: number; at: number; on: boolean; before: Span[][] } | null = null;

  /** What the mentor's own calendar has in the next seven days: day, from, to. */
  const taken = (words.busy ?? "").split(" ").map(text => /^(\d):(\d+)-(\d+)$/.exec(text)).filter(found => found !== null).map(found => [Number(found[1]), Number(found[2]), Number(found[3])] as const);
  const isTaken = (day: number, at: number) => taken.some(([d, from, to]) => d === day && from < at + Step && to > at);

  const pickers = [...grid.querySelectorAll<HTMLButtonElement>("button[data-day]")];
  const cells = () => [...table.querySelectorAll<HTMLTableCellElement>("td")];
  const dayOf = (cell: HTMLElement) => Number(cell.dataset.day);
  const atOf = (cell: HTMLElement) => Number(cell.dataset.at);
  const cellAt = (day: number, at: number) => table.querySelector<HTMLTableCellElement>(`td[data-day="${day}"][data-at="${at}"]`);
  const name = (day: number) => pickers[day]?.dataset.name ?? "";

  /** How much of a half hour is offered, also by hours that began the evening before. */
  function share(day: number, at: number): number {
    const spans = [...week[day]!, ...week[(day + 6) % 7]!.map(([from, to]): Span => [from - Day, to - Day])];
    return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, at + Step) - Math.max(from, at)), 0) / Step;
  }

  const isOn = (day: number, at: number) => share(day, at) >= 1;

  function set(day: number, at: number, on: boolean): void {
    if (on === isOn(day, at) && (on || share(day, at) === 0)) return;
    if (on) { week[day] = union([...week[day]!, [at, at + Step]]); return; }
    const before = (day + 6) % 7;
    week[day] = without(week[day]!, [at, at + Step]);
    // What is left of an evening's hours after midnight is the next day's own.
    const rest = without(week[before]!, [at + Day, at + Step + Day]);
    week[before] = rest.filter(([from]) => from < Day);
    week[day] = union([...week[day]!, ...rest.filter(([from]) => from >= Day).map(([from, to]): Span => [from - Day, to - Day])]);
  }

  /** Draws the rows anew: other hours are to be seen. */
  function build(): void {
    const stop = table!.querySelector<HTMLTableCellElement>('td[tabindex="0"]');
    const [day, at] = stop ? [dayOf(stop), atOf(stop)] : [shown, first];
    const body = document.createElement("tbody");
    for (let row = first; row < last; row += Step) {
      const line = body.insertRow();
      line.setAttribute("role", "row");
      const head = document.createElement("th");
      head.setAttribute("role", "rowheader");
      head.scope = "row";
      head.innerHTML = row % 60 === 0 ? "<span></span>" : '<span class="unseen"></span>';
      (head.firstChild as HTMLElement).textContent = clock(row);
      line.append(head);
      for (let d = 0; d < 7; d++) {
        const cell = line.insertCell();
        cell.setAttribute("role", "gridcell");
        cell.dataset.day = String(d);
        cell.dataset.at = String(row);
        cell.setAttribute("aria-label", `${name(d)} ${clock(row)}–${clock(row + Step)}${isTaken(d, row) ? `, ${words.taken}` : ""}`);
        cell.tabIndex = -1;
      }
    }
    table!.tBodies[0]?.remove();
    table!.append(body);
    (cellAt(day, Math.min(Math.max(at, first), last - Step)) ?? cells()[0])!.tabIndex = 0;
    draw();
  }

  function draw(): void {
    for (const cell of cells()) {
      const part = share(dayOf(cell), atOf(cell));
      cell.setAttribute("aria-selected", String(part >= 1));
      cell.className = part >= 1 ? "on" : part > 0 ? "part" : "";
      cell.classList.toggle("busy", isTaken(dayOf(cell), atOf(cell)));
      cell.classList.toggle("is-shown", dayOf(cell) === shown);
    }
    for (const head of table!.querySelectorAll<HTMLElement>("thead th[data-day]")) head.classList.toggle("is-shown", dayOf(head) === shown);
    for (const button of pickers) {
      button.setAttribute("aria-pressed", String(dayOf(button) === shown));
      button.classList.toggle("has-hours", week[dayOf(button)]!.length > 0);
    }
    grid.querySelector<HTMLElement>("[data-earlier]")!.hidden = first === 0;
    grid.querySelector<HTMLElement>("[data-later]")!.hidden = last === Day;
  }

  function write(): void {
    fields.forEach((field, day) => {
      const text = format(week[day]!);
      if (format(parse(field.value) ?? [[-1, -1]]) !== text) field.value = text;
    });
    draw();
  }

  const say = (cell: HTMLElement) => announce(`${cell.getAttribute("aria-label")}: ${isOn(dayOf(cell), atOf(cell)) ? words.on : words.off}`);

  function focus(cell: HTMLTableCellElement): void {
    for (const other of cells()) other.tabIndex = -1;
    cell.tabIndex = 0;
    if (dayOf(cell) !== shown) { shown = dayOf(cell); draw(); }
    cell.focus({ preventScroll: dragging !== null });
  }

  function toggle(cell: HTMLElement): void {
    set(dayOf(cell), atOf(cell), !isOn(dayOf(cell), atOf(cell)));
    write();
    say(cell);
  }

  table.addEventListener("keydown", event => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const [day, at] = [dayOf(cell), atOf(cell)];
    const to: [number, number] | null = event.key === "ArrowDown" ? [day, at + Step] : event.key === "ArrowUp" ? [day, at - Step]
      : event.key === "ArrowRight" ? [day + 1, at] : event.key === "ArrowLeft" ? [day - 1, at]
      : event.key === "Home" ? [day, first] : event.key === "End" ? [day, last - Step] : null;
    if (event.key === " " || event.key === "Enter") { event.preventDefault(); toggle(cell); return; }
    if (!to) return;
    event.preventDefault();
    if (to[1] < first && first > 0) { first -= 60; build(); }
    if (to[1] >= last && last < Day) { last += 60; build(); }
    const next = cellAt(...to);
    if (!next) return;
    // Shift carries what this half hour has on to the next.
    if (event.shiftKey) { set(to[0], to[1], isOn(day, at)); write(); }
    focus(next);
    if (event.shiftKey) say(next);
  });

  table.addEventListener("pointerdown", event => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (!cell || event.button !== 0) return;
    event.preventDefault();
    if (cell.hasPointerCapture(event.pointerId)) cell.releasePointerCapture(event.pointerId);
    dragging = { day: dayOf(cell), at: atOf(cell), on: !isOn(dayOf(cell), atOf(cell)), before: week };
    paint(cell);
    focus(cell);
  });
  document.addEventListener("pointermove", event => {
    const cell = dragging && document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLTableCellElement>("#hours-grid td");
    if (cell) paint(cell);
  });
  document.addEventListener("pointerup", () => {
    if (!dragging) return;
    announce(`${name(dragging.day)}: ${format(week[dragging.day]!) || words.none}`);
    dragging = null;
  });
  document.addEventListener("pointercancel", () => {
    if (!dragging) return;
    week = dragging.before;
    dragging = null;
    write();
  });
  // From a screen reader a press is a click and nothing more.
  table.addEventListener("click", event => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td");
    if (cell && event.detail === 0) toggle(cell);
  });

  /** Everything between where the drag began and here, as if it had only now begun: whoever goes back takes back. */
  function paint(cell: HTMLElement): void {
    const { day, at, on, before } = dragging!;
    week = before.map(spans => [...spans]);
    for (let d = Math.min(day, dayOf(cell)); d <= Math.max(day, dayOf(cell)); d++)
      for (let m = Math.min(at, atOf(cell)); m <= Math.max(at, atOf(cell)); m += Step) set(d, m, on);
    write();
  }

  for (const button of pickers) button.addEventListener("click", () => {
    shown = dayOf(button);
    for (const other of cells()) other.tabIndex = -1;
    (cellAt(shown, first) ?? cells()[0])!.tabIndex = 0;
    draw();
  });
  grid.querySelector("[data-earlier]")?.addEventListener("click", () => { first = Math.max(0, first - 120); build(); });
  grid.querySelector("[data-later]")?.addEventListener("click", () => { last = Math.min(Day, last + 120); build(); });
  grid.querySelector<HTMLElement>("[data-copy]")?.addEventListener("click", event => {
    const hours = week[shown]!;
    week = week.map((spans, day) => day < 5 ? hours.map(([from, to]): Span => [from, to]) : spans);
    write();
    announce((event.currentTarget as HTMLElement).dataset.said ?? "");
  });
  for (const field of fields) field.addEventListener("input", () => { week = fields.map((f, day) => parse(f.value) ?? week[day]!); draw(); });

  grid.hidden = false;
  build();
}

/** From an hour before the first to an hour after the last; a working day where there are none. */
function reach(week: Span[][]): Span {
  const spans = week.flat();
  if (spans.length === 0) return [480, 1080];
  const [from, to] = [Math.min(...spans.map(s => s[0])), Math.max(...spans.map(s => Math.min(s[1], Day)))];
  return [Math.max(0, Math.floor(from / 60) * 60 - 60), Math.min(Day, Math.max(Math.ceil(to / 60) * 60 + 60, Math.floor(from / 60) * 60 + 240))];
}

function minute(text: string): number | null {
  const found = /^(\d{1,2})(?::(\d\d))?$/.exec(text.trim());
  const at = found ? Number(found[1]) * 60 + Number(found[2] ?? 0) : NaN;
  return at <= Day ? at : null;
}

function parse(text: string): Span[] | null {
  const spans: Span[] = [];
  for (const part of text.split(",").map(p => p.trim()).filter(p => p !== "")) {
    const [from, to, more] = part.split(/[-–—]/).map(minute);
    if (from == null || to == null || more !== undefined) return null;
    spans.push([from % Day, to <= from ? to + Day : to]);
  }
  return union(spans);
}

const clock = (at: number) => `${Math.floor(at / 60) % 24}:${String(at % 60).padStart(2, "0")}`;

const format = (spans: Span[]) => spans.map(([from, to]) => `${clock(from)}–${to % Day === 0 ? "24:00" : clock(to)}`).join(", ");

function union(spans: Span[]): Span[] {
  const joined: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const before = joined[joined.length - 1];
    if (before && from <= before[1]) before[1] = Math.max(before[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

const without = (spans: Span[], [off, until]: Span): Span[] =>
  spans.flatMap(([from, to]): Span[] => [[from, Math.min(to, off)], [Math.max(from, until), to]]).filter(([from, to]) => from < to);

const grid = document.getElementById("hours-grid");
if (grid) begin(grid);
