/** The board of shipments: planned, estimated and actual in one line, what is late on top. */

import { fill, h, says, setText } from "./dom.js";
import { LiveList } from "./live_list.js";
import { assetLink, shipmentLink } from "./names.js";
import { span } from "./time.js";
import { KINDS, tripleParts } from "./triple.js";
import { words } from "./words.en.js";

const w = words.shipments;
const RANK = { under_way: 0, planned: 1, arrived: 2 };
const MOST_SHOWN = 300;
const ASSETS_SHOWN = 1;

export class ShipmentsView {
  #store;
  #count = h("span", { class: "muted" });
  #bar = h("div", { class: "bar" });
  #rows = h("tbody");
  #none = says(...w.none);
  #table;
  #list;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.#table = h("table", {}, head(), this.#rows);
    this.element = h(
      "section",
      { class: "shipments", "aria-label": w.title },
      h("header", { class: "section-head" }, h("h1", {}, w.title), this.#count, this.#bar),
      h("div", { class: "scroll" }, this.#table, this.#none),
    );
    this.#list = new LiveList(this.#rows, {
      key: (shipment) => shipment.shipment_id,
      create: () => this.#row(),
      empty: () => h("tr"),
      bar: this.#bar,
    });
    store.on(["shipments", "places", "board"], () => this.#show());
    this.#show();
  }

  #show() {
    const all = [...this.#store.shipments.values()];
    const late = all.filter((shipment) => shipment.late).length;
    this.#none.hidden = all.length > 0 || !this.#store.loaded.has("shipments");
    this.#table.hidden = all.length === 0;
    setText(this.#count, w.counts(late, all.length), { mark: true });
    this.#list.set(all.sort(lateFirst).slice(0, MOST_SHOWN));
  }

  #row() {
    const row = h("tr");
    let drawn = "";
    const update = (shipment) => {
      const key = JSON.stringify([shipment, this.#store.places.size]);
      if (key !== drawn) {
        drawn = key;
        row.className = shipment.late ? "is-late" : "";
        fill(row, ...this.#cells(shipment));
      }
    };
    return { element: row, update };
  }

  /** @param {import("./types.js").Shipment} shipment */
  #cells(shipment) {
    const lane = shipment.stops.map((stop) => this.#store.placeName(stop.place)).join(" → ");
    const assets = shipment.assets.slice(0, ASSETS_SHOWN).flatMap((asset) => [assetLink(asset, this.#store.label(asset)), " "]);
    const more = shipment.assets.length - ASSETS_SHOWN;
    return [
      h("td", { class: "status" }, ...status(shipment)),
      h("td", {}, shipmentLink(shipment.shipment_id)),
      h("td", { class: "lane-cell", title: shipment.contents }, h("span", {}, lane), h("span", { class: "small muted" }, shipment.contents)),
      h("td", {}, ...assets, more > 0 && h("span", { class: "small muted" }, `+${more}`)),
      ...times(shipment.stops[0].departure),
      ...times(shipment.stops.at(-1).arrival),
    ];
  }
}

/** Mark and words of how a shipment stands. @param {import("./types.js").Shipment} shipment */
export function status(shipment) {
  const { marks } = words.alerts;
  if (shipment.late) {
    return [h("strong", { class: "late" }, `${marks.late} ${words.time.late(span(shipment.late_s))}`), h("span", { class: "small muted" }, w.status[shipment.status])];
  }
  const mark = shipment.status === "planned" ? ["unknown", marks.unknown] : ["fine", marks.fine];
  return [h("span", { class: mark[0] }, mark[1], " "), w.status[shipment.status]];
}

const times = (triple) => {
  const parts = tripleParts(triple);
  return KINDS.map((kind) => h("td", { class: `time ${kind}` }, ...parts[kind]));
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

function lateFirst(a, b) {
  const late = Number(b.late) - Number(a.late) || (a.late ? b.late_s - a.late_s : 0);
  return late || RANK[a.status] - RANK[b.status] || planned(a).localeCompare(planned(b));
}

const planned = (shipment) => shipment.stops.at(-1).arrival?.planned?.close || "";
