/** The one button of an alert: answer it with a reason and, where there is a stop ahead, a new time. */

import { acknowledge } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { onEscape } from "../kit/escape.js";
import { field, instantOf, localInput, myName, rememberName, sent } from "../kit/form.js";
import { clock } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.ack;

export class AckForm {
  #alert;
  #open = h("button", { class: "button first", type: "button", on: { click: () => this.open() } }, w.button);
  #by = h("input", { name: "by", autocomplete: "name", maxlength: 80, required: true });
  #code = h(
    "select",
    { name: "code", required: true },
    h("option", { value: "" }, w.choose),
    ...Object.entries(w.codes).map(([code, text]) => h("option", { value: code }, text)),
  );
  #reason = h("input", { name: "reason", maxlength: 200, autocomplete: "off" });
  #promised = h("input", { name: "promised", type: "datetime-local" });
  #promise = field(w.promised, this.#promised);
  #send = h("button", { class: "button first", type: "submit" }, w.send);
  #error = h("p", { class: "error small late", role: "alert" });
  #form;

  /** @param {string} alertId */
  constructor(alertId) {
    this.#alert = alertId;
    this.#form = h(
      "form",
      { class: "ack", hidden: true, on: { submit: (event) => this.#submit(event), keydown: onEscape(() => this.close()) } },
      field(w.code, this.#code),
      this.#promise,
      field(w.reason, this.#reason),
      field(w.by, this.#by),
      this.#error,
      h("div", { class: "buttons" }, this.#send, h("button", { class: "button", type: "button", on: { click: () => this.close() } }, w.cancel)),
    );
    this.element = h("div", { class: "answering" }, this.#open, this.#form);
  }

  /**
   * @param {import("../types/types.js").Alert} alert
   * @param {import("../types/types.js").Shipment|undefined} shipment
   * @param {string} party  whose answer the button gives
   */
  show(alert, shipment, party) {
    const answered = alert.acks.some((ack) => ack.party === party);
    this.element.hidden = !alert.parties.includes(party) || (alert.state !== "open" && answered);
    this.#promise.hidden = !shipment || shipment.status === "arrived";
    setText(this.#open, answered ? w.again : w.button);
    this.#open.classList.toggle("first", !answered);
  }

  open() {
    if (this.element.hidden) {
      return;
    }
    this.#by.value ||= myName();
    this.#promised.min = localInput(clock.now());
    this.#open.hidden = true;
    this.#form.hidden = false;
    this.#code.focus();
  }

  close() {
    this.#form.hidden = true;
    this.#open.hidden = false;
    fill(this.#error);
    this.#open.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const by = this.#by.value.trim();
    const promised = this.#promise.hidden ? null : instantOf(this.#promised);
    const answer = { by, code: this.#code.value, reason: this.#reason.value.trim(), promised };
    if (await sent(this.#send, this.#error, w.failed, () => acknowledge(this.#alert, answer))) {
      rememberName(by);
      this.close();
    }
  }
}
