/** One shipment: each stop planned, estimated and actual; who is part of it, and its alerts. */

import { alertText } from "../alerts/alert_text.js";
import { h, says } from "../kit/dom.js";
import { assetLink, copyable } from "../tower/names.js";
import { facts, part } from "../kit/panel.js";
import { shareButton } from "./share_button.js";
import { status } from "./shipments.js";
import { shape } from "../tower/tiers.js";
import { timeOf } from "../kit/time.js";
import { KINDS, tripleParts } from "../kit/triple.js";
import { words } from "../words/words.js";
import { zoneAt } from "../kit/zone.js";

const w = words.shipments;

/**
 * The panel's title and content.
 * @param {import("../store.js").Store} store
 * @param {string} id
 * @returns {[string, ...any[]]}
 */
export function shipmentPanel(store, id) {
  const shipment = store.shipments.get(id);
  if (!shipment) {
    return [id, says(w.unknown(id), words.asset.unknownTodo)];
  }
  return [
    id,
    h("p", {}, ...status(shipment, store.lateAlert(id)), " ", copyable(id)),
    shareButton(id),
    part(w.stops, ...shipment.stops.map((stop) => stopPart(store, stop))),
    part(w.contents, shipment.contents && h("p", {}, shipment.contents)),
    part(w.assets, ...shipment.assets.map((asset) => h("p", {}, assetLink(asset, store.label(asset))))),
    part(w.parties, facts(Object.entries(shipment.parties).map(([role, party]) => [role.replaceAll("_", " "), h("span", { class: "mono" }, party)]))),
    part(w.alerts, ...alertsOf(store, id)),
  ];
}

function stopPart(store, stop) {
  const place = store.places.get(stop.place);
  const row = (name, triple) =>
    triple && KINDS.some((kind) => triple[kind]) && h("tr", {}, h("th", { scope: "row" }, name), ...KINDS.map((kind) => h("td", {}, ...tripleParts(triple, zoneAt(place))[kind])));
  return h(
    "div",
    { class: "stop" },
    h("p", {}, place && shape(place.tier, { label: true }), " ", store.placeName(stop.place)),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("td"), ...KINDS.map((kind) => h("th", { scope: "col" }, words.time[kind])))),
      h("tbody", {}, row(w.columns.arrival, stop.arrival), row(w.columns.departure, stop.departure)),
    ),
  );
}

function alertsOf(store, id) {
  return [...store.alerts.values()]
    .filter((alert) => alert.shipment === id)
    .map((alert) =>
      h(
        "p",
        {},
        h("strong", {}, words.alerts.reasons[alert.reason] || alert.reason),
        `, ${words.alerts.states[alert.state].toLowerCase()}, `,
        words.alerts.since,
        " ",
        timeOf(alert.raised),
        h("span", { class: "small muted text" }, ` ${alertText(alert, store, store.shipments.get(id))}`),
      ),
    );
}
