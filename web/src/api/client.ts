/**
 * The one place that talks to the server: adds the key and the language, turns problem+json into
 * `ApiError`. It trusts the server's shapes (api.ts); it keeps nothing but the key, and that only
 * for the tab (sessionStorage).
 */

import { bytesToHex } from "@noble/hashes/utils.js";
import type { Polygon } from "geojson";
import type {
  Acted, AwaitingSecond, Carrier, CommuneList, Filed, Finding, GapList, Me, Order, Preview, Problem, ReportList, ReportPage, TileJson,
  VillageList, VillagePage,
} from "./api";

const KEY = "phusong-key";

export class ApiError extends Error {
  /** `retryAfterS`: when its server says to come again, in seconds. */
  constructor(readonly status: number, readonly code: string, title: string, readonly findings: Finding[], readonly retryAfterS: number | null = null) {
    super(title);
  }
}

/** What is filed by rows, each with a preview. */
export type FilingPath = "reports" | "observations";

export interface ReportBody {
  readonly type: "application/json" | "text/csv" | "application/geo+json" | "application/geopackage+sqlite3";
  /** A file goes as the bytes it is: the service repairs encodings. */
  readonly content: string | Blob;
}

export type Query = Readonly<Record<string, string | number | null | undefined>>;

let language = "vi";

export function speak(lang: string): void {
  language = lang;
}

/** A sign-in link's key ends with the visit; a key that was typed in stays good for its other uses. */
const ENDS = "phusong-key-ends";

export const key = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (value: string | null, kind: "standing" | "session" = "standing"): void => {
    if (value === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
    if (value !== null && kind === "session") sessionStorage.setItem(ENDS, "yes");
    else sessionStorage.removeItem(ENDS);
  },
  isSession: (): boolean => sessionStorage.getItem(KEY) !== null && sessionStorage.getItem(ENDS) !== null,
};

/** Headers of every request, tiles and events too. */
export function headers(): Record<string, string> {
  const value = key.get();
  return { "Accept-Language": language, ...(value === null ? {} : { Authorization: `Bearer ${value}` }) };
}

/** What a browser says of a server that does not answer is not for readers. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    throw error instanceof TypeError ? unreached() : error;
  }
}

function unreached(): ApiError {
  return new ApiError(0, "network", language === "vi" ? "Không kết nối được với máy chủ; hãy kiểm tra mạng rồi thử lại." : "The server cannot be reached; check the network and try again.", []);
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
  session: (token: string): Promise<{ key: string; expires: string }> => ask("/api/v1/session", sending(json({ token }))),
  /** Ends the key it carries. */
  endSession: async (): Promise<void> => {
    const response = await reach("/api/v1/session", { method: "DELETE", headers: headers() });
    if (!response.ok) throw await failure(response);
  },
  carriers: (): Promise<{ items: Carrier[] }> => ask("/api/v1/carriers"),
  order: (): Promise<Order> => ask("/api/v1/order"),
  communes: (): Promise<CommuneList> => ask("/api/v1/communes"),
  villages: (query: Query, signal?: AbortSignal): Promise<VillageList> => ask(address("/api/v1/villages", query), signal ? { signal } : {}),
  village: (id: string, query: Query): Promise<VillagePage> => ask(address(`/api/v1/villages/${encodeURIComponent(id)}`, query)),
  gaps: (query: Query, within: Polygon | null, signal?: AbortSignal): Promise<GapList> =>
    ask(address("/api/v1/gaps", query), { ...(within === null ? {} : sending(json(within))), ...(signal ? { signal } : {}) }),
  tilejson: (layers: string): Promise<TileJson> => ask(`/tiles/${layers}.json`),
  reports: (query: Query): Promise<ReportList> => ask(address("/api/v1/reports", query)),
  report: (id: string): Promise<ReportPage> => ask(`/api/v1/reports/${encodeURIComponent(id)}`),
  preview: (kind: FilingPath, body: ReportBody, query: Query = {}): Promise<Preview> => ask(address(`/api/v1/${kind}/preview`, query), sending(body)),
  file: (kind: FilingPath, body: ReportBody, idempotencyKey: string, query: Query = {}): Promise<Filed> => ask(address(`/api/v1/${kind}`, query), sending(body, idempotencyKey)),
  docket: (): Promise<{ awaiting_second?: AwaitingSecond[] }> => ask("/api/v1/decisions"),
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
export async function download(path: string, within: Polygon | null, accept: string): Promise<Blob> {
  return (await asked(path, within, accept)).blob();
}

async function asked(path: string, within: Polygon | null, accept: string): Promise<Response> {
  const sent = within === null ? {} : sending(json(within));
  const response = await reach(path, { ...sent, headers: { ...headers(), Accept: accept, ...sent.headers } });
  if (!response.ok) throw await failure(response);
  return response;
}

