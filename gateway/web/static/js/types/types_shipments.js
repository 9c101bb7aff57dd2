/**
 * The shapes of the list of shipments and of the page of one; this file holds no code. See types.js.
 *
 * @typedef {"late"|"at_risk"|"under_way"|"planned"|"arrived"} State
 *
 * @typedef {object} Listed
 * @property {string} shipment_id
 * @property {State} state
 * @property {"planned"|"under_way"|"arrived"} status
 * @property {number} late_s
 * @property {string} risk  reason of the newest open alert about its lateness
 * @property {string} lane
 * @property {string[]} stops  their places; empty: not shown
 * @property {string[]} assets  the first of them
 * @property {number} asset_count
 * @property {string} contents
 * @property {Object<string, string>} parties
 * @property {import("./types.js").Triple} departure
 * @property {import("./types.js").Triple} arrival
 *
 * @typedef {object} ShipmentList
 * @property {string} as_of
 * @property {number} count
 * @property {Object<string, number>} states
 * @property {string[]} lanes
 * @property {string[]} parties
 * @property {Listed[]} items
 * @property {string|null} next_after
 *
 * @typedef {object} Point
 * @property {string} at
 * @property {string|null} due
 * @property {string|null} p10
 * @property {string|null} p50
 * @property {string|null} p90
 * @property {string} method
 * @property {string|null} actual
 *
 * @typedef {{stop: number, place: string, planned: {open: string, close: string}|null, points: Point[]}} StopHistory
 * @typedef {{party: string, stop: number, at: string, said: string, alert_id: string}} Promised
 * @typedef {{now: string, stops: StopHistory[], promises: Promised[], more: boolean}} History
 *
 * @typedef {object} Unit
 * @property {string} asset
 * @property {string} label
 * @property {boolean} leads
 * @property {string} kind
 * @property {string} place
 * @property {string} tier
 * @property {string|null} last_seen
 * @property {number|null} lat
 * @property {number|null} lon
 * @property {string} parent
 * @property {string|null} read
 * @property {boolean} missing
 *
 * @typedef {{part: string, unit: string, planned: number|null, seen: number|null, short: number|null}} Count
 * @typedef {{units: Unit[], parts: Count[], over: {asset: string, label: string, trailer: string}[]}} Goods
 *
 * @typedef {object} Explanation
 * @property {number} stop
 * @property {string} place
 * @property {import("./types.js").Estimate} estimate
 * @property {number} late_s
 * @property {string} method
 * @property {{method: string, arrives: string, off_s: number|null}[]} rungs
 *
 * @typedef {{field: string, before: string|number|null, after: string|number|null}} Change
 * @typedef {{version: number, recorded: string, by: string, changes: Change[], more: number}} Version
 *
 * @typedef {{origin: string, destination: string, mode: string|null, assumed: boolean, km: number|null, g_per_tkm: number|null, source: string, detour: string, kg_co2e: number|null}} CarbonLeg
 * @typedef {object} Carbon
 * @property {number|null} kg  of the goods
 * @property {"parts"|"units"|""} mass_by
 * @property {("mass"|"mode"|"distance")[]} missing
 * @property {number|null} kg_co2e
 * @property {CarbonLeg[]} legs  none: not shown
 * @property {{number: string, quantity: number|null, unit: string, kg: number|null, kg_co2e: number|null}[]} parts
 *
 * @typedef {object} Known
 * @property {import("./types.js").Shipment & {parts: object[], legs: {mode: string, carrier: string, trip: string}[], findings: string[]}} shipment
 * @property {History} history
 * @property {Goods} goods
 * @property {Explanation[]} why
 * @property {import("./types.js").Alert[]} alerts
 * @property {Carbon} carbon
 */

export {};
