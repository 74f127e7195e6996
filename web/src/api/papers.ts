/** Papers that come back. */

import type { Acted } from "./api";
import { address, ask, type Query } from "./client";

export interface PaperState {
  readonly paper: string;
  readonly subject: string;
  readonly as_of: string;
  readonly known_at: string;
}

export interface PaperCheck {
  readonly origin: "ours" | "other_service" | "changed" | "no_seal";
  readonly text_vi: string;
  readonly text_en: string;
  readonly says?: PaperState;
  readonly behind: "nothing" | "signature" | "unsigned";
  readonly standing?: "stands" | "superseded" | "unknown";
  readonly taken_back: readonly { readonly report: string; readonly row: number; readonly to_row?: number }[];
}

export interface SignedPaper {
  readonly report: string;
  readonly recorded_at: string;
  readonly says: PaperState;
  readonly document_number: string | null;
  readonly document_day: string | null;
  readonly sha256: string | null;
}

const pdf = (file: Blob): RequestInit => ({ method: "POST", body: file, headers: { "Content-Type": "application/pdf" } });

export const papers = {
  check: (file: Blob): Promise<PaperCheck> => ask("/api/v1/papers/check", pdf(file)),
  keep: (file: Blob, letter: Query): Promise<Acted> => ask(address("/api/v1/papers", letter), pdf(file)),
  kept: (cursor: string | null): Promise<{ items: SignedPaper[]; next: string | null }> => ask(address("/api/v1/papers", { cursor })),
};
