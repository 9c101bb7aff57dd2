/** One line of a conversation: who said what, and when. What was said stays; only that a task is done changes. */

import { h } from "../kit/dom.js";
import { timeOf } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.talk;

export class TalkRow {
  #state = h("span", { class: "fine", hidden: true }, `${words.alerts.marks.fine} ${w.isDone}`);

  /**
   * @param {import("../types/types.js").Remark} remark
   * @param {import("../types/types.js").Remark|undefined} task  that it answers
   * @param {string} zone  of the place that a promise is about
   * @param {(task: import("../types/types.js").Remark) => void} done
   */
  constructor(remark, task, zone, done) {
    this.button = h("button", { class: "button", type: "button", hidden: true, on: { click: () => done(remark) } }, w.done);
    const who = [h("strong", { class: "mono" }, remark.party), remark.by && ` ${remark.by}`, " ", timeOf(remark.at)];
    this.element = h(
      "li",
      { class: remark.kind, dataset: { number: remark.number } },
      h("p", { class: "small muted" }, ...who),
      ...LINES[remark.kind](remark, task, zone),
      remark.kind === "task" && h("div", { class: "task-state small" }, this.#state, this.button),
    );
  }

  /** @param {boolean} isDone  @param {boolean} isMine  whether the one who looks may say that it is done */
  show(isDone, isMine) {
    this.#state.hidden = !isDone;
    this.button.hidden = isDone || !isMine;
  }
}

const spoken = (text) => text && h("p", { class: "words" }, text);

const LINES = {
  comment: ({ text }) => [spoken(text)],
  task: ({ text, to, until }) => [
    h("p", {}, h("strong", {}, w.task(to)), until && [", ", w.due, " ", timeOf(until)]),
    spoken(text),
  ],
  done: ({ text }, task) => [h("p", { class: "words" }, w.hasDone(task?.text ?? "")), spoken(text)],
  acknowledged: ({ code, text, promised }, _, zone) => [
    h(
      "p",
      { class: "words" },
      [w.acknowledged, words.ack.codes[code] ?? code, text].filter(Boolean).join(", "),
      promised && ["; ", w.promises, " ", h("strong", {}, timeOf(promised, zone))],
    ),
  ],
  shelved: ({ text, until }) => [h("p", {}, w.shelved, " ", timeOf(until)), spoken(text)],
  unshelved: () => [h("p", {}, w.unshelved)],
};
