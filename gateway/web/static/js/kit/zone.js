/** Whose time zone times are shown in: that of who looks, or that of the place where a thing happens. */

import { choice, choose } from "./choice.js";

export const ZONES = ["mine", "place"];
const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
const used = choice("zone") === "place" ? "place" : "mine";

/** @returns {"mine"|"place"} */
export const zoneUsed = () => used;

/** Show times in another zone from now on. @param {string} which */
export function useZone(which) {
  choose("zone", which);
  location.reload();
}

/**
 * The zone in which to show what happens at a place; empty: that of who looks.
 * @param {{time_zone: string}|undefined|null} place
 */
export const zoneAt = (place) => (used === "place" && place?.time_zone && place.time_zone !== mine ? place.time_zone : "");
