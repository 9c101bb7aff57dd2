/** How the estimate of a stop moved: a chart over time with what was said and done meanwhile, and the same as a table. */

import { chart } from "./estimate_chart.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { deviation } from "./lateness.js";
import { table } from "./sheet.js";
import { rangeOf, short, span, timeOf, timeStep, zone as zoneName } from "../kit/time.js";
import { words } from "../words/words.js";

/** @typedef {import("../types/types_shipments.js").Known} Known */
/** @typedef {import("./estimate_chart.js").Moment} Moment */

const w = words.shipments.page.moved;
const NEAR_S = 60;
const MOST_ROWS = 300;
const NARROWEST = 280;

export class EstimateMoved {
  #stop = -1; // chosen; -1: the one that matters most
  #known = /** @type {Known|null} */ (null);
  #store;
  #drawn = "";
  #select = h("select", { "aria-label": w.which, on: { change: () => this.#choose(Number(this.#select.value)) } });
  #canvas = h("div", { class: "moved-chart" });
  #zone = h("span");
  #legend = legend(this.#zone);
  #note = h("div", {});
  #rows = h("div", {});
  #table = h("details", { class: "why" }, h("summary", {}, w.asTable), this.#rows);

  constructor() {
    const head = h("div", { class: "sheet-head" }, h("h2", {}, w.title), this.#select);
    this.element = h("section", { class: "sheet", "aria-label": w.title }, head, this.#note, this.#canvas, this.#legend, this.#table);
    new ResizeObserver(() => this.#known && this.#draw()).observe(this.#canvas);
  }

  /** @param {Known} known  @param {import("../store.js").Store} store */
  show(known, store) {
    if (known.shipment.shipment_id !== this.#known?.shipment.shipment_id) {
      this.#stop = -1;
    }
    this.#known = known;
    this.#store = store;
    this.#draw();
  }

  #choose(stop) {
    this.#stop = stop;
    this.#draw();
  }

  #draw() {
    const known = /** @type {Known} */ (this.#known);
    const stops = known.history.stops.filter((stop) => stop.stop > 0); // the first has no arrival
    const stop = stops.find((each) => each.stop === this.#stop) ?? usual(stops, known.shipment);
    const width = Math.max(NARROWEST, this.#canvas.clientWidth);
    const minute = Math.floor(Date.parse(known.history.now) / 60_000);
    const key = JSON.stringify([stop, known.alerts, known.history.promises, this.#store.places.size, timeStep(), width, minute]);
    if (key !== this.#drawn) {
      this.#drawn = key;
      this.#offer(stops, stop);
      this.#drawStop(stop, known, width);
    }
  }

  #offer(stops, chosen) {
    this.#select.hidden = stops.length < 2;
    fill(this.#select, ...stops.map((stop) => h("option", { value: stop.stop, selected: stop === chosen }, this.#store.placeName(stop.place))));
  }

  #drawStop(stop, known, width) {
    const points = stop?.points.filter((point) => point.p50 || point.actual) ?? [];
    [this.#canvas, this.#legend, this.#table].forEach((each) => (each.hidden = !points.length));
    fill(this.#note, points.length ? known.history.more && h("p", { class: "small muted" }, w.more) : says(...w.none));
    if (!points.length) {
      fill(this.#canvas);
      return;
    }
    const zone = this.#store.zoneOf(stop.place);
    const moments = momentsOf(known, stop.stop, points[0].at, zone);
    const [first, last] = [points[0], points.at(-1)].map((point) => short(point.p50 ?? point.actual, zone));
    const label = w.summary(this.#store.placeName(stop.place), points.length - 1, first, last);
    fill(this.#canvas, chart({ width, points, planned: stop.planned, moments, until: untilOf(points, known), zone, label }));
    setText(this.#zone, zone && words.time.inZone(zoneName(Date.parse(points.at(-1).at), zone)));
    fill(this.#rows, rowsOf(stop.points, moments, zone));
    setText(this.#table.querySelector("summary"), w.asTable);
  }
}

/** The next stop that is to come, else the last. */
function usual(stops, shipment) {
  const ahead = stops.find(({ stop, points }) => points.length && !shipment.stops[stop]?.arrival?.actual);
  return ahead ?? stops.at(-1);
}

/** Until the arrival was known, or now. */
const untilOf = (points, { history }) => (points.at(-1).actual ? points.at(-1).at : history.now);

/**
 * What was said and done while it was on its way, oldest first.
 * @param {Known} known
 * @returns {Moment[]}
 */
function momentsOf({ alerts, history }, stop, from, zone) {
  const found = alerts.flatMap((alert) => [
    { at: alert.raised, kind: "raised", text: `${w.events.raised}: ${words.alerts.reasons[alert.reason] ?? alert.reason}` },
    alert.ended && { at: alert.ended, kind: "ended", text: `${w.events.ended}: ${words.alerts.reasons[alert.reason] ?? alert.reason}` },
    ...alert.acks.map(({ at, party, promised }) => ({ at, kind: promised ? "promised" : "acknowledged", promised, text: said(party, promised, zone) })),
  ]);
  const known = new Set(alerts.map(({ alert_id: id }) => id));
  const others = history.promises.filter((one) => one.stop === stop && !known.has(one.alert_id));
  const promised = others.map(({ party, at, said: when }) => ({ at: when, kind: "promised", promised: at, text: w.events.promised(party, short(at, zone)) }));
  const all = /** @type {Moment[]} */ ([...found, ...promised].filter(Boolean));
  return all.filter(({ at }) => at >= from).sort((a, b) => a.at.localeCompare(b.at));
}

const said = (party, promised, zone) => (promised ? w.events.promised(party, short(promised, zone)) : w.events.acknowledged(party));

function rowsOf(points, moments, zone) {
  const told = points.map((point, index) => ({ at: point.at, cells: cellsOf(point, points[index - 1], zone) }));
  const done = moments.map(({ at, text }) => ({ at, cells: ["", "", "", text] }));
  const rows = [...told, ...done].sort((a, b) => a.at.localeCompare(b.at)).slice(-MOST_ROWS);
  const row = ({ at, cells }) => h("tr", {}, h("td", {}, timeOf(at, zone)), ...cells.map((cell) => h("td", {}, cell)));
  return table(Object.values(w.columns), rows.map(row), w.title);
}

function cellsOf(point, before, zone) {
  const { p10, p50, p90, due, actual } = point;
  const off = deviation({ planned: due && { open: due, close: due }, estimated: p50, actual });
  const beyond = off === null ? "" : off > NEAR_S ? `+${span(off)}` : words.time.onTime;
  const replanned = before && before.due !== due ? w.events.replanned : "";
  const what = actual ? w.events.actual : p50 ? w.events.estimate : w.events.nothing;
  const expected = actual ?? p50;
  return [expected ? short(expected, zone) : "", p10 && p90 && !actual ? rangeOf(p10, p90, zone) : "", beyond, [what, replanned].filter(Boolean).join(", ")];
}

/** @param {HTMLElement} zone  says by whose clock its hours are, where that is not one's own */
function legend(zone) {
  const key = (name, text) => h("span", { class: "key" }, h("i", { class: `key-${name}` }), text);
  const glyph = (kind, text) => h("span", { class: "key" }, h("span", { class: `glyph ${kind}`, "aria-hidden": "true" }, GLYPHS[kind]), text);
  const { marks } = words.alerts;
  const GLYPHS = { raised: marks.late, ended: marks.fine, acknowledged: "✓", promised: marks.risk };
  return h(
    "p",
    { class: "small muted bar-legend" },
    key("plan", w.legend.plan),
    key("band", w.legend.band),
    key("line", w.legend.line),
    key("dot", w.legend.actual),
    glyph("raised", w.events.raised),
    glyph("ended", w.events.ended),
    glyph("acknowledged", words.alerts.acked.toLowerCase()),
    glyph("promised", w.legend.promise),
    zone,
  );
}
