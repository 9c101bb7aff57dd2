/** What became of each notice: the newest attempts first, older ones by a click, missed ones told again. */

import { ApiError } from "../api.js";
import { fill, h } from "../kit/dom.js";
import { field, instantOf, localInput } from "../kit/form.js";
import { getAttempts, replaySince } from "./subscriptions_api.js";
import { clock, milliseconds, relativeTime, timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.subscriptions.logs;
const PAGE = 20;
const DAY_MS = 86_400_000;

export class DeliveryLog {
  #name;
  #acts;
  #older = [];
  /** @type {number|null} */
  #next = null;
  #isOlder = false;
  #list = h("ol", { class: "attempts" });
  #more = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.#page() } }, w.more);
  #error = h("p", { class: "error small late", role: "alert" });

  /** @param {string} name  @param {{done: (text: string) => void}} acts */
  constructor(name, acts) {
    this.#name = name;
    this.#acts = acts;
    const since = h("input", { type: "datetime-local", name: "since", required: true, value: localInput(clock.now() - DAY_MS) });
    const submit = (event) => {
      event.preventDefault();
      this.#ask(async () => this.#acts.done(w.replayed((await replaySince(name, instantOf(since))).count)));
    };
    const again = h("form", { class: "replay", on: { submit } }, field(w.since, since), h("button", { class: "button", type: "submit" }, w.replay));
    this.element = h("section", { class: "log", "aria-label": words.subscriptions.log }, this.#list, this.#more, again, this.#error);
  }

  /** The newest page; who reads older ones is left alone. */
  async load() {
    await this.#ask(async () => {
      const { items, next_before } = await getAttempts(this.#name, null, PAGE);
      const held = new Set(items.map((item) => item.number));
      this.#older = this.#isOlder ? this.#older.filter((item) => !held.has(item.number)) : [];
      this.#next = this.#isOlder ? this.#next : next_before;
      this.#draw([...items, ...this.#older]);
    });
  }

  async #page() {
    await this.#ask(async () => {
      const { items, next_before } = await getAttempts(this.#name, this.#next, PAGE);
      this.#isOlder = true;
      this.#older.push(...items);
      this.#next = next_before;
    });
    await this.load();
  }

  #draw(items) {
    fill(this.#list, ...(items.length ? items.map(row) : [h("li", { class: "muted" }, w.none)]));
    this.#more.hidden = this.#next === null;
  }

  async #ask(act) {
    try {
      await act();
      fill(this.#error);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      fill(this.#error, words.subscriptions.failed(error.message));
    }
  }
}

/** @param {import("../types/types_subscriptions.js").Attempt} item */
function row(item) {
  const [mark, sign, text] = w.states[item.state];
  return h(
    "li",
    {},
    h("span", { class: `small ${mark}` }, sign, " ", text),
    h("span", { class: "small muted" }, timeOf(item.at)),
    h("span", { class: "small" }, w.notices[item.notice] || item.notice),
    h("span", { class: "small mono muted id", title: item.delivery_id }, item.alert_id),
    h(
      "span",
      { class: "small why" },
      `${w.attempt(item.attempts)}: ${words.deliveries.why(item.reason, item.text)}`,
      item.offset_ms !== null && ` ${w.after(milliseconds(item.offset_ms))}`,
      item.next && item.attempts > 0 && [`, ${w.next} `, relativeTime(item.next)],
    ),
  );
}
