/** The tiers, from far to near, and the shape of each: colour never stands alone. */

import { svg } from "../kit/dom.js";
import { words } from "../words/words.js";

/** @type {import("../types/types.js").Tier[]} */
export const TIERS = ["tier3", "tier2", "tier1", "transit", "crossdock", "port", "oem"];

/** In a square of 20. */
export const PATHS = {
  tier3: "M6 6h8v8H6z",
  tier2: "M3.500 3.500h13v13h-13z",
  tier1: "M2 9.500L10 2.500l8 7V17.500H2z",
  transit: "M10 1.500l6.500 16L10 13.500 3.500 17.500z",
  crossdock: "M2 4h10V1l6.500 5L12 11V8H2z M18 16H8v3L1.500 14 8 9.500V12h10z",
  port:
    "M10 1a3 3 0 0 1 1.300 5.700V8H15v2.500h-3.700v5.700a5 5 0 0 0 3.700-3.400l-1.600.4 2.800-4.200 2.300 4.400-1.600-.4" +
    "C16.400 16.800 13.500 19 10 19s-6.400-2.200-6.900-6l-1.600.4 2.300-4.400 2.800 4.200-1.600-.4a5 5 0 0 0 3.700 3.400v-5.700" +
    "H5V8h3.700V6.700A3 3 0 0 1 10 1zm0 2a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
  oem: "M10 1l8 4.600v8.800L10 19l-8-4.600V5.600z",
};

/**
 * The mark of a tier. In transit it points along the course.
 * @param {string} tier
 * @param {{course?: number|null, label?: boolean}} [options]  label: name it for people who do not see it
 */
export function shape(tier, { course = null, label = false } = {}) {
  const path = svg("path", { d: PATHS[tier] || PATHS.tier3, "fill-rule": "evenodd" });
  if (course !== null && tier === "transit") {
    path.setAttribute("transform", `rotate(${course} 10 10)`);
  }
  const mark = svg("svg", { class: `shape ${tier}`, viewBox: "0 0 20 20" }, path);
  mark.setAttribute(label ? "aria-label" : "aria-hidden", label ? tierName(tier) : "true");
  if (label) {
    mark.setAttribute("role", "img");
  }
  return mark;
}

/** @param {string|null} tier */
export const tierName = (tier) => (tier && words.tiers[tier] ? words.tiers[tier].name : "");

/** @param {string|null} tier */
export const tierShort = (tier) => (tier && words.tiers[tier] ? words.tiers[tier].short : "");
