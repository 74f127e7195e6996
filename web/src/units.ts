/** Communes of today and the units they were made of, as `GET /api/v1/communes` tells them. */

import type { Commune } from "./api/api";

export interface OldDistrict {
  readonly code: string;
  readonly name: string;
  /** `huyen`, `thi-xa` or `thanh-pho`. */
  readonly kind: string;
  /** The communes of today that hold a part of it. */
  readonly communes: readonly Commune[];
}

/** The old districts, each with the communes of today that came out of it. */
export function districts(communes: readonly Commune[]): OldDistrict[] {
  const found = new Map<string, { code: string; name: string; kind: string; communes: Commune[] }>();
  for (const commune of communes) {
    for (const { district } of commune.former) {
      if (district === null || typeof district === "string") continue;
      const code = String(district.code);
      const one = found.get(code) ?? { code, name: district.name, kind: district.kind ?? "huyen", communes: [] };
      if (!one.communes.includes(commune)) one.communes.push(commune);
      found.set(code, one);
    }
  }
  return [...found.values()];
}

export function centreOf({ centre }: Commune): { lon: number; lat: number } | null {
  if (centre === null) return null;
  return Array.isArray(centre) ? { lon: centre[0], lat: centre[1] } : centre;
}

/** For comparing what people type, never for identity: no marks, no case, đ as d. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d").replace(/\s+/g, " ").trim();
}
