/** The alerts of one shipment: open ones to be answered, past ones folded away, each with its talk and why. */

import { AlertCard } from "../alerts/alert_card.js";
import { h, setText } from "../kit/dom.js";
import { why } from "../alerts/why.js";
import { words } from "../words/words.js";

const w = words.shipments.page;
const TICK_MS = 1000;

export class AlertsOf {
  #store;
  /** @type {Map<string, AlertCard>} */
  #cards = new Map();
  #timer = 0;
  #none = h("p", { class: "muted" }, w.noAlerts);
  #open = h("div", { class: "cards" });
  #past = h("div", { class: "cards" });
  #summary = h("summary", {});
  #ended = h("details", { class: "why" }, this.#summary, this.#past);

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.element = h("section", { class: "sheet alerts-of", "aria-label": words.shipments.alerts }, h("h2", {}, words.shipments.alerts), this.#none, this.#open, this.#ended);
  }

  /** Another shipment is looked at. */
  begin() {
    this.#cards.clear();
    this.#open.replaceChildren();
    this.#past.replaceChildren();
    this.#ended.open = false;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {import("../types/types_shipments.js").Known} known */
  show({ alerts }) {
    this.#none.hidden = alerts.length > 0;
    const fresh = alerts.map((alert) => this.#newer(alert));
    const open = fresh.filter(({ state }) => state === "open");
    const past = fresh.filter(({ state }) => state !== "open");
    settle(this.#open, open.map((alert) => this.#card(alert)));
    settle(this.#past, past.map((alert) => this.#card(alert)));
    this.#ended.hidden = past.length === 0;
    setText(this.#summary, w.alertsPast(past.length));
  }

  /** Open the answer of the first alert that waits for one. */
  answer() {
    this.#first?.form.open();
  }

  /** Open or close its conversation. */
  talk() {
    this.#first?.talk.toggle();
  }

  get #first() {
    const cards = [...this.#cards.values()];
    return cards.find(({ element }) => element.contains(document.activeElement)) ?? cards.find(({ alert }) => alert.state === "open");
  }

  /** The stream may have told more than was read. */
  #newer(alert) {
    const known = this.#store.alerts.get(alert.alert_id);
    return known && (known.state !== "open" || alert.state === "open") && known.remarks >= alert.remarks ? known : alert;
  }

  #card(alert) {
    let card = this.#cards.get(alert.alert_id);
    if (!card) {
      card = new AlertCard(this.#store, alert);
      card.element.append(why(alert.alert_id, this.#store));
      this.#cards.set(alert.alert_id, card);
    }
    card.update(alert);
    return card.element;
  }

  #tick() {
    if (!this.element.isConnected || !this.element.checkVisibility()) {
      return;
    }
    this.#cards.forEach((card) => card.alert.state === "open" && card.tick());
  }
}

/** Put nodes in order, moving as few as possible: a moved one would lose what is typed into it. */
function settle(container, nodes) {
  [...container.childNodes].filter((node) => !nodes.includes(node)).forEach((node) => node.remove());
  nodes.forEach((node, index) => container.childNodes[index] === node || container.insertBefore(node, container.childNodes[index] ?? null));
}
