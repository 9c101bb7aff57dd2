/** Which group of the inbox an alert is in, and which filters it passes. No element is touched here. */

/** @typedef {import("../types/types.js").Alert} Alert */

export const GROUPS = /** @type {const} */ (["standing", "ours", "others", "shelved", "ended"]);
/** What may be chosen among the values that stand. */
export const FIELDS = /** @type {const} */ (["rule", "lane", "place", "severity"]);

/**
 * Each alert is in one group, so that the counts add up to all.
 * @param {Alert} alert  @param {string} party  who looks
 * @returns {typeof GROUPS[number]}
 */
export function groupOf(alert, party) {
  if (alert.state !== "open") {
    return "ended";
  }
  if (alert.shelves.some((shelf) => shelf.party === party)) {
    return "shelved";
  }
  if (alert.acks.some((ack) => ack.party === party)) {
    return "ours";
  }
  return alert.acks.length ? "others" : "standing";
}

/**
 * @typedef {{text: string, mine: boolean, rule: string, lane: string, place: string, severity: string}} Filters
 * @param {Alert} alert  @param {Filters} filters  @param {string} party
 */
export function passes(alert, filters, party) {
  const said = [alert.shipment, alert.asset, alert.place, alert.lane, alert.text, alert.rule, alert.reason].join(" ").toLowerCase();
  return (
    FIELDS.every((field) => !filters[field] || alert[field] === filters[field]) &&
    (!filters.mine || alert.parties.includes(party)) &&
    said.includes(filters.text.trim().toLowerCase())
  );
}
