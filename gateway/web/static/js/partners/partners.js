/** Partners: who takes part, with what tokens, and whether each is told; for a party that is no operator, its own access. */

import { ApiError } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { partnerForm } from "./partner_form.js";
import { PartnerRow } from "./partner_row.js";
import { getParties, getShares, getTokens } from "./partners_api.js";
import { getSubscriptions } from "../subscriptions/subscriptions_api.js";
import { words } from "../words/words.js";

const w = words.partners;
const EVERY_MS = 10_000;

export class PartnersView {
  #isOperator;
  #isShown = false;
  #timer = 0;
  #count = h("span", { class: "muted" });
  #note = h("p", { class: "note small fine", role: "status" });
  #add;
  #error = h("div", { role: "alert" });
  #handed = h("div");
  #formHere = h("div");
  #rows = h("div", { class: "rows" });
  /** @type {Map<string, PartnerRow>} */
  #held = new Map();

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#isOperator = !!store.session?.operator;
    const title = this.#isOperator ? w.title : w.own.title;
    this.#add = this.#isOperator && h("button", { class: "button first push", type: "button", on: { click: () => this.#open() } }, w.add);
    this.element = h(
      "section",
      { class: "partners", "aria-label": title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, title), this.#isOperator && this.#count, this.#note, this.#add),
      h("div", { class: "scroll", tabindex: "-1" }, this.#error, this.#handed, this.#formHere, this.#rows),
    );
  }

  /** It is read anew while someone looks at it. @param {boolean} isShown */
  setShown(isShown) {
    if (isShown === this.#isShown) {
      return;
    }
    this.#isShown = isShown;
    clearInterval(this.#timer);
    if (isShown) {
      this.#timer = setInterval(() => this.load(), EVERY_MS);
      this.load();
    }
  }

  async load() {
    try {
      this.#show(...(await Promise.all([getParties(), getTokens(), getShares(), getSubscriptions()])));
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const retry = h("button", { class: "button", type: "button", on: { click: () => this.load() } }, words.errors.retry);
      fill(this.#error, says(words.errors.load(w.title, error.message), "", retry));
    }
  }

  #show(parties, tokens, shares, subscriptions) {
    const acts = { done: (text) => this.#done(text) };
    const kept = new Map();
    for (const party of parties) {
      const row = this.#held.get(party.code) || new PartnerRow(party, !this.#isOperator, acts);
      const its = (items) => items.filter((each) => each.party === party.code);
      row.show({ party, tokens: its(tokens), shares: its(shares), subscriptions: its(subscriptions) });
      kept.set(party.code, row);
    }
    for (const [code, row] of this.#held) {
      kept.has(code) || row.element.remove();
    }
    for (const row of kept.values()) {
      row.element.isConnected || this.#rows.append(row.element); // those that came last stand last: no row jumps
    }
    this.#held = kept;
    setText(this.#count, w.count(parties.length), { mark: true });
  }

  #open() {
    const close = () => {
      fill(this.#formHere);
      this.#add.hidden = false;
      this.#add.focus();
    };
    const made = (name, handed) => {
      close();
      this.#handed.prepend(handed);
      this.#handed.scrollIntoView({ block: "nearest" });
      this.#done(w.form.done(name));
    };
    const form = partnerForm({ made, close });
    fill(this.#formHere, form);
    this.#add.hidden = true;
    form.querySelector("input").focus();
  }

  /** @param {string} text  what came of it; empty: it shows by itself */
  #done(text) {
    setText(this.#note, text);
    this.load();
  }
}
