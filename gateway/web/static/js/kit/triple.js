/** Planned, estimated and actual: always in this order and these words. */

import { h } from "./dom.js";
import { deviation } from "../shipments/lateness.js";
import { rangeOf, span, timeOf, whole, windowOf } from "./time.js";
import { words } from "../words/words.js";

const w = words.time;
const NEAR_S = 60; // within a minute of the plan is on time
export const KINDS = ["planned", "estimated", "actual"];

/**
 * The three cells of one arrival or departure.
 * @param {import("../types/types.js").Triple|null|undefined} triple
 * @param {string} [where]  the zone to show it in, from zone.js
 * @returns {Object<string, (Node|string)[]>} by kind
 */
export function tripleParts(triple, where = "") {
  if (!triple) {
    return { planned: [w.none], estimated: [w.none], actual: [w.none] };
  }
  const late = deviation(triple);
  const beyond = late === null ? "" : h("span", { class: `small ${late > NEAR_S ? "late" : "fine"}` }, " ", deviationText(late));
  return {
    planned: [triple.planned ? h("span", { title: planTitle(triple.planned, where) }, windowOf(triple.planned, where)) : w.none],
    estimated: triple.estimated ? [timeOf(triple.estimated, where), triple.actual ? "" : beyond, interval(triple.estimate, where)] : [w.none],
    actual: triple.actual ? [h("strong", {}, timeOf(triple.actual, where)), beyond] : [w.none],
  };
}

/** Between which times four arrivals in five lie, and how that is known. @param {import("../types/types.js").Estimate|null|undefined} estimate */
function interval(estimate, where) {
  if (!estimate) {
    return "";
  }
  const { p10, p90, method, promised_by: party, trips } = estimate;
  return h("span", { class: "small muted interval", title: w.howEstimated(method, party, trips) }, rangeOf(p10, p90, where));
}

function deviationText(seconds) {
  if (seconds > NEAR_S) {
    return `+${span(seconds)}`;
  }
  return w.onTime;
}

const planTitle = (window, where) => `${whole(window.open, where)} – ${whole(window.close, where)}`;
