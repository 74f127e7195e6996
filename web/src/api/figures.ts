/** Shapes of targets, figures and criteria, as `docs/openapi.json` has them. */

import { address, ask, type Query } from "./client";

export interface UnitRef { readonly code: number; readonly name: string; readonly kind: string; readonly label: string }
export interface NotReported { readonly carrier: string; readonly units: readonly UnitRef[] }
export interface FigureNote { readonly code: string; readonly from: string; readonly to: string; readonly unit: UnitRef; readonly text_vi: string; readonly text_en: string }

export interface TargetFigure {
  readonly from: string;
  readonly to: string;
  readonly numerator: number;
  readonly denominator: number | null;
  readonly ratio: number | null;
  readonly standing: "provisional" | "final";
  readonly estimated: boolean;
  readonly complete: boolean;
  readonly reported: number;
  readonly meets: boolean | null;
  readonly distance: number | null;
  readonly lacking: number | null;
  readonly missing: readonly NotReported[];
}

export interface TargetPoint { readonly from: string; readonly ratio: number; readonly complete: boolean }

export interface Target {
  readonly id: string;
  readonly clause: string;
  readonly cite: string;
  readonly text_vi: string;
  readonly text_en: string;
  readonly scope_name: string;
  readonly owner: string;
  readonly due: string | null;
  readonly due_inferred: string | null;
  readonly sign: string | null;
  readonly threshold: number | null;
  readonly threshold_unit: string | null;
  readonly indicator: { readonly id: string; readonly name_vi: string; readonly name_en: string } | null;
  readonly verdict: "met" | "not_met" | "insufficient";
  readonly judged: TargetFigure | null;
  readonly latest: TargetFigure | null;
  readonly at_due: TargetFigure | null;
  readonly trend: { readonly text_vi: string; readonly text_en: string; readonly points: number } | null;
  readonly series: readonly TargetPoint[];
  readonly findings: readonly FigureNote[];
}

export interface TargetList {
  readonly as_of: string;
  readonly totals: { readonly met: number; readonly not_met: number; readonly insufficient: number };
  readonly items: readonly Target[];
}

export interface Figure {
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly ratio: number | null;
  readonly estimated: boolean;
  readonly complete: boolean;
  readonly reported: number;
}

export interface StatisticPoint {
  readonly from: string;
  readonly to: string;
  readonly now: (Figure & { readonly standing: "provisional" | "final"; readonly missing: readonly NotReported[]; readonly asks: readonly UnitRef[] }) | null;
  readonly from_previous: number | null;
  readonly from_last_year: number | null;
  readonly then: Figure | null;
  readonly moved: { readonly points: number | null; readonly by: readonly { readonly report: string; readonly row: number }[] } | null;
}

export interface StatisticUnit { readonly unit: UnitRef; readonly points: readonly StatisticPoint[]; readonly findings: readonly FigureNote[] }

export interface StatisticList { readonly indicator: Indicator; readonly items: readonly StatisticUnit[] }

export interface MissingList { readonly count: number; readonly by_carrier: readonly { readonly carrier: string; readonly missing: number }[]; readonly items: readonly { readonly from: string; readonly to: string }[] }

export interface UnitCriterion {
  readonly goal: string | null;
  readonly clause: string | null;
  readonly due: string | null;
  readonly set: string;
  readonly unit: UnitRef;
  readonly today: readonly UnitRef[];
  readonly edition: string | null;
  readonly verdict: "passes" | "fails" | "insufficient";
  readonly contents: readonly { readonly content: string; readonly text_vi: string; readonly text_en: string; readonly verdict: string; readonly why_vi: string; readonly why_en: string; readonly deciding: readonly { readonly id: string; readonly name: string }[] }[];
}

export interface CriterionList { readonly totals: { readonly passes: number; readonly fails: number; readonly insufficient: number }; readonly items: readonly UnitCriterion[] }

export const STATISTICS = "/api/v1/statistics";

type Days = { readonly as_of: string | null; readonly known_at: string | null };

export const figures = {
  targets: (days: Days): Promise<TargetList> => ask(address("/api/v1/targets", days)),
  criteria: (days: Days, unit: string | null): Promise<CriterionList> => ask(address("/api/v1/criteria", { ...days, unit })),
  statistics: (query: Query): Promise<StatisticList> => ask(address(STATISTICS, { ...query, limit: 1000 })),
  byCommune: (indicator: string, from: string, days: Days): Promise<StatisticList> =>
    ask(address("/api/v1/statistics", { ...days, indicator, by: "commune", from, limit: 1000 })),
  missing: (days: Days): Promise<MissingList> => ask(address("/api/v1/statistics/missing", { ...days, limit: 1 })),
};

export interface Indicator {
  readonly id: string;
  readonly name_vi: string;
  readonly name_en: string;
  readonly kind: "share" | "per_hundred";
  readonly numerator_vi: string;
  readonly numerator_en: string;
  readonly denominator_vi: string;
  readonly denominator_en: string;
  readonly source: string;
}

let known: Promise<readonly Indicator[]> | null = null;

/** Asked for once; a network that was away is asked again. */
export function indicators(): Promise<readonly Indicator[]> {
  known ??= ask<{ items: readonly Indicator[] }>("/api/v1/indicators").then(({ items }) => items);
  known.catch(() => { known = null; });
  return known;
}
