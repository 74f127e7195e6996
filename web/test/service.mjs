// The real binary on a fresh data directory, for tests: loopback only, a port of its own.

import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const BINARY = process.env.PHUSONG_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug", "phusong");

/** Starts the service (every page of a test comes from one address: requests are not counted), with `--demo` among invented sites and villages; `close` stops it and removes its data. */
export async function startService(...options) {
  const data = await mkdtemp(join(tmpdir(), "phusong-page-"));
  const child = spawn(BINARY, ["serve", "--data", data, "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, RUST_LOG: "warn", PHUSONG_RATE_LIMIT: "off" } });
  let log = "";
  child.stderr.on("data", (part) => { log += part; });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found) resolve(`${found}/`);
    });
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`the service ended with ${code}:\n${log}`)));
  });
  return {
    address,
    /** A key of a role: `key("carrier", "--carrier", "viettel")`. */
    key: async (...role) => (await run(BINARY, ["key", "create", "--data", data, "--role", ...role])).stdout.trim(),
    /** A one-time sign-in link of a role. */
    link: async (...role) => (await run(BINARY, ["key", "link", "--data", data, "--address", address.replace(/\/$/, ""), "--role", ...role])).stdout.trim(),
    ask: async (path, { key, ...init } = {}) => {
      const response = await fetch(new URL(path, address), { ...init, headers: { ...init.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    /** Lines of the log that are neither a request nor news: warnings, errors, panics. How full this machine's disk is says nothing about the page. */
    warnings: () => log.split("\n").filter((line) => line !== "" && !/^\S+ +(INFO |WARN phusong::service::disk:)/.test(line)),
    close: async () => {
      child.kill("SIGINT");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
