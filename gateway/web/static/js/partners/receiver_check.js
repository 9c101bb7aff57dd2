/** A check of a partner's receiver: what was sent, what should become of it, and what did. */

import { ApiError } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { checkReceiver } from "../subscriptions/subscriptions_api.js";
import { milliseconds } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.deliveries.check;

export class ReceiverCheck {
  #name;
  #said = h("div", { role: "status" });
  #button = h("button", { class: "button", type: "button", on: { click: () => this.#run() } }, w.run);

  /** @param {string} name  the subscription whose receiver it is */
  constructor(name) {
    this.#name = name;
    this.button = this.#button;
    this.element = h("div", { class: "receiver-check" }, this.#said);
  }

  /** Whether it says something that who looks has not closed. */
  get isOpen() {
    return this.element.isConnected && this.#said.hasChildNodes();
  }

  async #run() {
    this.#button.disabled = true;
    fill(this.#said, h("p", { class: "small muted" }, w.running));
    try {
      this.#show(await checkReceiver(this.#name));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#said, h("p", { class: "small late" }, words.partners.failed(error.message)));
    } finally {
      this.#button.disabled = false;
    }
  }

  /** @param {import("../types/types_subscriptions.js").Checked} found */
  #show({ passed, items }) {
    const wrong = items.filter((item) => !item.passed).length;
    const [mark, sign] = words.subscriptions.states[passed ? "ok" : "broken"];
    const close = () => {
      fill(this.#said);
      this.#button.focus();
    };
    fill(
      this.#said,
      h("p", { class: mark }, sign, " ", h("strong", {}, passed ? w.allRight(items.length) : w.wrong(wrong, items.length))),
      h("ol", { class: "trials", "aria-label": w.title(this.#name) }, ...items.map(row)),
      h("button", { class: "button", type: "button", on: { click: close } }, w.close),
    );
  }
}

/** @param {import("../types/types_subscriptions.js").Trial} trial */
function row({ name, wanted, passed, reason, text, ms, hint }) {
  const [mark, sign] = words.subscriptions.states[passed ? "ok" : "broken"];
  return h(
    "li",
    { class: "small" },
    h("span", { class: mark, "aria-hidden": "true" }, sign),
    h("span", {}, h("strong", {}, w.trial(name)), `, ${w.wanted[wanted]}: `, words.deliveries.why(reason, text), h("span", { class: "muted" }, ` ${milliseconds(ms)}`)),
    !passed && h("span", { class: `hint ${mark}` }, w.hint(name, hint)),
  );
}
