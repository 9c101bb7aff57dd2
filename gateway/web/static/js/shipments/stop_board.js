/** The stops of a shipment: planned, estimated with its interval, actual, and all of it drawn on one scale. */

import { fill, h, svg } from "../kit/dom.js";
import { shape } from "../tower/tiers.js";
import { short, timeStep } from "../kit/time.js";
import { KINDS, tripleParts } from "../kit/triple.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

const w = words.shipments.page;
const WIDTH = 1000;
const HEIGHT = 20;
const THIN = 6;

export class StopBoard {
  #body = h("div", { class: "sheet-body" });
  #drawn = "";

  constructor() {
    this.element = h("section", { class: "sheet", "aria-label": w.stops }, h("h2", {}, w.stops), this.#body);
  }

  /** @param {import("../types/types_shipments.js").Known} known  @param {import("../store.js").Store} store */
  show({ shipment, history }, store) {
    const now = Date.parse(history.now);
    const key = JSON.stringify([shipment.stops, store.places.size, timeStep(), Math.floor(now / 60_000)]);
    if (key !== this.#drawn) {
      this.#drawn = key;
      fill(this.#body, ...board(shipment.stops, now, store));
    }
  }
}

function board(stops, now, store) {
  const scale = scaleOf(stops);
  const heads = [w.stop, "", ...KINDS.map((kind) => words.time[kind])].map((text) => (text ? h("th", { scope: "col" }, text) : h("td")));
  const groups = stops.map((stop) => h("tbody", {}, ...rowsOf(stop, scale, now, store)));
  return [
    h("table", { class: "stop-board" }, h("thead", {}, h("tr", {}, ...heads, h("td", { class: "bar-cell" }))), ...groups),
    scale && legend(scale, stops.map((stop) => store.zoneOf(stop.place))),
  ];
}

function rowsOf(stop, scale, now, store) {
  const place = store.places.get(stop.place);
  const sides = ["arrival", "departure"].filter((side) => KINDS.some((kind) => stop[side]?.[kind]));
  const shown = sides.length ? sides : ["arrival"];
  const name = stop.place ? [place && shape(place.tier, { label: true }), " ", store.placeName(stop.place)] : [h("span", { class: "muted" }, w.hiddenStop)];
  const head = h("th", { scope: "rowgroup", rowspan: shown.length, class: "stop-name" }, ...name);
  return shown.map((side, index) => {
    const parts = tripleParts(stop[side], zoneAt(place));
    const cells = KINDS.map((kind) => h("td", { class: kind, "data-name": words.time[kind] }, ...parts[kind]));
    const bar = h("td", { class: "bar-cell" }, scale && barOf(stop[side], scale, now));
    return h("tr", {}, index === 0 && head, h("td", { class: "side muted" }, words.shipments.columns[side]), ...cells, bar);
  });
}

/** From the first to the last time of all stops; null where there are none. */
function scaleOf(stops) {
  const triples = stops.flatMap(({ arrival, departure }) => [arrival, departure]).filter(Boolean);
  const times = triples
    .flatMap(({ planned, estimate, actual }) => [planned?.open, planned?.close, estimate?.p10, estimate?.p90, actual])
    .filter(Boolean)
    .map((iso) => Date.parse(/** @type {string} */ (iso)));
  if (!times.length) {
    return null;
  }
  const [from, until] = [Math.min(...times), Math.max(...times)];
  const span = Math.max(until - from, 60_000);
  return { from, until, at: (ms) => THIN + ((ms - from) / span) * (WIDTH - 2 * THIN) };
}

/** What the cells beside it say, as a picture: nothing that is not said there. */
function barOf(triple, scale, now) {
  const at = (iso) => scale.at(Date.parse(iso));
  const block = (name, from, until, top) => svg("rect", { class: name, x: from, y: top, width: Math.max(until - from, THIN), height: HEIGHT - 2 * top, rx: 2 });
  const line = (name, x) => svg("rect", { class: name, x: x - THIN / 2, y: 0, width: THIN, height: HEIGHT });
  const { planned, estimate, actual } = triple ?? {};
  const parts = [
    planned && block("bar-plan", at(planned.open), at(planned.close), 2),
    !actual && estimate && block("bar-band", at(estimate.p10), at(estimate.p90), 6),
    !actual && estimate && line("bar-mid", at(estimate.p50)),
    actual && line("bar-actual", at(actual)),
    now >= scale.from && now <= scale.until && svg("rect", { class: "bar-now", x: scale.at(now), y: 0, width: 2, height: HEIGHT }),
  ].filter(Boolean);
  return svg("svg", { class: "bar-line", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, .../** @type {SVGElement[]} */ (parts));
}

/** @param {{from: number, until: number}} scale  @param {string[]} zones  of the stops: it runs from the first to the last */
function legend({ from, until }, zones) {
  const { bars } = w;
  const key = (name, text) => h("span", { class: "key" }, h("i", { class: `key-${name}` }), text);
  const first = short(new Date(from).toISOString(), zones[0]);
  const last = short(new Date(until).toISOString(), zones.at(-1));
  return h("p", { class: "small muted bar-legend" }, key("plan", bars.planned), key("band", bars.estimated), key("actual", bars.actual), key("now", bars.now), h("span", {}, w.scale(first, last)));
}
