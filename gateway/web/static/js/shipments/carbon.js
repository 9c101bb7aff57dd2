/** What moving a shipment emits as planned: by leg with the factor that it rests on, by part, and what is missing for a number. */

import { h } from "../kit/dom.js";
import { sheet, table } from "./sheet.js";
import { words } from "../words/words.js";

const w = words.carbon;
const { modes } = words.shipments.page.carried;
const { symbols } = words.shipments.page.goods;
const tenths = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 2 });

/** @typedef {import("../types/types_shipments.js").Carbon} Carbon */

/** @returns {import("./sheet.js").Sheet} */
export function emitted() {
  const made = sheet(
    w.title,
    ({ carbon }) => carbon,
    ({ carbon }, store) => [sum(carbon), ...missing(carbon), ...legsOf(carbon, store), ...partsOf(carbon), ...restsOn(carbon)],
  );
  made.element.classList.add("emits");
  return made;
}

/** @param {Carbon} carbon */
function sum({ kg_co2e: whole, kg, mass_by: basis }) {
  if (whole === null) {
    return null;
  }
  return h("p", {}, h("strong", { class: "sum" }, w.whole(tenths.format(whole))), " ", basis && h("span", { class: "muted" }, w.goods[basis](tenths.format(kg))));
}

/** @param {Carbon} carbon */
const missing = ({ missing: names }) => names.map((name) => h("p", { class: "muted" }, `${words.alerts.marks.unknown} ${w.missing[name]}`));

/** @param {Carbon} carbon  @param {import("../store.js").Store} store */
function legsOf({ legs }, store) {
  if (!legs.length) {
    return [h("p", { class: "muted" }, w.hiddenLegs)];
  }
  const rows = legs.map((leg) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `${store.placeName(leg.origin)} → ${store.placeName(leg.destination)}`, h("span", { class: "small muted by" }, modeOf(leg))),
      number(leg.km),
      number(leg.g_per_tkm, hundredths),
      number(leg.kg_co2e),
    ),
  );
  return [table([w.leg, w.distance, w.factor, w.emitted], rows, `${w.title}: ${w.leg}`)];
}

function modeOf({ mode, assumed }) {
  const name = modes[mode] ?? w.unsaidMode;
  return assumed ? w.assumed(name) : name;
}

/** @param {Carbon} carbon */
function partsOf({ parts }) {
  const rows = parts.map((part) =>
    h("tr", {}, h("th", { scope: "row", class: "mono" }, part.number), h("td", { class: "number" }, amount(part)), number(part.kg), number(part.kg_co2e)),
  );
  return rows.length ? [table([w.part, w.quantity, w.mass, w.emitted], rows, `${w.title}: ${w.part}`)] : [];
}

const amount = ({ quantity, unit }) => (quantity === null ? words.time.none : `${hundredths.format(quantity)} ${symbols[unit] ?? unit}`.trim());
const number = (value, format = tenths) => h("td", { class: "number" }, value === null ? words.time.none : format.format(value));

/** The method, and each source once. @param {Carbon} carbon */
function restsOn({ legs }) {
  const sources = new Set(legs.flatMap(({ source, detour }) => [source, detour]).filter(Boolean));
  const items = [...sources].map((text) => h("li", {}, w.source(text)));
  return [h("p", { class: "small muted" }, w.how), items.length > 0 && h("div", { class: "small muted" }, `${w.rests}:`, h("ul", { class: "sources" }, ...items))];
}
