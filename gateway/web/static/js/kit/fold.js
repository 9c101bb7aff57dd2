/** On a phone the filters but the first wait behind a button: all of them would fill the screen. Elsewhere it is not seen. */

import { h } from "./dom.js";
import { words } from "../words/words.js";

/** @param {HTMLElement} filters  the form; its first field stays in sight */
export function foldOnPhone(filters) {
  const toggle = () => more.setAttribute("aria-expanded", String(filters.classList.toggle("unfolded")));
  const more = h("button", { class: "button unfold", type: "button", "aria-expanded": "false", on: { click: toggle } }, words.list.filters);
  filters.classList.add("folds");
  filters.firstElementChild?.after(more);
}
