/** The flow of tiers: a column for each, how many are in it now, and who, newest first. */

import { fill, h, markChanged, says, setText } from "../kit/dom.js";
import { LiveList } from "../kit/live_list.js";
import { shortName } from "./names.js";
import { shape, tierName, TIERS } from "./tiers.js";
import { relativeTime, setRelative, setZone } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.flow;
const SEEN_AT_ONCE = 3; // rows of a column; the others are scrolled to, or listed below

export class Flow {
  #store;
  #columns = new Map();
  tier = ""; // whose assets are listed; empty: none's

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.element = h("section", { class: "flow", "aria-label": w.title });
    store.on(["board", "places", "alerts", "shipments"], () => this.#show());
    this.#show();
  }

  /** Say which tier is listed. @param {string} tier  empty: none */
  select(tier) {
    this.tier = tier;
    this.#columns.forEach((column) => column.select(column.tier === tier));
  }

  #show() {
    const { loaded, places } = this.#store;
    if (loaded.has("places") && places.size === 0) {
      this.#columns.clear();
      fill(this.element, says(...w.noPlaces));
      return;
    }
    const tiers = TIERS.filter((tier) => this.#isUsed(tier));
    if ([...this.#columns.keys()].join() !== tiers.join()) {
      this.#columns = new Map(tiers.map((tier) => [tier, new Column(tier, this.#store)]));
      fill(this.element, ...[...this.#columns.values()].map((column) => column.element));
    }
    const context = { late: this.#store.lateAssets(), silent: this.#store.silentAssets() };
    for (const [tier, column] of this.#columns) {
      column.show(this.#store.board.get(tier), context);
      column.select(tier === this.tier);
    }
  }

  /** A tier with no place and nothing in it would only take room: tier 3 in most networks. */
  #isUsed(tier) {
    const { places, board, loaded } = this.#store;
    const known = !loaded.has("places") || [...places.values()].some((place) => place.tier === tier);
    return known || tier === "transit" || (board.get(tier)?.count ?? 0) > 0;
  }
}

class Column {
  #store;
  #count = h("a", { class: "count" }, words.time.none);
  #all = h("a", {});
  #more = h("p", { class: "all small", hidden: true }, this.#all);
  #rows = h("ul", { class: "rows" });
  #list;

  constructor(tier, store) {
    this.#store = store;
    this.tier = tier;
    this.context = { late: new Set(), silent: new Set() };
    this.element = h(
      "div",
      { class: "column", dataset: { tier } },
      h("h2", {}, shape(tier), tierName(tier)),
      this.#count,
      this.#rows,
      this.#more,
    );
    this.#count.title = w.list;
    this.#list = new LiveList(this.#rows, {
      key: (row) => row.asset,
      create: (row) => this.#row(row),
      empty: () => h("li", { class: "muted small nothing" }, w.nothing),
    });
  }

  show(column, context) {
    this.context = context;
    if (!column) {
      return;
    }
    const known = this.#count.textContent !== words.time.none;
    if (setText(this.#count, column.count) && known) {
      markChanged(this.#count);
    }
    this.#count.setAttribute("aria-label", w.count(tierName(this.tier), column.count));
    this.#list.set(column.assets);
    this.#more.hidden = column.count <= SEEN_AT_ONCE;
    setText(this.#all, w.all(column.count));
  }

  /** @param {boolean} isListed  its assets are listed below */
  select(isListed) {
    this.element.classList.toggle("listed", isListed);
    isListed ? this.#count.setAttribute("aria-current", "true") : this.#count.removeAttribute("aria-current");
    this.#count.setAttribute("href", isListed ? "#tower" : `#tower/tier/${this.tier}`);
    this.#all.setAttribute("href", `#tower/tier/${this.tier}`);
  }

  #row(row) {
    const mark = h("span", { class: "mark" });
    const id = h("span", { class: "mono" });
    const where = h("span", { class: "where" });
    const since = relativeTime(row.since, "lasted");
    const link = h(
      "a",
      { href: `#asset/${encodeURIComponent(row.asset)}`, title: row.asset },
      h("span", { class: "line" }, id, mark),
      h("span", { class: "line small muted" }, where, since),
    );
    const update = (fresh) => {
      setText(id, shortName(fresh.asset, fresh.label));
      setText(where, this.#where(fresh));
      setZone(since, this.#store.zoneOf(fresh.place));
      setRelative(since, fresh.since);
      this.#mark(mark, fresh);
    };
    return { element: h("li", {}, link), update };
  }

  #where(row) {
    if (row.parent) {
      return w.in(shortName(row.parent, this.#store.label(row.parent)));
    }
    return row.place ? this.#store.placeName(row.place) : words.asset.kinds[row.kind] || "";
  }

  #mark(mark, row) {
    const { marks, markNames } = words.alerts;
    const kind = row.late || this.context.late.has(row.asset) ? "late" : this.context.silent.has(row.asset) ? "unknown" : "";
    mark.className = `mark ${kind}`;
    setText(mark, marks[kind] || "");
    mark.title = markNames[kind] || "";
  }
}
