/** How a shipment stands, as a mark and words: colour never alone. */

import { h } from "../kit/dom.js";
import { isForetold, isLate } from "./lateness.js";
import { span } from "../kit/time.js";
import { words } from "../words/words.js";

/** @typedef {import("../types/types_shipments.js").Listed} Listed */

const w = words.shipments;

/**
 * @param {Pick<Listed, "state"|"status"|"late_s"|"risk">} listed
 * @returns {(Node|string)[]}
 */
export function stateOf({ state, status, late_s: late, risk }) {
  const { marks, reasons } = words.alerts;
  if (state === "late") {
    return [h("strong", { class: "late" }, `${marks.late} ${words.time.late(span(late))}`), small(w.status[status])];
  }
  if (state === "at_risk") {
    return [h("strong", { class: "risk" }, `${marks.risk} ${w.atRisk}`), small(reasons[risk] ?? risk)];
  }
  const [look, mark] = state === "planned" ? ["unknown", marks.unknown] : ["fine", marks.fine];
  return [h("span", {}, h("span", { class: look }, mark, " "), w.status[status]), late > 0 ? small(w.cameLate(span(late))) : ""];
}

/**
 * The same of one shipment with its alerts: what the list is told by the gateway.
 * @param {import("../types/types.js").Shipment} shipment
 * @param {import("../types/types.js").Alert[]} alerts
 * @returns {Pick<Listed, "state"|"status"|"late_s"|"risk">}
 */
export function standing(shipment, alerts) {
  const risk = alerts.find((alert) => alert.state === "open" && (isLate(alert) || isForetold(alert)))?.reason ?? "";
  const ahead = shipment.status !== "arrived";
  const state = ahead && shipment.late ? "late" : ahead && risk ? "at_risk" : shipment.status;
  return { state, status: shipment.status, late_s: shipment.late_s, risk };
}

const small = (text) => h("span", { class: "small muted" }, text);
