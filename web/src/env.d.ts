/** The basemap tables that `vite.config.mjs` reads from `geodata/basemap` at build time. */
declare module "virtual:basemap" {
  export const islands: readonly { id: string; name: string; name_en: string; kind: "island" | "archipelago"; lon: number; lat: number }[];
  export const places: readonly { id: string; name: string; name_en: string; kind: "sea" | "country" | "province" | "town"; lon: number; lat: number }[];
}

declare module "*.geojson?url" {
  const url: string;
  export default url;
}
