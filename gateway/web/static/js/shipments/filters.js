/** What of the shipments is listed: tabs by state with their counts, and a text, a lane, a party. */

import { fill, h, setText } from "../kit/dom.js";
import { foldOnPhone } from "../kit/fold.js";
import { field } from "../kit/form.js";
import { listCsv } from "./shipments_api.js";
import { words } from "../words/words.js";

const w = words.shipments.list;
const STATES = ["", "late", "at_risk", "under_way", "planned", "arrived"];
const TYPED_MS = 250; // after the last letter
const numbers = new Intl.NumberFormat(words.locale);

export class Filters {
  #state = "";
  #timer = 0;
  #changed;
  #text = h("input", { type: "search", name: "text", autocomplete: "off", maxlength: 200 });
  #lane = h("select", { name: "lane" });
  #party = h("select", { name: "party" });
  #clear = h("button", { class: "button", type: "button", hidden: true, on: { click: () => this.clear() } }, w.clear);
  #csv = h("a", { class: "button as-link", download: "shipments.csv" }, w.export);
  #tabs = new Map(STATES.map((state) => [state, this.#tab(state)]));

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.tabs = h("div", { class: "inbox-tabs", role: "group", "aria-label": w.statesLabel }, ...[...this.#tabs.values()].map(({ element }) => element));
    this.element = h(
      "form",
      { class: "inbox-filters", role: "search", on: { input: (event) => this.#typed(event), submit: (event) => event.preventDefault() } },
      field(w.text, this.#text),
      field(w.lane, this.#lane),
      field(w.party, this.#party),
      this.#clear,
      this.#csv,
    );
    foldOnPhone(this.element);
    this.#mark();
  }

  get value() {
    return { state: this.#state, lane: this.#lane.value, party: this.#party.value, text: this.#text.value.trim() };
  }

  get isSet() {
    return Object.values(this.value).some(Boolean);
  }

  /**
   * Offer what there is, and how much of each state.
   * @param {import("../types/types_shipments.js").ShipmentList} list
   * @param {(code: string) => string} placeName
   */
  offer({ states, lanes, parties }, placeName) {
    const all = Object.values(states).reduce((sum, n) => sum + n, 0);
    for (const [state, { count }] of this.#tabs) {
      setText(count, numbers.format(state ? states[state] ?? 0 : all), { mark: true });
    }
    offer(this.#lane, lanes.map((lane) => [lane, lane.split(">").map(placeName).join(" → ")]));
    offer(this.#party, parties.map((party) => [party, party]));
  }

  clear() {
    this.#state = "";
    this.element.reset();
    this.#tell();
    this.#text.focus();
  }

  #tab(state) {
    const count = h("span", { class: "n" });
    const choose = () => {
      this.#state = state;
      this.#tell();
    };
    return { count, element: h("button", { class: "tab", type: "button", dataset: { state }, on: { click: choose } }, w.states[state], " ", count) };
  }

  #typed(event) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), event.target === this.#text ? TYPED_MS : 0);
  }

  #tell() {
    this.#mark();
    this.#changed();
  }

  #mark() {
    for (const [state, { element }] of this.#tabs) {
      element.setAttribute("aria-pressed", String(state === this.#state));
    }
    this.#clear.hidden = !this.isSet;
    this.#csv.href = listCsv(this.value);
  }
}

/** Keep the choice, also where nothing has it at present. */
function offer(select, choices) {
  const chosen = select.value;
  const kept = chosen && !choices.some(([value]) => value === chosen) ? [[chosen, chosen]] : [];
  const drawn = JSON.stringify([...choices, ...kept]);
  if (select.dataset.drawn !== drawn) {
    select.dataset.drawn = drawn;
    fill(select, h("option", { value: "" }, w.all), ...[...choices, ...kept].map(([value, text]) => h("option", { value }, text)));
    select.value = chosen;
  }
}
