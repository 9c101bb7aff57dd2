/** All assets of one tier: behind a count of the flow. Filter, order, page after page, as a file; live without jumps. */

import { ApiError } from "../api.js";
import { getWhereabouts, whereaboutsCsv } from "./assets_api.js";
import { fill, h, says, setText } from "../kit/dom.js";
import { LiveList } from "../kit/live_list.js";
import { TierFilters } from "./tier_filters.js";
import { TierRow } from "./tier_row.js";
import { shape, tierName } from "./tiers.js";
import { words } from "../words/words.js";

const w = words.tierList;
const PAGE = 100;
const MOST_READ = 1000; // in one answer
const AGAIN_MS = 2000; // the least pause between two looks at what changed
const TYPED_MS = 250;

export class TierList {
  #store;
  #tier = "";
  #asked = 0; // answers of earlier questions are not shown
  #timer = 0;
  /** @type {import("../types/types_assets.js").Listed[]} */
  #items = [];
  #after = /** @type {string|null} */ (null);
  #title = h("h2", { id: "tier-list-title", tabindex: "-1" });
  #count = h("span", { class: "muted", role: "status" });
  #save = h("a", { class: "button", download: "" }, w.save);
  #bar = h("div", { class: "tier-list-bar" });
  #rows = h("tbody");
  #error = h("div", { role: "alert" });
  #table = h("table", {}, head(), this.#rows);
  #more = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#next() } }, w.more);
  #filters = new TierFilters((typed) => this.#wait(typed ? TYPED_MS : 0, true));
  #list;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    const close = h("a", { class: "button", href: "#tower", "aria-label": w.close, title: w.close }, "✕");
    this.element = h(
      "section",
      { class: "tier-list", "aria-labelledby": "tier-list-title", hidden: true },
      h("header", { class: "section-head" }, this.#title, this.#count, this.#bar, this.#save, close),
      this.#filters.element,
      h("div", { class: "scroll", tabindex: "-1" }, this.#error, this.#table, this.#more),
    );
    this.#list = new LiveList(this.#rows, {
      key: (item) => item.asset,
      create: () => new TierRow(store),
      empty: () => h("tr", {}, h("td", { colspan: 4 }, ...this.#none())),
      bar: this.#bar,
      holds: true,
    });
    store.on(["board", "shipments"], () => this.isOpen && this.#wait(AGAIN_MS, false));
    store.on(["places"], () => this.#filters.rename((code) => store.placeName(code)));
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Show a tier; an empty name closes the list. @param {string} tier */
  show(tier) {
    const fresh = tier !== this.#tier;
    this.#tier = tier;
    this.element.hidden = !tier;
    if (tier && fresh) {
      fill(this.#title, shape(tier), tierName(tier));
      this.#filters.reset();
      this.#list.clear();
      this.#read(true).then(() => this.#title.focus({ preventScroll: true }));
    }
  }

  /** Focus the next (+1) or previous (-1) asset. @param {number} step */
  step(step) {
    const links = this.#list.views.map((row) => row.link);
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  /** Read soon. @param {number} ms  @param {boolean} anew  what is asked for is another: in its own order */
  #wait(ms, anew) {
    if (anew || !this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#read(anew), ms);
    }
  }

  get #question() {
    return { tier: this.#tier, ...this.#filters.value };
  }

  /** Read from the beginning, or look again at what is shown. @param {boolean} anew */
  async #read(anew) {
    this.#timer = 0;
    const follows = this.#items.length + PAGE <= MOST_READ; // of a longer list only the count is followed
    const limit = anew ? PAGE : follows ? this.#items.length + PAGE : 1;
    await this.#answered(() => getWhereabouts(this.#question, "", limit), (page) => {
      if (anew) {
        this.#items = page.items;
        this.#after = page.next_after;
      } else if (follows) {
        this.#items = this.#after === null ? page.items : upToLast(page.items, new Set(this.#items.map(({ asset }) => asset)));
      }
      this.#show(page, anew);
    });
  }

  /** The next page, behind what is shown. */
  async #next() {
    this.#more.disabled = true;
    await this.#answered(() => getWhereabouts(this.#question, this.#after ?? ""), (page) => {
      this.#items = [...this.#items, ...page.items];
      this.#after = page.next_after;
      this.#show(page, false);
      this.#list.append(page.items);
    });
    this.#more.disabled = false;
  }

  /** @param {() => Promise<any>} ask  @param {(page: any) => void} take */
  async #answered(ask, take) {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const page = await ask();
      if (asked === this.#asked && this.isOpen) {
        fill(this.#error);
        take(page);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const again = h("button", { class: "button", type: "button", on: { click: () => this.#read(true) } }, words.errors.retry);
      fill(this.#error, says(words.errors.load(tierName(this.#tier), error.message), "", again));
    }
  }

  /** @param {import("../types/types_assets.js").Whereabouts} page  @param {boolean} anew */
  #show(page, anew) {
    this.#filters.offer(page);
    this.#save.setAttribute("href", whereaboutsCsv(this.#question));
    anew && this.#list.clear();
    this.#list.set(this.#items);
    setText(this.#count, w.count(page.count, this.#items.length), { mark: true });
    this.#more.hidden = this.#after === null;
  }

  #none() {
    return [this.#filters.isSet ? says(...w.noMatch) : says(...w.none)];
  }
}

/** What stands before the last of those that are shown: what is behind comes with the next page. */
function upToLast(items, shown) {
  const last = items.findLastIndex(({ asset }) => shown.has(asset));
  return items.slice(0, last + 1);
}

const head = () => h("thead", {}, h("tr", {}, ...Object.entries(w.columns).map(([name, text]) => h("th", { scope: "col", class: `of-${name}` }, text))));
