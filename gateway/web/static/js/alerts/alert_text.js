/**
 * What an alert says, in the words of who reads: composed from its facts, with names of places and times of a zone.
 *
 * Where a sentence needs a fact that the page does not have (a measured value, a number in a trailer) and for
 * the rules that people write themselves, the gateway's own text stays.
 */

import { missed } from "../shipments/lateness.js";
import { shortName } from "../tower/names.js";
import { short, span } from "../kit/time.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

/** @typedef {import("../types/types.js").Alert} Alert */
/** @typedef {import("../types/types.js").Shipment} Shipment */
/** @typedef {import("../tower/known.js").Known} Known */

const w = words.alertTexts;

/**
 * Why it was raised while it is open, how it ended after that.
 * @param {Alert} alert
 * @param {Known} known
 * @param {Shipment} [shipment]  of the alert
 * @returns {string}
 */
export const alertText = (alert, known, shipment) =>
  alert.state === "open" ? raisedText(alert, known, shipment) : endedText(alert, known, shipment);

/** @param {Alert} alert  @param {Known} known  @param {Shipment} [shipment]  @returns {string} */
export function raisedText(alert, known, shipment) {
  const kind = kindOf(alert);
  const find = FOUND[kind];
  return said(Object.hasOwn(FOUND, kind) && w.raised[kind], find && find(alert, known, shipment)) || alert.text;
}

/** @param {Alert} alert  @param {Known} known  @param {Shipment} [shipment]  @returns {string} */
export function endedText(alert, known, shipment) {
  const kind = kindOf(alert);
  const sentences = Object.hasOwn(w.ended, kind) ? w.ended[kind] : {};
  const sentence = Object.hasOwn(sentences, alert.ended_reason) && sentences[alert.ended_reason];
  const found = sentence && FOUND[kind](alert, known, shipment);
  const late = alert.ended ? span(Math.max(0, between(alert.raised, alert.ended))) : "";
  return said(sentence, found && alert.ended && { ...found, late, end: short(alert.ended, found.zone) }) || alert.ended_text;
}

/** The zone in which to show when it was raised, ended and promised: that of the place it is about. @param {Alert} alert  @param {Known} known  @param {Shipment} [shipment] */
export function zoneOf(alert, known, shipment) {
  const kind = kindOf(alert);
  const found = Object.hasOwn(FOUND, kind) && FOUND[kind](alert, known, shipment);
  return found ? found.zone : zoneAt(known.places.get(alert.place));
}

const said = (sentence, facts) => (sentence && facts ? sentence(facts) : "");
const between = (from, until) => (Date.parse(until) - Date.parse(from)) / 1000;

/** Devices and trackers are silent for the same reason, and it is said of them differently. */
function kindOf({ reason, subject }) {
  return reason === "silent" && !subject.startsWith("device:") ? "silent_tracker" : reason;
}

/** A stop that was not reached, or not left, in time. */
function ofMissed(alert, known, shipment) {
  const found = missed(alert, shipment);
  return found && { shipment: alert.shipment, ...at(alert, known, shipment.stops[found.stop].place) };
}

/** A stop that is expected to be reached late: told only where there is no doubt which one. */
function ofExpected(alert, known, shipment) {
  const ahead = (shipment?.stops ?? []).filter(({ arrival }) => arrival?.planned && arrival.estimate && !arrival.actual);
  const late = ahead.filter(({ arrival }) => arrival.estimate.p50 > arrival.planned.close);
  const stop = alert.late_s > 0 ? late[0] : ahead.length === 1 ? ahead[0] : null;
  if (!stop) {
    return null;
  }
  const { estimate, planned } = stop.arrival;
  const { place, zone } = at(alert, known, stop.place);
  const [expected, close, early, latest] = [estimate.p50, planned.close, estimate.p10, estimate.p90].map((time) => short(time, zone));
  return { shipment: alert.shipment, place, zone, expected, close, early, latest };
}

/** A stop that was reached before its window. */
function ofEarly(alert, known, shipment) {
  const stop = shipment?.stops.find(({ arrival }) => arrival?.planned && arrival.actual === alert.raised);
  const early = stop && span(between(alert.raised, stop.arrival.planned.open));
  return stop && { shipment: alert.shipment, early, ...at(alert, known, stop.place) };
}

/** An asset at a place. */
const ofStay = (alert, known) => (alert.asset && alert.place ? { ...ofAsset(alert, known), ...at(alert, known, alert.place) } : null);

const ofAsset = (alert, known) =>
  alert.asset ? { asset: shortName(alert.asset, known.label(alert.asset)), shipment: alert.shipment, ...at(alert, known, "") } : null;

const ofStray = (alert, known) => (alert.shipment ? ofStay(alert, known) : null);

const ofDevice = (alert, known) => ({ device: alert.subject.slice("device:".length), ...at(alert, known, alert.place) });

/** The time of an alert and a place's name, in the zone that is shown for that place. */
function at(alert, known, code) {
  const zone = zoneAt(known.places.get(code));
  return { place: known.placeName(code), zone, since: short(alert.raised, zone) };
}

/** What the sentence of each reason is made of; null where the page does not know it. */
const FOUND = {
  not_seen: ofMissed,
  not_departed: ofMissed,
  predicted_late: ofExpected,
  at_risk: ofExpected,
  came_early: ofEarly,
  dwell_over: ofStay,
  idle: ofStay,
  wrong_place: ofStray,
  off_its_way: ofAsset,
  silent: ofDevice,
  silent_tracker: ofAsset,
};
