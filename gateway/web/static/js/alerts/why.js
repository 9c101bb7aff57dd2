/** Why an alert was raised: its rule, and what it rests on in the order of time; read when it is unfolded. */

import { ApiError, getWhy } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { assetLink } from "../tower/names.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.inbox.why;

/**
 * @param {string} alert
 * @param {import("../store.js").Store} store
 * @returns {HTMLDetailsElement}
 */
export function why(alert, store) {
  const body = h("div", { class: "why-body", "aria-live": "polite" });
  const element = h("details", { class: "why" }, h("summary", {}, w.open), body);
  element.addEventListener("toggle", () => element.open && load(alert, store, body));
  return element;
}

async function load(alert, store, body) {
  try {
    fill(body, ...shown(await getWhy(alert), store));
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    fill(body, h("p", { class: "error small late", role: "alert" }, w.failed(error.message)));
  }
}

/** @param {import("../types/types.js").Why} found  @param {import("../store.js").Store} store */
function shown(found, store) {
  const rule = found.question && found.question !== found.rule ? `${found.rule} (${found.question})` : found.rule;
  const settings = found.settings.map(({ name, value }) => `${name}: ${value}`).join(", ");
  const head = Object.values(w.columns).map((text) => h("th", { scope: "col" }, text));
  return [
    h(
      "dl",
      { class: "facts" },
      h("dt", {}, w.rule),
      h("dd", {}, found.question ? rule : `${rule}, ${w.gone}`),
      settings && [h("dt", {}, w.settings), h("dd", { class: "mono" }, settings)],
    ),
    h(
      "div",
      { class: "why-scroll", tabindex: "0", role: "region", "aria-label": w.caption },
      h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...found.lines.map((line) => row(line, store)))),
    ),
  ];
}

function row(line, store) {
  const zone = store.zoneOf(line.place);
  const what = w[line.what] ?? words.asset.events[line.what] ?? line.what;
  return h(
    "tr",
    { class: line.what === "raised" ? "raised" : "" },
    h("td", {}, line.opens ? [timeOf(line.opens, zone), "–"] : "", timeOf(line.at, zone)),
    h("td", {}, what, line.late && h("span", { class: "small risk" }, ` ${words.asset.lateData}`), line.text && h("span", { class: "small muted text" }, ` ${line.text}`)),
    h("td", {}, line.place ? store.placeName(line.place) : ""),
    h("td", {}, line.asset ? assetLink(line.asset, store.label(line.asset)) : ""),
  );
}
