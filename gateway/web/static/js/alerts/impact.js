/** Who waits for what is late, and when their stock of it runs out: as far as one may see it. */

import { h } from "../kit/dom.js";
import { shipmentLink } from "../tower/names.js";
import { shape, tierName } from "../tower/tiers.js";
import { clock, whole } from "../kit/time.js";
import { words } from "../words/words.js";

const HOUR_MS = 3_600_000;
const SHOWN = 4; // parts on a card
const w = words.alerts.impact;

/**
 * A term and what it means, for the facts of an alert; nothing where nobody waits.
 * @param {import("../types/types.js").Impact|null|undefined} impact
 * @param {import("../tower/known.js").Known} known  names of places, and their zones
 * @param {string} contents  what the shipment carries, in words
 */
export function impactOf(impact, known, contents) {
  if (!impact || (!impact.places.length && !impact.parts.length)) {
    return [];
  }
  const places = impact.places.map((place, index) => {
    const tier = impact.tiers[index];
    return h("span", { class: "waits" }, ...(tier ? [shape(tier), " "] : []), known.placeName(place), tier ? ` (${tierName(tier)})` : "");
  });
  const parts = impact.parts.slice(0, SHOWN).map((part) => h("li", {}, ...partOf(part, known)));
  const rest = impact.parts.length + impact.more_parts - parts.length;
  const onward = impact.onward.slice(0, SHOWN).map((one) => h("li", {}, w.then, " ", shipmentLink(one.shipment), one.places.map((place) => ` → ${known.placeName(place)}`).join("")));
  const list = parts.length || onward.length ? [h("ul", { class: "parts small" }, ...parts, ...(rest > 0 ? [h("li", { class: "muted" }, w.more(rest))] : []), ...onward)] : [];
  return [h("dt", {}, w.title), h("dd", {}, ...places.flatMap((place) => [place, " "]), contents && `· ${contents}`, ...list)];
}

/** How many hours are left, to the tenth: what cards that show them must be drawn anew for. @param {import("../types/types.js").Impact|null|undefined} impact */
export const hoursLeft = (impact) => impact?.parts.slice(0, SHOWN).map((part) => part.runs_out && left(part.runs_out));

function partOf(part, known) {
  const name = h("span", { class: "mono" }, part.part);
  if (!part.runs_out) {
    return [name];
  }
  const hours = left(part.runs_out);
  const text = hours > 0 ? w.runsOut(known.placeName(part.place), hours) : w.ranOut(known.placeName(part.place));
  return [name, " ", h("span", { class: part.margin_h !== null && part.margin_h < 0 ? "runs-out short" : "runs-out", title: whole(part.runs_out, known.zoneOf(part.place)) }, text)];
}

/** @param {string} iso */
function left(iso) {
  const hours = (Date.parse(iso) - clock.now()) / HOUR_MS;
  return hours >= 10 ? Math.round(hours) : Math.round(hours * 10) / 10;
}
