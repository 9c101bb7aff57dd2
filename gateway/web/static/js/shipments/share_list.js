/** The links of a party that show a shipment to whoever has them, and ending them. */

import { askFirst } from "../kit/ask_first.js";
import { fill, h } from "../kit/dom.js";
import { shipmentLink } from "../tower/names.js";
import { endShare } from "../partners/partners_api.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.partners.shares;

export class ShareList {
  #acts;
  #drawn = "";
  #list = h("ul", { class: "held" });

  /** @param {{done: (text: string) => void}} acts */
  constructor(acts) {
    this.#acts = acts;
    this.element = h("section", { class: "block", "aria-label": w.title }, h("h3", {}, w.title), this.#list);
  }

  /** @param {import("../types/types_partners.js").Share[]} shares */
  show(shares) {
    const key = JSON.stringify(shares);
    if (key === this.#drawn || this.#list.querySelector(".ask span")) {
      return;
    }
    this.#drawn = key;
    fill(this.#list, ...(shares.length ? shares.map((share) => this.#row(share)) : [h("li", { class: "muted small" }, w.none)]));
  }

  #row(share) {
    const act = async () => {
      await endShare(share.id);
      fill(this.#list);
      this.#acts.done(w.revoked);
    };
    return h(
      "li",
      {},
      h("div", {}, h("p", {}, shipmentLink(share.shipment_id), " ", share.label), h("p", { class: "small muted" }, `${w.until} `, timeOf(share.until))),
      askFirst({ text: w.revoke, ask: w.revokeAsk, sure: w.sure }, act),
    );
  }
}
