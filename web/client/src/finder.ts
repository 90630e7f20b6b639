/** Ctrl-K (or ⌘K) opens the finder; arrows walk through what it found. Without script /find is a page of its own. */
export function openFinderByKey(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog.finder");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const open = () => { dialog.showModal(); input?.select(); };

  document.addEventListener("keydown", event => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      dialog.open ? dialog.close() : open();
    }
  });
  document.addEventListener("click", event => {
    if ((event.target as Element).closest("[data-finder]")) { event.preventDefault(); open(); }
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", event => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [input, ...dialog.querySelectorAll<HTMLElement>("#found a")].filter(e => e !== null);
    const at = stops.indexOf(document.activeElement as HTMLInputElement);
    stops[(at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length]?.focus();
  });
}
