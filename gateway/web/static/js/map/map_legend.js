/** What colours and shapes on the map mean, and the switch between colour by tier and by lateness. */

import { choice, choose } from "../kit/choice.js";
import { h, setText, svg } from "../kit/dom.js";
import { STATES, STATE_PATHS } from "./fleet_look.js";
import { shape, TIERS, tierName } from "../tower/tiers.js";
import { words } from "../words/words.js";

const w = words.map;
const COLOUR = "map.colour";

/** @typedef {import("./fleet_look.js").Mode} Mode */

export class Legend {
  #counts = Object.fromEntries(STATES.map((state) => [state, h("span", { class: "number" })]));
  #tiers = h("ul", {}, ...TIERS.map((tier) => h("li", {}, shape(tier), tierName(tier))));
  #states = h("ul", {}, ...STATES.map((state) => h("li", {}, stateShape(state), w.states[state], this.#counts[state])));
  #summary = h("span", { class: "small muted" });
  #onMode;

  /** @param {(mode: Mode) => void} onMode  told once at the start, too */
  constructor(onMode) {
    this.#onMode = onMode;
    const mode = choice(COLOUR) === "lateness" ? "lateness" : "tier";
    const colours = h("fieldset", {}, h("legend", { class: "sr-only" }, w.colour), this.#radio("tier", w.byTier, mode), this.#radio("lateness", w.byLateness, mode));
    const more = h("details", {}, h("summary", { class: "small" }, w.legend), this.#tiers, this.#states, this.#summary);
    more.open = matchMedia("(min-width: 1101px)").matches;
    this.element = h("div", { class: "map-legend" }, colours, more);
    this.#take(mode);
  }

  /** @param {import("../kit/marks.js").Mark[]} marks */
  count(marks) {
    const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
    marks.forEach(({ state }) => (counts[state] += 1));
    STATES.forEach((state) => setText(this.#counts[state], counts[state]));
    setText(this.#summary, w.summary(marks.length, counts.late));
  }

  #radio(value, text, mode) {
    const input = h("input", { type: "radio", name: "map-colour", value, checked: value === mode, on: { change: () => this.#take(value) } });
    return h("label", {}, input, h("span", {}, text));
  }

  /** @param {Mode} mode */
  #take(mode) {
    choose(COLOUR, mode);
    this.#tiers.hidden = mode !== "tier";
    this.#states.hidden = mode !== "lateness";
    this.#onMode(mode);
  }
}

/** The mark of a state. @param {import("./fleet_look.js").State} state */
export function stateShape(state) {
  const path = svg("path", { d: STATE_PATHS[state], "fill-rule": "evenodd" });
  return svg("svg", { class: `shape ${state}`, viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}
