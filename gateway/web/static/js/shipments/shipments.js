/** The board of shipments: planned, estimated and actual in one line, what is late on top. */

import { fill, h, says, setText } from "../kit/dom.js";
import { LiveList } from "../kit/live_list.js";
import { assetLink, shipmentLink } from "../tower/names.js";
import { span, timeStep } from "../kit/time.js";
import { KINDS, tripleParts } from "../kit/triple.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

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

  /** @param {import("../store.js").Store} store */
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
    store.on(["shipments", "alerts", "places"], () => this.#show());
    this.#show();
  }

  #show() {
    const all = [...this.#store.shipments.values()];
    const late = all.filter((shipment) => shipment.late && shipment.status !== "arrived").length;
    this.#none.hidden = all.length > 0 || !this.#store.loaded.has("shipments");
    this.#table.hidden = all.length === 0;
    setText(this.#count, w.counts(late, all.length), { mark: true });
    const risk = (shipment) => (this.#store.lateAlert(shipment.shipment_id) ? 0 : 1);
    this.#list.set(all.sort((a, b) => lateFirst(a, b) || risk(a) - risk(b) || nextFirst(a, b)).slice(0, MOST_SHOWN));
  }

  #row() {
    const row = h("tr");
    let drawn = "";
    const update = (shipment) => {
      const alert = this.#store.lateAlert(shipment.shipment_id);
      const key = JSON.stringify([shipment, alert?.reason, this.#store.places.size, timeStep()]);
      if (key !== drawn) {
        drawn = key;
        row.className = shipment.late ? "is-late" : "";
        fill(row, ...this.#cells(shipment, alert));
      }
    };
    return { element: row, update };
  }

  /** @param {import("../types/types.js").Shipment} shipment */
  #cells(shipment, alert) {
    const lane = shipment.stops.map((stop) => this.#store.placeName(stop.place)).join(" → ");
    const assets = shipment.assets.slice(0, ASSETS_SHOWN).flatMap((asset) => [assetLink(asset, this.#store.label(asset)), " "]);
    const more = shipment.assets.length - ASSETS_SHOWN;
    return [
      h("td", { class: "status" }, ...status(shipment, alert)),
      h("td", {}, shipmentLink(shipment.shipment_id)),
      h("td", { class: "lane-cell", title: shipment.contents }, h("span", {}, lane), h("span", { class: "small muted" }, shipment.contents)),
      h("td", {}, ...assets, more > 0 && h("span", { class: "small muted" }, `+${more}`)),
      ...times(shipment.stops[0].departure, zoneAt(this.#store.places.get(shipment.stops[0].place))),
      ...times(shipment.stops.at(-1).arrival, zoneAt(this.#store.places.get(shipment.stops.at(-1).place))),
    ];
  }
}

/**
 * Mark and words of how a shipment stands: late by its last window, or at risk because an alert is open.
 * @param {import("../types/types.js").Shipment} shipment
 * @param {import("../types/types.js").Alert|undefined} alert
 */
export function status(shipment, alert) {
  const { marks, reasons } = words.alerts;
  if (shipment.late) {
    return [h("strong", { class: "late" }, `${marks.late} ${words.time.late(span(shipment.late_s))}`), h("span", { class: "small muted" }, w.status[shipment.status])];
  }
  if (alert) {
    return [h("strong", { class: "risk" }, `${marks.risk} ${w.atRisk}`), h("span", { class: "small muted" }, reasons[alert.reason])];
  }
  const mark = shipment.status === "planned" ? ["unknown", marks.unknown] : ["fine", marks.fine];
  return [h("span", { class: mark[0] }, mark[1], " "), w.status[shipment.status]];
}

const times = (triple, where) => {
  const parts = tripleParts(triple, where);
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

/** What is still to come late on top; what arrived late is past mending and stands with what arrived. */
function lateFirst(a, b) {
  const rank = (shipment) => (shipment.status === "arrived" ? 2 : shipment.late ? 0 : 1);
  return rank(a) - rank(b) || (rank(a) === 0 ? b.late_s - a.late_s : 0);
}

function nextFirst(a, b) {
  const sooner = planned(a).localeCompare(planned(b));
  return RANK[a.status] - RANK[b.status] || (a.status === "arrived" ? -sooner : sooner);
}

const planned = (shipment) => shipment.stops.at(-1).arrival?.planned?.close || "";
