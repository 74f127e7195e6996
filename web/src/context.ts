/** What every panel may ask of the page. Built once in main.ts. */

import type { Carrier, CommuneList, Me, Order, VillageSummary } from "./api/api";
import type { DraftArea, DraftPoint } from "./map/map";
import type { OutageMark } from "./map/layers";
import type { Palette } from "./map/palette";
import type { Shading } from "./map/shade";
import type { Area, Store } from "./state";

export interface Context {
  readonly store: Store;
  readonly palette: Palette;
  readonly known: Known;
  may(action: string): boolean;
  carrierName(id: string): string;
  /** `viettel`, `carrier:viettel`, `department`, `commune:21520` or `public` as people call them. */
  partyName(id: string | null): string;
  /** The name of a village; its id when this reader may not know it. */
  villageName(id: string): Promise<string>;
  toast(text: string): void;
  open(village: string | null): void;
  /** Draws attention to a village on the map, or to none. */
  mark(village: string | null): void;
  goTo(village: VillageSummary): void;
  /** `looks`: the reader asked for it; on a narrow screen the sheet then leaves room for the map. */
  goToPoints(points: readonly { readonly lon: number; readonly lat: number }[], looks?: boolean): void;
  home(): void;
  /** The next click on the map; null when the reader gave up or there is no map. */
  pick(): Promise<{ lon: number; lat: number } | null>;
  /** An area drawn on the map; null when the reader gave up or there is no map. */
  draw(): Promise<Area | null>;
  /** What the map shows now, as an area. */
  frame(): Area | null;
  /** Points of a draft, as they were understood; none takes them away. */
  showPoints(points: readonly DraftPoint[], chosen: (row: number) => void, areas?: readonly DraftArea[]): void;
  /** Communes shaded by a figure; null: as they were. */
  shade(shading: Shading | null): void;
  /** Communes out of touch, by code; null: none. */
  outages(communes: ReadonlyMap<string, OutageMark> | null): void;
  /** What proposed sites would reach; none takes them away. */
  showCircles(circles: readonly { readonly lon: number; readonly lat: number; readonly radius_m: number }[]): void;
  pin(position: { lon: number; lat: number } | null): void;
  /** Something was filed or decided here: read everything again. */
  changed(): void;
  /** What another rule set would change, `id:version` each. */
  compareRules(from: string, to: string): void;
  /** The form of its kind, filled with a row that is to be replaced. */
  correct(row: FiledRow): void;
  /** The commune's form, at a village. */
  confirm(village: string): void;
  signIn(key: string | null): Promise<void>;
}

/** Templates of which a row is corrected in a form of its own. */
export type Correctable = "confirmation" | "statistics" | "outages" | "coverage" | "villages" | "duties" | "measurement";

/** A row as it was filed, for whoever corrects it. */
export interface FiledRow {
  readonly kind: "site-report" | Correctable;
  /** For whom it is filed again, when not for oneself. */
  readonly onBehalf: string | null;
  readonly report: string;
  readonly row: number;
  readonly owner: string;
  readonly understood: Readonly<Record<string, unknown>>;
  readonly note: string | null;
}

/** Small tables read once per sign-in. */
export interface Known {
  me: Me | null;
  carriers: readonly Carrier[];
  communes: CommuneList | null;
  order: Order | null;
}

/** Whose statements this reader's own are, as the answers name it: `viettel`, `department`, `commune:21520`. */
export function ownParty(me: Me | null): string | null {
  if (me === null) return null;
  if (me.carrier) return me.carrier;
  if (me.commune) return `commune:${me.commune}`;
  return me.role === "officer" || me.role === "approver" ? "department" : null;
}
