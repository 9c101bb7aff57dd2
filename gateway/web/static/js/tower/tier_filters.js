/** What of a tier is listed, and in which order: text, place, kind, order. */

import { fill, h } from "../kit/dom.js";
import { foldOnPhone } from "../kit/fold.js";
import { field } from "../kit/form.js";
import { words } from "../words/words.js";

const w = words.tierList;
const ORDERS = ["late", "longest", "newest", "name"];

export class TierFilters {
  #text = h("input", { type: "search", name: "text", autocomplete: "off", maxlength: 120, spellcheck: "false" });
  #place = h("select", { name: "place" });
  #kind = h("select", { name: "kind" });
  #sort = h("select", { name: "sort" }, ...ORDERS.map((order) => h("option", { value: order }, w.orders[order])));
  #nameOf = (code) => code;
  #page = { places: [], kinds: [] };

  /** @param {(typed: boolean) => void} changed */
  constructor(changed) {
    this.element = h(
      "form",
      {
        class: "tier-filters",
        role: "search",
        "aria-label": w.filter,
        on: { input: (event) => changed(event.target === this.#text), submit: (event) => event.preventDefault() },
      },
      field(w.text, this.#text),
      field(w.place, this.#place),
      field(w.kind, this.#kind),
      field(w.sort, this.#sort),
    );
    foldOnPhone(this.element);
    this.offer(this.#page);
  }

  get value() {
    return { text: this.#text.value.trim(), place: this.#place.value, kind: this.#kind.value, sort: this.#sort.value };
  }

  get isSet() {
    const { text, place, kind } = this.value;
    return Boolean(text || place || kind);
  }

  reset() {
    this.element.reset();
    this.#place.value = "";
    this.#kind.value = "";
  }

  /** Offer the places and kinds that the tier has now. @param {any} page */
  offer(page) {
    this.#page = page;
    offered(this.#place, page.places, this.#nameOf);
    offered(this.#kind, page.kinds, (kind) => words.asset.kinds[kind] || kind);
  }

  /** What places are called was read. @param {(code: string) => string} nameOf */
  rename(nameOf) {
    this.#nameOf = nameOf;
    this.offer(this.#page);
  }
}

/** What is chosen stays, though nothing is there any more. */
function offered(select, counted, nameOf) {
  const chosen = select.value;
  const all = counted.some(({ name }) => name === chosen) || !chosen ? counted : [...counted, { name: chosen, count: 0 }];
  const texts = all.map(({ name, count }) => [name, `${nameOf(name)} (${count})`]);
  const shown = [...select.options].slice(1).map((option) => option.text).join("\n");
  if (select.options.length && shown === texts.map(([, text]) => text).join("\n")) {
    return;
  }
  fill(select, h("option", { value: "" }, w.all), ...texts.map(([value, text]) => h("option", { value }, text)));
  select.value = chosen;
}
