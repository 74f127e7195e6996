/** Columns of files by the names that people know: in the page's words, else as their template heads them. */

import { templates } from "./api/templates";
import { either, t, textKey } from "./text";

const headings = new Map<string, { vi: string; en: string }>();

/** The templates' headings are at hand; without the service, columns keep the names of their code. */
export async function headingsAtHand(): Promise<void> {
  for (const { columns } of await templates().catch(() => [])) {
    for (const { column, heading_vi: vi, heading_en: en } of columns) if (!headings.has(column)) headings.set(column, { vi, en });
  }
}

export function columnName(column: string): string {
  const key = textKey(`f_${column}`);
  if (key !== null) return t(key);
  const heading = headings.get(column);
  return heading === undefined ? column : either(heading);
}
