/** How late a thing is now. An alert says how late it was when it was raised; a missing arrival grows later. */

import { clock } from "./time.js";

/**
 * Seconds late, growing while what is missed has not been seen.
 * @param {import("./types.js").Alert} alert
 * @param {import("./types.js").Shipment|undefined} shipment
 */
export function lateSeconds(alert, shipment) {
  const triple = missed(alert, shipment);
  if (alert.state !== "open" || !triple?.planned) {
    return alert.late_s;
  }
  const planned = Date.parse(triple.planned.close);
  const then = triple.actual ? Date.parse(triple.actual) : clock.now();
  return Math.max(alert.late_s, (then - planned) / 1000);
}

/** The planned, estimated and actual times of what an alert says is late. */
export function missed(alert, shipment) {
  const stop = shipment?.stops.find(({ place }) => place === alert.place);
  if (!stop || !alert.rule.startsWith("late_")) {
    return null;
  }
  return alert.rule === "late_departure" ? stop.departure : stop.arrival;
}

/**
 * How far an actual or estimated time lies beyond the plan, in seconds; null where either is not known.
 * @param {import("./types.js").Triple|null} triple
 */
export function deviation(triple) {
  const then = triple?.actual || triple?.estimated;
  return then && triple?.planned ? (Date.parse(then) - Date.parse(triple.planned.close)) / 1000 : null;
}

/** How loud an alert is shown. @param {import("./types.js").Alert} alert  @returns {"late"|"risk"|"unknown"|"fine"} */
export function markOf(alert) {
  if (alert.state !== "open") {
    return "fine";
  }
  if (alert.rule === "silent_device") {
    return "unknown";
  }
  return alert.rule.startsWith("late") || alert.severity === "critical" ? "late" : "risk";
}
