/** The control tower: the flow of tiers on top, the map and the alerts below; a tier's list in the map's place. */

import { Flow } from "./flow.js";
import { h } from "../kit/dom.js";
import { TierList } from "./tier_list.js";
import { TIERS, tierName } from "./tiers.js";
import { words } from "../words/words.js";

const OF_TIER = "tier/"; // #tower/tier/tier2

export class Tower {
  /**
   * @param {import("../store.js").Store} store
   * @param {{element: HTMLElement}} map
   * @param {import("../alerts/alerts.js").Alerts} alerts
   */
  constructor(store, map, alerts) {
    this.map = map;
    this.alerts = alerts;
    this.flow = new Flow(store);
    this.list = new TierList(store);
    this.element = h("div", { class: "tower" }, this.flow.element, this.list.element, map.element, alerts.element);
  }

  /** What the window is called. */
  get title() {
    return this.list.isOpen ? `${words.views.tower}: ${tierName(this.flow.tier)}` : "";
  }

  /** Go through the list that is open, or through the alerts. @param {number} step */
  step(step) {
    (this.list.isOpen ? this.list : this.alerts).step(step);
  }

  answer() {
    this.alerts.answer();
  }

  talk() {
    this.alerts.talk();
  }

  /** @param {boolean} isShown  @param {string} what  of it: `tier/NAME` */
  setShown(isShown, what = "") {
    if (!isShown) {
      return;
    }
    const tier = what.startsWith(OF_TIER) ? what.slice(OF_TIER.length) : "";
    const known = TIERS.some((each) => each === tier) ? tier : "";
    this.flow.select(known);
    this.list.show(known);
    this.element.classList.toggle("lists", Boolean(known));
    this.map.element.inert = Boolean(known); // it lies beneath the list
  }
}
