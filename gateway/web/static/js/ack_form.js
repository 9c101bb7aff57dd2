/** The one button of an alert: answer it with a reason and, where one can be given, a new time. */

import { acknowledge, ApiError } from "./api.js";
import { fill, h, setText } from "./dom.js";
import { clock } from "./time.js";
import { words } from "./words.en.js";

const w = words.ack;
const NAME_KEY = "tierview.name";
let forms = 0;

export class AckForm {
  #alert;
  #open = h("button", { class: "button first", type: "button", on: { click: () => this.open() } }, w.button);
  #by;
  #reason;
  #promised;
  #send = h("button", { class: "button first", type: "submit" }, w.send);
  #error = h("p", { class: "error small late", role: "alert" });
  #form;

  /** @param {string} alertId */
  constructor(alertId) {
    this.#alert = alertId;
    this.#by = h("input", { name: "by", autocomplete: "name", maxlength: 80, required: true });
    const list = `reasons-${(forms += 1)}`;
    this.#reason = h("input", { name: "reason", list, maxlength: 200, autocomplete: "off", required: true });
    this.#promised = h("input", { name: "promised", type: "datetime-local" });
    this.#form = h(
      "form",
      { class: "ack", hidden: true, on: { submit: (event) => this.#submit(event), keydown: (event) => this.#keyed(event) } },
      field(w.reason, this.#reason),
      h("datalist", { id: list }, ...w.reasons.map((reason) => h("option", { value: reason }))),
      field(w.promised, this.#promised),
      field(w.by, this.#by),
      this.#error,
      h("div", { class: "buttons" }, this.#send, h("button", { class: "button", type: "button", on: { click: () => this.close() } }, w.cancel)),
    );
    this.element = h("footer", {}, this.#open, this.#form);
  }

  /** @param {import("./types.js").Alert} alert  @param {string} party  whose answer the button gives */
  show(alert, party) {
    const answered = alert.acks.some((ack) => ack.party === party);
    this.element.hidden = alert.state !== "open";
    setText(this.#open, answered ? w.again : w.button);
    this.#open.classList.toggle("first", !answered);
  }

  open() {
    if (this.element.hidden) {
      return;
    }
    this.#by.value ||= localStorage.getItem(NAME_KEY) || "";
    this.#promised.min = localInput(clock.now());
    this.#open.hidden = true;
    this.#form.hidden = false;
    this.#reason.focus();
  }

  close() {
    this.#form.hidden = true;
    this.#open.hidden = false;
    fill(this.#error);
    this.#open.focus();
  }

  #keyed(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const reason = this.#reason.value.trim();
    if (!reason) {
      fill(this.#error, w.needReason);
      return;
    }
    const promised = this.#promised.value ? new Date(this.#promised.value).toISOString() : null;
    const by = this.#by.value.trim();
    this.#send.disabled = true;
    try {
      await acknowledge(this.#alert, { by, reason, promised });
      localStorage.setItem(NAME_KEY, by);
      this.close();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, w.failed(error.message));
    } finally {
      this.#send.disabled = false;
    }
  }
}

const field = (label, input) => h("label", { class: "field" }, h("span", { class: "small muted" }, label), input);

/** Milliseconds as the value of a datetime-local field, in the zone of the person looking. */
function localInput(ms) {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}
