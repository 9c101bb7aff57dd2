/** The part of the gateway's API by which a party looks after its subscriptions. */

import { request } from "../api.js";

const SLOW_MS = 60_000; // a sample waits for the receiver, or the mail server
const CHECK_MS = 150_000; // up to nine of these, and one deadline
const path = (name, act = "") => `/subscriptions/${encodeURIComponent(name)}${act}`;

/** @returns {Promise<import("../types/types_subscriptions.js").Subscription[]>} */
export const getSubscriptions = async () => (await request("GET", "/subscriptions")).items;
/** @returns {Promise<import("../types/types_subscriptions.js").Subscription>} */
export const subscribe = (body) => request("POST", "/subscriptions", body, SLOW_MS);
export const unsubscribe = (name) => request("DELETE", path(name));
export const rotate = (name) => request("POST", path(name, "/rotate"), {});
/** @returns {Promise<import("../types/types_subscriptions.js").Tested>} */
export const tryOut = (name) => request("POST", path(name, "/test"), undefined, SLOW_MS);
/** @returns {Promise<import("../types/types_subscriptions.js").Checked>} */
export const checkReceiver = (name) => request("POST", path(name, "/check"), undefined, CHECK_MS);
export const enable = (name) => request("POST", path(name, "/enable"));
export const replaySince = (name, since) => request("POST", path(name, "/replay"), { since });
export const confirmAddress = (name, address, code) => request("POST", path(name, "/confirm"), { address, code });
/** @returns {Promise<{items: import("../types/types_subscriptions.js").Attempt[], next_before: number|null}>} */
export const getAttempts = (name, before, limit) =>
  request("GET", path(name, `/deliveries?limit=${limit}${before ? `&before=${before}` : ""}`));
