/** Filters as the parameters of docs/api.md. */

import type { Polygon } from "geojson";
import { VERDICTS } from "./api/api";
import type { Query } from "./api/client";
import { type Area, type Filters, NO_FILTERS } from "./state";

export const PAGE = 100;

/** The question, without what only chooses rows. */
export function questionQuery(filters: Filters): Query {
  return {
    carrier: filters.carrier === "any" || filters.carrier === "each" ? null : filters.carrier,
    mode: filters.carrier === "each" ? "each" : null,
    technology: filters.technology,
    grade: unusual(filters, "grade"),
    environment: unusual(filters, "environment"),
    service: unusual(filters, "service"),
    as_of: filters.asOf,
    known_at: filters.knownAt,
  };
}

export function gapQuery(filters: Filters): Query {
  return {
    ...questionQuery(filters),
    verdict: filters.verdicts.join(",") === NO_FILTERS.verdicts.join(",") ? null : filters.verdicts.join(","),
    duty: filters.duty,
    unit: filters.unit,
    district: filters.district,
    grid_power: filters.gridPower,
    especially_hard: filters.especiallyHard,
    sort: unusual(filters, "sort"),
    limit: PAGE,
  };
}

/** Every village with its verdict, for questions the tiles cannot answer. */
export function everyVerdictQuery(filters: Filters): Query {
  return { ...gapQuery(filters), sort: null, verdict: VERDICTS.join(","), limit: 1000 };
}

/** Tiles hold the answers to carrier and technology at E1, outdoors, for data, as known now. */
export function tilesAnswer(filters: Filters): boolean {
  const asked = ["grade", "environment", "service", "district", "gridPower", "especiallyHard", "area", "knownAt"] as const;
  return asked.every((name) => filters[name] === NO_FILTERS[name]);
}

/** A drawn area as the body of `POST /api/v1/gaps`. */
export function polygonOf(area: Area): Polygon {
  const [first] = area;
  return { type: "Polygon", coordinates: [[...area, ...(first ? [first] : [])].map(([lon, lat]) => [lon, lat])] };
}

function unusual<Name extends "grade" | "environment" | "service" | "sort">(filters: Filters, name: Name): Filters[Name] | null {
  return filters[name] === NO_FILTERS[name] ? null : filters[name];
}
