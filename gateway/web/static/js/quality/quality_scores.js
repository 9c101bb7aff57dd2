/** Each party's score, day by day, as a small line. */

import { h, svg } from "../kit/dom.js";
import { words } from "../words/words.js";

const w = words.quality;
const WIDTH = 120;
const HEIGHT = 28;
const GOOD = 95; // percent: above it nobody needs to look
const FAIR = 80;

/**
 * A card for each party, the worst of today first.
 * @param {{definition: string, items: {party: string, days: {day: string, score: number|null, records: number}[]}[]}} scores
 * @param {number} days
 * @param {Map<string, string>} names  of the parties, by code
 */
export function scoreList(scores, days, names) {
  const title = h("h2", { title: w.scoreMeans(scores.definition) }, w.scores, " ", h("span", { class: "small muted" }, w.days(days)));
  if (!scores.items.length) {
    return [title, h("p", { class: "muted" }, w.noScores)];
  }
  const sorted = [...scores.items].sort((a, b) => last(a) - last(b));
  return [title, h("ul", {}, ...sorted.map((each) => card(each, names.get(each.party)))), h("p", { class: "small muted" }, w.scoreMeans(scores.definition))];
}

/** @param {{party: string, days: any[]}} score  @param {string} [name]  of the party, where it takes part still */
function card({ party, days }, name = party) {
  const now = last({ days });
  const kind = now >= GOOD ? ["fine", words.alerts.marks.fine] : now >= FAIR ? ["risk", words.alerts.marks.risk] : ["late", words.alerts.marks.late];
  const known = days.filter((day) => day.score !== null);
  return h(
    "li",
    { class: "score" },
    h("span", { class: "whose" }, name || w.operator, name !== party && h("span", { class: "mono small muted" }, ` ${party}`)),
    h("strong", { class: kind[0] }, `${kind[1]} ${w.percent(now)}`),
    known.length > 1 && sparkline(known.map((day) => day.score), `${name || w.operator}: ${known.map((day) => `${day.day} ${w.percent(day.score)}`).join(", ")}`),
  );
}

/** A line over two days or more, from the worst, or half, to 100 percent; the last day is a point. */
function sparkline(values, label) {
  const step = (WIDTH - 6) / (values.length - 1);
  const floor = Math.min(50, ...values);
  const at = (value, index) => [3 + index * step, HEIGHT - 3 - ((value - floor) / Math.max(1, 100 - floor)) * (HEIGHT - 6)];
  const points = values.map((value, index) => at(value, index).map((n) => n.toFixed(1)).join(",")).join(" ");
  const [x, y] = at(values.at(-1) ?? 0, values.length - 1);
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": label },
    svg("polyline", { points, fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linejoin": "round" }),
    svg("circle", { cx: x, cy: y, r: 2.5, fill: "currentColor" }),
  );
}

const last = ({ days }) => days.filter((day) => day.score !== null).at(-1)?.score ?? 100;
