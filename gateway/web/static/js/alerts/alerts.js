/** The list of alerts beside the map: open ones first, the loudest and newest on top. */

import { AlertCard } from "./alert_card.js";
import { h, says, setText } from "../kit/dom.js";
import { LiveList } from "../kit/live_list.js";
import { markOf } from "../shipments/lateness.js";
import { words } from "../words/words.js";

const w = words.alerts;
const LOUDNESS = ["late", "risk", "unknown", "fine"];
const MOST_SHOWN = 100;

export class Alerts {
  #store;
  #count = h("span", { class: "muted" });
  #all = h("button", { class: "link small", type: "button" }, w.showEnded);
  #cards = h("div", { class: "cards" });
  /** @type {LiveList<import("../types/types.js").Alert, AlertCard>} */
  #list;
  #withEnded = false;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    const head = h("header", { class: "section-head" }, h("h2", {}, w.title), this.#count, this.#all);
    this.element = h("section", { class: "alerts", "aria-label": w.title }, head, this.#cards);
    this.#list = new LiveList(this.#cards, {
      key: (alert) => alert.alert_id,
      create: (alert) => new AlertCard(store, alert),
      empty: () => (store.loaded.has("alerts") ? says(...w.none) : says(words.head.connecting)),
    });
    this.#all.addEventListener("click", () => this.#toggle());
    store.on(["alerts", "remarks", "shipments", "positions", "places", "session"], () => this.#show());
    this.#show();
  }

  /** Bring the growing lateness up to date; called once a second. */
  tick() {
    this.#list.views.forEach((card) => card.tick());
  }

  /** Focus the next (+1) or previous (-1) card. @param {number} step */
  step(step) {
    const cards = this.#list.views.map((card) => card.element);
    const current = cards.findIndex((card) => card.contains(document.activeElement));
    const next = cards[Math.max(0, Math.min(cards.length - 1, current + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** Open the answer of the card in focus, or of the first one. */
  answer() {
    this.#current()?.form.open();
  }

  /** Open or close its conversation. */
  talk() {
    this.#current()?.talk.toggle();
  }

  #current() {
    const cards = this.#list.views;
    return cards.find(({ element }) => element.contains(document.activeElement)) || cards[0];
  }

  #toggle() {
    this.#withEnded = !this.#withEnded;
    setText(this.#all, this.#withEnded ? w.showOpen : w.showEnded);
    this.#show();
  }

  #show() {
    const open = this.#store.openAlerts();
    const shown = this.#withEnded ? [...this.#store.alerts.values()] : open;
    setText(this.#count, w.open(open.length), { mark: true });
    this.#list.set(shown.sort(byLoudness).slice(0, MOST_SHOWN));
  }
}

function byLoudness(a, b) {
  const loudness = LOUDNESS.indexOf(markOf(a)) - LOUDNESS.indexOf(markOf(b));
  return loudness || b.raised.localeCompare(a.raised);
}
