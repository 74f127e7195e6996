/** Sites that this reader may see, offered where a code is typed. */

import type { UnitName } from "../api/api";
import { address, ask } from "../api/client";
import type { Context } from "../context";
import { fill, h } from "../dom";
import { capital, unitName } from "../place";
import { fold } from "../units";
import type { Found } from "./search";

export interface KnownSite {
  readonly carrier: string;
  readonly code: string;
  readonly name: string | null;
  readonly unit: UnitName | null;
}

/** Offered at once; whose site is further on types its code in full. */
const MOST = 1000;

/** Of one carrier, or of all that are shown; nobody's for those who are shown none. */
export function sitesOf(carrier: string | null): Promise<readonly KnownSite[]> {
  return ask<{ items: readonly KnownSite[] }>(address("/api/v1/sites", { carrier, limit: MOST })).then(({ items }) => items, () => []);
}

/** What stands beside a code: whose it is, what it is called, where it is. */
function besideCode(context: Context, { carrier, name, unit }: KnownSite): string {
  return [context.carrierName(carrier), name, unit && capital(unitName(unit))].filter(Boolean).join(" · ");
}

/** The codes of sites below a field, read when it is first entered; `carrier`: whose, null: anybody's. */
export function offerSites(context: Context, input: HTMLInputElement, carrier: () => string | null, chosen: (site: KnownSite) => void = () => {}): HTMLElement {
  const list = h("datalist", { id: `${input.id}-sites` });
  let offered: readonly KnownSite[] = [];
  let of: string | null | undefined;
  input.setAttribute("list", list.id);
  input.setAttribute("autocomplete", "off");
  input.addEventListener("focus", () => {
    const whose = carrier();
    if (of === whose) return;
    of = whose;
    void sitesOf(whose).then((sites) => {
      offered = sites;
      fill(list, ...sites.map((site) => h("option", { value: site.code, label: besideCode(context, site) }, besideCode(context, site))));
    });
  });
  input.addEventListener("change", () => {
    const fitting = offered.filter(({ code }) => code === input.value.trim());
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) chosen(only);
  });
  return list;
}

/** The same for a search box: by code, name or carrier. */
export function siteFinder(context: Context, choose: (site: KnownSite) => void): (text: string) => Promise<Found[]> {
  let all: Promise<readonly KnownSite[]> | null = null;
  return async (text) => {
    all ??= sitesOf(null);
    const wanted = fold(text);
    return (await all).filter((site) => fold(`${site.code} ${besideCode(context, site)}`).includes(wanted))
      .map((site) => ({ label: site.code, detail: besideCode(context, site), symbol: null, choose: () => choose(site) }));
  };
}
