/** The thin rail of views. */

import { h, svg } from "./kit/dom.js";
import { viewsOf } from "./views.js";
import { words } from "./words/words.js";

const ICONS = {
  keys: "M2 5h16v10H2zM4 7v2h2V7zm4 0v2h2V7zm4 0v2h4V7zM4 11v2h2v-2zm4 0v2h8v-2z",
  leave: "M3 3h8v2H5v10h6v2H3zM12 6l5 4-5 4v-3H8V9h4z",
};

export class Rail {
  /** @type {Map<string, HTMLElement>} */
  #links;

  /** @param {import("./types/types.js").Session} session  @param {{keys: () => void, leave: () => void}} acts */
  constructor(session, acts) {
    this.#links = new Map(viewsOf(session).map((view) => [view.name, link(view)]));
    const act = (name, label) =>
      h("button", { type: "button", title: label, "aria-label": label, on: { click: acts[name] } }, icon(ICONS[name]));
    const keys = act("keys", words.head.keys);
    keys.classList.add("push");
    this.element = h("nav", { class: "rail" }, h("img", { src: "icon.svg", alt: "tierview" }), ...this.#links.values(), keys, act("leave", words.head.leave));
  }

  /** @param {string} view */
  mark(view) {
    for (const [name, element] of this.#links) {
      name === view ? element.setAttribute("aria-current", "page") : element.removeAttribute("aria-current");
    }
  }
}

const link = ({ name, key, icon: path }) =>
  h("a", { href: `#${name}`, title: `${words.views[name]} (${key})`, "aria-label": words.views[name] }, icon(path));

const icon = (path) =>
  svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: path, fill: "currentColor", "fill-rule": "evenodd" }));
