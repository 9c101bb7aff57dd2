/** What carries a shipment now, whose it is and where: its first asset, with links to it and to the map. */

import { h } from "../kit/dom.js";
import { facts } from "../kit/panel.js";
import { assetLink } from "../tower/names.js";
import { sheet } from "./sheet.js";
import { shape, tierName } from "../tower/tiers.js";
import { relativeTime, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page.carried;

/** @returns {import("./sheet.js").Sheet} */
export function carried() {
  return sheet(
    w.title,
    ({ goods, shipment }) => [goods.units.filter(({ leads }) => leads), shipment.parties, shipment.legs, shipment.stops],
    ({ goods, shipment }, store) => {
      const lead = goods.units.find(({ leads }) => leads);
      const leg = legNow(shipment);
      return lead ? [factsOf(lead, leg, shipment, store)] : [];
    },
  );
}

function factsOf(lead, leg, shipment, store) {
  const kind = words.asset.kinds[lead.kind] ?? "";
  const trip = [w.modes[leg?.mode], leg?.trip].filter(Boolean).join(", ");
  /** @type {[string, any][]} */
  const pairs = [
    [kind || words.asset.kinds.other, assetLink(lead.asset, lead.label)],
    [w.by, h("span", { class: "mono" }, leg?.carrier || shipment.parties.carrier || "")],
    [w.trip, trip],
    [w.where, lead.tier ? whereOf(lead, store) : h("span", { class: "muted" }, w.unseen)],
    [w.seen, lead.last_seen && [timeOf(lead.last_seen, store.zoneOf(lead.place)), ", ", relativeTime(lead.last_seen, "ago", store.zoneOf(lead.place))]],
  ];
  return facts(pairs.filter(([, value]) => value?.textContent !== ""));
}

function whereOf(lead, store) {
  const place = lead.place ? store.placeName(lead.place) : w.between;
  const onMap = lead.lat !== null && store.positions.has(lead.asset);
  return [shape(lead.tier), ` ${tierName(lead.tier)}, ${place} `, onMap && h("a", { class: "button as-link", href: `#tower/asset/${encodeURIComponent(lead.asset)}` }, w.onMap)].filter(Boolean);
}

/** The leg that it is on: behind the last stop that was left or reached. */
function legNow({ stops, legs }) {
  const last = stops.findLastIndex(({ arrival, departure }) => arrival?.actual || departure?.actual);
  return legs[Math.min(Math.max(last, 0), legs.length - 1)];
}
