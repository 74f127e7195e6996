/**
 * What the page shows, as one value kept in the address (`#z=…&thon=…`), so that a link to a
 * view is the view. Reading never fails: what it does not know falls back to the default.
 */

import { GRADES, type Grade, TECHNOLOGIES, type Technology, VERDICTS, type Verdict } from "./api/api";

export const LANGUAGES = ["vi", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export const DUTIES = ["none", "open", "overdue"] as const;
export const KNOWN = ["yes", "no", "unknown"] as const;
export const SORTS = ["households", "waiting", "name", "distance"] as const;

/** The verdicts that the list shows unless asked otherwise: the gaps. */
export const GAP_VERDICTS: readonly Verdict[] = ["no_signal", "partial_hole", "not_as_asked"];

/** Corners of a drawn area as [lon, lat], not closed. */
export type Area = readonly (readonly [lon: number, lat: number])[];
/** An address stays short enough to be sent around. */
const MOST_CORNERS = 200;

export interface Filters {
  /** `any`, `each` or the id of one carrier. */
  readonly carrier: string;
  /** null: the base technology of the rule set on that day. */
  readonly technology: Technology | null;
  readonly grade: Grade;
  readonly environment: "outdoor" | "indoor";
  readonly service: "data" | "voice";
  readonly duty: (typeof DUTIES)[number] | null;
  readonly verdicts: readonly Verdict[];
  /** Code of a commune of today. */
  readonly unit: string | null;
  /** Code of a former district. */
  readonly district: string | null;
  readonly gridPower: (typeof KNOWN)[number] | null;
  readonly especiallyHard: (typeof KNOWN)[number] | null;
  readonly area: Area | null;
  readonly asOf: string | null;
  /** Only what had been filed by the end of this day. */
  readonly knownAt: string | null;
  readonly sort: (typeof SORTS)[number];
}

export interface View {
  readonly zoom: number;
  readonly lat: number;
  readonly lon: number;
}

export interface State {
  readonly language: Language;
  readonly village: string | null;
  readonly filters: Filters;
  readonly view: View | null;
}

export const NO_FILTERS: Filters = {
  carrier: "any", technology: null, grade: "E1", environment: "outdoor", service: "data", duty: null, verdicts: GAP_VERDICTS,
  unit: null, district: null, gridPower: null, especiallyHard: null, area: null, asOf: null, knownAt: null, sort: "households",
};

export function readHash(hash: string): State {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const verdicts = (params.get("kq") ?? "").split(",").flatMap((word) => oneOf(VERDICTS, word) ?? []);
  return {
    language: oneOf(LANGUAGES, params.get("lang")) ?? "vi",
    village: id(params.get("thon")),
    view: view(params.get("map")),
    filters: {
      carrier: id(params.get("nm")) ?? NO_FILTERS.carrier,
      technology: oneOf(TECHNOLOGIES, params.get("cn")),
      grade: oneOf(GRADES, params.get("xm")) ?? NO_FILTERS.grade,
      environment: oneOf(["outdoor", "indoor"], params.get("noi")) ?? NO_FILTERS.environment,
      service: oneOf(["data", "voice"], params.get("dv")) ?? NO_FILTERS.service,
      duty: oneOf(DUTIES, params.get("nv")),
      verdicts: verdicts.length === 0 ? GAP_VERDICTS : verdicts,
      unit: id(params.get("xa")),
      district: id(params.get("huyen")),
      gridPower: oneOf(KNOWN, params.get("dien")),
      especiallyHard: oneOf(KNOWN, params.get("dbkk")),
      area: area(params.get("vung")),
      asOf: dayIn(params.get("ngay")),
      knownAt: dayIn(params.get("nhan")),
      sort: oneOf(SORTS, params.get("sx")) ?? NO_FILTERS.sort,
    },
  };
}

export function writeHash({ language, village, filters, view }: State): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null, usual: string | null = null) => {
    if (value !== null && value !== usual) params.set(name, value);
  };
  put("map", view && `${view.zoom.toFixed(2)}/${view.lat.toFixed(4)}/${view.lon.toFixed(4)}`);
  put("thon", village);
  put("nm", filters.carrier, NO_FILTERS.carrier);
  put("cn", filters.technology);
  put("xm", filters.grade, NO_FILTERS.grade);
  put("noi", filters.environment, NO_FILTERS.environment);
  put("dv", filters.service, NO_FILTERS.service);
  put("nv", filters.duty);
  put("kq", filters.verdicts.join(","), GAP_VERDICTS.join(","));
  put("xa", filters.unit);
  put("huyen", filters.district);
  put("dien", filters.gridPower);
  put("dbkk", filters.especiallyHard);
  put("vung", filters.area && filters.area.map(([lon, lat]) => `${lon.toFixed(4)},${lat.toFixed(4)}`).join(";"));
  put("ngay", filters.asOf);
  put("nhan", filters.knownAt);
  put("sx", filters.sort, NO_FILTERS.sort);
  put("lang", language, "vi");
  return `#${params.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3B", ";")}`;
}

/** The token of a one-time sign-in link, taken out of the address so that no copy of it stays. */
export function takeSignInToken(): string | null {
  const params = new URLSearchParams(location.hash.replace(/^#/, ""));
  const token = params.get("signin");
  if (token === null) return null;
  params.delete("signin");
  history.replaceState(null, "", `#${params.toString()}`);
  return token;
}

/** Holds the state, tells those who asked, keeps the address in step. */
export class Store {
  #state = readHash(location.hash);
  readonly #listeners: ((now: State, before: State) => void)[] = [];

  constructor() {
    addEventListener("hashchange", () => this.#set(readHash(location.hash)));
  }

  get now(): State {
    return this.#state;
  }

  onChange(listener: (now: State, before: State) => void): void {
    this.#listeners.push(listener);
  }

  /** A step the reader can go back from, unless only the map moved. */
  update(change: Partial<State>): void {
    const next = { ...this.#state, ...change };
    const onlyView = Object.keys(change).every((name) => name === "view");
    const hash = writeHash(next);
    if (hash !== location.hash) {
      if (onlyView) history.replaceState(null, "", hash);
      else history.pushState(null, "", hash);
    }
    this.#set(next);
  }

  #set(next: State): void {
    const before = this.#state;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, before);
  }
}

export function oneOf<T extends string>(words: readonly T[], word: string | null | undefined): T | null {
  return words.find((known) => known === word) ?? null;
}

function id(text: string | null): string | null {
  return text !== null && /^[\w.-]{1,80}$/.test(text) ? text : null;
}

function dayIn(text: string | null): string | null {
  return /^\d{4}-\d\d-\d\d$/.exec(text ?? "")?.[0] ?? null;
}

/** `108.7,14.7;108.9,14.7;108.8,14.9`; anything that is no area is none. */
function area(text: string | null): Area | null {
  const corners = (text ?? "").split(";").map((corner) => corner.split(",").map(Number));
  if (corners.length < 3 || corners.length > MOST_CORNERS) return null;
  const sound = corners.flatMap(([lon, lat, ...rest]): [number, number][] =>
    lon !== undefined && lat !== undefined && rest.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85 ? [[lon, lat]] : []);
  return sound.length === corners.length ? sound : null;
}

function view(text: string | null): View | null {
  const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
  const sound = [zoom, lat, lon].every((value) => value !== undefined && Number.isFinite(value));
  if (!sound || zoom === undefined || lat === undefined || lon === undefined) return null;
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}
