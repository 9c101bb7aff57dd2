/**
 * The shapes of the partners' view, for editors and readers; this file holds no code. See types.js.
 *
 * @typedef {object} TakingPart
 * @property {string} code
 * @property {string} name
 * @property {string} tier
 * @property {"configuration"|"here"} made
 * @property {string|null} since
 * @property {{everything: boolean, places: string[], lanes: string[], hidden: string[]}} access
 *
 * @typedef {{id: string, party: string, label: string, created: string, used: string|null, expires: string|null, yours: boolean}} Token
 * @typedef {{id: string, shipment_id: string, party: string, label: string, created: string, until: string}} Share
 * @typedef {{code: string, name: string, url: string, user: string, topics: string[], acl: string[], curl: string, check: string}} Welcome
 */

export {};
