/** The panel at the side: one asset or one shipment, opened by a link, closed with Escape. */

import { h } from "./dom.js";
import { words } from "../words/words.js";

export class Panel {
  #title = h("h1", { tabindex: "-1" });
  #body = h("div", { class: "panel-body" });
  #before = null;

  /** @param {() => void} onClose */
  constructor(onClose) {
    const close = h("button", { class: "button", type: "button", "aria-label": words.asset.close, on: { click: onClose } }, "✕");
    this.element = h("aside", { class: "panel", hidden: true }, h("header", {}, this.#title, close), this.#body);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /**
   * Show content under a title; focus moves to the title where the panel was closed.
   * @param {string|Node} title  @param {...Node} content
   */
  show(title, ...content) {
    this.#title.replaceChildren(title);
    this.#body.replaceChildren(...content);
    if (!this.isOpen) {
      this.#before = document.activeElement;
      this.element.hidden = false;
      this.#title.focus({ preventScroll: true });
    }
  }

  hide() {
    if (this.isOpen) {
      this.element.hidden = true;
      this.#body.replaceChildren();
      /** @type {HTMLElement|null} */ (this.#before)?.focus?.({ preventScroll: true });
    }
  }
}

/** A part of a panel with its heading; nothing where it has no content. */
export function part(title, ...content) {
  const inner = content.flat().filter(Boolean);
  return inner.length ? h("section", { class: "part" }, h("h2", {}, title), ...inner) : "";
}

/** Names and values; pairs without a value are left out. @param {[string, any][]} pairs */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h("dl", { class: "facts" }, ...given.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, ...[value].flat())]));
}
