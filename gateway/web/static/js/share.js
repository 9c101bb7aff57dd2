/** A shared shipment: follows the link once, then shows what it shows, as it changes. */

import { ApiError, request } from "./api.js";
import { fill, h } from "./kit/dom.js";
import { clock, span, whole } from "./kit/time.js";
import { KINDS, tripleParts } from "./kit/triple.js";
import { words } from "./words/words.js";

const w = words.share;
const EVERY_MS = 15_000;
const GONE = 404;
const page = h("main", { class: "shared" });
const state = h("p", { class: "muted", role: "status" });

/** The secret stands behind the #, which no server, log or referrer sees; it leaves the address at once. */
async function follow() {
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, "", location.pathname);
    await request("POST", "/shared", { token });
  }
}

async function look() {
  const shared = await request("GET", "/shared");
  clock.sync(shared.now, 1);
  show(shared);
}

function show({ by, label, until, shipment }) {
  document.title = `${shipment.shipment_id} – tierview`;
  const late = shipment.late ? h("strong", { class: "late" }, w.late(span(shipment.late_s))) : h("span", { class: "fine" }, w.fine);
  fill(state);
  fill(
    page,
    h("h1", {}, shipment.shipment_id),
    h("p", {}, late, " · ", w.statuses[shipment.status] || shipment.status, " · ", h("span", { class: "mono" }, shipment.lane)),
    h("div", { class: "board" }, h("table", {}, heads(), h("tbody", {}, ...shipment.stops.flatMap(rows)))),
    h("p", { class: "small muted" }, w.by(by, label), " · ", w.until(whole(until))),
    state,
  );
}

function heads() {
  const head = (text) => h("th", { scope: "col" }, text);
  return h("thead", {}, h("tr", {}, head(w.stop), head(""), ...KINDS.map((kind) => head(words.time[kind]))));
}

function rows(stop) {
  const shown = ["arrival", "departure"].filter((side) => Object.values(stop[side]).some((value) => value !== null));
  return (shown.length ? shown : ["arrival"]).map((side, number) => row(number ? "" : stop.place || w.hidden, side, stop[side]));
}

function row(place, side, triple) {
  const parts = tripleParts(triple);
  return h("tr", {}, h("td", {}, place), h("td", { class: "muted" }, w[side]), ...KINDS.map((kind) => h("td", {}, ...parts[kind])));
}

function fail(error) {
  if (error instanceof ApiError && error.status === GONE) {
    fill(page, h("h1", {}, w.gone), h("p", {}, w.ask), h("p", { class: "muted" }, w.again));
    return false;
  }
  fill(state, error instanceof ApiError && error.status ? error.message : w.lost);
  page.append(state);
  return true;
}

async function keepLooking() {
  try {
    await look();
  } catch (error) {
    if (!fail(error)) {
      return;
    }
  }
  setTimeout(keepLooking, EVERY_MS);
}

document.body.append(page);
follow().then(keepLooking, (error) => {
  fail(error);
});
