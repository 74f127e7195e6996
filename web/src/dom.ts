/** Elements from plain values. Text becomes text nodes only: nothing a sender typed is ever markup. */

export type Child = Node | string | number | null | undefined | false;

type Handler = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | Handler>>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  element.append(...nodes(children));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  apply(element, attributes);
  element.append(...nodes(children));
  return element;
}

export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...nodes(children));
}

/** Fills anew what may hold the focus: it stays in the place, and is not lost to the top of the page. */
export function refill(place: HTMLElement, ...children: readonly Child[]): void {
  const held = place.contains(document.activeElement);
  fill(place, ...children);
  if (!held) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Saves text or bytes as a file on the reader's machine. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => (child === null || child === undefined || child === false ? [] : [typeof child === "number" ? String(child) : child]));
}
