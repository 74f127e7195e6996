/** Wire shapes of duties, contradictions, disputes and outages, and the calls for them. */

import type { Acted, EntryRef, Flag, Grade, Source, Technology, UnitName, Verdict } from "./api";
import { address, ask, failure, headers, json, type Query, reach, sending } from "./client";

export const STEPS = ["surveyed", "place_chosen", "under_construction", "installed", "awaiting_on_air", "on_air", "awaiting_inspection", "passed", "failed", "confirmed_complete", "reopened"] as const;
/** Steps that a carrier may not file of its own duty. */
export const AUTHORITYS: readonly string[] = ["passed", "failed", "confirmed_complete", "reopened"];
export const CAUSES = ["planned_outage", "fault", "not_yet_on_map", "load", "terrain", "wrong_map"] as const;
export const FINDINGS = ["upheld", "not_upheld", "unclear"] as const;

export interface NamedVillage { id: string; name: string }

export interface Blocker {
  kind: string;
  kind_vi: string;
  text: string;
  since: string;
  lifted: string | null;
  days: number;
  responsible: string | null;
  responsible_now: { id: string; name_vi: string; name_en: string }[];
}

export interface DutyLine {
  id: string;
  kind: "duty" | "promise";
  village: NamedVillage;
  village_now: NamedVillage[];
  commune: UnitName | null;
  district_old: UnitName | null;
  carrier: string;
  carrier_name: string;
  clause: string | null;
  given: string;
  due: string | null;
  due_inferred: boolean;
  promised: string | null;
  promises: number;
  slipped_days: number | null;
  state: "not_yet_given" | "open" | "overdue" | "confirmed";
  stage: string;
  stage_vi: string;
  stage_en: string;
  waits_for: "agency" | "department" | "carrier" | "nobody";
  waits_for_vi: string;
  waits_for_en: string;
  waiting_days: number | null;
  late_days: number | null;
  reopened: number;
  blockers: Blocker[];
  funding: { funds: string; estimate_vnd: number | null } | null;
  households: number | null;
  own_signal: Verdict;
  own_signal_flags: Flag[];
  findings: { code: string; text_vi: string; text_en: string }[];
}

export interface DutyList { version: string; as_of: string; items: DutyLine[]; next: string | null }

export interface Counted { villages: number; households: number; villages_households_unknown: number }

export interface BoardCounts {
  overdue: Counted;
  open: Counted;
  confirmed: Counted;
  waits_for_carrier: Counted;
  waits_for_agency: Counted;
  waits_for_department: Counted;
  promise_broken: Counted;
}

export interface DutyBoard {
  whole: BoardCounts;
  carriers: { carrier: string; carrier_name: string; periods: { year: number | null; quarter: number | null; counts: BoardCounts }[] }[];
}

export interface Scenario {
  note_vi: string;
  note_en: string;
  on: string;
  gaps_today: Counted;
  left: Counted;
  items: { village: NamedVillage; households: number | null; verdict_then: Verdict; kept: { carrier: string; day: string }[]; next_promise: string | null }[];
}

export interface Side { source: Source; by: string; says: string; day: string; grade: Grade; entry: EntryRef | null }

export interface Contradiction {
  village: NamedVillage;
  commune: UnitName | null;
  carrier: string;
  carrier_name: string;
  technologies: Technology[];
  against: string;
  standing: string;
  text_vi: string;
  text_en: string;
  claim: Side;
  opposition: Side;
  households: number | null;
  weight: number;
  cause: { cause_vi: string; cause_en: string; text: string } | null;
}

export interface ContradictionList { note_vi: string; note_en: string; items: Contradiction[]; next: string | null }

export interface Dispute {
  id: string;
  village: NamedVillage;
  commune: UnitName | null;
  carrier: string | null;
  stage: "opened" | "answered" | "checked" | "closed";
  stage_vi: string;
  raised: string;
  days: number;
  by: string | null;
  text: string;
  answers: { day: string; carrier: string; cause_vi: string; cause_en: string; text: string }[];
  checks: { day: string; finding: string; text: string }[];
  end: { day: string; finding: string | null; reason: string } | null;
}

export interface Complaint { reference: string; received: string; sender: string; village: string; carrier: string | null; text: string; contact: string | null }

export interface Outage {
  carrier_name: string;
  site?: string;
  villages: NamedVillage[];
  communes: UnitName[];
  start: string;
  end: string | null;
  state: "ongoing" | "stale" | "ended";
  cause: string | null;
  last_heard: string;
}

export interface OutageList {
  note_vi: string;
  note_en: string;
  items: Outage[];
  hours: OutageHours[];
}

/** One letter an hour of the day: o out of touch, s no longer heard of, - neither. */
export interface OutageHours { carrier: string; commune: UnitName; hours: string; most: number }

const getJson = <T>(path: string, query: Query = {}): Promise<T> => ask<T>(address(path, query));
const sendJson = <T>(path: string, body: unknown): Promise<T> => ask<T>(path, sending(json(body)));

/** A dismissal has no body to read. */
async function settle(reference: string, body: unknown): Promise<void> {
  const response = await reach(`/api/v1/disputes/waiting/${encodeURIComponent(reference)}`, withHeaders(sending(json(body))));
  if (!response.ok) throw await failure(response);
}

function withHeaders(init: RequestInit): RequestInit {
  return { ...init, headers: { Accept: "application/json", ...headers(), ...init.headers } };
}

export const contested = {
  duties: (query: Record<string, string>) => getJson<DutyList>("/api/v1/duties", { ...query, limit: 1000 }),
  board: () => getJson<DutyBoard>("/api/v1/duties/board"),
  scenario: (on: string) => getJson<Scenario>("/api/v1/duties/scenario", { on }),
  progress: (row: Record<string, string>, behalf: string | null) => sendJson<unknown>("/api/v1/progress", { rows: [row], on_behalf_of: behalf }),
  contradictions: (cursor: string | null) => getJson<ContradictionList>("/api/v1/contradictions", { cursor }),
  explain: (body: unknown) => sendJson<Acted>("/api/v1/contradictions/cause", body),
  disputes: (stage: string | null = null) => getJson<{ items: Dispute[] }>("/api/v1/disputes", { stage, limit: 1000 }),
  waiting: () => getJson<{ items: Complaint[] }>("/api/v1/disputes/waiting"),
  challenge: (body: unknown) => sendJson<{ waits?: boolean }>("/api/v1/disputes", body),
  settle,
  act: (id: string, what: "answer" | "check" | "close", body: unknown) => sendJson<Acted>(`/api/v1/disputes/${encodeURIComponent(id)}/${what}`, body),
  outages: () => getJson<OutageList>("/api/v1/outages?limit=1000"),
};
