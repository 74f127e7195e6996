/** Where a village is, in words: the commune of today first, then what it was called before. */

import type { UnitName, VillageSummary } from "./api/api";
import { t, word } from "./text";

type Placed = Pick<VillageSummary, "commune" | "commune_old" | "district_old">;

/** `Xã Đặng Thùy Trâm (suy luận)`. */
export function placeNow({ commune }: Placed): string {
  if (commune.name === undefined) return t("unknown");
  const inferred = commune.inferred === null || commune.inferred === undefined ? "" : ` (${t("inferred")})`;
  return capital(unitName(commune)) + inferred;
}

/** `Thôn 1 (xã Sơn Linh)`: many villages are called the same. */
export function placedName({ name, commune }: { readonly name: string; readonly commune: Partial<UnitName> | null }): string {
  return commune?.name === undefined ? name : `${name} (${unitName({ ...commune, code: commune.code ?? "", name: commune.name })})`;
}

/** `trước là xã Ba Trang, huyện Ba Tơ`, or nothing. */
export function placeBefore({ commune_old, district_old }: Placed): string {
  const places = [commune_old, district_old].flatMap((unit) => (unit === null || unit === undefined ? [] : [unitName(unit)]));
  return places.length === 0 ? "" : t("place_old", { places: places.join(", ") });
}

export function placeLine(village: Placed): string {
  return [placeNow(village), placeBefore(village)].filter(Boolean).join(", ");
}

/** `xã Ba Trang`, in English `Ba Trang commune`. */
export function unitName(unit: UnitName): string {
  return unit.kind === undefined ? unit.name : t("place_new", { kind: word("unit_kind", unit.kind), name: unit.name });
}

/** `Bản đồ phủ sóng viễn thông tỉnh …`, as far as it is known of which. */
export function subtitle(province: UnitName | null | undefined): string {
  return province ? t("subtitle", { province: unitName(province) }) : t("subtitle_bare");
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase("vi") + text.slice(1);
}
