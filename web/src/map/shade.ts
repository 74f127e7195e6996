/**
 * Communes shaded by a figure. Five steps of one blue, each darker than the one before: they keep
 * apart in grey and for colour-blind readers, and the legend says each step's numbers.
 */

import type { ExpressionSpecification } from "maplibre-gl";

export interface Shading {
  /** Value by commune code. */
  readonly values: ReadonlyMap<string, number>;
  /** Lower bounds of the steps, rising. */
  readonly steps: readonly number[];
}

/** L* ≈ 92, 78, 62, 44, 25. */
export const SHADES = ["#dfe9f3", "#b3c8e0", "#7f9dc4", "#4a6c9f", "#1d3a6b"] as const;

/** Steps with as many communes in each, as far as their values differ. */
export function stepsOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const picked = SHADES.map((_, i) => sorted[Math.floor((i * sorted.length) / SHADES.length)] ?? 0);
  return [...new Set(picked)];
}

/** The shade of a step: with few steps the darkest is still the highest. */
export function shadeOf(step: number, steps: number): string {
  return SHADES[SHADES.length - steps + step] ?? SHADES[0];
}

function stepOf(value: number, steps: readonly number[]): number {
  return Math.max(0, steps.findLastIndex((from) => from <= value));
}

export function shadeExpression({ values, steps }: Shading, without: string): ExpressionSpecification | string {
  const pairs = [...values].flatMap(([code, value]) => [code, shadeOf(stepOf(value, steps), steps.length)]);
  const [first, colour, ...rest] = pairs;
  if (first === undefined || colour === undefined) return without;
  return ["match", ["to-string", ["get", "code"]], first, colour, ...rest, without];
}
