import htmx from "htmx.org";
import { followChanges } from "./live";
import { openFinderByKey } from "./finder";

// Nothing here is needed to use a page: forms and links work without it.
htmx.config.includeIndicatorCSS = false;
htmx.config.history = false;

followChanges();
openFinderByKey();
sayWhatIsHappening();
nameTheZone();
leaveWhenIdle();
document.querySelector<HTMLElement>("[data-focus]")?.focus();
for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/** While a form is on its way its button says so, and a second press does nothing. */
function sayWhatIsHappening(): void {
  document.addEventListener("submit", event => {
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter;
    if (form.method !== "post" || !(button instanceof HTMLButtonElement)) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    // After the browser has read the form: a button disabled earlier would not be sent.
    setTimeout(() => {
      button.setAttribute("aria-busy", "true");
      if (button.dataset.busy) button.textContent = button.dataset.busy;
    });
  });
  // A page that comes back from the browser's memory may be sent again.
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
}

/** Tells a reader whose clock differs from the space's that times are the space's. */
function nameTheZone(): void {
  const note = document.getElementById("zone");
  const zone = note?.dataset.zone;
  if (!note || !zone) return;
  const here = new Date();
  const there = new Date(here.toLocaleString("en-US", { timeZone: zone }));
  const minutes = Math.abs(new Date(here.toLocaleString("en-US")).getTime() - there.getTime()) / 60_000;
  note.classList.toggle("differs", minutes >= 1);
}

/** Leaves a page that shows somebody's affairs once nobody has touched it for a while. */
function leaveWhenIdle(): void {
  const page = document.querySelector<HTMLElement>("[data-idle]");
  if (!page) return;
  let timer = 0;
  const again = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => location.assign(page.dataset.idleTo ?? "/"), Number(page.dataset.idle) * 1000);
  };
  for (const touch of ["pointerdown", "keydown", "scroll"]) addEventListener(touch, again, { passive: true });
  again();
}
