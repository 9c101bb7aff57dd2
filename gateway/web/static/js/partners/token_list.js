/** The tokens of a party: never themselves, but what each is for and when it was used; making and ending them. */

import { askFirst } from "../kit/ask_first.js";
import { fill, h } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, instantOf, sent } from "../kit/form.js";
import { makeToken, revokeToken } from "./partners_api.js";
import { shownOnce } from "../kit/shown_once.js";
import { relativeTime, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.partners.tokens;

export class TokenList {
  #party;
  #acts;
  #drawn = "";
  #list = h("ul", { class: "held" });
  #formHere = h("div");
  #once = h("div");
  #add = h("button", { class: "button", type: "button", on: { click: () => this.#open() } }, w.add);

  /** @param {{code: string, name: string}} party  @param {{done: (text: string) => void}} acts */
  constructor(party, acts) {
    this.#party = party;
    this.#acts = acts;
    this.element = h("section", { class: "block", "aria-label": w.title }, h("h3", {}, w.title), this.#list, this.#once, this.#formHere, h("div", {}, this.#add));
  }

  /** @param {import("../types/types_partners.js").Token[]} tokens */
  show(tokens) {
    const key = JSON.stringify(tokens);
    const isAsking = this.#list.querySelector(".ask span");
    if (key === this.#drawn || isAsking) {
      return;
    }
    this.#drawn = key;
    fill(this.#list, ...(tokens.length ? tokens.map((token) => this.#row(token)) : [h("li", { class: "muted small" }, w.none)]));
  }

  #row(token) {
    const act = async () => {
      await revokeToken(token.id);
      fill(this.#list);
      this.#acts.done(w.revoked);
    };
    const used = token.used ? [`${w.used} `, relativeTime(token.used)] : [w.unused];
    const ends = token.expires ? [`${w.ends} `, timeOf(token.expires)] : [w.endless];
    return h(
      "li",
      {},
      h("div", {}, h("p", {}, h("strong", {}, token.label || w.unnamed), token.yours && ` (${w.yours})`, " ", h("span", { class: "mono small muted" }, token.id.slice(0, 8))),
        h("p", { class: "small muted" }, `${w.created} `, timeOf(token.created), " · ", ...used, " · ", ...ends)),
      askFirst({ text: w.revoke, ask: w.revokeAsk, sure: w.sure }, act),
    );
  }

  #open() {
    const label = h("input", { name: "label", maxlength: 200, autocomplete: "off" });
    const expires = h("input", { type: "datetime-local", name: "expires" });
    const error = h("p", { class: "error small late", role: "alert" });
    const send = h("button", { class: "button first", type: "submit" }, w.make);
    const cancel = h("button", { class: "button", type: "button", on: { click: () => this.#close() } }, words.partners.cancel);
    const submit = async (event) => {
      event.preventDefault();
      let made = null;
      const body = { party: this.#party.code, label: label.value, expires: instantOf(expires) };
      if (await sent(send, error, words.partners.failed, async () => (made = await makeToken(body)))) {
        this.#close();
        this.#once.append(shownOnce(w.once, w.use(this.#party.name), made.token));
        this.#acts.done("");
      }
    };
    const keydown = onEscape(() => this.#close());
    fill(this.#formHere, h("form", { class: "fields", "aria-label": w.add, on: { submit, keydown } }, field(w.label, label), field(w.expires, expires), send, cancel, error));
    this.#add.hidden = true;
    label.focus();
  }

  #close() {
    fill(this.#formHere);
    this.#add.hidden = false;
    this.#add.focus();
  }
}
