/** A part of a shipment's page under its heading, drawn anew only where what it shows changed; not there where it has nothing to say. */

import { fill, h } from "../kit/dom.js";
import { timeStep } from "../kit/time.js";

/** @typedef {import("../types/types_shipments.js").Known} Known */
/** @typedef {import("../store.js").Store} Store */
/** @typedef {{element: HTMLElement, show: (known: Known, store: Store) => void}} Sheet */

/**
 * @param {string} title
 * @param {(known: Known) => any} of  what of it is shown: a link that is replaced under a finger would lose the click
 * @param {(known: Known, store: Store) => (Node|string|false|null)[]} build
 * @returns {Sheet}
 */
export function sheet(title, of, build) {
  const body = h("div", { class: "sheet-body" });
  const element = h("section", { class: "sheet", "aria-label": title }, h("h2", {}, title), body);
  let drawn = "";
  const show = (known, store) => {
    const key = JSON.stringify([of(known), store.places.size, store.labels.size, timeStep()]);
    if (key !== drawn) {
      drawn = key;
      const content = build(known, store);
      element.hidden = content.length === 0;
      fill(body, ...content);
    }
  };
  return { element, show };
}

/** A table with its column heads. @param {string[]} columns  @param {HTMLElement[]} rows  @param {string} [name]  for who does not see it */
export const table = (columns, rows, name) =>
  h(
    "div",
    { class: "sheet-scroll", tabindex: "0", role: "region", "aria-label": name || columns.join(", ") },
    h("table", {}, h("thead", {}, h("tr", {}, ...columns.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, ...rows)),
  );
