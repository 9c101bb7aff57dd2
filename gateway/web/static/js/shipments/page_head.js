/** The head of a shipment's page: which it is, how late against what, what comes next, and sharing it. */

import { fill, h, setText } from "../kit/dom.js";
import { copyable } from "../tower/names.js";
import { shareButton } from "./share_button.js";
import { standing, stateOf } from "./state.js";
import { clock, relativeTime, span, timeOf, timeStep, windowOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.shipments.page;

export class PageHead {
  #title = h("h1", { class: "mono", tabindex: "-1" });
  #copy = h("span", { class: "small" });
  #state = h("p", { class: "shipment-state", role: "status" });
  #lane = h("p", { class: "shipment-lane" });
  #next = h("p", { class: "shipment-next" });
  #acts = h("div", { class: "shipment-acts" });
  #drawn = "";
  #hasShare = false;

  constructor() {
    this.element = h(
      "header",
      { class: "shipment-head" },
      h("a", { class: "back", href: "#shipments" }, "‹ ", w.back),
      h("div", { class: "shipment-title" }, this.#title, this.#copy, this.#acts),
      this.#state,
      this.#lane,
      this.#next,
    );
  }

  /** Another shipment is looked at: until it is read only its id is known. @param {string} id */
  begin(id) {
    this.#drawn = "";
    this.#hasShare = false;
    setText(this.#title, id);
    [this.#copy, this.#state, this.#lane, this.#next, this.#acts].forEach((each) => fill(each));
    this.#title.focus({ preventScroll: true });
  }

  /** @param {import("../types/types_shipments.js").Known} known  @param {import("../store.js").Store} store */
  show({ shipment, alerts }, store) {
    const next = nextOf(shipment);
    const key = JSON.stringify([shipment, alerts.map(({ state, reason }) => [state, reason]), store.places.size, timeStep(), overdue(next)]);
    if (key === this.#drawn) {
      return;
    }
    this.#drawn = key;
    this.#share(shipment, store);
    const last = shipment.stops.at(-1);
    const late = shipment.late && last.arrival?.planned;
    const against = late && h("span", { class: "muted" }, w.against(store.placeName(last.place), windowOf(last.arrival.planned, store.zoneOf(last.place))));
    const [loud, quiet] = stateOf(standing(shipment, alerts));
    const arrived = shipment.status === "arrived";
    fill(this.#state, ...spaced(arrived ? [loud, quiet, against] : [loud, against, quiet && "·", quiet]));
    const lane = shipment.stops.map((stop) => (stop.place ? store.placeName(stop.place) : words.shipments.list.stopHidden)).join(" → ");
    const findings = shipment.findings.length && h("span", { class: "risk" }, `${words.alerts.marks.risk} ${w.findings} ${shipment.findings.join(", ").replaceAll("_", " ")}`);
    fill(this.#lane, ...spaced([h("strong", {}, lane), shipment.contents && h("span", { class: "muted" }, shipment.contents), findings]));
    fill(this.#next, ...spaced(next ? upcoming(next, store) : [h("span", { class: "muted" }, w.noNext)]));
  }

  /** Sharing is for those who take part; a form that is open stays. */
  #share(shipment, store) {
    const { session } = store;
    if (this.#hasShare || !session) {
      return;
    }
    this.#hasShare = true;
    "clipboard" in navigator && fill(this.#copy, copyButton(shipment.shipment_id));
    const takesPart = session.operator || Object.values(shipment.parties).includes(session.party.code);
    takesPart && fill(this.#acts, shareButton(shipment.shipment_id));
  }
}

/** The button alone: the id stands beside it as the title. */
function copyButton(id) {
  const all = copyable(id);
  return all.querySelector("button");
}

const spaced = (parts) => parts.filter(Boolean).flatMap((part) => [part, " "]);

/**
 * The milestone that comes after all that happened.
 * @param {import("../types/types.js").Shipment} shipment
 * @returns {{what: "arrival"|"departure", place: string, triple: import("../types/types.js").Triple}|null}
 */
function nextOf({ stops }) {
  const all = stops.flatMap(({ place, arrival, departure }) => [
    { what: /** @type {"arrival"} */ ("arrival"), place, triple: arrival },
    { what: /** @type {"departure"} */ ("departure"), place, triple: departure },
  ]);
  const last = all.findLastIndex(({ triple }) => triple?.actual);
  const found = all.slice(last + 1).find(({ place, triple }) => place && (triple?.planned || triple?.estimated));
  return /** @type {any} */ (found ?? null);
}

const overdue = (next) => (next?.triple.planned ? Math.floor((clock.now() - Date.parse(next.triple.planned.close)) / 60_000) : 0);

function upcoming({ what, place, triple }, store) {
  const zone = store.zoneOf(place);
  const late = overdue({ triple });
  return [
    h("span", { class: "muted" }, w.nextUp),
    h("strong", {}, w.milestones[what](store.placeName(place))),
    triple.planned && h("span", {}, w.plannedFor(windowOf(triple.planned, zone))),
    triple.estimated && h("span", {}, `· ${w.expected} `, h("strong", {}, timeOf(triple.estimated, zone)), ", ", relativeTime(triple.estimated, "ago", zone)),
    late > 0 && h("span", { class: "late" }, `· ${w.overdue(span(late * 60))}`),
  ];
}
