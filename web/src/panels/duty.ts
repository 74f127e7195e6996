/** A duty with all that was told of it: each step or that it is missing, each promise and how it slipped, each blocker. */

import { address, ask } from "../api/client";
import type { Blocker } from "../api/contested";
import type { Context } from "../context";
import { type Child, h } from "../dom";
import { day, either, word } from "../text";
import { y } from "../text/duty";

interface StepTold { readonly day: string; readonly evidence: string; readonly by: string; readonly earlier_round: boolean }
interface DutyPage {
  readonly steps: readonly { readonly step: string; readonly step_vi: string; readonly step_en: string; readonly told: readonly StepTold[]; readonly missing: boolean }[];
  readonly promises_told: readonly { readonly said: string; readonly promised: string; readonly slip_days: number | null; readonly by: string }[];
  readonly blockers_told: readonly Blocker[];
}

export async function dutyStory(context: Context, id: string): Promise<HTMLElement> {
  const { asOf, knownAt } = context.store.now.filters;
  const page = await ask<DutyPage>(address(`/api/v1/duties/${encodeURIComponent(id)}`, { as_of: asOf, known_at: knownAt }));
  const ahead = page.steps.filter(({ step, told, missing }) => told.length === 0 && !missing && !TURNS.includes(step));
  return h("div", { class: "duty-story", "data-test": "duty-story" },
    h("ol", { class: "steps" }, ...page.steps.filter(({ told, missing }) => told.length > 0 || missing).map((step) => h("li", { class: step.told.length > 0 ? "done" : "missing", "data-step": step.step },
      h("strong", {}, either({ vi: step.step_vi, en: step.step_en })), ...stepText(context, step)))),
    ahead.length > 0 && h("p", { class: "quiet small", "data-test": "steps-ahead" }, y("ahead", { steps: ahead.map((step) => either({ vi: step.step_vi, en: step.step_en })).join(", ") })),
    h("p", { class: "small" }, h("strong", {}, y("promises"))),
    page.promises_told.length === 0 ? h("p", { class: "quiet small" }, y("no_promise"))
      : h("ul", { class: "plain-list small" }, ...page.promises_told.map(({ said, promised, slip_days: slip }) => h("li", {}, y("promise", { said: day(said), promised: day(promised) }), slip !== null && slip !== 0 && ` (${slip > 0 ? y("slip", { n: slip }) : y("sooner", { n: -slip })})`))),
    page.blockers_told.length > 0 && h("p", { class: "small" }, h("strong", {}, y("blockers"))),
    page.blockers_told.length > 0 && h("ul", { class: "plain-list small" }, ...page.blockers_told.map((one) => h("li", {}, y("blocker", { kind: word("blocker", one.kind) === one.kind ? one.kind_vi : word("blocker", one.kind), text: one.text.replace(/[.\s]+$/, ""), since: day(one.since) }), one.lifted !== null && ` · ${y("lifted", { day: day(one.lifted) })}`))));
}

/** What need not come. */
const TURNS: readonly string[] = ["failed", "reopened"];

/** A step that nobody told is missing where a later one was told. */
function stepText(context: Context, { told }: DutyPage["steps"][number]): Child[] {
  if (told.length === 0) return [h("span", { class: "quiet small" }, ` · ${y("missing")}`)];
  return told.map((one) => h("span", { class: "small" }, ` · ${y("told", { day: day(one.day), who: context.partyName(one.by), evidence: one.evidence })}`, one.earlier_round && ` (${y("earlier")})`));
}
