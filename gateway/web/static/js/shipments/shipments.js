/** The view of shipments: their list at `#shipments`, and the page of one at `#shipments/ID`. */

import { h } from "../kit/dom.js";
import { ShipmentList } from "./list.js";
import { ShipmentPage } from "./page.js";
import { words } from "../words/words.js";

export class ShipmentsView {
  #list;
  #page;
  #id = "";

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#list = new ShipmentList(store);
    this.#page = new ShipmentPage(store);
    this.element = h("section", { class: "shipments", "aria-label": words.shipments.title, hidden: true }, this.#list.element, this.#page.element);
  }

  /** What the window is called while a shipment is shown; empty: as the view. */
  get title() {
    return this.#id;
  }

  /**
   * @param {boolean} isShown
   * @param {string} [id]  the shipment whose page is asked for; empty: the list
   */
  setShown(isShown, id = "") {
    const came = isShown ? this.#id : "";
    this.#id = isShown ? id : "";
    this.#page.setShown(isShown ? id : "");
    this.#list.setShown(isShown && !id, came);
  }

  /** Focus the next (+1) or previous (-1) shipment of the list. @param {number} step */
  step(step) {
    this.#list.step(step);
  }

  /** Answer the first open alert of the shipment that is shown. */
  answer() {
    this.#page.answer();
  }

  /** Open or close its conversation. */
  talk() {
    this.#page.talk();
  }
}
