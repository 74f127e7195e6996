/**
 * Colours, each with its reason. Verdict colours keep apart for colour-blind readers (dark red,
 * orange, yellow, grey, blue) and in grey print (L* ≈ 31, 62, 82, 66 ring, 47); the shapes in
 * icons.ts carry the same difference without any colour.
 */

import type { Verdict } from "../api/api";

export interface Palette {
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly sea: string;
  readonly land: string;
  readonly coast: string;
  readonly commune: string;
  readonly communeTint: string;
  readonly communeLine: string;
  readonly label: string;
  readonly faintLabel: string;
  readonly seaLabel: string;
  readonly halo: string;
  readonly accent: string;
  /** A question that waits for an answer. */
  readonly ask: string;
  readonly ink: string;
}

export const LIGHT: Palette = {
  verdict: { no_signal: "#9c1c2e", partial_hole: "#dd7a0e", not_as_asked: "#d9b300", insufficient: "#6f7a86", covered: "#1f6f9f" },
  sea: "#dbe7ef",
  land: "#ebe9e3",
  coast: "#a9bcc9",
  commune: "#fdfcfa",
  communeTint: "#f1e3d9",
  communeLine: "#c3c0b6",
  label: "#5b6066",
  faintLabel: "#7a8087",
  seaLabel: "#6f8ca3",
  halo: "#ffffff",
  accent: "#0f4c81",
  ask: "#e0a100",
  ink: "#1c2733",
};
