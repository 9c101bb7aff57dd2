/** The versions of a plan, newest first, and what each changed: in words and local times. */

import { ApiError } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { getVersions } from "./shipments_api.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page.versions;
const TIMED = /\.(open|close|hard_open|hard_close)$/;

export class Versions {
  #id = "";
  #planned = "";
  #before = /** @type {number|null} */ (null);
  #items = /** @type {import("../types/types_shipments.js").Version[]} */ ([]);
  #list = h("ol", { class: "versions" });
  #error = h("p", { class: "small late", role: "alert" });
  #more = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#load(this.#before) } }, w.older);
  #known;
  #store;

  constructor() {
    this.element = h("section", { class: "sheet", "aria-label": w.title }, h("h2", {}, w.title), this.#list, this.#error, this.#more);
  }

  /** @param {string} id */
  begin(id) {
    this.#id = id;
    this.#planned = "";
    this.#items = [];
    fill(this.#list);
    fill(this.#error);
    this.#more.hidden = true;
  }

  /** Read them again where the plan is another. @param {import("../types/types_shipments.js").Known} known  @param {import("../store.js").Store} store */
  show(known, store) {
    this.#known = known;
    this.#store = store;
    const { shipment } = known;
    const windows = shipment.stops.map(({ place, arrival, departure }) => [place, arrival?.planned, departure?.planned]);
    const planned = JSON.stringify([windows, shipment.parties, shipment.assets, shipment.parts, shipment.legs, shipment.contents]);
    if (planned !== this.#planned) {
      this.#planned = planned;
      this.#load(null);
    }
  }

  async #load(before) {
    const id = this.#id;
    try {
      const page = await getVersions(id, before);
      if (id !== this.#id) {
        return;
      }
      this.#items = before ? [...this.#items, ...page.items] : page.items;
      this.#before = page.next_before;
      this.#more.hidden = page.next_before === null;
      fill(this.#error);
      fill(this.#list, ...this.#items.map((version) => this.#row(version)));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      id === this.#id && fill(this.#error, words.errors.load(w.title, error.message));
    }
  }

  #row({ version, recorded, by, changes, more }) {
    const head = [h("strong", {}, w.number(version)), " ", h("span", { class: "muted" }, timeOf(recorded), by && ` ${w.by(by)}`)];
    const items = changes.map((change) => h("li", {}, ...this.#change(change)));
    const first = !changes.length && h("p", { class: "small muted" }, w.first);
    return h("li", {}, h("p", {}, ...head), first, h("ul", { class: "changes small" }, ...items, more > 0 && h("li", { class: "muted" }, w.more(more))));
  }

  #change({ field, before, after }) {
    const value = (each, gone) => (each === null || each === "" ? h("span", { class: "muted" }, gone) : TIMED.test(field) ? timeOf(String(each), this.#zone(field)) : h("span", {}, this.#text(field, each)));
    return [h("span", { class: "muted" }, `${nameOf(field)}: `), value(before, w.none), " → ", value(after, w.took)];
  }

  #text(field, value) {
    return field.endsWith(".place") ? this.#store.placeName(String(value)) : String(value);
  }

  #zone(field) {
    const stop = this.#known.shipment.stops[Number(/^stops\[(\d+)\]/.exec(field)?.[1] ?? -1)];
    return this.#store.zoneOf(stop?.place ?? "");
  }
}

/** `stops[1].arrival.close`, `legs[0].carrier`, `parties.carrier`, `parts.P-1 C62`, `assets`, `contents` in words. */
function nameOf(field) {
  const [, list, number, rest] = /^(stops|legs)\[(\d+)\]\.(.+)$/.exec(field) ?? [];
  if (list) {
    const said = w.fields[rest] ?? rest;
    return list === "stops" ? w.stop(Number(number) + 1, said) : w.leg(Number(number) + 1, said);
  }
  if (field.startsWith("parties.")) {
    const role = field.slice("parties.".length);
    return w.party(words.shipments.page.roles[role] ?? role);
  }
  return field.startsWith("parts.") ? w.part(field.slice("parts.".length)) : w.fields[field] ?? field;
}
