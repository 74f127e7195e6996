/** The handle of the sheet on a narrow screen: dragged up or down, or pressed. */

import { h } from "./dom";

/** A finger that moved less than this has pressed. */
const DRAG_PX = 24;

export function sheetHandle(label: string, moved: (way: "up" | "down" | "pressed") => void): HTMLButtonElement {
  let from: number | null = null;
  let dragged = false;
  return h("button", {
    type: "button", class: "sheet-handle", "aria-label": label,
    onpointerdown: (event) => {
      if (!(event instanceof PointerEvent) || !(event.target instanceof Element)) return;
      [from, dragged] = [event.clientY, false];
      event.target.setPointerCapture(event.pointerId);
    },
    onpointerup: (event) => {
      if (!(event instanceof PointerEvent) || from === null) return;
      const by = event.clientY - from;
      [from, dragged] = [null, Math.abs(by) >= DRAG_PX];
      if (dragged) moved(by < 0 ? "up" : "down");
    },
    onpointercancel: () => { from = null; },
    // The click that ends a drag is none.
    onclick: () => { if (!dragged) moved("pressed"); dragged = false; },
  });
}
