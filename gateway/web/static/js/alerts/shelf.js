/** Shelving: a party hears nothing of an alert for a while, and says why; the others go on hearing of it. */

import { shelve, unshelve } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, myName, sent } from "../kit/form.js";
import { clock, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shelf;
const HOURS = [1, 4, 24];
const HOUR_MS = 3_600_000;
const SPARE_MS = 120_000; // the gateway's clock decides what 24 hours are, and ours is not quite it
let shelves = 0;

export class Shelf {
  #alert;
  #shelved = "";
  #open = h("button", { class: "link small", type: "button", "aria-expanded": "false", on: { click: () => this.#toggle() } }, w.button);
  #reason = h("input", { name: "reason", maxlength: 200, autocomplete: "off" });
  #again = h("button", { class: "button", type: "button", on: { click: () => this.#unshelve() } }, w.again);
  #until = h("p", { class: "small" });
  #error = h("p", { class: "error small late", role: "alert" });
  #choose;

  /** @param {string} alertId */
  constructor(alertId) {
    this.#alert = alertId;
    const buttons = HOURS.map((hours) => {
      const click = (event) => this.#shelve(event.currentTarget, hours);
      return h("button", { class: "button", type: "button", on: { click } }, w.hours(hours));
    });
    this.#choose = h(
      "fieldset",
      {},
      h("legend", { class: "small muted" }, w.what),
      field(w.reason, this.#reason),
      h("div", { class: "row" }, h("span", { class: "small muted" }, w.title), ...buttons),
    );
    this.button = this.#open;
    const keydown = onEscape(() => {
      this.#close();
      this.#open.focus();
    });
    this.element = h(
      "div",
      { class: "shelf", id: `shelf-${(shelves += 1)}`, hidden: true, on: { keydown } },
      this.#choose,
      h("div", { class: "shelved" }, this.#until, this.#again),
      this.#error,
    );
    this.#open.setAttribute("aria-controls", this.element.id);
  }

  /** @param {import("../types/types.js").Alert} alert  @param {string} party  whose shelf it is */
  show(alert, party) {
    const shelf = alert.shelves.find((each) => each.party === party);
    const may = alert.state === "open" && alert.parties.includes(party);
    this.#open.hidden = !may;
    if (!may) {
      this.#close();
    }
    if (this.#shelved !== (shelf?.until ?? "")) {
      this.#shelved = shelf?.until ?? "";
      this.#close();
    }
    this.#choose.hidden = !!shelf;
    this.#again.parentElement.hidden = !shelf;
    if (shelf) {
      fill(this.#until, w.until, " ", timeOf(shelf.until));
      fill(this.#open, w.until, " ", timeOf(shelf.until));
    } else {
      setText(this.#open, w.button);
    }
  }

  #toggle() {
    this.element.hidden = !this.element.hidden;
    this.#open.setAttribute("aria-expanded", String(!this.element.hidden));
    if (!this.element.hidden) {
      this.element.querySelector(this.#shelved ? ".shelved .button" : "input").focus();
    }
  }

  #close() {
    this.element.hidden = true;
    this.#open.setAttribute("aria-expanded", "false");
    fill(this.#error);
  }

  async #shelve(button, hours) {
    const until = new Date(clock.now() + hours * HOUR_MS - (hours === HOURS.at(-1) ? SPARE_MS : 0)).toISOString();
    const shelf = { until, reason: this.#reason.value.trim(), by: myName() };
    if (await sent(button, this.#error, words.talk.failed, () => shelve(this.#alert, shelf))) {
      this.#close();
      this.#reason.value = "";
      this.#open.focus();
    }
  }

  async #unshelve() {
    if (await sent(this.#again, this.#error, words.talk.failed, () => unshelve(this.#alert))) {
      this.#close();
      this.#open.focus();
    }
  }
}
