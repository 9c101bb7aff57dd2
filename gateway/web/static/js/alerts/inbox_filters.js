/** The filters over the inbox: what is chosen is kept while values come and go. */

import { fill, h } from "../kit/dom.js";
import { foldOnPhone } from "../kit/fold.js";
import { field } from "../kit/form.js";
import { FIELDS } from "./inbox_groups.js";
import { words } from "../words/words.js";

const w = words.inbox;

export class Filters {
  #text = h("input", { type: "search", name: "text", autocomplete: "off", maxlength: 120 });
  #mine = h("input", { type: "checkbox", name: "mine" });
  #clear = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.clear() } }, w.clear);
  /** @type {Map<string, HTMLSelectElement>} */
  #selects = new Map(FIELDS.map((name) => [name, h("select", { name })]));
  #changed;

  /** @param {{changed: () => void, nameOf: (field: string, value: string) => string}} acts */
  constructor({ changed, nameOf }) {
    this.#changed = changed;
    this.nameOf = nameOf;
    this.element = h(
      "form",
      { class: "inbox-filters", role: "search", on: { input: () => this.#tell(), submit: (event) => event.preventDefault() } },
      field(w.filters.text, this.#text),
      ...FIELDS.map((name) => field(w.filters[name], this.#selects.get(name))),
      h("label", { class: "check" }, this.#mine, w.filters.mine),
      this.#clear,
    );
    foldOnPhone(this.element);
  }

  /** @returns {import("./inbox_groups.js").Filters} */
  get value() {
    const chosen = Object.fromEntries([...this.#selects].map(([name, select]) => [name, select.value]));
    return /** @type {any} */ ({ text: this.#text.value, mine: this.#mine.checked, ...chosen });
  }

  get isSet() {
    return Object.values(this.value).some(Boolean);
  }

  /** Offer the values that alerts have. @param {import("../types/types.js").Alert[]} alerts */
  offer(alerts) {
    for (const [name, select] of this.#selects) {
      const values = [...new Set([...alerts.map((alert) => alert[name]), select.value])].filter(Boolean).sort();
      const texts = values.map((value) => this.nameOf(name, value));
      if ([...select.options].slice(1).map((option) => `${option.value} ${option.text}`).join() !== values.map((value, at) => `${value} ${texts[at]}`).join() || !select.options.length) {
        const chosen = select.value;
        fill(select, h("option", { value: "" }, w.all), ...values.map((value, at) => h("option", { value }, texts[at])));
        select.value = chosen;
      }
    }
  }

  clear() {
    this.element.reset();
    this.#tell();
    this.#text.focus();
  }

  #tell() {
    this.#clear.hidden = !this.isSet;
    this.#changed();
  }
}
