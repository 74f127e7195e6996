/** The map's style: sources, fonts and layers put together. Pure. */

import regularLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-500-normal.woff2?url";
import regularExt from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-ext-500-normal.woff2?url";
import regularVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-500-normal.woff2?url";
import strongLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-600-normal.woff2?url";
import strongExt from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-ext-600-normal.woff2?url";
import strongVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-600-normal.woff2?url";
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification, MLFontFace, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { islands, places } from "virtual:basemap";
import landUrl from "../../../geodata/basemap/land.geojson?url";
import type { Verdict } from "../api/api";
import type { Language } from "../state";
import { areaLayers, communeLayers, draftLayers, planLayers, FONT, FONT_STRONG, groundLayers, labelLayers, outageLayers, siteLayers, uncertaintyLayers, villageLayers } from "./layers";
import type { Palette } from "./palette";
import type { Answers } from "./verdict";

/** As the Vietnamese files of the font are cut (Fontsource). */
const VIETNAMESE = ["U+0102-0103", "U+0110-0111", "U+0128-0129", "U+0168-0169", "U+01A0-01A1", "U+01AF-01B0", "U+0300-0301", "U+0303-0304", "U+0308-0309", "U+0323", "U+0329", "U+1EA0-1EF9", "U+20AB"];
const LATIN = ["U+0000-00FF", "U+2000-206F", "U+2190-2199", "U+2212"];
const LATIN_EXTENDED = ["U+0100-02BA", "U+1E00-1E9F", "U+20A0-20C0"];

export const TILE_ZOOMS = { min: 0, max: 14 };

export interface StyleInput {
  readonly palette: Palette;
  readonly language: Language;
  readonly tiles: string;
  /** null for actors who may not see sites. */
  readonly siteTiles: string | null;
  readonly verdict: ExpressionSpecification;
  readonly asked: Answers | null;
  /** Verdicts that the list holds. */
  readonly listed: readonly Verdict[];
}

export const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

export { landUrl };

export function style({ palette, language, tiles, siteTiles, verdict, asked, listed }: StyleInput): StyleSpecification {
  const [halo, names, marks] = villageLayers(palette, verdict, asked, null, listed);
  const labels = labelLayers(palette, language);
  // What lies above is placed first: marks, then the few towns, then the names of villages.
  const towns = labels.filter(({ id }) => id === "towns");
  return {
    version: 8,
    "font-faces": {
      [FONT.join()]: faces(regularVietnamese, regularLatin, regularExt),
      [FONT_STRONG.join()]: faces(strongVietnamese, strongLatin, strongExt),
    },
    sources: {
      land: { type: "geojson", data: landUrl, attribution: "Natural Earth" },
      tiles: { type: "vector", tiles: [tiles], minzoom: TILE_ZOOMS.min, maxzoom: TILE_ZOOMS.max },
      ...(siteTiles === null ? {} : { sites: siteSource(siteTiles) }),
      uncertainty: { type: "geojson", data: EMPTY },
      area: { type: "geojson", data: EMPTY },
      draft: { type: "geojson", data: EMPTY },
      plan: { type: "geojson", data: EMPTY },
      "commune-names": { type: "geojson", data: EMPTY },
      places: { type: "geojson", data: points(places) },
      islands: { type: "geojson", data: points(islands) },
    },
    layers: [
      ...groundLayers(palette),
      ...communeLayers(palette),
      ...outageLayers(),
      ...hidden(areaLayers(palette)),
      ...uncertaintyLayers(palette),
      ...hidden(planLayers(palette)),
      ...labels.filter((layer) => !towns.includes(layer)),
      ...(siteTiles === null ? [] : siteLayers(palette)),
      halo, names, ...towns, marks,
      ...hidden(draftLayers(palette)),
    ],
  };
}

/** Shown once there is something in them. */
function hidden(layers: readonly LayerSpecification[]): LayerSpecification[] {
  return layers.map((layer) => Object.assign({}, layer, { layout: { ...("layout" in layer ? layer.layout : {}), visibility: "none" } }));
}

export function siteSource(tiles: string): SourceSpecification {
  return { type: "vector", tiles: [tiles], minzoom: TILE_ZOOMS.min, maxzoom: TILE_ZOOMS.max };
}

function faces(vietnamese: string, latin: string, extended: string): MLFontFace[] {
  return [
    { url: vietnamese, "unicode-range": VIETNAMESE },
    { url: latin, "unicode-range": LATIN },
    { url: extended, "unicode-range": LATIN_EXTENDED },
  ];
}

function points(rows: readonly { lon: number; lat: number }[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: rows.map(({ lon, lat, ...properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } })),
  };
}
