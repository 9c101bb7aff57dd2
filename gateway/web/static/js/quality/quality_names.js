/** The names that people linked: a list, each with its end, and a form for a new one. */

import { ApiError, enterName, getNames, removeName } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { relativeTime } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.quality;
const n = w.names;

export class Names {
  #acts;
  #session = () => null;
  #title = h("summary", {}, n.title(0));
  #list = h("ul", { class: "name-list" });
  #error = h("p", { class: "error small late", role: "alert" });
  #kind = h("select", { name: "kind" }, ...Object.entries(n.kinds).map(([kind, text]) => h("option", { value: kind }, text)));
  #name = h("input", { name: "name", maxlength: 200, required: true, autocomplete: "off" });
  #target = h("input", { name: "target", maxlength: 200, required: true, autocomplete: "off" });
  #party = h("input", { name: "party", maxlength: 64, autocomplete: "off", placeholder: w.everyone });
  #send = h("button", { class: "button first", type: "submit" }, w.send);

  /** @param {() => import("../types/types.js").Session|null} session  @param {{done: (text: string) => void}} acts */
  constructor(session, acts) {
    this.#session = session;
    this.#acts = acts;
    const form = h(
      "form",
      { class: "name-form", "aria-label": n.add, on: { submit: (event) => this.#submit(event) } },
      field(n.kind, this.#kind),
      field(n.name, this.#name),
      field(n.target, this.#target),
      field(w.scope, this.#party),
      this.#send,
    );
    this.element = h("details", { class: "names" }, this.#title, form, this.#error, this.#list);
  }

  async load() {
    const names = await getNames();
    setText(this.#title, n.title(names.length));
    fill(this.#list, ...(names.length ? names.map((name) => this.#row(name)) : [h("li", { class: "muted" }, n.none)]));
    const session = this.#session();
    if (session && !session.operator && !this.#party.value) {
      this.#party.value = session.party.code; // a party's names count in its own data
    }
  }

  #row(name) {
    const remove = h("button", { class: "button", type: "button", title: n.removeTitle(name.name), on: { click: () => this.#remove(name) } }, n.remove);
    return h(
      "li",
      {},
      h("span", { class: "small muted kind" }, n.kinds[name.kind] || name.kind),
      h("span", { class: "text" }, h("span", { class: "mono" }, name.name), ` ${n.means} `, h("span", { class: "mono" }, name.target)),
      h("span", { class: "small muted" }, name.party && `${n.scope(name.party)}, `, n.by(name.entered_by, name.source), ", ", relativeTime(name.entered)),
      remove,
    );
  }

  async #submit(event) {
    event.preventDefault();
    const said = { kind: this.#kind.value, name: this.#name.value.trim(), target: this.#target.value.trim(), party: this.#party.value.trim() };
    this.#send.disabled = true;
    await this.#ask(async () => {
      const { tried } = await enterName(said);
      this.#name.value = this.#target.value = "";
      return w.done(tried.replayed, tried.waiting);
    });
    this.#send.disabled = false;
  }

  #remove(name) {
    return this.#ask(async () => {
      await removeName(name.number);
      return n.removed(name.name);
    });
  }

  async #ask(act) {
    try {
      const text = await act();
      fill(this.#error);
      this.#acts.done(text);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, w.failed(error.message));
    }
  }
}

const field = (label, input) => h("label", { class: "field" }, h("span", { class: "small muted" }, label), input);
