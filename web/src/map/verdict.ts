/**
 * Which verdict a village feature shows for the chosen filters, as a style expression: filters
 * restyle the tiles that are already there. Letter order of `q`: docs/api.md, “Tiles”.
 */

import type { ExpressionSpecification } from "maplibre-gl";
import { TECHNOLOGIES, type Technology, type Verdict } from "../api/api";
import { OUTSIDE, type Trust } from "./icons";

/** What the service answered for a village, when the tiles cannot. */
export interface Shown {
  readonly verdict: Verdict;
  readonly trust: Trust;
  readonly unsettled: boolean;
}
export type Answers = ReadonlyMap<string, Shown>;

export interface MapQuestion {
  /** `any`, `each`, or a carrier's id. */
  readonly carrier: string;
  readonly technology: Technology | null;
  /** The least technology that null stands for on that day. */
  readonly base: Technology;
  /** The carrier order of `q`, from TileJSON. */
  readonly carriers: readonly string[];
  /** Answers of the server, when `q` cannot answer (a grade above E1, indoors, an earlier knowledge). */
  readonly asked: Answers | null;
}

/** An expression whose value is a verdict's code. */
export function verdictExpression(question: MapQuestion): ExpressionSpecification {
  const { asked, carrier, technology, carriers } = question;
  if (asked !== null) return askedExpression(asked);
  if (carrier === "any" && technology === null) return ["coalesce", ["get", "verdict"], "insufficient"];
  const least = technology ?? question.base;
  if (carrier === "each") return eachExpression(carriers.map((_, i) => letter(i + 1, least)));
  const set = carrier === "any" ? 0 : carriers.indexOf(carrier) + 1;
  if (carrier !== "any" && set === 0) return ["coalesce", ["get", "verdict"], "insufficient"];
  return ofLetter(letter(set, least));
}

function letter(set: number, technology: Technology): ExpressionSpecification {
  const index = set * TECHNOLOGIES.length + TECHNOLOGIES.indexOf(technology);
  return ["slice", ["coalesce", ["get", "q"], ""], index, index + 1];
}

function ofLetter(letterOf: ExpressionSpecification): ExpressionSpecification {
  return ["match", letterOf, "c", "covered", "a", "not_as_asked", "n", "no_signal", "p", "partial_hole", "insufficient"];
}

/**
 * Covered by each when covered by all; otherwise what the letters that are not `c` say. They all
 * agree, because only the wider question (any carrier, base technology) tells them apart.
 */
function eachExpression(letters: readonly ExpressionSpecification[]): ExpressionSpecification {
  return letters.reduceRight<ExpressionSpecification>(
    (rest, one) => ["case", ["==", one, "c"], rest, ofLetter(one)],
    ["string", "covered"],
  );
}

/** The mark of a village: of the tile's own verdict, or of the server's answer. */
export function iconExpression(verdict: ExpressionSpecification, asked: Answers | null): ExpressionSpecification {
  if (asked === null) return ["concat", verdict, ["case", VERIFIED, "-verified", CONFIRMED, "-confirmed", "-stated"], ["case", UNSETTLED, "-unsettled", ""]];
  const idsWhere = (holds: (shown: Shown) => boolean) => ["", ...[...asked].filter(([, shown]) => holds(shown)).map(([id]) => id)];
  const among = (ids: string[]): ExpressionSpecification => ["in", ["get", "id"], ["literal", ids]];
  // What the filters leave out is a place, without a verdict.
  return ["case", ["!", among([...asked.keys()])], OUTSIDE, ["concat", verdict,
    ["case", among(idsWhere(({ trust }) => trust === "verified")), "-verified", among(idsWhere(({ trust }) => trust === "confirmed")), "-confirmed", "-stated"],
    ["case", among(idsWhere(({ unsettled }) => unsettled)), "-unsettled", ""]]];
}

function askedExpression(asked: Answers): ExpressionSpecification {
  const idsOf = (verdict: Verdict) => [...asked].filter(([, its]) => its.verdict === verdict).map(([id]) => id);
  // A branch must not be empty, so each carries an id that no village has.
  const branch = (verdict: Verdict) => ["", ...idsOf(verdict)].map((id) => id || `-${verdict}`);
  return ["match", ["get", "id"],
    branch("covered"), "covered",
    branch("not_as_asked"), "not_as_asked",
    branch("no_signal"), "no_signal",
    branch("partial_hole"), "partial_hole",
    "insufficient"];
}

/** True where something is still to be confirmed. */
export const UNSETTLED: ExpressionSpecification = ["!=", ["coalesce", ["get", "flags"], ""], ""];

const GRADE: ExpressionSpecification = ["coalesce", ["get", "grade"], "E1"];

/** True where it was measured or two sources agree; a tile that says no grade is not verified. */
export const VERIFIED: ExpressionSpecification = ["all", ["!", UNSETTLED], ["in", GRADE, ["literal", ["E4", "E5"]]]];

/** True where the commune's word is the best there is. */
export const CONFIRMED: ExpressionSpecification = ["all", ["!", UNSETTLED], ["==", GRADE, "E3"]];
