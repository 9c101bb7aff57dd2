/** Subscriptions: who of ours is told, how, and whether it reaches them. */

import { ApiError } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { getSubscriptions } from "./subscriptions_api.js";
import { SubscriptionForm } from "./subscription_form.js";
import { SubscriptionRow } from "./subscription_row.js";
import { secretNote } from "./subscription_secret.js";
import { words } from "../words/words.js";

const w = words.subscriptions;
const EVERY_MS = 10_000;

export class SubscriptionsView {
  #store;
  #isShown = false;
  #timer = 0;
  #count = h("span", { class: "muted" });
  #note = h("p", { class: "note small fine", role: "status" });
  #add = h("button", { class: "button first push", type: "button", on: { click: () => this.#open() } }, w.add);
  #error = h("div", { role: "alert" });
  #secrets = h("div", { class: "secrets" });
  #formHere = h("div");
  #rows = h("div", { class: "rows" });
  #none = says(...w.none);
  /** @type {Map<string, SubscriptionRow>} */
  #held = new Map();

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.element = h(
      "section",
      { class: "subscriptions", "aria-label": w.title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, w.title), this.#count, this.#note, this.#add),
      h("div", { class: "scroll" }, this.#error, this.#secrets, this.#formHere, this.#rows, this.#none),
    );
    this.#none.hidden = true;
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
      this.#show(await getSubscriptions());
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const retry = h("button", { class: "button", type: "button", on: { click: () => this.load() } }, words.errors.retry);
      fill(this.#error, says(words.errors.load(w.title, error.message), "", retry));
    }
  }

  /** @param {import("../types/types_subscriptions.js").Subscription[]} found */
  #show(found) {
    const acts = { done: (text) => this.#done(text), secret: (of) => this.#secret(of) };
    const kept = new Map();
    for (const one of found) {
      const row = this.#held.get(one.name) || new SubscriptionRow(one, acts);
      row.show(one, this.#store.session);
      kept.set(one.name, row);
    }
    this.#held = kept;
    const wanted = [...kept.values()].map((row) => row.element);
    if (wanted.length !== this.#rows.children.length || wanted.some((row, at) => row !== this.#rows.children[at])) {
      const focused = /** @type {HTMLElement|null} */ (document.activeElement);
      this.#rows.replaceChildren(...wanted);
      this.#rows.contains(focused) && focused?.focus({ preventScroll: true });
    }
    this.#none.hidden = found.length > 0 || this.#formHere.hasChildNodes();
    const troubled = found.filter((one) => one.status.state !== "ok").length;
    setText(this.#count, w.count(found.length, troubled), { mark: true });
  }

  #open() {
    const close = () => {
      fill(this.#formHere);
      this.#add.hidden = false;
      this.#add.focus();
    };
    const made = (/** @type {import("../types/types_subscriptions.js").Subscription} */ one) => {
      close();
      this.#secret(one);
      this.#done(one.status.state === "unconfirmed" ? w.form.wait(one.name) : w.form.done(one.name));
    };
    const form = new SubscriptionForm(this.#store.session, { made, close });
    fill(this.#formHere, form.element);
    this.#add.hidden = true;
    this.#none.hidden = true;
    form.focus();
  }

  /** @param {import("../types/types_subscriptions.js").Subscription} one  whose secret may be in it */
  #secret(one) {
    if (one.secret) {
      this.#secrets.prepend(secretNote(one.name, one.secret));
      this.#secrets.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {string} text  what came of it */
  #done(text) {
    setText(this.#note, text);
    this.load();
  }
}
