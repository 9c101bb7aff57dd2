/** A spark line: how much there was over the last minutes, from nothing to the most of them; the last is a point. */

import { svg } from "./dom.js";

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 3;
export const STEPS = 60; // that the gateway keeps

/** A line that is drawn anew by `show`. */
export function spark() {
  const line = svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round" });
  const ground = svg("line", { class: "ground", x1: EDGE, x2: WIDTH - EDGE, y1: HEIGHT - EDGE, y2: HEIGHT - EDGE, stroke: "currentColor", "stroke-width": 0.5 });
  const point = svg("circle", { r: 2.5, fill: "currentColor" });
  const element = svg("svg", { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img" }, ground, line, point);
  let drawn = "";
  return {
    element,
    /** @param {number[]} values  the newest last  @param {string} label */
    show(values, label) {
      const most = Math.max(...values, Number.EPSILON);
      const at = values.map((value, index) => [
        WIDTH - EDGE - ((values.length - 1 - index) / STEPS) * (WIDTH - 2 * EDGE),
        HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE),
      ]);
      const points = at.map((pair) => pair.map((n) => n.toFixed(1)).join(",")).join(" ");
      if (points !== drawn) {
        drawn = points;
        const [x, y] = at.at(-1) || [0, 0];
        line.setAttribute("points", points);
        point.setAttribute("cx", x.toFixed(1));
        point.setAttribute("cy", y.toFixed(1));
      }
      element.setAttribute("aria-label", label);
    },
  };
}
