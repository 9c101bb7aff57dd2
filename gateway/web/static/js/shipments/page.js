/** The page of one shipment: how late it is, what comes next, and all that is known of it. */

import { AlertsOf } from "./alerts_of.js";
import { ApiError } from "../api.js";
import { carried } from "./carried.js";
import { emitted } from "./carbon.js";
import { EstimateMoved } from "./estimate_moved.js";
import { fill, h, says } from "../kit/dom.js";
import { goods } from "./goods.js";
import { PageHead } from "./page_head.js";
import { parties, promises } from "./parties.js";
import { getShipment } from "./shipments_api.js";
import { StopBoard } from "./stop_board.js";
import { Versions } from "./versions.js";
import { whyEstimate } from "./why_estimate.js";
import { words } from "../words/words.js";

const w = words.shipments;
const APART_MS = 2000; // the least pause between two reads
const TOPICS = ["shipments", "alerts"];

export class ShipmentPage {
  #store;
  #id = "";
  #timer = 0;
  #readAt = -APART_MS;
  #known = /** @type {import("../types/types_shipments.js").Known|null} */ (null);
  #head;
  #alerts;
  #versions = new Versions();
  #parts;
  #body;
  #note = h("div", { class: "shipment-note", role: "status" });

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.#head = new PageHead();
    this.#alerts = new AlertsOf(store);
    const [board, moved, carrier, goodsOf, why, promised, emits, who] = [new StopBoard(), new EstimateMoved(), carried(), goods(), whyEstimate(), promises(), emitted(), parties()];
    this.#parts = [this.#head, board, this.#alerts, moved, carrier, goodsOf, why, promised, emits, who, this.#versions];
    const area = (name, ...parts) => h("div", { class: `shipment-${name}` }, ...parts.map(({ element }) => element));
    this.#body = h(
      "div",
      { class: "shipment-columns", hidden: true },
      area("stops", board),
      area("side", carrier, this.#alerts),
      area("rest", moved, promised, goodsOf, why, emits, who, this.#versions),
    );
    this.element = h("article", { class: "shipment-page", hidden: true }, this.#head.element, this.#note, this.#body);
    store.on(TOPICS, () => this.#soon());
    store.on(["places", "remarks", "positions"], () => this.#show());
  }

  /** @param {string} id  the shipment; empty: nobody looks at a page */
  setShown(id) {
    this.element.hidden = !id;
    if (!id || id === this.#id) {
      this.#id = id;
      id && this.#load();
      return;
    }
    this.#id = id;
    this.#known = null;
    this.#body.hidden = true;
    fill(this.#note);
    this.#head.begin(id);
    this.#alerts.begin();
    this.#versions.begin(id);
    this.element.scrollTop = 0;
    this.#load();
  }

  answer() {
    this.#id && this.#alerts.answer();
  }

  talk() {
    this.#id && this.#alerts.talk();
  }

  #soon() {
    if (this.#id && !this.#timer) {
      this.#timer = setTimeout(() => this.#load(), Math.max(0, this.#readAt + APART_MS - performance.now()));
    }
  }

  async #load() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#readAt = performance.now();
    const id = this.#id;
    if (!id) {
      return; // it was left while this was awaited
    }
    try {
      const known = await getShipment(id);
      if (id === this.#id) {
        this.#known = known;
        this.#show();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      id === this.#id && this.#failed(error);
    }
  }

  /** What is shown stays where the gateway does not answer: the head line says how old it is. */
  #failed(error) {
    const gone = error.status === 404;
    if (this.#known && !gone) {
      return;
    }
    this.#known = null;
    this.#body.hidden = true;
    const retry = h("button", { class: "button", type: "button", on: { click: () => this.#load() } }, words.errors.retry);
    const said = gone ? says(w.unknown(this.#id), words.asset.unknownTodo) : says(words.errors.load(this.#id, error.message), "", retry);
    fill(this.#note, said);
  }

  #show() {
    if (!this.#known || !this.#id) {
      return;
    }
    const { shipment } = this.#known;
    this.#store.shipments.has(shipment.shipment_id) || this.#store.shipments.set(shipment.shipment_id, shipment); // there are more than it reads
    fill(this.#note);
    this.#body.hidden = false;
    for (const part of this.#parts) {
      part.show(this.#known, this.#store);
    }
  }
}
