/** What a reader is typing is not taken away by news from elsewhere. */

import { h } from "./dom";
import { t } from "./text";

/** Something was typed, ticked or chosen in it and not sent yet. */
export function isTyped(place: ParentNode): boolean {
  const inputs = [...place.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("form :is(input, textarea), input[type=checkbox]")];
  return inputs.some((one) => one.value !== one.defaultValue || (one instanceof HTMLInputElement && one.checked !== one.defaultChecked))
    || [...place.querySelectorAll<HTMLSelectElement>("form select")].some((one) => one.selectedIndex > Math.max(0, [...one.options].findIndex(({ defaultSelected }) => defaultSelected)));
}

/** Reads a panel anew when something changed; while it is being typed in, that is offered instead. */
export function whenChanged(panel: HTMLElement, before: HTMLElement, load: () => void): void {
  const offer = h("p", { class: "finding note changed", role: "status", "data-test": "changed-elsewhere", hidden: true }, `${t("changed_elsewhere")} `,
    h("button", { type: "button", class: "link", onclick: () => { offer.hidden = true; load(); } }, t("read_anew")));
  before.before(offer);
  panel.addEventListener("phusong-changed", () => {
    offer.hidden = !isTyped(panel);
    if (offer.hidden) load();
  });
}

/** A panel drawn anew in the place of the same one: what was unfolded stays so, and what is typed into the form of `kept` goes over with it. */
export function carryOver(old: HTMLElement, fresh: HTMLElement, kept: string): void {
  const active = document.activeElement;
  const unfolded = new Set([...old.querySelectorAll("details[open]")].map(pathOf));
  for (const one of fresh.querySelectorAll("details")) if (unfolded.has(pathOf(one))) one.open = true;
  const form = old.querySelector(kept);
  if (form === null || !isTyped(form)) return;
  fresh.querySelector(kept)?.replaceWith(form);
  if (form.contains(active) && active instanceof HTMLElement) queueMicrotask(() => active.focus({ preventScroll: true }));
}

/** By its heading and its own name; of several alike all are one. */
function pathOf(details: Element): string {
  return `${details.closest("section")?.querySelector("h3")?.textContent ?? ""}/${details.parentElement?.firstElementChild?.textContent ?? ""}/${details.querySelector("summary")?.textContent ?? ""}`;
}
