/**
 * The shapes of subscriptions, for editors and readers; this file holds no code. See types.js.
 *
 * @typedef {object} Subscription
 * @property {string} name
 * @property {string} party
 * @property {"webhook"|"mqtt"|"sse"|"email"|"apprise"} channel
 * @property {"here"|"configuration"} made
 * @property {string|null} created
 * @property {{state: "ok"|"troubled"|"disabled"|"unconfirmed"|"broken", reason: string, text: string, since: string|null, next: string|null}} status
 * @property {Object<string, any>} settings
 * @property {string[]} unconfirmed
 * @property {string|null} old_secret_until
 * @property {string|null} secret
 *
 * @typedef {{outcome: "accepted"|"failed", reason: string, text: string, ms: number}} Tested
 *
 * @typedef {{name: string, wanted: "taken"|"refused", passed: boolean, reason: string, text: string, ms: number, hint: string}} Trial
 * @typedef {{passed: boolean, items: Trial[]}} Checked
 *
 * @typedef {object} Attempt
 * @property {number} number
 * @property {string} at
 * @property {string} delivery_id
 * @property {string} alert_id
 * @property {string} notice
 * @property {"pending"|"accepted"|"failed"} state
 * @property {number} attempts
 * @property {number|null} offset_ms
 * @property {string|null} next
 * @property {string} reason
 * @property {string} text
 */

export {};