/** Where the page behind this one is, by its `Link` (RFC 8288); null: there is none. */
export function nextPage(link: string | null, path: string): string | null {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(link ?? "") ?? [];
  if (target === undefined) return null;
  const { pathname, search } = new URL(target, new URL(path, "http://here"));
  return pathname + search;
}

/** Rows a page of a list may hold. */
const MOST = 1000;
/** How often a list is begun anew that changed while it was read. */
const TRIES = 3;

/** All rows of a list in pieces of one form, however many pages they take. */
export async function everyPage(path: string, query: Query, within: Polygon | null, accept: string): Promise<string[]> {
  for (let tried = 1; ; tried += 1) {
    const pieces: string[] = [];
    try {
      for (let page: string | null = address(path, { ...query, limit: MOST }); page !== null;) {
        const response = await asked(page, within, accept);
        pieces.push(await response.text());
        page = nextPage(response.headers.get("link"), page);
      }
      return pieces;
    } catch (error) {
      // The view changed under the cursor: begin again.
      if (!(error instanceof ApiError && error.status === 400 && pieces.length > 0 && tried < TRIES)) throw error;
    }
  }
}

/** The same as one CSV: one row of headings above all. */
export async function wholeCsv(path: string, query: Query, within: Polygon | null = null): Promise<Blob> {
  const pieces = (await everyPage(path, { ...query, headings: language === "vi" ? "vi" : null }, within, "text/csv")).map((piece) => piece.replace(/^\ufeff/, ""));
  const rows = pieces.map((piece, i) => (i === 0 ? piece : piece.slice(piece.indexOf("\n") + 1)));
  return new Blob(["\ufeff", ...rows], { type: "text/csv" });
}

/** A body that is long in coming, told piece by piece; the head comes first. */
export async function streamed(path: string, signal: AbortSignal, told: { head(headers: Headers): void; piece(bytes: Uint8Array): void }): Promise<Blob> {
  const response = await reach(path, { headers: { ...headers(), Accept: "*/*" }, signal });
  if (!response.ok) throw await failure(response);
  told.head(response.headers);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
    pieces.push(read.value);
    told.piece(read.value);
  }
  return new Blob(pieces, { type: response.headers.get("content-type") ?? "" });
}

export function sending(body: ReportBody, idempotencyKey?: string): RequestInit {
  return {
    method: "POST",
    body: body.content,
    headers: { "Content-Type": body.type, ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }) },
  };
}

/** A name for one act. `randomUUID` is only there over https and on this very machine; offices also serve the page over http. */
export function actName(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(16)));
}

export interface Tagged {
  readonly etag: string;
}

export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await reach(path, { ...init, cache: "no-cache", headers: { Accept: "application/json", ...headers(), ...init.headers } });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/** The same with the tag of its state: what is changed later says which one is meant (`If-Match`). */
export async function askTagged<T extends Tagged>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await reach(path, { ...init, cache: "no-cache", headers: { Accept: "application/json", ...headers(), ...init.headers } });
  if (!response.ok) throw await failure(response);
  return { ...await response.json(), etag: response.headers.get("etag") ?? "" };
}

export async function failure(response: Response): Promise<ApiError> {
  return problemOf(response.status, response.statusText, response.headers.get("retry-after"), await response.text().catch(() => ""));
}

/**
 * Sends a body and says how many bytes of it are on their way, which `fetch` could not; gives the
 * answer's JSON, with its tag. Rejects when it is called off.
 */
export function sendTold<T>(method: "POST" | "PATCH", path: string, body: FormData | Blob, more: Readonly<Record<string, string>>, told: (sent: number, all: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(method, path);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headers(), ...more })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => { if (lengthComputable) told(loaded, total); });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve({ ...JSON.parse(request.responseText), etag: request.getResponseHeader("etag") ?? "" });
      else reject(problemOf(request.status, request.statusText, request.getResponseHeader("retry-after"), request.responseText));
    });
    request.addEventListener("error", () => reject(unreached()));
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort, { once: true });
    request.send(body);
  });
}

/** An answer that is no success, as far as its body tells. */
function problemOf(status: number, statusText: string, retryAfter: string | null, body: string): ApiError {
  const fallback: Problem = { title: `${status} ${statusText}`, status, code: "unknown" };
  let problem = fallback;
  try {
    problem = JSON.parse(body);
  } catch {
    // Not a problem document (a proxy's page, say): the status line has to do.
  }
  const title = [problem.title, problem.detail].filter(Boolean).join(": ");
  return new ApiError(status, problem.code, title || fallback.title, problem.errors ?? [], Number(retryAfter) || null);
}
