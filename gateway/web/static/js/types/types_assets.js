/**
 * The shapes of lists of assets, of an asset's history and of search; this file holds no code. See types.js.
 *
 * @typedef {object} Listed  an asset in a list
 * @property {string} asset
 * @property {string} kind
 * @property {string} label
 * @property {import("./types.js").Tier} tier
 * @property {string} place
 * @property {string} since
 * @property {string} last_seen
 * @property {string} parent
 * @property {string} shipment
 * @property {boolean} late
 * @property {number} late_s
 *
 * @typedef {object} Whereabouts  a page of a list
 * @property {string} as_of
 * @property {number} count
 * @property {{name: string, count: number}[]} places
 * @property {{name: string, count: number}[]} kinds
 * @property {Listed[]} items
 * @property {string|null} next_after
 *
 * @typedef {object} Moved  an arrival, move, departure, loading or unloading
 * @property {number} seq
 * @property {string} kind
 * @property {string} asset
 * @property {string} label
 * @property {string} place
 * @property {import("./types.js").Tier} tier
 * @property {string} previous_place
 * @property {string} parent
 * @property {string} read_point
 * @property {string} device
 * @property {string} at
 * @property {boolean} late
 *
 * @typedef {object} PastAlert
 * @property {string} alert_id
 * @property {string} reason
 * @property {string} severity
 * @property {string} state
 * @property {string} subject
 * @property {string} shipment
 * @property {string} asset
 * @property {string} place
 * @property {string} raised
 * @property {string|null} ended
 * @property {number} late_s
 * @property {string} text
 *
 * @typedef {object} History  a page of it, back in time
 * @property {Moved[]} items  newest first
 * @property {Moved[]} carried  of what it was in, oldest first
 * @property {PastAlert[]} alerts
 * @property {string|null} next_before
 *
 * @typedef {object} Found
 * @property {"asset"|"shipment"|"part"|"place"|"device"} kind
 * @property {string} id
 * @property {string} text
 * @property {string} by
 * @property {string} said
 * @property {boolean} exact
 * @property {string} place
 * @property {import("./types.js").Tier|null} tier
 */

export {};
