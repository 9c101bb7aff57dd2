/** Why the estimates of a shipment say what they say: each method's answer, how far off it usually is, which counts. */

import { h } from "../kit/dom.js";
import { sheet, table } from "./sheet.js";
import { span, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page.why;
const NEAR_S = 60;

/** @returns {import("./sheet.js").Sheet} */
export const whyEstimate = () =>
  sheet(
    w.title,
    ({ why }) => why,
    ({ why }, store) => why.flatMap((one) => ofStop(one, store)),
  );

/** @param {import("../types/types_shipments.js").Explanation} said */
function ofStop({ place, late_s: late, rungs, method, estimate }, store) {
  const zone = store.zoneOf(place);
  const { promised_by: party, trips } = estimate;
  const told = [late > NEAR_S ? w.late(span(late)) : w.punctual, w.rests(trips), party && w.promised(party)].filter(Boolean).join(" ");
  const rows = rungs.map((rung) => {
    const counts = rung.method === method;
    return h(
      "tr",
      { class: counts ? "counts" : "" },
      h("th", { scope: "row" }, words.time.methods[rung.method] ?? rung.method, counts && h("span", { class: "small fine" }, ` ${words.alerts.marks.fine} ${w.method}`)),
      h("td", {}, timeOf(rung.arrives, zone)),
      h("td", {}, rung.off_s === null ? h("span", { class: "muted" }, w.unscored) : `± ${span(rung.off_s)}`),
    );
  });
  const name = store.placeName(place);
  return [h("h3", {}, name), h("p", { class: "muted" }, told), table([w.rung, w.arrives, w.off], rows, `${w.title}: ${name}`)];
}
