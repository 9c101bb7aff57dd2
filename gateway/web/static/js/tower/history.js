/** An asset's history: the time line, and all of it as a table; older pages on demand, newer events by themselves. */

import { ApiError } from "../api.js";
import { clock, relativeTime } from "../kit/time.js";
import { choice, choose } from "../kit/choice.js";
import { getHistory } from "./assets_api.js";
import { fill, h, says } from "../kit/dom.js";
import { foldHistory } from "./history_fold.js";
import { HistoryLine } from "./history_line.js";
import { assetLink } from "./names.js";
import { shape } from "./tiers.js";
import { words } from "../words/words.js";

const w = words.history;
const HOUR = 3_600_000;
const AGAIN_MS = 2000;

/** @typedef {import("../types/types_assets.js").Moved} Moved */

export class AssetHistory {
  #store;
  #asset;
  /** @type {Map<number, Moved>} */
  #own = new Map();
  /** @type {Map<number, Moved>} */
  #carried = new Map();
  #alerts = new Map();
  #before = "";
  #where;
  #read = false;
  #readAt = 0;
  #line = new HistoryLine();
  #rows = h("tbody");
  #error = h("div", { role: "alert" });
  #body = h("div", { class: "history-body" }, h("p", { class: "muted" }, w.reading));
  #older = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#load(this.#before) } }, w.older);
  #wide = h("button", { class: "button", type: "button", on: { click: () => this.#widen(!this.#isWide) } }, w.wide);

  /** @param {import("../store.js").Store} store  @param {string} asset  @param {any} where  see WhereShape; null: not known */
  constructor(store, asset, where) {
    this.#store = store;
    this.#asset = asset;
    this.#where = where;
    this.element = h("section", { class: "part history" }, h("header", {}, h("h2", {}, words.asset.history), this.#wide), this.#error, this.#body);
    this.#load("").then(() => this.#widen(choice("wide") === "yes"));
  }

  /** Look whether something has happened, at most every other second. */
  refresh() {
    if (this.element.isConnected && performance.now() - this.#readAt > AGAIN_MS) {
      this.#load("");
    }
  }

  get #isWide() {
    return this.element.closest(".panel")?.classList.contains("wide") ?? false;
  }

  #widen(isWide) {
    choose("wide", isWide ? "yes" : "");
    this.element.closest(".panel")?.classList.toggle("wide", isWide);
    this.#wide.setAttribute("aria-pressed", String(isWide));
  }

  /** @param {string} before  a page's cursor; empty: the newest page */
  async #load(before) {
    this.#readAt = performance.now();
    this.#older.disabled = Boolean(before);
    try {
      this.#take(await getHistory(this.#asset, before), before);
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const again = h("button", { class: "button", type: "button", on: { click: () => this.#load(before) } }, words.errors.retry);
      fill(this.#error, says(words.errors.load(words.asset.history, error.message), "", again));
    }
    this.#older.disabled = false;
  }

  /** @param {import("../types/types_assets.js").History} page  @param {string} before */
  #take(page, before) {
    const known = this.#own.size + this.#carried.size + this.#alerts.size;
    page.items.forEach((event) => this.#own.set(event.seq, event));
    page.carried.forEach((event) => this.#carried.set(event.seq, event));
    page.alerts.forEach((alert) => this.#alerts.set(alert.alert_id, alert));
    if (before || !this.#read) {
      this.#before = page.next_before ?? "";
    }
    const grown = this.#own.size + this.#carried.size + this.#alerts.size > known;
    if (!this.#read || grown) {
      this.#read = true;
      this.#show();
    }
  }

  #show() {
    const own = [...this.#own.values()].sort(byTime);
    const carried = [...this.#carried.values()].filter(({ seq }) => !this.#own.has(seq)).sort(byTime);
    const alerts = [...this.#alerts.values()];
    if (!own.length && !alerts.length) {
      fill(this.#body, h("p", { class: "muted" }, words.asset.noHistory));
      return;
    }
    const now = clock.now();
    const site = (place) => this.#store.outermost(place);
    const where = this.#whereNow();
    const { stretches, rides } = foldHistory(own, carried, { now, site, where });
    const from = Math.min(now - HOUR, ...stretches.map((one) => one.from), ...alerts.map((alert) => Date.parse(alert.raised)));
    const zone = this.#store.zoneOf(where?.place ?? "");
    this.#line.show({ store: this.#store, stretches, rides, events: own, alerts, now, from, zone });
    fill(this.#rows, ...[...own, ...carried].sort(byTime).reverse().map((event) => this.#row(event)));
    this.#older.hidden = !this.#before;
    if (!this.#line.element.isConnected) {
      fill(this.#body, this.#line.element, this.#table(), this.#older);
    }
  }

  /** What the panel was opened with may be older than what was read since. */
  #whereNow() {
    const row = this.#store.whereabouts(this.#asset);
    if (row && (!this.#where || row.at > this.#where.since)) {
      return { place: row.place, parent: row.parent, via: [row.parent] };
    }
    return this.#where && { place: this.#where.place, parent: this.#where.parent, via: this.#where.via || [] };
  }

  #table() {
    const heads = Object.values(w.columns).map((text) => h("th", { scope: "col" }, text));
    return h("table", { class: "history-table" }, h("caption", { class: "unseen" }, w.table), h("thead", {}, h("tr", {}, ...heads)), this.#rows);
  }

  #row(event) {
    const isOwn = event.asset === this.#asset || this.#own.has(event.seq);
    const zone = this.#store.zoneOf(event.place);
    const parent = event.parent && assetLink(event.parent, this.#store.label(event.parent));
    const carrier = !isOwn && assetLink(event.asset, event.label);
    return h(
      "tr",
      { class: isOwn ? "" : "of-carrier" },
      h("td", {}, relativeTime(event.at, "short", zone), event.late && h("span", { class: "small muted" }, ` ${words.asset.lateData}`)),
      h("td", {}, shape(event.tier, { label: true }), " ", words.asset.events[event.kind] || event.kind),
      h("td", {}, this.#store.placeName(event.place), event.read_point && h("span", { class: "small muted" }, event.read_point)),
      h("td", {}, carrier || parent || ""),
    );
  }
}

const byTime = (a, b) => a.at.localeCompare(b.at) || a.seq - b.seq;
