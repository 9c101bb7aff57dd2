/** The marks of a time line: bars for stays and for what it was in, lines for ways, ticks for reads, signs for alerts. */

import { plain, svg } from "../kit/dom.js";
import { shortName } from "./names.js";
import { shape, tierName } from "./tiers.js";
import { span, whole } from "../kit/time.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

const w = words.history;
const LETTER = 6.6; // px, of the small face
const ICON = 14;
const LEAST = 3; // px, of the shortest stay
const HEIGHTS = { place: 30, ride: 22, read: 16, band: 18, alert: 20 };

/**
 * @typedef {object} Mark
 * @property {string} key
 * @property {"stay"|"way"|"ride"|"read"|"band"|"alert"} kind
 * @property {string} tone  its class of colour
 * @property {string} says  for who hears it, and under the line
 * @property {string} href  what it opens
 * @property {number} x  its right end
 * @property {() => SVGElement} draw
 *
 * @typedef {{name: string, y: number, height: number}} Row
 */

/**
 * @param {any} model  see history.js  @param {(ms: number) => number} at  px of an instant  @param {number} top
 * @returns {{marks: Mark[], rows: Row[]}}
 */
export function marksOf(model, at, top) {
  const rides = Math.max(0, ...model.rides.map((ride) => ride.row + 1));
  const bands = model.alerts.filter(isBand);
  const alerts = model.alerts.filter((alert) => !isBand(alert));
  const rows = inRows(top, [
    [w.rows.place, HEIGHTS.place],
    ...Array.from({ length: rides }, (_, index) => [index ? "" : w.rows.within, HEIGHTS.ride]),
    [w.rows.reads, HEIGHTS.read],
    ...(bands.length ? [[w.rows.bands, HEIGHTS.band]] : []),
    ...(alerts.length ? [[w.rows.alerts, HEIGHTS.alert]] : []),
  ]);
  const reads = rows[1 + rides];
  const marks = [
    ...model.stretches.map((one) => (one.place ? stay(one, rows[0], at, model) : way(one, rows[0], at, model))),
    ...model.rides.map((one) => ride(one, rows[1 + one.row], at, model)),
    ...model.events.map((one) => read(one, reads, at, model)),
    ...spansOf(bands, "band", rows[2 + rides], at, model),
    ...spansOf(alerts, "alert", rows[rows.length - 1], at, model),
  ];
  return { marks, rows };
}

export const isBand = (alert) => alert.subject.startsWith("condition:");

/** @returns {Row[]} */
function inRows(top, named) {
  let y = top;
  return named.map(([name, height]) => {
    const row = { name, y, height };
    y += height;
    return row;
  });
}

const placeAt = (model, place) => model.store.places.get(place);

/** "05:12 to 08:40 (3 h 28 min)", with days where they differ from today. */
export function lastedText(model, from, until, open, place) {
  const zone = zoneAt(placeAt(model, place));
  const long = span((until - from) / 1000);
  return open ? w.since(whole(iso(from), zone), long) : w.fromTo(whole(iso(from), zone), whole(iso(until), zone), long);
}

const iso = (ms) => new Date(ms).toISOString();

function stay(one, row, at, model) {
  const name = model.store.placeName(one.place);
  const x1 = at(one.from);
  const x2 = Math.max(at(one.until), x1 + LEAST);
  const says = [`${name}, ${tierName(one.tier)}`, lastedText(model, one.from, one.until, one.open, one.place), !one.open && !one.sure && w.unsure].filter(Boolean).join(". ");
  const draw = () => {
    const icon = shape(one.tier);
    Object.entries({ x: x1 + 4, y: row.y + 8, width: ICON, height: ICON }).forEach(([key, value]) => icon.setAttribute(key, String(value)));
    const parts = [rect(x1, row.y + 2, x2 - x1, row.height - 6, "ground"), rect(x1, row.y + 2, x2 - x1, 3, "band")];
    x2 - x1 > ICON + 8 && parts.push(icon);
    return group(...parts, ...textIn(name, x1 + ICON + 8, x2, row.y + 20));
  };
  return { key: `stay ${one.place} ${one.from}`, kind: "stay", tone: `${one.tier}${one.open || one.sure ? "" : " unsure"}`, says, href: "", x: x2, draw };
}

