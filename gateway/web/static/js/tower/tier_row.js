/** A row of a tier's list: the asset and how it does, where it is, since when, on which shipment. */

import { fill, h, setText } from "../kit/dom.js";
import { assetLink, shipmentLink, shortName } from "./names.js";
import { relativeTime, span } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.tierList;

export class TierRow {
  #store;
  #mark = h("span", { class: "mark" });
  #kind = h("span", { class: "small muted" });
  #where = h("td", { class: "of-where" });
  #since = h("td", { class: "of-since" });
  #plan = h("td", { class: "of-plan" });
  #drawn = "";

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
    this.link = h("a", { class: "mono" });
    this.element = h("tr", {}, h("td", { class: "of-asset" }, h("span", { class: "line" }, this.link, this.#mark), this.#kind), this.#where, this.#since, this.#plan);
  }

  /** @param {import("../types/types_assets.js").Listed} item */
  update(item) {
    this.#showMark(item);
    const { since, ...rest } = item;
    const drawn = JSON.stringify([rest, since, this.#store.places.size]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#show(item);
    }
  }

  #show(item) {
    this.link.href = `#asset/${encodeURIComponent(item.asset)}`;
    this.link.title = item.asset;
    setText(this.link, shortName(item.asset, item.label));
    setText(this.#kind, words.asset.kinds[item.kind] || item.kind);
    fill(this.#where, h("span", {}, item.place ? this.#store.placeName(item.place) : words.asset.between), item.parent && h("span", { class: "small muted line" }, w.in, " ", assetLink(item.parent, this.#store.label(item.parent))));
    const zone = this.#store.zoneOf(item.place);
    fill(this.#since, relativeTime(item.since, "lasted", zone), h("span", { class: "small muted" }, relativeTime(item.since, "short", zone)));
    fill(this.#plan, item.shipment ? shipmentLink(item.shipment) : h("span", { class: "muted" }, words.time.none), item.late && h("strong", { class: "small late" }, words.time.late(span(item.late_s))));
  }

  /** Colour never alone: a sign, and its name for who does not see it. */
  #showMark(item) {
    const { marks, markNames } = words.alerts;
    const risk = this.#store.riskAssets().has(item.asset);
    const kind = item.late || this.#store.lateAssets().has(item.asset) ? "late" : risk ? "risk" : "";
    this.#mark.className = `mark ${kind}`;
    setText(this.#mark, marks[kind] || "");
    this.#mark.title = markNames[kind] || "";
    this.element.classList.toggle("is-late", item.late);
  }
}
