/** A score as a bar of its parts, and the key that tells which part is what and how much it may be. */

import type { Ranking } from "../api/planning";
import { h } from "../dom";
import { either, tenths } from "../text";

/** Apart from each other also in grey, and from the colours of verdicts. */
const COLOURS = ["#1d3a6b", "#6f9bd1", "#4b3f72", "#b79ad6", "#22666e", "#8fc3bd", "#5b6472", "#b8bec8"];

export class ScoreBars {
  readonly #weights: Ranking["weights"];
  readonly #whole: number;

  constructor(weights: Ranking["weights"]) {
    this.#weights = weights.filter(({ weight }) => weight > 0);
    this.#whole = this.#weights.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** Each part with its share of the hundred points. */
  key(): HTMLElement {
    return h("ul", { class: "score-key small", "data-test": "score-key" }, ...this.#weights.map(({ weight, text_vi: vi, text_en: en }, i) =>
      h("li", {}, swatch(i), ` ${either({ vi, en })}: `, h("strong", {}, `${tenths((100 * weight) / this.#whole)}`))));
  }

  /** As long as the score, of a hundred; told in words below it. */
  bar({ parts }: Ranking["items"][number]): HTMLElement {
    return h("div", { class: "score", "data-test": "score", "aria-hidden": "true" }, ...this.#weights.flatMap(({ factor }, i) => {
      const points = parts.find((part) => part.factor === factor)?.points ?? 0;
      if (points <= 0) return [];
      const part = h("span", {});
      part.style.width = `${points}%`;
      part.style.background = COLOURS[i % COLOURS.length] ?? "";
      return [part];
    }));
  }
}

function swatch(i: number): HTMLElement {
  const square = h("span", { class: "score-part", "aria-hidden": "true" });
  square.style.background = COLOURS[i % COLOURS.length] ?? "";
  return square;
}