function way(one, row, at, model) {
  const x1 = at(one.from);
  const x2 = Math.max(at(one.until), x1 + LEAST);
  const y = row.y + row.height / 2 - 1;
  const between = w.way(one.origin && model.store.placeName(one.origin), one.destination && model.store.placeName(one.destination));
  const says = [between, lastedText(model, one.from, one.until, one.open, one.origin), !one.sure && !one.open && w.unsure].filter(Boolean).join(". ");
  const draw = () => group(rect(x1, row.y + 2, x2 - x1, row.height - 6, "hit"), line(x1, y, x2, y), path(`M${x2 - 5} ${y - 4}L${x2} ${y}L${x2 - 5} ${y + 4}`));
  return { key: `way ${one.from}`, kind: "way", tone: `transit${one.sure || one.open ? "" : " unsure"}`, says, href: "", x: x2, draw };
}

function ride(one, row, at, model) {
  const name = shortName(one.carrier, model.store.label(one.carrier));
  const x1 = at(one.from);
  const x2 = Math.max(at(one.until), x1 + LEAST);
  const says = `${w.in(name)}. ${lastedText(model, one.from, one.until, one.open, "")}`;
  const draw = () => group(rect(x1, row.y + 2, x2 - x1, row.height - 5, "ground"), ...textIn(name, x1 + 5, x2, row.y + 15));
  return { key: `ride ${one.carrier} ${one.from}`, kind: "ride", tone: "", says, href: `#asset/${encodeURIComponent(one.carrier)}`, x: x2, draw };
}

function read(event, row, at, model) {
  const x = at(Date.parse(event.at));
  const kind = words.asset.events[event.kind] || event.kind;
  const where = [model.store.placeName(event.place), event.read_point].filter(Boolean).join(", ");
  const says = `${kind} ${where}. ${whole(event.at, zoneAt(placeAt(model, event.place)))}`;
  const draw = () => group(rect(x - 4, row.y, 8, row.height, "hit"), line(x, row.y + 3, x, row.y + row.height - 3));
  return { key: `read ${event.seq}`, kind: "read", tone: "", says, href: "", x, draw };
}

/** Alerts, or what was out of its band, each with its words as far as the next one begins. */
function spansOf(alerts, kind, row, at, model) {
  const sorted = [...alerts].sort((a, b) => Date.parse(a.raised) - Date.parse(b.raised));
  return sorted.map((one, index) => {
    const next = sorted[index + 1];
    return spanOf(one, kind, row, at, model, next ? at(Date.parse(next.raised)) : Infinity);
  });
}

/** From when it began until it ended; `room` is where its words end at the latest. */
function spanOf(alert, kind, row, at, model, room) {
  const from = Date.parse(alert.raised);
  const until = alert.ended ? Date.parse(alert.ended) : model.now;
  const x1 = at(from);
  const x2 = Math.max(at(until), x1 + 10);
  const reason = words.alerts.reasons[alert.reason] || alert.reason;
  const says = [reason, alert.shipment, lastedText(model, from, until, !alert.ended, alert.place)].filter(Boolean).join(". ");
  const tone = alert.severity === "critical" ? "late" : "risk";
  const sign = alert.severity === "critical" ? words.alerts.marks.late : words.alerts.marks.risk;
  const draw = () => group(rect(x1, row.y + 2, x2 - x1, row.height - 5, "ground"), ...textIn(`${sign} ${reason}`, x1 + 3, Math.min(x2, room), row.y + row.height - 6, room - x1 > LEAST_SIGN ? sign : ""));
  return { key: `alert ${alert.alert_id}`, kind, tone, says, href: alert.shipment ? `#shipments/${encodeURIComponent(alert.shipment)}` : "", x: x2, draw };
}

const group = (...parts) => svg("g", {}, ...parts);
const rect = (x, y, width, height, name) => svg("rect", { class: name, x, y, width: Math.max(0, width), height, rx: name === "ground" ? 3 : 0 });
const line = (x1, y1, x2, y2) => svg("line", { x1, x2, y1, y2 });
const path = (d) => svg("path", { d });

const LEAST_SIGN = 12; // pixels

/** As much of a text as there is room for; of less than three letters the short form, if any. */
function textIn(text, from, until, y, least = "") {
  const letters = Math.floor((until - from - 2) / LETTER);
  const shown = letters >= text.length ? text : letters >= 4 ? `${text.slice(0, letters - 1)}…` : least;
  if (!shown) {
    return [];
  }
  const element = svg("text", { x: from, y });
  element.textContent = plain(shown);
  return [element];
}
