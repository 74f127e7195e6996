/**
 * Large files: promised by their hash, sent piece by piece, continued where a lost connection left
 * them. The same file chosen again goes on from there too, also another day.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ApiError, ask, json, sending, sendTold } from "./client";

/** Larger files go this way; smaller ones are sent whole. */
export const LARGE_BYTES = 8_000_000;
/** Sent in one request: a lost connection costs at most this much on the wire. */
const PIECE_BYTES = 4 << 20;
/** Hashed at a time, so that the page stays answerable. */
const HASHED_BYTES = 256 << 10;
/** Tries without a byte of progress: ten minutes without a network. */
const MOST_TRIES = 45;
const LONGEST_WAIT_MS = 15_000;

interface UploadPage {
  id: string | null;
  sha256: string;
  size: number;
  offset: number;
  complete: boolean;
}

export interface Told {
  /** Bytes that are there. */
  sent(bytes: number): void;
  /** The connection is lost: it goes on by itself. */
  waits(): void;
}

const PATH = "/api/v1/uploads";

/** Sends the file and gives the hash by which a filing names it. Rejects when it is called off. */
export async function sendLarge(file: File, told: Told, signal: AbortSignal): Promise<string> {
  const hash = await hashOf(file, signal);
  const promise = json({ sha256: hash, size: file.size, name: file.name });
  const begin = (): Promise<UploadPage> => ask(PATH, { ...sending(promise), signal });
  let tries = 0;
  let page: UploadPage | null = null;
  while (page === null || (!page.complete && page.id !== null)) {
    try {
      // Asked anew after each loss: what came of the last piece only the service knows.
      const next: UploadPage = await (page === null ? begin() : sendPiece(page, file, told, signal));
      if (page !== null && next.offset > page.offset) tries = 0;
      page = next;
      told.sent(page.offset);
    } catch (error) {
      if (signal.aborted || !isPassing(error) || ++tries > MOST_TRIES) throw error;
      page = null;
      told.waits();
      await pause(waitMs(tries, error), signal);
    }
  }
  return hash;
}

function sendPiece({ id, offset }: UploadPage, file: File, told: Told, signal: AbortSignal): Promise<UploadPage> {
  const about = { "Content-Type": "application/partial-upload", "Upload-Offset": String(offset) };
  return sendTold("PATCH", `${PATH}/${encodeURIComponent(id ?? "")}`, file.slice(offset, offset + PIECE_BYTES), about, (sent) => told.sent(offset + sent), signal);
}

/** Longer each time, and never less than the service asks for. */
function waitMs(tries: number, error: unknown): number {
  const asked = error instanceof ApiError ? (error.retryAfterS ?? 0) * 1_000 : 0;
  return Math.max(asked, Math.min(LONGEST_WAIT_MS, 500 * 2 ** tries));
}

/** What waiting can mend: no network, a busy service, or an offset that another try has moved; not a sender's own room that is full. */
function isPassing(error: unknown): boolean {
  if (error instanceof TypeError) return true; // what `fetch` says of a network that is away
  if (!(error instanceof ApiError)) return false;
  return error.code === "network" || (error.status === 429 ? error.retryAfterS !== null : [408, 409, 502, 503, 504].includes(error.status));
}

async function hashOf(file: File, signal: AbortSignal): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += HASHED_BYTES) {
    signal.throwIfAborted();
    hash.update(new Uint8Array(await file.slice(at, at + HASHED_BYTES).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}

/** Until the time is over or the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (then: () => void) => {
      clearTimeout(timer);
      window.removeEventListener("online", back);
      signal.removeEventListener("abort", off);
      then();
    };
    const back = () => end(resolve);
    const off = () => end(() => reject(new DOMException("", "AbortError")));
    const timer = setTimeout(back, ms);
    window.addEventListener("online", back);
    signal.addEventListener("abort", off);
  });
}
