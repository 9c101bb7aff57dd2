/** Lists of assets, their histories, and search. */

import { request } from "../api.js";

const PAGE = 100;
const MOST = 1000; // items in one answer
const EVENTS = 100; // of an asset, in a page of its history

/** @typedef {{tier: string, place: string, kind: string, text: string, sort: string}} Asked */

/** @param {Asked} asked  what is empty is not asked for */
const query = (asked) => new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "")).toString();

/**
 * A page of the assets that are in a tier now.
 * @param {Asked} asked  @param {string} after  `next_after` of the page before  @param {number} [limit]
 * @returns {Promise<import("../types/types_assets.js").Whereabouts>}
 */
export const getWhereabouts = (asked, after, limit = PAGE) =>
  request("GET", `/whereabouts?${query({ ...asked, after, limit: String(Math.min(limit, MOST)) })}`);

/** Where a spreadsheet gets all of them. @param {Asked} asked */
export const whereaboutsCsv = (asked) => `/api/v1/whereabouts.csv?bom=true&${query(asked)}`;

/** @param {string} asset  @param {string} before  @returns {Promise<import("../types/types_assets.js").History>} */
export const getHistory = (asset, before) => request("GET", `/history?limit=${EVENTS}&asset=${encodeURIComponent(asset)}${before ? `&before=${encodeURIComponent(before)}` : ""}`);

/** @param {string} text  @returns {Promise<{items: import("../types/types_assets.js").Found[], more: string[]}>} */
export const search = (text) => request("GET", `/search?text=${encodeURIComponent(text)}`);
