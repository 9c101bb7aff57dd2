/**
 * The alert card: what is late, by how much, since when; where it is; whom it hits; and that every party was
 * told, each when and how far apart, what they answered, and what they say of it.
 */

import { AckForm } from "./ack_form.js";
import { alertText, zoneOf } from "./alert_text.js";
import { fill, h, setText } from "../kit/dom.js";
import { hoursLeft, impactOf } from "./impact.js";
import { lateSeconds, markOf, missed } from "../shipments/lateness.js";
import { assetLink, shipmentLink } from "../tower/names.js";
import { Shelf } from "./shelf.js";
import { Talk } from "./talk.js";
import { shape, tierName } from "../tower/tiers.js";
import { relativeTime, span, timeOf, windowOf } from "../kit/time.js";
import { told } from "./told.js";
import { words } from "../words/words.js";

const w = words.alerts;

export class AlertCard {
  #store;
  #mark = h("span", { class: "mark", role: "img" });
  #what = h("strong", { class: "what" });
  #since = h("p", { class: "since small muted" });
  #subject = h("p", { class: "subject" });
  #text = h("p", { class: "text" });
  #facts = h("dl", { class: "facts" });
  #told = h("div", { class: "told" });
  #shelf;
  #drawn = new Map();

  /** @param {import("../store.js").Store} store  @param {import("../types/types.js").Alert} alert */
  constructor(store, alert) {
    this.#store = store;
    this.alert = alert;
    this.form = new AckForm(alert.alert_id);
    this.talk = new Talk(store, alert.alert_id);
    this.#shelf = new Shelf(alert.alert_id);
    const acts = h("div", { class: "acts" }, this.talk.button, this.#shelf.button);
    this.element = h(
      "article",
      { class: "alert", tabindex: "0", dataset: { alert: alert.alert_id } },
      h("header", {}, this.#mark, this.#what, this.#since),
      this.#subject,
      this.#text,
      this.#facts,
      this.#told,
      h("footer", {}, this.form.element, acts, this.#shelf.element, this.talk.element),
    );
  }

  update(alert) {
    this.alert = alert;
    this.tick();
    const shipment = this.#store.shipments.get(alert.shipment);
    const where = this.#store.whereabouts(alert.asset);
    this.#drawMark(alert);
    const zone = zoneOf(alert, this.#store, shipment);
    this.#draw(this.#since, [alert.raised, zone], () => [w.since, " ", timeOf(alert.raised, zone), ", ", relativeTime(alert.raised, "ago", zone)]);
    this.#draw(this.#subject, [alert, shipment?.stops], () => this.#subjectOf(alert, shipment));
    const text = alertText(alert, this.#store, shipment);
    this.#draw(this.#text, [alert, text, zone], () => [alert.state === "open" ? text : this.#ended(alert, text, zone)]);
    this.#draw(this.#facts, [alert, shipment, where, hoursLeft(alert.impact)], () => this.#factsOf(alert, shipment, where));
    this.#draw(this.#told, [alert, zone], () => told(alert, zone));
    const party = this.#store.session?.party.code || "";
    this.form.show(alert, shipment, party);
    this.talk.show(alert, party, zone);
    this.#shelf.show(alert, party);
  }

  /** Say how late it is by now. */
  tick() {
    const late = lateSeconds(this.alert, this.#store.shipments.get(this.alert.shipment));
    setText(this.#what, late > 0 ? words.time.late(span(late)) : reasonOf(this.alert));
  }

  /** Fill a part where what it shows changed: a link replaced under a finger would lose the click. */
  #draw(element, shown, build) {
    const drawn = JSON.stringify([shown, this.#store.places.size]);
    if (this.#drawn.get(element) !== drawn) {
      this.#drawn.set(element, drawn);
      fill(element, ...build());
    }
  }

  #drawMark(alert) {
    const mark = markOf(alert);
    this.element.dataset.mark = mark;
    this.element.dataset.state = alert.state;
    setText(this.#mark, w.marks[mark]);
    this.#mark.setAttribute("aria-label", w.markNames[mark]);
  }

  #subjectOf(alert, shipment) {
    const lane = shipment ? shipment.stops.map((stop) => this.#store.placeName(stop.place)).join(" → ") : "";
    const subject = alert.shipment
      ? shipmentLink(alert.shipment)
      : alert.asset
        ? assetLink(alert.asset, this.#store.label(alert.asset))
        : h("span", { class: "mono" }, alert.subject);
    const found = missed(alert, shipment);
    const plan = found && `${reasonOf(alert)}, ${w.planned} ${windowOf(found.triple.planned, this.#store.zoneOf(shipment.stops[found.stop].place))}`;
    return [subject, " ", lane && h("span", { class: "lane-name" }, lane), plan && h("span", { class: "plan small muted" }, plan)];
  }

  #ended(alert, text, zone) {
    const time = alert.ended ? [" ", timeOf(alert.ended, zone)] : [];
    return h("span", {}, h("strong", {}, w.states[alert.state], ...time), text ? `: ${text}` : "");
  }

  #factsOf(alert, shipment, where) {
    const impact = impactOf(alert.impact, this.#store, shipment?.contents ?? "");
    return [...this.#where(alert, where), ...(impact.length ? impact : this.#hits(alert, shipment))];
  }

  #where(alert, where) {
    const tier = where ? where.tier : alert.tier;
    const place = where ? where.place : alert.place;
    if (!tier && !place && !alert.asset) {
      return [];
    }
    const parts = [
      alert.asset && assetLink(alert.asset, this.#store.label(alert.asset)),
      tier && shape(tier),
      [tier ? tierName(tier) : "", place ? this.#store.placeName(place) : ""].filter(Boolean).join(", "),
      where && h("span", { class: "small muted" }, w.lastSeen, " ", relativeTime(where.at, "ago", this.#store.zoneOf(where.place))),
    ];
    return [h("dt", {}, w.where), h("dd", {}, ...parts.filter(Boolean).flatMap((part) => [part, " "]))];
  }

  #hits(alert, shipment) {
    if (!shipment) {
      return [];
    }
    const found = missed(alert, shipment);
    const plants = shipment.stops.slice(Math.max(found?.stop ?? 0, 1)).map((stop) => this.#store.placeName(stop.place));
    const whom = [...plants.map((plant) => h("span", { class: "hit" }, plant)), shipment.contents].filter(Boolean);
    return [h("dt", {}, w.hits), h("dd", {}, ...whom.flatMap((each, index) => (index ? [" · ", each] : [each])))];
  }
}

const reasonOf = (alert) => w.reasons[alert.reason] || alert.reason.replaceAll("_", " ");
