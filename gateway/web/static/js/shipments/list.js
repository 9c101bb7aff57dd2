/** The board of shipments: planned, estimated and actual in one line, what is late on top; page by page. */

import { ApiError } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { Filters } from "./filters.js";
import { LiveList } from "../kit/live_list.js";
import { assetLink, shipmentLink } from "../tower/names.js";
import { stateOf } from "./state.js";
import { getList } from "./shipments_api.js";
import { timeStep } from "../kit/time.js";
import { KINDS, tripleParts } from "../kit/triple.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

const w = words.shipments;
const APART_MS = 2000; // the least pause between two reads
const numbers = new Intl.NumberFormat(words.locale);

export class ShipmentList {
  #store;
  #isShown = false;
  #readAt = -APART_MS;
  #timer = 0;
  #asked = 0;
  #pages = [{ after: "", before: 0 }]; // up to the one shown: its cursor, and how many stand before it
  /** @type {import("../types/types_shipments.js").ShipmentList|null} */
  #answer = null;
  #bar = h("div", { class: "bar" });
  #rows = h("tbody");
  #table = h("table", { hidden: true }, head(), this.#rows);
  #note = h("div", { role: "status" });
  #shown = h("span", { class: "small muted" });
  #previous = h("button", { class: "button", type: "button", on: { click: () => this.#turn(-1) } }, w.list.previous);
  #next = h("button", { class: "button", type: "button", on: { click: () => this.#turn(1) } }, w.list.next);
  #pager = h("nav", { class: "pager", "aria-label": w.list.pages, hidden: true }, this.#previous, this.#shown, this.#next);
  #scroll = h("div", { class: "scroll" }, this.#table, this.#note, this.#pager);
  #filters = new Filters(() => this.#first());
  #list;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.element = h(
      "div",
      { class: "shipment-list" },
      h("header", { class: "section-head" }, h("h1", { tabindex: "-1" }, w.title), this.#filters.tabs, this.#bar),
      this.#filters.element,
      this.#scroll,
    );
    this.#list = new LiveList(this.#rows, {
      key: (listed) => listed.shipment_id,
      create: (listed) => this.#row(listed),
      empty: () => h("tr"),
      bar: this.#bar,
    });
    store.on(["shipments", "alerts"], () => this.#soon());
    store.on(["places"], () => this.#show());
  }

  /** @param {boolean} isShown  @param {string} came  from whose page one comes back: there the focus returns */
  setShown(isShown, came) {
    const begins = isShown && !this.#isShown;
    this.#isShown = isShown;
    this.element.hidden = !isShown;
    if (begins) {
      this.#load();
      [...this.#rows.querySelectorAll("a.of-shipment")].find((link) => link.hash === shipmentHref(came))?.focus();
    }
  }

  /** @param {number} step */
  step(step) {
    const links = [...this.#rows.querySelectorAll("a.of-shipment")];
    const current = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = links[Math.max(0, Math.min(links.length - 1, current + step))];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  }

  #first() {
    this.#pages = [{ after: "", before: 0 }];
    this.#load();
  }

  get #page() {
    return /** @type {{after: string, before: number}} */ (this.#pages.at(-1));
  }

  #turn(step) {
    if (step < 0) {
      this.#pages.pop();
    } else if (this.#answer?.next_after) {
      this.#pages.push({ after: this.#answer.next_after, before: this.#page.before + this.#answer.items.length });
    }
    this.#scroll.scrollTop = 0;
    this.#load();
  }

  /** Something changed: read again, not more often than every two seconds, and only while someone looks. */
  #soon() {
    if (this.#isShown && !this.#timer) {
      this.#timer = setTimeout(() => this.#load(), Math.max(0, this.#readAt + APART_MS - performance.now()));
    }
  }

  async #load() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#readAt = performance.now();
    const asked = (this.#asked += 1);
    try {
      const answer = await getList(this.#filters.value, this.#page.after);
      if (asked === this.#asked) {
        this.#answer = answer;
        this.#show();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      asked === this.#asked && this.#answer === null && this.#failed(error);
    }
  }

  #failed(error) {
    const retry = h("button", { class: "button", type: "button", on: { click: () => this.#load() } }, words.errors.retry);
    fill(this.#note, says(words.errors.load(w.title, error.message), "", retry));
  }

  #show() {
    const answer = this.#answer;
    if (!answer) {
      return;
    }
    const { items, count } = answer;
    this.#filters.offer(answer, (code) => this.#store.placeName(code));
    this.#table.hidden = items.length === 0;
    fill(this.#note, items.length ? "" : says(...(this.#filters.isSet ? w.noMatch : w.none)));
    this.#list.set(items);
    this.#pager.hidden = this.#pages.length === 1 && !answer.next_after;
    const { before } = this.#page;
    setText(this.#shown, w.list.shown(numbers.format(before + 1), numbers.format(before + items.length), numbers.format(count)));
    this.#previous.disabled = this.#pages.length === 1;
    this.#next.disabled = !answer.next_after;
  }

  /** A row is pressed anywhere; for the keyboard and for readers its link is the way. */
  #row({ shipment_id: id }) {
    const open = (event) => event.target.closest("a, button") || getSelection()?.toString() || (location.hash = shipmentHref(id));
    const link = shipmentLink(id);
    link.classList.add("of-shipment");
    const name = h("td", { class: "name" }, link); // it stays while the rest is drawn anew: the focus may be on it
    const row = h("tr", { on: { click: open } }, name);
    let drawn = "";
    const update = (listed) => {
      const key = JSON.stringify([listed, this.#store.places.size, timeStep()]);
      if (key !== drawn) {
        drawn = key;
        row.className = listed.state === "late" ? "is-late" : "";
        const [status, ...rest] = this.#cells(listed);
        [...row.children].forEach((cell) => cell === name || cell.remove());
        row.prepend(status);
        row.append(...rest);
      }
    };
    return { element: row, update };
  }

  /** All cells but the name's. @param {import("../types/types_shipments.js").Listed} listed */
  #cells(listed) {
    const { places } = this.#store;
    const lane = listed.stops.map((stop) => (stop ? this.#store.placeName(stop) : w.list.stopHidden)).join(" → ");
    const more = listed.asset_count - 1;
    const [first] = listed.assets;
    return [
      h("td", { class: "status" }, ...stateOf(listed)),
      h("td", { class: "lane-cell", title: listed.contents }, h("span", {}, lane), h("span", { class: "small muted" }, listed.contents)),
      h("td", { class: "carrier" }, assetLink(first, this.#store.label(first)), " ", more > 0 && h("span", { class: "small muted" }, `+${more}`)),
      ...times(listed.departure, zoneAt(places.get(listed.stops[0])), [listed.departure?.actual ? "actual" : "planned"], w.short.departure),
      ...times(listed.arrival, zoneAt(places.get(listed.stops.at(-1) ?? "")), ["planned", listed.arrival?.actual ? "actual" : "estimated"], w.short.arrival),
    ];
  }
}

const shipmentHref = (id) => `#shipments/${encodeURIComponent(id)}`;

/** The cells of one triple; on a phone only those that say most, each with what it is. */
const times = (triple, where, foremost, of) => {
  const parts = tripleParts(triple, where);
  const look = (kind) => `time ${kind}${foremost.includes(kind) ? "" : " aside"}`;
  return KINDS.map((kind) => h("td", { class: look(kind), dataset: { label: `${of} · ${words.time[kind]}` } }, ...parts[kind]));
};

function head() {
  const { columns } = w;
  const group = (text) => h("th", { colspan: 3, scope: "colgroup", class: "group" }, text);
  const kinds = () => KINDS.map((kind) => h("th", { scope: "col", class: `time ${kind}` }, words.time[kind]));
  const tall = (text) => h("th", { rowspan: 2, scope: "col" }, text);
  return h(
    "thead",
    {},
    h("tr", {}, tall(columns.status), tall(columns.shipment), tall(columns.lane), tall(columns.assets), group(columns.departure), group(columns.arrival)),
    h("tr", {}, ...kinds(), ...kinds()),
  );
}
