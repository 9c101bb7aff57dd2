/** Acknowledging many alerts with one reason: each by itself, and what is refused stays selected. */

import { acknowledge, ApiError } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { field, myName, rememberName } from "../kit/form.js";
import { words } from "../words/words.js";

const w = words.inbox.bulk;

export class Bulk {
  #count = h("strong", { role: "status" });
  #code = h(
    "select",
    { name: "code", required: true },
    h("option", { value: "" }, words.ack.choose),
    ...Object.entries(words.ack.codes).map(([code, text]) => h("option", { value: code }, text)),
  );
  #reason = h("input", { name: "reason", maxlength: 200, autocomplete: "off" });
  #by = h("input", { name: "by", autocomplete: "name", maxlength: 80, required: true });
  #send = h("button", { class: "button first", type: "submit" });
  #said = h("p", { class: "small", role: "status" });
  #form;
  #busy = false;
  #selected;

  /** @param {Set<string>} selected  ids; those that were acknowledged are taken out  @param {() => void} changed */
  constructor(selected, changed) {
    this.#selected = selected;
    this.changed = changed;
    this.#by.value = myName();
    const parts = [this.#count, field(words.ack.code, this.#code), field(words.ack.reason, this.#reason), field(words.ack.by, this.#by), this.#send];
    this.#form = h("form", { class: "inbox-bulk", "aria-label": w.title, hidden: true, on: { submit: (event) => this.#submit(event) } }, ...parts);
    this.element = h("div", {}, this.#form, this.#said);
  }

  show() {
    const n = this.#selected.size;
    this.#form.hidden = n === 0 && !this.#busy;
    this.#send.disabled = this.#busy;
    setText(this.#count, w.selected(n));
    setText(this.#send, w.send(n));
  }

  async #submit(event) {
    event.preventDefault();
    this.#busy = true;
    this.show();
    rememberName(this.#by.value.trim());
    const answer = { by: this.#by.value.trim(), code: this.#code.value, reason: this.#reason.value.trim(), promised: null };
    let done = 0;
    let refused = "";
    for (const id of [...this.#selected]) {
      const detail = await refusal(id, answer);
      refused ||= detail;
      if (!detail) {
        done += 1;
        this.#selected.delete(id);
      }
      this.show();
    }
    this.#busy = false;
    fill(this.#said, refused ? w.some(done, this.#selected.size, refused) : w.done(done));
    this.#code.value = "";
    this.#reason.value = "";
    this.show();
    this.changed();
  }
}

/** Why the gateway did not take an answer; empty where it did. @returns {Promise<string>} */
async function refusal(id, answer) {
  try {
    await acknowledge(id, answer);
    return "";
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return error.message;
  }
}
