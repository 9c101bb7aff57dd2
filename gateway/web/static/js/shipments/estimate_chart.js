/** A chart of estimates: when each was known to the right, what it said upwards; later is higher. */

import { svg } from "../kit/dom.js";
import { clock, clockOf, dayOf } from "../kit/time.js";

/**
 * @typedef {{at: string, kind: "raised"|"ended"|"acknowledged"|"promised", promised?: string|null, text: string}} Moment
 * @typedef {import("../types/types_shipments.js").Point} Point
 */

const HEIGHT = 256;
const MARKED = 42; // above, for the marks of moments
const PLAIN = 14;
const BOTTOM = 38; // for the hours and the day
const RIGHT = 12;
const LETTER = 6.8; // of a tick's text
const LINE = 13;
const APART = 14; // marks that lie closer stand above each other
const LINES = 3;
const MINUTE = 60_000;
const STEPS = [15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * MINUTE);
const MARKS = { raised: "▲", ended: "●", acknowledged: "✓", promised: "◆" };

/**
 * @param {{width: number, points: Point[], planned: {open: string, close: string}|null, moments: Moment[], until: string, zone: string, label: string}} shown
 * @returns {SVGElement}
 */
export function chart({ width, points, planned, moments, until, zone, label }) {
  const said = points.flatMap(({ p10, p50, p90, actual }) => [p10, p50, p90, actual]);
  const ys = [...said, planned?.open, planned?.close, ...moments.map(({ promised }) => promised)].filter(Boolean).map((iso) => Date.parse(/** @type {string} */ (iso)));
  const top = moments.length ? MARKED : PLAIN;
  const y = axis(Math.min(...ys), Math.max(...ys), HEIGHT - BOTTOM, top);
  const rows = labelled(ticks(y, 5), zone);
  const left = Math.max(...rows.map(({ text, day }) => Math.max(text.length, day.length))) * LETTER + 12;
  const x = axis(Date.parse(points[0].at), Math.max(Date.parse(until), Date.parse(points[0].at) + MINUTE), left, width - RIGHT);
  const columns = labelled(ticks(x, Math.max(2, Math.floor((width - left) / 110))), zone);
  const at = { x: (time) => x.at(Date.parse(time)), y: (time) => y.at(Date.parse(time)), left, right: width - RIGHT, top, until };
  return svg(
    "svg",
    { class: "estimates", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
    ...rows.flatMap(({ ms, text, day }) => [
      svg("line", { class: "grid", x1: left, x2: width - RIGHT, y1: y.at(ms), y2: y.at(ms) }),
      svgText("tick", left - 6, y.at(ms) + 4, text, "end"),
      svgText("tick", left - 6, y.at(ms) + 4 + LINE, day, "end"),
    ]),
    ...columns.flatMap(({ ms, text, day }) => [
      svgText("tick", x.at(ms), HEIGHT - BOTTOM + 18, text, "middle"),
      svgText("tick", x.at(ms), HEIGHT - BOTTOM + 18 + LINE, day, "middle"),
    ]),
    ...plan(planned, at),
    ...spread(points, at),
    ...stack(moments, at),
  );
}

/** Ticks with their hours, and their day where it is another than that of the one before; today goes without. */
function labelled(instants, zone) {
  const days = [dayOf(clock.now(), zone), ...instants.map((ms) => dayOf(ms, zone))];
  return instants.map((ms, index) => ({ ms, text: clockOf(ms, zone), day: days[index + 1] === days[index] ? "" : days[index + 1] }));
}

/** From values to pixels, with a little room at both ends of the upright one. */
function axis(from, until, start, end) {
  const room = start > end ? Math.max((until - from) * 0.08, 5 * MINUTE) : 0;
  const [low, high] = [from - room, until + room];
  return { low, high, at: (ms) => start + ((ms - low) / (high - low)) * (end - start) };
}

function ticks({ low, high }, most) {
  const step = STEPS.find((each) => (high - low) / each <= most) ?? (high - low) / most;
  const found = [];
  for (let ms = Math.ceil(low / step) * step; ms <= high; ms += step) {
    found.push(ms);
  }
  return found;
}

function svgText(name, x, y, text, anchor) {
  const element = svg("text", { class: name, x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

function plan(planned, { y, left, right }) {
  if (!planned) {
    return [];
  }
  const [top, bottom] = [y(planned.close), y(planned.open)];
  return [
    svg("rect", { class: "plan", x: left, y: top, width: right - left, height: Math.max(bottom - top, 1) }),
    svg("line", { class: "close", x1: left, x2: right, y1: top, y2: top }),
  ];
}

/** Estimates hold until the next one is known: lines run in steps, and stop where nothing is estimated. */
function spread(points, at) {
  const runs = runsOf(points, at.until);
  const steps = (run, which) => run.map(({ point, from, until }) => [[at.x(from), at.y(point[which])], [at.x(until), at.y(point[which])]]).flat();
  const path = (pairs) => pairs.map(([px, py], index) => `${index ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");
  const actual = points.find((point) => point.actual);
  return [
    ...runs.map((run) => svg("path", { class: "band", d: `${path([...steps(run, "p90"), ...steps(run, "p10").reverse()])}Z` })),
    ...runs.map((run) => svg("path", { class: "mid", d: path(steps(run, "p50")) })),
    ...(actual ? [svg("circle", { class: "actual", cx: at.x(actual.at), cy: at.y(actual.actual), r: 5 })] : []),
  ];
}

/** What was estimated without a break, each with from when until when it held. */
function runsOf(points, until) {
  const runs = [];
  points.forEach((point, index) => {
    if (!point.p50 || point.actual) {
      return;
    }
    const held = { point, from: point.at, until: points[index + 1]?.at ?? until };
    const before = points[index - 1];
    before?.p50 && !before.actual ? runs.at(-1).push(held) : runs.push([held]);
  });
  return runs;
}

/** Marks over their instants; those that would lie on each other are lifted. */
function stack(moments, at) {
  const ends = Array(LINES).fill(-Infinity);
  return moments.flatMap((moment) => {
    const x = Math.min(at.x(moment.at), at.right);
    const free = ends.findIndex((end) => x - end >= APART);
    const line = free < 0 ? LINES - 1 : free;
    ends[line] = x;
    const y = at.top - 6 - line * 11;
    const mark = svgText(`mark ${moment.kind}`, x, y, MARKS[moment.kind], "middle");
    const title = svg("title");
    title.textContent = moment.text;
    mark.append(title);
    const promise = moment.promised ? [svg("path", { class: "promise", d: diamond(x, at.y(moment.promised)) })] : [];
    return [svg("line", { class: `moment ${moment.kind}`, x1: x, x2: x, y1: y + 3, y2: HEIGHT - BOTTOM }), ...promise, mark];
  });
}

const diamond = (x, y) => `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z`;
