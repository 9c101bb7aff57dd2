/**
 * A list that lives without nerves: rows change in place, and no row jumps under a finger.
 *
 * While someone points at the list or works in it, rows keep their places: what is new waits behind a
 * button, what is gone is dimmed. When they leave, or press the button, the list is put in order. A list that
 * `holds` keeps its rows' places whoever looks, until the button is pressed.
 */

import { h, setText } from "./dom.js";
import { words } from "../words/words.js";

/**
 * @template T
 * @typedef {{element: HTMLElement, update: (item: T) => void}} RowView
 */

/**
 * @template T
 * @template {RowView<T>} V
 */
export class LiveList {
  #views = new Map();
  #items = [];
  #pointed = false;
  #waiting;

  /**
   * @param {HTMLElement} container
   * @param {{key: (item: T) => string, create: (item: T) => V, empty?: () => HTMLElement, bar?: HTMLElement, holds?: boolean}} options
   *   bar: where the button for waiting rows stands, if not on top of the list
   */
  constructor(container, { key, create, empty = () => h("span"), bar = container, holds = false }) {
    this.holds = holds;
    this.container = container;
    this.options = { key, create, empty };
    this.#waiting = h("button", { class: "waiting small", type: "button", hidden: true, on: { click: () => this.#order() } });
    bar.prepend(this.#waiting);
    this.bar = bar;
    container.addEventListener("pointerenter", () => (this.#pointed = true));
    container.addEventListener("pointerleave", () => {
      this.#pointed = false;
      this.#release();
    });
    container.addEventListener("focusout", () => setTimeout(() => this.#release(), 0));
  }

  /** Show these items in this order. @param {T[]} items */
  set(items) {
    this.#items = items;
    if (this.#held && this.#views.size > 0) {
      this.#updateHeld();
    } else {
      this.#order();
    }
  }

  /** Forget all rows: what is set next is another list, in its own order. */
  clear() {
    this.#views = new Map();
    this.#waiting.hidden = true;
  }

  /** Show more rows behind those that are there. @param {T[]} items */
  append(items) {
    for (const item of items.filter((each) => !this.#views.has(this.options.key(each)))) {
      const view = this.options.create(item);
      view.update(item);
      this.#views.set(this.options.key(item), view);
      this.container.append(view.element);
    }
    this.#updateHeld();
  }

  /** The views in the order shown. @returns {V[]} */
  get views() {
    return [...this.#views.values()];
  }

  get #held() {
    return this.holds || this.#pointed || this.container.contains(document.activeElement);
  }

  #release() {
    if (!this.#held) {
      this.#order();
    }
  }

  #updateHeld() {
    const byKey = new Map(this.#items.map((item) => [this.options.key(item), item]));
    for (const [key, view] of this.#views) {
      const item = byKey.get(key);
      view.element.classList.toggle("gone", !item);
      if (item) {
        view.update(item);
      }
    }
    const fresh = [...byKey.keys()].filter((key) => !this.#views.has(key)).length;
    this.#waiting.hidden = fresh === 0;
    setText(this.#waiting, words.list.waiting(fresh));
  }

  #order() {
    const views = new Map();
    for (const item of this.#items) {
      const key = this.options.key(item);
      const view = this.#views.get(key) || this.options.create(item);
      view.element.classList.remove("gone");
      view.update(item);
      views.set(key, view);
    }
    this.#views = views;
    this.#waiting.hidden = true;
    const rows = [...views.values()].map((view) => view.element);
    const wanted = rows.length ? rows : [this.options.empty()];
    const all = this.bar === this.container ? [this.#waiting, ...wanted] : wanted;
    if (all.some((node, index) => this.container.childNodes[index] !== node) || this.container.childNodes.length !== all.length) {
      this.#settle(all);
    }
  }

  /** Put nodes in order, moving as few as possible: a moved node would lose focus and scroll. */
  #settle(nodes) {
    const wanted = new Set(nodes);
    [...this.container.childNodes].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
    nodes.forEach((node, index) => {
      const current = this.container.childNodes[index];
      if (current !== node) {
        this.container.insertBefore(node, current || null);
      }
    });
  }
}
