/** What a shipment should bring and what was seen of it: parts with what is short, units with where they are. */

import { h } from "../kit/dom.js";
import { assetLink } from "../tower/names.js";
import { sheet, table } from "./sheet.js";
import { shape } from "../tower/tiers.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page.goods;
const SHOWN = 12; // units, until all are asked for
const numbers = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 3 });

/** @returns {import("./sheet.js").Sheet} */
export function goods() {
  return sheet(
    w.title,
    ({ goods: found, shipment }) => [shipment.status, found.parts, found.over, found.units.map(({ last_seen: seen, lat, lon, ...unit }) => unit)],
    ({ goods: found, shipment }, store) => {
      const carried = found.units.length > 1 ? found.units.filter(({ leads }) => !leads) : found.units;
      return [...partsOf(found.parts, shipment.status === "arrived"), ...overOf(found.over, store), ...unitsOf(carried, store, store.zoneOf(shipment.stops.at(-1)?.place ?? ""))];
    },
  );
}

function partsOf(parts, hasArrived) {
  if (!parts.length) {
    return [h("p", { class: "muted" }, w.none)];
  }
  const rows = parts.map((part) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "mono" }, part.part),
      h("td", { class: "number" }, part.planned === null ? w.unknown : amount(part.planned, part.unit)),
      h("td", { class: "number" }, part.seen === null ? words.time.none : amount(part.seen, part.unit)),
      h("td", {}, difference(part, hasArrived)),
    ),
  );
  return [table([w.part, w.planned, w.seen, w.difference], rows, w.title)];
}

const amount = (quantity, unit) => `${numbers.format(quantity)} ${w.symbols[unit] ?? unit}`.trim();

/** @param {import("../types/types_shipments.js").Count} part  @param {boolean} hasArrived */
function difference({ short, planned, unit }, hasArrived) {
  const { marks } = words.alerts;
  if (short === null) {
    const why = planned === null ? w.unknown : hasArrived ? w.unread : w.open;
    return h("span", { class: "muted" }, `${marks.unknown} ${why}`);
  }
  if (short > 0) {
    return h("strong", { class: "late" }, `${marks.late} ${w.short(amount(short, unit))}`);
  }
  return h("span", { class: "fine" }, `${marks.fine} ${short < 0 ? w.over(amount(-short, unit)) : w.complete}`);
}

function overOf(over, store) {
  if (!over.length) {
    return [];
  }
  const items = over.map(({ asset, label }) => h("li", {}, assetLink(asset, label || store.label(asset))));
  return [h("p", { class: "risk" }, `${words.alerts.marks.risk} ${w.extra}`), h("ul", { class: "over" }, ...items)];
}

/** @param {string} zone  of the last stop, where they are read */
function unitsOf(units, store, zone) {
  const read = units.filter((unit) => unit.read).length;
  const list = h("ul", { class: "units" }, ...units.slice(0, SHOWN).map((unit) => row(unit, store, zone)));
  const rest = units.slice(SHOWN);
  const more = h("button", { class: "button", type: "button" }, w.more(numbers.format(units.length)));
  more.addEventListener("click", () => {
    list.append(...rest.map((unit) => row(unit, store, zone)));
    more.remove();
    /** @type {HTMLElement|null} */ (list.children[SHOWN]?.querySelector("a"))?.focus();
  });
  return [h("p", { class: "small muted" }, w.units(read, units.length)), list, rest.length > 0 && more].filter(Boolean);
}

/** @param {import("../types/types_shipments.js").Unit} unit */
function row(unit, store, zone) {
  const { marks } = words.alerts;
  const place = unit.place ? store.placeName(unit.place) : unit.tier ? words.shipments.page.carried.between : "";
  const where = unit.tier ? h("span", { class: "muted" }, shape(unit.tier), ` ${place}`) : h("span", { class: "muted" }, words.time.none);
  const read = unit.read && h("span", { class: "fine small" }, `${marks.fine} ${w.read} `, timeOf(unit.read, zone));
  const missing = !unit.read && unit.missing && h("span", { class: "late small" }, `${marks.late} ${w.missing}`);
  return h("li", {}, assetLink(unit.asset, unit.label), where, read || missing || h("span", {}));
}
