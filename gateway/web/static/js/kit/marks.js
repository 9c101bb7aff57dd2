/** The vehicles of the map: where each is, the last of the way it came, and how it does. */

import { toUnit } from "../map/fleet_canvas.js";

const MOST_PAST = 8; // positions behind a vehicle
const GLIDE_MS = 1000; // from one position to the next

/**
 * @typedef {object} Mark
 * @property {import("../types/types.js").Position} position
 * @property {string} asset
 * @property {string} label
 * @property {string} tier
 * @property {import("../map/fleet_look.js").State} state
 * @property {number} course
 * @property {number} x  where it is, in the unit square of Web Mercator
 * @property {number} y
 * @property {number} shownX  where it is drawn: on its way there
 * @property {number} shownY
 * @property {number} since  when it set out from the last position, by performance.now(); 0: it is there
 * @property {[number, number][]} past  newest first
 */

export class Marks {
  #store;
  /** @type {Map<string, Mark>} */
  #marks = new Map();
  #conditions = { late: new Set(), risk: new Set(), silent: new Set() };

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  get all() {
    return [...this.#marks.values()];
  }

  /** @param {string} asset */
  get(asset) {
    return this.#marks.get(asset);
  }

  /** Take over the positions that the store knows. */
  take() {
    const { positions } = this.#store;
    for (const asset of this.#marks.keys()) {
      positions.has(asset) || this.#marks.delete(asset);
    }
    for (const position of positions.values()) {
      this.#take(position);
    }
  }

  /** @param {import("../types/types.js").Position} position */
  #take(position) {
    const mark = this.#marks.get(position.asset);
    if (!mark) {
      const [x, y] = toUnit(position.lat, position.lon);
      this.#marks.set(position.asset, { ...this.#facts(position), x, y, shownX: x, shownY: y, since: 0, past: [] });
    } else if (mark.position !== position) {
      this.#move(mark, position);
      Object.assign(mark, this.#facts(position));
    }
  }

  #move(mark, { lat, lon }) {
    const [x, y] = toUnit(lat, lon);
    if (x !== mark.x || y !== mark.y) {
      mark.past = [[mark.x, mark.y], ...mark.past].slice(0, MOST_PAST);
      mark.x = x;
      mark.y = y;
      mark.since = performance.now();
    }
  }

  #facts(position) {
    const { asset, label, tier } = position;
    return { position, asset, label, tier, course: position.course_deg ?? 0, state: this.#state(position) };
  }

  /** @returns {import("../map/fleet_look.js").State} */
  #state({ asset, late, shipment }) {
    const { late: behind, risk, silent } = this.#conditions;
    if (late || behind.has(asset)) {
      return "late";
    }
    if (silent.has(asset)) {
      return "unknown";
    }
    return risk.has(asset) ? "risk" : shipment ? "fine" : "none";
  }

  /** Alerts or shipments changed: so may the state of each. */
  judge() {
    this.#conditions = { late: this.#store.lateAssets(), risk: this.#store.riskAssets(), silent: this.#store.silentAssets() };
    for (const mark of this.#marks.values()) {
      mark.state = this.#state(mark.position);
    }
  }
}

/**
 * Bring marks nearer to where they are.
 * @param {Mark[]} marks  @param {number} now  by performance.now(); Infinity: there at once
 * @returns {boolean} whether some are still on their way
 */
export function glide(marks, now) {
  let gliding = false;
  for (const mark of marks) {
    const part = Math.max(0, Math.min(1, (now - mark.since) / GLIDE_MS));
    const [fromX, fromY] = mark.past[0] || [mark.x, mark.y];
    mark.shownX = fromX + (mark.x - fromX) * part;
    mark.shownY = fromY + (mark.y - fromY) * part;
    gliding ||= part < 1;
  }
  return gliding;
}
