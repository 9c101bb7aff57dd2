/** What the list of shipments and the page of one ask the gateway. */

import { request } from "../api.js";

const ROOT = "/api/v1";
const PAGE = 100;
const PAST = 100; // alerts of one shipment

/** @typedef {{state: string, lane: string, party: string, text: string}} Wanted */

/**
 * A page of the list.
 * @param {Wanted} wanted  @param {string} after  `next_after` of the page before; empty: the first
 * @returns {Promise<import("../types/types_shipments.js").ShipmentList>}
 */
export const getList = (wanted, after) => request("GET", `/shipment-list?${queryOf({ ...wanted, after, limit: String(PAGE) })}`);

/** Where the whole list lies as a CSV file. @param {Wanted} wanted */
export const listCsv = (wanted) => `${ROOT}/shipment-list.csv?bom=true&${queryOf(wanted)}`;

/**
 * All that the page of a shipment shows but the versions of its plan.
 * @param {string} id
 * @returns {Promise<import("../types/types_shipments.js").Known>}
 */
export async function getShipment(id) {
  const path = `/shipments/${encodeURIComponent(id)}`;
  const [shipment, history, goods, why, alerts, carbon] = await Promise.all([
    request("GET", path),
    request("GET", `${path}/estimates/history`),
    request("GET", `${path}/goods`),
    request("GET", `${path}/estimates`),
    request("GET", `/alerts?shipment=${encodeURIComponent(id)}&limit=${PAST}`),
    request("GET", `/kpis/carbon/${encodeURIComponent(id)}`),
  ]);
  return { shipment, history, goods, why: why.items, alerts: alerts.items, carbon };
}

/**
 * Versions of a plan, newest first.
 * @param {string} id  @param {number|null} before  `next_before` of the page before; null: the newest
 * @returns {Promise<{items: import("../types/types_shipments.js").Version[], next_before: number|null}>}
 */
export const getVersions = (id, before) =>
  request("GET", `/shipments/${encodeURIComponent(id)}/versions${before ? `?before=${before}` : ""}`);

const queryOf = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
