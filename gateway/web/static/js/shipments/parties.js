/** Who is part of a shipment in which role, and what they promised and kept. */

import { h } from "../kit/dom.js";
import { facts } from "../kit/panel.js";
import { sheet } from "./sheet.js";
import { clock, span, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page;
const NEAR_S = 60;

/** @returns {import("./sheet.js").Sheet} */
export const parties = () =>
  sheet(
    words.shipments.parties,
    ({ shipment }) => shipment.parties,
    ({ shipment }) => [facts(Object.entries(shipment.parties).map(([role, party]) => [roleName(role), h("span", { class: "mono" }, party)]))],
  );

/** Roles are the partners' own words, numbered where several parties have one: carrier_2. */
function roleName(role) {
  const [, bare, number] = /^(.*?)[\s_.-]*(\d*)$/.exec(role) ?? ["", role, ""];
  return w.roles[bare] ? `${w.roles[bare]} ${number}`.trim() : role.replaceAll("_", " ");
}

/** @returns {import("./sheet.js").Sheet} */
export const promises = () =>
  sheet(
    w.promises.title,
    ({ shipment, history }) => [shipment.stops, history.promises, Math.floor(clock.now() / 60_000)],
    ({ shipment, history }, store) => {
      const rows = history.promises.map((one) => row(one, shipment.stops[one.stop], store));
      return rows.length ? [h("ul", { class: "promises" }, ...rows)] : [];
    },
  );

/** @param {import("../types/types_shipments.js").Promised} promise */
function row({ party, at, said }, stop, store) {
  const zone = store.zoneOf(stop.place);
  return h(
    "li",
    {},
    h("p", {}, h("strong", { class: "mono" }, party), " ", h("strong", {}, timeOf(at, zone)), ` ${w.promises.at(store.placeName(stop.place))} `, kept(at, stop.arrival?.actual)),
    h("p", { class: "small muted" }, `${w.promises.said} `, timeOf(said, zone)),
  );
}

function kept(at, actual) {
  const { marks } = words.alerts;
  const late = ((actual ? Date.parse(actual) : clock.now()) - Date.parse(at)) / 1000;
  if (!actual && late <= NEAR_S) {
    return h("span", { class: "muted" }, `${marks.unknown} ${w.promises.open}`);
  }
  return late > NEAR_S ? h("span", { class: "late" }, `${marks.late} ${w.promises.broken(span(late))}`) : h("span", { class: "fine" }, `${marks.fine} ${w.promises.kept}`);
}
