/** A small line of an indicator over time against its threshold: drawn, and said for those who do not see it. */

import type { TargetPoint } from "../api/figures";
import { svg } from "../dom";

const WIDE = 320;
const HIGH = 74;
const EDGE = 6;

/** A full dot is a figure of which everybody filed, a hollow one is of a part. */
export function chart(points: readonly TargetPoint[], bar: number | null, label: string): SVGSVGElement {
  const values = [...points.map((point) => point.ratio), ...(bar === null ? [] : [bar])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const spread = Math.max(high - low, 1);
  const months = points.map((point) => monthOf(point.from));
  const [first, last] = [months[0] ?? 0, months.at(-1) ?? 0];
  const x = (month: number) => (last === first ? WIDE / 2 : EDGE + ((WIDE - 2 * EDGE) * (month - first)) / (last - first));
  const y = (value: number) => HIGH - EDGE - ((HIGH - 2 * EDGE) * (value - low)) / spread;
  const path = points.map((point, i) => {
    const gap = i > 0 && (months[i] ?? 0) - (months[i - 1] ?? 0) > 1;
    return `${i === 0 || gap ? "M" : "L"}${x(months[i] ?? 0).toFixed(1)} ${y(point.ratio).toFixed(1)}`;
  }).join("");
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": label },
    svg("title", {}, label),
    bar === null ? null : svg("line", { class: "chart-bar", x1: 0, x2: WIDE, y1: y(bar), y2: y(bar) }),
    svg("path", { class: "chart-line", d: path }),
    ...points.map((point, i) => svg("circle", { class: point.complete ? "chart-whole" : "chart-part", cx: x(months[i] ?? 0).toFixed(1), cy: y(point.ratio).toFixed(1), r: 2.4 })));
}

function monthOf(day: string): number {
  const [year, month] = day.split("-").map(Number);
  return (year ?? 0) * 12 + (month ?? 0);
}
