/** Filters as the parameters of docs/api.md. */

import { VERDICTS } from "./api/api";
import type { Query } from "./api/client";
import { type Filters, NO_FILTERS } from "./state";

export const PAGE = 100;

/** The question, without what only chooses rows. */
export function questionQuery(filters: Filters): Query {
  return {
    carrier: filters.carrier === "any" || filters.carrier === "each" ? null : filters.carrier,
    mode: filters.carrier === "each" ? "each" : null,
    technology: filters.technology,
    grade: filters.grade === NO_FILTERS.grade ? null : filters.grade,
    as_of: filters.asOf,
  };
}

export function gapQuery(filters: Filters): Query {
  return {
    ...questionQuery(filters),
    verdict: filters.verdicts.join(",") === NO_FILTERS.verdicts.join(",") ? null : filters.verdicts.join(","),
    duty: filters.duty,
    unit: filters.unit,
    district: filters.district,
    sort: filters.sort === NO_FILTERS.sort ? null : filters.sort,
    limit: PAGE,
  };
}

/** Every village with its verdict, for questions the tiles cannot answer. */
export function everyVerdictQuery(filters: Filters): Query {
  return { ...gapQuery(filters), sort: null, verdict: VERDICTS.join(","), limit: 1000 };
}
