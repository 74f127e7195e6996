/** Filings of files: shapes of docs/api.md (“Filings of files”), and the calls that make them. */

import type { Candidate, Filed, Finding, Moved, Severity } from "./api";
import type { PlaceName } from "./names";
import { ask, askTagged, failure, headers, json, reach, sending, sendTold, type Tagged } from "./client";
import { LARGE_BYTES, sendLarge, type Told } from "./uploads";

export interface DraftFile {
  name: string;
  sha256: string;
  bytes: number;
}

export interface DraftColumn {
  /** As its sender names it (`C`). */
  at: string;
  heading: string;
  means: string | null;
}

export interface DraftChange {
  column: string;
  heading: string;
  how: string;
  cells: number;
  before: string;
  after: string;
}

export interface DraftTable {
  file: string;
  sheet: string;
  kind: string | null;
  heading_rows: [number, number] | null;
  columns: DraftColumn[];
  changes: DraftChange[];
  framing: { row: number; what: string }[];
  rows: number;
}

/** A question, once however many rows ask it. */
export interface DraftQuestion extends Finding {
  sheet?: string | null;
  candidates: Candidate[];
  rows: number[];
  /** The sheet of each of them, where it has a name. */
  sheets?: string[];
  rows_total: number;
  name?: PlaceName;
}

export interface DraftRow {
  sheet?: string;
  row: number;
  outcome: "fileable" | "repeated" | "blocked" | "aside";
  understood: Record<string, unknown>;
  against?: { is: "new" | "changed" | "unchanged"; earlier: string | null; differences: { column: string; before: unknown; after: unknown }[] };
  findings: Finding[];
}

export interface DraftLine {
  id: string;
  updated: string;
  files: DraftFile[];
  document: { number: string | null; day: string | null; title: string | null };
  filed: string[];
}

/** The draft beside what was filed before of the same document. */
export interface DraftHeld {
  basis: "same_file" | "same_document" | "chosen" | null;
  filings: { report: string; recorded_at: string }[];
  new: number;
  changed: number;
  unchanged: number;
  gone: { row: string; understood: Record<string, unknown>; becomes: "keep" | "withdraw" | null }[];
  gone_total: number;
  likely: { report: string; recorded_at: string }[];
}

/** A set of samples as it will count once the draft is filed, with what is on file of its source. */
export interface SampleSet {
  cluster: string;
  cluster_name: string | null;
  carrier: string;
  technology: string;
  first: string;
  last: string;
  samples: number;
  near: number;
  on_file: number;
  good_level_dbm: number;
  cells: number;
  good: number;
  wilson_lower: number;
  wilson_upper: number;
  p_at_most: number;
  reading: "confirms" | "possible" | "opposes" | "nothing";
  reading_vi: string;
  reading_en: string;
  each_cell: { day: string; east_m: number; north_m: number; samples: number; median_dbm: number; good: boolean }[];
}

export interface FilingDraft extends DraftLine, Tagged {
  on_behalf_of: string | null;
  kind: string | null;
  crs: string | null;
  tables: DraftTable[];
  questions: DraftQuestion[];
  questions_total: number;
  findings: Finding[];
  counts: Record<Severity, number>;
  codes: { code: string; count: number }[];
  rows: DraftRow[];
  rows_total: number;
  fileable: number;
  open: number;
  can_file: boolean;
  would_move: Moved[];
  sets?: SampleSet[];
  areas: { row: number; polygons: [number, number][][][] }[];
  held: DraftHeld;
}

export interface Answer {
  readonly sheet?: string;
  readonly row?: number;
  readonly column?: string;
  readonly value?: string;
  readonly means?: string;
  readonly leave_out?: boolean;
}

export interface Answers {
  readonly answers?: readonly Answer[];
  readonly document?: Readonly<Record<string, string>>;
  readonly headings?: Readonly<Record<string, string | null>>;
  readonly compare_with?: string;
  readonly gone?: Readonly<Record<string, "keep" | "withdraw">>;
}

const PATH = "/api/v1/filings";
const at = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

export const filings = {
  list: (): Promise<{ drafts: DraftLine[] }> => ask(PATH),
  draft: (id: string): Promise<FilingDraft> => askTagged(at(id)),
  answer: (draft: FilingDraft, answers: Answers): Promise<FilingDraft> => {
    const init = sending(json(answers));
    return askTagged(`${at(draft.id)}/answers`, { ...init, headers: { ...init.headers, ...meant(draft) } });
  },
  file: (draft: FilingDraft, idempotencyKey: string): Promise<Filed> => ask(`${at(draft.id)}/file`, { method: "POST", headers: { "Idempotency-Key": idempotencyKey, ...meant(draft) } }),
  discard: async (draft: FilingDraft): Promise<void> => {
    const response = await reach(at(draft.id), { method: "DELETE", headers: { ...headers(), ...meant(draft) } });
    if (!response.ok) throw await failure(response);
  },
};

/** Which state of a draft is meant: another one is not changed (412). */
function meant({ etag }: Tagged): Record<string, string> {
  return { "If-Match": etag };
}

/** The sender's file back, with our notes beside its rows. */
export async function answeredFile(id: string, at: number): Promise<{ blob: Blob; name: string }> {
  const response = await reach(`${PATH}/${encodeURIComponent(id)}/answered?file=${at}`, { headers: headers() });
  if (!response.ok) throw await failure(response);
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const blob = await response.blob();
  return { blob, name: named ? decodeURIComponent(named) : blob.type.startsWith("text/") ? "phan-hoi.csv" : "phan-hoi.xlsx" };
}

/** Sends the files and says how far it is: large ones piece by piece first. Rejects when it is called off. */
export async function upload(files: readonly File[], beside: Readonly<Record<string, string>>, told: Told, signal: AbortSignal): Promise<FilingDraft> {
  const form = new FormData();
  for (const [name, value] of Object.entries(beside)) form.append(name, value);
  let before = 0;
  for (const file of files) {
    if (file.size <= LARGE_BYTES) {
      form.append("file", file, file.name);
      continue;
    }
    const hash = await sendLarge(file, { waits: told.waits, sent: (bytes) => told.sent(before + bytes) }, signal);
    form.append("upload", new Blob([hash]), file.name);
    before += file.size;
  }
  return sendTold("POST", PATH, form, {}, (sent, all) => told.sent(before + (sent / all) * (total(files) - before)), signal);
}

export function total(files: readonly File[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
