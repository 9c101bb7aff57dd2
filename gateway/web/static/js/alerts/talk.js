/** The conversation about an alert: a quiet list that all its parties read, and the form to say something. */

import { getRemarks, say } from "../api.js";
import { fill, h, setText } from "../kit/dom.js";
import { field, instantOf, localInput, myName, sent } from "../kit/form.js";
import { TalkRow } from "./talk_row.js";
import { clock } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.talk;
const MOST_TEXT = 2000;
let talks = 0;

export class Talk {
  #store;
  #alert;
  #party = "";
  #zone = "";
  #rows = new Map();
  #open = h("button", { class: "link small", type: "button", "aria-expanded": "false", on: { click: () => this.toggle() } }, w.open(0));
  #list = h("ol", { class: "said", role: "log", "aria-label": w.title });
  #none = h("p", { class: "small muted" }, w.none);
  #text = h("textarea", { name: "text", rows: 2, maxlength: MOST_TEXT, required: true });
  #to = h("select", { name: "to" });
  #due = h("input", { name: "due", type: "datetime-local" });
  #dueField = field(w.dueField, this.#due);
  #send = h("button", { class: "button", type: "submit" }, w.send);
  #error = h("p", { class: "error small late", role: "alert" });
  #form;

  /** @param {import("../store.js").Store} store  @param {string} alertId */
  constructor(store, alertId) {
    this.#store = store;
    this.#alert = alertId;
    this.#to.addEventListener("change", () => this.#addressed());
    this.#form = h(
      "form",
      { class: "saying", on: { submit: (event) => this.#submit(event) } },
      field(w.text, this.#text),
      h("div", { class: "row" }, field(w.kind, this.#to), this.#dueField, this.#send),
    );
    this.button = this.#open;
    this.element = h(
      "div",
      { class: "talk", id: `talk-${(talks += 1)}`, hidden: true, on: { keydown: (event) => this.#keyed(event) } },
      this.#none,
      this.#list,
      this.#form,
      this.#error,
    );
    this.#open.setAttribute("aria-controls", this.element.id);
    this.#addressed();
  }

  /** @param {import("../types/types.js").Alert} alert  @param {string} party  who looks  @param {string} zone  of what is promised */
  show(alert, party, zone) {
    this.#zone = zone;
    const said = this.#store.conversation(this.#alert);
    setText(this.#open, w.open(said ? said.length : alert.remarks), { mark: true });
    this.#party = party;
    this.#form.hidden = !alert.parties.includes(party); // the operator reads what is not its own
    this.#addressees(alert.parties);
    if (said && !this.element.hidden) {
      this.#draw(said);
    }
  }

  async toggle() {
    this.element.hidden = !this.element.hidden;
    this.#open.setAttribute("aria-expanded", String(!this.element.hidden));
    if (this.element.hidden) {
      this.#open.focus();
      return;
    }
    if (!this.#form.hidden) {
      this.#text.focus();
    }
    await sent(this.#send, this.#error, w.unread, async () => this.#store.replaceRemarks(this.#alert, await getRemarks(this.#alert)));
  }

  #draw(said) {
    const tasks = new Map(said.filter((remark) => remark.kind === "task").map((remark) => [remark.number, remark]));
    const done = new Set(said.map((remark) => remark.answers));
    this.#none.hidden = said.length > 0;
    const rows = said.map((remark) => {
      const row = this.#rows.get(remark.number) || new TalkRow(remark, tasks.get(remark.answers), this.#zone, (task) => this.#done(task));
      this.#rows.set(remark.number, row);
      row.show(done.has(remark.number), [remark.to, remark.party].includes(this.#party));
      return row.element;
    });
    const grown = rows.length !== this.#list.childElementCount;
    rows.forEach((row, index) => this.#list.childNodes[index] !== row && this.#list.insertBefore(row, this.#list.childNodes[index] || null));
    if (grown) {
      this.#list.scrollTop = this.#list.scrollHeight;
    }
  }

  #addressees(parties) {
    const drawn = parties.join();
    if (this.#to.dataset.drawn !== drawn) {
      this.#to.dataset.drawn = drawn;
      fill(this.#to, h("option", { value: "" }, w.comment), ...parties.map((party) => h("option", { value: party }, w.task(party))));
    }
  }

  #addressed() {
    this.#dueField.hidden = !this.#to.value;
    this.#due.min = localInput(clock.now());
  }

  #keyed(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.toggle();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      this.#form.requestSubmit();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const to = this.#to.value;
    const said = { text: this.#text.value.trim(), by: myName() };
    const remark = to ? { ...said, kind: "task", to, due: instantOf(this.#due) } : said;
    if (await this.#say(this.#send, remark)) {
      this.#form.reset();
      this.#addressed();
      this.#text.focus();
    }
  }

  /** @param {import("../types/types.js").Remark} task */
  async #done(task) {
    const row = this.#rows.get(task.number);
    await this.#say(row.button, { kind: "done", answers: task.number, by: myName() });
  }

  /** The stream tells it, too; whichever is first. */
  #say(button, remark) {
    return sent(button, this.#error, w.failed, async () => this.#store.applyRemark(await say(this.#alert, remark)));
  }
}
