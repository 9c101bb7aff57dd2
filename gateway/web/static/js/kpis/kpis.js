/** KPIs: a card for each figure with its definition beneath, then lane by lane, and dwell by place and tier. */

import { ApiError, request } from "../api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { clock } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.kpis;
const EVERY_MS = 15_000;
const DAY_MS = 86_400_000;
const WINDOWS = [1, 7, 30, 90, 365]; // days
const CARDS = ["otif", "lead_time_p50", "lead_time_p80", "lead_time_p95", "lead_time_variation", "dwell_p50", "gate_wait_p50", "detention", "detention_cost", "read_rate", "data_quality", "co2e", "co2e_intensity"];
const OF_LANE = ["otif", "lead_time_p50", "lead_time_p95", "dwell_p50", "detention", "read_rate", "co2e"];
const OF_PLACE = ["dwell_p50", "dwell_p80", "dwell_p95"];

export class KpisView {
  #isShown = false;
  #timer = 0;
  #asked = 0;
  #days = choice(w.window, WINDOWS.map((days) => [String(days), w.days(days)]), () => this.load());
  #definition = choice(w.definition, Object.entries(w.definitions), () => this.#choose());
  #isChosen = false; // until someone chooses, the configuration's definition stands
  #save = h("a", { class: "button", download: "kpis.csv" }, w.export);
  #count = h("span", { class: "muted" });
  #error = h("div", { role: "alert" });
  #cards = h("ul", { class: "figures" });
  #lanes = h("div", { class: "lanes" });
  #none = says(...w.none);
  #store;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.#days.select.value = "30";
    this.element = h(
      "section",
      { class: "kpis", "aria-label": w.title, hidden: true },
      h("header", { class: "section-head" }, h("h1", {}, w.title), this.#count, this.#days.element, this.#definition.element, this.#save),
      h("div", { class: "scroll", tabindex: "0" }, this.#error, this.#none, this.#cards, this.#lanes),
    );
    this.#none.hidden = true;
  }

  /** It is read anew while someone looks at it. @param {boolean} isShown */
  setShown(isShown) {
    if (isShown === this.#isShown) {
      return;
    }
    this.#isShown = isShown;
    clearInterval(this.#timer);
    if (isShown) {
      this.#timer = setInterval(() => this.load(), EVERY_MS);
      this.load();
    }
  }

  #choose() {
    this.#isChosen = true;
    this.load();
  }

  async load() {
    const asked = ++this.#asked; // an answer that was overtaken is not shown
    const until = clock.now();
    const query = new URLSearchParams({ from: iso(until - Number(this.#days.select.value) * DAY_MS), until: iso(until) });
    this.#isChosen && query.set("definition", this.#definition.select.value);
    this.#save.href = `/api/v1/kpis.csv?bom=true&${query}`;
    try {
      const found = await request("GET", `/kpis?${query}`);
      asked === this.#asked && this.#show(found);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const retry = h("button", { class: "button", type: "button", on: { click: () => this.load() } }, words.errors.retry);
      asked === this.#asked && fill(this.#error, says(words.errors.load(w.title, error.message), "", retry));
    }
  }

  /** @param {{definition: string, terms: object, shipments: number, lanes: string[], items: object[]}} found */
  #show(found) {
    this.#definition.select.value = found.definition;
    setText(this.#count, w.due(found.shipments), { mark: true });
    const of = (key, name) => new Map(found.items.filter((one) => one[key] === name && name).map((one) => [short(one), one]));
    const whole = new Map(found.items.filter((one) => !one.lane && !one.place && !one.tier).map((one) => [short(one), one]));
    this.#none.hidden = found.shipments > 0;
    fill(this.#error);
    fill(this.#cards, ...CARDS.filter((name) => whole.has(name)).map((name) => card(whole.get(name), found.terms)));
    const lanes = found.lanes.map((lane) => [lane.split(">").map((place) => this.#store.placeName(place)).join(" → "), of("lane", lane)]);
    const dwelt = ["place", "tier"].flatMap((key) => [...new Set(found.items.map((one) => one[key]).filter(Boolean))].map((name) => [this.#named(key, name), of(key, name)]));
    fill(this.#lanes, lanes.length > 0 && table(w.lanes, w.lane, OF_LANE, lanes), dwelt.length > 0 && table(w.places, w.place, OF_PLACE, dwelt));
  }

  #named(key, code) {
    return key === "tier" ? words.tiers[code] : this.#store.placeName(code);
  }
}

/**
 * @param {{value: number|null, unit: string, good: number|null, counted: number|null, definition: string}} one
 * @param {{unloading_h: number, free_h: number, rate_per_h: number, currency: string}} terms  that definitions rest on
 */
function card(one, terms) {
  const rests = one.good !== null ? w.of(one.good, one.counted) : w.rests(one.counted);
  return h(
    "li",
    { class: "figure", "data-kpi": one.kpi },
    h("h2", { class: "small muted" }, w.names[short(one)]),
    h("strong", {}, value(one)),
    h("span", { class: "small muted" }, rests),
    h("p", { class: "small muted" }, w.meaning(one, terms)),
  );
}

/** @param {string} title  @param {string} first  @param {string[]} names  @param {[string, Map<string, object>][]} rows */
function table(title, first, names, rows) {
  const columns = [first, ...names.map((name) => w.names[name])];
  return h(
    "table",
    {},
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, ...columns.map((text) => h("th", { scope: "col" }, text)))),
    h(
      "tbody",
      {},
      ...rows.map(([name, found]) =>
        h("tr", {}, h("th", { scope: "row" }, name), ...names.map((kpi) => h("td", { dataset: { label: w.names[kpi] } }, value(found.get(kpi))))),
      ),
    ),
  );
}

/** A selection with its label. @param {string} label  @param {[string, string][]} options  @param {() => void} change */
function choice(label, options, change) {
  const select = h("select", { on: { change } }, ...options.map(([name, text]) => h("option", { value: name }, text)));
  return { select, element: h("label", { class: "small" }, `${label} `, select) };
}

const short = (one) => (one.kpi.startsWith("otif_") ? "otif" : one.kpi);
const value = (one) => (!one || one.value === null ? w.noValue : `${one.value.toLocaleString(words.locale, { maximumFractionDigits: 1 })} ${one.unit}`);
const iso = (ms) => new Date(ms).toISOString();
