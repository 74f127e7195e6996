/** What files may say, column by column: declared by the service, asked for once. */

import { ask, download } from "./client";

export interface Template {
  kind: string;
  title_vi: string;
  title_en: string;
  columns: { column: string; heading_vi: string; heading_en: string }[];
}

let asked: Promise<Template[]> | null = null;

export function templates(): Promise<Template[]> {
  asked ??= ask<{ templates: Template[] }>("/api/v1/templates").then(({ templates: all }) => all);
  // A network that was away is asked again.
  asked.catch(() => { asked = null; });
  return asked;
}

/** As a workbook to fill in, with the names that its asker may know. */
export function templateFile(kind: string): Promise<Blob> {
  return download(`/api/v1/templates/${encodeURIComponent(kind)}.xlsx`, null, "*/*");
}
