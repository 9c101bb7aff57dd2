/** The inbox of alerts: what waits for an answer, what we or others answered, what is shelved, what ended. */

import { AlertCard } from "./alert_card.js";
import { ApiError, getAlertsBefore } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { Bulk } from "./inbox_bulk.js";
import { Filters } from "./inbox_filters.js";
import { GROUPS, groupOf, passes } from "./inbox_groups.js";
import { markOf } from "../shipments/lateness.js";
import { LiveList } from "../kit/live_list.js";
import { why } from "./why.js";
import { words } from "../words/words.js";

const w = words.inbox;
const LOUDNESS = ["late", "risk", "unknown", "fine"];
const MOST_SHOWN = 200;
const TICK_MS = 1000;

export class Inbox {
  #store;
  /** @type {typeof GROUPS[number]} */
  #group = "standing";
  #isShown = false;
  #timer = 0;
  #selected = new Set();
  /** Ended ones that the store does not hold. @type {Map<string, import("../types/types.js").Alert>} */
  #older = new Map();
  #cursor = "";
  #tabs = new Map(GROUPS.map((group) => [group, tab(group, () => this.#choose(group))]));
  #all = h("input", { type: "checkbox", on: { change: () => this.#selectAll() } });
  #allLabel = h("label", { class: "check", hidden: true }, this.#all, w.selectAll);
  #cards = h("div", { class: "inbox-cards" });
  #more = h("button", { class: "button", type: "button", on: { click: () => this.#load() } }, w.older);
  #error = h("p", { class: "small late", role: "alert" });
  #bulk = new Bulk(this.#selected, () => this.#show());
  #filters;
  /** @type {LiveList<import("../types/types.js").Alert, Item>} */
  #list;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.#filters = new Filters({
      changed: () => this.#show(),
      nameOf: (field, value) => nameIn(store, field, value),
    });
    const tabs = h("div", { class: "inbox-tabs", role: "group", "aria-label": w.groupsLabel }, ...[...this.#tabs.values()].map((each) => each.element));
    this.element = h(
      "section",
      { class: "inbox", "aria-label": w.title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, w.title), tabs),
      this.#filters.element,
      h("div", { class: "inbox-acts" }, this.#allLabel, this.#bulk.element),
      h("div", { class: "scroll" }, this.#cards, this.#error, this.#more),
    );
    this.#list = new LiveList(this.#cards, {
      key: (alert) => alert.alert_id,
      create: (alert) => new Item(store, alert, (id, on) => this.#select(id, on)),
      empty: () => this.#empty(),
    });
    store.on(["alerts", "remarks", "shipments", "positions", "places", "session"], () => this.#show());
  }

  /** @param {boolean} isShown */
  setShown(isShown) {
    this.#isShown = isShown;
    clearInterval(this.#timer);
    if (isShown) {
      this.#timer = setInterval(() => this.#list.views.forEach((item) => item.card.tick()), TICK_MS);
      this.#show();
    }
  }

  /** Focus the next (+1) or previous (-1) card. @param {number} step */
  step(step) {
    const cards = this.#list.views.map((item) => item.card.element);
    const current = this.#list.views.findIndex((item) => item.element.contains(document.activeElement));
    const next = cards[Math.max(0, Math.min(cards.length - 1, current + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** Open the answer of the card in focus, or of the first one. */
  answer() {
    this.#current()?.form.open();
  }

  /** Open or close its conversation. */
  talk() {
    this.#current()?.talk.toggle();
  }

  #current() {
    const items = this.#list.views;
    return (items.find(({ element }) => element.contains(document.activeElement)) || items[0])?.card;
  }

  get #party() {
    return this.#store.session?.party.code || "";
  }

  #choose(group) {
    this.#group = group;
    this.#selected.clear();
    this.#show();
  }

  #show() {
    if (!this.#isShown) {
      return;
    }
    const known = [...new Map([...this.#older, ...this.#store.alerts]).values()];
    const found = known.filter((alert) => passes(alert, this.#filters.value, this.#party));
    this.#filters.offer(known);
    const groups = new Map(GROUPS.map((group) => [group, found.filter((alert) => groupOf(alert, this.#party) === group)]));
    for (const [group, { show }] of this.#tabs) {
      show(groups.get(group)?.length ?? 0, group === this.#group);
    }
    const order = this.#group === "ended" ? byEnd : byLoudness;
    const shown = (groups.get(this.#group) ?? []).sort(order).slice(0, MOST_SHOWN + this.#older.size);
    this.#list.set(shown);
    this.#showSelection(shown);
    this.#more.hidden = this.#group !== "ended";
  }

  /** What is no longer shown, or no longer ours to answer, is not selected either. */
  #showSelection(shown) {
    const may = new Set(shown.filter((alert) => mayAnswer(alert, this.#party)).map((alert) => alert.alert_id));
    [...this.#selected].filter((id) => !may.has(id)).forEach((id) => this.#selected.delete(id));
    this.#allLabel.hidden = may.size < 2;
    this.#all.checked = may.size > 0 && this.#selected.size === may.size;
    this.#all.indeterminate = this.#selected.size > 0 && this.#selected.size < may.size;
    this.#list.views.forEach((item) => item.select(may.has(item.card.alert.alert_id), this.#selected.has(item.card.alert.alert_id)));
    this.#bulk.show();
  }

  #select(id, on) {
    on ? this.#selected.add(id) : this.#selected.delete(id);
    this.#show();
  }

  #selectAll() {
    const may = this.#list.views.map((item) => item.card.alert).filter((alert) => mayAnswer(alert, this.#party));
    this.#selected.clear();
    this.#all.checked && may.forEach((alert) => this.#selected.add(alert.alert_id));
    this.#show();
  }

  #empty() {
    if (!this.#store.loaded.has("alerts")) {
      return says(words.head.connecting);
    }
    return this.#filters.isSet ? says(...w.noMatch) : says(...w.none[this.#group]);
  }

  /** The next page of the journal. */
  async #load() {
    try {
      const page = await getAlertsBefore(this.#cursor);
      page.items.filter((alert) => alert.state !== "open").forEach((alert) => this.#older.set(alert.alert_id, alert));
      this.#cursor = page.next_before ?? this.#cursor;
      this.#more.disabled = page.next_before === null;
      setText(this.#more, page.next_before === null ? w.oldest : w.older);
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, words.errors.load(w.title, error.message));
    }
    this.#show();
  }
}

/** What a value of a filter is called. @param {import("../store.js").Store} store  @param {string} field  @param {string} value */
function nameIn(store, field, value) {
  if (field === "place" || field === "lane") {
    return value.split(">").map((place) => store.placeName(place)).join(" → ");
  }
  return field === "severity" ? w.severities[value] ?? value : value;
}

/** A card, a box to select it, and why it was raised. */
class Item {
  #box;
  #check;

  constructor(store, alert, select) {
    this.card = new AlertCard(store, alert);
    const label = w.select(alert.shipment || alert.asset || alert.subject);
    this.#box = h("input", { type: "checkbox", "aria-label": label, on: { change: () => select(alert.alert_id, this.#box.checked) } });
    this.#check = h("label", { class: "pick" }, this.#box);
    this.card.element.append(why(alert.alert_id, store));
    this.element = h("div", { class: "inbox-item" }, this.#check, this.card.element);
  }

  update(alert) {
    this.card.update(alert);
  }

  select(may, on) {
    this.#check.hidden = !may;
    this.#box.checked = on;
  }
}

/** Whether an answer of ours is still wanted: one that was given is changed on its card, not among many. */
const mayAnswer = (alert, party) =>
  alert.state === "open" && alert.parties.includes(party) && !alert.acks.some((ack) => ack.party === party);

function tab(group, choose) {
  const count = h("span", { class: "n" });
  const element = h("button", { class: "tab", type: "button", dataset: { group }, on: { click: choose } }, w.groups[group], " ", count);
  const show = (n, chosen) => {
    setText(count, n, { mark: true });
    element.setAttribute("aria-pressed", String(chosen));
  };
  return { element, show };
}

function byLoudness(a, b) {
  const loudness = LOUDNESS.indexOf(markOf(a)) - LOUDNESS.indexOf(markOf(b));
  return loudness || b.raised.localeCompare(a.raised);
}

const byEnd = (a, b) => (b.ended ?? "").localeCompare(a.ended ?? "");
