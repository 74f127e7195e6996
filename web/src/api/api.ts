/** Wire shapes of docs/api.md, as the page reads them. No code here. */

import type { Dispute, DutyLine, Outage } from "./contested";

export const TECHNOLOGIES = ["2G", "3G", "4G", "5G"] as const;
export type Technology = (typeof TECHNOLOGIES)[number];

export const GRADES = ["E1", "E2", "E3", "E4", "E5"] as const;
export type Grade = (typeof GRADES)[number];

export const VERDICTS = ["no_signal", "partial_hole", "not_as_asked", "insufficient", "covered"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type ClusterVerdict = "covered" | "not_covered" | "insufficient";
export type State = "covered" | "open" | "not" | "silent";
export type Flag = "pending" | "recheck" | "disputed";
export type PositionGrade = "surveyed" | "commune_confirmed" | "gazetteer" | "commune_centre" | "unknown";
export type Power = "yes" | "no" | "unknown";

/** Whose word a statement is. */
export type Source = "site" | "claim" | "carrier" | "list" | "commune" | "measured";
export const SAYINGS = ["has", "weak", "lacks"] as const;
export type Says = (typeof SAYINGS)[number];
export type FilingKind = "register" | "report" | "observation" | "measurement" | "decision";

export const EVENT_KINDS = ["planned", "built", "on_air", "changed", "off_air", "decommissioned"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type Role = "public" | "planner" | "commune" | "carrier" | "carrier-manager" | "officer" | "approver" | "auditor" | "admin";

/** An account; no name: it was erased. */
export interface Person {
  account: string;
  name: string | null;
}

/** What counts for others only once another account publishes it. */
export interface AwaitingSecond {
  report: string;
  recorded_at: string;
  owner: string;
  filed_by: string;
  by: Person | null;
  what: "villages" | "goal" | "restriction";
  rows: number;
  may_publish: boolean;
}

export interface Me {
  role: Role;
  carrier?: string | null;
  commune?: number | null;
  may: string[];
  /** The account that the key is of, where it has a name. */
  person?: Person;
  /** The key that is carried; `expires`: null, it has no end. Absent for the public. */
  key?: { label: string; expires: string | null };
  version: string;
  /** The operator keeps the public view closed; absent where it is open. */
  public_closed?: boolean;
  /** The service runs on invented data. */
  demo?: boolean;
}

export interface Carrier {
  id: string;
  name: string;
  kind: string;
  aliases?: string[];
}

export interface EntryRef {
  report: string;
  row: number;
}

/** Rows of one report, each of them; `to_row`: the last, where there are several. */
export interface EntryRows extends EntryRef {
  to_row?: number;
}

export interface Reason {
  text_vi?: string | null;
  text_en?: string | null;
  role?: "support" | "opposition" | "missing" | "note";
  source?: Source | null;
  entries: EntryRows[];
  grade?: Grade | null;
  day?: string | null;
}

export interface Duty {
  id: string;
  /** The village that it was given for, where that one has gone into this one. */
  former_village: { id: string; name: string } | null;
  clause: string;
  cite: string;
  carrier: string;
  technology: Technology | null;
  given: string;
  due: string | null;
  due_inferred: boolean;
  due_inferred_why?: string | null;
  state: "not_yet_given" | "open" | "overdue" | "confirmed";
}

export interface Position {
  lon: number;
  lat: number;
  uncertainty_m: number;
  grade: PositionGrade;
  basis: string | null;
}

export interface UnitName {
  code: string | number;
  name: string;
  kind?: string;
}

export interface VillageSummary {
  id: string;
  name: string;
  aliases: string[];
  kind: "thon" | "to_dan_pho" | "lang";
  commune: UnitName & { kind: string; inferred: string | null };
  district_old: UnitName | null;
  commune_old: UnitName | null;
  position: Position | null;
  verdict: Verdict;
  verdict_vi: string;
  verdict_en: string;
  flags: Flag[];
  /** Best grade behind the verdict. */
  grade?: Grade | null;
  source_word: string | null;
  households: number | null;
  people: number | null;
  grid_power: Power | null;
  especially_hard: Power | null;
  duties: Duty[];
  waiting_days: number | null;
  nearest_site_m?: number | null;
  reasons: Reason[];
}

export interface TechnologyState {
  technology: Technology;
  state: State;
  grade: Grade | null;
  flags: Flag[];
  reasons: Reason[];
  /** Null at the highest grade. */
  next: { grade: Grade; missing: Reason[]; falls_on: string | null } | null;
}

export interface Cluster {
  id: string;
  name: string | null;
  implied: boolean;
  centre: boolean;
  households: number | null;
  position?: Position | null;
  verdict: ClusterVerdict;
  flags: Flag[];
  carriers: { carrier: string; technologies: TechnologyState[] }[];
}

export interface Statement {
  id?: string;
  publication?: string | null;
  title?: string | null;
  /** A day, a year or nothing, as the publication gives it. */
  when?: string | null;
  /** The places it names, in its own words. */
  names?: string | null;
  text_vi: string;
  text_en: string;
  source?: string | null;
}

export interface HistoryRow {
  report: string;
  row: number;
  kind: FilingKind;
  recorded_at: string;
  filed_by: string | null;
  on_behalf_of: string | null;
  state: string;
}

export interface NearSite {
  carrier: string;
  code: string;
  name: string | null;
  distance_m: number;
  state: string;
  technologies: Technology[];
}

export interface Question {
  technology?: Technology | null;
  mode?: string | null;
  grade?: Grade | null;
  carriers?: string[] | null;
  environment?: string | null;
  service?: string | null;
}

/** A deed that would change the verdict. */
export interface WhatIf {
  deed: string;
  verdict: Verdict;
  flags: Flag[];
  text_vi: string;
  text_en: string;
}

export interface KnownName {
  from: string | null;
  name: string;
}

export interface Succession {
  direction: string;
  village: string;
  name: string | null;
  day: string;
  relation: string;
}

export interface VillagePage extends VillageSummary {
  as_of: string;
  known_at: string;
  version: string;
  question: Question;
  rule_set: { id: string; version: string | number; title_vi: string; title_en: string };
  clusters: Cluster[];
  matrix: { carrier: string; technologies: Partial<Record<Technology, Verdict>> }[];
  timeline: { from: string | null; verdict: Verdict; flags: Flag[]; because: Reason[] }[];
  missing: Reason[];
  what_if: WhatIf[];
  /** Everything owed to it, and to the villages that went into it. */
  register: DutyLine[];
  disputes: Dispute[];
  /** Beside the verdict: those that have not ended. */
  outages: Outage[];
  known: KnownName[];
  succession: Succession[];
  nearest_sites?: NearSite[] | null;
  statements: Statement[];
  history: HistoryRow[];
}

export interface Total {
  villages: number;
  households: number;
  villages_households_unknown: number;
}

export interface GapList {
  version: string;
  as_of: string;
  known_at: string;
  question: Question;
  boundaries: "approximate" | "official";
  totals: Partial<Record<Verdict, Total>>;
  items: VillageSummary[];
  next: string | null;
}

export interface VillageList {
  version: string;
  items: VillageSummary[];
  next: string | null;
}

export interface Commune {
  code: string | number;
  name: string;
  kind: string;
  /** Null: older than the records. */
  valid_from: string | null;
  centre: { lon: number; lat: number } | [number, number] | null;
  villages: number;
  totals: Partial<Record<Verdict, Total>>;
  former: { code: string | number; name: string; kind?: string; district: string | UnitName | null }[];
}

export interface CommuneList {
  version: string;
  boundaries: "approximate" | "official";
  province: UnitName | null;
  items: Commune[];
}

export interface Order {
  clauses: { clause: string; text_vi: string; text_en: string; who?: string | null; cite?: string | null }[];
}

export interface TileJson {
  tiles: string[];
  /** West, south, east, north. */
  bounds?: [number, number, number, number];
  phusong?: { carriers?: string[] };
}

export interface Candidate {
  id: string;
  name: string;
  reason_vi: string;
  reason_en: string;
  score: number;
}

export type Severity = "refuse" | "ask" | "warn" | "note";

export interface Finding {
  code: string;
  severity: Severity;
  row?: number | null;
  column?: string | null;
  value?: string | null;
  message_vi: string;
  message_en: string;
  remedy_vi?: string | null;
  remedy_en?: string | null;
  candidates?: Candidate[];
}

export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string | null;
  errors?: Finding[];
  trace_id?: string;
}

export interface Moved {
  village: string;
  name: string;
  /** Many villages are called the same. */
  commune: UnitName | null;
  from: Verdict;
  to: Verdict;
}

export interface Preview {
  rows: { row: number; understood: Record<string, unknown>; findings: Finding[] }[];
  rows_total: number;
  findings: Finding[];
  counts: Record<Severity, number>;
  would_move: Moved[];
  can_file: boolean;
}

export interface Filed {
  report: string;
  recorded_at: string;
  state: "filed" | "published" | "awaits_second";
  rows: unknown;
  findings: Finding[];
  moved: Moved[];
  receipt: unknown;
  version: string;
}

export interface ReportSummary {
  report: string;
  kind: FilingKind;
  recorded_at: string;
  owner: string;
  filed_by?: string | null;
  /** Who it was, for those who may know. */
  by?: Person;
  on_behalf?: boolean | string | null;
  document?: { number?: string | null; day?: string | null; title?: string | null } | null;
  state: string;
  rows?: number | unknown[] | null;
}

export interface ReportPage extends Omit<ReportSummary, "rows"> {
  rows: { row: number; state: string; reason?: string | null; note?: string | null; understood: Record<string, unknown>; act?: string; acts_on?: { report: string; rows: number[]; villages: string[] } }[];
  receipt: unknown;
}

export interface ReportList {
  items: ReportSummary[];
  next: string | null;
}

export interface Acted {
  report: string;
  moved: Moved[];
  receipt: unknown;
  version: string;
}

export interface Changed {
  version: string;
  villages: string[];
  reports: string[];
}
