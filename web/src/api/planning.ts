/** What the planning questions and rule sets answer, and how they are asked. */

import type { UnitName, Verdict, VillageSummary } from "./api";
import { address, ask, type Query } from "./client";

export interface PlannedCluster {
  readonly id: string;
  readonly village: string;
  readonly village_name: string | null;
  readonly households: number | null;
}

export interface ProposedSite {
  readonly rank: number;
  readonly lon: number;
  readonly lat: number;
  readonly existing: { readonly carrier: string; readonly code: string } | null;
  readonly adds_households: number;
  readonly adds_clusters: number;
  readonly adds_clusters_households_unknown: number;
  readonly clusters: readonly PlannedCluster[];
}

export interface SitePlan {
  readonly reach_m: number;
  readonly demand: { readonly clusters: number; readonly clusters_unplaced: number; readonly clusters_uncertain: number; readonly candidates: number };
  readonly households: number;
  readonly clusters: number;
  readonly gap: number;
  readonly sites: readonly ProposedSite[];
}

export interface RankWeight {
  readonly factor: string;
  readonly weight: number;
  readonly text_vi: string;
  readonly text_en: string;
}

export interface Ranking {
  readonly weights: readonly RankWeight[];
  readonly count: number;
  readonly items: readonly {
    readonly rank: number;
    readonly score: number;
    readonly parts: readonly { readonly factor: string; readonly points: number; readonly raw: number | null }[];
    readonly village: Pick<VillageSummary, "id" | "name" | "commune" | "verdict" | "households">;
  }[];
}

interface VillageCounts {
  readonly villages: number;
  readonly households: number;
}

export interface SideBySide {
  readonly days: readonly string[];
  readonly rows: readonly {
    readonly carrier: string;
    readonly technology: string | null;
    readonly cells: readonly { readonly villages: Readonly<Record<Verdict, VillageCounts>> }[];
  }[];
  readonly turnings: readonly { readonly before: string; readonly after: string; readonly text_vi: string; readonly text_en: string }[];
}

export interface RuleSetOnFile {
  readonly id: string;
  readonly version: number;
  readonly title_vi: string;
  readonly title_en: string;
  readonly source: string;
  readonly in_force: boolean;
}

export interface RulesDiff {
  readonly settings: readonly { readonly key: string; readonly text_vi: string; readonly text_en: string; readonly a: string | null; readonly b: string | null }[];
  readonly moves: number;
  readonly flags_only: number;
  readonly households: number;
  readonly villages_households_unknown: number;
  readonly next: string | null;
  readonly items: readonly {
    readonly village: string;
    readonly name: string | null;
    readonly under_a: Verdict | null;
    readonly under_b: Verdict | null;
    readonly moves: boolean;
    readonly because: readonly { readonly text_vi: string; readonly text_en: string }[];
  }[];
}

type Commune = UnitName;

export interface HangingList {
  readonly count: number;
  readonly note_vi: string;
  readonly note_en: string;
  readonly next: string | null;
  readonly items: readonly {
    readonly village: string;
    readonly name: string | null;
    readonly commune: Commune | null;
    readonly verdict: Verdict;
    readonly households: number;
    readonly clusters: readonly {
      readonly id: string;
      readonly name: string | null;
      readonly households: number | null;
      readonly on: "site" | "backhaul" | "power";
      readonly site: { readonly carrier: string; readonly code: string } | null;
      readonly line: string | null;
      readonly sites: readonly { readonly carrier: string; readonly code: string }[];
      readonly carriers: readonly string[];
      readonly technologies: readonly string[];
    }[];
  }[];
}

type ClusterTotals = Readonly<Record<"covered" | "not_covered" | "insufficient", { readonly clusters: number; readonly households: number; readonly clusters_households_unknown: number }>>;

export interface ClusterGaps {
  readonly totals: ClusterTotals;
  readonly next: string | null;
  readonly items: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly implied: boolean;
    readonly village: string;
    readonly village_name: string | null;
    readonly commune: Commune | null;
    readonly households: number | null;
  }[];
}

export interface CoverageSeries {
  readonly points: readonly { readonly day: string; readonly clusters: ClusterTotals }[];
}

type Totals = Readonly<Record<Verdict, VillageCounts & { readonly villages_households_unknown: number }>>;
interface RuleSetName { readonly id: string; readonly version: number; readonly title_vi: string; readonly title_en: string }

export interface ThenNow {
  readonly as_of: string;
  readonly then: Totals;
  readonly now: Totals;
  readonly rules_then: RuleSetName;
  readonly rules_now: RuleSetName;
  readonly count: number;
  readonly next: string | null;
  readonly moved: readonly {
    readonly village: string;
    readonly name: string | null;
    readonly commune: Commune | null;
    readonly then: Verdict | null;
    readonly now: Verdict | null;
    readonly moved_by: readonly { readonly recorded_at: string; readonly reports: readonly string[]; readonly to: Verdict }[];
  }[];
}

export interface ChangeList {
  readonly count: number;
  readonly as_of: string | null;
  readonly next: string | null;
  readonly items: readonly {
    readonly village: string;
    readonly name: string;
    readonly commune: string | null;
    /** By days; null by known time. */
    readonly day: string | null;
    /** By known time; null by days. */
    readonly recorded_at: string | null;
    readonly reports: readonly string[];
    readonly from: Verdict | null;
    readonly to: Verdict | null;
    readonly because: readonly { readonly text_vi: string; readonly text_en: string }[];
  }[];
}

export const planning = {
  sites: (query: Query): Promise<SitePlan> => ask(address("/api/v1/planning/sites", query)),
  ranking: (query: Query): Promise<Ranking> => ask(address("/api/v1/planning/ranking", query)),
  sideBySide: (query: Query): Promise<SideBySide> => ask(address("/api/v1/planning/side-by-side", query)),
  rules: (): Promise<{ items: readonly RuleSetOnFile[] }> => ask("/api/v1/rules"),
  /** Every village, however many pages. */
  rulesDiff: async (query: Query): Promise<RulesDiff> => {
    const page = (cursor: string | null): Promise<RulesDiff> => ask(address("/api/v1/rules/diff", { ...query, limit: 1000, cursor }));
    const first = await page(null);
    const items = [...first.items];
    for (let { next } = first; next !== null;) {
      const more = await page(next);
      items.push(...more.items);
      next = more.next;
    }
    return { ...first, items };
  },
};
