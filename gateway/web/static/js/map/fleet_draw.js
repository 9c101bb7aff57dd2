/** What is drawn of a fleet in one frame: short ways behind, the marks, and names where they have room. */

import { plain } from "../kit/dom.js";
import { shortName } from "../tower/names.js";
import { words } from "../words/words.js";

const EDGE = 24; // pixels beyond the canvas from which a mark still reaches into it
const MOST_WAKES = 80; // with more vehicles in sight, the ways behind them are left out: they would be a tangle
const MOST_NAMES = 60;
const NAMES_FROM_ZOOM = 12;
const RANKS = { none: 0, fine: 0, unknown: 1, risk: 2, late: 3 };

/** @typedef {import("../kit/marks.js").Mark} Mark */
/** @typedef {import("./fleet_canvas.js").Frame} Frame */
/** @typedef {{mark: Mark, x: number, y: number}} Seen  in pixels of the canvas */

/**
 * The marks in sight, the loudest last, each where it is drawn.
 * @param {Iterable<Mark>} marks  @param {Frame} frame
 * @returns {Seen[]}
 */
export function inSight(marks, frame) {
  const seen = [];
  for (const mark of marks) {
    const x = frame.x(mark.shownX);
    const y = frame.y(mark.shownY);
    if (x > -EDGE && y > -EDGE && x < frame.width + EDGE && y < frame.height + EDGE) {
      seen.push({ mark, x, y });
    }
  }
  return seen.sort((a, b) => RANKS[a.mark.state] - RANKS[b.mark.state]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {Seen[]} seen
 * @param {import("./fleet_look.js").Look} look
 * @param {{selected: string, pointed: string}} asked  assets whose names are drawn in any case
 */
export function drawFleet(context, frame, seen, look, asked) {
  if (seen.length <= MOST_WAKES) {
    seen.forEach(({ mark, x, y }) => mark.asset === asked.selected || wake(context, frame, look, mark, x, y));
  }
  for (const { mark, x, y } of seen) {
    mark.asset === asked.selected && ring(context, look, x, y);
    look.draw(context, mark, x, y);
  }
  names(context, frame, seen, look, asked);
}

/** The last few positions, fading out behind. */
function wake(context, frame, look, mark, x, y) {
  context.strokeStyle = look.colour(mark.tier, mark.state);
  context.lineWidth = 2;
  let [fromX, fromY] = [x, y];
  mark.past.forEach(([unitX, unitY], index) => {
    const [toX, toY] = [frame.x(unitX), frame.y(unitY)];
    context.globalAlpha = 0.6 * (1 - index / mark.past.length);
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
    [fromX, fromY] = [toX, toY];
  });
  context.globalAlpha = 1;
}

function ring(context, look, x, y) {
  context.beginPath();
  context.arc(x, y, 18, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = look.colours.panel;
  context.stroke();
  context.lineWidth = 3;
  context.strokeStyle = look.colours.accent;
  context.stroke();
}

/** Names of those that matter, the loudest first; one that would lie on another is left out. */
function names(context, frame, seen, look, asked) {
  const wanted = (mark) => mark.asset === asked.selected || mark.asset === asked.pointed;
  const loud = ({ mark }) => wanted(mark) || mark.tier === "transit" || mark.state === "late" || mark.state === "unknown" || frame.zoom >= NAMES_FROM_ZOOM;
  const order = [...seen].reverse().filter(loud);
  const shown = order.length > MOST_NAMES ? order.filter(({ mark }) => wanted(mark)) : order;
  shown.sort((a, b) => Number(wanted(b.mark)) - Number(wanted(a.mark)));
  context.textAlign = "center";
  context.textBaseline = "middle";
  const taken = [];
  for (const { mark, x, y } of shown) {
    const box = name(context, look, mark, x, y, taken);
    box && taken.push(box);
  }
}

function name(context, look, mark, x, y, taken) {
  const late = mark.state === "late";
  context.font = `${late ? "600 " : ""}12px ${look.face}`;
  const sign = ["late", "risk", "unknown"].includes(mark.state) ? `${words.map.stateMarks[mark.state]} ` : "";
  const text = plain(sign + shortName(mark.asset, mark.label));
  const width = context.measureText(text).width + 8;
  const box = { left: x - width / 2, right: x + width / 2, top: y + 12, bottom: y + 30 };
  if (taken.some((other) => other.left < box.right && box.left < other.right && other.top < box.bottom && box.top < other.bottom)) {
    return null;
  }
  context.fillStyle = look.colours.panel;
  context.beginPath();
  context.roundRect(box.left, box.top, width, 18, 4);
  context.fill();
  context.fillStyle = late ? look.colours.late : look.colours.text;
  context.fillText(text, x, y + 21);
  return box;
}
