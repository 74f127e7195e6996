/** What a browser finds wrong with a field is said in the page's language, not in the browser's. */

import { t } from "./text";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Fields whose words are ours: they go with the next key. */
const told = new WeakSet<Field>();

export function speakOfFields(): void {
  document.addEventListener("invalid", ({ target }) => {
    if (!isField(target) || target.validity.customError) return;
    told.add(target);
    target.setCustomValidity(wrong(target));
  }, true);
  for (const kind of ["input", "change"]) document.addEventListener(kind, ({ target }) => {
    if (isField(target) && told.delete(target)) target.setCustomValidity("");
  }, true);
}

function wrong(field: Field): string {
  const { valueMissing, rangeUnderflow, rangeOverflow } = field.validity;
  if (valueMissing) return t("field_needed");
  const { min = "", max = "" } = field instanceof HTMLInputElement ? field : {};
  if (rangeUnderflow) return t("field_least", { n: Number(min) });
  return rangeOverflow ? t("field_most", { n: Number(max) }) : t("field_wrong");
}

function isField(target: EventTarget | null): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
