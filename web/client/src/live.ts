import htmx from "htmx.org";
import { announce } from "./announce";

/**
 * Parts of a page marked data-live="booking-changed tool-changed" are fetched again when such an event comes, and morphed in place.
 * data-tool narrows it to one tool. What is new or different in them (by data-key) is marked for a moment and announced.
 */
export function followChanges(): void {
  const parts = () => [...document.querySelectorAll<HTMLElement>("[data-live]")];
  // Events are for members; a visitor's page is looked at again every minute.
  if (parts().length === 0 || document.querySelector(".shell.open")) return;
  const kinds = new Set(parts().flatMap(part => (part.dataset.live ?? "").split(" ")));
  const events = new EventSource("/api/v1/events");
  for (const kind of kinds) {
    events.addEventListener(kind, event => {
      const tool = toolOf(event.data);
      for (const part of parts())
        if (part.dataset.live?.split(" ").includes(kind) && (!part.dataset.tool || !tool || part.dataset.tool === tool)) refreshSoon(part.id);
    });
  }
  // What happened between the page's making and the stream's opening is in no event.
  events.addEventListener("open", () => parts().forEach(part => refreshSoon(part.id)), { once: true });
  addEventListener("pagehide", () => events.close());
  markWhatChanges();
}

function toolOf(data: string): string | undefined {
  try { return (JSON.parse(data) as { toolId?: string }).toolId; } catch { return undefined; }
}

const waiting = new Map<string, number>();

/** Several events of one change make one fetch. */
function refreshSoon(id: string): void {
  clearTimeout(waiting.get(id));
  waiting.set(id, window.setTimeout(() => {
    const part = document.getElementById(id);
    if (part) htmx.trigger(part, "refresh");
  }, 120));
}

function markWhatChanges(): void {
  const before = new Map<string, Map<string, string>>();
  const unfolded = new Set<string>();
  document.addEventListener("htmx:before:swap", () => {
    unfolded.clear();
    for (const fold of folds()) if (fold.open) unfolded.add(fold.id);
    for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) before.set(part.id, keysOf(part));
  });
  document.addEventListener("htmx:after:swap", () => {
    // What the reader has unfolded stays so.
    for (const fold of folds()) if (unfolded.has(fold.id)) fold.open = true;
    for (const [id, old] of before) {
      const part = document.getElementById(id);
      if (part) mark(part, old);
    }
    before.clear();
  });
}

const folds = () => document.querySelectorAll<HTMLDetailsElement>("[data-live] details[id]");

const keysOf = (part: Element) =>
  new Map([...part.querySelectorAll<HTMLElement>("[data-key]")].map(e => [e.dataset.key ?? "", e.textContent ?? ""]));

function mark(part: HTMLElement, old: Map<string, string>): void {
  let changes = 0;
  for (const element of part.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = element.dataset.key ?? "";
    if (old.get(key) === element.textContent) { old.delete(key); continue; }
    old.delete(key);
    changes++;
    element.classList.add("changed");
    setTimeout(() => element.classList.remove("changed"), 2500);
  }
  if ((changes > 0 || old.size > 0) && part.dataset.news) announce(part.dataset.news);
}
