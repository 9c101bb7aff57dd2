/** Identifiers: shortened in the middle, whole on hover, copied with one click. */

import { h } from "../kit/dom.js";
import { words } from "../words/words.js";

const LONGEST = 18;
const COPIED_MS = 1200;

/**
 * A name short enough for a row: what an identity says, without the words that all share.
 * @param {string} id
 * @param {string} [label]  what the gateway calls it
 */
export function shortName(id, label = "") {
  const text = label || id.replace(/^urn:(epc:id|tierview):/, "");
  if (text.length <= LONGEST) {
    return text;
  }
  const head = Math.ceil((LONGEST - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(head + 1 - LONGEST)}`;
}

/** The identifier as text, whole on hover. @param {string} id  @param {string} [label] */
export const name = (id, label = "") => h("span", { class: "mono", title: id }, shortName(id, label));

/** A link that opens an asset's panel. @param {string} id  @param {string} [label] */
export const assetLink = (id, label = "") =>
  h("a", { class: "mono", href: `#asset/${encodeURIComponent(id)}`, title: id }, shortName(id, label));

/** A link to a shipment's page. @param {string} id */
export const shipmentLink = (id) =>
  h("a", { class: "mono", href: `#shipments/${encodeURIComponent(id)}`, title: id }, shortName(id));

/** The whole identifier with a button that copies it. @param {string} id */
export function copyable(id) {
  const button = h("button", { class: "link small", type: "button" }, words.asset.copy);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(id);
    button.textContent = words.asset.copied;
    setTimeout(() => (button.textContent = words.asset.copy), COPIED_MS);
  });
  const usable = "clipboard" in navigator; // browsers give it to https and loopback only
  return h("span", { class: "copyable" }, h("span", { class: "mono" }, id), usable && button);
}
