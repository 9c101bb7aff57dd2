/** An asset's history as a time line: where it was, what it was in, when it was read, what was wrong. The past is left. */

import { fill, h, setText, svg } from "../kit/dom.js";
import { marksOf } from "./history_marks.js";
import { ticksOf } from "./history_axis.js";
import { zone as zoneName } from "../kit/time.js";
import { words } from "../words/words.js";

const w = words.history;
const HOUR = 3_600_000;
const ZOOMS = { h6: 6 * HOUR, d1: 24 * HOUR, d3: 72 * HOUR, d7: 168 * HOUR, all: 0 };
const WIDEST = 12_000; // px
const NARROW = 600; // px, in which the names of a whole day would not fit
const AXIS = 22;
const EDGE = 12;
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** @typedef {import("./history_marks.js").Mark} Mark */

export class HistoryLine {
  #zoom = "d1";
  #model = null;
  #chosen = "";
  /** @type {Map<string, SVGElement>} */
  #drawn = new Map();
  #marks = /** @type {Mark[]} */ ([]);
  #labels = h("div", { class: "history-labels", "aria-hidden": "true" });
  #plot = svg("svg", { role: "group", "aria-label": w.line, "aria-roledescription": w.line });
  #scroll = h("div", { class: "history-scroll", on: { keydown: (event) => this.#keyed(event) } }, this.#plot);
  #detail = h("p", { class: "history-detail small", "aria-hidden": "true" }, w.choose);
  #zooms = new Map(Object.keys(ZOOMS).map((zoom) => [zoom, h("button", { class: "button", type: "button", on: { click: () => this.#zoomTo(zoom) } }, w.zooms[zoom])]));
  #watch = new ResizeObserver(() => this.#draw(true));

