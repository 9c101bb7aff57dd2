/** One asset: where it is, who it is, its shipments and its history. */

import { ApiError, getAsset } from "../api.js";
import { h, says } from "../kit/dom.js";
import { assetLink, copyable, shipmentLink, shortName } from "./names.js";
import { facts, part } from "../kit/panel.js";
import { shape, tierName } from "./tiers.js";
import { relativeTime, timeOf } from "../kit/time.js";
import { AssetHistory } from "./history.js";
import { words } from "../words/words.js";

const w = words.asset;

/**
 * Read an asset and build the panel's title and content; what went wrong is content too.
 * @param {import("../store.js").Store} store
 * @param {string} id
 * @param {{showOnMap: (lat: number, lon: number) => void, retry: () => void}} acts
 * @returns {Promise<[string, ...any[]]>}
 */
export async function assetPanel(store, id, acts) {
  let asset;
  try {
    asset = await getAsset(id);
  } catch (error) {
    return [shortName(id, store.label(id)), failure(error, id, acts.retry)];
  }
  const kind = w.kinds[asset.kind] || asset.kind;
  return [
    shortName(asset.asset, asset.label),
    h("p", { class: "muted" }, kind, " ", copyable(asset.asset)),
    part(w.where, whereFacts(store, asset.where, acts.showOnMap)),
    historyOf(store, asset),
    part(w.names, asset.names.map((name) => h("p", {}, copyable(name)))),
    part(w.shipments, shipmentsOf(store, asset.shipments)),
    part(w.identity, asset.identity && facts(Object.entries(w.identityFields).map(([field, name]) => [name, identityValue(asset.identity[field])]))),
  ];
}

/** The history of the panel that is open. @type {AssetHistory|null} */
let shown = null;
const watched = new WeakSet(); // stores that are listened to, once each

function historyOf(store, asset) {
  if (!watched.has(store)) {
    watched.add(store);
    store.on(["board"], () => shown?.refresh());
  }
  shown = new AssetHistory(store, asset.asset, asset.where);
  return shown.element;
}

function failure(error, id, retry) {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  if (error.status === 404) {
    return says(w.unknown(id), w.unknownTodo);
  }
  const again = h("button", { class: "button", type: "button", on: { click: retry } }, words.errors.retry);
  return says(words.errors.load(shortName(id), error.message), "", again);
}

const identityValue = (value) => (value ? copyable(String(value)) : null);

function whereFacts(store, where, showOnMap) {
  if (!where) {
    return says(w.noHistory);
  }
  const onMap = () => showOnMap(where.lat, where.lon);
  const hasPosition = where.lat !== null && where.lat !== undefined;
  const zone = store.zoneOf(where.place);
  /** @type {[string, any][]} */
  const pairs = [
    [w.place, [where.tier && shape(where.tier), ` ${tierName(where.tier)}`, `, ${where.place ? store.placeName(where.place) : w.between}`]],
    [w.since, where.since && [timeOf(where.since, zone), ", ", relativeTime(where.since, "ago", zone)]],
    [w.seen, where.last_seen && [timeOf(where.last_seen, zone), ", ", relativeTime(where.last_seen, "ago", zone)]],
    [w.parent, where.parent && assetLink(where.parent, store.label(where.parent))],
    [w.via, where.via?.length ? where.via.join(" › ") : null],
    [
      w.position,
      hasPosition && [
        h("span", { class: "mono" }, `${where.lat.toFixed(5)}, ${where.lon.toFixed(5)} `),
        h("button", { class: "link", type: "button", on: { click: onMap } }, w.showOnMap),
      ],
    ],
  ];
  return facts(pairs.filter(([, value]) => value));
}

function shipmentsOf(store, ids) {
  return ids.map((id) => {
    const shipment = store.shipments.get(id);
    const lane = shipment ? shipment.stops.map((stop) => store.placeName(stop.place)).join(" → ") : "";
    return h("p", {}, shipmentLink(id), " ", h("span", { class: "small muted" }, lane));
  });
}
