/** Polite messages: said to screen readers, shown for a while, never in the way. */

import { h } from "../dom";
import { t } from "../text";

const SHOWN_MS = 9_000;
const MOST = 4;

export class Toasts {
  readonly element = h("div", { class: "toasts", role: "status", "aria-live": "polite" });

  /** For a while; what asks for a deed stays until it is closed. */
  say(text: string, how: "passing" | "staying" = "passing"): HTMLElement | null {
    if (text === "" || this.element.lastElementChild?.firstChild?.textContent === text) return null;
    const toast = h("div", { class: "toast", "data-test": "toast" }, h("span", {}, text),
      h("button", { type: "button", class: "icon-button", "aria-label": t("toast_close"), onclick: () => toast.remove() }, "×"));
    this.element.append(toast);
    while (this.element.childElementCount > MOST) this.element.firstElementChild?.remove();
    if (how === "passing") setTimeout(() => toast.remove(), SHOWN_MS);
    return toast;
  }
}