  constructor() {
    const zoom = h("div", { class: "switch history-zoom", role: "group", "aria-label": w.zoom }, ...this.#zooms.values());
    this.element = h("div", { class: "history-line" }, zoom, h("div", { class: "history-plot" }, this.#labels, this.#scroll), this.#detail);
    this.#watch.observe(this.#scroll);
  }

  /** @param {any} model  what `foldHistory` made, with events, alerts and how things are called */
  show(model) {
    const first = this.#model === null;
    this.#model = model;
    if (first) {
      const fits = this.#scroll.clientWidth < NARROW ? "h6" : "d1";
      this.#zoom = model.now - model.from > ZOOMS[fits] ? fits : "all";
    }
    this.#draw(first);
  }

  /** @param {string} zoom */
  #zoomTo(zoom) {
    this.#zoom = zoom;
    this.#draw(true);
  }

  /** @param {boolean} toEnd  show the newest */
  #draw(toEnd) {
    const width = this.#scroll.clientWidth;
    if (!this.#model || !width) {
      return;
    }
    const { now, from, zone } = this.#model;
    const fromEnd = this.#scroll.scrollWidth - this.#scroll.scrollLeft;
    const whole = Math.max(now - from, HOUR);
    const scale = Math.min((width - 2 * EDGE) / (ZOOMS[this.#zoom] || whole), (WIDEST - 2 * EDGE) / whole);
    const across = Math.max(width, whole * scale + 2 * EDGE);
    const at = (ms) => across - EDGE - (now - ms) * scale;
    const { marks, rows } = marksOf(this.#model, at, AXIS);
    const height = rows.at(-1).y + rows.at(-1).height + 4;
    this.#plot.setAttribute("viewBox", `0 0 ${across} ${height}`);
    this.#plot.setAttribute("width", String(across));
    this.#plot.setAttribute("height", String(height));
    this.#marks = marks;
    const earliest = now - (across - 2 * EDGE) / scale;
    this.#fill(marks, ticksOf(earliest, now, scale, zone).map((tick) => tickAt(at(tick.at), tick, height)));
    fill(this.#labels, zone && label({ name: zoneName(now, zone), y: 0, height: AXIS }), ...rows.map((row) => label(row)));
    this.#zooms.forEach((button, zoom) => button.setAttribute("aria-pressed", String(zoom === this.#zoom)));
    this.#scroll.scrollLeft = toEnd ? across : Math.max(0, this.#scroll.scrollWidth - fromEnd);
  }

  /** Draw anew what differs not in what it is but in where; who has the focus keeps it. */
  #fill(marks, ticks) {
    const focused = this.#scroll.contains(document.activeElement) ? this.#chosen : "";
    this.#drawn = new Map(marks.map((mark) => [mark.key, this.#drawnMark(mark)]));
    this.#plot.replaceChildren(...ticks, ...this.#drawn.values());
    this.#choose(this.#drawn.has(this.#chosen) ? this.#chosen : (marks.filter((mark) => mark.says).at(-1)?.key ?? ""), Boolean(focused));
  }

  #drawnMark(mark) {
    const element = mark.draw();
    if (mark.says) {
      element.setAttribute("class", `mark-${mark.kind} ${mark.tone}`);
      element.setAttribute("role", mark.href ? "link" : "img");
      element.setAttribute("aria-label", mark.says);
      element.setAttribute("tabindex", "-1");
      element.addEventListener("focus", () => this.#tell(mark));
      element.addEventListener("pointerenter", () => setText(this.#detail, mark.says));
      element.addEventListener("click", () => this.#open(mark));
    }
    return element;
  }

  #tell(mark) {
    this.#choose(mark.key, false);
    setText(this.#detail, mark.says);
  }

  #choose(key, focus) {
    this.#drawn.get(this.#chosen)?.setAttribute("tabindex", "-1");
    this.#chosen = key;
    this.#drawn.get(key)?.setAttribute("tabindex", "0");
    focus && this.#drawn.get(key)?.focus({ preventScroll: true });
  }

  #open(mark) {
    this.#drawn.get(mark.key)?.focus({ preventScroll: true });
    if (mark.href) {
      location.hash = mark.href;
    }
  }

  #keyed(event) {
    const known = this.#marks.filter((mark) => mark.says);
    const index = known.findIndex((mark) => mark.key === this.#chosen);
    const to = { Home: 0, End: known.length - 1 }[event.key] ?? (STEPS[event.key] ? Math.max(0, Math.min(known.length - 1, index + STEPS[event.key])) : -1);
    const zooms = Object.keys(ZOOMS);
    const zoomed = zooms[zooms.indexOf(this.#zoom) + ({ "+": -1, "-": 1 }[event.key] ?? NaN)];
    if (to >= 0 && known[to]) {
      event.preventDefault();
      const element = this.#drawn.get(known[to].key);
      element?.focus({ preventScroll: true });
      this.#bringIn(known[to]);
    } else if (zoomed) {
      event.preventDefault();
      this.#zoomTo(zoomed);
      this.#bringIn(this.#marks.find((mark) => mark.key === this.#chosen));
    } else if (event.key === "Enter" && known[index]) {
      event.preventDefault();
      this.#open(known[index]);
    }
  }

  /** Scroll so that a mark's end is seen. */
  #bringIn(mark) {
    const { scrollLeft, clientWidth } = this.#scroll;
    if (mark && (mark.x < scrollLeft || mark.x > scrollLeft + clientWidth - EDGE)) {
      this.#scroll.scrollLeft = mark.x - clientWidth / 2;
    }
  }
}

const tickAt = (x, { text, day }, height) =>
  svg(
    "g",
    { class: day ? "tick day" : "tick", "aria-hidden": "true" },
    svg("line", { x1: x, x2: x, y1: 16, y2: height }),
    svgText(x + 3, 12, text),
  );

function svgText(x, y, text) {
  const element = svg("text", { x, y });
  element.textContent = text;
  return element;
}

/** The name of a row, beside it. */
function label({ name, y, height }) {
  const element = h("span", { class: "small muted" }, name);
  element.style.top = `${y}px`;
  element.style.height = `${height}px`;
  return element;
}
