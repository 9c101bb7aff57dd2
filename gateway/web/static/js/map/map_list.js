/** What is on the map as a table: for screen readers, for the keyboard, and for a cluster that no zoom takes apart. */

import { fill, h, says } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { stateShape } from "./map_legend.js";
import { assetLink } from "../tower/names.js";
import { shape, tierName } from "../tower/tiers.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.map;
const MOST = 200; // rows; what is late comes first
const ORDER = ["late", "risk", "unknown", "fine", "none"];

/** @typedef {import("../kit/marks.js").Mark} Mark */

export class MapList {
  #store;
  #marks;
  #title = h("h2", { tabindex: "-1" });
  #body = h("div", { class: "map-list-body" });
  #before = null;
  /** @type {Set<string>|null} */
  #only = null;

  /** @param {import("../store.js").Store} store  @param {() => Mark[]} marks */
  constructor(store, marks) {
    this.#store = store;
    this.#marks = marks;
    const close = h("button", { class: "button", type: "button", "aria-label": w.listed.close, on: { click: () => this.close() } }, "✕");
    this.element = h("section", { class: "map-list", "aria-label": w.listed.title, hidden: true }, h("header", {}, this.#title, close), this.#body);
    this.element.addEventListener("keydown", onEscape(() => this.close()));
  }

  /** Show all, or some; they are listed as they are when it opens. @param {Mark[]|null} marks */
  open(marks = null) {
    this.#only = marks && new Set(marks.map(({ asset }) => asset));
    this.#title.textContent = marks ? w.listed.here : w.listed.title;
    this.#before = document.activeElement;
    this.element.hidden = false;
    this.#fill();
    this.#title.focus({ preventScroll: true });
  }

  toggle() {
    this.element.hidden ? this.open() : this.close();
  }

  close() {
    this.element.hidden = true;
    this.#body.replaceChildren();
    /** @type {HTMLElement|null} */ (this.#before)?.focus?.({ preventScroll: true });
  }

  #fill() {
    const marks = this.#marks().filter(({ asset }) => !this.#only || this.#only.has(asset));
    if (!marks.length) {
      fill(this.#body, says(...w.listed.none));
      return;
    }
    marks.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.asset.localeCompare(b.asset));
    const { columns } = w.listed;
    const head = h("tr", {}, ...Object.values(columns).map((title) => h("th", { scope: "col" }, title)));
    const rows = marks.slice(0, MOST).map((mark) => this.#row(mark));
    const rest = marks.length - rows.length;
    fill(this.#body, h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)), rest > 0 && h("p", { class: "small muted" }, w.listed.more(rest)));
  }

  /** @param {Mark} mark */
  #row({ asset, label, tier, state, position }) {
    const place = position.place ? this.#store.placeName(position.place) : w.listed.between;
    return h(
      "tr",
      { class: state === "late" ? "late" : "" },
      h("td", {}, stateShape(state), " ", w.states[state]),
      h("td", {}, assetLink(asset, label)),
      h("td", {}, shape(tier), " ", tierName(tier)),
      h("td", {}, place),
      h("td", { class: "small muted" }, timeOf(position.at, this.#store.zoneOf(position.place))),
    );
  }
}
