/** Names of places that one sender alone uses: shapes of docs/api.md (“Names”), and their calls. */

import type { Candidate } from "./api";
import { ask, json, sending } from "./client";

/** A word for a place, as its sender writes it. */
export interface PlaceName {
  readonly of: "village" | "unit";
  readonly text: string;
  readonly beside: string | null;
}

export interface NameQuestion extends PlaceName {
  readonly entry: { report: string; row: number };
  readonly asked_at: string;
  readonly sender: string;
  readonly candidates: Candidate[];
}

export interface NameDecision extends PlaceName {
  readonly entry: { report: string; row: number };
  readonly decided_at: string;
  readonly by: string;
  readonly sender: string;
  readonly means: string;
  readonly name: string;
  readonly reason: string;
  readonly rests: { report: string; row: number }[];
  readonly rests_total: number;
}

export const names = {
  questions: async (): Promise<NameQuestion[]> => (await ask<{ questions: NameQuestion[] }>("/api/v1/names/questions?limit=1000")).questions,
  decisions: (): Promise<{ decisions: NameDecision[]; revoked?: NameDecision[] }> => ask("/api/v1/names/decisions?limit=1000"),
  decide: ({ of, text, beside }: PlaceName, means: string, reason: string, sender: string | null): Promise<unknown> =>
    ask("/api/v1/names/decisions", sending(json({ of, text, means, reason, ...(beside === null ? {} : { beside }), ...(sender === null ? {} : { sender }) }))),
  revoke: (report: string, reason: string): Promise<unknown> => ask(`/api/v1/reports/${encodeURIComponent(report)}/withdraw`, sending(json({ reason }))),
};
