/**
 * The live stream, read with fetch because EventSource cannot send a key. Reconnects by itself,
 * waiting longer each time (1 s to 60 s), and says when it is connected and when not.
 */

import type { Changed } from "./api";
import { headers } from "./client";

const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;

export interface Listener {
  changed(change: Changed): void;
  /** `again` is true when an earlier connection was lost: something may have been missed. */
  connected(again: boolean): void;
  lost(): void;
}

/** Listens until the returned function is called. */
export function listen(listener: Listener): () => void {
  const stop = new AbortController();
  void run(listener, stop.signal);
  return () => stop.abort();
}

async function run(listener: Listener, signal: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let again = false;
  while (!signal.aborted) {
    try {
      const response = await fetch("/events", { headers: { Accept: "text/event-stream", ...headers() }, cache: "no-store", signal });
      if (response.status === 401) return;
      if (response.ok && response.body) {
        listener.connected(again);
        again = true;
        wait = FIRST_WAIT_MS;
        await read(response.body, listener, signal);
      }
    } catch {
      // The network is away or we were stopped; either way the loop decides.
    }
    if (signal.aborted) return;
    listener.lost();
    await pause(wait, signal);
    wait = Math.min(wait * 2, LAST_WAIT_MS);
  }
}

async function read(body: ReadableStream<Uint8Array>, listener: Listener, signal: AbortSignal): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  while (!signal.aborted) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) dispatch(block, listener);
  }
}

function dispatch(block: string, listener: Listener): void {
  const lines = block.split("\n");
  const field = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
  if (field("event").at(-1) !== "changed") return;
  const change: Changed = JSON.parse(field("data").join("\n"));
  listener.changed(change);
}

/** So long, or until the network is back or we are stopped. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
