/** One party: who it is, what it sees and why, its tokens, its shared links, and what became of each notice to it. */

import { askFirst } from "../kit/ask_first.js";
import { fill, h, setText } from "../kit/dom.js";
import { removePartner } from "./partners_api.js";
import { ReceiverCheck } from "./receiver_check.js";
import { ShareList } from "../shipments/share_list.js";
import { DeliveryLog } from "../subscriptions/subscription_log.js";
import { shape, tierName } from "../tower/tiers.js";
import { TokenList } from "./token_list.js";
import { relativeTime, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.partners;

/** @typedef {{party: import("../types/types_partners.js").TakingPart, tokens: import("../types/types_partners.js").Token[], shares: import("../types/types_partners.js").Share[], subscriptions: import("../types/types_subscriptions.js").Subscription[]}} Shown */

export class PartnerRow {
  #acts;
  #isOwn;
  #tokens;
  #shares;
  #drawn = "";
  #head = h("div", { class: "who" });
  #summary = h("summary");
  #sees = h("section", { class: "block" });
  #told = h("section", { class: "block", "aria-label": w.subscriptions.title });
  #toldDrawn = "";
  /** @type {DeliveryLog[]} */
  #logs = [];
  /** @type {ReceiverCheck[]} */
  #checks = [];

  /**
   * @param {import("../types/types_partners.js").TakingPart} party
   * @param {boolean} isOwn  it is shown to itself alone, open
   * @param {{done: (text: string) => void}} acts
   */
  constructor(party, isOwn, acts) {
    this.#acts = acts;
    this.#isOwn = isOwn;
    this.#tokens = new TokenList(party, acts);
    this.#shares = new ShareList(acts);
    const blocks = h("div", { class: "blocks" }, this.#sees, this.#tokens.element, this.#told, this.#shares.element);
    const inner = isOwn ? blocks : h("details", {}, this.#summary, blocks);
    this.element = h("article", { class: "partner", "aria-label": party.name }, this.#head, inner);
  }

  /** @param {Shown} shown */
  show({ party, tokens, shares, subscriptions }) {
    const key = JSON.stringify(party);
    if (key !== this.#drawn && !this.#head.querySelector(".ask span")) {
      this.#drawn = key;
      fill(this.#head, ...this.#who(party));
      fill(this.#sees, h("h3", {}, this.#isOwn ? w.sees.own : w.sees.title), h("ul", { class: "sees" }, ...sees(party.access).map((text) => h("li", { class: "small" }, text))));
    }
    const troubled = subscriptions.filter((one) => one.status.state !== "ok").length;
    setText(this.#summary, w.details(tokens.length, subscriptions.length, troubled, shares.length));
    this.#tokens.show(tokens);
    this.#shares.show(shares);
    this.#tell(subscriptions);
  }

  #who(party) {
    const made = party.made === "configuration" ? w.configured : w.here;
    const act = async () => {
      await removePartner(party.code);
      this.#acts.done(w.removed(party.name));
    };
    return [
      h("p", {}, shape(party.tier), " ", h("strong", {}, party.name), " ", h("span", { class: "mono small muted" }, party.code)),
      h("p", { class: "small muted" }, tierName(party.tier), " · ", party.access.everything ? w.operator : made, party.since && " ", party.since && relativeTime(party.since)),
      party.made === "here" && !this.#isOwn && askFirst({ text: w.remove, ask: w.removeAsk(party.name), sure: w.removeSure }, act),
    ];
  }

  /** What a check has found stays until it is closed; a log that is open, too, and is read anew. */
  #tell(subscriptions) {
    const key = JSON.stringify(subscriptions.map(({ name, status }) => [name, status]));
    if (key === this.#toldDrawn || this.#checks.some((check) => check.isOpen) || this.#logs.some((log) => log.element.isConnected)) {
      this.#logs.forEach((log) => log.element.isConnected && log.load());
      return;
    }
    this.#toldDrawn = key;
    this.#checks = [];
    const none = h("p", { class: "small muted" }, w.subscriptions.none);
    fill(this.#told, h("h3", {}, w.subscriptions.title), ...(subscriptions.length ? subscriptions.map((one) => this.#subscription(one)) : [none]));
  }

  #subscription(one) {
    const [mark, sign, text] = words.subscriptions.states[one.status.state];
    const here = h("div");
    const check = one.channel === "webhook" ? new ReceiverCheck(one.name) : null;
    check && this.#checks.push(check);
    const toggle = (event) => {
      const isOpen = here.hasChildNodes();
      event.currentTarget.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) {
        fill(here);
        return;
      }
      const log = new DeliveryLog(one.name, this.#acts);
      this.#logs = [...this.#logs.filter((each) => each.element.isConnected), log];
      fill(here, log.element);
      log.load();
    };
    return h(
      "div",
      { class: "subscription" },
      h("p", {}, h("strong", {}, one.name), " ", h("span", { class: "muted" }, words.subscriptions.channels[one.channel])),
      h("p", { class: `small ${mark}` }, sign, " ", text, one.status.since && " ", one.status.since && timeOf(one.status.since)),
      one.status.text && h("p", { class: "small" }, words.deliveries.why(one.status.reason, one.status.text)),
      h("div", { class: "acts-on" }, h("button", { class: "button", type: "button", "aria-expanded": "false", on: { click: toggle } }, w.subscriptions.log), check?.button),
      check?.element,
      here,
    );
  }
}

/** What the gateway's rules of access mean for a party, in sentences. */
function sees(access) {
  if (access.everything) {
    return [w.sees.everything];
  }
  return [
    w.sees.named,
    access.places.length ? w.sees.places(access.places.join(", ")) : w.sees.noPlaces,
    access.lanes.length && w.sees.lanes(access.lanes.join(", ")),
    access.hidden.length && w.sees.hidden(access.hidden.map((group) => w.sees.groups[group] || group).join(", ")),
    !access.hidden.includes("parts") && w.sees.carrier,
  ].filter(Boolean);
}
