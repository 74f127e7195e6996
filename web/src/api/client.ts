/**
 * The one place that talks to the server: adds the key and the language, turns problem+json into
 * `ApiError`. It trusts the server's shapes (api.ts); it keeps nothing but the key, and that only
 * for the tab (sessionStorage).
 */

import type {
  Acted, Carrier, CommuneList, Filed, Finding, GapList, Me, Order, Preview, Problem, ReportList, ReportPage, TileJson,
  VillageList, VillagePage,
} from "./api";

const KEY = "phusong-key";

export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, title: string, readonly findings: Finding[]) {
    super(title);
  }
}

export interface ReportBody {
  readonly type: "application/json" | "text/csv";
  /** A file goes as the bytes it is: the service repairs encodings. */
  readonly content: string | Blob;
}

export type Query = Readonly<Record<string, string | number | null | undefined>>;

let language = "vi";

export const key = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (value: string | null): void => {
    if (value === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
  },
};

export function speak(lang: string): void {
  language = lang;
}

/** Headers of every request, tiles and events too. */
export function headers(): Record<string, string> {
  const value = key.get();
  return { "Accept-Language": language, ...(value === null ? {} : { Authorization: `Bearer ${value}` }) };
}

export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

export const api = {
  me: (): Promise<Me> => ask("/api/v1/me"),
  session: (token: string): Promise<{ key: string }> => ask("/api/v1/session", sending(json({ token }))),
  carriers: (): Promise<{ items: Carrier[] }> => ask("/api/v1/carriers"),
  order: (): Promise<Order> => ask("/api/v1/order"),
  communes: (): Promise<CommuneList> => ask("/api/v1/communes"),
  villages: (query: Query, signal?: AbortSignal): Promise<VillageList> => ask(address("/api/v1/villages", query), signal ? { signal } : {}),
  village: (id: string, query: Query): Promise<VillagePage> => ask(address(`/api/v1/villages/${encodeURIComponent(id)}`, query)),
  gaps: (query: Query, signal?: AbortSignal): Promise<GapList> => ask(address("/api/v1/gaps", query), signal ? { signal } : {}),
  tilejson: (layers: string): Promise<TileJson> => ask(`/tiles/${layers}.json`),
  reports: (query: Query): Promise<ReportList> => ask(address("/api/v1/reports", query)),
  report: (id: string): Promise<ReportPage> => ask(`/api/v1/reports/${encodeURIComponent(id)}`),
  preview: (body: ReportBody): Promise<Preview> => ask("/api/v1/reports/preview", sending(body)),
  file: (body: ReportBody, idempotencyKey: string): Promise<Filed> => ask("/api/v1/reports", sending(body, idempotencyKey)),
  publish: (id: string, rows: readonly number[] | null): Promise<Acted> => act(id, "publish", rows === null ? {} : { rows }),
  giveBack: (id: string, reason: string): Promise<Acted> => act(id, "return", { reason }),
  withdraw: (id: string, reason: string): Promise<Acted> => act(id, "withdraw", { reason }),
};

function act(id: string, what: "publish" | "return" | "withdraw", body: object): Promise<Acted> {
  return ask(`/api/v1/reports/${encodeURIComponent(id)}/${what}`, sending(json(body)));
}

export function json(value: unknown): ReportBody {
  return { type: "application/json", content: JSON.stringify(value) };
}

/** The gap list as a file; a link could not carry the key. */
export async function download(path: string, accept: string): Promise<Blob> {
  const response = await fetch(path, { headers: { ...headers(), Accept: accept } });
  if (!response.ok) throw await failure(response);
  return response.blob();
}

function sending(body: ReportBody, idempotencyKey?: string): RequestInit {
  return {
    method: "POST",
    body: body.content,
    headers: { "Content-Type": body.type, ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }) },
  };
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, { ...init, cache: "no-cache", headers: { Accept: "application/json", ...headers(), ...init.headers } });
  if (!response.ok) throw await failure(response);
  return response.json();
}

async function failure(response: Response): Promise<ApiError> {
  const fallback: Problem = { title: `${response.status} ${response.statusText}`, status: response.status, code: "unknown" };
  let problem = fallback;
  try {
    problem = await response.json();
  } catch {
    // Not a problem document (a proxy's page, say): the status line has to do.
  }
  const title = [problem.title, problem.detail].filter(Boolean).join(": ");
  return new ApiError(response.status, problem.code, title || fallback.title, problem.errors ?? []);
}
