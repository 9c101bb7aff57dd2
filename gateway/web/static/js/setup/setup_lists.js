/** The lists of the first start: partners, places, devices; rows that are added, filled in and removed. */

import { ApiError } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { attempt } from "./setup_api.js";
import { words } from "../words/words.js";

const w = words.setup;
const MARKS = { ok: "●", hint: "◆", fault: "▲" };
const CLASSES = { ok: "fine", hint: "risk", fault: "late" };
const tiers = () => Object.entries(words.tiers).map(([tier, { name }]) => [tier, name]);

/** A list whose rows are drawn anew when one comes or goes. */
class List {
  first = 0; // entries before it stand elsewhere
  #rows = h("div", { class: "setup-rows" });

  /**
   * @param {string} list  its key in the answers
   * @param {{answers: any, fields: import("./setup_fields.js").Fields, changed: () => void, redraw: (list: string) => void}} stand
   * @param {string} add  the button's words
   * @param {() => any} make  a new entry
   */
  constructor(list, stand, add, make) {
    this.list = list;
    this.stand = stand;
    this.add = h("button", { class: "button", type: "button", on: { click: () => this.append(make()) } }, add);
    this.element = h("div", {}, this.#rows, this.add);
  }

  get entries() {
    return this.stand.answers[this.list];
  }

  append(entry) {
    this.entries.push(entry);
    this.draw();
    this.stand.changed();
    const added = /** @type {HTMLElement|null} */ (this.#rows.lastElementChild);
    added?.querySelector("input")?.focus();
  }

  draw() {
    this.stand.fields.forget(this.list, this.first);
    fill(this.#rows, ...this.entries.slice(this.first).map((entry, at) => this.#row(entry, at + this.first)));
  }

  /** What names an entry of this list goes on naming it. @param {string} list  @param {string} key  @param {string} before  @param {string} now */
  follow(list, key, before, now) {
    this.stand.answers[list].filter((entry) => before && entry[key] === before).forEach((entry) => (entry[key] = now));
    this.stand.redraw(list);
  }

  #row(entry, at) {
    const gone = () => {
      this.entries.splice(at, 1);
      this.draw();
      this.stand.changed();
      this.add.focus();
    };
    const named = entry.code || entry.name || `${at + 1}`;
    const remove = h("button", { class: "button", type: "button", "aria-label": w.removeWhat(named), on: { click: gone } }, w.remove);
    const path = `${this.list}[${at}]`;
    return h("fieldset", { class: "setup-row" }, h("legend", { class: "small muted" }, named), ...this.fieldsOf(entry, path), h("div", { class: "setup-acts" }, ...this.actsOf(entry, at), remove));
  }

  /** @returns {HTMLElement[]} */
  fieldsOf(entry, path) {
    return [];
  }

  /** @returns {HTMLElement[]} */
  actsOf(entry, at) {
    return [];
  }
}

export class Parties extends List {
  first = 1; // our own company runs the gateway: it is asked for apart, and stays

  constructor(stand) {
    super("parties", stand, w.addParty, () => ({ code: "", name: "", tier: "tier1" }));
  }

  ours() {
    return h("div", { class: "setup-row" }, ...this.fieldsOf(this.entries[0], "parties[0]"));
  }

  fieldsOf(entry, path) {
    const { fields } = this.stand;
    const renamed = (before, now) => this.follow("places", "party", before, now);
    return [
      fields.input(`${path}.code`, w.code, entry, "code", { hint: w.codeHint, renamed }),
      fields.input(`${path}.name`, w.name, entry, "name"),
      fields.choice(`${path}.tier`, w.tier, entry, "tier", tiers()),
    ];
  }
}

export class Places extends List {
  constructor(stand, zone) {
    const first = () => this.entries[0];
    const make = () => ({
      code: "", name: "", party: stand.answers.parties[0].code, kind: first() ? "door" : "plant", inside: first()?.code || "",
      lat: null, lon: null, radius_m: 300, time_zone: first()?.time_zone || zone,
    });
    super("places", stand, w.addPlace, make);
  }

  fieldsOf(entry, path) {
    const { fields } = this.stand;
    const renamed = (before, now) => this.follow("devices", "place", before, now);
    return [
      fields.input(`${path}.code`, w.code, entry, "code", { hint: w.codeHint, renamed }),
      fields.input(`${path}.name`, w.name, entry, "name"),
      fields.choice(`${path}.kind`, w.kind, entry, "kind", Object.entries(w.kinds)),
      fields.input(`${path}.inside`, w.inside, entry, "inside", { list: "known-places", hint: w.nowhere }),
      fields.input(`${path}.party`, w.party, entry, "party", { list: "known-parties" }),
      fields.input(`${path}.lat`, w.lat, entry, "lat", { number: true }),
      fields.input(`${path}.lon`, w.lon, entry, "lon", { number: true }),
      fields.input(`${path}.radius_m`, w.radius, entry, "radius_m", { number: true }),
      fields.input(`${path}.time_zone`, w.zone, entry, "time_zone", { list: "known-zones" }),
    ];
  }
}

export class Devices extends List {
  constructor(stand, drivers) {
    super("devices", stand, w.addDevice, () => ({ name: "", driver: "llrp", connect: "tcp://", place: "", asset: "" }));
    this.drivers = drivers.map(({ name, purpose }) => [name, `${name}: ${purpose}`]);
  }

  fieldsOf(entry, path) {
    const { fields } = this.stand;
    return [
      fields.input(`${path}.name`, w.name, entry, "name"),
      fields.choice(`${path}.driver`, w.driver, entry, "driver", this.drivers),
      fields.input(`${path}.connect`, w.connect, entry, "connect"),
      fields.input(`${path}.place`, w.place, entry, "place", { list: "known-places", hint: w.nowhere }),
      fields.input(`${path}.asset`, w.asset, entry, "asset", { hint: w.assetHint }),
    ];
  }

  actsOf(entry, at) {
    const said = h("ul", { class: "setup-said", role: "status" });
    const button = h("button", { class: "button", type: "button" }, w.try);
    button.addEventListener("click", async () => {
      button.disabled = true;
      fill(said, h("li", { class: "muted" }, w.trying));
      try {
        show(said, await attempt(this.stand.answers, at));
      } catch (error) {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        fill(said, h("li", { class: "late" }, w.failed(error.message)));
      }
      button.disabled = false;
    });
    return [said, button];
  }
}

function show(said, tried) {
  fill(
    said,
    ...tried.antennas.map((one) => h("li", { class: "mono" }, w.antenna(one.number, one.tags, one.reads, one.rssi_dbm))),
    ...tried.says.map((saying) => h("li", { class: CLASSES[saying.grade] }, `${MARKS[saying.grade]} ${words.sayings.said(saying)}`)),
  );
}
