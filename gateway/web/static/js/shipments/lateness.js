/** How late a thing is now. What is missed and not yet seen grows later while one looks. */

import { clock } from "../kit/time.js";

/** @typedef {import("../types/types.js").Alert} Alert */
/** @typedef {import("../types/types.js").Shipment} Shipment */
/** @typedef {import("../types/types.js").Triple} Triple */

const ARRIVALS = ["not_seen", "arrived_late"];
const FORETOLD = ["predicted_late", "at_risk"];
const DEPARTURES = ["not_departed", "departed_late"];

/** Whether an alert is about a shipment behind its plan. @param {Alert} alert */
export const isLate = (alert) => ARRIVALS.includes(alert.reason) || DEPARTURES.includes(alert.reason);

/** Whether an alert says that a shipment will be, or may be, behind its plan. @param {Alert} alert */
export const isForetold = (alert) => FORETOLD.includes(alert.reason);

/**
 * What an alert says is missed: the stop's number, and its planned, estimated and actual time.
 * It is the stop whose window closed last before the alert was raised.
 * @param {Alert} alert
 * @param {Shipment|undefined} shipment
 * @returns {{stop: number, triple: Triple}|null}
 */
export function missed(alert, shipment) {
  if (!shipment || !isLate(alert)) {
    return null;
  }
  const what = DEPARTURES.includes(alert.reason) ? "departure" : "arrival";
  const closed = shipment.stops
    .map((stop, index) => ({ stop: index, triple: stop[what] }))
    .filter(({ triple }) => triple?.planned && triple.planned.close <= alert.raised);
  return /** @type {any} */ (closed.sort((a, b) => b.triple.planned.close.localeCompare(a.triple.planned.close))[0] ?? null);
}

/**
 * Seconds late, growing while what is missed has not been seen.
 * @param {Alert} alert
 * @param {Shipment|undefined} shipment
 */
export function lateSeconds(alert, shipment) {
  const found = missed(alert, shipment);
  if (!found || alert.state === "withdrawn") {
    return alert.late_s;
  }
  const then = found.triple.actual || alert.ended;
  const until = then ? Date.parse(then) : clock.now();
  return Math.max(alert.late_s, (until - Date.parse(found.triple.planned.close)) / 1000);
}

/**
 * How far an actual or estimated time lies beyond the plan, in seconds; null where either is not known.
 * @param {Triple|null} triple
 */
export function deviation(triple) {
  const then = triple?.actual || triple?.estimated;
  return then && triple?.planned ? (Date.parse(then) - Date.parse(triple.planned.close)) / 1000 : null;
}

/** How loud an alert is shown. @param {Alert} alert  @returns {"late"|"risk"|"unknown"|"fine"} */
export function markOf(alert) {
  if (alert.state !== "open") {
    return "fine";
  }
  if (alert.subject.startsWith("device:")) {
    return "unknown"; // silence is not lateness
  }
  return isLate(alert) || alert.severity === "critical" ? "late" : "risk";
}
