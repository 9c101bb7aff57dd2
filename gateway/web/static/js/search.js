/** Search: `/` from anywhere, arrows to choose, Enter to open. */

import { fill, h } from "./kit/dom.js";
import { shortName } from "./tower/names.js";
import { words } from "./words/words.js";

const w = words.search;
const MOST_SHOWN = 12;

/** @typedef {{kind: "asset"|"shipment"|"place", id: string, text: string, find: string}} Hit */

export class Search {
  #store;
  #onPlace;
  #input;
  #list = h("ul", { id: "search-list", role: "listbox", hidden: true });
  /** @type {Hit[]} */
  #hits = [];
  #chosen = 0;

  /** @param {import("./store.js").Store} store  @param {(place: import("./types/types.js").Place) => void} onPlace */
  constructor(store, onPlace) {
    this.#store = store;
    this.#onPlace = onPlace;
    this.#input = h("input", {
      type: "search",
      placeholder: w.hint,
      "aria-label": w.label,
      autocomplete: "off",
      spellcheck: "false",
      role: "combobox",
      "aria-controls": "search-list",
      "aria-expanded": "false",
      on: { input: () => this.#find(), focus: () => this.#find(), blur: () => this.#close(), keydown: (event) => this.#keyed(event) },
    });
    this.element = h("div", { class: "search", role: "search" }, this.#input, h("kbd", { "aria-hidden": "true" }, "/"), this.#list);
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  #find() {
    const text = this.#input.value.trim();
    const wanted = text.toLowerCase();
    const found = wanted ? this.#all().filter((hit) => hit.find.toLowerCase().includes(wanted)) : [];
    const exact = found.some((hit) => hit.id.toLowerCase() === wanted);
    const lookUp = wanted && !exact ? [{ kind: "asset", id: text, text: w.lookUp(text), find: "" }] : [];
    this.#hits = [...found.slice(0, MOST_SHOWN), .../** @type {Hit[]} */ (lookUp)];
    this.#chosen = 0;
    this.#draw();
  }

  /** @returns {Hit[]} */
  #all() {
    const { board, positions, shipments, places } = this.#store;
    const rows = [...positions.values(), ...[...board.values()].flatMap((column) => column.assets)];
    const assets = new Map(rows.map(({ asset, label }) => [asset, label]));
    return [
      ...[...assets].map(([id, label]) => hit("asset", id, shortName(id, label), `${id} ${label}`)),
      ...[...shipments.values()].map(({ shipment_id: id, contents }) => hit("shipment", id, id, `${id} ${contents}`)),
      ...[...places.values()].map(({ code, name }) => hit("place", code, name, `${code} ${name}`)),
    ];
  }

  #draw() {
    this.#list.hidden = this.#hits.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#input.setAttribute("aria-activedescendant", this.#hits.length ? `hit-${this.#chosen}` : "");
    fill(this.#list, ...this.#hits.map((each, index) => this.#option(each, index)));
  }

  #option(each, index) {
    const choose = (event) => {
      event.preventDefault(); // pointerdown would take the focus, and blur would close the list before the click
      this.#open(each);
    };
    return h(
      "li",
      { id: `hit-${index}`, role: "option", "aria-selected": String(index === this.#chosen), title: each.id, on: { pointerdown: choose } },
      h("span", {}, each.text),
      h("span", { class: "small muted" }, w.kinds[each.kind]),
    );
  }

  #keyed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#chosen = (this.#chosen + step + this.#hits.length) % Math.max(1, this.#hits.length);
      this.#draw();
    } else if (event.key === "Enter" && this.#hits.length) {
      this.#open(this.#hits[this.#chosen]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.#input.blur();
    }
  }

  /** @param {Hit} each */
  #open(each) {
    this.#input.value = "";
    this.#input.blur();
    if (each.kind === "place") {
      const place = this.#store.places.get(each.id);
      location.hash = "#tower";
      place && this.#onPlace(place);
    } else {
      location.hash = `#${each.kind}/${encodeURIComponent(each.id)}`;
    }
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }
}

const hit = (kind, id, text, find) => ({ kind, id, text, find });
