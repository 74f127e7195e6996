// How the page is built: packed into `dist/` with hashed names and precompressed brotli beside
// every text file, so that the server can send `*.br` as it is. Nothing is fetched at build time.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { defineConfig } from "vite";

const BASEMAP = new URL("../geodata/basemap/", import.meta.url);
const TEXT_FILE = /\.(html|css|js|mjs|svg|json|geojson|txt|webmanifest)$/;

export default defineConfig({
  base: "/",
  assetsInclude: ["**/*.geojson"],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    // The library in a file of its own: it changes seldom, our code often.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "maplibre", test: /node_modules[\\/](maplibre-gl|@mapbox|@maplibre)[\\/]/ }] } } },
  },
  server: { proxy: Object.fromEntries(["/api", "/tiles", "/events"].map((path) => [path, "http://127.0.0.1:8080"])), fs: { allow: [".."] } },
  plugins: [basemap(), early(), precompressed()],
});

/** `virtual:basemap`: the names and islands of `geodata/basemap`, read at build time. */
function basemap() {
  const id = "virtual:basemap";
  return {
    name: "phusong-basemap",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const table = (file) => {
        this.addWatchFile(new URL(file, BASEMAP).pathname);
        return rows(readFileSync(new URL(file, BASEMAP), "utf8"));
      };
      const islands = table("islands.csv").map(({ id, name, name_en, kind, lon, lat }) => ({ id, name, name_en: name_en || name, kind, lon: Number(lon), lat: Number(lat) }));
      const places = table("places.csv").map(({ id, name, name_en, kind, lon, lat }) => ({ id, name, name_en, kind, lon: Number(lon), lat: Number(lat) }));
      return `export const islands = ${JSON.stringify(islands)};\nexport const places = ${JSON.stringify(places)};`;
    },
  };
}

/** Faces of nearly every line of the page. */
const FACES = /be-vietnam-pro-(latin|vietnamese)-(400|500|600)-normal/;

/** The map's own files are asked for with the page, not after our first script has been read, but neither
 * parsed nor run before the first map is there; and the letters come with the styles that name them. */
function early() {
  return {
    name: "phusong-early",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { bundle = {} }) => Object.values(bundle).flatMap(({ type, name, isEntry, fileName }) => {
        const preload = (kind, rest) => [{ tag: "link", attrs: { rel: "preload", as: kind, crossorigin: true, href: `/${fileName}`, ...rest }, injectTo: "head" }];
        if (type === "chunk") return !isEntry && (name === "map" || name === "maplibre") ? preload("script", { fetchpriority: "low" }) : [];
        return FACES.test(fileName) ? preload("font", { type: "font/woff2" }) : [];
      }),
    },
  };
}

/** RFC 4180 text with a header row → objects. */
function rows(text) {
  const [head, ...body] = [...text.matchAll(/(?:"(?:[^"]|"")*"|[^,\n"])*(?:,(?:"(?:[^"]|"")*"|[^,\n"])*)*/g)]
    .map(([line]) => line.replace(/\r$/, "")).filter((line) => line !== "")
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain));
  return body.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
}

/** Writes `file.br` beside every text file of the build. */
function precompressed() {
  let folder = "dist";
  return {
    name: "phusong-brotli",
    apply: "build",
    configResolved(config) { folder = join(config.root, config.build.outDir); },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !TEXT_FILE.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        const packed = brotliCompressSync(bytes, { params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        } });
        if (packed.length < bytes.length) writeFileSync(`${path}.br`, packed);
      }
    },
  };
}
