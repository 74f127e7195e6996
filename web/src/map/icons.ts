/**
 * One mark per verdict and trust, drawn here so that map, list and legend show the same thing.
 * Shape tells the verdict; hollow is what somebody states, pale what the commune confirms, solid
 * what was measured or shown by two sources; a dotted ring that something is still to be confirmed.
 */

import type { Verdict } from "../api/api";
import { svg } from "../dom";
import type { Palette } from "./palette";

export type Trust = "verified" | "confirmed" | "stated";
export const TRUSTS: readonly Trust[] = ["verified", "confirmed", "stated"];
/** How much of the verdict's colour a pale mark holds: told from hollow and solid in grey print too. */
const PALE = 0.36;

/** The pixels are only ever read: a canvas on the graphics card would make each reading wait. */
const READ_BACK: CanvasRenderingContext2DSettings = { willReadFrequently: true };
const BOX = 32;
const MID = BOX / 2;

/** The outline of a verdict's mark in a 32 × 32 box; also what a legend in grey can be read by. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  no_signal: "M8.5 8.5h15v15h-15z",
  partial_hole: "M16 5.8 26.2 16 16 26.2 5.8 16z",
  not_as_asked: "M16 6.6 26 24H6z",
  insufficient: "M16 8a8 8 0 1 0 0 16a8 8 0 1 0 0-16z",
  covered: "M16 7.6a8.4 8.4 0 1 0 0 16.8a8.4 8.4 0 1 0 0-16.8z",
};

/** The stroke inside: a cross, a hole, a bar, a question, a tick. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  no_signal: "M12.4 12.4l7.2 7.2M19.6 12.4l-7.2 7.2",
  partial_hole: "M16 13.1a2.9 2.9 0 1 0 0 5.8a2.9 2.9 0 1 0 0-5.8",
  not_as_asked: "M16 13v5.2M16 20.9v.3",
  insufficient: "M13.9 14.1a2.2 2.2 0 1 1 3.2 2c-.8.4-1.1.8-1.1 1.6M16 20.2v.2",
  covered: "M12.3 16.2l2.7 2.8 4.9-5.6",
};

const RING = { radius: 14, dash: 0.1, gap: 4.1, width: 2.2 };

export function iconName(verdict: Verdict, trust: Trust, unsettled: boolean): string {
  return `${verdict}-${trust}${unsettled ? "-unsettled" : ""}`;
}

/** What fills a mark, and the stroke of the sign within. */
function inks(color: string, trust: Trust): { fill: string; sign: string } {
  if (trust === "verified") return { fill: color, sign: "#ffffff" };
  return { fill: trust === "confirmed" ? pale(color) : "#ffffff", sign: color };
}

/** `#9c1c2e` thinned with white. */
function pale(color: string): string {
  const parts = [1, 3, 5].map((at) => Math.round(255 - (255 - parseInt(color.slice(at, at + 2), 16)) * PALE));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** The mark as pixels for the map. `ratio` is the device's pixel ratio. */
export function drawIcon(verdict: Verdict, trust: Trust, unsettled: boolean, palette: Palette, ratio: number): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BOX * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  const color = palette.verdict[verdict];
  const ink = inks(color, trust);
  const shape = new Path2D(SHAPES[verdict]);
  const sign = new Path2D(SIGNS[verdict]);
  if (unsettled) {
    pen.beginPath();
    pen.arc(MID, MID, RING.radius, 0, 2 * Math.PI);
    pen.strokeStyle = "#fffffff0";
    pen.lineWidth = RING.width + 2;
    pen.stroke();
    pen.setLineDash([RING.dash, RING.gap]);
    pen.strokeStyle = color;
    pen.lineWidth = RING.width;
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 5;
  pen.stroke(shape);
  pen.fillStyle = ink.fill;
  pen.fill(shape);
  pen.strokeStyle = color;
  pen.lineWidth = 2.4;
  pen.stroke(shape);
  pen.strokeStyle = ink.sign;
  pen.lineWidth = 2.2;
  pen.stroke(sign);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** The same mark for the page; decorative, the words stand beside it. */
export function markElement(verdict: Verdict, trust: Trust, unsettled: boolean, palette: Palette, size = 24): SVGSVGElement {
  const color = palette.verdict[verdict];
  const ink = inks(color, trust);
  const line = { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const ring = svg("circle", { ...line, cx: MID, cy: MID, r: RING.radius, stroke: color, "stroke-width": RING.width, "stroke-dasharray": `${RING.dash} ${RING.gap}` });
  return svg("svg", { class: "mark", viewBox: `0 0 ${BOX} ${BOX}`, width: size, height: size, "aria-hidden": "true" },
    unsettled && ring,
    svg("path", { ...line, d: SHAPES[verdict], fill: ink.fill, stroke: color, "stroke-width": 2.4 }),
    svg("path", { ...line, d: SIGNS[verdict], stroke: ink.sign, "stroke-width": 2.2 }));
}

/** A village that the filters leave out. */
export const OUTSIDE = "outside";

export function drawOutside(palette: Palette, ratio: number): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 12 * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.beginPath();
  pen.arc(6, 6, 3.6, 0, 2 * Math.PI);
  pen.fillStyle = "#ffffff";
  pen.fill();
  pen.strokeStyle = palette.faintLabel;
  pen.lineWidth = 1.8;
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** A village without data, from afar: one among hundreds that need no sign of their own. */
export const FAR = "far";

export function drawFar(palette: Palette, ratio: number): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 10 * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.beginPath();
  pen.arc(5, 5, 3, 0, 2 * Math.PI);
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 2.4;
  pen.stroke();
  pen.fillStyle = palette.verdict.insufficient;
  pen.fill();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** Stripes that repeat in every direction; broken where nobody has said again that it lasts. */
export function drawHatch(broken: boolean, palette: Palette, ratio: number): ImageData | null {
  const size = 10;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.strokeStyle = palette.ink;
  pen.globalAlpha = broken ? 0.45 : 0.7;
  pen.lineWidth = broken ? 1 : 1.5;
  // One stripe from corner to corner, and the corners of its neighbours.
  for (const shift of broken ? [0] : [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(shift + (broken ? 2 : -1), size - (broken ? 2 : -1));
    pen.lineTo(shift + size - (broken ? 2 : -1), broken ? 2 : -1);
    pen.stroke();
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** A town: a small ring with its name beside it. */
export function drawTown(palette: Palette, ratio: number): ImageData | null {
  const size = 9;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.beginPath();
  pen.arc(size / 2, size / 2, 3, 0, 2 * Math.PI);
  pen.fillStyle = palette.halo;
  pen.fill();
  pen.strokeStyle = palette.label;
  pen.lineWidth = 1.4;
  pen.stroke();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** A mast on the map: filled when on air. */
export function drawSite(onAir: boolean, palette: Palette, ratio: number): ImageData | null {
  const size = 18;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const pen = canvas.getContext("2d", READ_BACK);
  if (!pen) return null;
  pen.scale(ratio, ratio);
  pen.lineJoin = "round";
  const mast = new Path2D("M9 2.6 14.6 15.4H3.4z");
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 3.4;
  pen.stroke(mast);
  pen.fillStyle = onAir ? palette.ink : "#ffffff";
  pen.fill(mast);
  pen.strokeStyle = palette.ink;
  pen.lineWidth = 1.3;
  pen.stroke(mast);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
