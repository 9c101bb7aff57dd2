/** Search: `/` from anywhere, any number or name; arrows to choose, Enter to open. The gateway knows what may be found. */

import { ApiError } from "./api.js";
import { search } from "./tower/assets_api.js";
import { fill, h, setText } from "./kit/dom.js";
import { shape } from "./tower/tiers.js";
import { words } from "./words/words.js";

const w = words.search;
const TYPED_MS = 150;
const KEPT = 30; // answers, while someone types back and forth

/** @typedef {import("./types/types_assets.js").Found} Found */

export class Search {
  #store;
  #onPlace;
  #input;
  #list = h("div", { id: "search-list", role: "listbox", "aria-label": w.label });
  #note = h("p", { class: "small muted", role: "status" });
  #box = h("div", { class: "search-box", hidden: true }, this.#list, this.#note);
  /** @type {Found[]} */
  #hits = [];
  #more = /** @type {string[]} */ ([]);
  #chosen = 0;
  #timer = 0;
  #wanted = "";
  #waiting = false; // Enter was pressed before the answer came
  #known = new Map();

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
      maxlength: 512,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": "search-list",
      "aria-expanded": "false",
      on: { input: () => this.#typed(), focus: () => this.#typed(), blur: () => this.#close(), keydown: (event) => this.#keyed(event) },
    });
    // A press in the box would take the focus, and blur would close it before the click.
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element = h("div", { class: "search", role: "search" }, this.#input, h("kbd", { "aria-hidden": "true" }, "/"), this.#box);
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  get #text() {
    return this.#input.value.trim();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#waiting = false;
    const text = this.#text;
    this.#wanted = text;
    if (!text) {
      this.#show({ items: [], more: [] }, this.#what());
    } else if (this.#known.has(text)) {
      this.#answered(text, this.#known.get(text));
    } else {
      this.#open();
      setText(this.#note, w.reading);
      this.#timer = setTimeout(() => this.#ask(text), TYPED_MS);
    }
  }

  async #ask(text) {
    try {
      this.#answered(text, await search(text));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      text === this.#wanted && this.#show({ items: [], more: [] }, w.failed(error.message));
    }
  }

  /** @param {string} text  @param {{items: Found[], more: string[]}} found */
  #answered(text, found) {
    this.#known.set(text, found);
    this.#known.size > KEPT && this.#known.delete(this.#known.keys().next().value);
    setTimeout(() => this.#known.delete(text), 10 * TYPED_MS); // what may be found changes
    if (text === this.#wanted) {
      this.#show(found, found.items.length ? w.count(found.items.length) : `${w.none(text)} ${this.#what()}`);
      this.#waiting && this.#hits.length && this.#go(this.#hits[0]);
    }
  }

  #what() {
    return this.#store.session?.operator ? `${w.what} ${w.whatDevice}` : w.what;
  }

  #show({ items, more }, note) {
    this.#hits = items;
    this.#more = more;
    this.#chosen = 0;
    setText(this.#note, note);
    this.#draw();
    document.activeElement === this.#input && this.#open();
  }

  #draw() {
    this.#input.setAttribute("aria-activedescendant", this.#hits.length ? `hit-${this.#chosen}` : "");
    const kinds = [...new Set(this.#hits.map((hit) => hit.kind))];
    fill(this.#list, ...kinds.map((kind) => this.#group(kind)));
    this.#list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #group(kind) {
    const id = `hits-${kind}`;
    const title = h("div", { class: "small muted group", id, role: "presentation" }, w.kinds[kind], this.#more.includes(kind) && h("span", {}, w.more));
    const options = this.#hits.map((hit, index) => ({ hit, index })).filter(({ hit }) => hit.kind === kind);
    return h("div", { role: "group", "aria-labelledby": id }, title, ...options.map(({ hit, index }) => this.#option(hit, index)));
  }

  #option(hit, index) {
    const beside = hit.kind === "part" ? w.carries(hit.id) : hit.place ? this.#store.placeName(hit.place) : hit.tier && hit.kind === "asset" ? words.asset.between : "";
    return h(
      "div",
      { id: `hit-${index}`, class: "hit", role: "option", "aria-selected": String(index === this.#chosen), title: hit.id, on: { click: () => this.#go(hit) } },
      h("span", { class: "of-tier" }, hit.tier && shape(hit.tier, { label: true })),
      h("span", { class: hit.kind === "place" ? "of-name" : "of-name mono" }, hit.text),
      h("span", { class: "of-place small muted" }, beside),
      h("span", { class: "of-match small muted" }, h("span", {}, `${w.by[hit.by] || hit.by} `), hit.said !== hit.text && h("span", { class: "mono" }, hit.said)),
    );
  }

  #keyed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#hits.length) {
      event.preventDefault();
      this.#chosen = (this.#chosen + step + this.#hits.length) % this.#hits.length;
      this.#draw();
    } else if (event.key === "Enter" && this.#text) {
      event.preventDefault();
      this.#note.textContent === w.reading ? (this.#waiting = true) : this.#hits.length && this.#go(this.#hits[this.#chosen]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.#input.blur();
    }
  }

  /** @param {Found} hit */
  #go(hit) {
    this.#waiting = false;
    this.#input.value = "";
    this.#input.blur();
    const id = encodeURIComponent(hit.id);
    const address = { asset: `#asset/${id}`, shipment: `#shipments/${id}`, part: `#shipments/${id}`, place: "#tower", device: `#devices/${id}` }[hit.kind];
    location.hash === address ? window.dispatchEvent(new HashChangeEvent("hashchange")) : (location.hash = address); // it may be out of sight
    const place = hit.kind === "place" && this.#store.places.get(hit.id);
    place && this.#onPlace(place);
  }

  #open() {
    this.#box.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
  }

  #close() {
    clearTimeout(this.#timer);
    this.#box.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }
}
