/** The thin rail of views. */

import { h, svg } from "./dom.js";
import { words } from "./words.en.js";

const ICONS = {
  tower: "M3 4h14v4H3zM3 10h8v6H3zM13 10h4v6h-4z",
  shipments: "M3 4h14v2H3zM3 8.500h14v2H3zM3 13h9v2H3z",
  quality: "M3 3h14v2H3zM3 7h8v2H3zM3 11h6v2H3zM3 15h6v2H3zM11.500 13l1.400-1.400 1.900 1.900 3.300-3.500L19.500 11.400l-4.700 4.900z",
  subscriptions: "M10 2a5 5 0 0 1 5 5v4l2 3H3l2-3V7a5 5 0 0 1 5-5zM8 15h4a2 2 0 0 1-4 0z",
  kpis: "M3 17V9h3v8zM8.500 17V3h3v14zM14 17v-5h3v5z",
  keys: "M2 5h16v10H2zM4 7v2h2V7zm4 0v2h2V7zm4 0v2h4V7zM4 11v2h2v-2zm4 0v2h8v-2z",
  leave: "M3 3h8v2H5v10h6v2H3zM12 6l5 4-5 4v-3H8V9h4z",
};
export const VIEWS = ["tower", "shipments", "quality", "subscriptions", "kpis"];

export class Rail {
  #links;

  /** @param {{keys: () => void, leave: () => void}} acts */
  constructor(acts) {
    this.#links = VIEWS.map((view, index) =>
      h("a", { href: `#${view}`, title: `${words.views[view]} (${index + 1})`, "aria-label": words.views[view] }, icon(view)),
    );
    const act = (name, label) =>
      h("button", { type: "button", title: label, "aria-label": label, on: { click: acts[name] } }, icon(name));
    const keys = act("keys", words.head.keys);
    keys.classList.add("push");
    this.element = h("nav", { class: "rail" }, h("img", { src: "icon.svg", alt: "tierview" }), ...this.#links, keys, act("leave", words.head.leave));
  }

  /** @param {string} view */
  mark(view) {
    this.#links.forEach((link, index) =>
      VIEWS[index] === view ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current"),
    );
  }
}

const icon = (name) =>
  svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name], fill: "currentColor", "fill-rule": "evenodd" }));
